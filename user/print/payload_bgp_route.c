// SPDX-License-Identifier: BSD-2-Clause
/* Routes (NLRI) of every family that tcpdump prints. */
#include "print/payload_bgp.h"

#include <sys/socket.h>

#include "print/names.h"

#define LABEL_BITS 24
#define RD_BITS (BGP_RD_SIZE * 8)
#define TEXT_MAX 163 /* tcpdump builds a route in a buffer of this size */
#define HOST_MAX 39  /* and a VPN's address in one of this */

static const struct word multicast_vpn_words[] = {
	{ 1, "Intra-AS I-PMSI" },  { 2, "Inter-AS I-PMSI" },
	{ 3, "S-PMSI" },	   { 4, "Intra-AS Segment-Leaf" },
	{ 5, "Source-Active" },	   { 6, "Shared Tree Join" },
	{ 7, "Source Tree Join" }, { 0, NULL },
};

/* The first `bits` of an address; the rest is zero. */
static void take_prefix(struct pio *io, uint8_t *addr, size_t size, size_t at, uint32_t bits)
{
	uint32_t n = (bits + 7) / 8;

	memset(addr, 0, size);
	io_get(io, addr, at, n);
	if (bits % 8)
		addr[n - 1] &= (uint8_t)(0xff00 >> bits % 8);
}

/* The prefix of an IPv4, IPv6 or NSAP address (4, 16 or 19 bytes long): a/bits */
static void put_prefix(struct pio *io, size_t size, size_t at, uint32_t bits)
{
	uint8_t addr[19];

	take_prefix(io, addr, size, at, bits);
	if (size == 19)
		io_nsap(io, addr, (bits + 7) / 8);
	else
		names_host(io->set->names, io->b, size == 4 ? AF_INET : AF_INET6, addr);
	say(io, "/%u", bits);
}

static int prefix(struct pio *io, size_t size, size_t at, uint32_t left)
{
	uint32_t bits, n;

	if (left < 1)
		return BGP_CUT;
	bits = io_u8(io, at);
	n = (bits + 7) / 8;
	if (bits > size * 8)
		return BGP_ILLEGAL;
	if (left - 1 < n)
		return BGP_CUT;
	put_prefix(io, size, at + 1, bits);
	return 1 + (int)n;
}

/* Bytes are taken from three further on than the length says they begin. */
static int nsap_prefix(struct pio *io, size_t at)
{
	uint32_t bits = io_u8(io, at);

	if (bits > 152)
		return BGP_ILLEGAL;
	put_prefix(io, 19, at + 4, bits);
	return 1 + (int)(bits + 7) / 8;
}

/* RFC 8277: one label, whose bits count as the prefix's. */
static void put_label(struct pio *io, size_t at)
{
	uint32_t label = io_be24(io, at);

	say(io, ", label:%u %s", label >> 4, label & 1 ? "(bottom)" : "(BOGUS: Bottom of Stack NOT set!)");
}

static int labeled_prefix(struct pio *io, size_t size, size_t at, uint32_t left)
{
	uint32_t bits, n;

	if (!io_has(io, at, 4))
		return BGP_CUT;
	if (left < 4)
		return BGP_SHORT;
	bits = io_u8(io, at) - LABEL_BITS;
	if (bits > size * 8)
		return BGP_ILLEGAL;
	n = (bits + 7) / 8;
	if (size == 4 && left - 4 < n)
		return BGP_SHORT;
	put_prefix(io, size, at + 4, bits);
	put_label(io, at + 1);
	return 4 + (int)n;
}

static int vpn_prefix(struct pio *io, size_t size, size_t at)
{
	uint32_t bits = io_u8(io, at) - (uint32_t)(LABEL_BITS + RD_BITS);

	if (bits > size * 8)
		return BGP_ILLEGAL;
	strbuf_mem(io->b, "RD: ", 4);
	bgp_rd(io, at + 4);
	strbuf_mem(io->b, ", ", 2);
	put_prefix(io, size, at + 12, bits);
	put_label(io, at + 1);
	return 12 + (int)(bits + 7) / 8;
}

