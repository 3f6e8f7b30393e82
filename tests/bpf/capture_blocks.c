// SPDX-License-Identifier: BSD-2-Clause
/* The blocks of the logs: a CPU has its own, and what others lend. */
#include "capture_rig.h"

#include <sys/mman.h>
#include <sys/wait.h>

/* Blocks that a CPU can have, by settings.h: its own, and what the others lend. */
static uint64_t blocks_at_most(const struct rig *g, uint64_t *kept)
{
	uint64_t own = g->load.log_bytes / g->load.rings[0].block_bytes;

	*kept = own / 4 < 2 ? 2 : own / 4;
	return own + (g->load.nonline - 1) * (own - *kept);
}

static void go_to_another_cpu(void)
{
	cpu_set_t set;
	int here = sched_getcpu();

	sched_setaffinity(0, sizeof(set), memset(&set, 0xff, sizeof(set)));
	sched_getaffinity(0, sizeof(set), &set);
	CPU_CLR(here, &set);
	if (CPU_COUNT(&set))
		sched_setaffinity(0, sizeof(set), &set);
	stay_on_this_cpu();
}

/* All blocks are filled, each up to where another record might not fit. */
static void log_takes_what_its_memory_holds(void)
{
	static const uint32_t lens[] = { 100, 256, 1000, 3000 };
	uint8_t f[FRAME_MAX];

	stay_on_this_cpu();
	for (size_t i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		uint64_t taken, size = LOG_STEP(lens[i]), most, kept;
		struct rig g;

		rig_open(&g, &(struct setup){ .snaplen = 4000 });
		make_ipv4(f, lens[i], 0, 6);
		while (!counted(&g).dropped)
			run_prog(g.load.prog[LOAD_IN], f, lens[i]);
		merge_run(&g.merge, MERGE_EVERYTHING, keep, &g, &taken);
		most = blocks_at_most(&g, &kept) * g.load.rings[0].block_bytes / size;
		CHECK(taken <= most && taken > most - most / 7 - 8);
		check_same(&(struct rig){ .n = 1, .head = g.head, .data = g.data }, f, lens[i], lens[i]);
		CHECK_EQ(run(&g, LOAD_IN, f, lens[i]), 1);
		CHECK_EQ(g.head.lost, 1);
		rig_close(&g);
	}
}

/* One CPU that takes all that is lent leaves another what that keeps; and all of it is free again. */
static void what_a_cpu_keeps_no_other_takes(void)
{
	uint64_t most, kept, taken, dropped, records, before, all = 0;
	uint8_t f[FRAME_MAX];
	struct rig g;

	stay_on_this_cpu();
	rig_open(&g, &(struct setup){ .snaplen = 4000, .ring_bytes = 8 << 20 });
	make_ipv4(f, 1000, 0, 6);
	records = g.load.rings[0].block_bytes / LOG_STEP(1000);
	for (int round = 0; round < 3; round++) {
		most = blocks_at_most(&g, &kept);
		before = counted(&g).received;
		for (dropped = counted(&g).dropped; counted(&g).dropped == dropped;)
			run_prog(g.load.prog[LOAD_IN], f, 1000);
		CHECK(counted(&g).received - before > (most - most / 7) * records);
		go_to_another_cpu();
		before = counted(&g).received;
		dropped = counted(&g).dropped;
		if (g.load.nonline > 1) {
			for (uint64_t i = 0; i < (kept - 1) * records; i++)
				run_prog(g.load.prog[LOAD_IN], f, 1000);
			CHECK_EQ(counted(&g).dropped, dropped);
		}
		merge_run(&g.merge, MERGE_EVERYTHING, keep, &g, &taken);
		CHECK_EQ(taken, counted(&g).received - counted(&g).dropped - all);
		all += taken;
	}
	rig_close(&g);
}

/* However many the blocks are, one CPU can fill them, again and again. */
static void a_large_log_holds_what_its_memory_does(void)
{
	uint64_t most, kept, taken, dropped;
	uint8_t f[FRAME_MAX];
	struct rig g;

	stay_on_this_cpu();
	rig_open(&g, &(struct setup){ .snaplen = 4000,
				      .ring_bytes = (512u << 20) / (uint32_t)sysconf(_SC_NPROCESSORS_ONLN) });
	make_ipv4(f, 3000, 0, 6);
	most = blocks_at_most(&g, &kept);
	CHECK(most > 64);
	for (int round = 0; round < 2; round++) {
		for (dropped = counted(&g).dropped; counted(&g).dropped == dropped;)
			run_prog(g.load.prog[LOAD_IN], f, 3000);
		merge_run(&g.merge, MERGE_EVERYTHING, keep, &g, &taken);
		CHECK(taken > (most - 2) * (g.load.rings[0].block_bytes / LOG_STEP(3000) - 1));
	}
	rig_close(&g);
}

/* Whoever begins a command does not copy what leads to them, however large they are. */
static void children_do_not_get_the_logs(void)
{
	int status = -1;
	struct rig g;
	pid_t child;

	rig_open(&g, &(struct setup){ .snaplen = 4000 });
	child = fork();
	if (child == 0)
		_exit(!(msync(g.load.logs, 4096, MS_ASYNC) && errno == ENOMEM));
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	CHECK_EQ(msync(g.load.logs, 4096, MS_ASYNC), 0);
	rig_close(&g);
}

int main(void)
{
	RUN(log_takes_what_its_memory_holds);
	RUN(a_large_log_holds_what_its_memory_does);
	RUN(what_a_cpu_keeps_no_other_takes);
	RUN(children_do_not_get_the_logs);
	return CHECK_DONE();
}
