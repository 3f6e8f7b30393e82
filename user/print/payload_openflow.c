// SPDX-License-Identifier: BSD-2-Clause
/* OpenFlow: the header of each message, and what the versions share. */
#include "print/payload_openflow.h"

#include <inttypes.h>

#include "print/names.h"

enum { VERSION_1_0 = 1, VERSION_1_3 = 4 };

static const struct word version_words[] = {
	{ 1, "1.0" }, { 2, "1.1" }, { 3, "1.2" }, { 4, "1.3" }, { 5, "1.4" }, { 6, "1.5" }, { 0, NULL },
};

static const struct word experimenter_words[] = {
	{ 0x4f4e4600, "ONF Extensions" },
	{ 0xff000001, "Budapest University of Technology and Economics" },
	{ 0xff000002, "NoviFlow" },
	{ 0xff000003, "L3+ Extensions, Vendor Neutral" },
	{ 0xff000004, "L4-L7 Extensions" },
	{ 0xff000005, "Wireless and Mobility Extensions" },
	{ 0xff000006, "Forwarding Abstractions Extensions" },
	{ 0xff000007, "Optical Transport Extensions" },
	{ 0xff000008, "Network Benchmarking Lab, NCTU" },
	{ 0xff000009, "Mobile Packet Core Extensions" },
	{ 0xff00000a, "MPLS-TP OpenFlow Extensions for SPTN" },
	{ 0, NULL },
};

const char *of_vendor(uint32_t vendor)
{
	const char *s = vendor & 0xff000000 ? word_of(experimenter_words, vendor, NULL) : names_maker(vendor);

	return s ? s : "unknown";
}

void of_invalid(struct pio *io, size_t at, uint32_t len)
{
	io_invalid(io);
	io_need(io, at, len);
}

void of_data(struct pio *io, size_t at, uint32_t len)
{
	if (!len)
		return;
	say(io, "\n\t data (%u octets)", len);
	if (io->set->verbose >= 2)
		io_hex_ascii(io, "\n\t  ", at, len);
	else
		io_need(io, at, len);
}

void of_bits(struct pio *io, const struct word *words, uint32_t v, uint32_t known)
{
	const char *between = " (";

	if (v & known) {
		for (; words->s; words++)
			if (v & words->v) {
				say(io, "%s%s", between, words->s);
				between = ", ";
			}
		strbuf_str(io->b, *between == ' ' ? " ()" : ")");
	}
	if (v & ~known)
		strbuf_str(io->b, " (bogus)");
}

static void text(struct pio *io, const char *lead, size_t at, uint32_t most)
{
	uint8_t c;

	say(io, "%s'", lead);
	for (; most && (c = io_u8(io, at)) != 0; most--, at++)
		io_char(io, c);
	strbuf_char(io->b, '\'');
}

static uint32_t put_named(struct pio *io, const struct of_field *f, uint32_t v, uint32_t size)
{
	strbuf_str(io->b, f->lead);
	io_word(io, f->words, v, f->format);
	return size;
}

static uint32_t put_bits(struct pio *io, const struct of_field *f, uint32_t v, uint32_t size)
{
	say(io, "%s0x%0*x", f->lead, (int)size * 2, v);
	of_bits(io, f->words, v, f->n);
	return size;
}

static uint32_t put_number(struct pio *io, const struct of_field *f, uint64_t v, uint32_t size)
{
	if (v || f->kind != OF_U16_SET)
		say(io, "%s%" PRIu64, f->lead, v);
	return size;
}

/* How many bytes it takes. */
static uint32_t field(struct pio *io, size_t at, const struct of_field *f)
{
	switch (f->kind) {
	case OF_NEED:
		io_need(io, at, f->n);
		return f->n;
	case OF_U8:
		return put_number(io, f, io_u8(io, at), 1);
	case OF_U16:
	case OF_U16_SET:
		return put_number(io, f, io_be16(io, at), 2);
	case OF_U32:
		return put_number(io, f, io_be32(io, at), 4);
	case OF_U64:
		return put_number(io, f, io_be64(io, at), 8);
	case OF_X64:
		say(io, "%s0x%016" PRIx64, f->lead, io_be64(io, at));
		return 8;
	case OF_NAME8:
		return put_named(io, f, io_u8(io, at), 1);
	case OF_NAME16:
		return put_named(io, f, io_be16(io, at), 2);
	case OF_NAME32:
		return put_named(io, f, io_be32(io, at), 4);
	case OF_BITS16:
		return put_bits(io, f, io_be16(io, at), 2);
	case OF_BITS32:
		return put_bits(io, f, io_be32(io, at), 4);
	case OF_MAC:
		io_need(io, at, 6);
		strbuf_str(io->b, f->lead);
		names_ether(io->set->names, io->b, io->data + at);
		return 6;
	case OF_TEXT:
		text(io, f->lead, at, f->n);
		return f->n;
	default: /* OF_SKIP */
		return f->n;
	}
}

