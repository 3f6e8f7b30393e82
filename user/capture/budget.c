// SPDX-License-Identifier: BSD-2-Clause
#include "capture/budget.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include <ebpfdump/record.h>

#include "capture/clock.h"
#include "capture/load.h"
#include "util/log.h"
#include "util/strbuf.h"

#define CALIBRATE_RUNS 2000
#define CALIBRATE_FRAME 64
/* Where the means begin: they find their place within a few hundred packets. */
#define FIRST_KEPT_NS 150
#define FIRST_LEFT_OUT_NS 30
#define FIRST_RECORD_NS 150
#define FIRST_BATCH_NS 50000
#define RECORD_NS_MIN 20
#define SMALL_BATCH 4	  /* records */
#define LEARN_RECORDS 256 /* after so many new ones count as much as all before */

uint32_t budget_parts(double percent)
{
	uint32_t parts = (uint32_t)(percent * BUDGET_ONE / 100 + 0.5);

	return percent > 0 && !parts ? 1 : parts;
}

static uint64_t cpu_clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* What a frame costs that no expression takes: the way into the program and out of it. The most of the
 * programs counts; 0 if the kernel does not run them for us. */
static uint32_t measure_entry(const struct load *l)
{
	uint8_t frame[CALIBRATE_FRAME] = { 0 };
	uint32_t most = 0;

	for (int i = 0; i < LOAD_PROGRAMS; i++) {
		LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = sizeof(frame),
			    .repeat = CALIBRATE_RUNS);

		if (l->prog[i] >= 0 && bpf_prog_test_run_opts(l->prog[i], &opts) == 0 && opts.duration > most)
			most = opts.duration;
	}
	return most;
}

int budget_open(struct budget *b, double percent, const struct load *l)
{
	*b = (struct budget){ .percent = percent };
	if (percent <= 0)
		return 0;
	b->ncpus = l->ncpus;
	b->heavy = calloc(l->ncpus, 1);
	b->cpus = load_map(l, "budget_cpus", l->ncpus * sizeof(*b->cpus));
	b->shared = load_map(l, "budget_shared", sizeof(*b->shared));
	if (!b->heavy || !b->cpus || !b->shared)
		return -ENOMEM;
	for (size_t i = 0; i < b->ncpus; i++) {
		b->cpus[i].mean_kept = FIRST_KEPT_NS << BUDGET_MEAN_SHIFT;
		b->cpus[i].mean_left_out = FIRST_LEFT_OUT_NS << BUDGET_MEAN_SHIFT;
	}
	b->batch_ns = FIRST_BATCH_NS;
	b->record_ns = b->shared->consumer_ns = FIRST_RECORD_NS;
	b->shared->entry_ns = measure_entry(l);
	b->start_cpu_ns = b->cpu_ns = cpu_clock_ns();
	return 0;
}

void budget_close(struct budget *b)
{
	if (b->cpus)
		munmap(b->cpus, b->ncpus * sizeof(*b->cpus));
	if (b->shared)
		munmap(b->shared, sizeof(*b->shared));
	free(b->heavy);
	*b = (struct budget){ 0 };
}

/*
 * A batch costs so much for itself, which hardly any record adds to, and so much for each record; only the
 * latter is what fewer records save. The smallest batches tell the first, the others the second.
 */
static void learn_cost(struct budget *b, double ns, double records)
{
	if (records <= SMALL_BATCH) {
		b->batch_ns += (ns - b->batch_ns) / 16;
		return;
	}
	b->record_ns += ((ns - b->batch_ns) / records - b->record_ns) * records / (records + LEARN_RECORDS);
	if (b->record_ns < RECORD_NS_MIN)
		b->record_ns = RECORD_NS_MIN;
}

void budget_feed(struct budget *b, uint64_t captured)
{
	uint64_t now;

	if (!b->shared)
		return;
	now = cpu_clock_ns();
	if (captured != b->fed) {
		learn_cost(b, (double)(now - b->cpu_ns), (double)(captured - b->fed));
		b->shared->consumer_ns = (uint32_t)b->record_ns;
	}
	b->cpu_ns = now;
	b->fed = captured;
}

