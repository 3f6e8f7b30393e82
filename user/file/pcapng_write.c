// SPDX-License-Identifier: BSD-2-Clause
#include "file/pcapng_write.h"

#include <linux/if_packet.h>
#include <sys/socket.h>

#include "file/bytes.h"
#include "file/options.h"
#include "file/utf8.h"

size_t pcapng_begin(struct strbuf *b, uint32_t type)
{
	size_t start = b->len;
	uint32_t head[2] = { type, 0 };

	strbuf_mem(b, head, sizeof(head));
	return start;
}

void pcapng_end(struct strbuf *b, size_t start)
{
	uint32_t len = (uint32_t)(b->len - start) + 4;

	strbuf_mem(b, &len, sizeof(len));
	if (!b->failed)
		put_u32((uint8_t *)b->s + start + 4, len);
}

void pcapng_option(struct strbuf *b, uint16_t code, const void *data, size_t len)
{
	uint16_t head[2] = { code, (uint16_t)(len < UINT16_MAX ? len : UINT16_MAX) };
	static const uint8_t zeros[3];

	strbuf_mem(b, head, sizeof(head));
	strbuf_mem(b, data, head[1]);
	strbuf_mem(b, zeros, pad4(head[1]) - head[1]);
}

void pcapng_option_str(struct strbuf *b, uint16_t code, const char *s)
{
	struct strbuf clean = { 0 };

	if (!s || !*s)
		return;
	utf8_clean(&clean, s, strlen(s), UINT16_MAX);
	pcapng_option(b, code, clean.s, clean.len);
	b->failed |= clean.failed;
	strbuf_free(&clean);
}

static void option_u64(struct strbuf *b, uint16_t code, uint64_t v)
{
	pcapng_option(b, code, &v, sizeof(v));
}

static void end_options(struct strbuf *b)
{
	pcapng_option(b, OPT_END, NULL, 0);
}

void pcapng_put_shb(struct strbuf *b, const struct pcapng_shb *s)
{
	struct pcapng_options it = pcapng_options_in(s->options, s->options_len, s->options_swapped);
	size_t start = pcapng_begin(b, PCAPNG_SHB);
	const char *own[] = { [SHB_HARDWARE] = s->hardware, [SHB_OS] = s->os, [SHB_USERAPPL] = s->userappl };
	struct pcapng_option o;
	uint8_t fixed[16], *to = fixed;

	to = put_u32(to, PCAPNG_MAGIC);
	to = put_u16(to, 1);
	to = put_u16(to, 0);
	put_u64(to, UINT64_MAX); /* length of the section: not known while it grows */
	strbuf_mem(b, fixed, sizeof(fixed));
	while (s->options && pcapng_option_next(&it, &o) > 0) {
		options_copy_one(b, PCAPNG_SHB, &o, it.swapped);
		if (o.code >= SHB_HARDWARE && o.code <= SHB_USERAPPL)
			own[o.code] = NULL;
	}
	for (uint16_t code = SHB_HARDWARE; code <= SHB_USERAPPL; code++)
		pcapng_option_str(b, code, own[code]);
	for (size_t i = 0; i < s->ncomments; i++)
		pcapng_option_str(b, OPT_COMMENT, s->comments[i]);
	end_options(b);
	pcapng_end(b, start);
}

static void idb_addr(struct strbuf *b, const struct iface_addr *a)
{
	uint8_t v[17];

	if (a->family == AF_INET) {
		uint32_t mask = a->prefix_len ? ~0u << (32 - (a->prefix_len < 32 ? a->prefix_len : 32)) : 0;

		memcpy(v, a->addr, 4);
		v[4] = (uint8_t)(mask >> 24), v[5] = (uint8_t)(mask >> 16);
		v[6] = (uint8_t)(mask >> 8), v[7] = (uint8_t)mask;
		pcapng_option(b, IDB_IPV4, v, 8);
	} else if (a->family == AF_INET6) {
		memcpy(v, a->addr, 16);
		v[16] = a->prefix_len;
		pcapng_option(b, IDB_IPV6, v, 17);
	}
}

/* What capture/ knows of a live interface. */
static void idb_live(struct strbuf *b, const struct iface *i, const char *os)
{
	pcapng_option_str(b, IDB_NAME, i->name);
	pcapng_option_str(b, IDB_DESCRIPTION, i->description);
	for (size_t n = 0; n < i->naddrs; n++)
		idb_addr(b, &i->addrs[n]);
	if (i->has_mac)
		pcapng_option(b, IDB_MAC, i->mac, sizeof(i->mac));
	if (i->speed)
		option_u64(b, IDB_SPEED, i->speed);
	if (i->filter) {
		struct strbuf f = { 0 };

		strbuf_char(&f, 0); /* a pcap-filter string */
		utf8_clean(&f, i->filter, strlen(i->filter), UINT16_MAX);
		pcapng_option(b, IDB_FILTER, f.s, f.len);
		b->failed |= f.failed;
		strbuf_free(&f);
	}
	pcapng_option_str(b, IDB_OS, os);
	pcapng_option_str(b, OPT_COMMENT, i->comment);
}

