// SPDX-License-Identifier: BSD-2-Clause
/* BGP messages: finds them by their marker, prints the small ones. */
#include "print/payload_bgp.h"

#define MARKER_SIZE 16
#define HEADER_SIZE 19

enum { MESSAGE_OPEN = 1, MESSAGE_UPDATE, MESSAGE_NOTIFICATION, MESSAGE_KEEPALIVE, MESSAGE_ROUTE_REFRESH };
enum {
	ERROR_MESSAGE = 1,
	ERROR_OPEN,
	ERROR_UPDATE,
	ERROR_HOLD_TIMER,
	ERROR_FSM,
	ERROR_CEASE,
	ERROR_CAPABILITY
};
enum { CEASE_MAX_PREFIXES = 1, CEASE_SHUTDOWN = 2, CEASE_RESET = 4 };

static const struct word error_words[] = {
	{ ERROR_MESSAGE, "Message Header Error" },	  { ERROR_OPEN, "OPEN Message Error" },
	{ ERROR_UPDATE, "UPDATE Message Error" },	  { ERROR_HOLD_TIMER, "Hold Timer Expired" },
	{ ERROR_FSM, "Finite State Machine Error" },	  { ERROR_CEASE, "Cease" },
	{ ERROR_CAPABILITY, "Capability Message Error" }, { 0, NULL },
};

static const struct word message_error_words[] = {
	{ 1, "Connection Not Synchronized" },
	{ 2, "Bad Message Length" },
	{ 3, "Bad Message Type" },
	{ 0, NULL },
};

static const struct word open_error_words[] = {
	{ 1, "Unsupported Version Number" }, { 2, "Bad Peer AS" },
	{ 3, "Bad BGP Identifier" },	     { 4, "Unsupported Optional Parameter" },
	{ 5, "Authentication Failure" },     { 6, "Unacceptable Hold Time" },
	{ 7, "Capability Message Error" },   { 0, NULL },
};

static const struct word update_error_words[] = {
	{ 1, "Malformed Attribute List" },
	{ 2, "Unrecognized Well-known Attribute" },
	{ 3, "Missing Well-known Attribute" },
	{ 4, "Attribute Flags Error" },
	{ 5, "Attribute Length Error" },
	{ 6, "Invalid ORIGIN Attribute" },
	{ 7, "AS Routing Loop" },
	{ 8, "Invalid NEXT_HOP Attribute" },
	{ 9, "Optional Attribute Error" },
	{ 10, "Invalid Network Field" },
	{ 11, "Malformed AS_PATH" },
	{ 0, NULL },
};

static const struct word fsm_error_words[] = {
	{ 0, "Unspecified Error" },
	{ 1, "In OpenSent State" },
	{ 2, "In OpenConfirm State" },
	{ 3, "In Established State" },
	{ 0, NULL },
};

static const struct word capability_error_words[] = {
	{ 1, "Invalid Action Value" },
	{ 2, "Invalid Capability Length" },
	{ 3, "Malformed Capability Value" },
	{ 4, "Unsupported Capability Code" },
	{ 0, NULL },
};

static const struct word cease_words[] = {
	{ 1, "Maximum Number of Prefixes Reached" },
	{ 2, "Administrative Shutdown" },
	{ 3, "Peer Unconfigured" },
	{ 4, "Administrative Reset" },
	{ 5, "Connection Rejected" },
	{ 6, "Other Configuration Change" },
	{ 7, "Connection Collision Resolution" },
	{ 0, NULL },
};

/* Subcodes; before two of them tcpdump forgets the comma. */
static const struct {
	const struct word *words;
	const char *lead;
} subcodes[] = {
	[ERROR_MESSAGE] = { message_error_words, "," }, [ERROR_OPEN] = { open_error_words, "," },
	[ERROR_UPDATE] = { update_error_words, "," },	[ERROR_FSM] = { fsm_error_words, "" },
	[ERROR_CEASE] = { cease_words, "," },		[ERROR_CAPABILITY] = { capability_error_words, "" },
};

