// SPDX-License-Identifier: BSD-2-Clause
#include "file/bytes.h"
#include "file/options.h"
#include "file/pcapng_write.h"

static uint64_t time_at(const uint8_t *p, bool swapped)
{
	return (uint64_t)get_u32(p, swapped) << 32 | get_u32(p + 4, swapped);
}

static void put_time(uint8_t *to, uint64_t ns)
{
	put_u32(put_u32(to, (uint32_t)(ns >> 32)), (uint32_t)ns);
}

void pcapng_put_isb_again(struct strbuf *b, uint32_t if_no, const struct block *isb)
{
	struct pcapng_options it = { isb->body + 12, isb->body + isb->body_len, isb->swapped };
	size_t start = pcapng_begin(b, PCAPNG_ISB);
	struct pcapng_option o;
	uint8_t fixed[12], t[8];

	put_u32(fixed, if_no);
	put_time(fixed + 4, pcapng_clock_ns(&isb->iface->clock, time_at(isb->body + 4, isb->swapped)));
	strbuf_mem(b, fixed, sizeof(fixed));
	while (pcapng_option_next(&it, &o) > 0) {
		if ((o.code == ISB_STARTTIME || o.code == ISB_ENDTIME) && o.len == 8) {
			put_time(t, pcapng_clock_ns(&isb->iface->clock, time_at(o.data, it.swapped)));
			pcapng_option(b, o.code, t, 8);
		} else {
			options_copy_one(b, PCAPNG_ISB, &o, it.swapped);
		}
	}
	pcapng_option(b, OPT_END, NULL, 0);
	pcapng_end(b, start);
}

/* Records of an NRB: a type, a length, and bytes without an order. */
static uint32_t swap_nrb(uint8_t *body, uint32_t len)
{
	uint32_t off = 0;

	while (len - off >= 4) {
		uint16_t type = get_u16(body + off, true), n = get_u16(body + off + 2, true);

		put_u16(put_u16(body + off, type), n);
		if (4u + pad4(n) > len - off)
			return len;
		off += 4u + pad4(n);
		if (type == 0)
			break;
	}
	return off;
}

/* The fixed part of a body, where its shape is known; false where not. */
static bool swap_fixed(uint32_t type, uint8_t *body, uint32_t len)
{
	switch (type) {
	case PCAPNG_NRB:
		swap_nrb(body, len);
		return true;
	case PCAPNG_DSB:
		if (len >= 8) {
			put_u32(body, get_u32(body, true));
			put_u32(body + 4, get_u32(body + 4, true));
		}
		return true;
	case PCAPNG_CUSTOM:
		if (len >= 4)
			put_u32(body, get_u32(body, true)); /* the PEN; what follows is the vendor's */
		return true;
	}
	return type == 9; /* systemd journal: text */
}

bool pcapng_put_block_again(struct strbuf *b, const struct block *k)
{
	uint32_t fixed_len = pcapng_options_off(k->type, k->body, k->body_len, k->swapped);
	struct pcapng_options it = { k->body + fixed_len, k->body + k->body_len, true };
	struct pcapng_option o;
	size_t start, body;

	if (k->type == PCAPNG_CUSTOM_NOCOPY)
		return true;
	start = pcapng_begin(b, k->type);
	body = b->len;
	if (!k->swapped) {
		strbuf_mem(b, k->body, k->body_len);
		pcapng_end(b, start);
		return true;
	}
	strbuf_mem(b, k->body, fixed_len);
	if (b->failed)
		return true;
	if (!swap_fixed(k->type, (uint8_t *)b->s + body, fixed_len)) {
		b->len = start;
		return false;
	}
	if (fixed_len < k->body_len) {
		while (pcapng_option_next(&it, &o) > 0)
			options_copy_one(b, k->type, &o, true);
		pcapng_option(b, OPT_END, NULL, 0);
	}
	pcapng_end(b, start);
	return true;
}
