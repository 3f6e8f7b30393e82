/* SPDX-License-Identifier: BSD-2-Clause */
/* Which holes in what a side sent a segment fills, and whether it was overtaken or sent again. */
#ifndef FLOW_HOLES_H
#define FLOW_HOLES_H

#include "flow/marks.h"

/* s, of side f, whose numbers had reached nx if had_nx. True if it fills a hole, of which age_us tells how
 * old it is. To be told of every segment. */
bool flow_fills_hole(struct flow_side *f, const struct flow_seg *s, bool had_nx, uint32_t nx,
		     uint32_t *age_us);

enum flow_late {
	LATE_UNKNOWN,	 /* or it fills none */
	LATE_OVERTAKEN,	 /* it was on its way already: nobody could have heard that it was missing */
	LATE_SENT_AGAIN, /* that it was missing could be heard */
};

/* The shortest: what passes here is acknowledged, and what that brings passes here. 0 unknown. */
uint32_t flow_round_trip_us(const struct flow_conn *c);
/* What a segment is that fills a hole of that age. */
enum flow_late flow_late(const struct flow_conn *c, uint32_t age_us);
/* Counts, of what bears these marks, what they do not say. */
void flow_count_late(struct flow_side *f, uint32_t marks, enum flow_late late);

#endif
