// SPDX-License-Identifier: BSD-2-Clause
/* Which way of writing a block is taken for the faster. */
#include "check.h"

#include "file/pace.h"

static void what_was_never_tried_is_tried(void)
{
	struct pace p = { 0 };

	pace_took(&p, true, 400);
	CHECK(!pace_past(&p));
	pace_took(&p, false, 2000);
	CHECK(pace_past(&p));
}

static void took_often(struct pace *p, bool past, uint64_t ns, int n)
{
	for (int i = 0; i < n; i++)
		pace_took(p, past, ns);
}

/* Some that are slow may have waited for a CPU. */
static void only_slow_blocks_tell(void)
{
	struct pace p = { 0 };

	pace_took(&p, true, 200);
	pace_took(&p, false, 300);
	CHECK(pace_past(&p));
	took_often(&p, true, 9000, PACE_LAST - 1);
	CHECK(pace_past(&p));
	pace_took(&p, true, 9000);
	CHECK(!pace_past(&p));
	took_often(&p, false, 9001, PACE_LAST);
	CHECK(pace_past(&p));
	pace_took(&p, false, 250);
	CHECK(!pace_past(&p));
}

/* A disk that stood still, or memory that was not there, may be fast again; but a slow way is tried seldom.
 */
static void the_slower_is_tried_again_as_seldom_as_it_is_slow(void)
{
	struct pace p = { .ns = { 300, 9000 } };
	uint64_t ns[2] = { 0 }, tries = 0;

	for (int i = 0; i < 100000; i++) {
		bool past = pace_past(&p);

		ns[past] += p.ns[past];
		tries += past;
	}
	CHECK(tries > 50);
	CHECK(ns[true] * PACE_SAME <= ns[false]);
	while (!pace_past(&p))
		;
	pace_took(&p, true, 100);
	CHECK(pace_past(&p));
}

static void a_disk_keeps_up_if_blocks_come_more_slowly(void)
{
	struct pace p = { 0 };
	uint64_t now = 1000;

	pace_took(&p, true, 100);
	for (int i = 0; i < PACE_CAME_LEAST; i++) {
		CHECK(!pace_keeps_up(&p, now)); /* too few came */
		pace_came(&p, now += 200);
	}
	CHECK(pace_keeps_up(&p, now));
	for (int i = 0; i < PACE_CAME; i++)
		pace_came(&p, now += 110);
	CHECK(!pace_keeps_up(&p, now));
	/* Several at once, and then none for a while. */
	for (int i = 0; i < 2 * PACE_CAME; i++)
		pace_came(&p, now += i % 4 ? 10 : 770);
	CHECK(pace_keeps_up(&p, now));
	/* Bursts. */
	for (int i = 0; i < 2 * PACE_CAME; i++)
		pace_came(&p, now += i % PACE_CAME ? 90 : 1000000);
	CHECK(!pace_keeps_up(&p, now));
	p = (struct pace){ 0 };
	for (int i = 0; i < PACE_CAME; i++)
		pace_came(&p, now += 200);
	CHECK(!pace_keeps_up(&p, now)); /* none was written yet */
}

int main(void)
{
	RUN(what_was_never_tried_is_tried);
	RUN(only_slow_blocks_tell);
	RUN(the_slower_is_tried_again_as_seldom_as_it_is_slow);
	RUN(a_disk_keeps_up_if_blocks_come_more_slowly);
	return CHECK_DONE();
}
