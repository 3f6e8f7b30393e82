// SPDX-License-Identifier: BSD-2-Clause
#include "flow/stats.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "flow/line.h"
#include "flow/pen.h"
#include "flow/verdict.h"
#include "flow/words.h"

#define TOP 5
#define BAR_MAX 40

static unsigned int bin_of(uint64_t ns)
{
	uint64_t us4 = ns / 250; /* quarters of a µs */
	unsigned int log, i;

	if (us4 < 4)
		return (unsigned int)us4;
	log = 63 - (unsigned int)__builtin_clzll(us4);
	i = (log - 1) * 4 + (unsigned int)(us4 >> (log - 2) & 3);
	return i < RTT_BINS ? i : RTT_BINS - 1;
}

/* The lower edge of a bin. */
static uint64_t bin_ns(unsigned int i)
{
	if (i < 4)
		return i * 250ull;
	return ((4ull + i % 4) << (i / 4 - 1)) * 250;
}

void rtt_add(struct rtt_histogram *h, uint64_t ns)
{
	h->n++;
	h->bin[bin_of(ns)]++;
}

uint64_t rtt_quantile(const struct rtt_histogram *h, double q)
{
	uint64_t want = (uint64_t)((double)h->n * q), seen = 0;

	if (h->n == 0)
		return 0;
	for (unsigned int i = 0; i < RTT_BINS; i++) {
		seen += h->bin[i];
		if (seen > want)
			return (bin_ns(i) + bin_ns(i + 1)) / 2;
	}
	return bin_ns(RTT_BINS - 1);
}

static void clock_words(struct strbuf *b, uint64_t at_ns)
{
	time_t s = (time_t)(at_ns / 1000000000);
	struct tm tm;
	char text[16];

	localtime_r(&s, &tm);
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	strbuf_str(b, text);
}

static void quantile_words(struct strbuf *b, const struct rtt_histogram *h, double q)
{
	if (h->n)
		flow_words_time(b, (int64_t)rtt_quantile(h, q));
	else
		strbuf_char(b, '-');
}

void stats_line(struct strbuf *b, uint64_t at_ns, const struct flow_totals *now, struct flow_totals *last,
		const struct rtt_histogram *h)
{
	uint64_t segments = now->segments - last->segments, retrans = now->retrans - last->retrans;

	clock_words(b, at_ns);
	strbuf_printf(b, "  segments %" PRIu64 "  bytes %" PRIu64 "  opened %" PRIu64 "  closed %" PRIu64,
		      segments, now->bytes - last->bytes, now->opened - last->opened,
		      now->closed - last->closed);
	strbuf_printf(b, "  refused %" PRIu64 "  reset %" PRIu64 "  retrans %.2f%%  zero windows %" PRIu64,
		      now->refused + now->rejected - last->refused - last->rejected, now->reset - last->reset,
		      segments ? 100.0 * (double)retrans / (double)segments : 0.0,
		      now->zero_windows - last->zero_windows);
	strbuf_str(b, "  RTT p50 ");
	quantile_words(b, h, 0.5);
	strbuf_str(b, " p99 ");
	quantile_words(b, h, 0.99);
	strbuf_printf(b, "  dropped %" PRIu64 "\n", now->lost - last->lost);
	*last = *now;
}

static void top(struct pen *p, const char *title, struct flow_conn **at, size_t n, enum flow_sort key,
		uint64_t now_ns)
{
	struct strbuf line = { 0 };

	flow_sort(at, n, key);
	pen_put(p, title);
	pen_newline(p);
	for (size_t i = 0; i < n && i < TOP; i++) {
		if (key == SORT_RETRANS && flow_retrans(at[i]) == 0)
			break;
		line.len = 0;
		flow_line(&line, at[i], now_ns);
		pen_put(p, "  ");
		pen_put(p, strbuf_cstr(&line));
		pen_newline(p);
	}
	strbuf_free(&line);
}

/* One bar for each doubling. */
static void histogram(struct pen *p, const struct rtt_histogram *h, int width)
{
	uint64_t sum[RTT_BINS / 4] = { 0 }, most = 1;
	int first = -1, last = -1, room = width - 34 < BAR_MAX ? width - 34 : BAR_MAX;
	char text[64];

	for (int i = 0; i < RTT_BINS; i++) {
		sum[i / 4] += h->bin[i];
		if (!h->bin[i])
			continue;
		first = first < 0 ? i / 4 : first;
		last = i / 4;
		most = sum[i / 4] > most ? sum[i / 4] : most;
	}
	for (int i = first; i <= last && i >= 0; i++) {
		struct strbuf edge = { 0 };

		flow_words_time(&edge, (int64_t)bin_ns((unsigned int)i * 4));
		pen_right(p, strbuf_cstr(&edge), 14);
		strbuf_free(&edge);
		snprintf(text, sizeof(text), " %10" PRIu64 " ", sum[i]);
		pen_put(p, text);
		pen_repeat(p, "█", "#", (int)(sum[i] * (uint64_t)room / most));
		pen_newline(p);
	}
}

static size_t count(struct flow_conn **at, size_t n, enum flow_verdict v)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		k += flow_verdict(at[i]) == v;
	return k;
}

void summary_text(struct strbuf *b, struct flow_conn **at, size_t n, const struct flow_totals *t,
		  const struct rtt_histogram *h, const struct summary_style *style)
{
	struct pen p = { .out = b, .ascii = style->ascii };

	strbuf_printf(b,
		      "\nconnections %" PRIu64 "  segments %" PRIu64 "  bytes %" PRIu64 "  closed %" PRIu64
		      "  refused %" PRIu64 "  rejected %" PRIu64 "  reset %" PRIu64
		      "  no answer %zu  half-open %zu  open %zu  retransmissions %" PRIu64
		      "  zero windows %" PRIu64 "\n",
		      t->opened, t->segments, t->bytes, t->closed, t->refused, t->rejected, t->reset,
		      count(at, n, VERDICT_NO_ANSWER), count(at, n, VERDICT_HALF_OPEN),
		      count(at, n, VERDICT_OPEN) + count(at, n, VERDICT_MID_STREAM), t->retrans,
		      t->zero_windows);
	if (n == 0)
		return;
	top(&p, "most bytes", at, n, SORT_BYTES, style->now_ns);
	if (t->retrans)
		top(&p, "most retransmissions", at, n, SORT_RETRANS, style->now_ns);
	if (h->n == 0)
		return;
	strbuf_printf(b, "round trips  %" PRIu64 " samples  p50 ", h->n);
	quantile_words(b, h, 0.5);
	strbuf_str(b, "  p99 ");
	quantile_words(b, h, 0.99);
	strbuf_char(b, '\n');
	histogram(&p, h, style->width ? style->width : 100);
}
