// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The capture programs. One object for all interfaces: a program a hook and a kind of link header. */
#include "budget_keep.bpf.h"
#include "filter.bpf.h"
#include "icmp.bpf.h"
#include "sample.bpf.h"
#include "skb.bpf.h"
#include "wanted_skb.bpf.h"
#include "wanted_xdp.bpf.h"
#include "xdp.bpf.h"

static __always_inline bool keep_samples(void)
{
	return settings.sample > 1 || settings.sample_flows > 1;
}

static __always_inline bool keep_limits(void)
{
	return settings.wants & SETTINGS_WANT_RATE && !wanted_by_rate();
}

/* Everything behind the decision that a packet is wanted. 1: it was sampled out. other(): a function of its
 * own, what the verifier would otherwise follow again for each way that leads there. */
static __always_inline int keep_skb(struct __sk_buff *skb, bool ethernet, bool egress, int wanted,
				    int (*other)(struct __sk_buff *skb, __u32 most, int owns))
{
	__u32 cpu_id = bpf_get_smp_processor_id();
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &cpu_id);
	struct counters *count = emit_counters(cpu_id, skb->ifindex);
	struct skb_record r;
	bool owns;

	if (!count || !cpu)
		return 0;
	count->received++;
	if (wanted == WANTED_SAMPLED_OUT ||
	    (keep_samples() && sample_skips(sample_skb(skb, ethernet), cpu)) || keep_limits()) {
		count->sampled_out++;
		return 1;
	}
	owns = emit_enter(cpu);
	skb_describe(&r, skb, ethernet, egress, wanted);
	if (r.n <= EMIT_SMALL && owns && !ahead_tries(cpu)) {
		skb_small(skb, &r, count, cpu, cpu_id);
		emit_leave(cpu);
	} else {
		other(skb, wanted, owns);
	}
	return 0;
}

static __always_inline int keep_frame(struct xdp_md *xdp, int wanted,
				      int (*other)(struct xdp_md *xdp, __u32 most, int owns))
{
	__u32 cpu_id = bpf_get_smp_processor_id();
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &cpu_id);
	struct counters *count = emit_counters(cpu_id, xdp->ingress_ifindex);
	struct xdp_record r;
	bool owns;

	if (!count || !cpu)
		return 0;
	count->received++;
	if (wanted == WANTED_SAMPLED_OUT || (keep_samples() && sample_skips(sample_frame(xdp), cpu)) ||
	    keep_limits()) {
		count->sampled_out++;
		return 1;
	}
	owns = emit_enter(cpu);
	xdp_describe(&r, xdp, wanted);
	if (r.n <= EMIT_SMALL && owns && !ahead_tries(cpu)) {
		xdp_small(xdp, &r, count, cpu, cpu_id);
		emit_leave(cpu);
	} else {
		other(xdp, wanted, owns);
	}
	return 0;
}

/* For a packet that is not wanted for itself: what is in it, and what it tells of others. */
static __always_inline int beyond_skb(struct __sk_buff *skb, bool ethernet, bool egress)
{
	int wanted = wanted_tunnel(skb, ethernet);

	if (!wanted)
		icmp_skb(skb, ethernet, egress);
	return wanted;
}

static __always_inline int beyond_xdp(struct xdp_md *xdp)
{
	int wanted = wanted_xdp_tunnel(xdp);

	if (!wanted)
		icmp_xdp(xdp);
	return wanted;
}

/* A program a hook; the usual case inline in it, the rest in global functions. */
#define CAPTURE_TC(sec, prog, ethernet, egress)                                                              \
	__noinline int other_##prog(struct __sk_buff *skb, __u32 most, int owns)                             \
	{                                                                                                    \
		return skb_emit_other(skb, ethernet, egress, most, owns);                                    \
	}                                                                                                    \
	__noinline int keep_##prog(struct __sk_buff *skb, int wanted)                                        \
	{                                                                                                    \
		return keep_skb(skb, ethernet, egress, wanted, other_##prog);                                \
	}                                                                                                    \
	SEC(sec) int prog(struct __sk_buff *skb)                                                             \
	{                                                                                                    \
		int wanted = WANTED_NO;                                                                      \
                                                                                                             \
		if (filter_tc(skb))                                                                          \
			wanted = wanted_skb(skb, ethernet);                                                  \
		if (!wanted && settings.beyond)                                                              \
			wanted = beyond_skb(skb, ethernet, egress);                                          \
		if (wanted && settings.budget)                                                               \
			BUDGET_KEEP(skb, skb->ifindex, wanted, keep_##prog,                                  \
				    budget_judge_skb(&run, skb, ethernet));                                  \
		else if (wanted && settings.wants)                                                           \
			keep_##prog(skb, wanted);                                                            \
		else if (wanted)                                                                             \
			keep_skb(skb, ethernet, egress, WANTED_WHOLE, other_##prog);                         \
		return TC_ACT_UNSPEC;                                                                        \
	}

CAPTURE_TC("ebpfdump/tc_in", ebpfdump_in, true, false)
CAPTURE_TC("ebpfdump/tc_out", ebpfdump_out, true, true)
CAPTURE_TC("ebpfdump/tc_in", ebpfdump_l3_in, false, false)
CAPTURE_TC("ebpfdump/tc_out", ebpfdump_l3_out, false, true)

/* Frames of one buffer, and, from Linux 5.18, of several. */
#define CAPTURE_XDP(sec, prog)                                                                               \
	__noinline int other_##prog(struct xdp_md *xdp, __u32 most, int owns)                                \
	{                                                                                                    \
		return xdp_emit_other(xdp, most, owns);                                                      \
	}                                                                                                    \
	__noinline int keep_##prog(struct xdp_md *xdp, int wanted)                                           \
	{                                                                                                    \
		return keep_frame(xdp, wanted, other_##prog);                                                \
	}                                                                                                    \
	SEC(sec) int prog(struct xdp_md *xdp)                                                                \
	{                                                                                                    \
		int wanted = WANTED_NO;                                                                      \
                                                                                                             \
		if (filter_xdp(xdp))                                                                         \
			wanted = wanted_xdp(xdp);                                                            \
		if (!wanted && settings.beyond)                                                              \
			wanted = beyond_xdp(xdp);                                                            \
		if (wanted && settings.budget)                                                               \
			BUDGET_KEEP(xdp, xdp->ingress_ifindex, wanted, keep_##prog,                          \
				    budget_judge_frame(&run, xdp));                                          \
		else if (wanted && settings.wants)                                                           \
			keep_##prog(xdp, wanted);                                                            \
		else if (wanted)                                                                             \
			keep_frame(xdp, WANTED_WHOLE, other_##prog);                                         \
		return XDP_PASS;                                                                             \
	}

CAPTURE_XDP("ebpfdump/xdp", ebpfdump_xdp)
CAPTURE_XDP("ebpfdump/xdp.frags", ebpfdump_xdpf)

char LICENSE[] SEC("license") = "Dual BSD/GPL";
