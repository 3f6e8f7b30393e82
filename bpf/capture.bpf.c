// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The capture programs. One object for all interfaces: a program a hook and a kind of link header. */
#include "filter.bpf.h"
#include "skb.bpf.h"
#include "wanted_skb.bpf.h"

/* Everything behind the decision to keep a packet. */
static __always_inline int keep_skb(struct __sk_buff *skb, bool ethernet, bool egress, int wanted)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct counters *count = emit_counters(cpu, skb->ifindex);

	if (!count)
		return 0;
	count->received++;
	if (wanted == WANTED_SAMPLED_OUT)
		count->sampled_out++;
	else
		skb_emit(skb, count, cpu, ethernet, egress, wanted);
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
		if (wanted)                                                                                  \
			keep(skb, wanted);                                                                   \
		return TC_ACT_UNSPEC;                                                                        \
	}

CAPTURE_TC("ebpfdump/tc_in", ebpfdump_in, keep_in, true, false)
CAPTURE_TC("ebpfdump/tc_out", ebpfdump_out, keep_out, true, true)
CAPTURE_TC("ebpfdump/tc_in", ebpfdump_l3_in, keep_l3_in, false, false)
CAPTURE_TC("ebpfdump/tc_out", ebpfdump_l3_out, keep_l3_out, false, true)

char LICENSE[] SEC("license") = "Dual BSD/GPL";
