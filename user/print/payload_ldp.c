// SPDX-License-Identifier: BSD-2-Clause
/* LDP (RFC 5036): PDUs and messages. */
#include "print/payload_ldp.h"

#define PDU_HEADER_SIZE 10
#define MESSAGE_HEADER_SIZE 8
#define PDU_COUNTED 6 /* of the header, by its length */
#define MESSAGE_COUNTED 4

static const struct word message_words[] = {
	{ 0x0001, "Notification" },
	{ 0x0100, "Hello" },
	{ 0x0200, "Initialization" },
	{ 0x0201, "Keepalive" },
	{ 0x0300, "Address" },
	{ 0x0301, "Address Withdraw" },
	{ 0x0400, "Label Mapping" },
	{ 0x0401, "Label Request" },
	{ 0x0402, "Label Withdraw" },
	{ 0x0403, "Label Release" },
	{ 0x0404, "Label Abort Request" },
	{ 0, NULL },
};

static bool has_tlvs(uint16_t type)
{
	switch (type) {
	case 0x0001:
	case 0x0100:
	case 0x0200:
	case 0x0201:
	case 0x0300:
	case 0x0301:
	case 0x0400:
	case 0x0402:
		return true;
	default:
		return false;
	}
}

/* at is behind the header, n what follows it. */
static void message_body(struct pio *io, uint16_t type, size_t at, uint32_t n)
{
	uint32_t took;

	if (!has_tlvs(type)) {
		if (io->set->verbose <= 1)
			io_unknown(io, "\n\t  ", at, n);
		return;
	}
	for (; n >= 4; n -= took, at += took) {
		took = ldp_tlv(io, at, n);
		if (!took)
			return;
	}
}

/* How many bytes it takes; 0: its length is impossible. */
static uint32_t message(struct pio *io, size_t at)
{
	uint16_t head, type, n;

	io_need(io, at, MESSAGE_HEADER_SIZE);
	head = io_be16(io, at);
	type = head & 0x7fff;
	n = io_be16(io, at + 2);
	say(io, "\n\t  %s Message (0x%04x), length: %u", word_of(message_words, type, "Unknown"), type, n);
	if (n < MESSAGE_COUNTED) {
		say(io, " (too short, < %u)", MESSAGE_COUNTED);
		return 0;
	}
	say(io, ", Message ID: 0x%08x, Flags: [%s if unknown]", io_be32(io, at + 4),
	    head & 0x8000 ? "continue processing" : "ignore");
	io_need(io, at, n);
	message_body(io, type, at + MESSAGE_HEADER_SIZE, n - MESSAGE_COUNTED);
	if (io->set->verbose > 1)
		io_unknown(io, "\n\t  ", at + MESSAGE_HEADER_SIZE, n);
	return n + 4U;
}

/* How many bytes it takes; 0: nothing more is printed. */
static uint32_t pdu(struct pio *io, size_t at)
{
	const char *lead = io->set->verbose ? "\n\t" : "";
	uint16_t version, len, left;
	uint32_t took;

	io_need(io, at, PDU_HEADER_SIZE);
	version = io_be16(io, at);
	if (version != 1) {
		say(io, "%sLDP version %u packet not supported", lead, version);
		return 0;
	}
	len = io_be16(io, at + 2);
	if (len < PDU_COUNTED) {
		say(io, "%sLDP, pdu-length: %u (too short, < %u)", lead, len, PDU_COUNTED);
		return 0;
	}
	say(io, "%sLDP, Label-Space-ID: ", lead);
	io_ipv4(io, at + 4);
	say(io, ":%u, pdu-length: %u", io_be16(io, at + 8), len);
	if (!io->set->verbose)
		return 0;
	at += PDU_HEADER_SIZE;
	for (left = len - PDU_COUNTED; left; left -= (uint16_t)took, at += took) {
		took = message(io, at);
		if (!took)
			return 0;
	}
	return len + 4U;
}

void payload_ldp(struct pio *io)
{
	uint32_t took, left = (uint32_t)io->len;
	size_t at = 0;

	io->proto = "ldp";
	for (; left > PDU_HEADER_SIZE + MESSAGE_HEADER_SIZE; left -= took, at += took) {
		took = pdu(io, at);
		if (!took)
			return;
		if (left < took) {
			say(io, " [remaining length %u < %u]", left, took);
			io_invalid(io);
			return;
		}
	}
}
