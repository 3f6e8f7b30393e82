// SPDX-License-Identifier: BSD-2-Clause
#include "statistics.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "source.h"
#include "util/cleanup.h"

static void print_budget(const struct capture_budget *b, bool one_line)
{
	fprintf(stderr, "%sbudget %g%% of each CPU: ", one_line ? ", " : "", b->percent);
	if (b->shift)
		fprintf(stderr, "one in %u connections kept now", 1u << b->shift);
	else
		fputs("all connections kept now", stderr);
	if (b->heavy_shift)
		fprintf(stderr, ", one in %u packets of the busiest", 1u << b->heavy_shift);
	if (b->most_shift)
		fprintf(stderr, ", one in %u at worst", 1u << b->most_shift);
	if (b->changes)
		fprintf(stderr, ", %u change%s", b->changes, b->changes == 1 ? "" : "s");
	fprintf(stderr, "; CPU used: %.3f s in the kernel, %.3f s here%s", (double)b->program_ns / 1e9,
		(double)b->consumer_ns / 1e9, one_line ? "" : "\n");
}

int statistics_print(struct source *s, bool one_line)
{
	struct capture_stats st;
	int r = s->ops->stats(s, &st);

	if (r)
		return r;
	/* tcpdump's three always; what further terms there are to the sum only where they are not 0 */
	const struct {
		uint64_t n;
		const char *what;
		bool always;
	} lines[] = {
		{ st.captured, "captured", true },	   { st.received, "received by filter", true },
		{ st.dropped, "dropped by kernel", true }, { st.sampled_out, "sampled out", false },
		{ st.unreadable, "unreadable", false },	   { st.left, "left at stop", false },
	};

	if (one_line)
		fputs("ebpfdump: ", stderr);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		if (!lines[i].n && !lines[i].always)
			continue;
		fprintf(stderr, "%s%" PRIu64 " packet%s %s%s", one_line && i ? ", " : "", lines[i].n,
			lines[i].n == 1 ? "" : "s", lines[i].what, one_line ? "" : "\n");
	}
	if (st.icmp || st.icmp_dropped)
		fprintf(stderr, "%s%" PRIu64 " ICMP error%s about them, %" PRIu64 " dropped by kernel%s",
			one_line ? ", " : "", st.icmp + st.icmp_dropped,
			st.icmp + st.icmp_dropped == 1 ? "" : "s", st.icmp_dropped, one_line ? "" : "\n");
	if (st.followed)
		fprintf(stderr, "%s%" PRIu64 " directions followed, %" PRIu64 " evicted%s",
			one_line ? ", " : "", st.followed, st.evicted, one_line ? "" : "\n");
	if (st.budget.percent > 0)
		print_budget(&st.budget, one_line);
	if (one_line)
		fputc('\n', stderr);
	return 0;
}
