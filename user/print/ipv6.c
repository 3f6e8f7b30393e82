// SPDX-License-Identifier: BSD-2-Clause
/* The IPv6 header, its extension headers (RFC 8200, 8754, 6275, 2675) and AH (RFC 4302). */
#include "decode/numbers.h"
#include "print/printing.h"
#include "print/tables.h"

static void put_verbose(struct printing *c, const uint8_t *at)
{
	uint32_t flow = get32(at);
	const char *name = table_find(table_ip_protos, at[6]);
	struct strbuf *b = c->b;

	strbuf_char(b, '(');
	if (flow & 0x0ff00000) {
		put_lit(b, "class ");
		put_x32(b, (flow & 0x0ff00000) >> 20, 2);
		put_lit(b, ", ");
	}
	if (flow & 0x000fffff) {
		put_lit(b, "flowlabel ");
		put_x32(b, flow & 0x000fffff, 5);
		put_lit(b, ", ");
	}
	put_lit(b, "hlim ");
	put_u32(b, at[7]);
	put_lit(b, ", next-header ");
	strbuf_str(b, name ? name : "unknown");
	put_lit(b, " (");
	put_u32(b, at[6]);
	put_lit(b, ") payload length: ");
	put_u32(b, get16(at + 4));
	put_lit(b, ") ");
}

enum printed print_ipv6(struct printing *c, const struct layer *l, const uint8_t *at)
{
	struct strbuf *b = c->b;
	uint32_t len;

	c->proto = "ip6";
	if (l->cap < 40)
		return print_truncated(c);
	if (l->len < 40) {
		strbuf_printf(b, "truncated-ip6 %u", l->len);
		return PRINTED_END;
	}
	if (!c->set->link_header)
		put_lit(b, "IP6 ");
	if (at[0] >> 4 != 6) {
		strbuf_printf(b, "version error: %u != 6", at[0] >> 4);
		return PRINTED_END;
	}
	len = get16(at + 4);
	if (len && l->len < len + 40)
		strbuf_printf(b, "truncated-ip6 - %u bytes missing!", len + 40 - l->len);
	len = len ? len + 40 : l->len + 40;
	c->ip = at;
	c->ip_cap = l->cap < len ? l->cap : len;
	c->v6 = true;
	c->fragmented = false;
	c->v6_hop_by_hop = false;
	c->v6_first = true;
	c->v6_len = l->len;
	c->v6_jumbo = 0;
	if (c->set->verbose)
		put_verbose(c, at);
	if (at[6] != PROTO_TCP && at[6] != PROTO_UDP && at[6] != PROTO_SCTP && at[6] != PROTO_DCCP) {
		print_hosts(c);
		put_lit(b, ": ");
	}
	return PRINTED;
}

enum printed print_ipv6_short(struct printing *c, const struct layer *l, const uint8_t *at)
{
	c->proto = "ip6";
	return print_truncated(c);
}

#define OPT_PAD1 0x00
#define OPT_PADN 0x01
#define OPT_ROUTER_ALERT 0x05
#define OPT_JUMBO 0xc2
#define OPT_HOME_ADDRESS 0xc9

/* Options inside the home address option. */
static bool put_sub_options(struct strbuf *b, const uint8_t *o, uint32_t n)
{
	for (uint32_t i = 0, len; i < n; i += len) {
		if (o[i] != OPT_PAD1 && i + 1 >= n)
			return false;
		len = o[i] == OPT_PAD1 ? 1 : o[i + 1] + 2u;
		if (len > n - i)
			return false;
		if (o[i] == OPT_PAD1)
			put_lit(b, ", pad1");
		else if (o[i] == OPT_PADN)
			put_lit(b, ", padn");
		else
			strbuf_printf(b, ", sopt_type 0x%02x: len=%u", o[i], o[i + 1]);
	}
	return true;
}

static bool put_home_address(struct printing *c, const uint8_t *o, uint32_t left)
{
	if (left < 18) {
		put_lit(c->b, "(homeaddr: trunc)");
		return false;
	}
	if (o[1] < 16) {
		strbuf_printf(c->b, "(homeaddr: invalid len %u)", o[1]);
		return false;
	}
	if (!c->set->verbose)
		return true;
	put_lit(c->b, "(homeaddr: ");
	print_host(c, true, o + 2);
	if (o[1] > 16 && !put_sub_options(c->b, o + 18, o[1] - 16u))
		return false;
	strbuf_char(c->b, ')');
	return true;
}

