// SPDX-License-Identifier: BSD-2-Clause
/* What OpenFlow 1.0's flows match, and what is done with them. */
#include "print/payload_openflow.h"

#include "print/names.h"

#define ACTION_SIZE 8
#define PORT_CONTROLLER 0xfffd
#define VLAN_NONE 0xffff

enum {
	WILD_IN_PORT = 1,
	WILD_VLAN = 2,
	WILD_DL_SRC = 4,
	WILD_DL_DST = 8,
	WILD_DL_TYPE = 16,
	WILD_PROTO = 32,
	WILD_TP_SRC = 64,
	WILD_TP_DST = 128,
	WILD_PCP = 1 << 20,
	WILD_TOS = 1 << 21,
	WILD_ALL = (1 << 22) - 1
};

enum { ETHERTYPE_IPV4 = 0x0800, ETHERTYPE_ARP = 0x0806, PROTOCOL_ICMP = 1 };

enum action {
	ACTION_OUTPUT,
	ACTION_VLAN_VID,
	ACTION_VLAN_PCP,
	ACTION_STRIP_VLAN,
	ACTION_DL_SRC,
	ACTION_DL_DST,
	ACTION_NW_SRC,
	ACTION_NW_DST,
	ACTION_NW_TOS,
	ACTION_TP_SRC,
	ACTION_TP_DST,
	ACTION_ENQUEUE,
	ACTION_VENDOR = 0xffff
};

static const struct word action_words[] = {
	{ ACTION_OUTPUT, "OUTPUT" },	     { ACTION_VLAN_VID, "SET_VLAN_VID" },
	{ ACTION_VLAN_PCP, "SET_VLAN_PCP" }, { ACTION_STRIP_VLAN, "STRIP_VLAN" },
	{ ACTION_DL_SRC, "SET_DL_SRC" },     { ACTION_DL_DST, "SET_DL_DST" },
	{ ACTION_NW_SRC, "SET_NW_SRC" },     { ACTION_NW_DST, "SET_NW_DST" },
	{ ACTION_NW_TOS, "SET_NW_TOS" },     { ACTION_TP_SRC, "SET_TP_SRC" },
	{ ACTION_TP_DST, "SET_TP_DST" },     { ACTION_ENQUEUE, "ENQUEUE" },
	{ ACTION_VENDOR, "VENDOR" },	     { 0, NULL },
};

static void put_port(struct pio *io, const char *lead, const char *name, size_t at)
{
	uint16_t port = io_be16(io, at);

	say(io, "%s%s", lead, name);
	io_word(io, of10_port_words, port, "%u");
}

static void put_mac(struct pio *io, const char *lead, const char *name, size_t at)
{
	io_need(io, at, 6);
	say(io, "%s%s", lead, name);
	names_ether(io->set->names, io->b, io->data + at);
}

static void put_vlan(struct pio *io, const char *lead, const char *name, size_t at)
{
	uint16_t id = io_be16(io, at);

	if (id == VLAN_NONE)
		say(io, "%s%sNONE", lead, name);
	else
		say(io, "%s%s%u%s", lead, name, id, id > 0 && id < 0xfff ? "" : " (bogus)");
}

static void put_pcp(struct pio *io, const char *lead, const char *name, size_t at)
{
	uint8_t v = io_u8(io, at);

	say(io, "%s%s%u%s", lead, name, v, v <= 7 ? "" : " (bogus)");
}

static void put_net(struct pio *io, const char *lead, const char *name, size_t at, uint32_t wild_bits)
{
	if (wild_bits >= 32)
		return;
	io_need(io, at, 4);
	say(io, "%s%s", lead, name);
	io_ipv4(io, at);
	say(io, "/%u", 32 - wild_bits);
}

static void match_link(struct pio *io, const char *ident, size_t at, uint32_t wild)
{
	if (!(wild & WILD_IN_PORT))
		put_port(io, ident, "match in_port ", at + 4);
	if (!(wild & WILD_DL_SRC))
		put_mac(io, ident, "match dl_src ", at + 6);
	if (!(wild & WILD_DL_DST))
		put_mac(io, ident, "match dl_dst ", at + 12);
	if (!(wild & WILD_VLAN))
		put_vlan(io, ident, "match dl_vlan ", at + 18);
	if (!(wild & WILD_PCP))
		put_pcp(io, ident, "match dl_vlan_pcp ", at + 20);
}

static void match_port(struct pio *io, const char *ident, const char *name, size_t at)
{
	uint16_t v = io_be16(io, at);

	say(io, "%smatch %s %u", ident, name, v);
}

