/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Beyond the expression: address lists, flags, headers only, rate, the head of each direction. All of it is
 * looked at only if settings.wants says so.
 */
#ifndef WANTED_BPF_H
#define WANTED_BPF_H

#include "segment.bpf.h"

/* A verdict above 0 says how many bytes of the packet to keep at most. */
#define WANTED_NO 0
#define WANTED_SAMPLED_OUT (-1)
#define WANTED_WHOLE 0x7fffffff

#define WANTED_TCP_FIN 0x01
#define WANTED_TCP_SYN 0x02
#define WANTED_TCP_RST 0x04

struct wanted_net4 {
	__u32 bits;
	__u8 addr[4];
};

struct wanted_net6 {
	__u32 bits;
	__u8 addr[16];
};

/* --filter-file: 1 listed, 0 excluded by `!`; the longest network that holds an address decides. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct wanted_net4);
	__type(value, __u8);
} nets4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1);
	__type(key, struct wanted_net6);
	__type(value, __u8);
} nets6 SEC(".maps");

/* --rate: when the next segment is due, by the generic cell rate algorithm. */
struct wanted_rate {
	struct bpf_spin_lock lock;
	__u32 pad;
	__u64 due_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct wanted_rate);
} rate SEC(".maps");

/* --head: how far a direction of a connection has come. */
struct wanted_direction {
	struct segment_end src, dst;
	__be16 sport, dport;
};

struct wanted_progress {
	__u32 seq;    /* highest seen, */
	__u32 pad;    /* and */
	__s64 offset; /* where it lies in the stream of bytes */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1);
	__type(key, struct wanted_direction);
	__type(value, struct wanted_progress);
} heads SEC(".maps");

/* Entries made in heads, on each CPU: with those that are left they tell how many were evicted. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} heads_made SEC(".maps");

/* 1 listed, 0 excluded, -1 neither. */
static __always_inline int wanted_address(const struct segment_end *e, bool v6)
{
	struct wanted_net6 net6;
	struct wanted_net4 net4;
	__u8 *listed;

	if (v6) {
		net6.bits = 128;
		__builtin_memcpy(net6.addr, e->addr, sizeof(net6.addr));
		listed = bpf_map_lookup_elem(&nets6, &net6);
	} else {
		net4.bits = 32;
		__builtin_memcpy(net4.addr, e->addr + 12, sizeof(net4.addr));
		listed = bpf_map_lookup_elem(&nets4, &net4);
	}
	return listed ? *listed : -1;
}

/* Neither address is excluded, and one is listed, unless the file only excludes. */
static __always_inline bool wanted_addresses(const struct segment *s)
{
	int src = wanted_address(&s->src, s->v6), dst = wanted_address(&s->dst, s->v6);

	if (src == 0 || dst == 0)
		return false;
	return src == 1 || dst == 1 || !(settings.wants & SETTINGS_WANT_LISTED);
}

/* To be asked last: what is left out otherwise takes nothing of the rate. */
static __always_inline bool wanted_by_rate(void)
{
	__u64 now = bpf_ktime_get_ns(), earliest = now - settings.rate_burst_ns;
	struct wanted_rate *r;
	__u32 key = 0;
	bool due;

	r = bpf_map_lookup_elem(&rate, &key);
	if (!r)
		return false;
	bpf_spin_lock(&r->lock);
	if (r->due_ns < earliest)
		r->due_ns = earliest;
	due = r->due_ns <= now;
	if (due)
		r->due_ns += settings.rate_interval_ns;
	bpf_spin_unlock(&r->lock);
	return due;
}

static __always_inline void wanted_begin(const struct wanted_direction *key, __u32 seq)
{
	struct wanted_progress p = { .seq = seq };
	__u32 zero = 0;
	__u64 *made = bpf_map_lookup_elem(&heads_made, &zero);

	if (made)
		(*made)++;
	bpf_map_update_elem(&heads, key, &p, BPF_ANY);
}

/* Where seq lies in its direction's stream; that of the first segment seen is 0. */
static __always_inline __s64 wanted_offset(const struct wanted_direction *key, __u32 seq, bool begins)
{
	struct wanted_progress *p = bpf_map_lookup_elem(&heads, key);
	__s32 ahead;

	if (!p) {
		wanted_begin(key, seq);
		return 0;
	}
	if (begins) {
		p->seq = seq;
		p->offset = 0;
		return 0;
	}
	ahead = (__s32)(seq - p->seq);
	if (ahead > 0) {
		p->seq = seq;
		p->offset += ahead;
		return p->offset;
	}
	return p->offset + ahead;
}

/* How far the other direction has come by what is acknowledged; 0 if nothing was seen of it. */
static __always_inline __s64 wanted_acked(const struct segment *s)
{
	struct wanted_direction back = { .src = s->dst, .dst = s->src, .sport = s->dport, .dport = s->sport };
	struct wanted_progress *p = bpf_map_lookup_elem(&heads, &back);

	return p ? p->offset + (__s32)(s->ack - p->seq) : 0;
}

/* Bytes to keep, or WANTED_SAMPLED_OUT. A segment without payload goes with what it acknowledges. */
static __always_inline int wanted_head(const struct segment *s)
{
	struct wanted_direction key = { .src = s->src, .dst = s->dst, .sport = s->sport, .dport = s->dport };
	__s64 head = settings.head, offset;
	bool syn = s->flags & WANTED_TCP_SYN, within;

	if (s->fragment == WALK_LATER_FRAGMENT)
		return WANTED_SAMPLED_OUT;
	offset = wanted_offset(&key, s->seq + syn, syn);
	if (s->flags & (WANTED_TCP_SYN | WANTED_TCP_FIN | WANTED_TCP_RST))
		within = true;
	else if (s->payload_len)
		within = offset < head;
	else
		within = offset <= head && wanted_acked(s) <= head;
	if (!within)
		return WANTED_SAMPLED_OUT;
	if (offset + s->payload_len <= head)
		return WANTED_WHOLE;
	return s->payload_off + (offset < head ? head - (offset > 0 ? offset : 0) : 0);
}

static __always_inline int wanted_segment(const struct segment *s)
{
	int most = WANTED_WHOLE;

	if (settings.wants & SETTINGS_WANT_ADDRESSES && !wanted_addresses(s))
		return WANTED_NO;
	if (settings.wants & SETTINGS_WANT_FLAGS && !(s->flags & settings.flags))
		return WANTED_NO;
	if (settings.wants & SETTINGS_WANT_HEAD)
		most = wanted_head(s);
	if (most > 0 && settings.wants & SETTINGS_WANT_HEADERS)
		most = s->payload_off;
	return most;
}

#endif
