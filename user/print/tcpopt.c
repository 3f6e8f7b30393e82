// SPDX-License-Identifier: BSD-2-Clause
/* TCP options (RFC 9293, 7323, 2018, 2385, 5925, 5482, 7413, 6994, 1072, 1644; SCPS 714.0). */
#include "print/fmt.h"
#include "print/printing.h"

enum {
	OPT_EOL = 0,
	OPT_NOP = 1,
	OPT_MSS = 2,
	OPT_WSCALE = 3,
	OPT_SACK_OK = 4,
	OPT_SACK = 5,
	OPT_ECHO = 6,
	OPT_ECHO_REPLY = 7,
	OPT_TIMESTAMP = 8,
	OPT_CC = 11,
	OPT_CC_NEW = 12,
	OPT_CC_ECHO = 13,
	OPT_MD5 = 19,
	OPT_SCPS = 20,
	OPT_UTO = 28,
	OPT_AO = 29,
	OPT_MPTCP = 30,
	OPT_FAST_OPEN = 34,
	OPT_EXPERIMENT = 254,
};

#define EXPERIMENT_FAST_OPEN 0xf989 /* RFC 7413 */

static const char *const names[256] = {
	[OPT_EOL] = "eol",	  [OPT_NOP] = "nop",
	[OPT_MSS] = "mss",	  [OPT_WSCALE] = "wscale",
	[OPT_SACK_OK] = "sackOK", [OPT_SACK] = "sack",
	[OPT_ECHO] = "echo",	  [OPT_ECHO_REPLY] = "echoreply",
	[OPT_TIMESTAMP] = "TS",	  [OPT_CC] = "cc",
	[OPT_CC_NEW] = "ccnew",	  [OPT_CC_ECHO] = "",
	[OPT_MD5] = "md5",	  [OPT_SCPS] = "scps",
	[OPT_UTO] = "uto",	  [OPT_AO] = "tcp-ao",
	[OPT_MPTCP] = "mptcp",	  [OPT_FAST_OPEN] = "tfo",
	[OPT_EXPERIMENT] = "exp",
};

/* What became of an option's text. */
enum option_end {
	OPTION_WHOLE,
	OPTION_BAD, /* contradicts itself: `[bad opt]` */
	OPTION_CUT, /* ran out of captured bytes: `[|tcp]` */
};

/* One option's data: len bytes by its length byte, left of them inside the header, cap captured. */
struct option {
	const uint8_t *data;
	uint32_t len, left, cap;
	uint32_t used; /* bytes that its text stands for; shown if not len */
};

/* The first n bytes of data can be read. */
static enum option_end need(const struct option *o, uint32_t n)
{
	if (n > o->left)
		return OPTION_BAD;
	return n > o->cap ? OPTION_CUT : OPTION_WHOLE;
}

static enum option_end put_sack(struct printing *c, const struct tcp_text *t, struct option *o)
{
	uint32_t base = t->reversed ? t->base.seq : t->base.ack;
	struct strbuf *b = c->b;

	o->used = o->len;
	if (o->len % 8) {
		put_lit(b, " invalid sack");
		return OPTION_WHOLE;
	}
	strbuf_char(b, ' ');
	put_u32(b, o->len / 8);
	strbuf_char(b, ' ');
	for (uint32_t i = 0; i < o->len; i += 8) {
		enum option_end end = need(o, i + 8);
		char *p;

		if (end != OPTION_WHOLE || !strbuf_room(b, 32))
			return end;
		p = b->s + b->len;
		*p++ = '{';
		p = fmt_u32(p, get32(o->data + i) - base);
		*p++ = ':';
		p = fmt_u32(p, get32(o->data + i + 4) - base);
		*p++ = '}';
		b->len = (size_t)(p - b->s);
	}
	return OPTION_WHOLE;
}

