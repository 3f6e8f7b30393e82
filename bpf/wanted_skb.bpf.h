/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whether an skb that the expression accepts is wanted: WANTED_*, or how many bytes of it at most. */
#ifndef WANTED_SKB_BPF_H
#define WANTED_SKB_BPF_H

#include "filter.bpf.h"
#include "tunnel.bpf.h"
#include "wanted.bpf.h"

/* Global functions, so that the verifier looks at each once; called only if settings.wants is not 0. */
#define WANTED_SKB(kind, ethernet)                                                                           \
	__noinline int segment_linear_##kind(struct __sk_buff *skb)                                          \
	{                                                                                                    \
		struct walk_bytes b = { .data = (void *)(long)skb->data,                                     \
					.end = (void *)(long)skb->data_end };                                \
		struct segment *s = segment_scratch();                                                       \
                                                                                                             \
		return s ? segment_read(&b, ethernet, WALK_SHALLOW, s, skb->len) : WALK_OTHER;               \
	}                                                                                                    \
	__noinline int segment_deep_##kind(struct __sk_buff *skb)                                            \
	{                                                                                                    \
		struct walk_bytes b = { .skb = skb };                                                        \
		struct segment *s = segment_scratch();                                                       \
                                                                                                             \
		return s ? segment_read(&b, ethernet, WALK_DEEP, s, skb->len) : WALK_OTHER;                  \
	}                                                                                                    \
	__noinline int wanted_##kind(struct __sk_buff *skb)                                                  \
	{                                                                                                    \
		struct segment *s = segment_scratch();                                                       \
		int r = segment_linear_##kind(skb);                                                          \
                                                                                                             \
		if (r == WALK_CUT)                                                                           \
			r = segment_deep_##kind(skb);                                                        \
		return s && r == WALK_TCP ? wanted_segment(s) : WANTED_NO;                                   \
	}

WANTED_SKB(ethernet, true)
WANTED_SKB(raw, false)

/* The inner segment of a packet, by helper: its headers lie deep. */
#define WANTED_INNER(kind, ethernet)                                                                         \
	__noinline int segment_inner_##kind(struct __sk_buff *skb, __u32 base)                               \
	{                                                                                                    \
		struct walk_bytes b = { .skb = skb, .base = base };                                          \
		struct segment *s = segment_scratch();                                                       \
                                                                                                             \
		return s ? segment_read(&b, ethernet, WALK_DEEP, s, skb->len) : WALK_OTHER;                  \
	}

WANTED_INNER(ethernet, true)
WANTED_INNER(raw, false)

static __always_inline int wanted_inner(struct __sk_buff *skb, int tunnel)
{
	__u32 base = tunnel & TUNNEL_BASE_BITS;
	struct segment *s = segment_scratch();
	int r = WALK_OTHER;

	if (tunnel & TUNNEL_ETHERNET) {
		if (filter_tc_inner_ethernet(skb, base))
			r = segment_inner_ethernet(skb, base);
	} else if (tunnel & TUNNEL_RAW) {
		if (filter_tc_inner_raw(skb, base))
			r = segment_inner_raw(skb, base);
	}
	return s && r == WALK_TCP ? wanted_segment(s) : WANTED_NO;
}

#define WANTED_TUNNEL(kind, ethernet)                                                                        \
	__noinline int tunnel_linear_##kind(struct __sk_buff *skb)                                           \
	{                                                                                                    \
		struct walk_bytes b = { .data = (void *)(long)skb->data,                                     \
					.end = (void *)(long)skb->data_end };                                \
                                                                                                             \
		return tunnel_find(&b, ethernet);                                                            \
	}                                                                                                    \
	__noinline int tunnel_deep_##kind(struct __sk_buff *skb)                                             \
	{                                                                                                    \
		struct walk_bytes b = { .skb = skb };                                                        \
                                                                                                             \
		return tunnel_find(&b, ethernet);                                                            \
	}                                                                                                    \
	__noinline int wanted_tunnel_##kind(struct __sk_buff *skb)                                           \
	{                                                                                                    \
		int tunnel = tunnel_linear_##kind(skb);                                                      \
                                                                                                             \
		if (tunnel == TUNNEL_CUT)                                                                    \
			tunnel = tunnel_deep_##kind(skb);                                                    \
		return tunnel > 0 ? wanted_inner(skb, tunnel) : WANTED_NO;                                   \
	}

WANTED_TUNNEL(ethernet, true)
WANTED_TUNNEL(raw, false)

/* --decap: for a packet that is not wanted for itself. */
static __always_inline int wanted_tunnel(struct __sk_buff *skb, bool ethernet)
{
	if (!(settings.wants & SETTINGS_WANT_DECAP))
		return WANTED_NO;
	return ethernet ? wanted_tunnel_ethernet(skb) : wanted_tunnel_raw(skb);
}

static __always_inline int wanted_skb(struct __sk_buff *skb, bool ethernet)
{
	if (settings.wants)
		return ethernet ? wanted_ethernet(skb) : wanted_raw(skb);
	return walk_is_tcp(skb, ethernet) ? WANTED_WHOLE : WANTED_NO;
}

#endif
