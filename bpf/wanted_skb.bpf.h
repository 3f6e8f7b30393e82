/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whether an skb that the expression accepts is wanted: WANTED_*, or how many bytes of it at most. */
#ifndef WANTED_SKB_BPF_H
#define WANTED_SKB_BPF_H

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

static __always_inline int wanted_skb(struct __sk_buff *skb, bool ethernet)
{
	if (settings.wants)
		return ethernet ? wanted_ethernet(skb) : wanted_raw(skb);
	return walk_is_tcp(skb, ethernet) ? WANTED_WHOLE : WANTED_NO;
}

#endif
