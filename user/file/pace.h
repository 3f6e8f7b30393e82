/* SPDX-License-Identifier: BSD-2-Clause */
/* Which way of writing a block is the faster, by what the last one took on each: past the page cache, or into
 * it. Neither always is: a disk stands still, a virtual machine's memory is not there yet. Pure. */
#ifndef FILE_PACE_H
#define FILE_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* Blocks that go the faster way before the other is tried again. */
#define PACE_SAME 32

struct pace {
	uint64_t ns[2]; /* of the last block: into the cache, past it; 0: none went there */
	unsigned same;
};

static inline void pace_took(struct pace *p, bool past, uint64_t ns)
{
	p->ns[past] = ns;
}

/* Whether the next goes past the cache. */
static inline bool pace_past(struct pace *p)
{
	bool past = p->ns[true] < p->ns[false];

	if (++p->same <= PACE_SAME)
		return past;
	p->same = 0;
	return !past;
}

#endif
