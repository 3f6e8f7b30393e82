// SPDX-License-Identifier: BSD-2-Clause
/* The values of path attributes (RFC 4271, 5; RFC 1997, 4360, 6514, 7311, 8092 …). */
#include "print/payload_bgp.h"

#include <inttypes.h>

#define LEVEL_MAX 10 /* ATTR_SET in ATTR_SET */

enum {
	ATTRIBUTE_ORIGIN = 1,
	ATTRIBUTE_AS_PATH,
	ATTRIBUTE_NEXT_HOP,
	ATTRIBUTE_MED,
	ATTRIBUTE_LOCAL_PREF,
	ATTRIBUTE_ATOMIC,
	ATTRIBUTE_AGGREGATOR,
	ATTRIBUTE_COMMUNITIES,
	ATTRIBUTE_ORIGINATOR,
	ATTRIBUTE_CLUSTERS,
	ATTRIBUTE_REACH = 14,
	ATTRIBUTE_UNREACH,
	ATTRIBUTE_EXTENDED,
	ATTRIBUTE_AS4_PATH,
	ATTRIBUTE_AGGREGATOR4,
	ATTRIBUTE_PMSI = 22,
	ATTRIBUTE_AIGP = 26,
	ATTRIBUTE_LARGE = 32,
	ATTRIBUTE_SET = 128
};

void bgp_as_number(struct pio *io, uint32_t as)
{
	if (io->set->asdot && as > 0xffff)
		say(io, "%u.%u", as >> 16, as & 0xffff);
	else
		strbuf_u64(io->b, as);
}

/* Two bytes if segments of two-byte numbers fill the path exactly, else four. */
static uint32_t as_size(struct pio *io, size_t at, uint32_t len)
{
	size_t end = at + len;
	uint8_t type;

	while (at < end) {
		type = io_u8(io, at);
		if (type < 1 || type > 4)
			return 4;
		at += 2 + 2 * (size_t)io_u8(io, at + 1);
	}
	return at == end ? 2 : 4;
}

static bool as_path(struct pio *io, size_t at, uint32_t len, uint32_t size)
{
	size_t end = at + len;
	uint32_t i, n;
	uint8_t type;

	for (; at < end; at += 2 + (size_t)n * size) {
		type = io_u8(io, at);
		strbuf_str(io->b, word_of(bgp_as_open_words, type, "?"));
		n = io_u8(io, at + 1);
		for (i = 0; i < n; i++) {
			size_t number = at + 2 + (size_t)i * size;

			if (!io_has(io, number, size))
				return false;
			bgp_as_number(io, size == 2 ? io_be16(io, number) : io_be32(io, number));
			strbuf_char(io->b, ' ');
		}
		strbuf_str(io->b, word_of(bgp_as_close_words, type, "?"));
	}
	return true;
}

static void aggregator(struct pio *io, size_t at, uint32_t size)
{
	io_need(io, at, size + 4);
	strbuf_str(io->b, " AS #");
	bgp_as_number(io, size == 2 ? io_be16(io, at) : io_be32(io, at));
	strbuf_str(io->b, ", origin ");
	io_ipv4(io, at + size);
}

static bool communities(struct pio *io, size_t at, uint32_t len)
{
	static const struct word known[] = {
		{ 0xffffff01, " NO_EXPORT" },
		{ 0xffffff02, " NO_ADVERTISE" },
		{ 0xffffff03, " NO_EXPORT_SUBCONFED" },
		{ 0, NULL },
	};
	const char *s;
	uint32_t v;

	for (; len; len -= 4, at += 4) {
		if (!io_has(io, at, 4))
			return false;
		v = io_be32(io, at);
		s = word_of(known, v, NULL);
		if (s)
			strbuf_str(io->b, s);
		else
			say(io, "%u:%u%s", v >> 16, v & 0xffff, len > 4 ? ", " : "");
	}
	return true;
}

static void clusters(struct pio *io, size_t at, uint32_t len)
{
	for (; len; len -= 4, at += 4) {
		io_ipv4(io, at);
		if (len > 4)
			strbuf_mem(io->b, ", ", 2);
	}
}

static void large_communities(struct pio *io, size_t at, uint32_t len)
{
	strbuf_str(io->b, "\n\t    ");
	for (; len; len -= 12, at += 12) {
		io_need(io, at, 12);
		say(io, "%u:%u:%u%s", io_be32(io, at), io_be32(io, at + 4), io_be32(io, at + 8),
		    len > 12 ? ", " : "");
	}
}

