/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the optional features ask about a segment, read once into this CPU's scratch. */
#ifndef SEGMENT_BPF_H
#define SEGMENT_BPF_H

#include "maps.bpf.h"
#include "walk.bpf.h"
#include <bpf/bpf_endian.h>

/* One end of a segment. IPv4 addresses as ::ffff:a.b.c.d. Network order. */
struct segment_end {
	__u8 addr[16];
};

struct segment {
	struct segment_end src, dst;
	__be16 sport, dport; /* 0 in later fragments and cut headers, as are seq, ack and flags */
	__u32 seq, ack;
	__u32 payload_off; /* from the first byte of the skb or frame */
	__u32 payload_len; /* as IP says */
	__u8 flags;
	__u8 fragment; /* enum walk_fragment; a cut header is as good as a later one */
	__u8 v6;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct segment);
} segments SEC(".maps");

static __always_inline struct segment *segment_scratch(void)
{
	__u32 key = 0;

	return bpf_map_lookup_elem(&segments, &key);
}

/* Returns the bytes that IP says follow its header's beginning, or -1. */
static __always_inline __s64 segment_addresses(const struct walk_bytes *b, const struct walk *w,
					       struct segment *s)
{
	__be16 len;

	s->v6 = w->ethertype == WALK_ETHERTYPE_IPV6;
	if (s->v6) {
		if (walk_load(b, w->l3_off + 4, &len, sizeof(len)) ||
		    walk_load(b, w->l3_off + 8, &s->src, 2 * sizeof(s->src)))
			return -1;
		return len ? bpf_ntohs(len) + 40 : 0;
	}
	__builtin_memset(&s->src, 0, 2 * sizeof(s->src));
	*(__u16 *)(s->src.addr + 10) = 0xffff;
	*(__u16 *)(s->dst.addr + 10) = 0xffff;
	if (walk_load(b, w->l3_off + 2, &len, sizeof(len)) ||
	    walk_load(b, w->l3_off + 12, s->src.addr + 12, 4) ||
	    walk_load(b, w->l3_off + 16, s->dst.addr + 12, 4))
		return -1;
	return bpf_ntohs(len);
}

/* The segment that a walk of that depth has found. pkt_len: bytes of the packet, for lengths that IP does not
 * tell (BIG TCP). */
static __always_inline enum walk_result segment_fill(const struct walk_bytes *b, const struct walk *w,
						     enum walk_depth depth, struct segment *s, __u32 pkt_len)
{
	__s64 ip_len = segment_addresses(b, w, s);
	__u32 header = 0;
	__u8 tcp[14];

	if (ip_len < 0)
		return WALK_CUT;
	s->fragment = w->fragment;
	s->sport = s->dport = 0;
	s->seq = s->ack = 0;
	s->flags = 0;
	if (w->fragment != WALK_LATER_FRAGMENT) {
		if (walk_load(b, w->l4_off, tcp, sizeof(tcp))) {
			if (depth == WALK_SHALLOW)
				return WALK_CUT;
			s->fragment = WALK_LATER_FRAGMENT;
			__builtin_memset(tcp, 0, sizeof(tcp));
			tcp[12] = 0x40; /* 16 bytes: what there is of it is no payload */
		}
		s->sport = *(__be16 *)tcp;
		s->dport = *(__be16 *)(tcp + 2);
		s->seq = bpf_ntohl(*(__be32 *)(tcp + 4));
		s->ack = bpf_ntohl(*(__be32 *)(tcp + 8));
		s->flags = tcp[13];
		header = (tcp[12] >> 4) * 4;
	}
	s->payload_off = b->base + w->l4_off + header;
	if (ip_len == 0)
		ip_len = (__s64)pkt_len - b->base - w->l3_off;
	ip_len -= w->l4_off - w->l3_off + header;
	s->payload_len = ip_len > 0 ? ip_len : 0;
	return WALK_TCP;
}

static __always_inline enum walk_result segment_read(const struct walk_bytes *b, bool ethernet,
						     enum walk_depth depth, struct segment *s, __u32 pkt_len)
{
	struct walk w;
	enum walk_result r = ethernet ? walk_ethernet(b, &w, depth) : walk_raw(b, &w, depth);

	return r == WALK_TCP ? segment_fill(b, &w, depth, s, pkt_len) : r;
}

#endif
