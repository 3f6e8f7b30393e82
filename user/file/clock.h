/* SPDX-License-Identifier: BSD-2-Clause */
/* An interface's units of time in pcapng (if_tsresol, if_tsoffset) ↔ ns since the epoch. */
#ifndef FILE_CLOCK_H
#define FILE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct pcapng_clock {
	uint8_t tsresol; /* as in the file: 10^-n, with the top bit 2^-n */
	int64_t offset_s;
	uint64_t mul, div; /* of a power of 10: ns = ts * mul / div */
};

void pcapng_clock_set(struct pcapng_clock *c, uint8_t tsresol, int64_t offset_s);
/* Rounds down; what lies before 1970 becomes 0, what lies beyond 64 bits the last ns. */
uint64_t pcapng_clock_ns_slow(const struct pcapng_clock *c, uint64_t ts);

static inline uint64_t pcapng_clock_ns(const struct pcapng_clock *c, uint64_t ts)
{
	if (c->tsresol == 9 && !c->offset_s)
		return ts;
	return pcapng_clock_ns_slow(c, ts);
}

#endif
