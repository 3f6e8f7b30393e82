/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An XDP frame as a record. Its VLAN tags are in the bytes, and nothing more is known about it. */
#ifndef XDP_BPF_H
#define XDP_BPF_H

#include "emit.bpf.h"

static __always_inline __u64 xdp_len(struct xdp_md *xdp)
{
	if (settings.xdp_load)
		return bpf_xdp_get_buff_len(xdp);
	return xdp->data_end - xdp->data;
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
	/* One buffer, whose end xdp_len() knows: the other way to read it is a loop that the verifier
	 * follows. */
	return bpf_probe_read_kernel(rec->data, n, (void *)(long)xdp->data);
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

/* A record of at most EMIT_SMALL bytes onto the log. */
static __always_inline void xdp_small(struct xdp_md *xdp, const struct xdp_record *r, struct counters *count,
				      struct cpu_state *cpu, __u32 cpu_id)
{
	struct record *rec = emit_room(cpu, cpu_id, EMIT_SMALL);

	if (!rec) {
		emit_lose(cpu, &count->dropped);
	} else if (emit_copy(rec, (void *)(long)xdp->data, (void *)(long)xdp->data_end, r->n) ||
		   !xdp_load(xdp, rec, r->n, EMIT_SMALL)) {
		emit_seal(rec, &r->head, cpu);
		emit_done(cpu, cpu_id, rec, r->n);
	} else {
		emit_lose(cpu, &count->unreadable);
	}
}

/* One of at most `most` bytes, if blocks are that large. */
static __always_inline void xdp_large(struct xdp_md *xdp, const struct xdp_record *r, struct counters *count,
				      struct cpu_state *cpu, __u32 cpu_id, __u64 most)
{
	struct record *rec = r->n <= most ? emit_room(cpu, cpu_id, most) : NULL;

	if (!rec) {
		emit_lose(cpu, &count->dropped);
	} else if (xdp_load(xdp, rec, r->n, most)) {
		emit_lose(cpu, &count->unreadable);
	} else {
		emit_seal(rec, &r->head, cpu);
		emit_done(cpu, cpu_id, rec, r->n);
	}
}

/* One onto the ring. */
static __always_inline void xdp_aside(struct xdp_md *xdp, const struct xdp_record *r, struct counters *count,
				      struct cpu_state *cpu, __u32 cpu_id)
{
	void *ring = bpf_map_lookup_elem(&rings, &cpu_id);
	__u64 room = 0;
	struct record *rec = ring ? emit_reserve(ring, r->n, &room) : NULL;

	if (!rec) {
		emit_lose(cpu, &count->dropped);
	} else if (xdp_load(xdp, rec, r->n, room)) {
		bpf_ringbuf_discard(rec, BPF_RB_NO_WAKEUP);
		emit_lose(cpu, &count->unreadable);
	} else {
		emit_seal(rec, &r->head, cpu);
		emit_submit(cpu, rec, room);
	}
}

/* A record that is not small, or is timed, or is not for the log (owns: it is, and the log is left). */
static __always_inline int xdp_emit_other(struct xdp_md *xdp, __u32 most, int owns)
{
	__u32 cpu_id = bpf_get_smp_processor_id();
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &cpu_id);
	struct counters *count = emit_counters(cpu_id, xdp->ingress_ifindex);
	struct xdp_record r;
	__u64 since_ns;

	if (!count || !cpu)
		return 0;
	xdp_describe(&r, xdp, most);
	if (!owns) {
		xdp_aside(xdp, &r, count, cpu, cpu_id);
		return 0;
	}
	since_ns = ahead_begins(cpu);
	EMIT_BY_CLASS(r.n, xdp_large, xdp, &r, count, cpu, cpu_id);
	if (since_ns)
		ahead_timed(cpu_id, since_ns);
	emit_leave(cpu);
	return 0;
}

#endif