static void put_fast_open(struct strbuf *b, const uint8_t *cookie, uint32_t n)
{
	if (n == 0) {
		put_lit(b, " cookiereq");
		return;
	}
	if (n % 2 || n < 4 || n > 16) {
		put_lit(b, " (invalid)");
		return;
	}
	put_lit(b, " cookie ");
	if (strbuf_room(b, 2 * n))
		b->len = (size_t)(fmt_bytes(b->s + b->len, cookie, n) - b->s);
}

static enum option_end put_experiment(struct strbuf *b, const struct option *o)
{
	if (o->len < 2)
		return OPTION_BAD;
	strbuf_char(b, '-');
	if (get16(o->data) == EXPERIMENT_FAST_OPEN) {
		put_lit(b, "tfo");
		put_fast_open(b, o->data + 2, o->len - 2);
	} else {
		strbuf_hex(b, get16(o->data), 4);
	}
	return OPTION_WHOLE;
}

/* Each byte as it comes, up to where they end. */
static enum option_end put_hex(struct strbuf *b, const struct option *o, uint32_t from)
{
	for (uint32_t i = from; i < o->len; i++) {
		enum option_end end = need(o, i + 1);

		if (end != OPTION_WHOLE)
			return end;
		strbuf_hex(b, o->data[i], 2);
	}
	return OPTION_WHOLE;
}

static enum option_end put_ao(struct strbuf *b, const struct option *o)
{
	enum option_end end;

	if (o->len < 2) {
		put_lit(b, " (invalid)");
		return OPTION_WHOLE;
	}
	if ((end = need(o, 1)) != OPTION_WHOLE)
		return end;
	put_lit(b, " keyid ");
	put_u32(b, o->data[0]);
	if ((end = need(o, 2)) != OPTION_WHOLE)
		return end;
	put_lit(b, " rnextkeyid ");
	put_u32(b, o->data[1]);
	if (o->len == 2)
		return OPTION_WHOLE;
	put_lit(b, " mac 0x");
	return put_hex(b, o, 2);
}

static void put_uto(struct strbuf *b, uint16_t v)
{
	strbuf_char(b, ' ');
	put_x32(b, v, 1);
	strbuf_char(b, ' ');
	put_u32(b, v & 1 ? (v >> 1) * 60u : v >> 1); /* minutes or seconds */
}

static void put_timestamp(struct strbuf *b, const uint8_t *data)
{
	char *p;

	if (!strbuf_room(b, 48))
		return;
	p = fmt_u32(fmt_lit(b->s + b->len, " val "), get32(data));
	p = fmt_u32(fmt_lit(p, " ecr "), get32(data + 4));
	b->len = (size_t)(p - b->s);
}

/* Options whose data has one fixed length, o->used of it. */
static enum option_end put_fixed(struct printing *c, const struct tcp_text *t, uint8_t kind, struct option *o)
{
	enum option_end end = need(o, o->used);
	struct strbuf *b = c->b;

	if (end != OPTION_WHOLE)
		return end;
	switch (kind) {
	case OPT_TIMESTAMP:
		put_timestamp(b, o->data);
		break;
	case OPT_MD5:
		strbuf_char(b, ' ');
		print_md5(c, t, o->data);
		break;
	case OPT_SCPS:
		strbuf_printf(b, " cap %02x id %u", o->data[0], o->data[1]);
		break;
	case OPT_UTO:
		put_uto(b, get16(o->data));
		break;
	default:
		strbuf_char(b, ' ');
		put_u32(b, o->used == 1 ? o->data[0] : o->used == 2 ? get16(o->data) : get32(o->data));
		break;
	}
	return OPTION_WHOLE;
}

/* What follows the option's name. */
static enum option_end put_option(struct printing *c, const struct tcp_text *t, uint8_t kind,
				  struct option *o)
{
	static const uint8_t fixed[256] = {
		[OPT_MSS] = 2,	[OPT_WSCALE] = 1, [OPT_ECHO] = 4,    [OPT_ECHO_REPLY] = 4,
		[OPT_CC] = 4,	[OPT_CC_NEW] = 4, [OPT_CC_ECHO] = 4, [OPT_TIMESTAMP] = 8,
		[OPT_MD5] = 16, [OPT_SCPS] = 2,	  [OPT_UTO] = 2,
	};
	enum option_end end;

