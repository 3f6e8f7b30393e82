/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An XDP frame as a record. Its VLAN tags are in the bytes, and nothing more is known about it. */
#ifndef XDP_BPF_H
#define XDP_BPF_H

#include "emit.bpf.h"

/* Without bpf_xdp_load_bytes a frame is one buffer of at most a page. */
#define XDP_COPY_WORDS 512

static __always_inline __u64 xdp_len(struct xdp_md *xdp)
{
	if (settings.xdp_load)
		return bpf_xdp_get_buff_len(xdp);
	return xdp->data_end - xdp->data;
}

/* The n bytes word by word. */
static __always_inline int xdp_copy(struct xdp_md *xdp, struct record *rec, __u64 n, __u64 room)
{
	const __u8 *data = (void *)(long)xdp->data, *end = (void *)(long)xdp->data_end;
	__u64 i;

	for (i = 0; i < XDP_COPY_WORDS; i++) {
		const __u8 *p = data + 8 * i;

		if (8 * i + 8 > n || 8 * i + 8 > room || p + 8 > end)
			break;
		*(__u64 *)(rec->data + 8 * i) = *(const __u64 *)p;
	}
	for (i = 0; i < 7; i++) {
		__u64 at = (n & ~7ull) + i;

		OPAQUE(at);
		if (at >= n)
			return 0;
		if (at >= room || at >= 8 * XDP_COPY_WORDS || data + at + 1 > end)
			return -1;
		rec->data[at] = data[at];
	}
	return 0;
}

static __always_inline int xdp_load(struct xdp_md *xdp, struct record *rec, __u64 n, __u64 room)
{
	__u64 most = n - 1; /* what n is without 0: verifiers before 6.8 learn nothing from n != 0 */

	OPAQUE(most);
	if (most >= room)
		return -1;
	n = most + 1;
	if (settings.xdp_load)
		return bpf_xdp_load_bytes(xdp, 0, rec->data, n);
	return xdp_copy(xdp, rec, n, room);
}

/* Few size classes where each is followed through a loop: old kernels only. */
static __always_inline struct record *xdp_room(void *ring, __u64 n, __u64 *room)
{
	if (settings.xdp_load)
		return emit_reserve(ring, n, room);
	EMIT_TRY(512)
	EMIT_TRY(1024)
	EMIT_TRY(1536)
	EMIT_TRY(2048)
	EMIT_TRY(4096)
	return NULL;
}

/* What of a frame is kept, and what is said of it. */
struct xdp_record {
	struct emit_head head;
	__u64 n; /* bytes of it */
};

/* most: bytes of the frame to keep at most. */
static __always_inline void xdp_describe(struct xdp_record *r, struct xdp_md *xdp, __u32 most)
{
	__u64 n = xdp_len(xdp);

	r->head.wire_len = n;
	if (n > settings.snaplen)
		n = settings.snaplen;
	if (settings.wants && n > most)
		n = most;
	r->n = n;
	r->head.cap_meta = n | RECORD_XDP;
	r->head.ifindex = xdp->ingress_ifindex;
	r->head.queue = xdp->rx_queue_index;
}

static __always_inline void xdp_stage(struct xdp_md *xdp, const struct xdp_record *r, struct counters *count,
				      struct cpu_state *cpu, __u32 cpu_id)
{
	struct record *rec = emit_stage(cpu, cpu_id);

	if (!rec) {
		emit_lose(cpu, &count->dropped);
	} else if (emit_copy(rec, (void *)(long)xdp->data, (void *)(long)xdp->data_end, r->n) ||
		   !xdp_load(xdp, rec, r->n, EMIT_STAGED_MAX)) {
		emit_seal(rec, &r->head, cpu);
		emit_staged(cpu, cpu_id, r->n);
	} else {
		emit_lose(cpu, &count->unreadable);
	}
}

static __always_inline void xdp_reserve(struct xdp_md *xdp, const struct xdp_record *r,
					struct counters *count, struct cpu_state *cpu, void *ring)
{
	struct emit_plan plan;
	struct record *rec;
	__u64 room = 0;

	emit_plan(&plan, cpu, sizeof(*rec) + r->n);
	rec = xdp_room(ring, r->n, &room);
	if (!rec) {
		emit_unplan(&plan);
		emit_lose(cpu, &count->dropped);
		return;
	}
	if (xdp_load(xdp, rec, r->n, room)) {
		bpf_ringbuf_discard(rec, BPF_RB_NO_WAKEUP);
		emit_unplan(&plan);
		emit_lose(cpu, &count->unreadable);
		return;
	}
	emit_seal(rec, &r->head, cpu);
	cpu->pending = plan.pending;
	bpf_ringbuf_submit(rec, plan.flags);
}

/* A record that is not staged, onto the ring. */
static __always_inline int xdp_emit_large(struct xdp_md *xdp, __u32 most)
{
	__u32 cpu_id = bpf_get_smp_processor_id();
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &cpu_id);
	struct counters *count = emit_counters(cpu_id, xdp->ingress_ifindex);
	void *ring = bpf_map_lookup_elem(&rings, &cpu_id);
	struct xdp_record r;

	if (!count || !cpu || !ring)
		return 0;
	xdp_describe(&r, xdp, most);
	xdp_reserve(xdp, &r, count, cpu, ring);
	return 0;
}

#endif
