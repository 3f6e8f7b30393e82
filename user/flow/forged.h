/* SPDX-License-Identifier: BSD-2-Clause */
/* What proves that an RST is not from the end in whose name it came. */
#ifndef FLOW_FORGED_H
#define FLOW_FORGED_H

#include "flow/marks.h"

/* Side f acknowledged what had passed here rtt_ns before. */
void flow_forged_answered(struct flow_side *f, uint64_t rtt_ns);
/* s, of side from, is the RST that ends c. */
void flow_forged_rst(struct flow_conn *c, int from, const struct flow_seg *s);
/* s came after it (CONN_RST); what side from had sent reached nx. */
void flow_forged_after(struct flow_conn *c, int from, const struct flow_seg *s, uint32_t nx);
/* The RST that ended c, and what was told of it by these, is not to be taken for its sender's. */
bool flow_forged(const struct flow_conn *c);

#endif
