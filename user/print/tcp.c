// SPDX-License-Identifier: BSD-2-Clause
/* The TCP header's line (RFC 9293). */
#include <sys/socket.h>

#include "decode/checksum.h"
#include "decode/numbers.h"
#include "print/fmt.h"
#include "print/names.h"
#include "print/payload.h"
#include "print/printing.h"

#define RST_TEXT_MAX 30

static void put_port(struct printing *c, uint16_t port)
{
	struct strbuf *b = c->b;

	if (!c->pr->numbers)
		names_port(c->set->names, b, port);
	else if (strbuf_room(b, 16))
		b->len = (size_t)(fmt_u32(b->s + b->len, port) - b->s);
}

/* `a.p > b.q: `; an IP header that does not itself name TCP has shown its addresses already. */
static void put_ends(struct printing *c, bool addresses)
{
	const struct decoded *d = c->d;

	if (addresses) {
		print_host(c, c->v6, d->src);
		strbuf_char(c->b, '.');
	}
	put_port(c, d->sport);
	put_lit(c->b, " > ");
	if (addresses) {
		print_host(c, c->v6, d->dst);
		strbuf_char(c->b, '.');
	}
	put_port(c, d->dport);
	put_lit(c->b, ": ");
}

/* The same for the most frequent case: IPv4, numbers. */
static void put_ends_ipv4(struct printing *c)
{
	const struct decoded *d = c->d;
	struct strbuf *b = c->b;
	char *p;

	if (!strbuf_room(b, 64))
		return;
	p = fmt_ipv4(b->s + b->len, d->src);
	*p++ = '.';
	p = fmt_lit(fmt_u32(p, d->sport), " > ");
	p = fmt_ipv4(p, d->dst);
	*p++ = '.';
	p = fmt_lit(fmt_u32(p, d->dport), ": ");
	b->len = (size_t)(p - b->s);
}

/* Numbers relative to the connection's first, where it is known. */
static void relate(struct printing *c, struct tcp_text *t, uint32_t *seq, uint32_t *ack)
{
	const struct decoded *d = c->d;
	struct relseq_base *base;
	bool is_new;

	base = relseq_find(c->v6 ? &c->pr->seq6 : &c->pr->seq4, d->src, d->dst, d->sport, d->dport,
			   &t->reversed, &is_new);
	if (!base)
		return;
	if (is_new || d->flags & TCP_SYN) {
		base->seq = t->reversed ? *ack - 1 : *seq;
		base->ack = t->reversed ? *seq : *ack - 1;
	} else {
		*seq -= t->reversed ? base->ack : base->seq;
		*ack -= t->reversed ? base->seq : base->ack;
	}
	t->base = *base;
}

static void put_checksum(struct printing *c, const struct layer *l, const uint8_t *at)
{
	const struct decoded *d = c->d;
	const uint8_t *dst =
		c->v6 ? checksum_ipv6_dst(c->ip, c->ip_cap) : checksum_ipv4_dst(c->ip, c->ip_cap);
	uint16_t sum, field = get16(at + 16);

	if (l->cap < l->len || !dst)
		return;
	sum = checksum_tcp(d->src, dst, c->v6 ? 16 : 4, at, l->len);
	put_lit(c->b, ", cksum ");
	put_x32(c->b, field, 4);
	if (sum == 0xffff) {
		put_lit(c->b, " (correct)");
		return;
	}
	put_lit(c->b, " (incorrect -> ");
	put_x32(c->b, checksum_wanted(field, sum), 4);
	strbuf_char(c->b, ')');
}

static void put_numbers(struct printing *c, uint32_t seq, uint32_t ack, uint32_t payload_len)
{
	const struct decoded *d = c->d;
	struct strbuf *b = c->b;
	char *p;

	if (!strbuf_room(b, 96))
		return;
	p = b->s + b->len;
	if (payload_len || d->flags & (TCP_SYN | TCP_FIN | TCP_RST) || c->set->verbose > 1) {
		p = fmt_u32(fmt_lit(p, ", seq "), seq);
		if (payload_len) {
			*p++ = ':';
			p = fmt_u32(p, seq + payload_len);
		}
	}
	if (d->flags & TCP_ACK)
		p = fmt_u32(fmt_lit(p, ", ack "), ack);
	p = fmt_u32(fmt_lit(p, ", win "), d->win);
	if (d->flags & TCP_URG)
		p = fmt_u32(fmt_lit(p, ", urg "), d->urg);
	b->len = (size_t)(p - b->s);
}