void bgp_rd(struct pio *io, size_t at)
{
	uint16_t type = io_be16(io, at);
	uint8_t v[6];

	if (type > 2) {
		strbuf_str(io->b, "unknown RD format");
		return;
	}
	io_get(io, v, at + 2, sizeof(v));
	if (type == 0) {
		say(io, "%u:%u (= %u.%u.%u.%u)", io_be16(io, at + 2), io_be32(io, at + 4), v[2], v[3], v[4],
		    v[5]);
	} else if (type == 1) {
		say(io, "%u.%u.%u.%u:%u", v[0], v[1], v[2], v[3], io_be16(io, at + 6));
	} else {
		bgp_as_number(io, io_be32(io, at + 2));
		say(io, ":%u (%u.%u.%u.%u:%u)", io_be16(io, at + 6), v[0], v[1], v[2], v[3],
		    io_be16(io, at + 6));
	}
}

static int mdt(struct pio *io, size_t at)
{
	if (io_u8(io, at) != 128)
		return BGP_ILLEGAL;
	if (!io_has(io, at + 1, BGP_RD_SIZE))
		return BGP_CUT;
	strbuf_mem(io->b, "RD: ", 4);
	bgp_rd(io, at + 1);
	strbuf_str(io->b, ", VPN IP Address: ");
	io_ipv4(io, at + 9);
	strbuf_str(io->b, ", MC Group Address: ");
	io_ipv4(io, at + 13);
	return 17;
}

static void vpn_address(struct pio *io, size_t at, uint32_t bits)
{
	size_t from = io->b->len;

	if (bits == 32)
		io_ipv4(io, at);
	else if (bits == 128)
		io_ipv6(io, at);
	else
		say(io, "bogus address length %u", bits);
	if (io->b->len > from + HOST_MAX)
		io->b->len = from + HOST_MAX;
}

/* A multicast source and group (RFC 6514, 4.3); how many bytes they take, as far as they are captured. */
static uint32_t source_group(struct pio *io, size_t at)
{
	static const char *const leads[] = { ", Source ", ", Group " };
	uint32_t total = 0;
	uint8_t bits;
	int i;

	for (i = 0; i < 2; i++) {
		bits = io_u8(io, at + total);
		if (!io_has(io, at + total + 1, bits / 8))
			break;
		if (bits) {
			strbuf_str(io->b, leads[i]);
			vpn_address(io, at + total + 1, bits);
		}
		total += 1 + bits / 8;
	}
	return total;
}

static void rd_and_source_as(struct pio *io, size_t at)
{
	strbuf_str(io->b, ", RD: ");
	bgp_rd(io, at);
	strbuf_str(io->b, ", Source-AS ");
	bgp_as_number(io, io_be32(io, at + BGP_RD_SIZE));
}

static int multicast_vpn(struct pio *io, size_t at)
{
	uint8_t type = io_u8(io, at), n = io_u8(io, at + 1);
	uint32_t left;

	say(io, "Route-Type: %s (%u), length: %u", word_of(multicast_vpn_words, type, "Unknown"), type, n);
	at += 2;
	if (!type || type == 4 || type > 7)
		return n + 2;
	if (!io_has(io, at, BGP_RD_SIZE + (type == 2 || type > 5 ? 4 : 0)))
		return BGP_CUT;
	if (type == 2 || type > 5) {
		rd_and_source_as(io, at);
		if (type != 2)
			source_group(io, at + BGP_RD_SIZE + 4);
		return n + 2;
	}
	strbuf_str(io->b, ", RD: ");
	bgp_rd(io, at);
	at += BGP_RD_SIZE;
	if (type == 5) {
		source_group(io, at);
		return n + 2;
	}
	left = type == 1 ? (uint32_t)(n - BGP_RD_SIZE) : n - source_group(io, at);
	if (type == 3 && !io_has(io, at, left))
		return BGP_CUT;
	strbuf_str(io->b, type == 1 ? ", Originator " : ", Originator ");
	vpn_address(io, at, left * 8);
	return n + 2;
}

/* How much of a route's text may still be written, as tcpdump counts. */
static bool has_room(const struct pio *io, size_t from)
{
	return io->b->len - from <= TEXT_MAX;
}

