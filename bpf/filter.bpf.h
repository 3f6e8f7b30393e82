/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where the user's filter stands in a program. filter_tc() and filter_xdp() compile to one marked run of
 * instructions; before the program is loaded, filter_splice() (user/filter/filter.h) puts the translated
 * expression in its place, and in place of the bodies of the functions that the run names, or takes those
 * functions out. A program that was not spliced does not load: no helper has the mark's number.
 */
#ifndef FILTER_BPF_H
#define FILTER_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define FILTER_MARK_TC 0x0eb0f001
#define FILTER_MARK_XDP 0x0eb0f002
#define FILTER_MARK_INNER_ETHERNET 0x0eb0f003
#define FILTER_MARK_INNER_RAW 0x0eb0f004

#define FILTER_TAG_OFF 12 /* where a VLAN tag of skb metadata belongs in the bytes */
#define FILTER_TAG_LEN 4

/* Global, so that the verifier looks at each once and not again for each way that leads to it. */
#define FILTER_PLACE __noinline int
#define FILTER_PLACE_BODY(ctx)                                                                               \
	{                                                                                                    \
		asm volatile("" : : "r"(ctx));                                                               \
		return 0;                                                                                    \
	}

/* The direct translation when it is too long for its place, or needs a stack. */
FILTER_PLACE filter_tc_direct(struct __sk_buff *skb) FILTER_PLACE_BODY(skb)
	/* By LD_ABS and LD_IND: reads what is not linear; a load out of range returns 0 from here. */
	FILTER_PLACE filter_tc_exact(struct __sk_buff *skb) FILTER_PLACE_BODY(skb)
	/* Both once more for packets with a VLAN tag in metadata. */
	FILTER_PLACE filter_tc_vlan(struct __sk_buff *skb) FILTER_PLACE_BODY(skb) FILTER_PLACE
	filter_tc_vlan_exact(struct __sk_buff *skb) FILTER_PLACE_BODY(skb) FILTER_PLACE
	filter_xdp_direct(struct xdp_md *xdp) FILTER_PLACE_BODY(xdp)
	/* By bpf_xdp_load_bytes. */
	FILTER_PLACE filter_xdp_exact(struct xdp_md *xdp) FILTER_PLACE_BODY(xdp)

	/* size (1, 2 or 4) bytes at off of the packet with its tag put back, host order; negative: not all
	   there. */
	__noinline __s64 filter_tc_vlan_load(struct __sk_buff *skb, __u64 off, __u32 size)
{
	__u32 tag = (__u32)bpf_ntohs((__u16)skb->vlan_proto) << 16 | (skb->vlan_tci & 0xffff), i;
	__u64 value = 0;
	__u8 byte;

	if (off > 0x7fffffff)
		return -1;
	for (i = 0; i < 4 && i < size; i++, off++) {
		if (off >= FILTER_TAG_OFF && off < FILTER_TAG_OFF + FILTER_TAG_LEN)
			byte = tag >> (8 * (FILTER_TAG_OFF + FILTER_TAG_LEN - 1 - off));
		else if (bpf_skb_load_bytes(skb, off < FILTER_TAG_OFF ? off : off - FILTER_TAG_LEN, &byte, 1))
			return -1;
		value = value << 8 | byte;
	}
	return value;
}

/* The expression on the packet that begins at base, inside a tunnel: with an Ethernet header or without. They
 * reject if the program was not given an expression for such packets. */
#define FILTER_INNER(ctx, mark)                                                                              \
	{                                                                                                    \
		__u64 verdict;                                                                               \
                                                                                                             \
		/* What the compiler knows nothing of, and leaves the arguments and the result to. */        \
		asm volatile("call %[m]\n\t"                                                                 \
			     "%[v] = r0"                                                                     \
			     : [v] "=r"(verdict)                                                             \
			     : "r"(ctx), "r"(base), [m] "i"(mark)                                            \
			     : "r0", "r1", "r2", "r3", "r4", "r5");                                          \
		return verdict;                                                                              \
	}

FILTER_PLACE filter_tc_inner_ethernet(struct __sk_buff *skb, __u32 base)
	FILTER_INNER(skb, FILTER_MARK_INNER_ETHERNET) FILTER_PLACE
	filter_xdp_inner_ethernet(struct xdp_md *xdp, __u32 base)
		FILTER_INNER(xdp, FILTER_MARK_INNER_ETHERNET) FILTER_PLACE
	filter_xdp_inner_raw(struct xdp_md *xdp, __u32 base)
		FILTER_INNER(xdp, FILTER_MARK_INNER_RAW) FILTER_PLACE
	filter_tc_inner_raw(struct __sk_buff *skb, __u32 base) FILTER_INNER(skb, FILTER_MARK_INNER_RAW)

	/* What the expression returns for the packet: 0 rejects. */
	static __always_inline __u32 filter_tc(struct __sk_buff *skb)
{
	__u64 verdict;

	asm volatile("r1 = %[skb]\n\t"
		     "call %[mark]\n\t"
		     "call filter_tc_direct\n\t"
		     "call filter_tc_exact\n\t"
		     "call filter_tc_vlan\n\t"
		     "call filter_tc_vlan_exact\n\t"
		     "call filter_tc_vlan_load\n\t"
		     "%[verdict] = r0"
		     : [verdict] "=r"(verdict)
		     : [skb] "r"(skb), [mark] "i"(FILTER_MARK_TC)
		     : "r0", "r1", "r2", "r3", "r4", "r5", "memory");
	return verdict;
}

static __always_inline __u32 filter_xdp(struct xdp_md *xdp)
{
	__u64 verdict;

	asm volatile("r1 = %[xdp]\n\t"
		     "call %[mark]\n\t"
		     "call filter_xdp_direct\n\t"
		     "call filter_xdp_exact\n\t"
		     "%[verdict] = r0"
		     : [verdict] "=r"(verdict)
		     : [xdp] "r"(xdp), [mark] "i"(FILTER_MARK_XDP)
		     : "r0", "r1", "r2", "r3", "r4", "r5", "memory");
	return verdict;
}

#endif
