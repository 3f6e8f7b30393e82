/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one segment is to its connection: Wireshark's rules in their order, with these corrections: a probe of
 * a closed window that carries nothing, one before the next sequence number (Linux), is a probe and no
 * keep-alive; the first window after a SYN is no update (a SYN's window is not scaled); a window never seen
 * is not zero; a refusing RST gives no round trip; a SYN-ACK with another ISN begins a connection, as a SYN
 * does (flow.c), unless it answers the same SYN, by another machine or after a refusal; what a forwarding
 * host shows on another interface again is no repeat (flow.c). What was damaged on the way here is none of
 * these rules' business (damage.h).
 */
#ifndef FLOW_MARKS_H
#define FLOW_MARKS_H

#include "flow/conn.h"
#include "util/strbuf.h"

/* What another CPU, or another interface, stamped so much before the packet ahead of it came at the same
 * time. */
#define FLOW_STAMPED_EARLIER_NS 1000000ull
#define FLOW_STAMPED_EARLIER_US 1000u

/* A segment as the rules see it; sequence numbers as on the wire. */
struct flow_seg {
	uint64_t ts_ns;
	uint32_t seq, ack;
	uint32_t len; /* payload */
	uint16_t win; /* as on the wire */
	uint8_t flags;
	bool sampled;	  /* segments are missing on purpose: holes mean nothing */
	bool fragmented;  /* len is that of a first fragment only */
	bool asks;	  /* its payload may ask for something: flow/silence.h */
	bool copy;	  /* the same packet as one before: flow/copies.h */
	uint8_t ttl;	  /* hops that the packet had left; 0 unknown */
	uint32_t tcp_len; /* header and payload */
};

/* Cut to 32 bits: 71 minutes. */
static inline uint32_t flow_us(uint64_t ns)
{
	return ns / 1000 < UINT32_MAX ? (uint32_t)(ns / 1000) : UINT32_MAX;
}

/* Times modulo 2^32 us. What is stamped a little earlier came at the same time. */
static inline uint32_t flow_us_since(uint32_t then_us, uint32_t now_us)
{
	return then_us - now_us <= FLOW_STAMPED_EARLIER_US ? 0 : now_us - then_us;
}

struct flow_marked {
	uint32_t marks;	  /* enum flow_mark */
	uint32_t dup_ack; /* number of the duplicate */
	uint64_t rto_ns;  /* of a retransmission: since the segment was first sent */
};

/* Marks s, sent by side from, and remembers it in that side. */
void flow_mark(struct flow_conn *c, int from, const struct flow_seg *s, struct flow_marked *out);

/* Appends the names in words, `, ` between them: `dup ack #2, window full`. */
void flow_mark_words(struct strbuf *b, uint32_t marks, uint32_t dup_ack, uint64_t rto_ns);
/* The stable name of one mark: `dup-ack`; NULL past the last bit. */
const char *flow_mark_slug(unsigned int bit);

/* When segments were first sent. */
void flow_timed_sent(struct flow_side *f, uint32_t end, uint64_t ts_ns);
/* The peer acknowledged up to ack: the round trip of the segment that ends there, 0 unless it can be told. */
uint64_t flow_timed_acked(struct flow_side *f, uint32_t ack, uint64_t ts_ns);

#endif
