/* SPDX-License-Identifier: BSD-2-Clause */
/* Which way of writing a block is the faster, by what the last ones took on each: past the page cache, or
 * into it. Neither always is: a disk stands still, a virtual machine's memory is not there yet. And whether
 * blocks come faster than they are written past it. Pure. */
#ifndef FILE_PACE_H
#define FILE_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* The slower way is tried again when the faster has taken so many times as long as that would. */
#define PACE_SAME 32

#define PACE_LAST 4 /* blocks, of which the fastest tells how fast a way is */

/* How fast blocks come is told by the last so many, if there are enough; and as how many a pause counts. */
#define PACE_CAME 32
#define PACE_CAME_LEAST 8
#define PACE_PAUSE 8

struct pace {
	/* Of the last few blocks the fastest, into the cache, past it; 0: none went there. Others may have
	 * had to wait for a CPU. */
	uint64_t ns[2];
	uint64_t last_ns[2][PACE_LAST];
	unsigned took[2];
	uint64_t same_ns;
	uint64_t came_ns[PACE_CAME]; /* when the last ones came, in turns */
	unsigned came;
};

static inline void pace_took(struct pace *p, bool past, uint64_t ns)
{
	uint64_t *last = p->last_ns[past];

	last[p->took[past]++ % PACE_LAST] = ns;
	for (int i = 0; i < PACE_LAST; i++)
		if (last[i] && last[i] < ns)
			ns = last[i];
	p->ns[past] = ns;
}

/* Whether the next goes past the cache. */
static inline bool pace_past(struct pace *p)
{
	bool past = p->ns[true] < p->ns[false];

	p->same_ns += p->ns[past];
	if (p->same_ns <= PACE_SAME * p->ns[!past])
		return past;
	p->same_ns = 0;
	return !past;
}

static inline void pace_came(struct pace *p, uint64_t now_ns)
{
	p->came_ns[p->came++ % PACE_CAME] = now_ns;
}

/* Past the cache a block takes less time, by a fifth or more, than passes until the next one comes. A pause
 * counts as PACE_PAUSE blocks: what comes behind it may be a burst. */
static inline bool pace_keeps_up(const struct pace *p, uint64_t now_ns)
{
	uint64_t most = PACE_PAUSE * p->ns[true], passed = 0;
	unsigned n = p->came < PACE_CAME ? p->came : PACE_CAME;

	for (unsigned i = 1; i <= n; i++) {
		uint64_t came = p->came_ns[(p->came - i) % PACE_CAME], ns = now_ns - came;

		passed += ns < most ? ns : most;
		now_ns = came;
	}
	return n >= PACE_CAME_LEAST && p->ns[true] * n / 4 * 5 < passed;
}

#endif
