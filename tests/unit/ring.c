// SPDX-License-Identifier: BSD-2-Clause
#include "check.h"
#include "log_rig.h"

/* At most n records; how many there were. */
static uint64_t take(struct rig *g, uint64_t n)
{
	const struct record *rec;
	uint64_t before = g->got;

	ring_look(&g->ring);
	while (n-- && ring_peek(&g->ring, &rec) == RING_RECORD) {
		g->bad += !is_whole(rec, g->got++);
		ring_next(&g->ring);
		ring_release(&g->ring, false);
	}
	ring_release(&g->ring, true);
	return g->got - before;
}

static void records_come_as_soon_as_they_are_whole(void)
{
	struct rig *g = rig_new(1);

	CHECK_EQ(take(g, 9), 0);
	put_log(g, 10, 256);
	put_log(g, 0, 256);
	CHECK_EQ(take(g, 9), 2);
	put_log(g, 100, 256);
	CHECK_EQ(take(g, 9), 1);
	CHECK_EQ(take(g, 9), 0);
	CHECK_EQ(g->bad, 0);
	rig_free(g);
}

static void full_log_takes_again_when_a_block_is_read(void)
{
	struct rig *g = rig_new(4);
	uint64_t all;

	while (put_log(g, 100, 100))
		;
	all = g->put;
	CHECK_EQ(all, BLOCKS * ((BLOCK - LOG_FIRST - LOG_TRAILER) / LOG_STEP(100)));
	CHECK_EQ(ring_count(&g->ring), all);
	CHECK_EQ(take(g, all / 3), all / 3);
	CHECK(!put_log(g, 100, 100)); /* the block is read, but not left yet */
	CHECK_EQ(take(g, 1), 1);
	CHECK(put_log(g, 100, 100));
	CHECK_EQ(take(g, UINT64_MAX), all * 2 / 3);
	CHECK_EQ(g->bad, 0);
	CHECK_EQ(ring_count(&g->ring), 0);
	rig_free(g);
}

/* But the one that is written to. */
static void blocks_that_wait_are_counted(void)
{
	struct rig *g = rig_new(1);
	uint64_t all;

	CHECK_EQ(ring_blocks_held(&g->ring), 0);
	while (put_log(g, 100, 100))
		;
	all = g->put;
	CHECK_EQ(ring_blocks_held(&g->ring), BLOCKS - 1);
	take(g, all / BLOCKS + 1);
	CHECK_EQ(ring_blocks_held(&g->ring), BLOCKS - 2);
	take(g, UINT64_MAX);
	CHECK_EQ(ring_blocks_held(&g->ring), 0);
	rig_free(g);
}

static void block_that_ends_early_or_to_the_byte_is_left(void)
{
	static const uint32_t lens[] = { 0,   BLOCK - LOG_FIRST - LOG_TRAILER - sizeof(struct record),
					 8,   600,
					 600, 1 };
	struct rig *g = rig_new(1);

	for (size_t i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		CHECK(put_log(g, lens[i], lens[i]));
		CHECK_EQ(take(g, 9), 1);
	}
	CHECK_EQ(g->bad, 0);
	rig_free(g);
}

static void what_is_on_the_ring_comes_in_its_time(void)
{
	struct rig *g = rig_new(1);

	put_log(g, 1, 256);
	put_ring(g, 300);
	put_ring(g, 2);
	put_log(g, 3, 256);
	put_log(g, 4, 256);
	put_ring(g, 5);
	CHECK_EQ(ring_count(&g->ring), 6);
	CHECK_EQ(take(g, 2), 2);
	CHECK_EQ(ring_count(&g->ring), 4);
	CHECK_EQ(take(g, 9), 4);
	CHECK_EQ(g->bad, 0);
	CHECK_EQ(g->cons, g->prod);
	rig_free(g);
}

static void bells_are_no_records(void)
{
	struct rig *g = rig_new(1);

	put_bell(g);
	CHECK_EQ(ring_count(&g->ring), 0);
	CHECK_EQ(take(g, 9), 0);
	CHECK_EQ(g->cons, g->prod);
	put_log(g, 7, 256);
	put_bell(g);
	put_ring(g, 7);
	put_bell(g);
	CHECK_EQ(take(g, 9), 2);
	CHECK_EQ(g->cons, g->prod);
	CHECK_EQ(g->bad, 0);
	rig_free(g);
}

static void record_that_is_being_written_holds_back_what_may_follow(void)
{
	struct rig *g = rig_new(1);
	const struct record *rec;

	put_log(g, 50, 256);
	put_log(g, 50, 256);
	put_ring(g, 1); /* of a program that interrupts the one below, whose record is older */
	g->put--;
	g->cpu.busy = 1;
	CHECK_EQ(take(g, 9), 2);
	CHECK_EQ(ring_peek(&g->ring, &rec), RING_BUSY);
	CHECK_EQ(ring_count(&g->ring), 2); /* and the one that is on its way */
	put_log(g, 3, 256);
	g->cpu.busy = 0;
	CHECK_EQ(ring_peek(&g->ring, &rec), RING_RECORD);
	CHECK_EQ(take(g, 1), 1);
	g->got--;
	CHECK_EQ(take(g, 1), 1);
	rig_free(g);
}

/* What was written behind a look may be later than what is on other rings. */
static void record_behind_the_look_waits_for_the_next(void)
{
	struct rig *g = rig_new(1);
	const struct record *rec;

	put_log(g, 1, 256);
	ring_look(&g->ring);
	put_log(g, 2, 256);
	put_ring(g, 3);
	CHECK_EQ(ring_peek(&g->ring, &rec), RING_RECORD);
	ring_next(&g->ring);
	CHECK_EQ(ring_peek(&g->ring, &rec), RING_EMPTY);
	g->got = 1;
	CHECK_EQ(take(g, 9), 2);
	CHECK_EQ(g->bad, 0);
	rig_free(g);
}

static void any_mixture_comes_once_and_in_order(void)
{
	uint64_t refused = 0;

	for (uint32_t seed = 1; seed <= 200; seed++) {
		struct rig *g = rig_new(seed);

		for (int turn = 0; turn < 400; turn++) {
			uint32_t what = random_below(g, 10), len = random_below(g, 257);

			if (g->prod - g->cons > SIZE / 2)
				take(g, UINT64_MAX);
			if (what < 6)
				refused += !put_log(g, len, len + random_below(g, 257 - len));
			else if (what == 6)
				put_ring(g, random_below(g, 1000));
			else if (what == 7)
				put_bell(g);
			else
				take(g, random_below(g, 12));
			g->bad += ring_count(&g->ring) != g->put - g->got;
		}
		take(g, UINT64_MAX);
		CHECK_EQ(g->got, g->put);
		CHECK_EQ(g->bad, 0);
		rig_free(g);
	}
	CHECK(refused > 1000);
}

int main(void)
{
	RUN(records_come_as_soon_as_they_are_whole);
	RUN(full_log_takes_again_when_a_block_is_read);
	RUN(blocks_that_wait_are_counted);
	RUN(block_that_ends_early_or_to_the_byte_is_left);
	RUN(what_is_on_the_ring_comes_in_its_time);
	RUN(bells_are_no_records);
	RUN(record_that_is_being_written_holds_back_what_may_follow);
	RUN(record_behind_the_look_waits_for_the_next);
	RUN(any_mixture_comes_once_and_in_order);
	return CHECK_DONE();
}
