// SPDX-License-Identifier: BSD-2-Clause
/* OPEN and its capabilities (RFC 4271, 4.2; RFC 5492). */
#include "print/payload_bgp.h"

#define OPEN_SIZE 29

enum { OPTION_CAPABILITIES = 2 };
enum {
	CAPABILITY_MULTIPROTOCOL = 1,
	CAPABILITY_REFRESH = 2,
	CAPABILITY_LABELS = 8,
	CAPABILITY_RESTART = 64,
	CAPABILITY_AS4 = 65,
	CAPABILITY_ADD_PATH = 69,
	CAPABILITY_LONG_RESTART = 71,
	CAPABILITY_REFRESH_CISCO = 128
};

static const struct word option_words[] = {
	{ 1, "Authentication Information" },
	{ OPTION_CAPABILITIES, "Capabilities Advertisement" },
	{ 0, NULL },
};

static const struct word capability_words[] = {
	{ 1, "Multiprotocol Extensions" },
	{ 2, "Route Refresh" },
	{ 3, "Cooperative Route Filtering" },
	{ 4, "Multiple Routes to a Destination" },
	{ 5, "Extended Next Hop Encoding" },
	{ 8, "Multiple Labels" },
	{ 64, "Graceful Restart" },
	{ 65, "32-Bit AS Number" },
	{ 67, "Dynamic Capability" },
	{ 68, "Multisession BGP" },
	{ 69, "Multiple Paths" },
	{ 70, "Enhanced Route Refresh" },
	{ 71, "Long-lived Graceful Restart" },
	{ 128, "Route Refresh (Cisco)" },
	{ 0, NULL },
};

static const struct word add_path_words[] = { { 1, "Receive" }, { 2, "Send" }, { 3, "Both" }, { 0, NULL } };

static void labels(struct pio *io, size_t at, uint32_t n)
{
	for (; n >= 4; n -= 4, at += 4) {
		bgp_afi_safi(io, at, at + 2, "\n\t\t");
		say(io, ", Count: %u", io_u8(io, at + 3));
	}
}

static void graceful_restart(struct pio *io, size_t at, uint32_t n)
{
	uint16_t v = io_be16(io, at);

	say(io, "\n\t\tRestart Flags: [%s], Restart Time %us", v & 0x8000 ? "R" : "none", v & 0xfff);
	for (n -= 2, at += 2; n >= 4; n -= 4, at += 4) {
		bgp_afi_safi(io, at, at + 2, "\n\t\t  ");
		say(io, ", Forwarding state preserved: %s", io_u8(io, at + 3) & 0x80 ? "yes" : "no");
	}
}

static void add_path(struct pio *io, size_t at, uint32_t n)
{
	if (!n)
		strbuf_str(io->b, " (bogus)");
	for (; n >= 4; n -= 4, at += 4) {
		bgp_afi_safi(io, at, at + 2, "\n\t\t");
		strbuf_str(io->b, ", Send/Receive: ");
		io_word(io, add_path_words, io_u8(io, at + 3), "Bogus (0x%02x)");
	}
	if (n)
		io_invalid(io);
}

/* Its n bytes are captured. False if it is too short: then no other follows. */
static bool capability(struct pio *io, uint8_t code, size_t at, uint32_t n)
{
	uint32_t least = code == CAPABILITY_MULTIPROTOCOL || code == CAPABILITY_AS4 ? 4
			 : code == CAPABILITY_RESTART				    ? 2
										    : 0;

	if (n < least) {
		say(io, " (too short, < %u)", least);
		return false;
	}
	switch (code) {
	case CAPABILITY_MULTIPROTOCOL:
		bgp_afi_safi(io, at, at + 3, "\n\t\t");
		break;
	case CAPABILITY_LABELS:
		labels(io, at, n);
		break;
	case CAPABILITY_RESTART:
		graceful_restart(io, at, n);
		break;
	case CAPABILITY_REFRESH:
	case CAPABILITY_LONG_RESTART:
	case CAPABILITY_REFRESH_CISCO:
		break;
	case CAPABILITY_AS4:
		strbuf_str(io->b, "\n\t\t 4 Byte AS ");
		bgp_as_number(io, io_be32(io, at));
		break;
	case CAPABILITY_ADD_PATH:
		add_path(io, at, n);
		break;
	default:
		say(io, "\n\t\tno decoder for Capability %u", code);
		if (io->set->verbose <= 1)
			io_unknown(io, "\n\t\t", at, n);
		break;
	}
	if (io->set->verbose > 1 && n)
		io_unknown(io, "\n\t\t", at, n);
	return true;
}

static void capabilities(struct pio *io, size_t at, uint32_t len)
{
	uint8_t code, n;
	uint32_t i;

	for (i = 0; i < len; i += 2U + n) {
		if (!io_has(io, at + i, 2)) {
			io_mark(io);
			return;
		}
		code = io_u8(io, at + i);
		n = io_u8(io, at + i + 1);
		say(io, "\n\t      %s (%u), length: %u", word_of(capability_words, code, "Unknown"), code, n);
		if (!io_has(io, at + i + 2, n)) {
			io_mark(io);
			return;
		}
		if (!capability(io, code, at + i + 2, n))
			return;
	}
}

/* left: of the message, from the options on. False: cut. */
static bool options(struct pio *io, size_t at, uint32_t left, uint32_t len)
{
	uint8_t type, n;
	uint32_t i;

	for (i = 0; i < len; i += 2U + n) {
		if (!io_has(io, at + i, 2) || left < 2 + i)
			return false;
		type = io_u8(io, at + i);
		n = io_u8(io, at + i + 1);
		if (2 + i + n > len) {
			say(io, "\n\t     Option %u, length: %u, goes past the end of the options", type, n);
			return true;
		}
		say(io, "\n\t    Option %s (%u), length: %u", word_of(option_words, type, "Unknown"), type,
		    n);
		if (type == OPTION_CAPABILITIES)
			capabilities(io, at + i + 2, n);
		else
			say(io, "\n\t      no decoder for option %u", type);
	}
	return true;
}

void bgp_open(struct pio *io, size_t at, uint32_t len)
{
	uint8_t n;

	if (!io_has(io, at, OPEN_SIZE) || len < OPEN_SIZE) {
		io_mark(io);
		return;
	}
	n = io_u8(io, at + 28);
	say(io, "\n\t  Version %u, my AS %u, Holdtime %us, ID ", io_u8(io, at + 19), io_be16(io, at + 20),
	    io_be16(io, at + 22));
	io_ipv4(io, at + 24);
	say(io, "\n\t  Optional parameters, length: %u", n);
	if (!options(io, at + OPEN_SIZE, len - OPEN_SIZE, n))
		io_mark(io);
}