/* RFC 9003: a text for people; what does not fit is shown in hex. at, n: what follows the subcode. */
static void shutdown_text(struct pio *io, size_t at, uint32_t n)
{
	uint8_t size = io_u8(io, at), shown = 0; /* wraps as tcpdump's does */

	if (size > n - 1) {
		strbuf_str(io->b, ", invalid Shutdown Communication length");
	} else if (!size) {
		strbuf_str(io->b, ", empty Shutdown Communication");
		shown = 1;
	} else {
		say(io, ", Shutdown Communication (length: %u): \"", size);
		io_need(io, at + 1, size);
		io_chars(io, at + 1, size);
		strbuf_char(io->b, '"');
		shown = (uint8_t)(size + 1);
	}
	if (n > shown) {
		say(io, ", Data: (length: %u)", n - shown);
		io_hex(io, "\n\t\t", at + shown, n - shown, 0);
	}
}

static void max_prefixes(struct pio *io, size_t at)
{
	uint32_t most = io_be32(io, at + 3);

	bgp_afi_safi(io, at, at + 2, ", ");
	say(io, ", Max Prefixes: %u", most);
}

static void notification(struct pio *io, size_t at, uint32_t len)
{
	uint8_t code, sub;

	if (!io_has(io, at, HEADER_SIZE + 2)) {
		io_mark(io);
		return;
	}
	if (len < HEADER_SIZE + 2)
		return;
	code = io_u8(io, at + HEADER_SIZE);
	sub = io_u8(io, at + HEADER_SIZE + 1);
	say(io, ", %s (%u)", word_of(error_words, code, "Unknown Error"), code);
	if (code < sizeof(subcodes) / sizeof(subcodes[0]) && subcodes[code].words)
		say(io, "%s subcode %s (%u)", subcodes[code].lead,
		    word_of(subcodes[code].words, sub, "Unknown"), sub);
	at += HEADER_SIZE + 2;
	len -= HEADER_SIZE + 2;
	if (code == ERROR_CEASE && sub == CEASE_MAX_PREFIXES && len >= 7)
		max_prefixes(io, at);
	if (code == ERROR_CEASE && (sub == CEASE_SHUTDOWN || sub == CEASE_RESET) && len >= 1)
		shutdown_text(io, at, len);
}

static void route_refresh(struct pio *io, size_t at, uint32_t len)
{
	if (!io_has(io, at, HEADER_SIZE + 4)) {
		io_mark(io);
		return;
	}
	if (len < HEADER_SIZE + 4)
		return;
	bgp_afi_safi(io, at + HEADER_SIZE, at + HEADER_SIZE + 3, "\n\t  ");
	if (io->set->verbose > 1)
		io_unknown(io, "\n\t  ", at, len);
}

/* All of it is captured. */
static void message(struct pio *io, size_t at, uint32_t len)
{
	uint8_t type = io_u8(io, at + HEADER_SIZE - 1);

	say(io, "\n\t%s Message (%u), length: %u", word_of(bgp_message_words, type, "Unknown"), type, len);
	switch (type) {
	case MESSAGE_OPEN:
		bgp_open(io, at, len);
		break;
	case MESSAGE_UPDATE:
		bgp_update(io, at, len);
		break;
	case MESSAGE_NOTIFICATION:
		notification(io, at, len);
		break;
	case MESSAGE_KEEPALIVE:
		break;
	case MESSAGE_ROUTE_REFRESH:
		route_refresh(io, at, len);
		break;
	default:
		say(io, "\n\t  no Message %u decoder", type);
		io_unknown(io, "\n\t  ", at, len);
		break;
	}
}

/* Moves *at to the next marker. */
static bool find_marker(const struct pio *io, size_t *at)
{
	static const uint8_t marker[MARKER_SIZE] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
						     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	for (; io_has(io, *at, MARKER_SIZE); (*at)++)
		if (memcmp(io->data + *at, marker, MARKER_SIZE) == 0)
			return true;
	return false;
}

void payload_bgp(struct pio *io)
{
	size_t at = 0, end = 0;
	uint16_t len;

	io->proto = "bgp";
	strbuf_str(io->b, ": BGP");
	if (!io->set->verbose)
		return;
	for (; find_marker(io, &at); end = at) {
		if (!io_has(io, at, HEADER_SIZE)) {
			io_mark(io);
			return;
		}
		if (at != end)
			io_mark(io);
		len = io_be16(io, at + MARKER_SIZE);
		if (len < HEADER_SIZE) {
			say(io, "\nmessage length %u < %u", len, HEADER_SIZE);
			io_invalid(io);
			return;
		}
		if (!io_has(io, at, len)) {
			say(io, "\n[|BGP %s]",
			    word_of(bgp_message_words, io_u8(io, at + HEADER_SIZE - 1),
				    "Unknown Message Type"));
			return;
		}
		message(io, at, len);
		at += len;
	}
}
