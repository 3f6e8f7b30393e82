// SPDX-License-Identifier: BSD-2-Clause
/* PPP, PPPoE, MPLS and GRE headers. */
#include "decode/numbers.h"
#include "print/fmt.h"
#include "print/printing.h"
#include "print/tables.h"

/* PPP as such, PPPoE and PPTP name it themselves; behind an EtherType tcpdump puts a colon. */
static bool by_protocol(const struct printing *c, const struct layer *l)
{
	return l == c->d->layers || l[-1].kind == LAYER_PPPOE || l[-1].kind == LAYER_GRE;
}

enum printed print_ppp(struct printing *c, const struct layer *l, const uint8_t *at)
{
	const char *name;
	uint32_t n = 0;
	uint16_t proto;

	c->proto = "ppp";
	if (c->d->layers == l && l->cap < 4)
		return print_truncated(c);
	if (!by_protocol(c, l))
		put_lit(c->b, ": ");
	if (!c->next || !c->set->link_header)
		return PRINTED;
	if (at[1] == 0x03 && (at[0] == 0xff || at[0] < 2)) {
		n = 2;
		if (at[0] < 2)
			strbuf_str(c->b, at[0] ? "Out " : "In  ");
	}
	proto = at[n] & 1 ? at[n] : get16(at + n);
	name = table_find(table_ppp, proto);
	strbuf_printf(c->b, "%s (0x%04x), length %u", name ? name : "unknown", proto, l->len);
	if (!name)
		return PRINTED_END;
	put_lit(c->b, ": ");
	return PRINTED;
}

enum printed print_ppp_serial(struct printing *c, const struct layer *l, const uint8_t *at)
{
	const char *name = table_find(table_ppp, get16(at + 2));

	c->proto = "ppp_hdlc";
	if (c->set->link_header)
		strbuf_printf(c->b, "%02x %02x %u ", at[0], at[1], l->len);
	if (name)
		strbuf_printf(c->b, "%s: ", name);
	else
		strbuf_printf(c->b, "unknown PPP protocol (0x%04x): ", get16(at + 2));
	return PRINTED;
}

enum printed print_pppoe(struct printing *c, const struct layer *l, const uint8_t *at)
{
	struct strbuf *b = c->b;
	uint32_t len;

	c->proto = "pppoe";
	if (l->len < 6) {
		strbuf_printf(b, " (length %u < 6)", l->len);
		return print_invalid(c);
	}
	if (l->cap < 6)
		return PRINTED_CUT;
	if (at[0] >> 4 != 1)
		strbuf_printf(b, " [ver %u]", at[0] >> 4);
	if ((at[0] & 15) != 1)
		strbuf_printf(b, " [type %u]", at[0] & 15);
	put_lit(b, "PPPoE ");
	len = get16(at + 4);
	if (len > l->len - 6)
		strbuf_printf(b, " [len %u > %u!]", len, l->len - 6);
	if (get16(at + 2))
		strbuf_printf(b, " [ses 0x%x]", get16(at + 2));
	strbuf_char(b, ' ');
	return PRINTED;
}

static const char *label_name(uint32_t label)
{
	static const char *const names[] = { "IPv4 explicit NULL", "router alert", "IPv6 explicit NULL",
					     "implicit NULL" };

	return label < 4 ? names[label] : "rsvd";
}

enum printed print_mpls(struct printing *c, const struct layer *l, const uint8_t *at)
{
	struct strbuf *b = c->b;
	uint32_t n = 0, entry;

	c->proto = "mpls";
	put_lit(b, "MPLS");
	do {
		if (l->len < n + 4) {
			print_invalid(c);
			return l->cap < l->len ? PRINTED_CUT : PRINTED_END;
		}
		if (l->cap < n + 4)
			return PRINTED_CUT;
		entry = get32(at + n);
		strbuf_printf(b, "%s(label %u", n && c->set->verbose ? "\n\t" : " ", entry >> 12);
		if (c->set->verbose && entry >> 12 < 16)
			strbuf_printf(b, " (%s)", label_name(entry >> 12));
		strbuf_printf(b, ", tc %u%s, ttl %u)", entry >> 9 & 7, entry & 0x100 ? ", [S]" : "",
			      entry & 0xff);
		n += 4;
	} while (!(entry & 0x100));
	strbuf_str(b, c->set->verbose ? "\n\t" : " ");
	return PRINTED;
}

static void put_gre_flags(struct strbuf *b, uint16_t flags)
{
	static const struct table_entry names[] = {
		{ GRE_CHECKSUM, "checksum present" },
		{ GRE_ROUTING, "routing present" },
		{ GRE_KEY, "key present" },
		{ GRE_SEQUENCE, "sequence# present" },
		{ GRE_SOURCE_ROUTING, "source routing present" },
		{ GRE_ACK, "ack present" },
	};
	const char *sep = "";

	put_lit(b, ", Flags [");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(flags & names[i].value))
			continue;
		strbuf_printf(b, "%s%s", sep, names[i].name);
		sep = ", ";
	}
	strbuf_str(b, *sep ? "]" : "none]");
}

