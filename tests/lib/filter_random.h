/* SPDX-License-Identifier: BSD-2-Clause */
/* Random pcap-filter expressions and random packets that they have something to say about. Addresses, ports
 * and tags come from small sets, so that matches are as common as misses. */
#ifndef TESTS_FILTER_RANDOM_H
#define TESTS_FILTER_RANDOM_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "util/cleanup.h"
#include "util/strbuf.h"

static uint64_t random_state = 1;

static uint32_t random_u32(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (uint32_t)(random_state * 0x2545f4914f6cdd1dull >> 32);
}

static uint32_t below(uint32_t n)
{
	return random_u32() % n;
}

#define PICK(array) ((array)[below(ARRAY_LEN(array))])

static const char *const ipv4[] = { "10.0.0.1",	 "10.0.0.2",  "10.1.2.3",
				    "192.0.2.1", "224.0.0.5", "255.255.255.255" };
static const char *const nets4[] = { "10.0.0.0/8", "10.0.0.0/24", "192.0.2.0/31", "0.0.0.0/0",
				     "10.1.0.0/15" };
static const char *const ipv6[] = { "2001:db8::1", "2001:db8::2", "fe80::1", "ff02::1", "::" };
static const char *const nets6[] = { "2001:db8::/32", "fe80::/10", "2001:db8::/127", "::/0" };
static const char *const macs[] = { "02:00:00:00:00:01", "02:00:00:00:00:02", "ff:ff:ff:ff:ff:ff",
				    "01:80:c2:00:00:00" };
static const uint16_t ports[] = { 22, 53, 80, 443, 8080, 6081, 65535, 0 };
static const uint16_t tags[] = { 1, 5, 100, 4095 };
static const uint8_t protocols[] = { 0, 1, 4, 6, 17, 41, 43, 44, 47, 50, 51, 58, 59, 60, 132 };
static const uint16_t ethertypes[] = {
	0x0800, 0x86dd, 0x0806, 0x8100, 0x88a8, 0x8847, 0x8864, 0x0060, 0x9100
};

static void number(struct strbuf *b)
{
	switch (below(4)) {
	case 0:
		strbuf_printf(b, "%u", below(64));
		break;
	case 1:
		strbuf_printf(b, "%u", PICK(ports));
		break;
	case 2:
		strbuf_printf(b, "0x%x", random_u32() >> below(32));
		break;
	default:
		strbuf_printf(b, "%u", below(4));
	}
}

static void arithmetic(struct strbuf *b, int depth)
{
	static const char *const ops[] = { "+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>" };
	static const char *const bases[] = {
		"ether", "ip", "ip6", "tcp", "udp", "icmp", "link", "arp", "sctp"
	};
	static const char *const sizes[] = { "", ":1", ":2", ":4" };

	switch (depth > 0 ? below(5) : below(3)) {
	case 0:
		number(b);
		break;
	case 1:
		strbuf_str(b, below(4) ? "ip[0]" : "len");
		break;
	case 2:
		strbuf_printf(b, "%s[%u%s]", PICK(bases), below(8) ? below(70) : below(4000), PICK(sizes));
		break;
	case 3:
		strbuf_printf(b, "%s[", PICK(bases));
		arithmetic(b, depth - 1);
		strbuf_printf(b, "%s]", PICK(sizes));
		break;
	default:
		strbuf_char(b, '(');
		arithmetic(b, depth - 1);
		strbuf_printf(b, " %s ", PICK(ops));
		arithmetic(b, depth - 1);
		strbuf_char(b, ')');
	}
}

static void relation(struct strbuf *b)
{
	static const char *const ops[] = { "=", "!=", "<", ">", "<=", ">=" };

	arithmetic(b, 3);
	strbuf_printf(b, " %s ", PICK(ops));
	arithmetic(b, 1);
}

static void address(struct strbuf *b)
{
	static const char *const dirs[] = { "", "src ", "dst ", "src and dst ", "src or dst " };
	static const char *const protos[] = { "", "", "", "ip ", "ip6 ", "arp ", "rarp " };
	const char *proto = PICK(protos);

	switch (below(6)) {
	case 0:
		strbuf_printf(b, "%s%shost %s", proto, PICK(dirs), PICK(ipv4));
		break;
	case 1:
		strbuf_printf(b, "%s%snet %s", proto, PICK(dirs), PICK(nets4));
		break;
	case 2:
		strbuf_printf(b, "%s%shost %s", below(2) ? "ip6 " : "", PICK(dirs), PICK(ipv6));
		break;
	case 3:
		strbuf_printf(b, "%s%snet %s", below(2) ? "ip6 " : "", PICK(dirs), PICK(nets6));
		break;
	case 4:
		strbuf_printf(b, "ether %shost %s", PICK(dirs), PICK(macs));
		break;
	default:
		strbuf_printf(b, "%snet %s mask 255.255.%u.0", PICK(dirs), "10.0.0.0", below(2) * 255);
	}
}

