// SPDX-License-Identifier: BSD-2-Clause
#include "file/pcapng_read.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "file/bytes.h"

static int bad(const char **why, const char *phrase)
{
	*why = phrase;
	return -EBADMSG;
}

uint32_t pcapng_head(struct pcapng_reader *r, const uint8_t *p, const char **why)
{
	uint32_t len;

	if (get_u32(p, false) == PCAPNG_SHB) {
		uint32_t magic = get_u32(p + 8, false);

		if (magic != PCAPNG_MAGIC && magic != __builtin_bswap32(PCAPNG_MAGIC)) {
			*why = "a section header with a bad byte-order magic";
			return 0;
		}
		r->swapped = magic != PCAPNG_MAGIC;
	}
	len = get_u32(p + 4, r->swapped);
	if (len < PCAPNG_BLOCK_MIN)
		*why = "a block shorter than its own head";
	else if (len > PCAPNG_BLOCK_MAX)
		*why = "a block longer than 16 MiB";
	else if (len & 3)
		*why = "a block whose length is not a multiple of 4";
	else
		return len;
	return 0;
}

/* Walks all options; a malformed list is an error of the file. */
static bool options_are_sound(const uint8_t *at, const uint8_t *end, bool swapped)
{
	struct pcapng_options it = { at, end, swapped };
	struct pcapng_option o;
	int r;

	while ((r = pcapng_option_next(&it, &o)) > 0)
		;
	return r == 0;
}

static char *option_text(const struct pcapng_option *o, uint32_t skip)
{
	return o->len > skip ? strndup((const char *)o->data + skip, o->len - skip) : NULL;
}

static void set_text(char **to, const struct pcapng_option *o, uint32_t skip)
{
	if (!*to)
		*to = option_text(o, skip);
}

static uint8_t mask_len(const uint8_t *mask)
{
	uint32_t m = (uint32_t)mask[0] << 24 | (uint32_t)mask[1] << 16 | (uint32_t)mask[2] << 8 | mask[3];

	return (uint8_t)__builtin_popcount(m);
}

static void add_addr(struct iface *i, uint8_t family, const uint8_t *addr, size_t len, uint8_t prefix_len)
{
	struct iface_addr *a = realloc(i->addrs, (i->naddrs + 1) * sizeof(*a));

	if (!a)
		return;
	i->addrs = a;
	a += i->naddrs++;
	*a = (struct iface_addr){ .family = family, .prefix_len = prefix_len };
	memcpy(a->addr, addr, len);
}

/* The comment of our own that says so (capture/port.c). Whole connections are no sample of their segments. */
static bool says_sampled(const uint8_t *text, size_t len)
{
	static const char begins[] = "sampled", segments[] = " segments", budget[] = "--cpu-budget";

	return len >= strlen(begins) && memcmp(text, begins, strlen(begins)) == 0 &&
	       (memmem(text, len, segments, strlen(segments)) || memmem(text, len, budget, strlen(budget)));
}

static void idb_option(struct iface *i, const struct pcapng_option *o, uint8_t *tsresol, int64_t *offset_s,
		       bool swapped)
{
	switch (o->code) {
	case OPT_COMMENT:
		set_text(&i->comment, o, 0);
		i->sampled |= says_sampled(o->data, o->len);
		break;
	case IDB_NAME:
		set_text(&i->name, o, 0);
		break;
	case IDB_DESCRIPTION:
		set_text(&i->description, o, 0);
		break;
	case IDB_FILTER:
		if (o->len && o->data[0] == 0)
			set_text(&i->filter, o, 1);
		break;
	case IDB_IPV4:
		if (o->len == 8)
			add_addr(i, AF_INET, o->data, 4, mask_len(o->data + 4));
		break;
	case IDB_IPV6:
		if (o->len == 17)
			add_addr(i, AF_INET6, o->data, 16, o->data[16]);
		break;
	case IDB_MAC:
		if (o->len == 6)
			memcpy(i->mac, o->data, 6);
		i->has_mac = o->len == 6;
		break;
	case IDB_SPEED:
		i->speed = o->len == 8 ? get_u64(o->data, swapped) : 0;
		break;
	case IDB_TSRESOL:
		*tsresol = o->len ? o->data[0] : *tsresol;
		break;
	case IDB_TSOFFSET:
		*offset_s = o->len == 8 ? (int64_t)get_u64(o->data, swapped) : 0;
		break;
	}
}

