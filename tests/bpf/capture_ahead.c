// SPDX-License-Identifier: BSD-2-Clause
/* Pages of a log that are fetched before records come to them: only where the consumer is far, only of the
 * block that is written to, and without a word of a record lost. */
#include "capture_rig.h"

#define PAGE 4096
#define UNTOUCHED 0xee
#define NO_DYNPTR "before Linux 5.19 no page is fetched ahead"

static bool fetches(void)
{
	return load_kernel_at_least(5, 19);
}

/* A log whose first block is written to, and of which nothing was touched. */
static struct cpu_state *open_untouched(struct rig *g, uint32_t snaplen)
{
	struct cpu_state *cpu;

	stay_on_this_cpu();
	rig_open(g, &(struct setup){ .snaplen = snaplen });
	cpu = &g->load.cpus[sched_getcpu()];
	for (size_t at = LOG_FIRST; at < g->load.log_bytes; at++)
		if (at % g->load.rings[0].block_bytes >= LOG_FIRST)
			g->load.logs[cpu->first * (size_t)g->load.rings[0].block_bytes + at] = UNTOUCHED;
	return cpu;
}

static void be_far(struct cpu_state *cpu, bool far)
{
	cpu->copied_ns = far ? 100 : 1000;
	cpu->stored_ns = far ? 1000 : 100;
}

static uint8_t *block_of(const struct rig *g, uint32_t block)
{
	return g->load.logs + (size_t)block * g->load.rings[0].block_bytes;
}

static bool is_untouched(const uint8_t *at, size_t n)
{
	while (n && at[n - 1] == UNTOUCHED)
		n--;
	return n == 0;
}

/* Until the first record that reaches into a page behind that of the log's end. */
static void fill_page(struct rig *g, struct cpu_state *cpu, uint32_t len)
{
	uint64_t page = (uint32_t)cpu->end / PAGE;
	uint8_t f[FRAME_MAX];

	make_ipv4(f, len, 0, 6);
	while ((uint32_t)cpu->end / PAGE == page)
		run_prog(g->load.prog[LOAD_IN], f, len);
}

static void far_consumers_pages_are_fetched(void)
{
	struct cpu_state *cpu;
	uint8_t *block;
	struct rig g;

	if (!fetches())
		SKIP(NO_DYNPTR);
	cpu = open_untouched(&g, 4000);
	block = block_of(&g, cpu->block);
	cpu->pages = 0;
	be_far(cpu, true);
	fill_page(&g, cpu, 100);
	CHECK_EQ(cpu->pages, 1);
	CHECK(memcmp(block + 2 * PAGE, block + PAGE, PAGE) == 0);
	CHECK(is_untouched(block + 3 * PAGE, PAGE));
	fill_page(&g, cpu, 1500);
	CHECK(memcmp(block + 3 * PAGE, block + 2 * PAGE, PAGE) == 0);
	CHECK(is_untouched(block + 4 * PAGE, PAGE));
	rig_close(&g);
}

static void near_ones_are_not(void)
{
	struct cpu_state *cpu;
	uint8_t *block;
	struct rig g;

	cpu = open_untouched(&g, 4000);
	block = block_of(&g, cpu->block);
	cpu->pages = 0;
	be_far(cpu, false);
	fill_page(&g, cpu, 100);
	CHECK(is_untouched(block + 2 * PAGE, PAGE));
	rig_close(&g);
}

/* By turns in one way and the other; the last page of a block has none behind it, and tells nothing. */
static void one_page_of_many_is_timed(void)
{
	struct cpu_state *cpu;
	struct rig g;

	if (!fetches())
		SKIP(NO_DYNPTR);
	cpu = open_untouched(&g, 4000);
	cpu->pages = 0;
	while (cpu->pages < 63)
		fill_page(&g, cpu, 256);
	CHECK_EQ(cpu->copied_ns, 0);
	fill_page(&g, cpu, 256);
	CHECK(cpu->copied_ns > 0);
	CHECK_EQ(cpu->stored_ns, 0);
	cpu->pages = 127;
	fill_page(&g, cpu, 256);
	CHECK(cpu->stored_ns > 0);
	cpu->copied_ns = cpu->stored_ns = 0;
	while ((uint32_t)cpu->end / PAGE + 2 < g.load.rings[0].block_bytes / PAGE)
		fill_page(&g, cpu, 256);
	cpu->copied_ns = 0;
	cpu->pages = 63;
	fill_page(&g, cpu, 256);
	CHECK_EQ(cpu->pages, 64);
	CHECK_EQ(cpu->copied_ns, 0);
	rig_close(&g);
}