void of10_match(struct pio *io, const char *ident, size_t at)
{
	uint32_t wild = io_be32(io, at);
	uint16_t type;
	uint8_t v, proto;
	bool icmp;

	if (wild & ~(uint32_t)WILD_ALL)
		say(io, "%swildcards 0x%08x (bogus)", ident, wild);
	match_link(io, ident, at, wild);
	type = io_be16(io, at + 22);
	if (!(wild & WILD_DL_TYPE))
		say(io, "%smatch dl_type 0x%04x", ident, type);
	if (!(wild & WILD_TOS)) {
		v = io_u8(io, at + 24);
		say(io, "%smatch nw_tos 0x%02x", ident, v);
	}
	proto = io_u8(io, at + 25);
	if (!(wild & WILD_PROTO))
		say(io, "%smatch %s %u", ident,
		    !(wild & WILD_DL_TYPE) && type == ETHERTYPE_ARP ? "arp_opcode" : "nw_proto", proto);
	put_net(io, ident, "match nw_src ", at + 28, wild >> 8 & 63);
	put_net(io, ident, "match nw_dst ", at + 32, wild >> 14 & 63);
	icmp = !(wild & (WILD_DL_TYPE | WILD_PROTO)) && type == ETHERTYPE_IPV4 && proto == PROTOCOL_ICMP;
	if (!(wild & WILD_TP_SRC))
		match_port(io, ident, icmp ? "icmp_type" : "tp_src", at + 36);
	if (!(wild & WILD_TP_DST))
		match_port(io, ident, icmp ? "icmp_code" : "tp_dst", at + 38);
	else
		io_need(io, at + 38, 2);
}

/* Is this the size that such an action has? */
static bool size_fits(uint16_t type, uint16_t n)
{
	switch (type) {
	case ACTION_DL_SRC:
	case ACTION_DL_DST:
	case ACTION_ENQUEUE:
		return n == 16;
	case ACTION_VENDOR:
		return n % 8 == 0;
	default:
		return n == 8;
	}
}

static void enqueue(struct pio *io, size_t at)
{
	uint32_t queue;

	put_port(io, ", port ", "", at);
	queue = io_be32(io, at + 8);
	if (queue == 0xffffffff)
		strbuf_str(io->b, ", queue_id ALL");
	else
		say(io, ", queue_id %u", queue);
}

static void output(struct pio *io, size_t at)
{
	put_port(io, ", port ", "", at);
	io_need(io, at + 2, 2);
	if (io_be16(io, at) == PORT_CONTROLLER)
		say(io, ", max_len %u", io_be16(io, at + 2));
}

/* at is behind type and length. */
static void action(struct pio *io, uint16_t type, size_t at, uint32_t n)
{
	uint32_t v;

	switch (type) {
	case ACTION_OUTPUT:
		output(io, at);
		break;
	case ACTION_VLAN_VID:
		put_vlan(io, ", vlan_vid ", "", at);
		break;
	case ACTION_VLAN_PCP:
		put_pcp(io, ", vlan_pcp ", "", at);
		break;
	case ACTION_DL_SRC:
	case ACTION_DL_DST:
		put_mac(io, ", dl_addr ", "", at);
		break;
	case ACTION_NW_SRC:
	case ACTION_NW_DST:
		io_need(io, at, 4);
		strbuf_str(io->b, ", nw_addr ");
		io_ipv4(io, at);
		break;
	case ACTION_NW_TOS:
		v = io_u8(io, at);
		say(io, ", nw_tos 0x%02x", v);
		break;
	case ACTION_TP_SRC:
	case ACTION_TP_DST:
		v = io_be16(io, at);
		say(io, ", tp_port %u", v);
		break;
	case ACTION_ENQUEUE:
		enqueue(io, at);
		break;
	case ACTION_VENDOR:
		of10_vendor_action(io, at, n);
		break;
	default: /* ACTION_STRIP_VLAN */
		break;
	}
	io_need(io, at, n);
}

void of10_actions(struct pio *io, const char *ident, size_t at, uint32_t len)
{
	uint16_t type, n;
	bool known;

	for (; len; at += n, len -= n) {
		if (len < ACTION_SIZE) {
			of_invalid(io, at, len);
			return;
		}
		type = io_be16(io, at);
		known = word_of(action_words, type, NULL);
		say(io, "%saction type ", ident);
		io_word(io, action_words, type, "invalid (0x%04x)");
		n = io_be16(io, at + 2);
		say(io, ", len %u", n);
		if (n < ACTION_SIZE || n > len) {
			of_invalid(io, at + 4, len - 4);
			return;
		}
		if (known && !size_fits(type, n)) {
			strbuf_str(io->b, " (bogus)");
			known = false;
		}
		if (known)
			action(io, type, at + 4, n - 4U);
		else
			io_need(io, at + 4, n - 4U);
	}
}
