// SPDX-License-Identifier: BSD-2-Clause
#include "capture/clock.h"
#include "check.h"

#define SECOND 1000000000ull

/* A machine whose clocks are set by hand; each reading takes a little time. */
struct machine {
	uint64_t monotonic, epoch; /* realtime − monotonic */
	uint64_t cost;		   /* of a reading */
	unsigned readings, slow;   /* the slow-th reading takes a millisecond */
};

static uint64_t monotonic(void *arg)
{
	struct machine *m = arg;

	return m->monotonic += ++m->readings == m->slow ? 1000000 : m->cost;
}

static uint64_t realtime(void *arg)
{
	struct machine *m = arg;

	return monotonic(m) + m->epoch;
}

static struct clock clock_of(struct machine *m)
{
	struct clock c;

	clock_init(&c, &(struct clock_now){ monotonic, realtime, m });
	return c;
}

static void offset_is_epoch_within_a_reading(void)
{
	struct machine m = { .monotonic = 5 * SECOND, .epoch = 1700000000 * SECOND, .cost = 30 };
	struct clock c = clock_of(&m);
	uint64_t wall = clock_wall_ns(&c, 4 * SECOND), want = 1700000004 * SECOND;

	CHECK(wall >= want - 60 && wall <= want + 60);
}

static void disturbed_reading_is_not_taken(void)
{
	struct machine m = { .monotonic = 5 * SECOND, .epoch = 1700000000 * SECOND, .cost = 30, .slow = 2 };
	struct clock c = clock_of(&m);
	int64_t off = (int64_t)(clock_wall_ns(&c, 4 * SECOND) - 1700000004 * SECOND);

	CHECK(off >= -60 && off <= 60);
}

static void refresh_without_a_step_changes_nothing(void)
{
	struct machine m = { .monotonic = SECOND, .epoch = 1000 * SECOND, .cost = 30 };
	struct clock c = clock_of(&m);
	uint64_t before = clock_wall_ns(&c, 7 * SECOND);

	m.monotonic = 9 * SECOND;
	m.cost = 500;
	clock_refresh(&c);
	CHECK_EQ(c.n, 1);
	CHECK_EQ(clock_wall_ns(&c, 7 * SECOND), before);
}

static void records_before_a_step_keep_the_earlier_offset(void)
{
	struct machine m = { .monotonic = 10 * SECOND, .epoch = 1000 * SECOND };
	struct clock c = clock_of(&m);

	m.monotonic = 20 * SECOND;
	m.epoch = 5000 * SECOND;
	clock_refresh(&c);
	CHECK_EQ(clock_wall_ns(&c, 19 * SECOND), 1019 * SECOND);
	CHECK_EQ(clock_wall_ns(&c, 21 * SECOND), 5021 * SECOND);
}

static void step_backwards_is_followed_too(void)
{
	struct machine m = { .monotonic = 10 * SECOND, .epoch = 5000 * SECOND };
	struct clock c = clock_of(&m);

	m.monotonic = 20 * SECOND;
	m.epoch = 1000 * SECOND;
	clock_refresh(&c);
	CHECK_EQ(clock_wall_ns(&c, 19 * SECOND), 5019 * SECOND);
	CHECK_EQ(clock_wall_ns(&c, 21 * SECOND), 1021 * SECOND);
}

static void many_steps_keep_the_latest_right(void)
{
	struct machine m = { .monotonic = 1 * SECOND, .epoch = 100 * SECOND };
	struct clock c = clock_of(&m);
	uint64_t n = 3 * CLOCK_STEPS;

	for (uint64_t i = 1; i <= n; i++) {
		m.monotonic = (10 + i) * SECOND;
		m.epoch = (100 + i * 50) * SECOND;
		clock_refresh(&c);
	}
	CHECK_EQ(c.n, CLOCK_STEPS);
	CHECK_EQ(clock_wall_ns(&c, (11 + n) * SECOND), (111 + n + n * 50) * SECOND);
	CHECK_EQ(clock_wall_ns(&c, (10 + n) * SECOND - 1), (110 + n + (n - 1) * 50) * SECOND - 1);
}

int main(void)
{
	RUN(offset_is_epoch_within_a_reading);
	RUN(disturbed_reading_is_not_taken);
	RUN(refresh_without_a_step_changes_nothing);
	RUN(records_before_a_step_keep_the_earlier_offset);
	RUN(step_backwards_is_followed_too);
	RUN(many_steps_keep_the_latest_right);
	return CHECK_DONE();
}
