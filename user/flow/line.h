/* SPDX-License-Identifier: BSD-2-Clause */
/* One line a connection. */
#ifndef FLOW_LINE_H
#define FLOW_LINE_H

#include "flow/conn.h"
#include "util/strbuf.h"

/* `#N A:port > B:port  DURATION  iRTT T|-  pkts a/b  bytes a/b  retrans n  VERDICT`, without newline. */
void flow_line(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns);
/* What else happened to it and what it proves, in lines of at most width columns. */
void flow_line_reasons(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns, bool sampled, int width);

enum flow_sort { SORT_TIME, SORT_BYTES, SORT_PKTS, SORT_RETRANS, SORT_RTT, SORT_DURATION };

/* `time` …; -1: no such key. */
int flow_sort_key(const char *name);
/* By time the first comes first, by any other key the largest. */
void flow_sort(struct flow_conn **at, size_t n, enum flow_sort key);

#endif