static void port(struct strbuf *b)
{
	static const char *const protos[] = { "", "tcp ", "udp ", "sctp " };
	static const char *const dirs[] = { "", "src ", "dst ", "src and dst " };
	uint16_t p = PICK(ports), q = PICK(ports);

	if (below(3))
		strbuf_printf(b, "%s%sport %u", PICK(protos), PICK(dirs), p);
	else
		strbuf_printf(b, "%s%sportrange %u-%u", PICK(protos), PICK(dirs), p < q ? p : q,
			      p < q ? q : p);
}

static void word(struct strbuf *b)
{
	static const char *const words[] = {
		"tcp",
		"udp",
		"ip",
		"ip6",
		"arp",
		"icmp",
		"icmp6",
		"sctp",
		"ether broadcast",
		"ether multicast",
		"ip multicast",
		"ip6 multicast",
		"ip broadcast",
		"rarp",
		"esp",
		"ah",
		"pim",
		"vrrp",
		"igmp",
		"igrp",
		"llc",
		"llc i",
		"llc ui",
		"iso",
		"clnp",
		"stp",
		"ipx",
		"netbeui",
		"atalk",
		"aarp",
		"decnet",
		"geneve",
		"isis",
		"esis",
	};

	strbuf_str(b, PICK(words));
}

static void protocol(struct strbuf *b)
{
	static const char *const kinds[] = { "ip proto",      "ip6 proto",	"proto",
					     "ip protochain", "ip6 protochain", "protochain" };

	if (below(4))
		strbuf_printf(b, "%s %u", PICK(kinds), PICK(protocols));
	else
		strbuf_printf(b, "ether proto 0x%x", PICK(ethertypes));
}

static void encapsulation(struct strbuf *b)
{
	static const char *const kinds[] = { "vlan", "vlan", "vlan", "mpls", "pppoed", "pppoes", "geneve" };

	strbuf_str(b, PICK(kinds));
	if (below(2) && b->s[b->len - 1] != 'd')
		strbuf_printf(b, " %u", PICK(tags));
}

static void primitive(struct strbuf *b)
{
	static void (*const kinds[])(struct strbuf *) = {
		address, address, port, port, word, word, protocol, relation, relation, encapsulation
	};

	if (below(12) == 0)
		strbuf_printf(b, "%s %u", below(2) ? "greater" : "less", below(2) ? below(200) : below(3500));
	else
		PICK(kinds)(b);
}

static void expression(struct strbuf *b, int depth)
{
	uint32_t kind = depth > 0 ? below(8) : 0;

	if (kind < 3) {
		primitive(b);
	} else if (kind == 3) {
		strbuf_str(b, "not (");
		expression(b, depth - 1);
		strbuf_char(b, ')');
	} else {
		strbuf_char(b, '(');
		expression(b, depth - 1);
		strbuf_str(b, below(2) ? ") and (" : ") or (");
		expression(b, depth - 1);
		strbuf_char(b, ')');
	}
}

/* A packet that is being written; what does not fit is dropped. */
struct draft {
	uint8_t *data;
	uint32_t len, size;
};

static void put(struct draft *d, const void *p, uint32_t n)
{
	n = n < d->size - d->len ? n : d->size - d->len;
	memcpy(d->data + d->len, p, n);
	d->len += n;
}

static void put8(struct draft *d, uint32_t v)
{
	put(d, &(uint8_t){ (uint8_t)v }, 1);
}

static void put16(struct draft *d, uint32_t v)
{
	put8(d, v >> 8);
	put8(d, v);
}

static void put32(struct draft *d, uint32_t v)
{
	put16(d, v >> 16);
	put16(d, v);
}

static void put_random(struct draft *d, uint32_t n)
{
	while (n--)
		put8(d, random_u32());
}

static void put_mac(struct draft *d)
{
	unsigned m[6];

	sscanf(PICK(macs), "%x:%x:%x:%x:%x:%x", &m[0], &m[1], &m[2], &m[3], &m[4], &m[5]);
	for (int i = 0; i < 6; i++)
		put8(d, m[i]);
}

static void put_ipv4(struct draft *d)
{
	unsigned a[4];

	sscanf(PICK(ipv4), "%u.%u.%u.%u", &a[0], &a[1], &a[2], &a[3]);
	for (int i = 0; i < 4; i++)
		put8(d, a[i]);
}

static void put_ipv6(struct draft *d)
{
	static const uint8_t addresses[][16] = {
		{ 0x20, 1, 0xd, 0xb8, [15] = 1 },
		{ 0x20, 1, 0xd, 0xb8, [15] = 2 },
		{ 0xfe, 0x80, [15] = 1 },
		{ 0xff, 2, [15] = 1 },
		{ 0 },
	};

	put(d, PICK(addresses), 16);
}

static void put_network(struct draft *d, uint32_t ethertype, int depth);