void pcapng_put_idb(struct strbuf *b, const struct iface *i, uint32_t snaplen, const char *os)
{
	struct pcapng_options it = pcapng_options_in(i->options, i->options_len, i->options_swapped);
	size_t start = pcapng_begin(b, PCAPNG_IDB);
	struct pcapng_option o;
	uint8_t fixed[8], *to = fixed, ns = 9;

	to = put_u16(to, i->link_type);
	to = put_u16(to, 0);
	put_u32(to, snaplen);
	strbuf_mem(b, fixed, sizeof(fixed));
	pcapng_option(b, IDB_TSRESOL, &ns, 1);
	if (!i->options)
		idb_live(b, i, os);
	while (i->options && pcapng_option_next(&it, &o) > 0)
		if (o.code != IDB_TSRESOL && o.code != IDB_TSOFFSET)
			options_copy_one(b, PCAPNG_IDB, &o, it.swapped);
	end_options(b);
	pcapng_end(b, start);
}

static void option_time(struct strbuf *b, uint16_t code, uint64_t ns)
{
	uint32_t v[2] = { (uint32_t)(ns >> 32), (uint32_t)ns };

	if (ns)
		pcapng_option(b, code, v, sizeof(v));
}

void pcapng_put_isb(struct strbuf *b, uint32_t if_no, const struct pcapng_isb *s)
{
	const uint64_t counters[] = { s->ifrecv, s->ifdrop, s->filteraccept, s->osdrop, s->usrdeliv };
	size_t start = pcapng_begin(b, PCAPNG_ISB);
	uint32_t fixed[3] = { if_no, (uint32_t)(s->ts_ns >> 32), (uint32_t)s->ts_ns };

	strbuf_mem(b, fixed, sizeof(fixed));
	option_time(b, ISB_STARTTIME, s->start_ns);
	option_time(b, ISB_ENDTIME, s->end_ns);
	for (uint16_t n = 0; n < 5; n++)
		if (counters[n] != UINT64_MAX)
			option_u64(b, ISB_IFRECV + n, counters[n]);
	pcapng_option_str(b, OPT_COMMENT, s->comment);
	end_options(b);
	pcapng_end(b, start);
}

void pcapng_put_name(struct strbuf *b, int family, const uint8_t *addr, const char *name)
{
	uint16_t addr_len = family == AF_INET ? 4 : 16;
	uint8_t value[16 + 1024];
	size_t n;

	memcpy(value, addr, addr_len);
	n = addr_len + utf8_clean_into(value + addr_len, name, strlen(name), 1023);
	value[n++] = '\0';
	pcapng_option(b, family == AF_INET ? 1 : 2, value, n); /* a record is laid out as an option is */
}

void pcapng_put_nrb(struct strbuf *b, const void *records, size_t n)
{
	size_t start = pcapng_begin(b, PCAPNG_NRB);

	strbuf_mem(b, records, n);
	end_options(b); /* a record of type 0 ends them */
	pcapng_end(b, start);
}

static uint8_t *put_opt_u64(uint8_t *to, uint16_t code, uint64_t v)
{
	to = put_u16(to, code);
	to = put_u16(to, 8);
	return put_u64(to, v);
}

static uint8_t *put_verdict(uint8_t *to, uint8_t hook)
{
	to = put_u16(to, EPB_VERDICT);
	to = put_u16(to, 9);
	*to++ = hook == HOOK_XDP ? 2 : 1;
	to = put_u64(to, hook == HOOK_XDP ? 2 /* XDP_PASS */ : UINT64_MAX /* TC_ACT_UNSPEC */);
	memset(to, 0, 3);
	return to + 3;
}

static uint8_t *epb_live(uint8_t *to, const struct packet *p, const struct pcapng_epb *e)
{
	to = pcapng_put_flags_and_id(to, pcapng_epb_flags(p), e->packet_id);
	if (p->lost)
		to = put_opt_u64(to, EPB_DROPCOUNT, p->lost);
	to = pcapng_put_queue(to, p->queue);
	return e->verdict ? put_verdict(to, p->hook) : to;
}

static uint8_t *epb_from_file(uint8_t *to, const struct packet *p)
{
	struct pcapng_options it = pcapng_options_in(p->options, p->options_len, p->options_swapped);
	struct pcapng_option o;
	bool lost_said = !p->lost;

	while (pcapng_option_next(&it, &o) > 0) {
		to = options_put_one(to, PCAPNG_EPB, &o, it.swapped);
		lost_said |= o.code == EPB_DROPCOUNT;
	}
	return lost_said ? to : put_opt_u64(to, EPB_DROPCOUNT, p->lost);
}

static uint8_t *put_comment(uint8_t *to, const char *comment)
{
	size_t n = utf8_clean_into(to + 4, comment, strlen(comment), UINT16_MAX);
	uint8_t *end = to + 4 + n;

	put_u16(put_u16(to, OPT_COMMENT), (uint16_t)n);
	while ((end - to) & 3)
		*end++ = 0;
	return end;
}

size_t pcapng_put_epb(uint8_t *start, const struct packet *p, const struct pcapng_epb *e)
{
	uint8_t *options = pcapng_put_epb_head(start, p, e->if_no), *to = options;

	if (p->hook != HOOK_NONE)
		to = epb_live(to, p, e);
	else if (p->options || p->lost)
		to = epb_from_file(to, p);
	if (e->comment)
		to = put_comment(to, e->comment);
	return pcapng_end_epb(start, to, to != options);
}
