/* SPDX-License-Identifier: BSD-2-Clause */
/* Which way of writing a block is the faster, by what the last one took on each: past the page cache, or into
 * it. Neither always is: a disk stands still, a virtual machine's memory is not there yet. Pure. */
#ifndef FILE_PACE_H
#define FILE_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* The slower way is tried again when the faster has taken so many times as long as that would. */
#define PACE_SAME 32

struct pace {
	uint64_t ns[2]; /* of the last block: into the cache, past it; 0: none went there */
	uint64_t same_ns;
};

static inline void pace_took(struct pace *p, bool past, uint64_t ns)
{
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

#endif
