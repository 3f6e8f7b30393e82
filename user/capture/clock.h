/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From CLOCK_MONOTONIC, which the kernel programs read, to the time since the epoch. The two run at one rate
 * and differ by an offset that changes only when the wall clock is set; what was captured before keeps the
 * offset that held then. Pure: the clocks are injected.
 */
#ifndef CAPTURE_CLOCK_H
#define CAPTURE_CLOCK_H

#include <stdint.h>

#define CLOCK_STEPS 16 /* remembered; more between two looks at the rings count as one */
/* What two readings of the clocks may differ by without a step. */
#define CLOCK_NOISE_NS 20000

struct clock_now {
	uint64_t (*monotonic_ns)(void *arg);
	uint64_t (*realtime_ns)(void *arg);
	void *arg;
};

struct clock {
	struct clock_now now;
	unsigned n; /* ≥ 1 */
	struct clock_step {
		uint64_t since_ns; /* monotonic */
		int64_t offset_ns; /* realtime − monotonic */
	} steps[CLOCK_STEPS];	   /* oldest first */
};

void clock_init(struct clock *c, const struct clock_now *now);

/* Looks whether the wall clock was set since the last call; call it as soon as that may have happened. */
void clock_refresh(struct clock *c);

/* Monotonic → epoch. */
static inline uint64_t clock_wall_ns(const struct clock *c, uint64_t monotonic_ns)
{
	unsigned i = c->n - 1;

	while (i > 0 && monotonic_ns < c->steps[i].since_ns)
		i--;
	return monotonic_ns + (uint64_t)c->steps[i].offset_ns;
}

/* The system's clocks. */
extern const struct clock_now clock_system;

#endif
