/* SPDX-License-Identifier: BSD-2-Clause */
/* Segments in, connections out: what each segment is, what each connection came to. Pure but for memory. */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

#include "decode/icmp.h"
#include "flow/conn.h"
#include "flow/rows.h"
#include "flow/table.h"

struct decoded;
struct packet;

struct flow_settings {
	uint32_t max_connections; /* 0: no limit */
	uint32_t max_rows;	  /* rows kept for ladders, over all connections; 0: none are kept */
	uint32_t max_conn_rows;	  /* of one connection; 0: no limit of its own */
	uint64_t seed;		  /* of the hash: random where strangers choose the addresses */
	bool sampled;		  /* segments are missing on purpose */
	bool no_checksums;	  /* a wrong one proves no damage */
	/* A connection that must go to make room; it is freed when this returns. */
	void (*evicted)(void *arg, struct flow_conn *c);
	void *arg;
};

struct flow_totals {
	uint64_t segments, bytes; /* bytes: payload as sent, repeats too */
	uint64_t opened, closed, refused, reset, rejected;
	uint64_t denied; /* of reset those that went on */
	uint64_t retrans, zero_windows, evicted, lost;
	uint64_t unfollowed; /* segments without ports, or without memory for their connection */
};

/* What flow_segment() found. conn is NULL where there was nothing to follow. */
struct flow_segment_info {
	struct flow_conn *conn;
	struct flow_row *row;	     /* of the ladder, if it was kept */
	struct flow_conn *older;     /* an RST that ended this older one over the same ports, else NULL */
	uint8_t from;		     /* side */
	bool is_new;		     /* the first segment of its connection */
	bool copy;		     /* the same packet came by just before */
	bool damaged;		     /* its checksum is wrong: flow/damage.h */
	bool made_here;		     /* an RST in the name of an end that is not on this machine */
	uint8_t late;		     /* enum flow_late: flow/holes.h */
	bool established;	     /* the handshake was completed by this one */
	bool closed, refused, reset; /* by this one */
	bool denied;		     /* this one proves that an RST did not end it */
	bool fin_arrived;	     /* this one is the first that says so */
	bool zero_opened;	     /* this one closed the window, or */
	bool zero_ended;	     /* opened it again */
	uint32_t marks;		     /* enum flow_mark */
	uint32_t proven;	     /* … as far as is proven: flow/again.h */
	uint32_t dup_ack;
	uint32_t seq, ack; /* relative; ack 0 without ACK */
	uint32_t win;	   /* bytes, scaled */
	uint32_t len;	   /* payload */
	uint8_t flags;
	uint64_t rto_ns, rtt_ns; /* 0: none */
	int64_t delta_ns;	 /* since the connection's previous segment; 0 for the first */
};

struct flow_table;

int flow_table_new(struct flow_table **out, const struct flow_settings *s);
void flow_table_free(struct flow_table *t);
/* 0, or -ENOMEM where a connection or row could not be kept (counted; out is valid). */
int flow_segment(struct flow_table *t, const struct packet *p, const struct decoded *d,
		 struct flow_segment_info *out);
/* An ICMP error that quotes a segment: the connection it tells of, or NULL. */
struct flow_conn *flow_icmp(struct flow_table *t, uint64_t ts_ns, const struct icmp_quote *q);
const struct flow_totals *flow_totals(const struct flow_table *t);
/* Adds what one segment was: opened … zero_windows. */
void flow_count(struct flow_totals *n, const struct flow_segment_info *i);
uint32_t flow_table_live(const struct flow_table *t);
/* The largest time seen. */
uint64_t flow_now(const struct flow_table *t);
/* Time passes without packets. */
void flow_set_now(struct flow_table *t, uint64_t now_ns);
/* Least recently active first. */
struct flow_conn *flow_oldest(const struct flow_table *t);
struct flow_conn *flow_newer(const struct flow_table *t, const struct flow_conn *c);
void flow_forget(struct flow_table *t, struct flow_conn *c);

/* From here on segments are missing on purpose. */
void flow_sampled(struct flow_table *t);
/* Our own capture lost n records more, behind the last segment. */
void flow_lost(struct flow_table *t, uint64_t n);

/* What our own capture lost since c's last segment may have been c's, unless it ended: for who tells of c. */
void flow_take_losses(const struct flow_table *t, struct flow_conn *c);
/* Refused, rejected, reset or closed. */
bool flow_ended(const struct flow_conn *c);

#endif
