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

void summary_add(struct summary *s, const struct flow_conn *c)
{
	s->connections++;
	s->verdicts[flow_verdict(c)]++;
	s->retrans += flow_retrans(c);
	for (int i = 0; i < 2; i++) {
		s->segments += c->side[i].pkts;
		s->bytes += c->side[i].bytes;
		s->zero_windows += c->side[i].zero_windows;
	}
}

static void sums(struct strbuf *b, const struct summary *s)
{
	const uint64_t *v = s->verdicts;

	strbuf_printf(b,
		      "\nconnections %" PRIu64 "  segments %" PRIu64 "  bytes %" PRIu64 "  closed %" PRIu64
		      "  refused %" PRIu64 "  rejected %" PRIu64 "  reset %" PRIu64,
		      s->connections, s->segments, s->bytes,
		      v[VERDICT_CLOSED_3] + v[VERDICT_CLOSED_4] + v[VERDICT_CLOSED_SIMULTANEOUS],
		      v[VERDICT_REFUSED], v[VERDICT_REJECTED],
		      v[VERDICT_RESET_CLIENT] + v[VERDICT_RESET_SERVER]);
	strbuf_printf(b,
		      "  no answer %" PRIu64 "  half-open %" PRIu64 "  half-closed %" PRIu64 "  open %" PRIu64
		      "  one-way %" PRIu64 "  retransmissions %" PRIu64 "  zero windows %" PRIu64 "\n",
		      v[VERDICT_NO_ANSWER], v[VERDICT_HALF_OPEN], v[VERDICT_HALF_CLOSED],
		      v[VERDICT_OPEN] + v[VERDICT_MID_STREAM], v[VERDICT_ONE_WAY], s->retrans,
		      s->zero_windows);
}

void summary_text(struct strbuf *b, struct flow_conn **at, size_t n, const struct summary *forgotten,
		  const struct rtt_histogram *h, const struct summary_style *style)
{
	struct pen p = { .out = b, .ascii = style->ascii };
	struct summary s = *forgotten;

	for (size_t i = 0; i < n; i++)
		summary_add(&s, at[i]);
	sums(b, &s);
	if (n == 0)
		return;
	top(&p, "most bytes", at, n, SORT_BYTES, style->now_ns);
	if (s.retrans)
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
