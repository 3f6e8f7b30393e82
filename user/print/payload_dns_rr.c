// SPDX-License-Identifier: BSD-2-Clause
#include "print/payload_dns.h"

#include "print/names.h"

enum {
	TYPE_A = 1,
	TYPE_NS = 2,
	TYPE_CNAME = 5,
	TYPE_SOA = 6,
	TYPE_PTR = 12,
	TYPE_MX = 15,
	TYPE_TXT = 16,
	TYPE_AAAA = 28,
	TYPE_SRV = 33,
	TYPE_A6 = 38,
	TYPE_DNAME = 39,
	TYPE_UNSPECA = 104,
	TYPE_TSIG = 250,
	TYPE_URI = 256
};

const struct word dns_types[] = {
	{ 1, "A" },	 { 2, "NS" },	   { 3, "MD" },	       { 4, "MF" },	   { 5, "CNAME" },
	{ 6, "SOA" },	 { 7, "MB" },	   { 8, "MG" },	       { 9, "MR" },	   { 10, "NULL" },
	{ 11, "WKS" },	 { 12, "PTR" },	   { 13, "HINFO" },    { 14, "MINFO" },	   { 15, "MX" },
	{ 16, "TXT" },	 { 17, "RP" },	   { 18, "AFSDB" },    { 19, "X25" },	   { 20, "ISDN" },
	{ 21, "RT" },	 { 22, "NSAP" },   { 23, "NSAP_PTR" }, { 24, "SIG" },	   { 25, "KEY" },
	{ 26, "PX" },	 { 27, "GPOS" },   { 28, "AAAA" },     { 29, "LOC" },	   { 30, "NXT" },
	{ 31, "EID" },	 { 32, "NIMLOC" }, { 33, "SRV" },      { 34, "ATMA" },	   { 35, "NAPTR" },
	{ 36, "KX" },	 { 37, "CERT" },   { 38, "A6" },       { 39, "DNAME" },	   { 40, "SINK" },
	{ 41, "OPT" },	 { 42, "APL" },	   { 43, "DS" },       { 44, "SSHFP" },	   { 45, "IPSECKEY" },
	{ 46, "RRSIG" }, { 47, "NSEC" },   { 48, "DNSKEY" },   { 99, "SPF" },	   { 100, "UINFO" },
	{ 101, "UID" },	 { 102, "GID" },   { 103, "UNSPEC" },  { 104, "UNSPECA" }, { 249, "TKEY" },
	{ 250, "TSIG" }, { 251, "IXFR" },  { 252, "AXFR" },    { 253, "MAILB" },   { 254, "MAILA" },
	{ 255, "ANY" },	 { 256, "URI" },   { 0, NULL },
};

const struct word dns_classes[] = { { 1, "IN" }, { 3, "CHAOS" }, { 4, "HS" }, { 255, "ANY" }, { 0, NULL } };

struct record {
	size_t at, end; /* its data */
	uint16_t type, class, len;
	uint16_t opt_flags;
};

static bool soa(struct dns *d, size_t at)
{
	struct pio *io = d->io;
	int i;

	if (!io->set->verbose)
		return true;
	for (i = 0; i < 2; i++) {
		strbuf_char(io->b, ' ');
		if (!dns_name(d, &at, d->base))
			return false;
	}
	if (!io_has(io, at, 20))
		return false;
	for (i = 0; i < 5; i++)
		say(io, " %u", io_be32(io, at + 4 * (size_t)i));
	return true;
}

/* A name behind `skip` bytes of numbers, which are printed after it. */
static bool name_behind(struct dns *d, size_t at, size_t skip)
{
	strbuf_char(d->io->b, ' ');
	if (skip && !io_has(d->io, at, skip))
		return false;
	at += skip;
	return dns_name(d, &at, d->base);
}

static bool mx(struct dns *d, size_t at)
{
	if (!name_behind(d, at, 2))
		return false;
	say(d->io, " %u", io_be16(d->io, at));
	return true;
}

static bool srv(struct dns *d, size_t at)
{
	struct pio *io = d->io;

	if (!name_behind(d, at, 6))
		return false;
	say(io, ":%u %u %u", io_be16(io, at + 4), io_be16(io, at), io_be16(io, at + 2));
	return true;
}

static bool txt(struct dns *d, const struct record *r)
{
	struct pio *io = d->io;
	size_t at = r->at, n;

	while (at < r->end) {
		strbuf_mem(io->b, " \"", 2);
		if (!io_has(io, at, 1))
			return false;
		n = io_u8(io, at);
		if (!io_chars(io, at + 1, n))
			return false;
		at += 1 + n;
		strbuf_char(io->b, '"');
	}
	return true;
}

