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

static __always_inline struct record *xdp_reserve_few(void *ring, __u64 n, __u64 *room)
{
	EMIT_TRY(512)
	EMIT_TRY(1024)
	EMIT_TRY(1536)
	EMIT_TRY(2048)
	EMIT_TRY(4096)
	return NULL;
}

/* Few classes where each is followed through a loop: old kernels only. */
static __always_inline __u64 xdp_reserve(struct xdp_md *xdp, void *ring, __u64 n, struct record **rec,
					 __u64 *room)
{
	const void *data = (void *)(long)xdp->data, *end = (void *)(long)xdp->data_end;
	__u64 state = EMIT_NONE;

	if (settings.xdp_load || n <= EMIT_INLINE_MAX)
		return emit_reserve_copy(ring, data, end, n, false, rec, room);
	*rec = xdp_reserve_few(ring, n, room);
	if (*rec) {
		state = EMIT_ROOM;
		OPAQUE(state);
	}
	OPAQUE(state);
	return state;
}

/* most: bytes of the frame to keep at most. */
static __always_inline void xdp_emit(struct xdp_md *xdp, struct counters *count, struct cpu_state *cpu,
				     __u32 cpu_id, __u32 most)
{
	__u64 wire_len = xdp_len(xdp), n = wire_len, room = 0, state = EMIT_NONE;
	void *ring = bpf_map_lookup_elem(&rings, &cpu_id);
	struct emit_plan plan;
	struct record *rec = NULL;

	if (n > settings.snaplen)
		n = settings.snaplen;
	if (settings.wants && n > most)
		n = most;
	emit_plan(&plan, cpu, n);
	if (ring)
		state = xdp_reserve(xdp, ring, n, &rec, &room);
	if (state == EMIT_NONE) {
		emit_failed(cpu, &plan, &count->dropped);
		return;
	}
	if (state == EMIT_ROOM && xdp_load(xdp, rec, n, room)) {
		bpf_ringbuf_discard(rec, BPF_RB_NO_WAKEUP);
		emit_failed(cpu, &plan, &count->unreadable);
		return;
	}
	rec->ts_ns = bpf_ktime_get_ns();
	rec->wire_len = wire_len;
	rec->cap_meta = n | RECORD_XDP;
	rec->ifindex = xdp->ingress_ifindex;
	rec->queue = xdp->rx_queue_index;
	emit_submit(rec, cpu, &plan);
}

#endif
