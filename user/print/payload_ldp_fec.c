// SPDX-License-Identifier: BSD-2-Clause
#include "print/payload_ldp.h"

#include "print/payload_bgp.h"

#define PREFIX_TEXT_MAX 99 /* tcpdump builds it in a buffer */

enum { FEC_WILDCARD = 1, FEC_PREFIX = 2, FEC_HOST = 3, FEC_PSEUDOWIRE = 0x80 };
enum { PARAMETER_MTU = 1, PARAMETER_DESCRIPTION = 3, PARAMETER_VCCV = 12 };

static const struct word fec_words[] = {
	{ FEC_WILDCARD, "Wildcard" },
	{ FEC_PREFIX, "Prefix" },
	{ FEC_HOST, "Host address" },
	{ FEC_PSEUDOWIRE, "Martini VC" },
	{ 0, NULL },
};

static const struct word parameter_words[] = {
	{ PARAMETER_MTU, "MTU" },
	{ PARAMETER_DESCRIPTION, "Description" },
	{ PARAMETER_VCCV, "VCCV" },
	{ 0, NULL },
};

static const struct word channel_words[] = {
	{ 1, "PWE3 control word" },
	{ 2, "MPLS Router Alert Label" },
	{ 4, "MPLS inner label TTL = 1" },
	{ 0, NULL },
};

static const struct word verification_words[] = {
	{ 1, "ICMP Ping" }, { 2, "LSP Ping" }, { 4, "BFD" }, { 0, NULL }
};

/* RFC 4446 */
static const struct word pseudowire_words[] = {
	{ 0x00, "Reserved" },
	{ 0x01, "Frame Relay DLCI (Martini Mode)" },
	{ 0x02, "ATM AAL5 SDU VCC transport" },
	{ 0x03, "ATM transparent cell transport" },
	{ 0x04, "Ethernet VLAN" },
	{ 0x05, "Ethernet" },
	{ 0x06, "Cisco-HDLC" },
	{ 0x07, "PPP" },
	{ 0x08, "SONET/SDH Circuit Emulation Service over MPLS" },
	{ 0x09, "ATM n-to-one VCC cell transport" },
	{ 0x0a, "ATM n-to-one VPC cell transport" },
	{ 0x0b, "IP Layer2 Transport" },
	{ 0x0c, "ATM one-to-one VCC Cell Mode" },
	{ 0x0d, "ATM one-to-one VPC Cell Mode" },
	{ 0x0e, "ATM AAL5 PDU VCC transport" },
	{ 0x0f, "Frame-Relay Port mode" },
	{ 0x10, "SONET/SDH Circuit Emulation over Packet" },
	{ 0x11, "Structure-agnostic E1 over Packet" },
	{ 0x12, "Structure-agnostic T1 (DS1) over Packet" },
	{ 0x13, "Structure-agnostic E3 over Packet" },
	{ 0x14, "Structure-agnostic T3 (DS3) over Packet" },
	{ 0x15, "CESoPSN basic mode" },
	{ 0x16, "TDMoIP basic mode" },
	{ 0x17, "CESoPSN TDM with CAS" },
	{ 0x18, "TDMoIP TDM with CAS" },
	{ 0x19, "Frame Relay DLCI" },
	{ 0x40, "IP-interworking" },
	{ 0, NULL },
};

static void prefix(struct pio *io, size_t at, uint32_t n)
{
	uint16_t family = io_be16(io, at);
	int took;

	if (family != AFI_IPV4 && family != AFI_IPV6) {
		say(io, ": Address family %u prefix", family);
		return;
	}
	took = bgp_prefix(io, family == AFI_IPV4 ? ": IPv4 prefix " : ": IPv6 prefix ",
			  family == AFI_IPV4 ? BGP_FORM_IPV4 : BGP_FORM_IPV6, at + 2, n - 2, PREFIX_TEXT_MAX);
	if (took == BGP_CUT)
		io_cut(io);
	if (took == BGP_ILLEGAL)
		say(io, ": IPv%c prefix (invalid length)", family == AFI_IPV4 ? '4' : '6');
}

static void parameter(struct pio *io, uint8_t type, size_t at, uint8_t n)
{
	uint8_t v;

	say(io, "\n\t\tInterface Parameter: %s (0x%02x), len %u", word_of(parameter_words, type, "Unknown"),
	    type, n);
	switch (type) {
	case PARAMETER_MTU:
		say(io, ": %u", io_be16(io, at + 2));
		break;
	case PARAMETER_DESCRIPTION:
		strbuf_mem(io->b, ": ", 2);
		if (!io_chars(io, at + 2, n - 2U))
			io_cut(io);
		break;
	case PARAMETER_VCCV:
		v = io_u8(io, at + 2);
		say(io, "\n\t\t  Control Channels (0x%02x) = [", v);
		io_bits(io, channel_words, v);
		strbuf_char(io->b, ']');
		v = io_u8(io, at + 3);
		say(io, "\n\t\t  CV Types (0x%02x) = [", v);
		io_bits(io, verification_words, v);
		strbuf_char(io->b, ']');
		break;
	default:
		io_unknown(io, "\n\t\t  ", at + 2, n - 2U);
		break;
	}
}

static void parameters(struct pio *io, size_t at, uint32_t n)
{
	uint8_t type, size;

	for (; n > 2; n -= size, at += size) {
		type = io_u8(io, at);
		size = io_u8(io, at + 1);
		if (size < 2 || n < size)
			return;
		parameter(io, type, at, size);
	}
}

static void pseudowire(struct pio *io, size_t at, uint32_t n)
{
	uint16_t type;
	uint32_t group;
	uint8_t size;

	if (!ldp_least(io, n, 7))
		return;
	size = io_u8(io, at + 2);
	if (size && !ldp_least(io, n, 11))
		return;
	io_need(io, at, size ? 11 : 7);
	type = io_be16(io, at);
	group = io_be32(io, at + 3);
	say(io, ": %s, %scontrol word, group-ID %u", word_of(pseudowire_words, type & 0x7fff, "Unknown"),
	    type & 0x8000 ? "" : "no ", group);
	if (size)
		say(io, ", VC-ID %u", io_be32(io, at + 7));
	say(io, ", VC-info-length: %u", size);
	if (!size)
		return;
	if (size < 4) {
		strbuf_str(io->b, " (invalid, < 4");
		return;
	}
	if (ldp_least(io, n - 11, size - 4U))
		parameters(io, at + 11, size - 4U);
}

void ldp_fec(struct pio *io, size_t at, uint32_t n)
{
	uint8_t type = io_u8(io, at);

	say(io, "\n\t      %s FEC (0x%02x)", word_of(fec_words, type, "Unknown"), type);
	if (type == FEC_PREFIX && ldp_least(io, n - 1, 2))
		prefix(io, at + 1, n - 1);
	else if (type == FEC_PSEUDOWIRE)
		pseudowire(io, at + 1, n - 1);
}
