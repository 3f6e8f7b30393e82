// SPDX-License-Identifier: BSD-2-Clause
#include "file/pcapng.h"

#include "file/bytes.h"

int pcapng_option_next(struct pcapng_options *it, struct pcapng_option *o)
{
	uint32_t left = (uint32_t)(it->end - it->at);

	if (left < 4)
		return left ? -1 : 0;
	o->code = get_u16(it->at, it->swapped);
	o->len = get_u16(it->at + 2, it->swapped);
	if (o->code == OPT_END)
		return 0;
	if (o->len > left - 4)
		return -1;
	o->data = it->at + 4;
	it->at += pad4(4u + o->len) < left ? pad4(4u + o->len) : left;
	return 1;
}

/* The records of an NRB end with one of type 0; options follow. */
static uint32_t nrb_records_len(const uint8_t *body, uint32_t body_len, bool swapped)
{
	uint32_t off = 0;

	while (body_len - off >= 4) {
		uint32_t type = get_u16(body + off, swapped);
		uint32_t len = 4u + pad4(get_u16(body + off + 2, swapped));

		if (len > body_len - off)
			return body_len;
		off += len;
		if (type == 0)
			return off;
	}
	return body_len;
}

uint32_t pcapng_options_off(uint32_t type, const uint8_t *body, uint32_t body_len, bool swapped)
{
	uint64_t off = body_len;

	switch (type) {
	case PCAPNG_SHB:
		off = 16;
		break;
	case PCAPNG_IDB:
		off = 8;
		break;
	case PCAPNG_ISB:
		off = 12;
		break;
	case PCAPNG_NRB:
		off = nrb_records_len(body, body_len, swapped);
		break;
	case PCAPNG_EPB:
	case PCAPNG_PB:
		if (body_len >= 20)
			off = 20ull + ((get_u32(body + 12, swapped) + 3ull) & ~3ull);
		break;
	case PCAPNG_DSB:
		if (body_len >= 8)
			off = 8ull + ((get_u32(body + 4, swapped) + 3ull) & ~3ull);
		break;
	}
	return off < body_len ? (uint32_t)off : body_len;
}