/* The bits of a circuit status vector; *left is what the route still has. False: cut. */
static bool status_vector(struct pio *io, size_t from, size_t *at, uint32_t n, uint32_t *left)
{
	for (; n && *left; n--, (*left)--) {
		if (!io_has(io, *at, 1))
			return false;
		if (has_room(io, from))
			strbuf_hex(io->b, io_u8(io, (*at)++), 2);
	}
	return true;
}

/* The TLVs of the older L2VPN encoding. tcpdump does not count their heads, nor move over those it does not
 * know. */
static bool l2vpn_tlvs(struct pio *io, size_t from, size_t at, uint32_t left)
{
	uint32_t bits, n;
	uint8_t type;

	while (left) {
		if (left < 3) {
			if (has_room(io, from))
				strbuf_str(io->b, "\n\t\tran past the end");
			return true;
		}
		type = io_u8(io, at);
		bits = io_be16(io, at + 1);
		n = (bits + 7) / 8;
		at += 3;
		if (has_room(io, from))
			say(io,
			    type == 1 ? "\n\t\tcircuit status vector (%u) length: %u: 0x"
				      : "\n\t\tunknown TLV #%u, length: %u",
			    type, bits);
		if (n > left && type == 1) {
			n = left;
			if (!status_vector(io, from, &at, n, &left))
				return false;
			if (has_room(io, from))
				strbuf_str(io->b, " (ran past the end)");
			return true;
		}
		if (type == 1) {
			if (!status_vector(io, from, &at, n, &left))
				return false;
			continue;
		}
		if (n > left) {
			if (has_room(io, from))
				strbuf_str(io->b, " (ran past the end)");
			return true;
		}
		left -= n;
	}
	return true;
}

/* A route of 12 bytes is auto-discovery's, a longer one of the older kind. */
static int l2vpn(struct pio *io, size_t at)
{
	uint32_t n = io_be16(io, at);
	size_t from = io->b->len;

	at += 2;
	if (n != 12 && n <= 17)
		return BGP_CUT;
	if (!io_has(io, at, n == 12 ? 12 : 15))
		return BGP_CUT;
	strbuf_mem(io->b, "RD: ", 4);
	bgp_rd(io, at);
	if (n == 12) {
		strbuf_str(io->b, ", BGPNH: ");
		io_ipv4(io, at + 8);
		return (int)n + 2;
	}
	say(io, ", CE-ID: %u, Label-Block Offset: %u, Label Base %u", io_be16(io, at + 8),
	    io_be16(io, at + 10), io_be24(io, at + 12) >> 4);
	return l2vpn_tlvs(io, from, at + 15, n - 15) ? (int)n + 2 : BGP_CUT;
}

/* RFC 4684: the target as far as the prefix reaches; v is zero behind it. */
static void route_target(struct pio *io, const uint8_t v[8], uint32_t bits)
{
	uint16_t type = (uint16_t)(v[0] << 8 | v[1]), low = (uint16_t)(v[6] << 8 | v[7]);
	uint32_t i, n = (bits + 7) / 8;

	if (!bits) {
		strbuf_str(io->b, "route-target: 0:0/0");
		return;
	}
	if (bits < 16)
		strbuf_str(io->b, "route-target: partial-type: (");
	else if (type == 0x0002)
		say(io, "route-target: %u:%u/%u (", v[2] << 8 | v[3],
		    (uint32_t)v[4] << 24 | (uint32_t)v[5] << 16 | low, bits);
	else if (type == 0x0102)
		say(io, "route-target: %u.%u.%u.%u:%u/%u (", v[2], v[3], v[4], v[5], low, bits);
	else if (type == 0x0202) {
		strbuf_str(io->b, "route-target: ");
		bgp_as_number(io, (uint32_t)v[2] << 24 | (uint32_t)v[3] << 16 | (uint32_t)(v[4] << 8 | v[5]));
		say(io, ":%u/%u (", low, bits);
	} else
		say(io, "route target: unknown-type(%04x) (", type);
	for (i = 0; i < n; i++)
		say(io, "%02x%s", v[i], i % 2 && i < n - 1 ? " " : "");
	if (bits < 16 || (type != 0x0002 && type != 0x0102 && type != 0x0202))
		say(io, "/%u", bits);
	strbuf_char(io->b, ')');
}

