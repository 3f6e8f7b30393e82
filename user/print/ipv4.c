// SPDX-License-Identifier: BSD-2-Clause
/* The IPv4 header (RFC 791, 3168) and its options. */
#include "decode/checksum.h"
#include "decode/numbers.h"
#include "print/fmt.h"
#include "print/printing.h"
#include "print/tables.h"

#define OPT_EOL 0
#define OPT_NOP 1
#define OPT_RECORD_ROUTE 7
#define OPT_TIMESTAMP 68
#define OPT_LOOSE_ROUTE 131
#define OPT_STRICT_ROUTE 137
#define OPT_ROUTER_ALERT 148

static const char *const flags[8] = {
	"none", "+", "DF", "+, DF", "rsvd", "+, rsvd", "DF, rsvd", "+, DF, rsvd"
};
static const char *const ecn[4] = { "", ",ECT(1)", ",ECT(0)", ",CE" };

/* Loose, strict and recorded routes: a comma stands behind the hops that were passed. False where bytes run
 * out: an entry may reach beyond its option. */
static bool put_route(struct printing *c, const uint8_t *o, uint32_t n, uint32_t cap)
{
	struct strbuf *b = c->b;
	uint32_t pointer;

	if (n < 3) {
		strbuf_printf(b, " [bad length %u]", n);
		return true;
	}
	if ((n + 1) & 3)
		strbuf_printf(b, " [bad length %u]", n);
	pointer = o[2] - 1u;
	if (pointer < 3 || (pointer + 1) & 3 || pointer > n + 1)
		strbuf_printf(b, " [bad ptr %u]", o[2]);
	for (uint32_t i = 3; i < n; i += 4) {
		if (cap < i + 4)
			return false;
		strbuf_char(b, ' ');
		print_host(c, false, o + i);
		if (pointer > i)
			strbuf_char(b, ',');
	}
	return true;
}

/* RFC 781. n ≥ 4; false as in put_route. */
static bool put_timestamps(struct printing *c, const uint8_t *o, uint32_t n, uint32_t cap)
{
	static const char *const kinds[16] = { "TSONLY", "TS+ADDR", [3] = "PRESPEC" };
	const char *mark = " ", *kind = kinds[o[3] & 15];
	uint32_t i = 0, pointer = o[2] - 1u, hop = (o[3] & 15) != 0 ? 8 : 4;
	struct strbuf *b = c->b;

	put_lit(b, " TS{");
	if ((n - 4) & (hop - 1))
		strbuf_printf(b, "[bad length %u]", n);
	if (pointer < 4 || (pointer - 4) & (hop - 1) || pointer > n + 1)
		strbuf_printf(b, "[bad ptr %u]", o[2]);
	if (kind)
		strbuf_str(b, kind);
	else
		strbuf_printf(b, "[bad ts type %u]", o[3] & 15u);
	for (i = kind ? 4 : 0; kind && i < n; i += hop) {
		if (pointer == i)
			mark = " ^ ";
		if (cap < i + hop)
			return false;
		strbuf_printf(b, "%s%u@", mark, get32(o + i + hop - 4));
		if (hop == 8)
			print_host(c, false, o + i);
		mark = " ";
	}
	if (pointer == i)
		put_lit(b, " ^ ");
	if (o[3] >> 4)
		strbuf_printf(b, " [%u hops not recorded]} ", o[3] >> 4);
	else
		strbuf_char(b, '}');
	return true;
}

static const char *option_name(uint8_t kind)
{
	switch (kind) {
	case OPT_EOL:
		return "EOL";
	case OPT_NOP:
		return "NOP";
	case OPT_TIMESTAMP:
		return "timestamp";
	case 130:
		return "security";
	case OPT_RECORD_ROUTE:
		return "RR";
	case OPT_STRICT_ROUTE:
		return "SSRR";
	case OPT_LOOSE_ROUTE:
		return "LSRR";
	case OPT_ROUTER_ALERT:
		return "RA";
	case 82:
		return "traceroute";
	default:
		return NULL;
	}
}

static bool put_option(struct printing *c, const uint8_t *o, uint32_t n, uint32_t cap)
{
	switch (o[0]) {
	case OPT_TIMESTAMP:
		if (n >= 4)
			return put_timestamps(c, o, n, cap);
		strbuf_printf(c->b, "[bad length %u]", n);
		return true;
	case OPT_RECORD_ROUTE:
	case OPT_STRICT_ROUTE:
	case OPT_LOOSE_ROUTE:
		return put_route(c, o, n, cap);
	case OPT_ROUTER_ALERT:
		if (n < 4)
			strbuf_printf(c->b, " [bad length %u]", n);
		else if (get16(o + 2))
			strbuf_printf(c->b, " value %u", get16(o + 2));
		return true;
	default:
		return true;
	}
}

/* n bytes of options, cap of them captured. PRINTED_END: the rest of the packet is left alone. */
static enum printed put_options(struct printing *c, const uint8_t *o, uint32_t n, uint32_t cap)
{
	const char *sep = "";