size_t of_fields(struct pio *io, size_t at, const struct of_field *fields)
{
	for (; fields->kind != OF_END; fields++)
		at += field(io, at, fields);
	return at;
}

static const char *code_name(const char *const *codes, uint16_t code)
{
	for (; codes && *codes; codes++, code--)
		if (!code)
			return *codes;
	return NULL;
}

void of_error(struct pio *io, size_t at, uint32_t len, const struct of_error *errors, size_t n)
{
	const struct of_error *e = NULL;
	uint16_t type = io_be16(io, at), code;
	const char *name;
	size_t i;

	for (i = 0; i < n && !e; i++)
		if (errors[i].type == type)
			e = &errors[i];
	if (e)
		say(io, "\n\t type %s", e->name);
	else
		say(io, "\n\t type invalid (0x%04x)", type);
	code = io_be16(io, at + 2);
	name = e ? code_name(e->codes, code) : NULL;
	if (name)
		say(io, ", code %s", name);
	else
		say(io, ", code invalid (0x%04x)", code);
	of_data(io, at + 4, len - 4);
}

static const struct of_message *find_message(uint8_t version, uint8_t type)
{
	if (version == VERSION_1_0 && type < of10_messages_len)
		return &of10_messages[type];
	if (version == VERSION_1_3 && type < of13_messages_len)
		return &of13_messages[type];
	return NULL;
}

static void body(struct pio *io, const struct of_message *m, size_t at, uint32_t len)
{
	if (m &&
	    ((m->rule == OF_FIXED_SIZE && len != m->size) || (m->rule == OF_LEAST_SIZE && len < m->size))) {
		of_invalid(io, at, len);
		return;
	}
	if (!m || !io->set->verbose || (!m->print && !m->fields))
		io_need(io, at, len);
	else if (m->print)
		m->print(io, at, len);
	else
		of_fields(io, at, m->fields);
}

/* One of the header's fields, n bytes at place `off` of it. False if the segment ends before. */
static bool has_field(struct pio *io, size_t at, size_t off, size_t n)
{
	if (io->len - at >= off + n)
		return true;
	strbuf_str(io->b, " (end of TCP payload)");
	io_need(io, at + off, io->len - at - off);
	return false;
}

/* One message; how many bytes it takes, or 0: nothing more can be read. */
static size_t message(struct pio *io, size_t at)
{
	const struct of_message *m;
	uint8_t version = io_u8(io, at), type;
	uint16_t len;

	strbuf_str(io->b, "\n\tversion ");
	io_word(io, version_words, version, "unknown (0x%02x)");
	if (!has_field(io, at, 1, 1))
		return 0;
	type = io_u8(io, at + 1);
	m = find_message(version, type);
	if (m)
		say(io, ", type %s", m->name);
	else
		say(io, ", type unknown (0x%02x)", type);
	if (!has_field(io, at, 2, 2))
		return 0;
	len = io_be16(io, at + 2);
	say(io, ", length %u%s", len, len < OF_HEADER_SIZE ? " (too short!)" : "");
	if (!has_field(io, at, 4, 4))
		return 0;
	say(io, ", xid 0x%08x", io_be32(io, at + 4));
	at += OF_HEADER_SIZE;
	if (len < OF_HEADER_SIZE) {
		of_invalid(io, at, (uint32_t)(io->len - at));
		return 0;
	}
	body(io, m, at, len - OF_HEADER_SIZE);
	return (size_t)len - OF_HEADER_SIZE > io->len - at ? 0 : len;
}

void payload_openflow(struct pio *io)
{
	size_t at, took;

	io->proto = "openflow";
	strbuf_str(io->b, ": OpenFlow");
	for (at = 0; at < io->len; at += took) {
		took = message(io, at);
		if (!took)
			return;
	}
}