static uint32_t changes_made(const struct budget *b)
{
	return __atomic_load_n(&b->shared->nchanges, __ATOMIC_ACQUIRE);
}

static uint8_t most_heavy(const struct budget *b)
{
	uint8_t most = 0;

	for (size_t i = 0; i < b->ncpus; i++)
		most = b->heavy[i] > most ? b->heavy[i] : most;
	return most;
}

static const char *sep(const struct strbuf *to)
{
	return to->len ? ", " : "";
}

/* The rate in words; nothing if everything is kept. */
static void rate_words(struct strbuf *to, unsigned shift, unsigned flags_shift, unsigned heavy)
{
	if (shift)
		strbuf_printf(to, "one in %u connections", 1u << shift);
	if (shift && flags_shift)
		strbuf_printf(to, ", and one in %u SYN, FIN and RST of the others", 1u << flags_shift);
	else if (shift)
		strbuf_str(to, ", and SYN, FIN and RST of the others");
	if (heavy)
		strbuf_printf(to, "%sone in %u packets of the busiest connection", sep(to), 1u << heavy);
}

/* Who looks on is told once. */
static void tell(struct budget *b)
{
	struct strbuf words = { 0 };

	rate_words(&words, b->now.shift, b->now.flags_shift, most_heavy(b));
	snprintf(b->comment, sizeof(b->comment), "%s%s (--cpu-budget %g)",
		 words.len ? "sampled from here on: " : "no longer sampled from here on",
		 words.len ? strbuf_cstr(&words) : "", b->percent);
	strbuf_free(&words);
	if (!b->has_told)
		log_line("%s", b->comment);
	b->has_told = true;
}

static void take_change(struct budget *b, const struct clock *clock, const struct budget_change *c)
{
	b->now = *c;
	if (c->cpu < b->ncpus)
		b->heavy[c->cpu] = c->heavy_shift;
	if (c->shift > b->most_shift)
		b->most_shift = c->shift;
	b->sampled_ns = c->shift || most_heavy(b) ? UINT64_MAX : clock_wall_ns(clock, c->ts_ns);
}

/* The changes up to then. True: there were some. */
static bool take_changes(struct budget *b, const struct clock *clock, uint64_t ts_ns)
{
	uint32_t made = changes_made(b), told = b->told;

	/* Only the last of them are still there. */
	if (made - told > BUDGET_CHANGES / 2)
		told = made - BUDGET_CHANGES / 2;
	for (; told != made && b->shared->changes[told % BUDGET_CHANGES].ts_ns <= ts_ns; told++) {
		struct budget_change c = b->shared->changes[told % BUDGET_CHANGES];

		take_change(b, clock, &c);
	}
	if (told == b->told)
		return false;
	b->told = told;
	return true;
}

void budget_note(struct budget *b, const struct clock *clock, const struct record *rec, struct packet *p)
{
	if (changes_made(b) != b->told && take_changes(b, clock, rec->ts_ns)) {
		tell(b);
		p->comment = b->comment;
	}
	p->sampled_ns = b->sampled_ns == UINT64_MAX ? p->ts_ns : b->sampled_ns;
}

void budget_count(const struct budget *b, struct capture_budget *out)
{
	*out = (struct capture_budget){ .percent = b->percent };
	if (!b->shared)
		return;
	for (size_t i = 0; i < b->ncpus; i++) {
		out->program_ns += b->cpus[i].spent_ns;
		if (b->cpus[i].heavy_shift > out->heavy_shift)
			out->heavy_shift = (uint8_t)b->cpus[i].heavy_shift;
	}
	out->consumer_ns = cpu_clock_ns() - b->start_cpu_ns;
	out->shift = (uint8_t)b->shared->shift;
	out->most_shift = b->most_shift > out->shift ? (uint8_t)b->most_shift : out->shift;
	out->changes = changes_made(b);
}

char *budget_comment(const struct budget *b, uint64_t sampled_out)
{
	char *s;

	if (!b->shared)
		return NULL;
	if (asprintf(&s,
		     "--cpu-budget %g: %" PRIu64 " packets sampled out, %u changes of the rate, at most 1:%u",
		     b->percent, sampled_out, changes_made(b), 1u << b->most_shift) < 0)
		return NULL;
	return s;
}