/* RFC 2874: the address's end, then the name of its prefix. */
static bool a6(struct dns *d, size_t at)
{
	struct pio *io = d->io;
	uint8_t addr[16] = { 0 };
	uint32_t bits, bytes;

	if (!io_has(io, at, 1))
		return false;
	bits = io_u8(io, at);
	bytes = bits / 8;
	if (bits > 128) {
		say(io, " %u(bad plen)", bits);
		return true;
	}
	if (bits < 128) {
		io_get(io, addr + bytes, at + 1, sizeof(addr) - bytes);
		say(io, " %u ", bits);
		names_ipv6(io->b, addr);
	}
	return bits == 0 || name_behind(d, at + 1 + sizeof(addr) - bytes, 0);
}

static bool address(struct dns *d, size_t at, size_t n)
{
	struct pio *io = d->io;

	if (!io_has(io, at, n))
		return false;
	strbuf_char(io->b, ' ');
	if (n == 4)
		names_ipv4(io->b, io->data + at);
	else
		names_ipv6(io->b, io->data + at);
	return true;
}

static bool uri(struct dns *d, const struct record *r)
{
	struct pio *io = d->io;
	uint16_t priority = io_be16(io, r->at), weight = io_be16(io, r->at + 2);

	say(io, " %u %u ", priority, weight);
	return io_chars(io, r->at + 4, (size_t)r->len - 4); /* shorter than 4: all that is left, and cut */
}

static bool opt(struct dns *d, const struct record *r)
{
	struct pio *io = d->io;
	const char *lead = " [";
	size_t at = r->at;

	say(io, " UDPsize=%u%s", r->class, r->opt_flags & 0x8000 ? " DO" : "");
	for (; at < r->end; lead = ",") {
		strbuf_str(io->b, lead);
		if (!dns_edns_option(d, &at))
			return false;
	}
	if (*lead == ',')
		strbuf_char(io->b, ']');
	return true;
}

static bool tsig_number(struct pio *io, size_t *at, const char *what, uint16_t *v)
{
	if (!io_has(io, *at, 2))
		return false;
	*v = io_be16(io, *at);
	*at += 2;
	say(io, " %s=%u", what, *v);
	return true;
}

static bool tsig(struct dns *d, size_t at)
{
	struct pio *io = d->io;
	uint16_t v;

	if (!io->set->verbose)
		return true;
	strbuf_char(io->b, ' ');
	if (!dns_name(d, &at, d->base))
		return false;
	at += 6; /* time signed */
	if (!tsig_number(io, &at, "fudge", &v) || !tsig_number(io, &at, "maclen", &v))
		return false;
	at += v;
	return tsig_number(io, &at, "origid", &v) && tsig_number(io, &at, "error", &v) &&
	       tsig_number(io, &at, "otherlen", &v);
}

static bool record_data(struct dns *d, const struct record *r)
{
	switch (r->type) {
	case TYPE_A:
		return address(d, r->at, 4);
	case TYPE_AAAA:
		return address(d, r->at, 16);
	case TYPE_NS:
	case TYPE_CNAME:
	case TYPE_PTR:
	case TYPE_DNAME:
		return name_behind(d, r->at, 0);
	case TYPE_SOA:
		return soa(d, r->at);
	case TYPE_MX:
		return mx(d, r->at);
	case TYPE_TXT:
		return txt(d, r);
	case TYPE_SRV:
		return srv(d, r->at);
	case TYPE_A6:
		return a6(d, r->at);
	case TYPE_URI:
		return uri(d, r);
	case DNS_TYPE_OPT:
		return opt(d, r);
	case TYPE_UNSPECA:
		return io_chars(d->io, r->at, r->len);
	case TYPE_TSIG:
		return tsig(d, r->at);
	default:
		return true;
	}
}

static void time_to_live(struct pio *io, size_t at)
{
	strbuf_mem(io->b, " [", 2);
	io_seconds(io, io_be32(io, at));
	strbuf_char(io->b, ']');
}

bool dns_record(struct dns *d, size_t *at)
{
	struct pio *io = d->io;
	struct record r;
	bool named;

	if (io->set->verbose) {
		strbuf_char(io->b, ' ');
		if (!dns_name(d, at, d->base))
			return false;
		named = true;
	} else {
		named = dns_skip_name(d, at);
	}
	if (!named || !io_has(io, *at, 10)) {
		*at = io->cap;
		return true;
	}
	r = (struct record){ .type = io_be16(io, *at),
			     .class = io_be16(io, *at + 2),
			     .len = io_be16(io, *at + 8) };
	if (r.type == DNS_TYPE_OPT) {
		r.opt_flags = io_be16(io, *at + 6);
	} else {
		if (r.class != 1) {
			strbuf_char(io->b, ' ');
			io_word(io, dns_classes, r.class, "(Class %u)");
		}
		if (io->set->verbose > 2)
			time_to_live(io, *at + 4);
	}
	strbuf_char(io->b, ' ');
	io_word(io, dns_types, r.type, "Type%u");
	r.at = *at + 10;
	*at = r.end = r.at + r.len;
	return io_has(io, r.end, 0) && record_data(d, &r);
}
