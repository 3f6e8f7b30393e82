/* SPDX-License-Identifier: BSD-2-Clause */
/* The segments of a connection, kept for its ladder. */
#ifndef FLOW_ROWS_H
#define FLOW_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#define FLOW_ROW_TEXT 80

struct flow_row {
	uint64_t ts_ns;
	uint64_t rto_ns;
	uint32_t seq, ack; /* relative */
	uint32_t len;
	uint32_t win; /* bytes */
	uint32_t marks;
	uint32_t dup_ack;
	uint8_t flags;	  /* of the TCP header; 0 and icmp: an ICMP error stands here */
	uint8_t from;	  /* side */
	uint8_t state[2]; /* by side, after it */
	uint8_t icmp_type, icmp_code, icmp_family; /* family 0: a segment */
	/* of a SYN */
	int8_t scale; /* FLOW_SCALE_UNKNOWN: no option */
	uint16_t mss; /* 0: no option */
	bool sack;
	char *text; /* first line of the payload, or NULL */
};

struct flow_rows {
	struct flow_row *at;
	struct flow_hello *hello; /* waits for its rest (flow/hello.h), or NULL */
	uint32_t n, cap;
	uint32_t dropped; /* segments that were not kept */
};

/* A zeroed row at the end, or NULL without memory. */
struct flow_row *flow_rows_add(struct flow_rows **rows);
void flow_rows_free(struct flow_rows *rows);

/* The last row proves that the other side's segment with this flag had arrived at side from: since its row
 * that side was in this state. */
void flow_rows_settle(struct flow_rows *rows, int from, uint8_t flag, uint8_t state);

#endif
