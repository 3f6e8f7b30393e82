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

/* A disk that stood still, or memory that was not there, may be fast again. */
static void the_slower_is_tried_again(void)
{
	struct pace p = { .ns = { 300, 9000 } };
	unsigned past = 0;

	for (int i = 0; i < 10 * (PACE_SAME + 1); i++)
		past += pace_past(&p);
	CHECK_EQ(past, 10);
	for (int i = 0; i < PACE_SAME; i++)
		CHECK(!pace_past(&p));
	CHECK(pace_past(&p));
	pace_took(&p, true, 100);
	CHECK(pace_past(&p));
}

int main(void)
{
	RUN(what_was_never_tried_is_tried);
	RUN(the_last_block_tells);
	RUN(the_slower_is_tried_again);
	return CHECK_DONE();
}
