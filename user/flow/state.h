/* SPDX-License-Identifier: BSD-2-Clause */
/* The states of both ends (RFC 9293, 3.10) as the segments imply them: each captured segment is taken to
 * arrive. */
#ifndef FLOW_STATE_H
#define FLOW_STATE_H

#include "flow/marks.h"

/* To be called after flow_mark(), with isn, fin_seq and fin flags still those of before the segment. */
void flow_state(struct flow_conn *c, int from, const struct flow_seg *s);
/* An RST that the receiver takes: its number lies in the window (RFC 9293, 3.10.7; in SYN_SENT its ack
 * counts). */
bool flow_rst_counts(const struct flow_conn *c, int from, const struct flow_seg *s);
/* Both FINs are acknowledged. */
bool flow_closed(const struct flow_conn *c);

#endif