/* *jumbo: what was found before in this header, UINT32_MAX for nothing; hop_by_hop: it may be meant. */
static bool put_jumbo(struct printing *c, const uint8_t *o, uint32_t left, uint32_t *jumbo, bool hop_by_hop)
{
	const char *why = "";
	uint32_t len;

	if (left < 6) {
		put_lit(c->b, "(jumbo: trunc)");
		return false;
	}
	if (o[1] != 4) {
		strbuf_printf(c->b, "(jumbo: invalid len %u)", o[1]);
		return false;
	}
	len = get32(o + 2);
	if (*jumbo != UINT32_MAX) {
		why = " - already seen";
	} else if (!hop_by_hop) {
		why = " - not a hop-by-hop option";
	} else if (get16(c->ip + 4)) {
		why = " - payload len != 0";
	} else if (len < 65536) {
		why = " - < 65536";
	} else {
		c->v6_jumbo = len;
	}
	*jumbo = len;
	if (c->set->verbose)
		strbuf_printf(c->b, "(jumbo: %u%s) ", len, why);
	return true;
}

/* One option of a hop-by-hop or destination header, left bytes to the header's end; false if it is malformed.
 */
static bool put_option(struct printing *c, const uint8_t *o, uint32_t left, uint32_t *jumbo, bool hop_by_hop)
{
	bool verbose = c->set->verbose;

	switch (o[0]) {
	case OPT_PAD1:
		if (verbose)
			put_lit(c->b, "(pad1)");
		return true;
	case OPT_PADN:
		if (verbose)
			put_lit(c->b, "(padn)");
		return true;
	case OPT_ROUTER_ALERT:
		if (left < 4) {
			put_lit(c->b, "(rtalert: trunc)");
			return false;
		}
		if (o[1] != 2) {
			strbuf_printf(c->b, "(rtalert: invalid len %u)", o[1]);
			return false;
		}
		if (verbose)
			strbuf_printf(c->b, "(rtalert: 0x%04x) ", get16(o + 2));
		return true;
	case OPT_JUMBO:
		return put_jumbo(c, o, left, jumbo, hop_by_hop);
	case OPT_HOME_ADDRESS:
		return put_home_address(c, o, left);
	default:
		if (verbose)
			strbuf_printf(c->b, "(opt_type 0x%02x: len=%u)", o[0], o[1]);
		return true;
	}
}

/* All n bytes are captured. */
static bool put_options(struct printing *c, const uint8_t *o, uint32_t n, bool hop_by_hop)
{
	uint32_t jumbo = UINT32_MAX;

	for (uint32_t i = 0, len; i < n; i += len) {
		if (o[i] != OPT_PAD1 && i + 1 >= n)
			return false;
		len = o[i] == OPT_PAD1 ? 1 : o[i + 1] + 2u;
		if (len > n - i || !put_option(c, o + i, n - i, &jumbo, hop_by_hop))
			return false;
	}
	if (c->set->verbose)
		strbuf_char(c->b, ' ');
	return true;
}

static enum printed hop_by_hop(struct printing *c, const struct layer *l, const uint8_t *at)
{
	bool whole;

	if (c->v6_hop_by_hop) {
		put_lit(c->b, "[The Hop-by-Hop Options header was already found]");
		return print_invalid(c);
	}
	if (!c->v6_first) {
		put_lit(c->b, "[The Hop-by-Hop Options header don't follow the IPv6 header]");
		return print_invalid(c);
	}
	c->proto = "hbhopt";
	if (l->cap < 2)
		return PRINTED_CUT;
	whole = l->cap >= (at[1] + 1u) * 8;
	if (whole)
		put_lit(c->b, "HBH ");
	if (!whole || !put_options(c, at + 2, at[1] * 8u + 6, true)) {
		print_truncated(c);
		whole = false;
	}
	if (get16(c->ip + 4) == 0 && !c->v6_jumbo) {
		put_lit(c->b, "[No valid Jumbo Payload Hop-by-Hop option found]");
		return print_invalid(c);
	}
	c->v6_hop_by_hop = true;
	return whole ? PRINTED : PRINTED_END;
}

static enum printed destination(struct printing *c, const struct layer *l, const uint8_t *at)
{
	c->proto = "dstopt";
	if (l->cap < 2)
		return PRINTED_CUT;
	if (l->cap < (at[1] + 1u) * 8)
		return print_truncated(c);
	put_lit(c->b, "DSTOPT ");
	if (c->set->verbose && !put_options(c, at + 2, at[1] * 8u + 6, false))
		return print_truncated(c);
	return PRINTED;
}

static enum printed fragment(struct printing *c, const struct layer *l, const uint8_t *at)
{
	uint64_t rest;

	c->proto = "frag6";
	if (l->cap < (c->set->verbose ? 8u : 4u))
		return PRINTED_CUT;
	rest = 40ull + get16(c->ip + 4) - (uint64_t)(at - c->ip) - 8;
	put_lit(c->b, "frag (");
	if (c->set->verbose)
		strbuf_printf(c->b, "0x%08x:", get32(at + 4));
	strbuf_printf(c->b, "%u|%llu)", get16(at + 2) & 0xfff8u, (unsigned long long)rest);
	if (get16(at + 2) & 0xfff8)
		return PRINTED_END;
	strbuf_char(c->b, ' ');
	c->fragmented = true;
	return l->cap <= 8 ? PRINTED_END : PRINTED;
}

