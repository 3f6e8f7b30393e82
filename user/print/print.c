// SPDX-License-Identifier: BSD-2-Clause
#include "print/print.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "file/iface.h"
#include "print/fmt.h"
#include "print/names.h"
#include "print/payload.h"
#include "print/printing.h"

#define LEN_MAX 262144 /* beyond it tcpdump believes neither length */
#define MAX_FLOWS 524288

static print_layer *const printers[LAYER_KINDS] = {
	[LAYER_ETHER] = print_ether,
	[LAYER_LLC] = print_llc,
	[LAYER_SLL] = print_sll,
	[LAYER_SLL2] = print_sll2,
	[LAYER_NULL] = print_null,
	[LAYER_RAW] = print_raw,
	[LAYER_PPP] = print_ppp,
	[LAYER_PPP_SERIAL] = print_ppp_serial,
	[LAYER_PPPOE] = print_pppoe,
	[LAYER_MPLS] = print_mpls,
	[LAYER_GRE] = print_gre,
	[LAYER_IPV4] = print_ipv4,
	[LAYER_IPV6] = print_ipv6,
	[LAYER_IPV6_EXT] = print_ipv6_ext,
	[LAYER_IPV6_SHORT] = print_ipv6_short,
	[LAYER_AH] = print_ah,
	[LAYER_TCP] = print_tcp,
};

static void make_flags(struct printer *pr)
{
	static const char letters[8] = { 'F', 'S', 'R', 'P', '.', 'U', 'E', 'W' };

	for (int f = 0; f < 256; f++) {
		char *p = fmt_lit(pr->flags[f], "Flags [");

		if (f == 0)
			p = fmt_lit(p, "none");
		for (int bit = 0; bit < 8; bit++)
			if (f & 1 << bit)
				*p++ = letters[bit];
		*p++ = ']';
		pr->flags_len[f] = (uint8_t)(p - pr->flags[f]);
	}
}

struct printer *printer_new(const struct print_settings *s)
{
	struct printer *pr = calloc(1, sizeof(*pr));
	uint32_t max = s->max_flows ? s->max_flows : MAX_FLOWS;

	if (!pr)
		return NULL;
	pr->set = *s;
	pr->numbers = s->numeric || !s->names;
	pr->time_unit = s->nano ? 1 : 1000;
	pr->clock.minute = INT64_MIN;
	relseq_init(&pr->seq4, 4, max);
	relseq_init(&pr->seq6, 16, max);
	make_flags(pr);
	return pr;
}

void printer_free(struct printer *pr)
{
	if (!pr)
		return;
	relseq_clear(&pr->seq4);
	relseq_clear(&pr->seq6);
	free(pr);
}

enum printed print_truncated(struct printing *c)
{
	put_lit(c->b, " [|");
	strbuf_str(c->b, c->proto);
	strbuf_char(c->b, ']');
	return PRINTED_END;
}

enum printed print_invalid(struct printing *c)
{
	put_lit(c->b, " (invalid)");
	return PRINTED_END;
}

void print_host(struct printing *c, bool v6, const uint8_t *addr)
{
	struct strbuf *b = c->b;

	if (!c->pr->numbers) {
		names_host(c->set->names, b, v6 ? AF_INET6 : AF_INET, addr);
		return;
	}
	if (!strbuf_room(b, 48))
		return;
	b->len = (size_t)((v6 ? fmt_ipv6(b->s + b->len, addr) : fmt_ipv4(b->s + b->len, addr)) - b->s);
}

void print_hosts(struct printing *c)
{
	print_host(c, c->v6, c->ip + (c->v6 ? 8 : 12));
	put_lit(c->b, " > ");
	print_host(c, c->v6, c->ip + (c->v6 ? 24 : 16));
}

void print_mac(struct printing *c, const uint8_t mac[6])
{
	struct strbuf *b = c->b;

	if (!c->pr->numbers)
		names_ether(c->set->names, b, mac);
	else if (strbuf_room(b, 17))
		b->len = (size_t)(fmt_mac(b->s + b->len, mac) - b->s);
}

