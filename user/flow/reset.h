/* SPDX-License-Identifier: BSD-2-Clause */
/* What an RST does to its connection, or to an older one over the same ports. */
#ifndef FLOW_RESET_H
#define FLOW_RESET_H

#include "flow/flow.h"
#include "flow/marks.h"

/* s, an RST of side from that counts, ends c unless one did already. */
void flow_reset(struct flow_conn *c, int from, const struct flow_seg *s, struct flow_segment_info *i);

/* An RST had ended c, and s, of side from, acknowledges what came behind it: both ends went on, so it did not
 * end anything. True: it is taken back. */
bool flow_reset_denied(struct flow_conn *c, int from, const struct flow_seg *s);

/*
 * An RST that answers what the server said of an older connection when a newer one over the same ports asked
 * (flow/answer.h): it ends the older one. False: it does not, and nothing was changed. Otherwise *out is the
 * segment as the older one has it.
 */
bool flow_reset_older(struct flow_conn *older, int from, const struct packet *p, const struct decoded *d,
		      struct flow_segment_info *out);

#endif
