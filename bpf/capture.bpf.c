// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The capture programs. One object for all interfaces: a program a hook and a kind of link header. */
#include "filter.bpf.h"
#include "sample.bpf.h"
#include "skb.bpf.h"
#include "wanted_skb.bpf.h"
#include "wanted_xdp.bpf.h"
#include "xdp.bpf.h"

/* Everything behind the decision to keep a packet. */
static __always_inline int keep_skb(struct __sk_buff *skb, bool ethernet, bool egress, int wanted)
{
	struct walk_bytes direct = { .data = (void *)(long)skb->data, .end = (void *)(long)skb->data_end };
	struct walk_bytes deep = { .skb = skb };
	__u32 cpu_id = bpf_get_smp_processor_id();
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &cpu_id);
	struct counters *count = emit_counters(cpu_id, skb->ifindex);

	if (!count || !cpu)
		return 0;
	count->received++;
	if (wanted == WANTED_SAMPLED_OUT || sample_skips(&direct, &deep, ethernet, cpu))
		count->sampled_out++;
	else
		skb_emit(skb, count, cpu, cpu_id, ethernet, egress, wanted);
	return 0;
}

static __always_inline int keep_frame(struct xdp_md *xdp, int wanted)
{
	struct walk_bytes direct = { .data = (void *)(long)xdp->data, .end = (void *)(long)xdp->data_end },
			  deep;
	__u32 cpu_id = bpf_get_smp_processor_id();
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &cpu_id);
	struct counters *count = emit_counters(cpu_id, xdp->ingress_ifindex);

	if (!count || !cpu)
		return 0;
	count->received++;
	walk_xdp_deep(&deep, xdp);
	if (wanted == WANTED_SAMPLED_OUT || sample_skips(&direct, &deep, true, cpu))
		count->sampled_out++;
	else
		xdp_emit(xdp, count, cpu, cpu_id, wanted);
	return 0;
}

/*
 * A program a hook. Its keep function is global, so the verifier looks at its many paths once, and not again
 * for each way in which a packet can be found to be wanted.
 */
#define CAPTURE_TC(sec, prog, keep, ethernet, egress)                                                        \
	__noinline int keep(struct __sk_buff *skb, int wanted)                                               \
	{                                                                                                    \
		return keep_skb(skb, ethernet, egress, wanted);                                              \
	}                                                                                                    \
	SEC(sec) int prog(struct __sk_buff *skb)                                                             \
	{                                                                                                    \
		int wanted = WANTED_NO;                                                                      \
                                                                                                             \
		if (filter_tc(skb))                                                                          \
			wanted = wanted_skb(skb, ethernet);                                                  \
		if (!wanted)                                                                                 \
			wanted = wanted_tunnel(skb, ethernet);                                               \
		if (wanted)                                                                                  \
			keep(skb, wanted);                                                                   \
		return TC_ACT_UNSPEC;                                                                        \
	}

CAPTURE_TC("ebpfdump/tc_in", ebpfdump_in, keep_in, true, false)
CAPTURE_TC("ebpfdump/tc_out", ebpfdump_out, keep_out, true, true)
CAPTURE_TC("ebpfdump/tc_in", ebpfdump_l3_in, keep_l3_in, false, false)
CAPTURE_TC("ebpfdump/tc_out", ebpfdump_l3_out, keep_l3_out, false, true)

/* Frames of one buffer, and, from Linux 5.18, of several. */
#define CAPTURE_XDP(sec, prog, keep)                                                                         \
	__noinline int keep(struct xdp_md *xdp, int wanted)                                                  \
	{                                                                                                    \
		return keep_frame(xdp, wanted);                                                              \
	}                                                                                                    \
	SEC(sec) int prog(struct xdp_md *xdp)                                                                \
	{                                                                                                    \
		int wanted = WANTED_NO;                                                                      \
                                                                                                             \
		if (filter_xdp(xdp))                                                                         \
			wanted = wanted_xdp(xdp);                                                            \
		if (!wanted)                                                                                 \
			wanted = wanted_xdp_tunnel(xdp);                                                     \
		if (wanted)                                                                                  \
			keep(xdp, wanted);                                                                   \
		return XDP_PASS;                                                                             \
	}

CAPTURE_XDP("ebpfdump/xdp", ebpfdump_xdp, keep_xdp)
CAPTURE_XDP("ebpfdump/xdp.frags", ebpfdump_xdpf, keep_xdpf)

char LICENSE[] SEC("license") = "Dual BSD/GPL";
