// SPDX-License-Identifier: BSD-2-Clause
/*
 * --cpu-budget in the capture programs, through BPF_PROG_TEST_RUN. What a window cost is written into the
 * map, so that what follows from it does not depend on this machine's speed: a window that began ten seconds
 * ago counts as one of two, one that begins in the future never ends.
 */
#include "capture_rig.h"

#include <sched.h>
#include <sys/mman.h>

#include <ebpfdump/budget.h>

#define FIVE_PERCENT 3277
#define NEVER_NS (1ull << 62)

struct budgets {
	struct rig rig;
	struct budget_cpu *cpu; /* that of the CPU that runs this */
	struct budget_cpu *cpus;
	struct budget_shared *shared;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void open_budgets(struct budgets *b, const struct setup *setup)
{
	struct setup s = *setup;
	cpu_set_t one;
	int cpu = sched_getcpu();

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	CHECK_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
	s.extra.budget = FIVE_PERCENT;
	rig_open(&b->rig, &s);
	b->cpus = load_map(&b->rig.load, "budget_cpus", b->rig.load.ncpus * sizeof(*b->cpus));
	b->shared = load_map(&b->rig.load, "budget_shared", sizeof(*b->shared));
	if (!b->cpus || !b->shared)
		exit(1);
	b->cpu = &b->cpus[cpu];
	b->cpu->began_ns = NEVER_NS;
	b->cpu->mean_kept = 1000 << BUDGET_MEAN_SHIFT;
	b->cpu->mean_left_out = 10 << BUDGET_MEAN_SHIFT;
}

static void close_budgets(struct budgets *b)
{
	munmap(b->cpus, b->rig.load.ncpus * sizeof(*b->cpus));
	munmap(b->shared, sizeof(*b->shared));
	rig_close(&b->rig);
}

/* A segment of connection i. */
static void make_segment(uint8_t f[100], uint32_t i, uint8_t flags)
{
	make_ipv4(f, 100, 0, 6);
	f[ETH + 17] = (uint8_t)(i >> 16);
	f[ETH + 20] = (uint8_t)(i >> 8);
	f[ETH + 21] = (uint8_t)i;
	f[ETH + 33] = flags;
}

static uint32_t hash_of(const uint8_t f[100])
{
	struct sample_end a = { 0 }, b = { 0 };

	memcpy(a.addr, f + ETH + 12, 4);
	memcpy(b.addr, f + ETH + 16, 4);
	memcpy(&a.port, f + ETH + 20, 2);
	memcpy(&b.port, f + ETH + 22, 2);
	return sample_hash(&a, &b, 1, 0);
}

static uint64_t send_one(struct budgets *b, uint32_t i, uint8_t flags)
{
	uint8_t f[100];

	make_segment(f, i, flags);
	return run(&b->rig, LOAD_IN, f, sizeof(f));
}

/* So many packets of each kind were in the window that ends now; no time passes in the next. */
static void end_window(struct budgets *b, uint32_t kept, uint32_t flagged, uint32_t left_out)
{
	b->cpu->n[BUDGET_KEPT] = kept;
	b->cpu->n[BUDGET_FLAGGED] = flagged;
	b->cpu->n[BUDGET_LEFT_OUT] = left_out;
	b->cpu->began_ns = now_ns() - 10000000000;
	b->cpu->jiffy = 0;
	b->cpu->until_timed = 1u << 30;
	b->shared->changed_ns = 0;
	send_one(b, 0, 0x10);
	CHECK(b->cpu->began_ns > now_ns() - 10000000000);
	b->cpu->began_ns = NEVER_NS;
}

static void everything_is_kept_while_nothing_costs_too_much(void)
{
	uint64_t kept = 0;
	struct budgets b;

	open_budgets(&b, &(struct setup){ 0 });
	for (uint32_t i = 0; i < 500; i++)
		kept += send_one(&b, i, 0x10);
	CHECK_EQ(kept, 500);
	CHECK_EQ(counted(&b.rig).sampled_out, 0);
	CHECK_EQ(b.cpu->n[BUDGET_KEPT], 500);
	CHECK_EQ(b.shared->nchanges, 0);
	close_budgets(&b);
}

static void fewer_connections_are_a_part_of_more_in_both_directions_and_modes(void)
{
	uint64_t kept[5] = { 0 }, sent = 0;
	struct budgets b;
	uint8_t f[100];

	open_budgets(&b, &(struct setup){ .progs = 1 << LOAD_IN | 1 << LOAD_OUT | 1u << rig_xdp() });
	for (uint32_t i = 0; i < 400; i++) {
		make_segment(f, i, 0x10);
		for (uint32_t shift = 1; shift < 5; shift++) {
			uint64_t want = (uint64_t)sample_keeps_hash(hash_of(f), 1, shift);

			b.shared->shift = shift;
			CHECK_EQ(run(&b.rig, LOAD_IN, f, sizeof(f)), want);
			CHECK_EQ(run(&b.rig, LOAD_OUT, f, sizeof(f)), want);
			CHECK_EQ(run(&b.rig, rig_xdp(), f, sizeof(f)), want);
			CHECK(!want || sample_keeps_hash(hash_of(f), 1, shift - 1));
			kept[shift] += want;
			kept[0] += 3 * want;
			sent += 3;
		}
	}
	/* Binomial, five standard deviations. */
	CHECK(kept[1] > 150 && kept[1] < 250);
	CHECK(kept[2] > 57 && kept[2] < 143);
	CHECK(kept[3] > 17 && kept[3] < 83);
	CHECK_EQ(counted(&b.rig).received, sent);
	CHECK_EQ(counted(&b.rig).sampled_out, sent - kept[0]);
	CHECK_EQ(b.cpu->n[BUDGET_KEPT], kept[0]);
	CHECK_EQ(b.cpu->n[BUDGET_LEFT_OUT], sent - kept[0]);
	close_budgets(&b);
}

static void syn_fin_rst_of_the_others_are_kept_until_they_cost_too_much(void)
{
	static const uint8_t flags[] = { 0x02, 0x12, 0x11, 0x04 };
	uint64_t kept = 0, want = 0;
	struct budgets b;
	uint8_t f[100];

	open_budgets(&b, &(struct setup){ 0 });
	b.shared->shift = 6;
	for (uint32_t i = 0; i < 400; i++)
		kept += send_one(&b, i, flags[i % 4]);
	CHECK_EQ(kept, 400);
	CHECK(b.cpu->n[BUDGET_FLAGGED] > 350);
	b.shared->flags_shift = 2;
	for (uint32_t i = 0; i < 400; i++) {
		make_segment(f, i, 0x02);
		want += (uint64_t)sample_keeps_hash(hash_of(f), 1, 2);
		kept += send_one(&b, i, flags[i % 4]);
	}
	CHECK_EQ(kept, 400 + want);
	close_budgets(&b);
	open_budgets(&b, &(struct setup){ .extra.sample_all_flags = 1 });
	b.shared->shift = 6;
	for (uint32_t i = 0; i < 400; i++)
		send_one(&b, i, flags[i % 4]);
	CHECK_EQ(b.cpu->n[BUDGET_FLAGGED], 0);
	close_budgets(&b);
}

static void it_divides_what_sample_flows_and_sample_leave(void)
{
	uint64_t kept = 0, want = 0;
	struct budgets b;
	uint8_t f[100];

	open_budgets(&b, &(struct setup){ .extra.sample_flows = 3 });
	b.shared->shift = 1;
	for (uint32_t i = 0; i < 600; i++) {
		make_segment(f, i, 0x10);
		want += (uint64_t)sample_keeps_hash(hash_of(f), 3, 1);
		kept += run(&b.rig, LOAD_IN, f, sizeof(f));
	}
	CHECK_EQ(kept, want);
	CHECK(want > 55 && want < 145);
	/* A SYN of a connection that --sample-flows leaves out stays out. */
	for (uint32_t i = 0; i < 600; i++) {
		make_segment(f, i, 0x02);
		CHECK_EQ(run(&b.rig, LOAD_IN, f, sizeof(f)), (uint64_t)sample_keeps_hash(hash_of(f), 3, 0));
	}
	close_budgets(&b);
	open_budgets(&b, &(struct setup){ .extra = { .sample = 4 } });
	kept = 0;
	for (uint32_t i = 0; i < 400; i++)
		kept += send_one(&b, i, 0x10);
	CHECK_EQ(kept, 100);
	CHECK_EQ(b.cpu->n[BUDGET_KEPT], 100);
	CHECK_EQ(b.cpu->n[BUDGET_LEFT_OUT], 300);
	close_budgets(&b);
}

static void a_window_over_the_budget_halves_connections_as_often_as_it_takes(void)
{
	struct budgets b;

	/* 5 % of two seconds; 0.5 s take three halves. */
	open_budgets(&b, &(struct setup){ 0 });
	end_window(&b, 500000, 0, 0);
	CHECK_EQ(b.shared->shift, 3);
	CHECK_EQ(b.shared->flags_shift, 0);
	CHECK_EQ(b.shared->nchanges, 1);
	CHECK_EQ(b.shared->changes[0].shift, 3);
	CHECK(b.shared->changes[0].ts_ns <= now_ns());
	/* What the consumer and the way into the program cost counts as well. */
	b.shared->consumer_ns = 700;
	b.shared->entry_ns = 100;
	end_window(&b, 100000, 0, 0);
	CHECK_EQ(b.shared->shift, 4);
	/* Not more than four at once. */
	end_window(&b, 4000000, 0, 0);
	CHECK_EQ(b.shared->shift, 8);
	for (int i = 0; i < 10; i++)
		end_window(&b, 4000000, 0, 0);
	CHECK_EQ(b.shared->shift, BUDGET_SHIFT_MAX);
	close_budgets(&b);
}

static void leaving_out_may_cost_more_than_the_budget_and_some_is_kept_still(void)
{
	struct budgets b;

	/* 0.2 s for what is left out, 5 ms for what is kept: less would not help. */
	open_budgets(&b, &(struct setup){ 0 });
	b.shared->shift = 5;
	end_window(&b, 5000, 0, 20000000);
	CHECK_EQ(b.shared->shift, 5);
	/* 20 ms are more than the eighth that is. */
	end_window(&b, 20000, 0, 20000000);
	CHECK_EQ(b.shared->shift, 6);
	close_budgets(&b);
}

static void flags_are_halved_when_it_is_they_that_cost(void)
{
	struct budgets b;

	open_budgets(&b, &(struct setup){ 0 });
	b.shared->shift = 4;
	end_window(&b, 10000, 300000, 0);
	CHECK_EQ(b.shared->shift, 4);
	CHECK_EQ(b.shared->flags_shift, 2);
	close_budgets(&b);
}

static void more_is_kept_again_when_it_fits(void)
{
	struct budgets b;

	open_budgets(&b, &(struct setup){ 0 });
	b.shared->shift = 4;
	/* Twice 45 ms are more than seven eighths of 100. */
	end_window(&b, 45000, 0, 800000);
	CHECK_EQ(b.shared->shift, 4);
	CHECK(b.shared->held_ns > now_ns() - 1000000000);
	/* Some CPU needed it just now, or does so in this moment. */
	b.shared->held_ns = NEVER_NS;
	end_window(&b, 30000, 0, 600000);
	CHECK_EQ(b.shared->shift, 4);
	b.shared->held_ns = 0;
	end_window(&b, 30000, 0, 600000);
	CHECK_EQ(b.shared->shift, 3);
	/* All of it fits. */
	b.shared->held_ns = 0;
	end_window(&b, 10, 0, 50);
	CHECK_EQ(b.shared->shift, 0);
	CHECK_EQ(b.shared->nchanges, 2);
	close_budgets(&b);
}

static void debts_are_paid_first(void)
{
	struct budgets b;

	open_budgets(&b, &(struct setup){ 0 });
	end_window(&b, 150000, 0, 0);
	CHECK_EQ(b.shared->shift, 1);
	CHECK(b.cpu->debt_ns >= 49000000 && b.cpu->debt_ns <= 51000000);
	b.shared->held_ns = 0;
	end_window(&b, 70000, 0, 0);
	CHECK_EQ(b.shared->shift, 1);
	CHECK(b.cpu->debt_ns >= 19000000 && b.cpu->debt_ns <= 21000000);
	end_window(&b, 10, 0, 10);
	CHECK_EQ(b.cpu->debt_ns, 0);
	CHECK_EQ(b.shared->shift, 1);
	b.shared->held_ns = 0;
	end_window(&b, 10, 0, 10);
	CHECK_EQ(b.shared->shift, 0);
	close_budgets(&b);
}

static void a_rate_that_does_not_last_is_tried_less_often(void)
{
	struct budgets b;

	open_budgets(&b, &(struct setup){ 0 });
	b.shared->shift = 4;
	end_window(&b, 30000, 0, 600000);
	CHECK_EQ(b.shared->shift, 3);
	b.shared->restored_ns = now_ns() + 1000000000; /* just now, however slow this runs */
	end_window(&b, 150000, 0, 0);
	CHECK_EQ(b.shared->shift, 4);
	CHECK_EQ(b.shared->backoff, 1);
	/* One CPU needs nothing; the last need is longer ago than the first wait, but not than twice that. */
	b.cpu->debt_ns = 0;
	b.shared->backoff = BUDGET_BACKOFF_MAX;
	b.shared->held_ns = now_ns() - 2 * BUDGET_HOLD_NS;
	end_window(&b, 30000, 0, 600000);
	CHECK_EQ(b.shared->shift, 4);
	close_budgets(&b);
}

static void a_window_with_a_change_in_it_decides_nothing(void)
{
	struct budgets b;

	open_budgets(&b, &(struct setup){ 0 });
	b.cpu->n[BUDGET_KEPT] = 900000;
	b.cpu->began_ns = now_ns() - 10000000000;
	b.cpu->jiffy = 0;
	b.shared->changed_ns = now_ns() - 5000000000;
	send_one(&b, 0, 0x10);
	CHECK_EQ(b.shared->shift, 0);
	CHECK_EQ(b.shared->nchanges, 0);
	CHECK(b.cpu->spent_ns >= 900000000);
	close_budgets(&b);
}

/* One connection has two thirds of the packets; every one is timed, so that every one has a vote. */
static void let_one_be_heavy(struct budgets *b)
{
	for (uint32_t i = 0; i < 300; i++) {
		b->cpu->until_timed = 0;
		send_one(b, i % 3 ? 77 : 1000 + i, 0x10);
	}
	CHECK_EQ(b->cpu->votes, 300);
	CHECK(b->cpu->agree > 150);
}

static void a_connection_that_alone_costs_too_much_is_thinned_by_packets(void)
{
	uint64_t kept = 0, others = 0;
	struct budgets b;

	open_budgets(&b, &(struct setup){ 0 });
	let_one_be_heavy(&b);
	b.cpu->mean_kept = 1000 << BUDGET_MEAN_SHIFT;
	end_window(&b, 350000, 0, 0);
	CHECK_EQ(b.shared->shift, 0);
	CHECK_EQ(b.cpu->heavy_shift, 2);
	CHECK_EQ(b.shared->nchanges, 1);
	CHECK_EQ(b.shared->changes[0].heavy_shift, 2);
	for (uint32_t i = 0; i < 400; i++) {
		kept += send_one(&b, 77, 0x10);
		others += send_one(&b, 2000 + i, 0x10);
	}
	CHECK_EQ(kept, 100);
	CHECK_EQ(others, 400);
	CHECK_EQ(send_one(&b, 77, 0x11), 1);
	/* Eight windows without need, and it is whole again. */
	b.cpu->debt_ns = 0;
	for (int i = 0; i < 2; i++)
		end_window(&b, 10, 0, 10);
	CHECK_EQ(b.cpu->heavy_shift, 0);
	close_budgets(&b);
}

static void without_a_majority_connections_are_halved(void)
{
	struct budgets b;

	open_budgets(&b, &(struct setup){ 0 });
	for (uint32_t i = 0; i < 300; i++) {
		b.cpu->until_timed = 0;
		send_one(&b, i % 3, 0x10);
	}
	b.cpu->mean_kept = 1000 << BUDGET_MEAN_SHIFT;
	end_window(&b, 150000, 0, 0);
	CHECK_EQ(b.shared->shift, 1);
	CHECK_EQ(b.cpu->heavy_shift, 0);
	close_budgets(&b);
}

/* As those of tunnels, which have no ports outside. */
static void packets_without_a_connection_are_thinned_one_by_one(void)
{
	uint64_t kept = 0;
	struct budgets b;
	uint8_t f[100];

	make_ipv4(f, sizeof(f), 0, 6);
	open_budgets(&b, &(struct setup){ 0 });
	b.shared->shift = 2;
	for (int i = 0; i < 800; i++)
		kept += run(&b.rig, LOAD_IN, f, ETH + 22);
	CHECK(kept > 120 && kept < 280);
	CHECK_EQ(counted(&b.rig).sampled_out, 800 - kept);
	close_budgets(&b);
}

static void packets_are_timed(void)
{
	struct budgets b;

	open_budgets(&b, &(struct setup){ 0 });
	b.cpu->mean_kept = b.cpu->mean_left_out = 0;
	for (uint32_t i = 0; i < 2000; i++)
		send_one(&b, i, 0x10);
	CHECK(b.cpu->mean_kept > 0);
	CHECK_EQ(b.cpu->mean_left_out, 0);
	b.shared->shift = 16;
	for (uint32_t i = 0; i < 2000; i++)
		send_one(&b, i, 0x10);
	CHECK(b.cpu->mean_left_out > 0);
	close_budgets(&b);
}

int main(void)
{
	RUN(everything_is_kept_while_nothing_costs_too_much);
	RUN(fewer_connections_are_a_part_of_more_in_both_directions_and_modes);
	RUN(syn_fin_rst_of_the_others_are_kept_until_they_cost_too_much);
	RUN(it_divides_what_sample_flows_and_sample_leave);
	RUN(a_window_over_the_budget_halves_connections_as_often_as_it_takes);
	RUN(leaving_out_may_cost_more_than_the_budget_and_some_is_kept_still);
	RUN(flags_are_halved_when_it_is_they_that_cost);
	RUN(more_is_kept_again_when_it_fits);
	RUN(debts_are_paid_first);
	RUN(a_rate_that_does_not_last_is_tried_less_often);
	RUN(a_window_with_a_change_in_it_decides_nothing);
	RUN(a_connection_that_alone_costs_too_much_is_thinned_by_packets);
	RUN(without_a_majority_connections_are_halved);
	RUN(packets_without_a_connection_are_thinned_one_by_one);
	RUN(packets_are_timed);
	return CHECK_DONE();
}
