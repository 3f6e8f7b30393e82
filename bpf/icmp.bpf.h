/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ICMP errors that quote a segment which the expression accepts: records beside the segments', marked,
 * and counted by themselves. Looked for among what is not wanted, and only if settings.icmp_len says so;
 * sampling, rate, flags and head are for segments and leave them alone.
 */
#ifndef ICMP_BPF_H
#define ICMP_BPF_H

#include "filter.bpf.h"
#include "skb.bpf.h"
#include "wanted.bpf.h"
#include "xdp.bpf.h"

#include "ebpfdump/quote.h"

/* False: the first bytes rule it out, as they do for nearly all packets. */
static __always_inline bool icmp_is_possible(const __u8 *data, const __u8 *end, bool ethernet)
{
	const __u8 *ip = data + (ethernet ? WALK_ETH_HLEN : 0);
	__u16 type;

	if (ip + 10 > end)
		return true;
	if (ethernet) {
		type = walk_be16(data + 12);
		if (type != WALK_ETHERTYPE_IPV4 && type != WALK_ETHERTYPE_IPV6)
			return walk_is_vlan(type);
	}
	if (ip[0] >> 4 == 6)
		return ip[6] == QUOTE_IPPROTO_ICMPV6 || walk_is_extension(ip[6]);
	return ip[9] == QUOTE_IPPROTO_ICMP;
}

/* Where the quoted packet begins; 0: there is none, or its addresses are not wanted. */
static __always_inline int icmp_find(const struct walk_bytes *b, bool ethernet, enum walk_depth depth)
{
	struct segment *s = segment_scratch();
	__u16 ethertype = WALK_ETHERTYPE_IPV4;
	__u32 off = 0;
	struct walk w;
	__u8 version;
	int type;

	if (ethernet) {
		type = walk_link(b, &off);
		if (type < 0)
			return 0;
		ethertype = (__u16)type;
	} else if (walk_load(b, 0, &version, 1)) {
		return 0;
	} else if (version >> 4 == 6) {
		ethertype = WALK_ETHERTYPE_IPV6;
	}
	if (quote_find(b, off, ethertype, &w, depth) != WALK_TCP)
		return 0;
	if (settings.wants & SETTINGS_WANT_ADDRESSES &&
	    (!s || segment_addresses(b, &w, s) < 0 || !wanted_addresses(s)))
		return 0;
	return w.l3_off;
}

/* However many come, half of the log is the segments'. */
static __always_inline bool icmp_has_room(const struct cpu_state *cpu)
{
	return 2 * ((__u32)(cpu->end >> 32) - cpu->done) < settings.blocks;
}

static __always_inline struct record *icmp_reserve(void *ring, __u64 n, __u64 *room)
{
	EMIT_TRY(SETTINGS_ICMP_HEADERS)
	EMIT_TRY(SETTINGS_ICMP_WHOLE)
	return NULL;
}

/* Exactly one of skb and xdp is set. */
static __always_inline int icmp_load(struct __sk_buff *skb, struct xdp_md *xdp, struct record *rec, __u64 n,
				     __u64 room, bool tag)
{
	return skb ? skb_load_record(skb, rec, n, room, tag) : xdp_load(xdp, rec, n, room);
}

static __always_inline void icmp_seal(struct record *rec, const struct emit_head *head, __u64 n)
{
	rec->ts_ns = bpf_ktime_get_ns();
	rec->wire_len = head->wire_len;
	rec->cap_meta = head->cap_meta | RECORD_ICMP | n;
	rec->ifindex = head->ifindex;
	rec->queue = head->queue;
	rec->lost = 0; /* segments: the next of them says so */
}

/* As skb and xdp in icmp_load(). False: it is lost. */
static __always_inline bool icmp_log(struct __sk_buff *skb, struct xdp_md *xdp, const struct emit_head *head,
				     bool tag, __u64 n, struct cpu_state *cpu, __u32 cpu_id)
{
	__u64 most = emit_fit(settings.icmp_len);
	struct record *rec = icmp_has_room(cpu) ? emit_room(cpu, cpu_id, most) : NULL;

	if (!rec || icmp_load(skb, xdp, rec, n, most, tag))
		return false;
	icmp_seal(rec, head, n);
	emit_done(cpu, cpu_id, rec, n);
	return true;
}