static bool extended_communities(struct pio *io, size_t at, uint32_t len)
{
	uint16_t type;

	for (; len; len -= 8, at += 8) {
		if (!io_has(io, at, 2))
			return false;
		type = io_be16(io, at);
		say(io, "\n\t    %s (0x%04x), Flags [",
		    word_of(bgp_community_words, type, "unknown extd community typecode"), type);
		io_bits(io, bgp_community_flag_words, type);
		strbuf_char(io->b, ']');
		if (!io_has(io, at, 8))
			return false;
		strbuf_mem(io->b, ": ", 2);
		bgp_extended_community(io, at);
	}
	return true;
}

/* An address and, behind it, another or a number: lead A, what B */
static void pmsi_pair(struct pio *io, size_t at, const char *lead, const char *what, bool number)
{
	io_need(io, at, 8);
	say(io, "\n\t      %s ", lead);
	io_ipv4(io, at);
	say(io, ", %s ", what);
	if (number)
		say(io, "0x%08x", io_be32(io, at + 4));
	else
		io_ipv4(io, at + 4);
}

static bool pmsi_tunnel(struct pio *io, size_t at, uint32_t len)
{
	uint8_t type;

	if (!io_has(io, at, 5) || len < 5)
		return false;
	type = io_u8(io, at + 1);
	say(io, "\n\t    Tunnel-type %s (%u), Flags [", word_of(bgp_pmsi_words, type, "Unknown"), type);
	io_bits(io, bgp_pmsi_flag_words, io_u8(io, at));
	say(io, "], MPLS Label %u", io_be24(io, at + 2) >> 4);
	at += 5;
	switch (type) {
	case 1:
		pmsi_pair(io, at, "Extended-Tunnel-ID", "P2MP-ID", true);
		break;
	case 2:
	case 7:
		pmsi_pair(io, at, "Root-Node", "LSP-ID", true);
		break;
	case 3:
		pmsi_pair(io, at, "Root-Node", "P-Group", false);
		break;
	case 4:
	case 5:
		pmsi_pair(io, at, "Sender", "P-Group", false);
		break;
	case 6:
		io_need(io, at, 4);
		strbuf_str(io->b, "\n\t      Tunnel-Endpoint ");
		io_ipv4(io, at);
		break;
	default:
		if (io->set->verbose <= 1)
			io_unknown(io, "\n\t      ", at, len - 5);
	}
	return true;
}

/* RFC 7311: TLVs, of which one is known. */
static bool igp_metric(struct pio *io, size_t at, uint32_t len)
{
	uint16_t n;
	uint8_t type;

	for (; len >= 3; at += n, len -= n) {
		type = io_u8(io, at);
		n = io_be16(io, at + 1);
		say(io, "\n\t    %s TLV (%u), length %u", type == 1 ? "AIGP" : "Unknown", type, n);
		if (n < 3 || len < n)
			return false;
		if (type == 1) {
			if (n < 11)
				return false;
			say(io, ", metric %" PRIu64, io_be64(io, at + 3));
		} else if (io->set->verbose <= 1) {
			io_unknown(io, "\n\t      ", at + 3, n - 3U);
		}
	}
	return true;
}

/* The head of an attribute inside a set. False if what is left is too short for it. */
static bool inner_head(struct pio *io, size_t *at, uint32_t *left, uint8_t *type, uint32_t *size, bool *cut)
{
	uint8_t flags, head;

	*cut = !io_has(io, *at, 2);
	if (*cut || *left < 2)
		return false;
	flags = io_u8(io, *at);
	*type = io_u8(io, *at + 1);
	head = flags & 0x10 ? 2 : 1;
	*at += 2;
	*left -= 2;
	*cut = !io_has(io, *at, head);
	if (*cut || *left < head)
		return false;
	*size = head == 2 ? io_be16(io, *at) : io_u8(io, *at);
	*at += head;
	*left -= head;
	say(io, "\n\t      %s (%u), length: %u", word_of(bgp_attribute_words, *type, "Unknown Attribute"),
	    *type, *size);
	if (flags)
		bgp_attribute_flags(io, flags);
	strbuf_mem(io->b, ": ", 2);
	return *left >= *size;
}

