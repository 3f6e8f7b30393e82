// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The bench's traffic: frames sent again and again through a veth, and the place at its other end where they
 * stop. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "flood.h"

const volatile __u32 flood_ifindex;
const volatile __u32 flood_beside; /* another way, which one batch in FLOOD_BESIDE takes; 0: none does */
const volatile __u32 flood_flows =
	64;			/* a power of two; different source ports, so that GRO merges nothing */
struct flood_way flood_ways[2]; /* by whether it is the other */
__u64 flood_frames, flood_since_ns;

/* A batch begins: the one before it is through, and all that handles it. */
static __always_inline void flood_look(void)
{
	__u64 now = bpf_ktime_get_ns();
	struct flood_way *was = &flood_ways[flood_beside && flood_is_beside(flood_frames - 1)];

	if (flood_frames) {
		was->timed += FLOOD_BATCH;
		was->ns += now - flood_since_ns;
	}
	flood_since_ns = now;
}

/* Run by BPF_PROG_TEST_RUN with live frames: each run sends the frame once. */
SEC("xdp")
int flood_send(struct xdp_md *xdp)
{
	__u8 *data = (void *)(long)xdp->data, *end = (void *)(long)xdp->data_end;
	__u32 port = 1024 + (flood_frames & (flood_flows - 1));
	bool beside;

	if (data + 54 > end)
		return 1; /* XDP_DROP */
	data[34] = port >> 8;
	data[35] = port;
	if (!(flood_frames % FLOOD_BATCH))
		flood_look();
	beside = flood_beside && flood_is_beside(flood_frames);
	flood_frames++;
	flood_ways[beside].sent++;
	return bpf_redirect(beside ? flood_beside : flood_ifindex, 0);
}

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} sink_count SEC(".maps");

/* The last program at tc ingress: counts and drops, so that no stack behind it costs time. */
SEC("tc")
int flood_sink(struct __sk_buff *skb)
{
	__u32 zero = 0;
	__u64 *n = bpf_map_lookup_elem(&sink_count, &zero);

	if (n)
		++*n;
	return 2; /* TC_ACT_SHOT */
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