	if (fixed[kind]) {
		o->used = fixed[kind];
		return put_fixed(c, t, kind, o);
	}
	if (kind == OPT_SACK)
		return put_sack(c, t, o);
	if (kind == OPT_SACK_OK || kind == OPT_NOP || kind == OPT_EOL) {
		o->used = 0;
		return OPTION_WHOLE;
	}
	o->used = o->len;
	if (kind == OPT_AO)
		return put_ao(c->b, o);
	if (kind != OPT_MPTCP && kind != OPT_FAST_OPEN && kind != OPT_EXPERIMENT) {
		if (o->len)
			put_lit(c->b, " 0x");
		return put_hex(c->b, o, 0);
	}
	if ((end = need(o, o->len)) != OPTION_WHOLE)
		return end;
	if (kind == OPT_EXPERIMENT)
		return put_experiment(c->b, o);
	if (kind == OPT_MPTCP)
		return print_mptcp(c, o->data - 2, o->len + 2, c->d->flags) ? OPTION_WHOLE : OPTION_BAD;
	strbuf_char(c->b, ' ');
	put_fast_open(c->b, o->data, o->len);
	return OPTION_WHOLE;
}

/* nop,nop,TS: what nearly every segment carries. */
static bool put_usual(struct strbuf *b, const uint8_t *o, uint32_t n, uint32_t cap)
{
	static const uint8_t head[4] = { OPT_NOP, OPT_NOP, OPT_TIMESTAMP, 10 };
	char *p;

	if (n != 12 || cap < 12 || memcmp(o, head, 4) || !strbuf_room(b, 80))
		return false;
	p = fmt_u32(fmt_lit(b->s + b->len, ", options [nop,nop,TS val "), get32(o + 4));
	p = fmt_u32(fmt_lit(p, " ecr "), get32(o + 8));
	*p++ = ']';
	b->len = (size_t)(p - b->s);
	return true;
}

static enum printed stop(struct printing *c, enum option_end end, bool first)
{
	if (end == OPTION_BAD) {
		strbuf_str(c->b, first ? "[bad opt]" : "[bad opt]]");
		return PRINTED_END;
	}
	print_truncated(c);
	if (!first)
		strbuf_char(c->b, '>');
	return PRINTED_END;
}

static void put_name(struct strbuf *b, uint8_t kind)
{
	if (names[kind]) {
		strbuf_str(b, names[kind]);
	} else {
		put_lit(b, "unknown-");
		put_u32(b, kind);
	}
}

enum printed print_tcp_options(struct printing *c, const struct tcp_text *t)
{
	const uint8_t *p = t->at + 20;
	uint32_t n = c->d->hdr_len - 20u, cap = t->l->cap - 20, i = 0;
	struct strbuf *b = c->b;

	if (put_usual(b, p, n, cap))
		return PRINTED;
	put_lit(b, ", options [");
	while (i < n) {
		uint32_t len = 1, head = 1;
		struct option o;
		enum option_end end;
		bool first = i == 0;

		if (!first)
			strbuf_char(b, ',');
		if (i >= cap)
			return PRINTED_CUT;
		if (p[i] != OPT_EOL && p[i] != OPT_NOP) {
			if (i + 1 >= cap)
				return PRINTED_CUT;
			len = p[i + 1];
			head = 2;
			if (len < 2 || len > n - i)
				return stop(c, OPTION_BAD, first);
		}
		o = (struct option){ p + i + head, len - head, n - i - head, cap - i - head, 0 };
		put_name(b, p[i]);
		end = put_option(c, t, p[i], &o);
		if (end != OPTION_WHOLE)
			return stop(c, end, first);
		if (o.used + head != len)
			strbuf_printf(b, "[len %u]", len);
		i += head + o.used;
		if (p[i - head - o.used] == OPT_EOL)
			break;
	}
	strbuf_char(b, ']');
	return PRINTED;
}