static int route_target_prefix(struct pio *io, size_t at)
{
	uint32_t bits = io_u8(io, at), as;
	uint8_t target[8];

	if (!bits) {
		strbuf_str(io->b, "default route target");
		return 1;
	}
	if (bits < 32)
		return BGP_ILLEGAL;
	as = io_be32(io, at + 1);
	bits -= 32;
	if (bits > 64)
		return BGP_ILLEGAL;
	take_prefix(io, target, sizeof(target), at + 5, bits);
	strbuf_str(io->b, "origin AS: ");
	bgp_as_number(io, as);
	strbuf_mem(io->b, ", ", 2);
	route_target(io, target, bits);
	return 5 + (int)(bits + 7) / 8;
}

static int decode(struct pio *io, enum bgp_form form, size_t at, uint32_t left)
{
	switch (form) {
	case BGP_FORM_IPV4:
		return prefix(io, 4, at, left);
	case BGP_FORM_IPV4_LABELED:
		return labeled_prefix(io, 4, at, left);
	case BGP_FORM_IPV4_VPN:
		return vpn_prefix(io, 4, at);
	case BGP_FORM_IPV6:
		return prefix(io, 16, at, left);
	case BGP_FORM_IPV6_LABELED:
		return labeled_prefix(io, 16, at, left);
	case BGP_FORM_IPV6_VPN:
		return vpn_prefix(io, 16, at);
	case BGP_FORM_NSAP:
		return nsap_prefix(io, at);
	case BGP_FORM_NSAP_VPN:
		return vpn_prefix(io, 19, at);
	case BGP_FORM_L2VPN:
		return l2vpn(io, at);
	case BGP_FORM_ROUTE_TARGET:
		return route_target_prefix(io, at);
	case BGP_FORM_MULTICAST_VPN:
		return multicast_vpn(io, at);
	case BGP_FORM_MDT:
		return mdt(io, at);
	default:
		return BGP_SHORT;
	}
}

int bgp_prefix(struct pio *io, const char *ident, enum bgp_form form, size_t at, uint32_t left,
	       size_t text_max)
{
	size_t from;
	int took;

	io_hold(io);
	strbuf_str(io->b, ident);
	from = io->b->len;
	took = decode(io, form, at, left);
	if (took < 0) {
		io_drop(io);
		return took;
	}
	if (io->b->len > from + text_max)
		io->b->len = from + text_max;
	io_keep(io);
	return took;
}

int bgp_plain_prefix(struct pio *io, const char *ident, size_t at, uint32_t left)
{
	int took = bgp_prefix(io, ident, BGP_FORM_IPV4, at, left, TEXT_MAX);

	if (took == BGP_ILLEGAL)
		strbuf_str(io->b, "\n\t    (illegal prefix length)");
	return took;
}

static const char *illegal_text(enum bgp_form form)
{
	if (form == BGP_FORM_L2VPN)
		return "\n\t    (illegal length)";
	if (form == BGP_FORM_ROUTE_TARGET)
		return "\n\t      (illegal prefix length)";
	return "\n\t    (illegal prefix length)";
}

int bgp_route(struct pio *io, enum bgp_form form, size_t at, uint32_t left, bool ids4, bool ids6)
{
	bool ids = (ids4 && form == BGP_FORM_IPV4) || (ids6 && form == BGP_FORM_IPV6);
	uint32_t id = ids ? io_be32(io, at) : 0;
	int took;

	took = bgp_prefix(io, "\n\t      ", form, ids ? at + 4 : at, left, TEXT_MAX);
	if (took == BGP_ILLEGAL)
		strbuf_str(io->b, illegal_text(form));
	if (!ids || took == BGP_CUT)
		return took;
	/* An illegal one is then taken for three bytes, and tcpdump goes on. */
	say(io, "   Path Id: %u", id);
	return took + 4;
}
