// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Programs that return 1 if the filter accepts, and one that puts a VLAN tag into metadata in front of it. */
#include "filter.bpf.h"

enum { PROG_ARRAY = 3 }; /* BPF_MAP_TYPE_PROG_ARRAY: vmlinux.h has what the programs of the tool use */

struct {
	__uint(type, PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} next SEC(".maps");

SEC("test/tc_in") int tc_in(struct __sk_buff *skb)
{
	return filter_tc(skb) ? 1 : 0;
}

SEC("test/tc_out") int tc_out(struct __sk_buff *skb)
{
	return filter_tc(skb) ? 1 : 0;
}

/* Two places in one program, and code around them that jumps over both. */
SEC("test/tc_twice") int tc_twice(struct __sk_buff *skb)
{
	__u32 n = 0;

	if (skb->mark == 7)
		return 7;
	if (filter_tc(skb))
		n++;
	if (skb->mark == 8)
		return 8;
	if (filter_tc(skb))
		n++;
	return n;
}

/* mark: where the inner packet begins */
SEC("test/tc_inner") int tc_inner(struct __sk_buff *skb)
{
	__u32 base = skb->mark & 0xffff;

	if (skb->mark == 0)
		return filter_tc(skb) ? 1 : 0;
	return (skb->mark >> 16 ? filter_tc_inner_raw(skb, base) : filter_tc_inner_ethernet(skb, base)) ? 1
													: 0;
}

SEC("test/xdp") int xdp_linear(struct xdp_md *xdp)
{
	return filter_xdp(xdp) ? 1 : 0;
}

SEC("test/xdp.frags") int xdp_frags(struct xdp_md *xdp)
{
	return filter_xdp(xdp) ? 1 : 0;
}

/* mark: protocol << 16 | TCI */
SEC("tc") int push_tag(struct __sk_buff *skb)
{
	if (bpf_skb_vlan_push(skb, bpf_htons(skb->mark >> 16), skb->mark & 0xffff))
		return 99;
	bpf_tail_call(skb, &next, 0);
	return 98;
}

SEC("tc") int tc_empty(struct __sk_buff *skb)
{
	return 0;
}

SEC("xdp") int xdp_empty(struct xdp_md *xdp)
{
	return 0;
}

/* Live frames go on into the stack. */
SEC("xdp") int xdp_pass(struct xdp_md *xdp)
{
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
