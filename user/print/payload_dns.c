// SPDX-License-Identifier: BSD-2-Clause
/* A DNS message over TCP, behind its two bytes of length. */
#include "print/payload_dns.h"

#define HEADER_SIZE 12
#define STEPS_MAX (1U << 20)

enum {
	FLAG_QR = 0x8000,
	FLAG_AA = 0x400,
	FLAG_TC = 0x200,
	FLAG_RD = 0x100,
	FLAG_RA = 0x80,
	FLAG_AD = 0x20,
	FLAG_CD = 0x10,
	OPCODE_IQUERY = 1
};

struct header {
	uint16_t id, flags;
	uint16_t questions, answers, authorities, additional;
};

static const char *opcode_word(uint16_t flags)
{
	static const char *const words[] = {
		"",	" inv_q",   " stat",	" op3",	     " notify",	 " update",   " op6",	   " op7",
		" op8", " updateA", " updateD", " updateDA", " updateM", " updateMA", " zoneInit", " zoneRef",
	};

	return words[flags >> 11 & 15];
}

/* Two lack their space in tcpdump too. */
static void put_rcode(struct pio *io, uint32_t rcode)
{
	static const char *const words[] = {
		"",	     " FormErr", " ServFail", " NXDomain", " NotImp",  " Refused",
		" YXDomain", " YXRRSet", " NXRRSet",  " NotAuth",  " NotZone", " Resp11",
		" Resp12",   " Resp13",	 " Resp14",   " NoChange", " BadVers", "Resp17",
		" Resp18",   " Resp19",	 " Resp20",   "Resp21",	   " Resp22",  " BadCookie",
	};

	if (rcode < sizeof(words) / sizeof(words[0]))
		strbuf_str(io->b, words[rcode]);
	else
		say(io, " Resp%u", rcode & 0xfff);
}

/* Past n records; false if the capture ends before. */
static bool skip_records(struct dns *d, size_t *at, uint32_t n)
{
	for (; n; n--) {
		if (!dns_skip_name(d, at) || !io_has(d->io, *at + 8, 2))
			return false;
		*at += 10 + io_be16(d->io, *at + 8);
		if (!io_has(d->io, *at, 1))
			return false;
	}
	return true;
}

/* An OPT record among the additional ones carries the upper eight bits of the code (RFC 6891, 6.1.3). */
static uint32_t extended_rcode(struct dns *d, const struct header *h)
{
	uint32_t rcode = h->flags & 15, i;
	size_t at = d->base + HEADER_SIZE;
	struct pio *io = d->io;

	for (i = 0; i < h->questions; i++) {
		if (!dns_skip_name(d, &at))
			return rcode;
		at += 4;
		if (!io_has(io, at, 1))
			return rcode;
	}
	if (!skip_records(d, &at, (uint32_t)h->answers + h->authorities))
		return rcode;
	for (i = 0; i < h->additional; i++) {
		size_t type = at;

		if (!dns_skip_name(d, &type) || !io_has(io, type, 5))
			return rcode;
		if (io_be16(io, type) == DNS_TYPE_OPT)
			return rcode | (uint32_t)io_u8(io, type + 4) << 4;
		if (!skip_records(d, &at, 1))
			return rcode;
	}
	return rcode;
}

static bool question(struct dns *d, size_t *at)
{
	struct pio *io = d->io;
	size_t behind = *at;
	uint16_t class;

	if (!dns_skip_name(d, &behind) || !io_has(io, behind, 4))
		return false;
	strbuf_char(io->b, ' ');
	io_word(io, dns_types, io_be16(io, behind), "Type%u");
	class = io_be16(io, behind + 2);
	if (class != 1) {
		strbuf_char(io->b, ' ');
		io_word(io, dns_classes, class, "(Class %u)");
	}
	strbuf_str(io->b, "? ");
	if (!dns_name(d, at, d->base))
		return false;
	*at += 4;
	return true;
}

/* A section; with a lead it is tried only where bytes are left. */
static bool records(struct dns *d, size_t *at, uint32_t n, const char *lead)
{
	if (n && (!lead || *at < d->io->cap)) {
		strbuf_str(d->io->b, lead ? lead : "");
		if (!dns_record(d, at))
			return false;
		for (n--; n && *at < d->io->cap; n--) {
			strbuf_char(d->io->b, ',');
			if (!dns_record(d, at))
				return false;
		}
	}
	return n == 0;
}

