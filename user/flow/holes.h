/* SPDX-License-Identifier: BSD-2-Clause */
/* Which holes in what a side sent a segment fills, and whether it was overtaken or sent again. */
#ifndef FLOW_HOLES_H
#define FLOW_HOLES_H

#include "flow/marks.h"

struct flow_age {
	uint32_t open_us; /* since there is a hole */
	bool paused;	  /* what is missing may have been sent long before */
};

/* s, of side from, fills a hole, of which age tells. To be told of every segment before it changes the side.
 */
bool flow_fills_hole(struct flow_conn *c, int from, const struct flow_seg *s, struct flow_age *age);

enum flow_late {
	LATE_UNKNOWN,	 /* or it fills none */
	LATE_OVERTAKEN,	 /* it was on its way already: nobody could have heard that it was missing */
	LATE_SENT_AGAIN, /* that it was missing could be heard */
};

/* The shortest: what passes here is acknowledged, and what that brings passes here. 0 unknown. */
uint32_t flow_round_trip_us(const struct flow_conn *c);
/* What a segment with these marks is that fills a hole of that age. */
enum flow_late flow_late(const struct flow_conn *c, const struct flow_age *age, uint32_t marks);
/* Counts, of what bears these marks, what they do not say. */
void flow_count_late(struct flow_side *f, uint32_t marks, enum flow_late late);

#endif