/* RFC 6368. *left: what of it could not be read. */
static bool attribute_set(struct pio *io, size_t at, uint32_t *left, unsigned level)
{
	uint32_t size = 0;
	uint8_t type = 0;
	bool cut;

	if (!io_has(io, at, 4) || *left < 4)
		return false;
	strbuf_str(io->b, "\n\t    Origin AS: ");
	bgp_as_number(io, io_be32(io, at));
	at += 4;
	*left -= 4;
	while (*left) {
		if (!inner_head(io, &at, left, &type, &size, &cut)) {
			if (!cut)
				strbuf_str(io->b, " [path attr too short]");
			return !cut;
		}
		if (level == LEVEL_MAX)
			strbuf_str(io->b, "(too many nested levels, not recursing)");
		else if (!bgp_attribute(io, type, at, size, level + 1))
			return false;
		at += size;
		*left -= size;
	}
	return true;
}

/* May a value be this long? */
static bool length_fits(uint8_t type, uint32_t len)
{
	switch (type) {
	case ATTRIBUTE_ORIGIN:
		return len == 1;
	case ATTRIBUTE_AS_PATH:
	case ATTRIBUTE_AS4_PATH:
		return len % 2 == 0;
	case ATTRIBUTE_NEXT_HOP:
	case ATTRIBUTE_MED:
	case ATTRIBUTE_LOCAL_PREF:
	case ATTRIBUTE_ORIGINATOR:
		return len == 4;
	case ATTRIBUTE_ATOMIC:
		return len == 0;
	case ATTRIBUTE_AGGREGATOR:
		return len == 6 || len == 8;
	case ATTRIBUTE_AGGREGATOR4:
		return len == 8;
	case ATTRIBUTE_COMMUNITIES:
	case ATTRIBUTE_CLUSTERS:
		return len % 4 == 0;
	case ATTRIBUTE_EXTENDED:
		return len % 8 == 0;
	case ATTRIBUTE_LARGE:
		return len && len % 12 == 0;
	default:
		return true;
	}
}

static bool unknown(struct pio *io, uint8_t type, size_t at, uint32_t len)
{
	if (!io_has(io, at, len))
		return false;
	say(io, "\n\t    no Attribute %u decoder", type);
	if (io->set->verbose <= 1)
		io_unknown(io, "\n\t    ", at, len);
	return true;
}

/* *len: lowered to what the hex dump of -vv then shows. */
static bool value(struct pio *io, uint8_t type, size_t at, uint32_t *len, unsigned level)
{
	switch (type) {
	case ATTRIBUTE_ORIGIN:
		strbuf_str(io->b, word_of(bgp_origin_words, io_u8(io, at), "Unknown Origin Typecode"));
		return true;
	case ATTRIBUTE_AS_PATH:
	case ATTRIBUTE_AS4_PATH:
		if (!*len)
			strbuf_str(io->b, "empty");
		return as_path(io, at, *len, type == ATTRIBUTE_AS4_PATH ? 4 : as_size(io, at, *len));
	case ATTRIBUTE_NEXT_HOP:
	case ATTRIBUTE_ORIGINATOR:
		io_ipv4(io, at);
		return true;
	case ATTRIBUTE_MED:
	case ATTRIBUTE_LOCAL_PREF:
		strbuf_u64(io->b, io_be32(io, at));
		return true;
	case ATTRIBUTE_ATOMIC:
		return true;
	case ATTRIBUTE_AGGREGATOR:
		if (!io_has(io, at, *len))
			return false;
		aggregator(io, at, *len - 4);
		return true;
	case ATTRIBUTE_AGGREGATOR4:
		aggregator(io, at, 4);
		return true;
	case ATTRIBUTE_COMMUNITIES:
		return communities(io, at, *len);
	case ATTRIBUTE_CLUSTERS:
		clusters(io, at, *len);
		return true;
	case ATTRIBUTE_REACH:
		return bgp_reach(io, at, *len);
	case ATTRIBUTE_UNREACH:
		return bgp_unreach(io, at, *len);
	case ATTRIBUTE_EXTENDED:
		return extended_communities(io, at, *len);
	case ATTRIBUTE_PMSI:
		return pmsi_tunnel(io, at, *len);
	case ATTRIBUTE_AIGP:
		return igp_metric(io, at, *len);
	case ATTRIBUTE_SET:
		return attribute_set(io, at, len, level);
	case ATTRIBUTE_LARGE:
		large_communities(io, at, *len);
		*len = 0;
		return true;
	default:
		return unknown(io, type, at, *len);
	}
}

bool bgp_attribute(struct pio *io, uint8_t type, size_t at, uint32_t len, unsigned level)
{
	if (!length_fits(type, len))
		strbuf_str(io->b, "invalid len");
	else if (!value(io, type, at, &len, level))
		return false;
	if (io->set->verbose > 1 && len) { /* the bytes too */
		if (!io_has(io, at, len))
			return false;
		io_unknown(io, "\n\t    ", at, len);
	}
	return true;
}
