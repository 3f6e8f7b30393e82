// SPDX-License-Identifier: BSD-2-Clause
/* The options of an OPT record (RFC 6891, 6.1.2). */
#include "print/payload_dns.h"

#include "print/names.h"

enum {
	OPTION_DAU = 5,
	OPTION_DHU = 6,
	OPTION_N3U = 7,
	OPTION_ECS = 8,
	OPTION_EXPIRE = 9,
	OPTION_COOKIE = 10,
	OPTION_KEEPALIVE = 11,
	OPTION_PADDING = 12,
	OPTION_CHAIN = 13,
	OPTION_KEYTAG = 14
};

static const struct word option_words[] = {
	{ 1, "LLQ" },	   { 2, "UL" },		 { 3, "NSID" },	       { 5, "DAU" },
	{ 6, "DHU" },	   { 7, "N3U" },	 { 8, "ECS" },	       { 9, "EXPIRE" },
	{ 10, "COOKIE" },  { 11, "KEEPALIVE" },	 { 12, "PADDING" },    { 13, "CHAIN" },
	{ 14, "KEY-TAG" }, { 16, "CLIENT-TAG" }, { 17, "SERVER-TAG" }, { 0, NULL },
};

static const struct word signature_words[] = {
	{ 0, "DELETE" },
	{ 1, "RSAMD5" },
	{ 2, "DH" },
	{ 3, "DS" },
	{ 5, "RSASHA1" },
	{ 6, "DSA-NSEC3-SHA1" },
	{ 7, "RSASHA1-NSEC3-SHA1" },
	{ 8, "RSASHA256" },
	{ 10, "RSASHA512" },
	{ 12, "ECC-GOST" },
	{ 13, "ECDSAP256SHA256" },
	{ 14, "ECDSAP384SHA384" },
	{ 15, "ED25519" },
	{ 16, "ED448" },
	{ 252, "INDIRECT" },
	{ 253, "PRIVATEDNS" },
	{ 254, "PRIVATEOID" },
	{ 0, NULL },
};

static const struct word digest_words[] = {
	{ 1, "SHA-1" }, { 2, "SHA-256" }, { 3, "GOST_R_34.11-94" }, { 4, "SHA-384" }, { 0, NULL },
};

static const struct word hash_words[] = { { 1, "SHA-1" }, { 0, NULL } };

/* Client subnet (RFC 7871): the address without its trailing zeros. */
static void client_subnet(struct pio *io, size_t at, uint32_t n)
{
	uint32_t family, source, scope, bits;
	uint8_t addr[16] = { 0 };

	if (n < 4) {
		io_invalid(io);
		return;
	}
	family = io_be16(io, at);
	source = io_u8(io, at + 2);
	scope = io_u8(io, at + 3);
	bits = family == 1 ? 32 : family == 2 ? 128 : 0;
	n -= 4;
	if (!bits || n > bits / 8 || source > bits || scope > bits || (source + 7) / 8 != n) {
		io_invalid(io);
		return;
	}
	io_get(io, addr, at + 4, n);
	if (bits == 32)
		names_ipv4(io->b, addr);
	else
		names_ipv6(io->b, addr);
	say(io, "/%u/%u", source, scope);
}

static void bytes(struct pio *io, size_t at, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		strbuf_hex(io->b, io_u8(io, at + i), 2);
}

static void cookie(struct pio *io, size_t at, uint32_t n)
{
	if (n < 8 || (n > 8 && n < 16) || n > 40) {
		io_invalid(io);
		return;
	}
	bytes(io, at, 8);
	if (n > 8)
		strbuf_char(io->b, ' ');
	bytes(io, at + 8, n - 8);
}

static void algorithms(struct pio *io, size_t at, uint32_t n, const struct word *words)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		if (i)
			strbuf_char(io->b, ' ');
		io_word(io, words, io_u8(io, at + i), "Alg_%u");
	}
}

static void key_tags(struct pio *io, size_t at, uint32_t n)
{
	uint32_t i;

	if (n % 2) {
		io_invalid(io);
		return;
	}
	for (i = 0; i < n; i += 2)
		say(io, "%s%u", i ? " " : "", io_be16(io, at + i));
}

static void seconds(struct pio *io, size_t at, uint32_t n, uint32_t want)
{
	uint32_t v;

	if (n != want) {
		io_invalid(io);
		return;
	}
	if (n == 4) {
		say(io, "%u sec", io_be32(io, at));
		return;
	}
	v = io_be16(io, at); /* tenths */
	say(io, "%u.%u sec", v / 10, v % 10);
}

static void option_data(struct dns *d, uint16_t option, size_t at, uint32_t n)
{
	struct pio *io = d->io;

	switch (option) {
	case OPTION_ECS:
		client_subnet(io, at, n);
		break;
	case OPTION_COOKIE:
		cookie(io, at, n);
		break;
	case OPTION_KEEPALIVE:
		seconds(io, at, n, 2);
		break;
	case OPTION_EXPIRE:
		seconds(io, at, n, 4);
		break;
	case OPTION_PADDING:
		say(io, "(%u)", n);
		break;
	case OPTION_KEYTAG:
		key_tags(io, at, n);
		break;
	case OPTION_DAU:
		algorithms(io, at, n, signature_words);
		break;
	case OPTION_DHU:
		algorithms(io, at, n, digest_words);
		break;
	case OPTION_N3U:
		algorithms(io, at, n, hash_words);
		break;
	case OPTION_CHAIN:
		dns_name(d, &at, at + n); /* tcpdump counts pointers from the option's end */
		break;
	default:
		bytes(io, at, n);
		break;
	}
}

bool dns_edns_option(struct dns *d, size_t *at)
{
	struct pio *io = d->io;
	uint16_t option, n;

	if (!io_has(io, *at, 2))
		return false;
	option = io_be16(io, *at);
	io_word(io, option_words, option, "Opt%u");
	if (!io_has(io, *at + 2, 2))
		return false;
	n = io_be16(io, *at + 2);
	*at += 4;
	if (!io_has(io, *at, n))
		return false;
	if (n) {
		strbuf_char(io->b, ' ');
		option_data(d, option, *at, n);
	}
	*at += n;
	return true;
}
