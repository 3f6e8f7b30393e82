// SPDX-License-Identifier: BSD-2-Clause
/* RPKI to router (RFC 6810). Lengths are 32 bits and wrap as tcpdump's sums of them do. */
#include "print/payload_io.h"

#define HEADER_SIZE 8

enum {
	PDU_SERIAL_NOTIFY = 0,
	PDU_SERIAL_QUERY = 1,
	PDU_RESET_QUERY = 2,
	PDU_CACHE_RESPONSE = 3,
	PDU_IPV4 = 4,
	PDU_IPV6 = 6,
	PDU_END_OF_DATA = 7,
	PDU_CACHE_RESET = 8,
	PDU_ERROR = 10
};

static const struct word pdu_words[] = {
	{ PDU_SERIAL_NOTIFY, "Serial Notify" },
	{ PDU_SERIAL_QUERY, "Serial Query" },
	{ PDU_RESET_QUERY, "Reset Query" },
	{ PDU_CACHE_RESPONSE, "Cache Response" },
	{ PDU_IPV4, "IPV4 Prefix" },
	{ PDU_IPV6, "IPV6 Prefix" },
	{ PDU_END_OF_DATA, "End of Data" },
	{ PDU_CACHE_RESET, "Cache Reset" },
	{ PDU_ERROR, "Error Report" },
	{ 0, NULL },
};

static const struct word error_words[] = {
	{ 0, "Corrupt Data" },
	{ 1, "Internal Error" },
	{ 2, "No Data Available" },
	{ 3, "Invalid Request" },
	{ 4, "Unsupported Protocol Version" },
	{ 5, "Unsupported PDU Type" },
	{ 6, "Withdrawal of Unknown Record" },
	{ 7, "Duplicate Announcement Received" },
	{ 0, NULL },
};

static uint32_t pdu(struct pio *io, size_t at, uint32_t len, bool outer);

static void indent(struct pio *io, bool outer, const char *more)
{
	say(io, "\n\t%s%s", outer ? "" : "  ", more);
}

static void prefix(struct pio *io, size_t at, bool ipv6, bool outer)
{
	size_t as = at + 12 + (ipv6 ? 16 : 4);

	io_need(io, at, as + 4 - at);
	indent(io, outer, ipv6 ? "  IPv6 Prefix " : "  IPv4 Prefix ");
	if (ipv6)
		io_ipv6(io, at + 12);
	else
		io_ipv4(io, at + 12);
	say(io, "/%u-%u, origin-as %u, flags 0x%02x", io_u8(io, at + 9), io_u8(io, at + 10), io_be32(io, as),
	    io_u8(io, at + 8));
}

/* The PDU that was wrong. Only two layers of them are printed. */
static void encapsulated(struct pio *io, size_t at, uint32_t used, uint32_t len, bool outer)
{
	if (!outer) {
		io_need(io, at, used + len);
		return;
	}
	indent(io, outer, "    -----encapsulated PDU-----");
	pdu(io, at + used, len, false);
}

/* False if it contradicts its length. */
static bool error_report(struct pio *io, size_t at, uint32_t len, bool outer)
{
	uint32_t used = HEADER_SIZE + 4, inner, text;
	uint16_t code;

	if (len < used)
		return false;
	inner = io_be32(io, at + HEADER_SIZE);
	code = io_be16(io, at + 2);
	indent(io, outer, "  ");
	say(io, "Error code: %s (%u), Encapsulated PDU length: %u", word_of(error_words, code, "Unknown"),
	    code, inner);
	if (inner) {
		if (len < used + inner)
			return false;
		encapsulated(io, at, used, inner, outer);
		used += inner;
	}
	if (len < used + 4)
		return false;
	text = io_be32(io, at + used);
	used += 4;
	if (text) {
		if (len < used + text)
			return false;
		indent(io, outer, "  Error text: ");
		if (!io_chars(io, at + used, text))
			io_cut(io);
	}
	return true;
}

static bool session(struct pio *io, size_t at, bool serial, bool outer)
{
	uint32_t v = serial ? io_be32(io, at + HEADER_SIZE) : 0;

	indent(io, outer, "  ");
	say(io, "Session ID: 0x%04x", io_be16(io, at + 2));
	if (serial)
		say(io, ", Serial: %u", v);
	return true;
}

/* False if it contradicts its length. */
static bool body(struct pio *io, uint8_t type, size_t at, uint32_t len, bool outer)
{
	switch (type) {
	case PDU_SERIAL_NOTIFY:
	case PDU_SERIAL_QUERY:
	case PDU_END_OF_DATA:
		return len == HEADER_SIZE + 4 && session(io, at, true, outer);
	case PDU_RESET_QUERY:
	case PDU_CACHE_RESET:
		return len == HEADER_SIZE;
	case PDU_CACHE_RESPONSE:
		return len == HEADER_SIZE && session(io, at, false, outer);
	case PDU_IPV4:
	case PDU_IPV6:
		if (len != (type == PDU_IPV4 ? 20 : 32))
			return false;
		prefix(io, at, type == PDU_IPV6, outer);
		return true;
	case PDU_ERROR:
		return error_report(io, at, len, outer);
	default:
		io_need(io, at, len);
		if (io->set->verbose == 1)
			io_unknown(io, "\n\t  ", at, len);
		return true;
	}
}

static uint32_t invalid(struct pio *io, size_t at, uint32_t len)
{
	io_invalid(io);
	io_need(io, at, len);
	return len;
}

/* One PDU; how many of the len bytes it took. */
static uint32_t pdu(struct pio *io, size_t at, uint32_t len, bool outer)
{
	uint8_t version = io_u8(io, at), type;
	uint32_t n;

	if (version != 0) {
		say(io, "\n\tRPKI-RTRv%u (unknown)", version);
		return len;
	}
	if (len < HEADER_SIZE) {
		say(io, "(%u bytes is too few to decode)", len);
		return invalid(io, at, len);
	}
	n = io_be32(io, at + 4);
	type = io_u8(io, at + 1);
	say(io, "\n\tRPKI-RTRv0, %s PDU (%u), length: %u", word_of(pdu_words, type, "Unknown"), type, n);
	if (n < HEADER_SIZE || n > len || !body(io, type, at, n, outer))
		return invalid(io, at, len);
	if (io->set->verbose > 1)
		io_unknown(io, "\n\t  ", at, n);
	return n;
}

void payload_rpki_rtr(struct pio *io)
{
	size_t at = 0;

	io->proto = "rpki_rtr";
	if (!io->set->verbose) {
		strbuf_str(io->b, ", RPKI-RTR");
		return;
	}
	while (at < io->len)
		at += pdu(io, at, (uint32_t)(io->len - at), true);
}
