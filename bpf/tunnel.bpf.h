/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where the inner packet of a tunnel begins: VXLAN (RFC 7348), Geneve (RFC 8926), GRE (RFC 2784, 2890), IP in
 * IP (RFC 2003, 4213). One level; outer IPv6 without extension headers, outer IPv4 not fragmented.
 */
#ifndef TUNNEL_BPF_H
#define TUNNEL_BPF_H

#include "walk.bpf.h"
#include <bpf/bpf_endian.h>

/* A tunnel is told as one number: its kind, and below TUNNEL_BASE_BITS where the inner packet begins. */
#define TUNNEL_NONE 0
#define TUNNEL_CUT (-1)
#define TUNNEL_ETHERNET (1 << 16)
#define TUNNEL_RAW (2 << 16)
#define TUNNEL_BASE_BITS 0xffff

#define TUNNEL_VXLAN_PORT 4789
#define TUNNEL_VXLAN_OLD_PORT 8472 /* Linux' before the port was assigned */
#define TUNNEL_GENEVE_PORT 6081
#define TUNNEL_ETHERTYPE_TEB 0x6558

static __always_inline int tunnel_by_ethertype(__u16 ethertype, __u32 base)
{
	if (ethertype == TUNNEL_ETHERTYPE_TEB)
		return TUNNEL_ETHERNET | (base & TUNNEL_BASE_BITS);
	if (ethertype == WALK_ETHERTYPE_IPV4 || ethertype == WALK_ETHERTYPE_IPV6)
		return TUNNEL_RAW | (base & TUNNEL_BASE_BITS);
	return TUNNEL_NONE;
}

static __always_inline int tunnel_udp(const struct walk_bytes *b, __u32 off)
{
	__u8 h[4];
	__u16 port;

	if (walk_load(b, off, h, sizeof(h)))
		return TUNNEL_CUT;
	port = walk_be16(h + 2);
	if (port != TUNNEL_VXLAN_PORT && port != TUNNEL_VXLAN_OLD_PORT && port != TUNNEL_GENEVE_PORT)
		return TUNNEL_NONE;
	off += 8;
	if (walk_load(b, off, h, sizeof(h)))
		return TUNNEL_CUT;
	if (port != TUNNEL_GENEVE_PORT)
		return h[0] & 0x08 ? TUNNEL_ETHERNET | ((off + 8) & TUNNEL_BASE_BITS) : TUNNEL_NONE;
	return h[0] >> 6 ? TUNNEL_NONE : tunnel_by_ethertype(walk_be16(h + 2), off + 8 + (h[0] & 0x3f) * 4);
}

/* Version 0, without source routes. */
static __always_inline int tunnel_gre(const struct walk_bytes *b, __u32 off)
{
	__u8 h[4];

	if (walk_load(b, off, h, sizeof(h)))
		return TUNNEL_CUT;
	if ((h[1] & 0x07) || (h[0] & 0x40))
		return TUNNEL_NONE;
	off += 4 + (h[0] >> 7) * 4 + (h[0] >> 5 & 1) * 4 + (h[0] >> 4 & 1) * 4;
	return tunnel_by_ethertype(walk_be16(h + 2), off);
}

static __always_inline int tunnel_transport(const struct walk_bytes *b, __u32 off, __u8 protocol)
{
	switch (protocol) {
	case 4:
	case 41:
		return TUNNEL_RAW | (off & TUNNEL_BASE_BITS);
	case 17:
		return tunnel_udp(b, off);
	case 47:
		return tunnel_gre(b, off);
	}
	return TUNNEL_NONE;
}

static __always_inline int tunnel_network(const struct walk_bytes *b, __u32 off, __u16 ethertype)
{
	__u8 ip[10];

	if (ethertype != WALK_ETHERTYPE_IPV4 && ethertype != WALK_ETHERTYPE_IPV6)
		return TUNNEL_NONE;
	if (walk_load(b, off, ip, sizeof(ip)))
		return TUNNEL_CUT;
	if (ethertype == WALK_ETHERTYPE_IPV6)
		return tunnel_transport(b, off + 40, ip[6]);
	if ((ip[0] & 0xf) < 5 || walk_be16(ip + 6) & 0x3fff)
		return TUNNEL_NONE;
	return tunnel_transport(b, off + (ip[0] & 0xf) * 4, ip[9]);
}

static __always_inline int tunnel_find(const struct walk_bytes *b, bool ethernet)
{
	__u32 off = 0;
	__u8 version;
	int type;

	if (ethernet) {
		type = walk_link(b, &off);
		return type < 0 ? TUNNEL_CUT : tunnel_network(b, off, (__u16)type);
	}
	if (walk_load(b, 0, &version, 1))
		return TUNNEL_CUT;
	return tunnel_network(b, 0, version >> 4 == 6 ? WALK_ETHERTYPE_IPV6 : WALK_ETHERTYPE_IPV4);
}

#endif
