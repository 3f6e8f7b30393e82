/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which of the wanted packets are kept. Without --sample and --sample-flows nothing of this is left. */
#ifndef SAMPLE_BPF_H
#define SAMPLE_BPF_H

#include "maps.bpf.h"
#include "walk.bpf.h"

#include "ebpfdump/sample.h"

#define SAMPLE_FIN_SYN_RST 0x07
#define SAMPLE_FLAGS_OFF 13 /* of the TCP header */

/*
 * What sampling asks about a segment, in one number: the hash of its connection, if that is asked for, its
 * flags, and whether its headers could be read. 0: they could not.
 */
#define SAMPLE_READ (1ull << 40)
#define SAMPLE_FLAGS(key) ((key) >> 32 & 0xff)
#define SAMPLE_HASH(key) ((__u32)(key))

static __always_inline bool sample_asks_flags(void)
{
	return !settings.sample_all_flags && (settings.sample > 1 || settings.budget);
}

static __always_inline bool sample_asks_hash(void)
{
	return settings.sample_flows > 1 || settings.budget;
}

/* 0 in a later fragment. -1: the bytes end before them. */
static __always_inline int sample_flags(const struct walk_bytes *b, const struct walk *w)
{
	__u8 flags;

	if (w->fragment == WALK_LATER_FRAGMENT)
		return 0;
	return walk_load(b, w->l4_off + SAMPLE_FLAGS_OFF, &flags, 1) ? -1 : flags;
}

/* *hash of the connection. -1: the bytes end before that is known. */
static __always_inline int sample_connection(const struct walk_bytes *b, const struct walk *w, __u32 *hash)
{
	bool ipv4 = w->ethertype == WALK_ETHERTYPE_IPV4;
	struct sample_end from, to;
	__be16 ports[2] = { 0, 0 };

	if (w->fragment != WALK_LATER_FRAGMENT && walk_load(b, w->l4_off, ports, sizeof(ports)))
		return -1;
	from.port = ports[0];
	to.port = ports[1];
	if (ipv4) {
		if (walk_load(b, w->l3_off + 12, &from.addr[0], 4) ||
		    walk_load(b, w->l3_off + 16, &to.addr[0], 4))
			return -1;
		*hash = sample_hash(&from, &to, 1, settings.sample_seed);
	} else {
		if (walk_load(b, w->l3_off + 8, from.addr, 16) || walk_load(b, w->l3_off + 24, to.addr, 16))
			return -1;
		*hash = sample_hash(&from, &to, 4, settings.sample_seed);
	}
	return 0;
}

static __always_inline __u64 sample_key(const struct walk_bytes *b, bool ethernet, enum walk_depth depth)
{
	struct walk w = { .fragment = WALK_WHOLE };
	__u32 hash = 0;
	int flags = 0;

	if ((ethernet ? walk_ethernet(b, &w, depth) : walk_raw(b, &w, depth)) != WALK_TCP)
		return 0;
	if (sample_asks_hash() && sample_connection(b, &w, &hash))
		return 0;
	if (sample_asks_flags())
		flags = sample_flags(b, &w);
	if (flags < 0) {
		if (depth == WALK_SHALLOW)
			return 0;
		flags = 0;
	}
	return SAMPLE_READ | (__u64)flags << 32 | hash;
}

/* Nearly every segment: IPv4 without options, no fragment, its headers linear. Its flags; -1: any other. */
static __always_inline int sample_usual_flags(const __u8 *data, const __u8 *end, bool ethernet)
{
	const __u8 *ip = data + (ethernet ? WALK_ETH_HLEN : 0);

	if (ip + 20 + SAMPLE_FLAGS_OFF + 1 > end)
		return -1;
	if (ethernet && walk_be16(data + 12) != WALK_ETHERTYPE_IPV4)
		return -1;
	if (ip[0] != 0x45 || ip[9] != WALK_IPPROTO_TCP || walk_be16(ip + 6) & 0x3fff)
		return -1;
	return ip[20 + SAMPLE_FLAGS_OFF];
}

/* Such a segment's key; 0: any other. */
static __always_inline __u64 sample_usual_key(const __u8 *data, const __u8 *end, bool ethernet)
{
	int flags = sample_usual_flags(data, end, ethernet);
	const __u8 *ip = data + (ethernet ? WALK_ETH_HLEN : 0);
	struct sample_end from, to;
	__u32 hash;

	if (flags < 0)
		return 0;
	from.addr[0] = *(const __be32 *)(ip + 12);
	to.addr[0] = *(const __be32 *)(ip + 16);
	from.port = *(const __be16 *)(ip + 20);
	to.port = *(const __be16 *)(ip + 22);
	hash = sample_hash(&from, &to, 1, settings.sample_seed);
	return SAMPLE_READ | (__u64)flags << 32 | hash;
}

/* Of the linear bytes; and beyond them, or behind extension headers, as walk_deep_*(). Global functions, so
 * that the verifier looks at each once. */
#define SAMPLE_KEY(kind, ctx_type, ctx, ethernet)                                                            \
	__noinline __u64 sample_linear_##kind(ctx_type *ctx)                                                 \
	{                                                                                                    \
		struct walk_bytes b = { .data = (void *)(long)ctx->data,                                     \
					.end = (void *)(long)ctx->data_end };                                \
		__u64 key = sample_usual_key(b.data, b.end, ethernet);                                       \
                                                                                                             \
		return key ? key : sample_key(&b, ethernet, WALK_SHALLOW);                                   \
	}                                                                                                    \
	__noinline __u64 sample_deep_##kind(ctx_type *ctx)                                                   \
	{                                                                                                    \
		struct walk_bytes b = { .ctx = ctx };                                                        \
                                                                                                             \
		return sample_key(&b, ethernet, WALK_DEEP);                                                  \
	}                                                                                                    \
	static __always_inline __u64 sample_##kind(ctx_type *ctx)                                            \
	{                                                                                                    \
		__u64 key;                                                                                   \
		int flags = -1;                                                                              \
                                                                                                             \
		if (!sample_asks_hash() && !sample_asks_flags())                                             \
			return 0;                                                                            \
		if (!sample_asks_hash())                                                                     \
			flags = sample_usual_flags((void *)(long)ctx->data, (void *)(long)ctx->data_end,     \
						   ethernet);                                                \
		if (flags >= 0)                                                                              \
			return SAMPLE_READ | (__u64)flags << 32;                                             \
		key = sample_linear_##kind(ctx);                                                             \
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
