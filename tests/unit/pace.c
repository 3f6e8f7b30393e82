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

static void the_last_block_tells(void)
{
	struct pace p = { .ns = { 300, 200 } };

	CHECK(pace_past(&p));
	pace_took(&p, true, 9000);
	CHECK(!pace_past(&p));
	pace_took(&p, false, 9001);
	CHECK(pace_past(&p));
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

int main(void)
{
	RUN(what_was_never_tried_is_tried);
	RUN(the_last_block_tells);
	RUN(the_slower_is_tried_again_as_seldom_as_it_is_slow);
	return CHECK_DONE();
}