static bool later_sections(struct dns *d, size_t *at, const struct header *h)
{
	return records(d, at, h->authorities, " ns:") && records(d, at, h->additional, " ar:");
}

static bool response(struct dns *d, const struct header *h)
{
	size_t at = d->base + HEADER_SIZE;
	struct pio *io = d->io;
	uint32_t i;

	say(io, "%u%s", h->id, opcode_word(h->flags));
	put_rcode(io, extended_rcode(d, h));
	say(io, "%s%s%s%s", h->flags & FLAG_AA ? "*" : "", h->flags & FLAG_RA ? "" : "-",
	    h->flags & FLAG_TC ? "|" : "", h->flags & FLAG_AD ? "$" : "");
	if (h->questions != 1)
		say(io, " [%uq]", h->questions);
	for (i = 0; i < h->questions; i++) {
		if (i)
			strbuf_char(io->b, ',');
		if (io->set->verbose > 1) {
			strbuf_str(io->b, " q:");
			if (!question(d, &at))
				return false;
		} else {
			if (!dns_skip_name(d, &at))
				return false;
			at += 4;
		}
	}
	say(io, " %u/%u/%u", h->answers, h->authorities, h->additional);
	if (!records(d, &at, h->answers, NULL))
		return false;
	return io->set->verbose < 2 || later_sections(d, &at, h);
}

static void odd_counts(struct pio *io, const struct header *h)
{
	bool inverse = (h->flags >> 11 & 15) == OPCODE_IQUERY;

	if (inverse && h->questions)
		say(io, " [%uq]", h->questions);
	if (h->answers != (inverse ? 1 : 0))
		say(io, " [%ua]", h->answers);
	if (!inverse && h->questions != 1)
		say(io, " [%uq]", h->questions);
	if (h->authorities)
		say(io, " [%un]", h->authorities);
	if (h->additional)
		say(io, " [%uau]", h->additional);
}

static bool request(struct dns *d, const struct header *h)
{
	size_t at = d->base + HEADER_SIZE;
	struct pio *io = d->io;
	uint32_t n = h->questions;

	say(io, "%u%s%s%s", h->id, opcode_word(h->flags), h->flags & FLAG_RD ? "+" : "",
	    h->flags & FLAG_CD ? "%" : "");
	if (h->flags & 0x6cf)
		say(io, " [b2&3=0x%x]", h->flags);
	odd_counts(io, h);
	if (n) {
		do
			if (!question(d, &at))
				return false;
		while (--n && at < io->cap);
		if (n)
			return false;
	}
	return io->set->verbose < 2 || (records(d, &at, h->answers, NULL) && later_sections(d, &at, h));
}

static void message(struct dns *d, size_t len)
{
	struct pio *io = d->io;
	struct header h;
	size_t at = d->base;

	if (len < HEADER_SIZE) {
		say(io, "domain [length %zu < %d]", len, HEADER_SIZE);
		io_invalid(io);
		return;
	}
	if (!io_has(io, at, HEADER_SIZE)) {
		io_mark(io);
		return;
	}
	h = (struct header){ io_be16(io, at),	  io_be16(io, at + 2), io_be16(io, at + 4),
			     io_be16(io, at + 6), io_be16(io, at + 8), io_be16(io, at + 10) };
	if (h.flags & FLAG_QR ? response(d, &h) : request(d, &h))
		say(io, " (%zu)", len);
	else
		io_mark(io);
}

void payload_dns(struct pio *io)
{
	struct dns d = { .io = io, .base = 2, .steps = STEPS_MAX };
	uint16_t prefix;

	io->proto = "domain";
	if (io->len < 2) {
		say(io, " [DNS over TCP: length %zu < 2]", io->len);
		io_invalid(io);
		return;
	}
	prefix = io_be16(io, 0);
	if (prefix != io->len - 2) {
		say(io, " [prefix length(%u) != length(%zu)]", prefix, io->len - 2);
		io_invalid(io);
		return;
	}
	strbuf_char(io->b, ' ');
	message(&d, io->len - 2);
}
