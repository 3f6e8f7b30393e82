// SPDX-License-Identifier: BSD-2-Clause
#include "print/payload_ldp.h"

#include "print/payload_bgp.h"

enum {
	TLV_FEC = 0x100,
	TLV_ADDRESSES = 0x101,
	TLV_LABEL = 0x200,
	TLV_STATUS = 0x300,
	TLV_HELLO = 0x400,
	TLV_IPV4_TRANSPORT = 0x401,
	TLV_SEQUENCE = 0x402,
	TLV_IPV6_TRANSPORT = 0x403,
	TLV_SESSION = 0x500,
	TLV_FAULT_TOLERANT = 0x503,
	TLV_MTU = 0x601
};

static const struct word tlv_words[] = {
	{ 0x0100, "FEC" },
	{ 0x0101, "Address List" },
	{ 0x0103, "Hop Count" },
	{ 0x0104, "Path Vector" },
	{ 0x0200, "Generic Label" },
	{ 0x0201, "ATM Label" },
	{ 0x0202, "Frame-Relay Label" },
	{ 0x0300, "Status" },
	{ 0x0301, "Extended Status" },
	{ 0x0302, "Returned PDU" },
	{ 0x0303, "Returned Message" },
	{ 0x0400, "Common Hello Parameters" },
	{ 0x0401, "IPv4 Transport Address" },
	{ 0x0402, "Configuration Sequence Number" },
	{ 0x0403, "IPv6 Transport Address" },
	{ 0x0500, "Common Session Parameters" },
	{ 0x0501, "ATM Session Parameters" },
	{ 0x0502, "Frame-Relay Session Parameters" },
	{ 0x0503, "Fault-Tolerant Session Parameters" },
	{ 0x0600, "Label Request Message ID" },
	{ 0x0601, "MTU" },
	{ 0, NULL },
};

bool ldp_least(struct pio *io, uint32_t n, uint32_t least)
{
	if (n >= least)
		return true;
	say(io, " [tlv length %u < %u]", n, least);
	io_invalid(io);
	return false;
}

static void hello(struct pio *io, size_t at)
{
	uint16_t flags = io_be16(io, at + 2);

	say(io, "\n\t      Hold Time: %us, Flags: [%s Hello%s]", io_be16(io, at),
	    flags & 0x8000 ? "Targeted" : "Link", flags & 0x4000 ? ", Request for targeted Hellos" : "");
}

static void session(struct pio *io, size_t at)
{
	uint16_t flags = io_be16(io, at + 6);

	say(io, "\n\t      Version: %u, Keepalive: %us, Flags: [Downstream %s, Loop Detection %s]",
	    io_be16(io, at), io_be16(io, at + 2), flags & 0x8000 ? "On Demand" : "Unsolicited",
	    flags & 0x4000 ? "Enabled" : "Disabled");
}

static void addresses(struct pio *io, size_t at, uint32_t n)
{
	uint16_t family = io_be16(io, at);
	uint32_t size = family == AFI_IPV4 ? 4 : family == AFI_IPV6 ? 16 : 0;

	strbuf_str(io->b, "\n\t      Address Family: ");
	io_word(io, bgp_afi_words, family, "Unknown (%u)");
	strbuf_str(io->b, ", addresses");
	for (n -= 2, at += 2; size && n >= size; n -= size, at += size) {
		io_need(io, at, size);
		strbuf_char(io->b, ' ');
		if (size == 4)
			io_ipv4(io, at);
		else
			io_ipv6(io, at);
	}
}

static void status(struct pio *io, size_t at)
{
	uint32_t v = io_be32(io, at);

	say(io, "\n\t      Status: 0x%02x, Flags: [%s and %s forward]", v & 0x3fffffff,
	    v & 0x80000000 ? "Fatal error" : "Advisory Notification", v & 0x40000000 ? "do" : "don't");
	v = io_be32(io, at + 4);
	if (v)
		say(io, ", causing Message ID: 0x%08x", v);
}

static void fault_tolerant(struct pio *io, size_t at)
{
	uint16_t flags = io_be16(io, at);
	uint32_t v;

	say(io,
	    "\n\t      Flags: [%sReconnect, %sSave State, %sAll-Label Protection, %s Checkpoint, %sRe-Learn State]",
	    flags & 0x8000 ? "" : "No ", flags & 8 ? "" : "Don't ", flags & 4 ? "" : "No ",
	    flags & 2 ? "Sequence Numbered Label" : "All Labels", flags & 1 ? "" : "Don't ");
	v = io_be32(io, at + 4);
	if (v)
		say(io, ", Reconnect Timeout: %ums", v);
	v = io_be32(io, at + 8);
	if (v)
		say(io, ", Recovery Time: %ums", v);
}

static void transport(struct pio *io, size_t at, bool ipv6)
{
	io_need(io, at, ipv6 ? 16 : 4);
	say(io, "\n\t      IPv%c Transport Address: ", ipv6 ? '6' : '4');
	if (ipv6)
		io_ipv6(io, at);
	else
		io_ipv4(io, at);
}

/* The least that a value has, as far as it is decoded. */
static uint32_t least_size(uint16_t type)
{
	switch (type) {
	case TLV_FEC:
		return 1;
	case TLV_ADDRESSES:
	case TLV_MTU:
		return 2;
	case TLV_HELLO:
	case TLV_IPV4_TRANSPORT:
	case TLV_SEQUENCE:
	case TLV_LABEL:
		return 4;
	case TLV_SESSION:
	case TLV_STATUS:
		return 8;
	case TLV_FAULT_TOLERANT:
		return 12;
	case TLV_IPV6_TRANSPORT:
		return 16;
	default:
		return 0;
	}
}

static void value(struct pio *io, uint16_t type, size_t at, uint32_t n)
{
	if (!ldp_least(io, n, least_size(type)))
		return;
	switch (type) {
	case TLV_FEC:
		ldp_fec(io, at, n);
		break;
	case TLV_ADDRESSES:
		addresses(io, at, n);
		break;
	case TLV_LABEL:
		say(io, "\n\t      Label: %u", io_be32(io, at) & 0xfffff);
		break;
	case TLV_STATUS:
		status(io, at);
		break;
	case TLV_HELLO:
		hello(io, at);
		break;
	case TLV_IPV4_TRANSPORT:
	case TLV_IPV6_TRANSPORT:
		transport(io, at, type == TLV_IPV6_TRANSPORT);
		break;
	case TLV_SEQUENCE:
		say(io, "\n\t      Sequence Number: %u", io_be32(io, at));
		break;
	case TLV_SESSION:
		session(io, at);
		break;
	case TLV_FAULT_TOLERANT:
		fault_tolerant(io, at);
		break;
	case TLV_MTU:
		say(io, "\n\t      MTU: %u", io_be16(io, at));
		break;
	default:
		if (io->set->verbose <= 1)
			io_unknown(io, "\n\t      ", at, n);
		break;
	}
}

uint32_t ldp_tlv(struct pio *io, size_t at, uint32_t n)
{
	uint16_t head = io_be16(io, at), len = io_be16(io, at + 2), type = head & 0x3fff;

	if (len + 4U > n) {
		strbuf_str(io->b, "\n\t\t TLV contents go past end of message");
		return 0;
	}
	say(io, "\n\t    %s TLV (0x%04x), length: %u, Flags: [%s and %s forward if unknown]",
	    word_of(tlv_words, type, "Unknown"), type, len, head & 0x8000 ? "continue processing" : "ignore",
	    head & 0x4000 ? "do" : "don't");
	value(io, type, at + 4, len);
	return len + 4U;
}