/* A source route entry's addresses or AS numbers (RFC 1701), each of them size bytes. False where bytes run
 * out. */
static bool put_gre_route(struct printing *c, const uint8_t *p, uint32_t cap, uint32_t len, uint32_t off,
			  uint32_t n, uint32_t size)
{
	struct strbuf *b = c->b;

	if (off & (size - 1)) {
		strbuf_printf(b, ", badoffset=%u", off);
		return true;
	}
	if (n & (size - 1)) {
		strbuf_printf(b, ", badlength=%u", n);
		return true;
	}
	if (off >= n) {
		strbuf_printf(b, ", badoff/len=%u/%u", off, n);
		return true;
	}
	for (uint32_t i = 0; i < n; i += size) {
		char text[16];

		if (cap < i + size || len < i + size)
			return false;
		if (size == 4)
			*fmt_ipv4(text, p + i) = '\0';
		else
			*fmt_x32(text, get16(p + i), 1) = '\0';
		strbuf_printf(b, " %s%s", i == off ? "*" : "", text);
	}
	return true;
}

/* From the first source route entry, n bytes into the header, to the empty one: where that ends, 0 if they
 * are cut. */
static uint32_t put_gre_routes(struct printing *c, const struct layer *l, const uint8_t *at, uint32_t n)
{
	for (;;) {
		uint16_t family;
		uint32_t off, len;
		bool whole = true;

		if (l->cap < n + 4 || l->len < n + 4)
			return 0;
		family = get16(at + n);
		off = at[n + 2];
		len = at[n + 3];
		n += 4;
		if (family == 0 && len == 0)
			return n;
		if (family == 0x0800 || family == 0xfffe) {
			strbuf_str(c->b, family == 0x0800 ? ", (rtaf=ip" : ", (rtaf=asn");
			whole = put_gre_route(c, at + n, l->cap < n ? 0 : l->cap - n, l->len - n, off, len,
					      family == 0x0800 ? 4 : 2);
			strbuf_char(c->b, ')');
		} else {
			strbuf_printf(c->b, ", (rtaf=0x%x)", family);
		}
		if (!whole || l->len - n < len)
			return 0;
		n += len;
	}
}

/* The optional fields; false where bytes run out. *n: where they begin and end. */
static bool put_gre_fields(struct printing *c, const struct layer *l, const uint8_t *at, uint16_t flags,
			   uint32_t *n)
{
	bool v1 = (flags & GRE_VERSION_MASK) == 1;
	uint32_t end = l->cap < l->len ? l->cap : l->len;
	struct strbuf *b = c->b;

	if (!v1 && flags & (GRE_CHECKSUM | GRE_ROUTING)) {
		if (end < *n + 2)
			return false;
		if (c->set->verbose)
			strbuf_printf(b, ", sum 0x%x", get16(at + *n));
		if (end < *n + 4)
			return false;
		strbuf_printf(b, ", off 0x%x", get16(at + *n + 2));
		*n += 4;
	}
	if (flags & GRE_KEY) {
		if (end < *n + 4)
			return false;
		if (v1)
			strbuf_printf(b, ", call %u", get32(at + *n) & 0xffff);
		else
			strbuf_printf(b, ", key=0x%x", get32(at + *n));
		*n += 4;
	}
	if (flags & GRE_SEQUENCE) {
		if (end < *n + 4)
			return false;
		strbuf_printf(b, ", seq %u", get32(at + *n));
		*n += 4;
	}
	if (v1 && flags & GRE_ACK) {
		if (end < *n + 4)
			return false;
		strbuf_printf(b, ", ack %u", get32(at + *n));
		*n += 4;
	}
	return true;
}

enum printed print_gre(struct printing *c, const struct layer *l, const uint8_t *at)
{
	struct strbuf *b = c->b;
	uint32_t n = 4;
	uint16_t flags;
	const char *name;

	c->proto = "gre";
	if (l->cap < 2 || l->len < 2)
		return print_truncated(c);
	flags = get16(at);
	strbuf_printf(b, "GREv%u", flags & GRE_VERSION_MASK);
	if (c->set->verbose)
		put_gre_flags(b, flags);
	if (l->cap < 4 || l->len < 4 || !put_gre_fields(c, l, at, flags, &n))
		return print_truncated(c);
	if ((flags & GRE_VERSION_MASK) == 0 && flags & GRE_ROUTING && !(n = put_gre_routes(c, l, at, n)))
		return print_truncated(c);
	if (c->set->link_header) {
		name = table_find(table_ethertypes, get16(at + 2));
		strbuf_printf(b, ", proto %s (0x%04x)", name ? name : "unknown", get16(at + 2));
	}
	strbuf_printf(b, ", length %u", l->len);
	strbuf_str(b, c->set->verbose ? "\n\t" : ": ");
	return PRINTED;
}
