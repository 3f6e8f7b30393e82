// SPDX-License-Identifier: BSD-2-Clause
#include "file/clock.h"

#define NS_PER_S 1000000000

void pcapng_clock_set(struct pcapng_clock *c, uint8_t tsresol, int64_t offset_s)
{
	*c = (struct pcapng_clock){ .tsresol = tsresol, .offset_s = offset_s, .mul = 1, .div = 1 };
	if (tsresol & 0x80)
		return;
	for (int n = tsresol; n < 9; n++)
		c->mul *= 10;
	for (int n = 9; n < tsresol; n++) {
		if (c->div > UINT64_MAX / 10) {
			c->div = 0; /* finer than 64 bits can hold a ns of */
			break;
		}
		c->div *= 10;
	}
}

uint64_t pcapng_clock_ns_slow(const struct pcapng_clock *c, uint64_t ts)
{
	__int128 ns;

	if (c->tsresol & 0x80) {
		unsigned int n = c->tsresol & 0x7f;

		if (n < 64) {
			__int128 part = (__int128)(n ? ts & (UINT64_MAX >> (64 - n)) : 0) * NS_PER_S;

			ns = (__int128)(ts >> n) * NS_PER_S + (part >> n);
		} else {
			ns = n < 94 ? ((__int128)ts * NS_PER_S) >> n : 0;
		}
	} else {
		ns = c->div ? (__int128)ts * c->mul / c->div : 0;
	}
	ns += (__int128)c->offset_s * NS_PER_S;
	if (ns < 0)
		return 0;
	return ns > UINT64_MAX ? UINT64_MAX : (uint64_t)ns;
}
