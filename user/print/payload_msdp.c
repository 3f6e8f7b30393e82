// SPDX-License-Identifier: BSD-2-Clause
/* MSDP (RFC 3618). The datagram that a source-active message may carry is told of, but not printed. */
#include "print/payload_io.h"

enum { MSDP_SA = 1, MSDP_SA_REQUEST, MSDP_SA_RESPONSE, MSDP_KEEPALIVE, MSDP_NOTIFICATION, MSDP_TYPE_MAX = 7 };

/* What follows the three bytes of type and length, len counting them. */
static void message(struct pio *io, uint8_t type, size_t at, uint32_t len)
{
	uint8_t entries;

	switch (type) {
	case MSDP_SA:
	case MSDP_SA_RESPONSE:
		strbuf_str(io->b, type == MSDP_SA ? " SA" : " SA-Response");
		entries = io_u8(io, at);
		say(io, " %u entries%s", entries, entries * 12U + 8 < len ? " [w/data]" : "");
		break;
	case MSDP_SA_REQUEST:
		strbuf_str(io->b, " SA-Request");
		io_need(io, at + 1, 4);
		strbuf_str(io->b, " for ");
		io_ipv4(io, at + 1);
		break;
	case MSDP_KEEPALIVE:
		strbuf_str(io->b, " Keepalive");
		if (len != 3)
			say(io, "[len=%u] ", len);
		break;
	case MSDP_NOTIFICATION:
		strbuf_str(io->b, " Notification");
		break;
	default:
		say(io, " [type=%u len=%u]", type, len);
		break;
	}
}

void payload_msdp(struct pio *io)
{
	size_t at = 0;
	uint16_t len;
	uint8_t type;

	io->proto = "msdp";
	strbuf_str(io->b, ": msdp");
	type = io_u8(io, 0);
	len = io_be16(io, 1);
	if (len > 1500 || len < 3 || type == 0 || type > MSDP_TYPE_MAX) {
		io_mark(io);
		return;
	}
	for (; at < io->len; at += len) {
		type = io_u8(io, at);
		len = io_be16(io, at + 1);
		if (len > 1400 || io->set->verbose)
			say(io, " [len %u]", len);
		if (len < 3 || io->len - at < len) {
			io_mark(io);
			return;
		}
		message(io, type, at + 3, len);
	}
}
