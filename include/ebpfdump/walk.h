/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The one walk from the start of a packet to its TCP header, compiled into the kernel programs and into user
 * space. Sources: IEEE 802.1Q, RFC 791, RFC 8200.
 *
 * The includer defines struct walk_bytes and, before it includes this header,
 *	static __always_inline int walk_load(const struct walk_bytes *b, __u32 off, void *to, __u32 len);
 * which copies len bytes (a constant) at off and returns 0, or -1 if they are not all there.
 */
#ifndef EBPFDUMP_WALK_H
#define EBPFDUMP_WALK_H

#ifdef __bpf__
#include "vmlinux.h"
#else
#include <linux/types.h>
#endif

#define WALK_ETH_HLEN 14
#define WALK_VLAN_MAX 2		/* tags in the bytes; one more may be in metadata */
#define WALK_IPV6_HEADERS_MAX 8 /* extension headers followed before giving up */

#define WALK_ETHERTYPE_IPV4 0x0800
#define WALK_ETHERTYPE_IPV6 0x86dd
#define WALK_IPPROTO_TCP 6

enum walk_result {
	WALK_TCP,   /* a TCP segment, or a fragment of one */
	WALK_OTHER, /* something else */
	WALK_CUT,   /* the bytes end before that is known */
};

enum walk_depth {
	WALK_DEEP,
	WALK_SHALLOW, /* answer WALK_CUT at an IPv6 extension header: a second, deep walk is to follow */
};

enum walk_fragment { WALK_WHOLE, WALK_FIRST_FRAGMENT, WALK_LATER_FRAGMENT };

struct walk {
	__u16 l3_off;	 /* IPv4 or IPv6 header */
	__u16 l4_off;	 /* TCP header; of a later fragment: its first byte of data */
	__u16 ethertype; /* WALK_ETHERTYPE_*; host order */
	__u8 fragment;	 /* enum walk_fragment */
};

static __always_inline __u16 walk_be16(const __u8 *p)
{
	return (__u16)(p[0] << 8 | p[1]);
}

static __always_inline enum walk_result walk_ipv4(const struct walk_bytes *b, struct walk *w)
{
	__u8 ip[10];

	if (walk_load(b, w->l3_off, ip, sizeof(ip)))
		return WALK_CUT;
	if ((ip[0] >> 4) != 4 || (ip[0] & 0xf) < 5 || ip[9] != WALK_IPPROTO_TCP)
		return WALK_OTHER;
	w->l4_off = w->l3_off + (ip[0] & 0xf) * 4;
	if (walk_be16(ip + 6) & 0x1fff)
		w->fragment = WALK_LATER_FRAGMENT;
	else
		w->fragment = walk_be16(ip + 6) & 0x2000 ? WALK_FIRST_FRAGMENT : WALK_WHOLE;
	return WALK_TCP;
}

/* Hop-by-hop, routing, fragment, AH, destination options, mobility. */
static __always_inline int walk_is_extension(__u8 next)
{
	return next == 0 || next == 43 || next == 44 || next == 51 || next == 60 || next == 135;
}

/* From the header at w->l4_off, whose number is next, to the one with the number wanted: WALK_TCP, at
 * w->l4_off. */
static __always_inline enum walk_result walk_ipv6_extensions(const struct walk_bytes *b, struct walk *w,
							     __u8 next, __u8 wanted)
{
	__u32 off = w->l4_off;
	__u8 h[4];
	int i;

	for (i = 0; i <= WALK_IPV6_HEADERS_MAX; i++) {
		if (next == wanted) {
			w->l4_off = (__u16)off;
			return WALK_TCP;
		}
		if (!walk_is_extension(next))
			return WALK_OTHER;
		if (walk_load(b, off, h, sizeof(h)))
			return WALK_CUT;
		if (next == 44) {
			if (walk_be16(h + 2) & 0xfff8) {
				w->fragment = WALK_LATER_FRAGMENT;
				w->l4_off = (__u16)(off + 8);
				return h[0] == wanted ? WALK_TCP : WALK_OTHER;
			}
			if (h[3] & 1)
				w->fragment = WALK_FIRST_FRAGMENT;
			off += 8;
		} else {
			off += next == 51 ? (h[1] + 2u) * 4 : (h[1] + 1u) * 8;
		}
		next = h[0];
	}
	return WALK_OTHER;
}

static __always_inline enum walk_result walk_ipv6(const struct walk_bytes *b, struct walk *w,
						  enum walk_depth depth)
{
	__u8 next;

	if (walk_load(b, w->l3_off + 6, &next, 1))
		return WALK_CUT;
	w->fragment = WALK_WHOLE;
	w->l4_off = w->l3_off + 40;
	if (next == WALK_IPPROTO_TCP)
		return WALK_TCP;
	if (depth == WALK_SHALLOW)
		return walk_is_extension(next) ? WALK_CUT : WALK_OTHER;
	return walk_ipv6_extensions(b, w, next, WALK_IPPROTO_TCP);
}

/* From a network header at off, whose kind the caller knows by its EtherType. */
static __always_inline enum walk_result walk_network(const struct walk_bytes *b, __u32 off, __u16 ethertype,
						     struct walk *w, enum walk_depth depth)
{
	w->l3_off = (__u16)off;
	w->ethertype = ethertype;
	if (ethertype == WALK_ETHERTYPE_IPV4)
		return walk_ipv4(b, w);
	if (ethertype == WALK_ETHERTYPE_IPV6)
		return walk_ipv6(b, w, depth);
	return WALK_OTHER;
}

static __always_inline int walk_is_vlan(__u16 ethertype)
{
	return ethertype == 0x8100 || ethertype == 0x88a8 || ethertype == 0x9100;
}

/* From an Ethernet header at 0 to the network header behind its tags, at *off. The EtherType, or -1. */
static __always_inline int walk_link(const struct walk_bytes *b, __u32 *off)
{
	__u8 type[2];
	int i;

	*off = WALK_ETH_HLEN;
	if (walk_load(b, 12, type, sizeof(type)))
		return -1;
	for (i = 0; i < WALK_VLAN_MAX && walk_is_vlan(walk_be16(type)); i++) {
		if (walk_load(b, *off + 2, type, sizeof(type)))
			return -1;
		*off += 4;
	}
	return walk_be16(type);
}

/* From an Ethernet header at 0. */
static __always_inline enum walk_result walk_ethernet(const struct walk_bytes *b, struct walk *w,
						      enum walk_depth depth)
{
	__u32 off;
	int type = walk_link(b, &off);

	return type < 0 ? WALK_CUT : walk_network(b, off, (__u16)type, w, depth);
}

/* From an IP header at 0: devices without a link header, LINKTYPE_RAW. */
static __always_inline enum walk_result walk_raw(const struct walk_bytes *b, struct walk *w,
						 enum walk_depth depth)
{
	__u8 version;

	if (walk_load(b, 0, &version, 1))
		return WALK_CUT;
	return walk_network(b, 0, (version >> 4) == 6 ? WALK_ETHERTYPE_IPV6 : WALK_ETHERTYPE_IPV4, w, depth);
}

#endif
