// SPDX-License-Identifier: BSD-2-Clause
#include "capture/merge.h"
#include "check.h"
#include "log_rig.h"

#define CPUS 3

/* Logs and rings of several CPUs. While records are looked at, their programs write wherever they may. */
struct all {
	struct rig *rig[CPUS];
	struct ring rings[CPUS];
	struct merge merge;
	uint64_t put, got, bad, refused, calls;
	uint64_t stop_at; /* after the call that comes so far */
	bool meanwhile;
};

static uint32_t below(struct all *a, uint32_t n)
{
	return random_below(a->rig[0], n);
}

static bool put(struct all *a, uint32_t cpu, uint32_t len, bool on_ring)
{
	struct rig *g = a->rig[cpu];
	bool there = true;

	g->put = a->put;
	if (!on_ring)
		there = put_log(g, len, len);
	else if ((there = g->prod - g->cons < SIZE / 2))
		put_ring(g, len);
	a->put = g->put;
	a->refused += !there;
	return there;
}

static void put_some(struct all *a, uint32_t n)
{
	uint32_t cpu = below(a, CPUS);

	while (n--) {
		if (!below(a, 3)) /* runs of one CPU's, and others in between */
			cpu = below(a, CPUS);
		put(a, cpu, below(a, 200), !below(a, 8));
	}
}

static struct all *all_new(uint32_t seed)
{
	struct all *a = calloc(1, sizeof(*a));

	for (uint32_t i = 0; i < CPUS; i++) {
		a->rig[i] = rig_new(seed + i);
		a->rings[i] = a->rig[i]->ring;
	}
	merge_init(&a->merge, a->rings, CPUS);
	return a;
}

static void all_free(struct all *a)
{
	merge_free(&a->merge);
	for (int i = 0; i < CPUS; i++)
		rig_free(a->rig[i]);
	free(a);
}

static int take(void *arg, const struct record *const *recs, size_t n)
{
	struct all *a = arg;

	if (a->meanwhile)
		put_some(a, 60);
	a->bad += n == 0 || n > MERGE_MANY;
	for (size_t i = 0; i < n; i++)
		a->bad += !is_whole(recs[i], a->got++);
	a->calls++;
	return a->stop_at && a->got >= a->stop_at;
}

static int run(struct all *a, uint64_t until)
{
	uint64_t taken, before = a->got;
	int r = merge_run_many(&a->merge, until, take, a, &taken);

	a->bad += taken != a->got - before;
	return r;
}

static void many_come_at_a_time(void)
{
	struct all *a = all_new(1);

	while (put(a, 0, 20, false))
		;
	CHECK_EQ(run(a, MERGE_EVERYTHING), 0);
	CHECK_EQ(a->got, a->put);
	CHECK_EQ(a->calls, BLOCKS);
	CHECK_EQ(a->bad, 0);
	all_free(a);
}

static void later_than_until_waits(void)
{
	struct all *a = all_new(1);

	for (uint32_t i = 0; i < 20; i++)
		put(a, i % CPUS, i, false);
	CHECK_EQ(run(a, 12), 0);
	CHECK_EQ(a->got, 13);
	CHECK_EQ(a->merge.done_ns, 12);
	CHECK_EQ(run(a, 19), 0);
	CHECK_EQ(a->got, 20);
	CHECK_EQ(a->bad, 0);
	all_free(a);
}

static void receiver_that_stops_gets_no_more_and_loses_none(void)
{
	struct all *a = all_new(1);
	uint64_t left = 0;

	while (put(a, 0, 0, false))
		;
	a->stop_at = 1;
	CHECK_EQ(run(a, MERGE_EVERYTHING), 1);
	for (int i = 0; i < CPUS; i++)
		left += ring_count(&a->rings[i]);
	CHECK_EQ(a->calls, 1);
	CHECK_EQ(a->got + left, a->put);
	CHECK_EQ(a->merge.done_ns, a->got - 1);
	all_free(a);
}

static void what_follows_a_busy_record_waits(void)
{
	struct all *a = all_new(1);

	put(a, 0, 8, false);
	put(a, 1, 8, false);
	a->rig[1]->cpu.busy = 1;
	put(a, 0, 8, false);
	CHECK_EQ(run(a, MERGE_EVERYTHING), 0);
	CHECK_EQ(a->got, 2);
	a->rig[1]->cpu.busy = 0;
	CHECK_EQ(run(a, MERGE_EVERYTHING), 0);
	CHECK_EQ(a->got, 3);
	CHECK_EQ(a->bad, 0);
	all_free(a);
}

static void nothing_is_written_over_before_it_is_taken(void)
{
	uint64_t refused = 0, calls = 0, got = 0, bad = 0;

	for (uint32_t seed = 1; seed <= 200; seed++) {
		struct all *a = all_new(seed);

		a->meanwhile = true;
		for (int turn = 0; turn < 100; turn++) {
			put_some(a, below(a, 100));
			a->bad += run(a, below(a, 4) ? MERGE_EVERYTHING : a->put / 2) != 0;
		}
		a->meanwhile = false;
		run(a, MERGE_EVERYTHING);
		bad += a->bad + a->put - a->got;
		refused += a->refused;
		calls += a->calls;
		got += a->got;
		all_free(a);
	}
	CHECK_EQ(bad, 0);
	CHECK(refused > 1000);
	CHECK(got > 3 * calls);
}

int main(void)
{
	RUN(many_come_at_a_time);
	RUN(later_than_until_waits);
	RUN(receiver_that_stops_gets_no_more_and_loses_none);
	RUN(what_follows_a_busy_record_waits);
	RUN(nothing_is_written_over_before_it_is_taken);
	return CHECK_DONE();
}
