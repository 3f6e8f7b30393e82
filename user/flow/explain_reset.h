/* SPDX-License-Identifier: BSD-2-Clause */
/* Who ended a connection with RST, and why, in sentences. For explain.c. */
#ifndef FLOW_EXPLAIN_RESET_H
#define FLOW_EXPLAIN_RESET_H

#include "flow/conn.h"
#include "util/strbuf.h"

/* It has CONN_RST. */
void flow_explain_reset(struct strbuf *b, const struct flow_conn *c);
/* Of an RST that ended nothing; nothing without one. */
void flow_explain_denied(struct strbuf *b, const struct flow_conn *c);

#endif
