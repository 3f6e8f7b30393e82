/* SPDX-License-Identifier: BSD-2-Clause */
/* One segment into its connection. For flow.c. */
#ifndef FLOW_SEGMENT_H
#define FLOW_SEGMENT_H

#include "flow/flow.h"

/* Marks, states and counters of c; fills all of *out but conn, row, from and is_new. lost_all: records that
 * our own capture lost so far. */
void flow_follow(struct flow_conn *c, const struct packet *p, const struct decoded *d, bool sampled,
		 uint32_t lost_all, struct flow_segment_info *out);
void flow_fill_row(struct flow_row *row, struct flow_conn *c, const struct packet *p, const struct decoded *d,
		   const struct flow_segment_info *i);

#endif
