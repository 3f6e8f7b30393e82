/* SPDX-License-Identifier: BSD-2-Clause */
/* Round trips gathered in a histogram, the line of an interval, and the summary at the end. */
#ifndef FLOW_STATS_H
#define FLOW_STATS_H

#include "flow/flow.h"
#include "flow/verdict.h"
#include "util/strbuf.h"

/* Four bins for each doubling from 1 µs: a quantile is off by at most a fifth. */
#define RTT_BINS 128

struct rtt_histogram {
	uint64_t n;
	uint64_t bin[RTT_BINS];
};

void rtt_add(struct rtt_histogram *h, uint64_t ns);
/* The value below which the share q (0 to 1) lies; 0 when empty. */
uint64_t rtt_quantile(const struct rtt_histogram *h, double q);

/* One interval: what was counted since last, which is moved on. */
void stats_line(struct strbuf *b, uint64_t at_ns, const struct flow_totals *now, struct flow_totals *last,
		const struct rtt_histogram *h);

struct summary_style {
	int width; /* columns; 0: 100 */
	bool ascii;
	uint64_t now_ns;
};

/* What the lines of all connections add up to. */
struct summary {
	uint64_t connections, segments, bytes, retrans, zero_windows;
	uint64_t verdicts[VERDICT_ONE_WAY + 1]; /* by enum flow_verdict */
};

void summary_add(struct summary *s, const struct flow_conn *c);

/* The sums, top talkers, top retransmitters, the histogram of round trips. at: those that are still at hand,
 * sorted by this; forgotten: the sums of those that are not. */
void summary_text(struct strbuf *b, struct flow_conn **at, size_t n, const struct summary *forgotten,
		  const struct rtt_histogram *h, const struct summary_style *style);

#endif
