/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which connections --sample-flows keeps: the same in both directions, and on every host with the same seed.
 */
#ifndef EBPFDUMP_SAMPLE_H
#define EBPFDUMP_SAMPLE_H

#ifdef __bpf__
#include "vmlinux.h"
#else
#include <linux/types.h>
#endif

/* One end of a connection, as it stands in the packet. IPv4: the first word alone. A later fragment: port 0.
 */
struct sample_end {
	__be32 addr[4];
	__be16 port;
};

/* The finalizer of MurmurHash3: every bit of x moves every bit of the result. */
static __always_inline __u32 sample_mix(__u32 x)
{
	x ^= x >> 16;
	x *= 0x85ebca6b;
	x ^= x >> 13;
	x *= 0xc2b2ae35;
	return x ^ x >> 16;
}

static __always_inline __u32 sample_hash_end(const struct sample_end *e, int words, __u32 seed)
{
	__u32 h = sample_mix(seed ^ e->port);
	int i;

	for (i = 0; i < words; i++)
		h = sample_mix(h ^ e->addr[i]) + (__u32)i;
	return h;
}

/* words: 1 for IPv4, 4 for IPv6. The sum does not know which end is which. */
static __always_inline __u32 sample_hash(const struct sample_end *a, const struct sample_end *b, int words,
					 __u32 seed)
{
	return sample_mix(sample_hash_end(a, words, seed) + sample_hash_end(b, words, seed));
}

/* Of the connections that one in `one_in` keeps, one in 2^shift; those of a larger shift are among those of a
 * smaller one. shift: at most 31. */
static __always_inline int sample_keeps_hash(__u32 hash, __u32 one_in, __u32 shift)
{
	return ((__u64)hash * one_in) >> (32 - shift) == 0;
}

static __always_inline int sample_keeps_flow(const struct sample_end *a, const struct sample_end *b,
					     int words, __u32 seed, __u32 one_in)
{
	return sample_keeps_hash(sample_hash(a, b, words, seed), one_in, 0);
}

#endif
