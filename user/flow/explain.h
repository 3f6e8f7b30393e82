/* SPDX-License-Identifier: BSD-2-Clause */
/* A verdict in the two or three sentences that somebody who has seen many would say. */
#ifndef FLOW_EXPLAIN_H
#define FLOW_EXPLAIN_H

#include "flow/conn.h"
#include "util/strbuf.h"

/* Appends who, when, what it proves, what it cannot prove from here, and what to try. One paragraph, no
 * newline. */
void flow_explain(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns);

#endif
