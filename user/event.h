/* SPDX-License-Identifier: BSD-2-Clause */
/* What happened, for the sinks: flow/ finds it in the segments. */
#ifndef EVENT_H
#define EVENT_H

#include <stdint.h>

struct flow_conn;

enum event_kind {
	EVENT_OPENED,	   /* the first segment of a connection */
	EVENT_ESTABLISHED, /* the handshake is complete */
	EVENT_REFUSED,
	EVENT_REJECTED, /* by ICMP */
	EVENT_RESET,
	EVENT_CLOSED, /* both FINs acknowledged */
	EVENT_RETRANSMISSION,
	EVENT_ZERO_WINDOW,   /* a window closed */
	EVENT_WINDOW_OPENED, /* and opened again */
	EVENT_REUSED_PORTS,
	EVENT_HOLE, /* a segment before this one was not captured */
	EVENT_KINDS,
};

/* Lent until the receiver returns. */
struct event {
	enum event_kind kind;
	uint64_t ts_ns;
	const struct flow_conn *conn;
	uint8_t from;	  /* side whose segment it was */
	uint64_t wait_ns; /* of a retransmission: since the segment was first sent; of an opened window: how
			   * long it was closed in all; else 0 */
};

/* `zero-window`; stable. */
const char *event_name(enum event_kind kind);

#endif
