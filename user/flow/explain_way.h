/* SPDX-License-Identifier: BSD-2-Clause */
/* What held a connection up on its way, in sentences: losses and where they were, windows. For
 * explain.c. */
#ifndef FLOW_EXPLAIN_WAY_H
#define FLOW_EXPLAIN_WAY_H

#include "flow/conn.h"
#include "util/strbuf.h"

/* Each appends sentences with a space before them, or nothing. */
void flow_explain_way(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns);
/* What the capture lost itself. */
void flow_explain_own_losses(struct strbuf *b, const struct flow_conn *c);
/* An ICMP error about a connection that was there already; nothing without one. */
void flow_explain_icmp(struct strbuf *b, const struct flow_conn *c);

#endif