static void put_transport(struct draft *d, uint32_t protocol, int depth)
{
	if (protocol == 4 && depth)
		put_network(d, 0x0800, depth - 1);
	else if (protocol == 41 && depth)
		put_network(d, 0x86dd, depth - 1);
	else {
		put16(d, PICK(ports));
		put16(d, PICK(ports));
		if (protocol == 6) {
			put_random(d, 8);
			put8(d, (5 + below(11)) << 4);
			put8(d, 1u << below(8) | 1u << below(8));
		}
	}
}

static void put_v4(struct draft *d, int depth)
{
	uint32_t words = below(4) ? 5 : 5 + below(11), protocol = below(2) ? 6 : PICK(protocols);

	put8(d, 0x40 | (below(50) ? words : below(16)));
	put8(d, 0);
	put16(d, 20 + below(1400));
	put16(d, below(65536));
	put16(d, below(4) ? 0x4000 : below(2) ? 0x2000 : below(65536));
	put8(d, 64);
	put8(d, protocol);
	put16(d, 0);
	put_ipv4(d);
	put_ipv4(d);
	put_random(d, (words - 5) * 4);
	put_transport(d, protocol, depth);
}

static void put_v6(struct draft *d, int depth)
{
	static const uint8_t extensions[] = { 0, 43, 44, 51, 60, 135 };
	uint32_t chain = below(3) ? 0 : below(5), next = chain	    ? PICK(extensions)
							 : below(2) ? 6
								    : PICK(protocols);

	put32(d, 0x60000000);
	put16(d, below(1400));
	put8(d, next);
	put8(d, 64);
	put_ipv6(d);
	put_ipv6(d);
	while (chain--) {
		uint32_t here = next, units = below(3);

		next = chain ? PICK(extensions) : below(2) ? 6 : PICK(protocols);
		put8(d, next);
		put8(d, here == 44 ? 0 : here == 51 ? units * 2 : units);
		if (here == 44) {
			put16(d, below(2) ? 0 : below(65536));
			put32(d, 1);
		} else {
			put_random(d, (here == 51 ? units * 2 * 4 + 8 : units * 8 + 8) - 2);
		}
	}
	put_transport(d, next, depth);
}

static void put_network(struct draft *d, uint32_t ethertype, int depth)
{
	switch (ethertype) {
	case 0x0800:
		put_v4(d, depth);
		break;
	case 0x86dd:
		put_v6(d, depth);
		break;
	case 0x0806:
		put(d, "\0\1\10\0\6\4\0\1", 8);
		put_mac(d);
		put_ipv4(d);
		put_mac(d);
		put_ipv4(d);
		break;
	case 0x8100:
	case 0x88a8:
	case 0x9100:
	case 0x8847:
	case 0x8864:
		if (ethertype == 0x8847) {
			put32(d, (uint32_t)PICK(tags) << 12 | below(2) << 8);
		} else if (ethertype == 0x8864) {
			put16(d, 0x1100);
			put32(d, (uint32_t)PICK(tags) << 16);
			put16(d, below(2) ? 0x21 : 0x57);
		} else {
			put16(d, below(8) << 13 | PICK(tags));
		}
		ethertype = below(3) ? 0x0800 : PICK(ethertypes);
		if (ethertype != 0x8847 && ethertype != 0x8864)
			put16(d, ethertype);
		if (depth)
			put_network(d, ethertype, depth - 1);
		break;
	}
}

static void put_link(struct draft *d, uint16_t link_type)
{
	uint32_t ethertype = below(3) ? (below(3) ? 0x0800 : 0x86dd) : PICK(ethertypes);

	switch (link_type) {
	case 1:
		put_mac(d);
		put_mac(d);
		put16(d, ethertype);
		break;
	case 113:
		put16(d, below(5));
		put16(d, 1);
		put16(d, 6);
		put_random(d, 8);
		put16(d, ethertype);
		break;
	case 276:
		put16(d, ethertype);
		put16(d, 0);
		put32(d, below(4));
		put16(d, 1);
		put8(d, below(5));
		put_random(d, 9);
		break;
	case 101:
		ethertype = below(2) ? 0x0800 : 0x86dd;
		break;
	default: /* as it comes */
		put_random(d, below(40));
	}
	put_network(d, ethertype, 3);
}

/* Fills up to size bytes; at least 14, which BPF_PROG_TEST_RUN asks for. */
static uint32_t packet(uint8_t *data, uint32_t size, uint16_t link_type)
{
	struct draft d = { .data = data, .size = size };

	put_link(&d, link_type);
	if (below(3) == 0)
		put_random(&d, below(size - d.len + 1) >> below(12));
	if (below(4) == 0)
		d.len = below(d.len + 1);
	for (uint32_t n = below(8) ? 0 : below(4); n && d.len; n--)
		data[below(d.len)] = (uint8_t)random_u32();
	if (d.len < 14)
		put_random(&d, 14 - d.len);
	return d.len;
}

#endif
