/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An skb as a record: its bytes with the VLAN tag put back, and what the kernel knows about it. */
#ifndef SKB_BPF_H
#define SKB_BPF_H

#include "emit.bpf.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#define SKB_TAG_OFF 12
#define SKB_TAG_LEN 4

#define SKB_CHECKSUM_UNNECESSARY 1
#define SKB_CHECKSUM_PARTIAL 3

/* The loader makes it a call of bpf_cast_to_kern_ctx: libbpf, to find that, would parse all of the kernel's
 * BTF.
 */
static void *(*const skb_cast_to_kern_ctx)(void *ctx) = (void *)SETTINGS_CAST_CALL;

static __always_inline __u32 skb_ip_summed(struct __sk_buff *skb)
{
	struct sk_buff *k;

	if (settings.csum_source == SETTINGS_CSUM_CAST) {
		k = skb_cast_to_kern_ctx(skb);
		return BPF_CORE_READ_BITFIELD(k, ip_summed);
	}
	if (settings.csum_source == SETTINGS_CSUM_PROBE) {
		k = (struct sk_buff *)skb;
		return BPF_CORE_READ_BITFIELD_PROBED(k, ip_summed);
	}
	return 0;
}

/* Without branches: each would double the ways that the verifier follows through every size class. */
static __always_inline __u64 skb_csum(struct __sk_buff *skb)
{
	const __u64 by_ip_summed = RECORD_CSUM_VALID << 2 * SKB_CHECKSUM_UNNECESSARY |
				   RECORD_CSUM_PARTIAL << 2 * SKB_CHECKSUM_PARTIAL;

	return (by_ip_summed >> 2 * skb_ip_summed(skb) & RECORD_CSUM_MASK) << RECORD_CSUM_SHIFT;
}

/* 1 if v, of at most 16 bits, is not 0. */
static __always_inline __u64 skb_is_set(__u64 v)
{
	OPAQUE(v);
	return (v + 0xffff) >> 16 & 1;
}

static __always_inline __u64 skb_cap_meta(struct __sk_buff *skb, __u64 cap_len, bool egress, __u64 tag)
{
	return cap_len | (egress ? RECORD_OUT : 0) |
	       (skb->pkt_type & RECORD_PKTTYPE_MASK) << RECORD_PKTTYPE_SHIFT | skb_csum(skb) |
	       skb_is_set(skb->gso_size) * RECORD_GSO | tag * RECORD_VLAN;
}

/* On the way in the kernel stores the receive queue plus one. */
static __always_inline __u16 skb_queue(struct __sk_buff *skb, bool egress)
{
	__u64 queue = skb->queue_mapping & 0xffff;

	return egress ? queue : queue - skb_is_set(queue);
}

/* n bytes by helper; room is a constant to the verifier. 0 or the helper's error. */
static __always_inline int skb_load(struct __sk_buff *skb, __u32 off, void *to, __u64 n, __u64 room)
{
	__u64 most = n - 1; /* what n is without 0: verifiers before 6.8 learn nothing from n != 0 */

	OPAQUE(most);
	if (most >= room)
		return -1;
	n = most + 1;
	return bpf_skb_load_bytes(skb, off, to, n);
}

static __always_inline int skb_load_with_tag(struct __sk_buff *skb, struct record *rec, __u64 n, __u64 room)
{
	__u8 tag[SKB_TAG_LEN];

	*(__be16 *)tag = skb->vlan_proto;
	*(__be16 *)(tag + 2) = bpf_htons(skb->vlan_tci);
	if (n <= SKB_TAG_OFF)
		return skb_load(skb, 0, rec->data, n, room);
	/* The smallest room is 8 bytes, and n > 12 means 16 at least: said so that the verifier sees it. */
	if (room < SKB_TAG_OFF + SKB_TAG_LEN || bpf_skb_load_bytes(skb, 0, rec->data, SKB_TAG_OFF))
		return -1;
	__builtin_memcpy(rec->data + SKB_TAG_OFF, tag, SKB_TAG_LEN);
	if (n <= SKB_TAG_OFF + SKB_TAG_LEN)
		return 0;
	return skb_load(skb, SKB_TAG_OFF, rec->data + SKB_TAG_OFF + SKB_TAG_LEN,
			n - SKB_TAG_OFF - SKB_TAG_LEN, room - SKB_TAG_OFF - SKB_TAG_LEN);
}

