// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Another's classifier that drops TCP to port 5000. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define TC_ACT_SHOT 2

SEC("tc")
int drop_5000(struct __sk_buff *skb)
{
	__u8 port[2], proto;

	if (bpf_skb_load_bytes(skb, 23, &proto, 1) || proto != 6 || bpf_skb_load_bytes(skb, 36, port, 2))
		return TC_ACT_UNSPEC;
	return port[0] == 5000 >> 8 && port[1] == (5000 & 0xff) ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
