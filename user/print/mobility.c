// SPDX-License-Identifier: BSD-2-Clause
/* The IPv6 mobility header (RFC 6275); tcpdump reads nothing behind it. */
#include "print/printing.h"

enum { BRR, HOTI, COTI, HOT, COT, BU, BA, BE, KINDS };

static const char *const names[KINDS] = { "BRR", "HoTI", "CoTI", "HoT", "CoT", "BU", "BA", "BE" };
static const uint8_t least[KINDS] = { 8, 16, 16, 24, 24, 12, 12, 24 }; /* bytes */

/* What an option needs to be read, and what stands in its place if its header ends before. */
static const struct {
	uint8_t len;
	const char *short_text;
} options[6] = {
	[2] = { 4, "(refresh: trunc)" },
	[3] = { 18, "(altcoa: trunc)" },
	[4] = { 6, "(ni: trunc)" },
	[5] = { 12, "(auth: trunc)" },
};

/* An option whose kind byte is at o, left bytes to the header's end, cap captured. PRINTED: whole. */
static enum printed put_option(struct printing *c, const uint8_t *o, uint32_t left, uint32_t cap)
{
	struct strbuf *b = c->b;
	uint8_t kind = o[0];

	if (kind < 6 && left < options[kind].len) {
		strbuf_str(b, options[kind].short_text);
		return PRINTED_END;
	}
	if (kind < 5 && cap < options[kind].len)
		return PRINTED_CUT;
	switch (kind) {
	case 0:
		put_lit(b, "(pad1)");
		break;
	case 1:
		put_lit(b, "(padn)");
		break;
	case 2:
		strbuf_printf(b, "(refresh: %u)", get16(o + 2) << 2); /* in units of four seconds */
		break;
	case 3:
		put_lit(b, "(alt-CoA: ");
		print_host(c, true, o + 2);
		strbuf_char(b, ')');
		break;
	case 4:
		strbuf_printf(b, "(ni: ho=0x%04x co=0x%04x)", get16(o + 2), get16(o + 4));
		break;
	case 5:
		put_lit(b, "(auth)");
		break;
	default:
		strbuf_printf(b, "(type-0x%02x: len=%u)", kind, o[1]);
		break;
	}
	return PRINTED;
}

static enum printed put_options(struct printing *c, const uint8_t *o, uint32_t n, uint32_t cap)
{
	for (uint32_t i = 0, len; i < n; i += len) {
		enum printed r;

		if (i >= cap)
			return PRINTED_CUT;
		if (o[i] && i + 1 >= n)
			return PRINTED_END;
		if (o[i] && i + 1 >= cap)
			return PRINTED_CUT;
		len = o[i] ? o[i + 1] + 2u : 1;
		if (len > n - i || i + len >= cap) /* a byte behind it must be there, too */
			return PRINTED_END;
		r = put_option(c, o + i, n - i, cap - i);
		if (r != PRINTED)
			return r;
	}
	return PRINTED;
}

/* Cookies and tokens of the four test messages. *n: where the options begin. */
static enum printed put_test(struct printing *c, const struct layer *l, const uint8_t *at, uint8_t kind)
{
	const char *whose = kind == HOTI || kind == HOT ? "Home" : "Care-of";
	bool answer = kind == HOT || kind == COT;

	if (answer)
		strbuf_printf(c->b, " nonce id=0x%x", get16(at + 6));
	if (!c->set->verbose)
		return PRINTED;
	if (l->cap < 16)
		return PRINTED_CUT;
	strbuf_printf(c->b, " %s Init Cookie=%08x:%08x", whose, get32(at + 8), get32(at + 12));
	if (!answer)
		return PRINTED;
	if (l->cap < 24)
		return PRINTED_CUT;
	strbuf_printf(c->b, " %s Keygen Token=%08x:%08x", whose, get32(at + 16), get32(at + 20));
	return PRINTED;
}

static enum printed put_update(struct printing *c, const struct layer *l, const uint8_t *at)
{
	static const char letters[4] = { 'K', 'L', 'H', 'A' };
	struct strbuf *b = c->b;

	strbuf_printf(b, " seq#=%u", get16(at + 6));
	if (l->cap < 10)
		return PRINTED_END;
	if (at[8] & 0xf0)
		strbuf_char(b, ' ');
	for (int bit = 3; bit >= 0; bit--)
		if (at[8] & 0x10 << bit)
			strbuf_char(b, letters[bit]);
	if (l->cap < 12)
		return PRINTED_CUT;
	strbuf_printf(b, " lifetime=%u", get16(at + 10) << 2);
	return PRINTED;
}

static enum printed put_ack(struct printing *c, const struct layer *l, const uint8_t *at)
{
	strbuf_printf(c->b, " status=%u", at[6]);
	if (l->cap < 8)
		return PRINTED_CUT;
	if (at[7] & 0x80)
		put_lit(c->b, " K");
	if (l->cap < 10)
		return PRINTED_CUT;
	strbuf_printf(c->b, " seq#=%u", get16(at + 8));
	if (l->cap < 12)
		return PRINTED_CUT;
	strbuf_printf(c->b, " lifetime=%u", get16(at + 10) << 2);
	return PRINTED;
}

static enum printed put_message(struct printing *c, const struct layer *l, const uint8_t *at, uint8_t kind)
{
	if (kind == BRR)
		return PRINTED;
	if (l->cap < (kind == BA || kind == BE ? 7 : 8) && kind != HOTI && kind != COTI)
		return PRINTED_CUT;
	switch (kind) {
	case BU:
		return put_update(c, l, at);
	case BA:
		return put_ack(c, l, at);
	case BE:
		strbuf_printf(c->b, " status=%u", at[6]);
		if (l->cap < 24)
			return PRINTED_CUT;
		put_lit(c->b, " homeaddr ");
		print_host(c, true, at + 8);
		return PRINTED;
	default:
		return put_test(c, l, at, kind);
	}
}

enum printed print_mobility(struct printing *c, const struct layer *l, const uint8_t *at)
{
	enum printed r;
	uint32_t n;

	c->proto = "mobility";
	if (l->cap < 2)
		return print_truncated(c);
	if (l->cap < 3)
		return PRINTED_CUT;
	n = (at[1] + 1u) * 8;
	if (at[2] < KINDS && n < least[at[2]]) {
		strbuf_printf(c->b, "(header length %u is too small for type %u)", n, at[2]);
		return print_truncated(c);
	}
	put_lit(c->b, "mobility: ");
	if (at[2] >= KINDS) {
		strbuf_printf(c->b, "type-#%u len=%u", at[2], at[1]);
		return PRINTED_END;
	}
	strbuf_str(c->b, names[at[2]]);
	r = put_message(c, l, at, at[2]);
	if (r == PRINTED && c->set->verbose)
		r = put_options(c, at + least[at[2]], n - least[at[2]],
				l->cap < least[at[2]] ? 0 : l->cap - least[at[2]]);
	if (r == PRINTED_END)
		print_truncated(c);
	return r == PRINTED_CUT ? r : PRINTED_END;
}
