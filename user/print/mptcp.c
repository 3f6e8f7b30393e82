// SPDX-License-Identifier: BSD-2-Clause
/* Multipath TCP's option (RFC 8684, 6824). */
#include "decode/decode.h"
#include "print/fmt.h"
#include "print/printing.h"

static void put_x64(struct strbuf *b, uint64_t v)
{
	put_lit(b, "0x");
	strbuf_hex(b, v, 1);
}

static bool put_capable(struct strbuf *b, const uint8_t *o, uint32_t n, uint8_t flags)
{
	bool from_syn = (n == 12 || n == 4) && flags & TCP_SYN;
	bool from_ack = (n == 20 || n == 22) && (flags & (TCP_SYN | TCP_ACK)) == TCP_ACK;

	if (!from_syn && !from_ack)
		return false;
	if ((o[2] & 15) > 1) {
		strbuf_printf(b, " Unknown Version (%u)", o[2] & 15);
		return true;
	}
	strbuf_printf(b, " v%u", o[2] & 15);
	if (o[3] & 0x80)
		put_lit(b, " csum");
	if (n == 4)
		return true;
	put_lit(b, " {");
	put_x64(b, get64(o + 4));
	if (n >= 20) {
		strbuf_char(b, ',');
		put_x64(b, get64(o + 12));
	}
	strbuf_char(b, '}');
	return true;
}

static bool put_join(struct strbuf *b, const uint8_t *o, uint32_t n, uint8_t flags)
{
	bool syn = n == 12 && flags & TCP_SYN;
	bool syn_ack = n == 16 && (flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
	bool ack = n == 24 && flags & TCP_ACK;

	if (!syn && !syn_ack && !ack)
		return false;
	if (ack) {
		put_lit(b, " hmac 0x");
		if (strbuf_room(b, 40))
			b->len = (size_t)(fmt_bytes(b->s + b->len, o + 4, 20) - b->s);
		return true;
	}
	strbuf_printf(b, "%s id %u", o[2] & 1 ? " backup" : "", o[3]);
	if (syn) {
		strbuf_printf(b, " token 0x%x nonce 0x%x", get32(o + 4), get32(o + 8));
		return true;
	}
	put_lit(b, " hmac ");
	put_x64(b, get64(o + 4));
	strbuf_printf(b, " nonce 0x%x", get32(o + 12));
	return true;
}

#define DSS_FIN 0x10
#define DSS_SEQ_8 0x08 /* the data sequence number has eight bytes */
#define DSS_SEQ 0x04
#define DSS_ACK_8 0x02
#define DSS_ACK 0x01

/* A number of four or eight bytes at *at; false if the option ends before. */
static bool put_number(struct strbuf *b, const uint8_t *o, uint32_t n, uint32_t *at, bool eight)
{
	uint32_t size = eight ? 8 : 4;

	if (n - *at < size)
		return false;
	strbuf_u64(b, eight ? get64(o + *at) : get32(o + *at));
	*at += size;
	return true;
}

static bool put_dss(struct strbuf *b, const uint8_t *o, uint32_t n, uint8_t flags)
{
	uint32_t at = 4;

	if (n < 4 || flags & TCP_SYN)
		return false;
	if (o[3] & DSS_FIN)
		put_lit(b, " fin");
	if (o[3] & DSS_ACK) {
		put_lit(b, " ack ");
		if (!put_number(b, o, n, &at, o[3] & DSS_ACK_8))
			return false;
	}
	if (o[3] & DSS_SEQ) {
		put_lit(b, " seq ");
		if (!put_number(b, o, n, &at, o[3] & DSS_SEQ_8) || n - at < 4)
			return false;
		strbuf_printf(b, " subseq %u", get32(o + at));
		at += 4;
		if (n - at < 2)
			return false;
		strbuf_printf(b, " len %u", get16(o + at));
		at += 2;
		if (n - at >= 2) {
			strbuf_printf(b, " csum 0x%x", get16(o + at));
			at += 2;
		}
	}
	return at == n;
}

static const char *address_kind(uint8_t bits)
{
	switch (bits) {
	case 0:
		return "v1";
	case 1:
		return "v1-echo";
	case 4:
		return "v0-ip4";
	case 6:
		return "v0-ip6";
	default:
		return "[bad version/echo]";
	}
}

static bool put_add_address(struct printing *c, const uint8_t *o, uint32_t n)
{
	uint32_t base = n >= 20 ? 20 : 8, at = base;
	struct strbuf *b = c->b;

	if (n != base && n != base + 2 && n != base + 8 && n != base + 10)
		return false;
	strbuf_printf(b, " %s id %u ", address_kind(o[2] & 15), o[3]);
	print_host(c, base == 20, o + 4);
	if ((n - base) & 2) {
		strbuf_printf(b, ":%u", get16(o + at));
		at += 2;
	}
	if (n - base >= 8) {
		put_lit(b, " hmac ");
		put_x64(b, get64(o + at));
	}
	return true;
}

static bool put_remove_address(struct strbuf *b, const uint8_t *o, uint32_t n)
{
	if (n < 4)
		return false;
	put_lit(b, " id");
	for (uint32_t i = 3; i < n; i++)
		strbuf_printf(b, " %u", o[i]);
	return true;
}

static bool put_priority(struct strbuf *b, const uint8_t *o, uint32_t n)
{
	if (n != 3 && n != 4)
		return false;
	strbuf_str(b, o[2] & 1 ? " backup" : " non-backup");
	if (n == 4)
		strbuf_printf(b, " id %u", o[3]);
	return true;
}

bool print_mptcp(struct printing *c, const uint8_t *o, uint32_t n, uint8_t flags)
{
	static const char *const kinds[] = { "capable", "join", "dss",	      "add-addr", "rem-addr",
					     "prio",	"fail", "fast-close", "unknown" };
	struct strbuf *b = c->b;
	uint32_t kind;

	c->proto = "mptcp";
	if (n < 3)
		return false;
	kind = o[2] >> 4 < 8 ? o[2] >> 4 : 8;
	strbuf_printf(b, " %u %s", n, kinds[kind]);
	switch (kind) {
	case 0:
		return put_capable(b, o, n, flags);
	case 1:
		return put_join(b, o, n, flags);
	case 2:
		return put_dss(b, o, n, flags);
	case 3:
		return put_add_address(c, o, n);
	case 4:
		return put_remove_address(b, o, n);
	case 5:
		return put_priority(b, o, n);
	case 6:
	case 7:
		if (n != 12)
			return false;
		if (kind == 6) {
			strbuf_printf(b, " seq %llu", (unsigned long long)get64(o + 4));
		} else {
			put_lit(b, " key ");
			put_x64(b, get64(o + 4));
		}
		return true;
	default:
		return true;
	}
}
