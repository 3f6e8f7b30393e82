// SPDX-License-Identifier: BSD-2-Clause
#include "capture/clock.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

#define TRIES 3

/* The reading with the least time between its ends is the least disturbed. */
static struct clock_step measure(const struct clock_now *now)
{
	struct clock_step best = { 0 };
	uint64_t width = UINT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = now->monotonic_ns(now->arg), wall = now->realtime_ns(now->arg),
			 after = now->monotonic_ns(now->arg);

		if (after - before >= width)
			continue;
		width = after - before;
		best.since_ns = after;
		best.offset_ns = (int64_t)(wall - before - width / 2);
	}
	return best;
}

void clock_init(struct clock *c, const struct clock_now *now)
{
	*c = (struct clock){ .now = *now, .n = 1 };
	c->steps[0] = measure(now);
	c->steps[0].since_ns = 0;
}

void clock_refresh(struct clock *c)
{
	struct clock_step s = measure(&c->now), *last = &c->steps[c->n - 1];
	int64_t moved = s.offset_ns - last->offset_ns;

	if (moved <= CLOCK_NOISE_NS && moved >= -CLOCK_NOISE_NS)
		return;
	if (c->n == CLOCK_STEPS)
		memmove(c->steps, c->steps + 1, --c->n * sizeof(s));
	c->steps[c->n++] = s;
}

static uint64_t read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t system_monotonic(void *arg)
{
	return read_clock(CLOCK_MONOTONIC);
}

static uint64_t system_realtime(void *arg)
{
	return read_clock(CLOCK_REALTIME);
}

const struct clock_now clock_system = { system_monotonic, system_realtime, NULL };
