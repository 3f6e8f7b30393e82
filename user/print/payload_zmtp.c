// SPDX-License-Identifier: BSD-2-Clause
/* ZMTP/1.0 frames (ZeroMQ RFC 13), with -T zmtp1. */
#include "print/payload_io.h"

#include <inttypes.h>

#define BODY_SHOWN 128 /* with one -v */

static const char *bit(uint8_t flags, uint8_t mask)
{
	return flags & mask ? (mask == 1 ? "MORE" : "MBZ") : "-";
}

static void flag_words(struct pio *io, uint8_t flags)
{
	uint8_t mask;

	for (mask = 0x80; mask; mask >>= 1)
		say(io, "%s%s", mask == 0x80 ? " (" : "|", bit(flags, mask));
	strbuf_char(io->b, ')');
}

static void body(struct pio *io, size_t at, size_t n)
{
	say(io, ", first %zu byte(s) of body:", n);
	io_hex_ascii(io, "\n\t ", at, n);
}

/* Prints the frame at `at` and gives the place of the next. */
static size_t frame(struct pio *io, size_t at)
{
	size_t head = 1, have;
	uint64_t size;
	uint8_t flags;

	strbuf_str(io->b, "\n\t");
	size = io_u8(io, at);
	if (size != 0xff) {
		say(io, " frame flags+body  (8-bit) length %" PRIu64, size);
	} else {
		strbuf_str(io->b, " frame flags+body (64-bit) length");
		head = 9;
		size = io_be64(io, at + 1);
		say(io, " %" PRIu64, size);
	}
	if (!size)
		return at + head;
	flags = io_u8(io, at + head);
	have = io->cap - at - head;
	if (size > have)
		say(io, " (%zu captured)", have);
	say(io, ", flags 0x%02x", flags);
	if (io->set->verbose) {
		flag_words(io, flags);
		if (size < have)
			have = (size_t)size;
		if (io->set->verbose == 1 && have > BODY_SHOWN + 1)
			have = BODY_SHOWN + 1;
		if (have > 1)
			body(io, at + head + 1, have - 1);
	}
	io_need(io, at + head, (size_t)size);
	return at + head + (size_t)size;
}

void payload_zmtp1(struct pio *io)
{
	size_t at = 0;

	io->proto = "zmtp1";
	strbuf_str(io->b, ": ZMTP/1.0");
	while (at < io->cap)
		at = frame(io, at);
}