static int remember_idb(struct pcapng_reader *r, struct iface *i)
{
	if (r->nidbs == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 8;
		struct iface **at = realloc(r->idbs, cap * sizeof(*at));

		if (!at)
			return -ENOMEM;
		r->idbs = at;
		r->cap = cap;
	}
	r->idbs[r->nidbs++] = i;
	return 0;
}

static int fill_iface(const struct pcapng_reader *r, struct iface *i, const struct block *k)
{
	struct pcapng_options it = { k->body + 8, k->body + k->body_len, r->swapped };
	uint8_t tsresol = 6;
	int64_t offset_s = 0;
	struct pcapng_option o;

	iface_set_link(i, get_u16(k->body, r->swapped), get_u32(k->body + 4, r->swapped));
	while (pcapng_option_next(&it, &o) > 0)
		idb_option(i, &o, &tsresol, &offset_s, r->swapped);
	pcapng_clock_set(&i->clock, tsresol, offset_s);
	i->options_len = k->body_len - 8;
	i->options_swapped = r->swapped;
	i->swapped = r->swapped;
	i->options = malloc(i->options_len + 1);
	if (!i->options)
		return -ENOMEM;
	memcpy(i->options, k->body + 8, i->options_len);
	return 0;
}

static int read_idb(struct pcapng_reader *r, struct block *k, const char **why)
{
	struct iface *i = r->first;
	int e = 0;

	if (k->body_len < 8)
		return bad(why, "an interface description block that is too short");
	if (!options_are_sound(k->body + 8, k->body + k->body_len, r->swapped))
		return bad(why, "an option that runs past the end of its interface description block");
	r->first = NULL;
	if (!i) {
		i = iface_table_add(r->table);
		e = i ? fill_iface(r, i, k) : -ENOMEM;
	}
	k->kind = BLOCK_IFACE;
	k->iface = i;
	return e ? e : remember_idb(r, i);
}

static void packet_flags(struct packet *p, uint32_t flags)
{
	static const uint8_t type[8] = {
		[RECEPTION_UNICAST] = PACKET_HOST,
		[RECEPTION_MULTICAST] = PACKET_MULTICAST,
		[RECEPTION_BROADCAST] = PACKET_BROADCAST,
		[RECEPTION_PROMISC] = PACKET_OTHERHOST,
	};
	uint32_t reception = flags >> EPB_FLAGS_RECEPTION_SHIFT & 7;

	p->dir = (flags & EPB_FLAGS_DIR) == 3 ? DIR_UNKNOWN : flags & EPB_FLAGS_DIR;
	p->has_pkt_type = reception >= RECEPTION_UNICAST && reception <= RECEPTION_PROMISC;
	p->pkt_type = type[reception];
	if (flags & EPB_FLAGS_CSUM_PARTIAL)
		p->csum = CSUM_PARTIAL;
	else if (flags & EPB_FLAGS_CSUM_VALID)
		p->csum = CSUM_VALID;
	p->gso = flags & EPB_FLAGS_GSO;
}

static uint32_t saturate(uint64_t v)
{
	return v > UINT32_MAX ? UINT32_MAX : (uint32_t)v;
}

static int packet_options(struct packet *p, const uint8_t *at, const uint8_t *end, bool swapped,
			  const char **why)
{
	struct pcapng_options it = { at, end, swapped };
	struct pcapng_option o;
	int r;

	p->options = at;
	p->options_len = (uint32_t)(end - at);
	p->options_swapped = swapped;
	while ((r = pcapng_option_next(&it, &o)) > 0) {
		if (o.code == EPB_FLAGS && o.len == 4)
			packet_flags(p, get_u32(o.data, swapped));
		else if (o.code == EPB_DROPCOUNT && o.len == 8)
			p->lost = saturate(get_u64(o.data, swapped));
		else if (o.code == EPB_QUEUE && o.len == 4)
			p->queue = (uint16_t)get_u32(o.data, swapped);
	}
	return r ? bad(why, "an option that runs past the end of its packet block") : 0;
}

/* Enhanced, and the obsolete packet block, which holds a 16-bit interface and a drop count in its first word.
 */
static int read_epb(struct pcapng_reader *r, uint32_t type, const uint8_t *body, uint32_t len,
		    struct packet *p, const char **why)
{
	bool s = r->swapped;
	uint32_t if_no, data_end;