static __always_inline bool icmp_aside(struct __sk_buff *skb, struct xdp_md *xdp,
				       const struct emit_head *head, bool tag, __u64 n, struct cpu_state *cpu,
				       __u32 cpu_id)
{
	void *ring = bpf_map_lookup_elem(&rings, &cpu_id);
	__u64 room = 0;
	struct record *rec = ring ? icmp_reserve(ring, n, &room) : NULL;

	if (!rec)
		return false;
	if (icmp_load(skb, xdp, rec, n, room, tag)) {
		bpf_ringbuf_discard(rec, BPF_RB_NO_WAKEUP);
		return false;
	}
	icmp_seal(rec, head, n);
	emit_submit(cpu, rec, room);
	return true;
}

/* head: its cap_meta without the length. tag: in metadata, to be put back. */
static __always_inline void icmp_emit(struct __sk_buff *skb, struct xdp_md *xdp, const struct emit_head *head,
				      bool tag)
{
	__u64 n = head->wire_len < settings.icmp_len ? head->wire_len : settings.icmp_len;
	__u32 cpu_id = bpf_get_smp_processor_id();
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &cpu_id);
	struct counters *count = emit_counters(cpu_id, head->ifindex);
	bool kept;

	if (!cpu || !count)
		return;
	if (emit_enter(cpu)) {
		kept = icmp_log(skb, xdp, head, tag, n, cpu, cpu_id);
		emit_leave(cpu);
	} else {
		kept = icmp_aside(skb, xdp, head, tag, n, cpu, cpu_id);
	}
	if (kept)
		count->icmp++;
	else
		count->icmp_dropped++;
}

/* Global functions, so that the verifier looks at each once; called only if settings.icmp_len is not 0. */
#define ICMP_SKB(kind, ethernet)                                                                             \
	__noinline int icmp_find_##kind(struct __sk_buff *skb)                                               \
	{                                                                                                    \
		struct walk_bytes b = { .skb = skb };                                                        \
                                                                                                             \
		return icmp_find(&b, ethernet, WALK_DEEP);                                                   \
	}                                                                                                    \
	__noinline int icmp_##kind(struct __sk_buff *skb, int egress)                                        \
	{                                                                                                    \
		int quote = icmp_find_##kind(skb);                                                           \
		bool tag = ethernet && skb->vlan_present;                                                    \
		struct emit_head head = { .wire_len = skb->len + tag * SKB_TAG_LEN,                          \
					  .cap_meta = skb_cap_meta(skb, 0, egress, tag),                     \
					  .ifindex = skb->ifindex,                                           \
					  .queue = skb_queue(skb, egress) };                                 \
                                                                                                             \
		if (quote > 0 && filter_tc_inner_raw(skb, quote))                                            \
			icmp_emit(skb, NULL, &head, tag);                                                    \
		return 0;                                                                                    \
	}

ICMP_SKB(ethernet, true)
ICMP_SKB(raw, false)

__noinline int icmp_find_xdp(struct xdp_md *xdp)
{
	struct walk_bytes deep = { .xdp = xdp };

	/* The compiler must not make code for a context that is NULL: the verifier follows it. */
	__builtin_assume(xdp != NULL);
	return icmp_find(&deep, true, WALK_DEEP);
}

__noinline int icmp_frame(struct xdp_md *xdp)
{
	int quote = icmp_find_xdp(xdp);
	struct emit_head head = { .wire_len = xdp_len(xdp),
				  .cap_meta = RECORD_XDP,
				  .ifindex = xdp->ingress_ifindex,
				  .queue = xdp->rx_queue_index };

	if (quote > 0 && filter_xdp_inner_raw(xdp, quote))
		icmp_emit(NULL, xdp, &head, false);
	return 0;
}

/* For a packet that is no wanted segment. */
static __always_inline void icmp_skb(struct __sk_buff *skb, bool ethernet, bool egress)
{
	if (!settings.icmp_len ||
	    !icmp_is_possible((void *)(long)skb->data, (void *)(long)skb->data_end, ethernet))
		return;
	if (ethernet)
		icmp_ethernet(skb, egress);
	else
		icmp_raw(skb, egress);
}

static __always_inline void icmp_xdp(struct xdp_md *xdp)
{
	if (settings.icmp_len && icmp_is_possible((void *)(long)xdp->data, (void *)(long)xdp->data_end, true))
		icmp_frame(xdp);
}

#endif
