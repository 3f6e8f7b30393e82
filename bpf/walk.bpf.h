/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Is this TCP? The walk of ebpfdump/walk.h on linear bytes, and by helper where they are too few. */
#ifndef WALK_BPF_H
#define WALK_BPF_H

#include "maps.bpf.h"

/* By helper from skb or xdp; both NULL: the linear bytes. */
struct walk_bytes {
	struct __sk_buff *skb;
	struct xdp_md *xdp;
	const __u8 *data, *end;
	__u32 base; /* where the packet begins: behind other headers in a tunnel */
};

/* A frame's bytes where the program cannot look itself. Old kernels have one buffer and no helper for it. */
static __always_inline int walk_load_frame(struct xdp_md *xdp, __u32 off, void *to, __u32 len)
{
	__u64 have = xdp->data_end - xdp->data;

	if (settings.xdp_load)
		return bpf_xdp_load_bytes(xdp, off, to, len);
	if (off > have || len > have - off)
		return -1;
	return bpf_probe_read_kernel(to, len, (void *)(long)xdp->data + off);
}

static __always_inline int walk_load(const struct walk_bytes *b, __u32 off, void *to, __u32 len)
{
	off += b->base;
	if (b->skb)
		return bpf_skb_load_bytes(b->skb, off, to, len) ? -1 : 0;
	if (b->xdp)
		return walk_load_frame(b->xdp, off, to, len) ? -1 : 0;
	if (off > 0x7fff || b->data + off + len > b->end)
		return -1;
	__builtin_memcpy(to, b->data + off, len);
	return 0;
}

#include "ebpfdump/walk.h"

/*
 * Headers beyond the linear bytes, and IPv6 extension headers. Rare, and not worth a place among the hot
 * instructions; global, so that the verifier looks at them once.
 */
__noinline int walk_deep_ethernet(struct __sk_buff *skb)
{
	struct walk_bytes b = { .skb = skb };
	struct walk w;

	return walk_ethernet(&b, &w, WALK_DEEP);
}

__noinline int walk_deep_raw(struct __sk_buff *skb)
{
	struct walk_bytes b = { .skb = skb };
	struct walk w;

	return walk_raw(&b, &w, WALK_DEEP);
}

__noinline int walk_deep_xdp(struct xdp_md *xdp)
{
	struct walk_bytes b = { .xdp = xdp };
	struct walk w;

	return walk_ethernet(&b, &w, WALK_DEEP);
}

static __always_inline bool walk_is_tcp(struct __sk_buff *skb, bool ethernet)
{
	struct walk_bytes b = { .data = (void *)(long)skb->data, .end = (void *)(long)skb->data_end };
	struct walk w;
	int r = ethernet ? walk_ethernet(&b, &w, WALK_SHALLOW) : walk_raw(&b, &w, WALK_SHALLOW);

	if (r == WALK_CUT)
		r = ethernet ? walk_deep_ethernet(skb) : walk_deep_raw(skb);
	return r == WALK_TCP;
}

static __always_inline bool walk_xdp_is_tcp(struct xdp_md *xdp)
{
	struct walk_bytes b = { .data = (void *)(long)xdp->data, .end = (void *)(long)xdp->data_end };
	struct walk w;
	int r = walk_ethernet(&b, &w, WALK_SHALLOW);

	if (r == WALK_CUT)
		r = walk_deep_xdp(xdp);
	return r == WALK_TCP;
}

#endif