	*p = (struct packet){ 0 };
	if (len < 20)
		return bad(why, "a packet block that is too short");
	if_no = type == PCAPNG_PB ? get_u16(body, s) : get_u32(body, s);
	if (if_no >= r->nidbs)
		return bad(why, "a packet of an interface that is not described");
	p->iface = r->idbs[if_no];
	p->ts_ns = pcapng_clock_ns(&p->iface->clock,
				   (uint64_t)get_u32(body + 4, s) << 32 | get_u32(body + 8, s));
	p->cap_len = get_u32(body + 12, s);
	p->wire_len = get_u32(body + 16, s);
	p->data = body + 20;
	if (p->cap_len > len - 20)
		return bad(why, "a packet longer than its block");
	if (type == PCAPNG_PB && get_u16(body + 2, s) != UINT16_MAX)
		p->lost = get_u16(body + 2, s);
	data_end = 20 + pad4(p->cap_len);
	if (data_end >= len)
		return 0;
	return packet_options(p, body + data_end, body + len, s, why);
}

static int read_spb(struct pcapng_reader *r, const uint8_t *body, uint32_t len, struct packet *p,
		    const char **why)
{
	*p = (struct packet){ 0 };
	if (len < 4)
		return bad(why, "a packet block that is too short");
	if (!r->nidbs)
		return bad(why, "a packet of an interface that is not described");
	p->iface = r->idbs[0];
	p->ts_ns = pcapng_clock_ns(&p->iface->clock, 0); /* it has no time of its own */
	p->data = body + 4;
	p->wire_len = p->cap_len = get_u32(body, r->swapped);
	if (p->iface->snaplen && p->cap_len > p->iface->snaplen)
		p->cap_len = p->iface->snaplen;
	if (p->cap_len > len - 4)
		return bad(why, "a packet longer than its block");
	return 0;
}

static int read_isb(struct pcapng_reader *r, struct block *k, const char **why)
{
	uint32_t if_no;

	if (k->body_len < 12)
		return bad(why, "an interface statistics block that is too short");
	if_no = get_u32(k->body, r->swapped);
	if (if_no >= r->nidbs)
		return bad(why, "statistics of an interface that is not described");
	k->kind = BLOCK_STATISTICS;
	k->iface = r->idbs[if_no];
	k->ts_ns = pcapng_clock_ns(&k->iface->clock, (uint64_t)get_u32(k->body + 4, r->swapped) << 32 |
							     get_u32(k->body + 8, r->swapped));
	return 0;
}

static int read_other(struct pcapng_reader *r, struct block *k, const char **why)
{
	uint32_t off;
	int e = 0;

	switch (k->type) {
	case PCAPNG_SHB:
		if (k->body_len < 16)
			return bad(why, "a section header that is too short");
		if (get_u16(k->body + 4, r->swapped) != 1)
			return bad(why, "a section of a pcapng version that is not 1");
		r->nidbs = 0;
		k->kind = BLOCK_SECTION;
		break;
	case PCAPNG_IDB:
		return read_idb(r, k, why);
	case PCAPNG_ISB:
		e = read_isb(r, k, why);
		break;
	case PCAPNG_NRB:
		k->kind = BLOCK_NAMES;
		break;
	}
	off = pcapng_options_off(k->type, k->body, k->body_len, r->swapped);
	if (!e && !options_are_sound(k->body + off, k->body + k->body_len, r->swapped))
		e = bad(why, "an option that runs past the end of its block");
	return e;
}

int pcapng_read(struct pcapng_reader *r, const uint8_t *p, uint32_t len, struct item *out, const char **why)
{
	uint32_t type = get_u32(p, r->swapped), body_len = len - PCAPNG_BLOCK_MIN;
	const uint8_t *body = p + 8;

	if (get_u32(p + len - 4, r->swapped) != len)
		return bad(why, "a block whose two lengths differ");
	out->is_packet = type == PCAPNG_EPB || type == PCAPNG_SPB || type == PCAPNG_PB;
	if (type == PCAPNG_SPB)
		return read_spb(r, body, body_len, &out->packet, why);
	if (out->is_packet)
		return read_epb(r, type, body, body_len, &out->packet, why);
	out->block = (struct block){
		.kind = BLOCK_OTHER, .type = type, .body = body, .body_len = body_len, .swapped = r->swapped
	};
	return read_other(r, &out->block, why);
}

void pcapng_reader_clear(struct pcapng_reader *r)
{
	free(r->idbs);
	*r = (struct pcapng_reader){ 0 };
}