void print_escaped(struct strbuf *b, uint8_t ch)
{
	if (ch & 0x80) {
		put_lit(b, "M-");
		ch &= 0x7f;
	}
	if (ch < 0x20 || ch > 0x7e) {
		strbuf_char(b, '^');
		ch ^= 0x40;
	}
	strbuf_char(b, (char)ch);
}

/* Lengths that contradict each other: said instead of the packet. */
static bool bad_lengths(struct strbuf *b, const struct packet *p)
{
	const char *sep = "[Invalid header:";

	if (p->wire_len >= p->cap_len && p->wire_len && p->wire_len <= LEN_MAX)
		return false;
	if (p->wire_len == 0) {
		strbuf_printf(b, "%s len==0", sep);
		sep = ",";
	} else if (p->wire_len < p->cap_len) {
		strbuf_printf(b, "%s len(%u) < caplen(%u)", sep, p->wire_len, p->cap_len);
		sep = ",";
	}
	if (p->cap_len > LEN_MAX) {
		strbuf_printf(b, "%s caplen(%u) > %u", sep, p->cap_len, LEN_MAX);
		sep = ",";
	}
	if (p->wire_len > LEN_MAX)
		strbuf_printf(b, "%s len(%u) > %u", sep, p->wire_len, LEN_MAX);
	put_lit(b, "]\n");
	return true;
}

/* The bytes that -x, -X and -A leave out. */
static uint32_t link_len(const struct decoded *d)
{
	uint32_t i = 0;

	switch (d->layers[0].kind) {
	case LAYER_RAW:
		return 0;
	case LAYER_NULL:
	case LAYER_PPP:
	case LAYER_PPP_SERIAL:
		return 4;
	case LAYER_PPPOE:
		i = 1;
		break;
	default:
		break;
	}
	while (i + 1 < d->nlayers && d->layers[i + 1].kind == LAYER_LLC)
		i++;
	if (i + 1 >= d->nlayers)
		return 0;
	/* two bytes of padding before a bridged frame (RFC 2684) are not counted */
	if (d->layers[i].kind == LAYER_LLC && d->layers[i + 1].kind == LAYER_ETHER)
		return d->layers[i + 1].off - 2;
	return d->layers[i + 1].off;
}

/* False: cut, within a payload or before one. */
static bool print_layers(struct printing *c)
{
	const struct decoded *d = c->d;
	enum printed r = PRINTED;

	for (uint32_t i = 0; i < d->nlayers && r == PRINTED; i++) {
		const struct layer *l = &d->layers[i];

		c->next = i + 1 < d->nlayers ? l + 1 : NULL;
		r = printers[l->kind](c, l, c->p->data + l->off);
	}
	if (r == PRINTED_CUT)
		print_truncated(c);
	return r != PRINTED_CUT && r != PRINTED_CUT_MARKED;
}

static void print_prefix(struct strbuf *b, const struct packet *p, const char *name)
{
	static const char *const kinds[] = { "In", "B", "M", "P", "Out" };
	const char *kind = p->dir == DIR_OUT ? "Out" : "In";

	if (p->dir != DIR_OUT && p->has_pkt_type) /* on the way out it says whom the frame is for */
		kind = p->pkt_type < 5 ? kinds[p->pkt_type] : "?";
	strbuf_printf(b, "%-5s %-3s ", name ? name : "?", kind);
}

void printer_packet(struct printer *pr, struct strbuf *out, const struct packet *p, const struct decoded *d)
{
	struct printing c = { .pr = pr, .set = &pr->set, .b = out, .p = p, .d = d, .proto = "" };
	bool whole;

	pr->count++;
	if (!pr->numbers)
		names_line(pr->set.names, p->ts_ns);
	if (pr->set.number)
		strbuf_printf(out, "%5llu  ", (unsigned long long)pr->count);
	if (bad_lengths(out, p))
		return;
	if (pr->set.time != TIME_NONE)
		print_time(pr, out, p->ts_ns);
	if (pr->set.iface_prefix)
		print_prefix(out, p, p->iface ? p->iface->name : NULL);
	whole = print_layers(&c);
	if (pr->set.marks)
		pr->set.marks(pr->set.marks_arg, out);
	if (pr->set.hex_ascii | pr->set.hex | pr->set.ascii)
		print_bytes(&pr->set, out, p, whole ? link_len(d) : 0);
	strbuf_char(out, '\n');
}
