/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which of the wanted packets are kept. Without --sample and --sample-flows nothing of this is left. */
#ifndef SAMPLE_BPF_H
#define SAMPLE_BPF_H

#include "maps.bpf.h"
#include "walk.bpf.h"

#include "ebpfdump/sample.h"

#define SAMPLE_FIN_SYN_RST 0x07
#define SAMPLE_FLAGS_OFF 13 /* of the TCP header */

struct sample_key {
	struct sample_end from, to;
	__u8 words; /* of the addresses; 0: the headers could not be read */
	__u8 flags; /* of TCP; 0 in a later fragment */
};

static __always_inline void sample_read(struct sample_key *k, const struct walk_bytes *b, bool ethernet,
					enum walk_depth depth)
{
	__be16 ports[2];
	struct walk w;

	k->words = 0;
	if ((ethernet ? walk_ethernet(b, &w, depth) : walk_raw(b, &w, depth)) != WALK_TCP)
		return;
	if (w.ethertype == WALK_ETHERTYPE_IPV4) {
		if (walk_load(b, w.l3_off + 12, &k->from.addr[0], 4) ||
		    walk_load(b, w.l3_off + 16, &k->to.addr[0], 4))
			return;
	} else if (walk_load(b, w.l3_off + 8, k->from.addr, 16) ||
		   walk_load(b, w.l3_off + 24, k->to.addr, 16)) {
		return;
	}
	if (w.fragment != WALK_LATER_FRAGMENT) {
		if (walk_load(b, w.l4_off, ports, sizeof(ports)))
			return;
		k->from.port = ports[0];
		k->to.port = ports[1];
		if (walk_load(b, w.l4_off + SAMPLE_FLAGS_OFF, &k->flags, 1))
			k->flags = 0;
	}
	k->words = w.ethertype == WALK_ETHERTYPE_IPV4 ? 1 : 4;
}

/*
 * What sampling asks about a segment, in one number: the hash of its connection, if that is asked for, its
 * flags, and whether its headers could be read. 0: they could not.
 */
#define SAMPLE_READ (1ull << 40)
#define SAMPLE_FLAGS(key) ((key) >> 32 & 0xff)
#define SAMPLE_HASH(key) ((__u32)(key))

static __always_inline __u64 sample_key(const struct walk_bytes *b, bool ethernet, enum walk_depth depth)
{
	struct sample_key k = { .words = 0 };
	__u32 hash = 0;

	sample_read(&k, b, ethernet, depth);
	if (!k.words)
		return 0;
	if (settings.sample_flows > 1 || settings.budget)
		hash = k.words == 1 ? sample_hash(&k.from, &k.to, 1, settings.sample_seed)
				    : sample_hash(&k.from, &k.to, 4, settings.sample_seed);
	return SAMPLE_READ | (__u64)k.flags << 32 | hash;
}

/* Of the linear bytes; and beyond them, or behind extension headers, as walk_deep_*(). Global functions, so
 * that the verifier looks at each once. */
#define SAMPLE_KEY(kind, ctx_type, ctx, ethernet)                                                            \
	__noinline __u64 sample_linear_##kind(ctx_type *ctx)                                                 \
	{                                                                                                    \
		struct walk_bytes b = { .data = (void *)(long)ctx->data,                                     \
					.end = (void *)(long)ctx->data_end };                                \
                                                                                                             \
		return sample_key(&b, ethernet, WALK_SHALLOW);                                               \
	}                                                                                                    \
	__noinline __u64 sample_deep_##kind(ctx_type *ctx)                                                   \
	{                                                                                                    \
		struct walk_bytes b = { .ctx = ctx };                                                        \
                                                                                                             \
		return sample_key(&b, ethernet, WALK_DEEP);                                                  \
	}                                                                                                    \
	static __always_inline __u64 sample_##kind(ctx_type *ctx)                                            \
	{                                                                                                    \
		__u64 key = sample_linear_##kind(ctx);                                                       \
                                                                                                             \
		return key ? key : sample_deep_##kind(ctx);                                                  \
	}

SAMPLE_KEY(ethernet, struct __sk_buff, skb, true)
SAMPLE_KEY(raw, struct __sk_buff, skb, false)
SAMPLE_KEY(frame, struct xdp_md, xdp, true)

static __always_inline __u64 sample_skb(struct __sk_buff *skb, bool ethernet)
{
	return ethernet ? sample_ethernet(skb) : sample_raw(skb);
}

/* Whether a segment with that key is left out. */
static __always_inline bool sample_skips(__u64 key, struct cpu_state *cpu)
{
	if (settings.sample_flows > 1 && key & SAMPLE_READ &&
	    !sample_keeps_hash(SAMPLE_HASH(key), settings.sample_flows, 0))
		return true;
	if (settings.sample <= 1 || (!settings.sample_all_flags && SAMPLE_FLAGS(key) & SAMPLE_FIN_SYN_RST))
		return false;
	if (++cpu->sample_at < settings.sample)
		return true;
	cpu->sample_at = 0;
	return false;
}

#endif
