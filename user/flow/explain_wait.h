/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers that came late or not at all, in sentences: an application that took its time, or the network. For
 * explain.c. */
#ifndef FLOW_EXPLAIN_WAIT_H
#define FLOW_EXPLAIN_WAIT_H

#include "flow/conn.h"
#include "util/strbuf.h"

/* What stands before all else, with a space behind it: the client waited for an answer until the end. */
void flow_explain_unanswered(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns);
/* … an answer that came at last, with a space before it. */
void flow_explain_slow_answer(struct strbuf *b, const struct flow_conn *c);

#endif
