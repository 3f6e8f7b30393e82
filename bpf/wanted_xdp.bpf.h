/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whether a frame that the expression accepts is wanted: WANTED_*, or how many bytes of it at most. */
#ifndef WANTED_XDP_BPF_H
#define WANTED_XDP_BPF_H

#include "filter.bpf.h"
#include "tunnel.bpf.h"
#include "wanted.bpf.h"
#include "xdp.bpf.h"

__noinline int segment_linear_xdp(struct xdp_md *xdp)
{
	struct walk_bytes b = { .data = (void *)(long)xdp->data, .end = (void *)(long)xdp->data_end };
	struct segment *s = segment_scratch();

	return s ? segment_read(&b, true, WALK_SHALLOW, s, xdp_len(xdp)) : WALK_OTHER;
}

__noinline int segment_deep_xdp(struct xdp_md *xdp)
{
	struct segment *s = segment_scratch();
	struct walk_bytes b = { .xdp = xdp };

	return s ? segment_read(&b, true, WALK_DEEP, s, xdp_len(xdp)) : WALK_OTHER;
}

__noinline int wanted_frame(struct xdp_md *xdp)
{
	struct segment *s = segment_scratch();
	int r = segment_linear_xdp(xdp);

	if (r == WALK_CUT)
		r = segment_deep_xdp(xdp);
	return s && r == WALK_TCP ? wanted_segment(s) : WANTED_NO;
}

__noinline int segment_inner_ethernet_xdp(struct xdp_md *xdp, __u32 base)
{
	struct segment *s = segment_scratch();
	struct walk_bytes b = { .xdp = xdp, .base = base };

	return s ? segment_read(&b, true, WALK_DEEP, s, xdp_len(xdp)) : WALK_OTHER;
}

__noinline int segment_inner_raw_xdp(struct xdp_md *xdp, __u32 base)
{
	struct segment *s = segment_scratch();
	struct walk_bytes b = { .xdp = xdp, .base = base };

	return s ? segment_read(&b, false, WALK_DEEP, s, xdp_len(xdp)) : WALK_OTHER;
}

__noinline int tunnel_xdp(struct xdp_md *xdp)
{
	struct walk_bytes b = { .xdp = xdp };

	return tunnel_find(&b, true);
}

__noinline int wanted_tunnel_frame(struct xdp_md *xdp)
{
	struct segment *s = segment_scratch();
	int tunnel = tunnel_xdp(xdp), r = WALK_OTHER;
	__u32 base = tunnel & TUNNEL_BASE_BITS;

	if (tunnel < 0)
		return WANTED_NO;
	if (tunnel & TUNNEL_ETHERNET) {
		if (filter_xdp_inner_ethernet(xdp, base))
			r = segment_inner_ethernet_xdp(xdp, base);
	} else if (tunnel & TUNNEL_RAW) {
		if (filter_xdp_inner_raw(xdp, base))
			r = segment_inner_raw_xdp(xdp, base);
	}
	return s && r == WALK_TCP ? wanted_segment(s) : WANTED_NO;
}

/* --decap: for a frame that is not wanted for itself. */
static __always_inline int wanted_xdp_tunnel(struct xdp_md *xdp)
{
	return settings.wants & SETTINGS_WANT_DECAP ? wanted_tunnel_frame(xdp) : WANTED_NO;
}

static __always_inline int wanted_xdp(struct xdp_md *xdp)
{
	if (settings.wants)
		return wanted_frame(xdp);
	return walk_xdp_is_tcp(xdp) ? WANTED_WHOLE : WANTED_NO;
}

#endif
