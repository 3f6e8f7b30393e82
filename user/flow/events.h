/* SPDX-License-Identifier: BSD-2-Clause */
/* The events in a segment. */
#ifndef FLOW_EVENTS_H
#define FLOW_EVENTS_H

#include "event.h"
#include "flow/flow.h"

#define FLOW_EVENTS_MAX 8 /* of one segment */

/* How many of out were filled. */
int flow_events(const struct flow_segment_info *i, uint64_t ts_ns, struct event out[FLOW_EVENTS_MAX]);

#endif
