// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A bad line: of the TCP segments behind a handshake, some are dropped, some come twice, some take the way by
 * `detour`, which hands them back late with mark 7. The choice is a sequence that is the same in each run. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define TC_ACT_SHOT 2
#define HANDED_BACK 7
#define DETOUR 4242 /* the index of that interface */
#define SYN_OFF 47  /* flags of TCP behind Ethernet and 20 bytes of IPv4 */

__u32 seed = 12345;

SEC("tc")
int lossy(struct __sk_buff *skb)
{
	__u8 proto, flags;
	__u32 n;

	if (skb->mark == HANDED_BACK || bpf_skb_load_bytes(skb, 23, &proto, 1) || proto != 6 ||
	    bpf_skb_load_bytes(skb, SYN_OFF, &flags, 1) || flags & 2)
		return TC_ACT_UNSPEC;
	seed = seed * 1664525 + 1013904223;
	n = (seed >> 16) % 100;
	if (n < 5)
		return TC_ACT_SHOT;
	if (n < 10)
		bpf_clone_redirect(skb, skb->ifindex, 0);
	else if (n < 16)
		return bpf_redirect(DETOUR, 0);
	return TC_ACT_UNSPEC;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