static void what_is_timed_moves_the_median(void)
{
	struct cpu_state *cpu;
	struct rig g;

	if (!fetches())
		SKIP(NO_DYNPTR);
	cpu = open_untouched(&g, 4000);
	cpu->copied_ns = 60000;
	cpu->pages = 63;
	fill_page(&g, cpu, 256);
	CHECK(cpu->copied_ns == 60000 - 60000 / 8 || cpu->copied_ns == 65535); /* an emulated machine */
	cpu->stored_ns = 8;
	cpu->pages = 127;
	fill_page(&g, cpu, 256);
	CHECK_EQ(cpu->stored_ns, 10);
	rig_close(&g);
}

/* At the block's end, too; the last record ends in its last page. */
static void other_blocks_are_not_touched(void)
{
	struct cpu_state *cpu;
	uint32_t own, bytes;
	uint8_t f[FRAME_MAX];
	struct rig g;

	cpu = open_untouched(&g, 100);
	own = cpu->block;
	bytes = g.load.rings[0].block_bytes;
	make_ipv4(f, 100, 0, 6);
	while ((uint32_t)cpu->end + 2 * LOG_STEP(100) + LOG_TRAILER < bytes) {
		be_far(cpu, true);
		run_prog(g.load.prog[LOAD_IN], f, 100);
	}
	CHECK_EQ(cpu->block, own);
	CHECK((uint32_t)cpu->end / PAGE == bytes / PAGE - 1);
	for (uint32_t i = 0; i < g.load.log_bytes / bytes; i++)
		CHECK(cpu->first + i == own ||
		      is_untouched(block_of(&g, cpu->first + i) + LOG_FIRST, bytes - LOG_FIRST));
	rig_close(&g);
}

static uint64_t seed = 1;

static uint32_t below(uint32_t n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(seed >> 33) % n;
}

/* Each has bytes of its own; they are found again in the order in which they were sent. */
struct sent {
	uint32_t len, mark;
};

struct expected {
	const struct sent *next;
	uint64_t wrong;
};

static void make(uint8_t *f, const struct sent *s)
{
	make_ipv4(f, s->len, 0, 6);
	for (uint32_t i = 54; i < s->len; i++)
		f[i] = (uint8_t)(s->mark >> i % 4 * 8);
}

static int compare(void *arg, const struct record *rec)
{
	struct expected *e = arg;
	const struct sent *s = e->next++;
	uint8_t f[FRAME_MAX];

	make(f, s);
	e->wrong += (rec->cap_meta & RECORD_CAP_LEN_MASK) != s->len || memcmp(rec->data, f, s->len) != 0;
	return 0;
}

static void records_are_what_was_sent(void)
{
	static struct sent sent[300];
	struct expected e = { 0 };
	uint64_t taken, all = 0;
	uint8_t f[FRAME_MAX];
	struct cpu_state *cpu;
	struct rig g;

	stay_on_this_cpu();
	rig_open(&g, &(struct setup){ .snaplen = 4000 });
	cpu = &g.load.cpus[sched_getcpu()];
	for (int round = 0; round < 60; round++) {
		for (uint32_t i = 0; i < 300; i++) {
			sent[i] = (struct sent){ 54 + below(round % 2 ? 400 : 3000), below(1u << 30) };
			make(f, &sent[i]);
			be_far(cpu, round % 3);
			run_prog(g.load.prog[LOAD_IN], f, sent[i].len);
		}
		e.next = sent;
		merge_run(&g.merge, MERGE_EVERYTHING, compare, &e, &taken);
		all += taken;
	}
	CHECK_EQ(all, 60 * 300);
	CHECK_EQ(e.wrong, 0);
	CHECK_EQ(counted(&g).dropped, 0);
	rig_close(&g);
}

static void without_the_helpers_nothing_is_fetched(void)
{
	struct cpu_state *cpu;
	struct rig g;

	setenv("EBPFDUMP_DISABLE", "dynptr", 1);
	cpu = open_untouched(&g, 4000);
	unsetenv("EBPFDUMP_DISABLE");
	be_far(cpu, true);
	fill_page(&g, cpu, 100);
	CHECK_EQ(cpu->pages, 0);
	CHECK(is_untouched(block_of(&g, cpu->block) + 2 * PAGE, PAGE));
	rig_close(&g);
}

int main(int argc, char **argv)
{
	if (getenv("SEED"))
		seed = strtoull(getenv("SEED"), NULL, 10);
	RUN(far_consumers_pages_are_fetched);
	RUN(near_ones_are_not);
	RUN(one_page_of_many_is_timed);
	RUN(what_is_timed_moves_the_median);
	RUN(other_blocks_are_not_touched);
	RUN(records_are_what_was_sent);
	RUN(without_the_helpers_nothing_is_fetched);
	return CHECK_DONE();
}
