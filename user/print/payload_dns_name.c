// SPDX-License-Identifier: BSD-2-Clause
#include "print/payload_dns.h"

#define NAME_MAX_CHARS 255

enum {
	LABEL_KIND = 0xc0,
	LABEL_PLAIN = 0x00,
	LABEL_EXTENDED = 0x40,
	LABEL_POINTER = 0xc0,
	EXTENDED_BITS = 1
};

static uint32_t bit_count(struct pio *io, size_t at)
{
	uint32_t n = io_u8(io, at);

	return n ? n : 256;
}

bool dns_skip_name(const struct dns *d, size_t *at)
{
	struct pio *io = d->io;

	for (;;) {
		uint8_t c;

		if (!io_has(io, *at, 1))
			return false;
		c = io_u8(io, (*at)++);
		if (!c)
			return true;
		switch (c & LABEL_KIND) {
		case LABEL_POINTER:
			(*at)++;
			return true;
		case LABEL_PLAIN:
			*at += c;
			break;
		case LABEL_EXTENDED:
			if ((c & ~LABEL_KIND) != EXTENDED_BITS || !io_has(io, *at, 1))
				return false;
			*at += 1 + (bit_count(io, *at) + 7) / 8;
			break;
		default:
			return false;
		}
	}
}

/* How many bytes follow the label's first one; false if it is cut or of no known kind. */
static bool label_size(struct pio *io, size_t at, uint32_t *n)
{
	uint8_t c;

	if (!io_has(io, at, 1))
		return false;
	c = io_u8(io, at);
	switch (c & LABEL_KIND) {
	case LABEL_POINTER:
	case LABEL_PLAIN:
		*n = c;
		return true;
	case LABEL_EXTENDED:
		if ((c & ~LABEL_KIND) != EXTENDED_BITS) {
			say(io, "<ELT %d>", c & ~LABEL_KIND);
			return false;
		}
		if (!io_has(io, at + 1, 1))
			return false;
		*n = (bit_count(io, at + 1) + 7) / 8 + 1;
		return true;
	default:
		strbuf_str(io->b, "<BAD LABEL TYPE>");
		return false;
	}
}

/* A binary label (RFC 2673): \[xHEX/BITS] */
static void bit_label(struct pio *io, size_t at)
{
	uint32_t bits = bit_count(io, at), left;

	strbuf_str(io->b, "\\[x");
	for (left = bits, at++; left > 7; left -= 8, at++)
		strbuf_hex(io->b, io_u8(io, at), 2);
	if (left > 4)
		strbuf_hex(io->b, io_u8(io, at) & (0xffU << (8 - left)), 2);
	else if (left > 0)
		strbuf_hex(io->b, (io_u8(io, at) >> 4) & (0xfU << (4 - left)), 1);
	say(io, "/%u]", bits);
}

struct name {
	size_t at;	/* behind the first byte of the current label */
	uint8_t first;	/* that byte */
	uint32_t size;	/* bytes that follow it */
	uint32_t limit; /* a pointer must stay below */
	uint32_t chars; /* of the name so far */
	size_t end;	/* where the name ends in the message */
	bool jumped, has_end;
};

static bool next_label(struct dns *d, struct name *n, size_t at)
{
	if (!d->steps || !label_size(d->io, at, &n->size))
		return false;
	d->steps--;
	n->first = io_u8(d->io, at);
	n->at = at + 1;
	return true;
}

static bool follow(struct dns *d, struct name *n, size_t base)
{
	uint32_t offset = (uint32_t)(n->first & ~LABEL_KIND) << 8 | io_u8(d->io, n->at);

	if (!n->jumped) {
		n->end = n->at + 1;
		n->jumped = n->has_end = true;
	}
	if (offset >= n->limit) {
		strbuf_str(d->io->b, "<BAD PTR>");
		return false;
	}
	n->limit = offset;
	return next_label(d, n, base + offset);
}

/* The label's text and its dot; then the next label. */
static bool put_label(struct dns *d, struct name *n)
{
	struct pio *io = d->io;

	if ((n->first & LABEL_KIND) == LABEL_EXTENDED) {
		bit_label(io, n->at);
		d->steps -=
			d->steps < 32 ? d->steps : 32; /* its text is long and does not count as characters */
	} else {
		uint32_t room = n->chars < NAME_MAX_CHARS ? NAME_MAX_CHARS - n->chars : 0;

		if (room && !io_chars(io, n->at, n->size < room ? n->size : room))
			return false;
		n->chars += n->size;
	}
	if (n->chars <= NAME_MAX_CHARS)
		strbuf_char(io->b, '.');
	n->chars++;
	if (!next_label(d, n, n->at + n->size))
		return false;
	if (!n->jumped)
		n->end += n->size + 1;
	return true;
}

bool dns_name(struct dns *d, size_t *at, size_t base)
{
	struct name n = { .limit = (uint32_t)(*at - base) };

	if (!next_label(d, &n, *at))
		return false;
	if ((n.first & LABEL_KIND) != LABEL_POINTER) {
		n.end = n.at + n.size;
		n.has_end = true;
	}
	if (!n.first)
		strbuf_char(d->io->b, '.');
	while (n.first && n.at < d->io->cap) {
		if ((n.first & LABEL_KIND) == LABEL_POINTER) {
			if (!follow(d, &n, base))
				return false;
		} else if (!put_label(d, &n)) {
			return false;
		}
	}
	if (n.chars > NAME_MAX_CHARS)
		strbuf_str(d->io->b, "<DOMAIN NAME TOO LONG>");
	*at = n.end;
	return n.has_end;
}
