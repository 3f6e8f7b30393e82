// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A tag into the skb's metadata, which a test run's context cannot carry, then the program under test. */
#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, 3); /* BPF_MAP_TYPE_PROG_ARRAY */
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} next SEC(".maps");

const volatile __u32 pushes = 1;

SEC("tc")
int push_vlan(struct __sk_buff *skb)
{
	for (__u32 i = 0; i < 2 && i < pushes; i++)
		bpf_skb_vlan_push(skb, bpf_htons(0x8100), 100 + i);
	bpf_tail_call(skb, &next, 0);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
