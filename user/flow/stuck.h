/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Large segments that do not get through while small ones do: somewhere on the way packets of that size are
 * dropped, and the ICMP error that should say so is dropped too (RFC 2923: a path MTU black hole).
 */
#ifndef FLOW_STUCK_H
#define FLOW_STUCK_H

#include "flow/marks.h"

/* Side f sent s; by_timer: again, as its retransmission timer ran out. */
void flow_stuck_sent(struct flow_side *f, const struct flow_seg *s, bool by_timer);
/* The other end sent a segment that acknowledges up to ack; was: the highest it had acknowledged. */
void flow_stuck_acked(struct flow_side *f, uint32_t was, uint32_t ack);

enum flow_stuck_how {
	STUCK_NOT,
	STUCK_MAY, /* the large segment was not acknowledged; the other end said nothing since: it may be gone
		    */
	STUCK_ALIVE, /* … and the other end is there */
	STUCK_CUT,   /* in smaller pieces it was */
};

enum flow_stuck_how flow_stuck(const struct flow_side *f);

#endif