/* The addresses of a routing header, n of them from p on, cap bytes captured from p. */
static bool put_addresses(struct printing *c, const uint8_t *p, uint32_t n, uint32_t cap)
{
	for (uint32_t i = 0; i < n; i++) {
		if (cap < 16 * (i + 1))
			return false;
		strbuf_printf(c->b, ", [%u]", i);
		print_host(c, true, p + 16 * i);
	}
	return true;
}

static enum printed routing(struct printing *c, const struct layer *l, const uint8_t *at)
{
	struct strbuf *b = c->b;
	uint32_t n = at[1];

	c->proto = "rt6";
	put_lit(b, "RT6");
	if (l->cap < 2)
		return PRINTED_CUT;
	strbuf_printf(b, " (len=%u", n);
	if (l->cap < 3)
		return PRINTED_CUT;
	strbuf_printf(b, ", type=%u%s", at[2], at[2] == 0 ? " [Deprecated]" : "");
	if (l->cap < 4)
		return PRINTED_CUT;
	strbuf_printf(b, ", segleft=%u", at[3]);
	if (at[2] == 0 || at[2] == 2) {
		if (l->cap < 8)
			return PRINTED_CUT;
		if (get32(at + 4) || c->set->verbose)
			strbuf_printf(b, ", rsv=0x%0x", get32(at + 4));
	} else if (at[2] == 4) {
		if (l->cap < 5)
			return PRINTED_CUT;
		strbuf_printf(b, ", last-entry=%u", at[4]);
		if (l->cap < 6)
			return PRINTED_CUT;
		if (at[5] || c->set->verbose)
			strbuf_printf(b, ", flags=0x%0x", at[5]);
		if (l->cap < 8)
			return PRINTED_CUT;
		strbuf_printf(b, ", tag=%x", get16(at + 6));
	} else {
		put_lit(b, " (unknown type)");
		return print_invalid(c);
	}
	if (n % 2) {
		strbuf_printf(b, " (invalid length %u)", n);
		return print_invalid(c);
	}
	if (!put_addresses(c, at + 8, n / 2, l->cap - 8))
		return PRINTED_CUT;
	put_lit(b, ") ");
	return PRINTED;
}

/* A header that AH carries: to tcpdump, AH ends the chain. */
static enum printed behind_ah(struct printing *c, const struct layer *l)
{
	const char *name = c->set->numeric ? NULL : table_ip_proto_name(l->proto);

	if (name)
		strbuf_printf(c->b, " %s %u", name, l->len);
	else
		strbuf_printf(c->b, " ip-proto-%u %u", l->proto, l->len);
	return PRINTED_END;
}

enum printed print_ipv6_ext(struct printing *c, const struct layer *l, const uint8_t *at)
{
	enum printed r;

	if (l > c->d->layers && l[-1].kind == LAYER_AH)
		return behind_ah(c, l);
	switch (l->proto) {
	case PROTO_HOPOPTS:
		r = hop_by_hop(c, l, at);
		break;
	case PROTO_DSTOPTS:
		r = destination(c, l, at);
		break;
	case PROTO_FRAGMENT:
		r = fragment(c, l, at);
		break;
	case PROTO_MOBILITY:
		r = print_mobility(c, l, at);
		break;
	default:
		if (l->cap < 1)
			return print_truncated(c);
		r = routing(c, l, at);
		break;
	}
	c->v6_first = false;
	if (r == PRINTED)
		c->proto = "ip6";
	if (r == PRINTED && c->v6_jumbo && c->next && c->next->kind != LAYER_IPV6_EXT &&
	    c->next->kind != LAYER_IPV6_SHORT && c->v6_len < c->v6_jumbo + 40)
		strbuf_printf(c->b, "truncated-ip6 - %u bytes missing!", c->v6_jumbo + 40 - c->v6_len);
	return r;
}

enum printed print_ah(struct printing *c, const struct layer *l, const uint8_t *at)
{
	struct strbuf *b = c->b;
	uint32_t n;

	c->proto = "ah";
	if (l->cap < 1)
		return print_truncated(c);
	put_lit(b, "AH");
	if (l->cap < 2)
		return PRINTED_CUT;
	n = (at[1] + 2u) * 4;
	strbuf_char(b, '(');
	if (c->set->verbose)
		strbuf_printf(b, "length=%u(%u-bytes),", at[1], n);
	if (l->cap < 4)
		return PRINTED_CUT;
	if (get16(at + 2))
		strbuf_printf(b, "reserved=0x%x[MustBeZero],", get16(at + 2));
	if (l->cap < 8)
		return PRINTED_CUT;
	strbuf_printf(b, "spi=0x%08x,", get32(at + 4));
	if (l->cap < 12)
		return PRINTED_CUT;
	strbuf_printf(b, "seq=0x%x,icv=0x", get32(at + 8));
	for (uint32_t i = 12; i < n; i++) {
		if (i >= l->cap)
			return PRINTED_CUT;
		strbuf_hex(b, at[i], 2);
	}
	put_lit(b, "): ");
	return PRINTED;
}