	for (uint32_t i = 0, len; i < n; i += len) {
		const char *name;

		strbuf_str(c->b, sep);
		sep = ",";
		if (i >= cap)
			return PRINTED_CUT;
		name = option_name(o[i]);
		if (name)
			strbuf_str(c->b, name);
		else
			strbuf_printf(c->b, "unknown %u", o[i]);
		len = 1;
		if (o[i] != OPT_EOL && o[i] != OPT_NOP) {
			if (i + 1 >= cap)
				return PRINTED_CUT;
			len = o[i + 1];
		}
		if (len < (o[i] == OPT_EOL || o[i] == OPT_NOP ? 1u : 2u) || len > n - i) {
			strbuf_printf(c->b, " [bad length %u]", len);
			return PRINTED;
		}
		if (len > cap - i || !put_option(c, o + i, len, cap - i))
			return PRINTED_END;
		if (o[i] == OPT_EOL)
			break;
	}
	return PRINTED;
}

static void put_bad_checksum(struct strbuf *b, uint16_t is, uint16_t wanted)
{
	put_lit(b, ", bad cksum ");
	strbuf_hex(b, is, 1);
	put_lit(b, " (->");
	strbuf_hex(b, wanted, 1);
	put_lit(b, ")!");
}

/* The parenthesis of -v. cap: within the packet's own length. */
static enum printed put_verbose(struct printing *c, const uint8_t *at, uint32_t hdr_len, uint32_t cap)
{
	enum printed r = PRINTED;
	uint16_t frag = get16(at + 6);
	const char *name = table_find(table_ip_protos, at[9]);
	struct strbuf *b = c->b;

	put_lit(b, "(tos ");
	put_x32(b, at[1], 1);
	strbuf_str(b, ecn[at[1] & 3]);
	if (at[8]) {
		put_lit(b, ", ttl ");
		put_u32(b, at[8]);
	}
	put_lit(b, ", id ");
	put_u32(b, get16(at + 4));
	put_lit(b, ", offset ");
	put_u32(b, (frag & IPV4_OFFSET_MASK) * 8u);
	put_lit(b, ", flags [");
	strbuf_str(b, flags[frag >> 13]);
	put_lit(b, "], proto ");
	strbuf_str(b, name ? name : "unknown");
	put_lit(b, " (");
	put_u32(b, at[9]);
	put_lit(b, "), length ");
	put_u32(b, get16(at + 2));
	if (hdr_len > 20) {
		put_lit(b, ", options (");
		r = put_options(c, at + 20, hdr_len - 20, cap - 20);
		if (r == PRINTED_CUT)
			return r;
		if (r == PRINTED_END)
			put_lit(b, " [truncated-option]");
		strbuf_char(b, ')');
	}
	if (!c->set->no_checksum && hdr_len <= cap) {
		uint16_t sum = checksum_fold(checksum_add(0, at, hdr_len));

		if (sum != 0xffff)
			put_bad_checksum(b, get16(at + 10), checksum_wanted(get16(at + 10), sum));
	}
	put_lit(b, ")\n    ");
	if (r == PRINTED_END) {
		print_hosts(c);
		put_lit(b, ": ");
		print_truncated(c);
	}
	return r;
}

/* Lengths that do not fit; false where nothing more can be said. */
static bool lengths_fit(struct printing *c, const struct layer *l, const uint8_t *at, uint32_t hdr_len,
			uint32_t len)
{
	struct strbuf *b = c->b;

	if (l->len < 20) {
		strbuf_printf(b, "truncated-ip %u", l->len);
		return false;
	}
	if (hdr_len < 20) {
		strbuf_printf(b, "bad-hlen %u", hdr_len);
		return false;
	}
	if (l->len < len)
		strbuf_printf(b, "truncated-ip - %u bytes missing! ", len - l->len);
	if (len < hdr_len) {
		strbuf_printf(b, "bad-len %u", len);
		return false;
	}
	return true;
}

static void set_ip(struct printing *c, const uint8_t *at, uint32_t cap)
{
	c->ip = at;
	c->ip_cap = cap;
	c->v6 = false;
	c->v6_jumbo = 0;
}

static enum printed later_fragment(struct printing *c, uint8_t proto)
{
	const char *name = c->set->numeric ? NULL : table_ip_proto_name(proto);

	if (c->set->quick > 1)
		return PRINTED_END;
	print_hosts(c);
	if (name)
		strbuf_printf(c->b, ": %s", name);
	else
		strbuf_printf(c->b, ": ip-proto-%u", proto);
	return PRINTED_END;
}

enum printed print_ipv4(struct printing *c, const struct layer *l, const uint8_t *at)
{
	uint32_t hdr_len, len, cap;
	enum printed r;
	uint16_t frag;

	c->proto = "ip";
	if (l->cap < 1)
		return PRINTED_CUT;
	if (!c->set->link_header)
		put_lit(c->b, "IP ");
	if (l->cap < 20)
		return print_truncated(c);
	hdr_len = (at[0] & 15u) * 4;
	len = get16(at + 2);
	if (!lengths_fit(c, l, at, hdr_len, len))
		return PRINTED_END;
	cap = l->cap < len ? l->cap : len;
	set_ip(c, at, cap);
	if (c->set->verbose && (r = put_verbose(c, at, hdr_len, cap)) != PRINTED)
		return r;
	frag = get16(at + 6);
	if (frag & IPV4_OFFSET_MASK)
		return later_fragment(c, at[9]);
	c->fragmented = frag & IPV4_FLAG_MF;
	if (at[9] != PROTO_TCP && at[9] != PROTO_UDP && at[9] != PROTO_SCTP && at[9] != PROTO_DCCP) {
		print_hosts(c);
		put_lit(c->b, ": ");
	}
	if (cap < hdr_len) {
		strbuf_printf(c->b, " [remaining caplen(%u) < header length(%u)]", cap, hdr_len);
		return PRINTED_CUT;
	}
	return PRINTED;
}
