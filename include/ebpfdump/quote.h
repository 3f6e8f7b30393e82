/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where the TCP segment stands that an ICMP or ICMPv6 error quotes (RFC 792, RFC 4443). Compiled into the
 * kernel programs and into user space, behind ebpfdump/walk.h.
 */
#ifndef EBPFDUMP_QUOTE_H
#define EBPFDUMP_QUOTE_H

#include "ebpfdump/walk.h"

#define QUOTE_IPPROTO_ICMP 1
#define QUOTE_IPPROTO_ICMPV6 58
#define QUOTE_ICMP_HLEN 8
#define QUOTE_TCP_LEN 8 /* ports and sequence number: all that RFC 792 promises */

/* Destination unreachable, source quench, time exceeded, parameter problem; in ICMPv6 also packet too big. */
static __always_inline int quote_is_error(__u16 ethertype, __u8 type)
{
	if (ethertype == WALK_ETHERTYPE_IPV4)
		return type == 3 || type == 4 || type == 11 || type == 12;
	return type >= 1 && type <= 4;
}

/* The ICMP header of an IP packet at off, which is no later fragment; -1 if it has none. */
static __always_inline int quote_find_icmp4(const struct walk_bytes *b, __u32 off)
{
	__u8 ip[10];

	if (walk_load(b, off, ip, sizeof(ip)) || (ip[0] >> 4) != 4 || (ip[0] & 0xf) < 5)
		return -1;
	if (ip[9] != QUOTE_IPPROTO_ICMP || walk_be16(ip + 6) & 0x1fff)
		return -1;
	return (int)(off + (ip[0] & 0xf) * 4);
}

static __always_inline int quote_find_icmp6(const struct walk_bytes *b, __u32 off, enum walk_depth depth)
{
	struct walk w = { .fragment = WALK_WHOLE };
	__u8 next;

	if (walk_load(b, off + 6, &next, 1))
		return -1;
	w.l4_off = (__u16)(off + 40);
	if (next == QUOTE_IPPROTO_ICMPV6)
		return w.l4_off;
	if (depth == WALK_SHALLOW || walk_ipv6_extensions(b, &w, next, QUOTE_IPPROTO_ICMPV6) != WALK_TCP ||
	    w.fragment == WALK_LATER_FRAGMENT)
		return -1;
	return w.l4_off;
}

/* From an IP header at off. WALK_TCP: *w tells of the quoted packet, ports and sequence number are there.
 * Behind IPv6 extension headers nothing is found by a shallow walk. */
static __always_inline enum walk_result quote_find(const struct walk_bytes *b, __u32 off, __u16 ethertype,
						   struct walk *w, enum walk_depth depth)
{
	int icmp = ethertype == WALK_ETHERTYPE_IPV4   ? quote_find_icmp4(b, off)
		   : ethertype == WALK_ETHERTYPE_IPV6 ? quote_find_icmp6(b, off, depth)
						      : -1;
	__u8 tcp[QUOTE_TCP_LEN], type, version;
	enum walk_result r;

	if (icmp < 0 || walk_load(b, (__u32)icmp, &type, 1) || !quote_is_error(ethertype, type))
		return WALK_OTHER;
	off = (__u32)icmp + QUOTE_ICMP_HLEN;
	if (walk_load(b, off, &version, 1) || (version >> 4) != (ethertype == WALK_ETHERTYPE_IPV4 ? 4 : 6))
		return WALK_OTHER;
	r = walk_network(b, off, ethertype, w, depth);
	if (r != WALK_TCP)
		return r;
	return w->fragment == WALK_LATER_FRAGMENT || walk_load(b, w->l4_off, tcp, sizeof(tcp)) ? WALK_OTHER
											       : WALK_TCP;
}

#endif
