/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* --cpu-budget around what keeps a packet: what it has to say before, and the look at what it cost. */
#ifndef BUDGET_KEEP_BPF_H
#define BUDGET_KEEP_BPF_H

#include "budget.bpf.h"
#include "emit.bpf.h"
#include "wanted.bpf.h"

static __always_inline enum budget_fate budget_judge_skb(const struct budget_run *r, struct __sk_buff *skb,
							 bool ethernet)
{
	return budget_must_judge(r) ? budget_judge(r, sample_skb(skb, ethernet)) : BUDGET_KEPT;
}

static __always_inline enum budget_fate budget_judge_frame(const struct budget_run *r, struct xdp_md *xdp)
{
	return budget_must_judge(r) ? budget_judge(r, sample_frame(xdp)) : BUDGET_KEPT;
}

static __always_inline void budget_leave_out(__u32 cpu_id, __u32 ifindex)
{
	struct counters *count = emit_counters(cpu_id, ifindex);

	if (!count)
		return;
	count->received++;
	count->sampled_out++;
}

/* keep(ctx, wanted), which tells whether it sampled the packet out, if judge allows. */
#define BUDGET_KEEP(ctx, ifindex, wanted, keep, judge)                                                       \
	do {                                                                                                 \
		__u32 cpu_id = bpf_get_smp_processor_id();                                                   \
		enum budget_fate fate = BUDGET_KEPT;                                                         \
		struct budget_run run;                                                                       \
                                                                                                             \
		if (!budget_begin(&run, cpu_id))                                                             \
			break;                                                                               \
		if (wanted != WANTED_SAMPLED_OUT)                                                            \
			fate = judge;                                                                        \
		if (fate == BUDGET_LEFT_OUT)                                                                 \
			budget_leave_out(cpu_id, ifindex);                                                   \
		else if (keep(ctx, wanted))                                                                  \
			fate = BUDGET_LEFT_OUT;                                                              \
		budget_end(&run, fate);                                                                      \
	} while (0)

#endif
