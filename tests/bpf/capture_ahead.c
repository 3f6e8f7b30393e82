// SPDX-License-Identifier: BSD-2-Clause
/* Pages of a log that are fetched before records come to them: only where that pays, only of the block that
 * is written to, and without a word of a record lost. */
#include "capture_rig.h"

#define PAGE 4096
#define LINE 64
#define UNTOUCHED 0xee
#define NO_DYNPTR "before Linux 5.19 no page is fetched by a copy"

/* Of so many pages the first four are a trial: the first so many whose pages are not fetched, the next whose
 * pages are. */
#define TRIAL_OF 512
#define BETWEEN_TRIALS 100

static bool copies(void)
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
	cpu->fetched_ns = far ? 100 : 1000;
	cpu->unfetched_ns = far ? 1000 : 100;
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

	if (!copies())
		SKIP(NO_DYNPTR);
	cpu = open_untouched(&g, 4000);
	block = block_of(&g, cpu->block);
	cpu->pages = BETWEEN_TRIALS;
	be_far(cpu, true);
	fill_page(&g, cpu, 100);
	CHECK_EQ(cpu->pages, BETWEEN_TRIALS + 1);
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
	cpu->pages = BETWEEN_TRIALS;
	be_far(cpu, false);
	fill_page(&g, cpu, 100);
	CHECK(is_untouched(block + 2 * PAGE, PAGE));
	rig_close(&g);
}

static void fill_pages(struct rig *g, struct cpu_state *cpu, uint32_t until)
{
	while (cpu->pages < until)
		fill_page(g, cpu, 256);
}

/* Whatever is known, by turns they are fetched or not. */
static void pages_of_a_trial_are_fetched_or_not(void)
{
	struct cpu_state *cpu;
	uint8_t *block;
	struct rig g;

	cpu = open_untouched(&g, 4000);
	block = block_of(&g, cpu->block);
	cpu->pages = 2 * TRIAL_OF - 2;
	be_far(cpu, true);
	fill_page(&g, cpu, 100);
	CHECK(is_untouched(block + 2 * PAGE, PAGE));
	cpu->pages = 3 * TRIAL_OF - 2;
	be_far(cpu, false);
	fill_page(&g, cpu, 100);
	CHECK(!is_untouched(block + 3 * PAGE, PAGE));
	rig_close(&g);
}

static void records_of_a_trial_are_timed(void)
{
	struct cpu_state *cpu;
	struct rig g;

	cpu = open_untouched(&g, 4000);
	cpu->pages = TRIAL_OF - 2;
	fill_pages(&g, cpu, TRIAL_OF);
	CHECK_EQ(cpu->trial_ns, 0);
	fill_pages(&g, cpu, TRIAL_OF + 3);
	CHECK(cpu->trial_ns > 0);
	CHECK_EQ(cpu->fetched_ns, 0);
	fill_pages(&g, cpu, TRIAL_OF + 4);
	CHECK_EQ(cpu->trial_ns, 0);
	CHECK(cpu->fetched_ns > 0);
	CHECK_EQ(cpu->unfetched_ns, 0);
	cpu->pages = 2 * TRIAL_OF - 1;
	fill_pages(&g, cpu, 2 * TRIAL_OF + 4);
	CHECK(cpu->unfetched_ns > 0);
	rig_close(&g);
}

static void a_trial_moves_the_mean(void)
{
	struct cpu_state *cpu;
	struct rig g;

	cpu = open_untouched(&g, 4000);
	cpu->fetched_ns = 65000;
	cpu->pages = 3 * TRIAL_OF - 1;
	fill_pages(&g, cpu, 3 * TRIAL_OF + 4);
	CHECK(cpu->fetched_ns >= 65000 / 4 * 3);
	CHECK(cpu->fetched_ns < 65000 || cpu->fetched_ns == 65535); /* an emulated machine */
	cpu->unfetched_ns = 16;
	cpu->pages = 4 * TRIAL_OF - 1;
	fill_pages(&g, cpu, 4 * TRIAL_OF + 4);
	CHECK_EQ(cpu->unfetched_ns, (3 * 16 + 2 * 16) / 4);
	rig_close(&g);
}

/* That takes tens of microseconds, and says nothing of pages. */
static void a_record_that_wakes_is_not_timed(void)
{
	struct cpu_state *cpu;
	uint8_t f[FRAME_MAX];
	struct rig g;

	cpu = open_untouched(&g, 4000);
	make_ipv4(f, 100, 0, 6);
	cpu->pages = TRIAL_OF;
	for (int i = 0; i < 10; i++) {
		g.load.shared->asleep = 1;
		run_prog(g.load.prog[LOAD_IN], f, 100);
		CHECK_EQ(g.load.shared->asleep, 0);
	}
	CHECK_EQ(cpu->trial_ns, 0);
	run_prog(g.load.prog[LOAD_IN], f, 100);
	CHECK(cpu->trial_ns > 0);
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

/* A word of each line; the others stay. */
static void without_the_helpers_it_is_done_by_stores(void)
{
	struct cpu_state *cpu;
	uint8_t *behind;
	struct rig g;

	setenv("EBPFDUMP_DISABLE", "dynptr", 1);
	cpu = open_untouched(&g, 4000);
	unsetenv("EBPFDUMP_DISABLE");
	behind = block_of(&g, cpu->block) + 2 * PAGE;
	cpu->pages = BETWEEN_TRIALS;
	be_far(cpu, true);
	fill_page(&g, cpu, 100);
	for (uint8_t *line = behind; line < behind + PAGE; line += LINE) {
		CHECK(!is_untouched(line, 8));
		CHECK(is_untouched(line + 8, LINE - 8));
	}
	CHECK(is_untouched(behind + PAGE, PAGE));
	rig_close(&g);
}

int main(int argc, char **argv)
{
	if (getenv("SEED"))
		seed = strtoull(getenv("SEED"), NULL, 10);
	RUN(far_consumers_pages_are_fetched);
	RUN(near_ones_are_not);
	RUN(pages_of_a_trial_are_fetched_or_not);
	RUN(records_of_a_trial_are_timed);
	RUN(a_trial_moves_the_mean);
	RUN(a_record_that_wakes_is_not_timed);
	RUN(other_blocks_are_not_touched);
	RUN(records_are_what_was_sent);
	RUN(without_the_helpers_it_is_done_by_stores);
	return CHECK_DONE();
}