/* The record's bytes by helper. */
static __always_inline int skb_load_record(struct __sk_buff *skb, struct record *rec, __u64 n, __u64 room,
					   bool tag)
{
	return tag ? skb_load_with_tag(skb, rec, n, room) : skb_load(skb, 0, rec->data, n, room);
}

/* What of an skb is kept, and what is said of it. */
struct skb_record {
	struct emit_head head;
	__u64 n; /* bytes of it */
	bool tag;
};

/* most: bytes of the skb to keep at most. */
static __always_inline void skb_describe(struct skb_record *r, struct __sk_buff *skb, bool ethernet,
					 bool egress, __u32 most)
{
	__u64 n;

	r->tag = ethernet && skb->vlan_present;
	r->head.wire_len = n = skb->len + (r->tag ? SKB_TAG_LEN : 0);
	if (n > settings.snaplen)
		n = settings.snaplen;
	if (settings.wants && n > most + (r->tag ? SKB_TAG_LEN : 0))
		n = most + (r->tag ? SKB_TAG_LEN : 0);
	r->n = n;
	r->head.cap_meta = skb_cap_meta(skb, n, egress, r->tag);
	r->head.ifindex = skb->ifindex;
	r->head.queue = skb_queue(skb, egress);
}

/* A record of at most EMIT_SMALL bytes onto the log. */
static __always_inline void skb_small(struct __sk_buff *skb, const struct skb_record *r,
				      struct counters *count, struct cpu_state *cpu, __u32 cpu_id)
{
	struct record *rec = emit_room(cpu, cpu_id, EMIT_SMALL);

	if (!rec) {
		emit_lose(cpu, &count->dropped);
	} else if ((!r->tag && emit_copy(rec, (void *)(long)skb->data, (void *)(long)skb->data_end, r->n)) ||
		   !skb_load_record(skb, rec, r->n, EMIT_SMALL, r->tag)) {
		emit_seal(rec, &r->head, cpu);
		emit_done(cpu, cpu_id, rec, r->n);
	} else {
		emit_lose(cpu, &count->unreadable);
	}
}

/* One of at most `most` bytes, if blocks are that large. */
static __always_inline void skb_large(struct __sk_buff *skb, const struct skb_record *r,
				      struct counters *count, struct cpu_state *cpu, __u32 cpu_id, __u64 most)
{
	struct record *rec = r->n <= most ? emit_room(cpu, cpu_id, most) : NULL;

	if (!rec) {
		emit_lose(cpu, &count->dropped);
	} else if (skb_load_record(skb, rec, r->n, most, r->tag)) {
		emit_lose(cpu, &count->unreadable);
	} else {
		emit_seal(rec, &r->head, cpu);
		emit_done(cpu, cpu_id, rec, r->n);
	}
}

/* One onto the ring. */
static __always_inline void skb_aside(struct __sk_buff *skb, const struct skb_record *r,
				      struct counters *count, struct cpu_state *cpu, __u32 cpu_id)
{
	void *ring = bpf_map_lookup_elem(&rings, &cpu_id);
	__u64 room = 0;
	struct record *rec = ring ? emit_reserve(ring, r->n, &room) : NULL;

	if (!rec) {
		emit_lose(cpu, &count->dropped);
	} else if (skb_load_record(skb, rec, r->n, room, r->tag)) {
		bpf_ringbuf_discard(rec, BPF_RB_NO_WAKEUP);
		emit_lose(cpu, &count->unreadable);
	} else {
		emit_seal(rec, &r->head, cpu);
		emit_submit(cpu, rec, room);
	}
}

/* A record that is not small, or is timed, or is not for the log (owns: it is, and the log is left). */
static __always_inline int skb_emit_other(struct __sk_buff *skb, bool ethernet, bool egress, __u32 most,
					  int owns)
{
	__u32 cpu_id = bpf_get_smp_processor_id();
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &cpu_id);
	struct counters *count = emit_counters(cpu_id, skb->ifindex);
	struct skb_record r;
	__u64 since_ns;

	if (!count || !cpu)
		return 0;
	skb_describe(&r, skb, ethernet, egress, most);
	if (!owns) {
		skb_aside(skb, &r, count, cpu, cpu_id);
		return 0;
	}
	since_ns = ahead_begins(cpu);
	EMIT_BY_CLASS(r.n, skb_large, skb, &r, count, cpu, cpu_id);
	if (since_ns)
		ahead_timed(cpu_id, since_ns);
	emit_leave(cpu);
	return 0;
}

#endif
