// SPDX-License-Identifier: BSD-2-Clause
/* UPDATE (RFC 4271, 4.3). */
#include "print/payload_bgp.h"

#define HEADER_SIZE 19

struct rest {
	size_t at;
	uint32_t left; /* of the message */
};

static void skip(struct rest *r, uint32_t n)
{
	r->at += n;
	r->left -= n;
}

/* n bytes of routes; what is left of *n is what could not be read. False: cut. */
static bool withdrawn(struct pio *io, struct rest *r, uint32_t *n)
{
	bool ids = bgp_has_path_ids(io, r->at, *n, 32);
	uint32_t id = 0;
	int took;

	strbuf_str(io->b, "\n\t  Withdrawn routes:");
	while (*n) {
		if (ids) {
			if (*n < 4) {
				skip(r, *n);
				return true;
			}
			id = io_be32(io, r->at);
			skip(r, 4);
			*n -= 4;
		}
		took = bgp_plain_prefix(io, "\n\t    ", r->at, *n);
		if (took < 0)
			return took == BGP_ILLEGAL;
		if (ids)
			say(io, "   Path Id: %u", id);
		skip(r, (uint32_t)took);
		*n -= (uint32_t)took;
	}
	return true;
}

static bool updated(struct pio *io, struct rest *r)
{
	bool ids = bgp_has_path_ids(io, r->at, r->left, 32);
	uint32_t id = 0;
	int took;

	strbuf_str(io->b, "\n\t  Updated routes:");
	while (r->left) {
		if (ids) {
			if (!io_has(io, r->at, 4) || r->left < 4)
				return false;
			id = io_be32(io, r->at);
			skip(r, 4);
		}
		took = bgp_plain_prefix(io, "\n\t    ", r->at, r->left);
		if (took < 0)
			return took == BGP_ILLEGAL;
		if (ids)
			say(io, "   Path Id: %u", id);
		skip(r, (uint32_t)took);
	}
	return true;
}

void bgp_attribute_flags(struct pio *io, uint8_t flags)
{
	say(io, ", Flags [%s%s%s%s", flags & 0x80 ? "O" : "", flags & 0x40 ? "T" : "",
	    flags & 0x20 ? "P" : "", flags & 0x10 ? "E" : "");
	if (flags & 15)
		say(io, "+%x", flags & 15);
	strbuf_char(io->b, ']');
}

static void too_short(struct pio *io, struct rest *r, uint32_t n, const char *ident)
{
	say(io, "%s[path attrs too short]", ident);
	skip(r, n);
}

/* n bytes of path attributes. False: cut. */
static bool attributes(struct pio *io, struct rest *r, uint32_t n)
{
	uint8_t flags, type, head;
	uint32_t size;

	while (n) {
		if (!io_has(io, r->at, 2) || r->left < 2)
			return false;
		if (n < 2) {
			too_short(io, r, n, "\n\t  ");
			return true;
		}
		flags = io_u8(io, r->at);
		type = io_u8(io, r->at + 1);
		head = flags & 0x10 ? 2 : 1;
		skip(r, 2);
		n -= 2;
		if (!io_has(io, r->at, head) || r->left < head)
			return false;
		if (n < head) {
			too_short(io, r, n, "\n\t  ");
			return true;
		}
		size = head == 2 ? io_be16(io, r->at) : io_u8(io, r->at);
		skip(r, head);
		n -= head;
		say(io, "\n\t  %s (%u), length: %u", word_of(bgp_attribute_words, type, "Unknown Attribute"),
		    type, size);
		if (flags) {
			bgp_attribute_flags(io, flags);
			strbuf_mem(io->b, ": ", 2);
		}
		if (n < size) {
			too_short(io, r, n, " ");
			return true;
		}
		if (r->left < size || !bgp_attribute(io, type, r->at, size, 0))
			return false;
		skip(r, size);
		n -= size;
	}
	return true;
}

static bool body(struct pio *io, struct rest *r)
{
	uint32_t n, len;

	if (!io_has(io, r->at, 2) || r->left < 2)
		return false;
	n = io_be16(io, r->at);
	skip(r, 2);
	if (!io_has(io, r->at, n) || r->left < n)
		return false;
	if (n <= 1)
		skip(r, n);
	else if (!withdrawn(io, r, &n))
		return false;
	if (!io_has(io, r->at, 2) || r->left < 2)
		return false;
	len = io_be16(io, r->at);
	skip(r, 2);
	if (!n && !len && !r->left) {
		strbuf_str(io->b, "\n\t  End-of-Rib Marker (empty NLRI)");
		return true;
	}
	if (r->left < len || !attributes(io, r, len))
		return false;
	return !r->left || updated(io, r);
}

void bgp_update(struct pio *io, size_t at, uint32_t len)
{
	struct rest r = { at + HEADER_SIZE, len - HEADER_SIZE };

	if (len < HEADER_SIZE || !body(io, &r))
		io_mark(io);
}