/* RFC 9293, 3.5.2 allows a reason in words. */
static void put_rst_text(struct strbuf *b, const uint8_t *p, uint32_t len, uint32_t cap)
{
	strbuf_str(b, cap >= len ? " [RST" : " [!RST");
	if (len > RST_TEXT_MAX) {
		strbuf_char(b, '+');
		len = RST_TEXT_MAX;
	}
	strbuf_char(b, ' ');
	for (uint32_t i = 0; i < len && i < cap; i++)
		print_escaped(b, p[i]);
	strbuf_char(b, ']');
}

static bool is_read(const struct printing *c)
{
	return c->set->payload != PAYLOAD_BY_PORT || payload_place[c->d->sport] || payload_place[c->d->dport];
}

static enum printed put_payload(struct printing *c, const struct layer *l, const uint8_t *at, uint32_t len)
{
	const struct print_settings *s = c->set;
	const struct payload_settings ps = {
		.verbose = s->verbose,
		.asdot = s->asdot,
		.hex_ascii = s->hex_ascii > 0,
		.type = s->payload,
		.raw_handles = s->raw_handles,
		.names = s->names,
		.calls = &c->pr->calls,
	};
	struct payload pl = {
		.len = len,
		.sport = c->d->sport,
		.dport = c->d->dport,
		.family = c->v6 ? AF_INET6 : AF_INET,
		.src = c->ip + (c->v6 ? 8 : 12),
		.dst = c->ip + (c->v6 ? 24 : 16),
	};
	uint32_t hdr_len = c->d->hdr_len;

	if (l->cap < hdr_len) {
		strbuf_printf(c->b, " [remaining caplen(%u) < header length(%u)]", l->cap, hdr_len);
		return PRINTED_CUT;
	}
	pl.cap_len = l->cap - hdr_len;
	pl.data = pl.cap_len ? at + hdr_len : NULL;
	if (c->d->flags & TCP_RST && s->verbose)
		put_rst_text(c->b, pl.data, len, pl.cap_len);
	else if (is_read(c) && !payload_print(c->b, &pl, &ps))
		return PRINTED_CUT_MARKED;
	return PRINTED_END;
}

/* Everything behind the addresses of a header whose fixed part is whole. */
static enum printed put_header(struct printing *c, const struct layer *l, const uint8_t *at)
{
	const struct decoded *d = c->d;
	struct tcp_text t = { .l = l, .at = at };
	uint32_t seq = d->seq, ack = d->ack;
	struct strbuf *b = c->b;
	enum printed r;

	strbuf_mem(b, c->pr->flags[d->flags], c->pr->flags_len[d->flags]);
	if (d->flags & TCP_ACK && !c->set->absolute_seq)
		relate(c, &t, &seq, &ack);
	if (d->hdr_len > l->len) {
		strbuf_printf(b, " [bad hdr length %u - too long, > %u]", d->hdr_len, l->len);
		return PRINTED_END;
	}
	if (c->set->verbose && !c->set->no_checksum && !c->fragmented)
		put_checksum(c, l, at);
	t.payload_len = l->len - d->hdr_len;
	put_numbers(c, seq, ack, t.payload_len);
	if (d->hdr_len > 20 && (r = print_tcp_options(c, &t)) != PRINTED)
		return r;
	put_lit(b, ", length ");
	if (strbuf_room(b, 16))
		b->len = (size_t)(fmt_u32(b->s + b->len, t.payload_len) - b->s);
	return t.payload_len ? put_payload(c, l, at, t.payload_len) : PRINTED_END;
}

enum printed print_tcp(struct printing *c, const struct layer *l, const uint8_t *at)
{
	const struct decoded *d = c->d;
	bool addresses = c->ip[c->v6 ? 6 : 9] == PROTO_TCP;
	struct strbuf *b = c->b;

	c->proto = "tcp";
	if (l->cap < 4) {
		print_hosts(c);
		strbuf_char(b, ':');
		return print_truncated(c);
	}
	if (addresses && !c->v6 && c->pr->numbers)
		put_ends_ipv4(c);
	else
		put_ends(c, addresses);
	if (l->cap < 20)
		return print_truncated(c);
	if (d->hdr_len < 20) {
		strbuf_printf(b, " tcp %u [bad hdr length %u - too short, < 20]", l->len - d->hdr_len,
			      d->hdr_len);
		return PRINTED_END;
	}
	if (!c->set->quick)
		return put_header(c, l, at);
	put_lit(b, "tcp ");
	put_u32(b, l->len - d->hdr_len);
	if (d->hdr_len > l->len)
		strbuf_printf(b, " [bad hdr length %u - too long, > %u]", d->hdr_len, l->len);
	return PRINTED_END;
}
