// SPDX-License-Identifier: BSD-2-Clause
#include "file/options.h"

#include "file/bytes.h"

enum shape { BYTES, U32S, U64, BYTE_U64, U32_BYTES };

static enum shape idb_shape(uint16_t code)
{
	switch (code) {
	case IDB_SPEED:
	case IDB_TSOFFSET:
	case IDB_TXSPEED:
	case IDB_RXSPEED:
		return U64;
	case IDB_TZONE:
		return U32S;
	}
	return BYTES;
}

static enum shape epb_shape(uint16_t code)
{
	switch (code) {
	case EPB_FLAGS:
	case EPB_QUEUE:
	case EPB_PROCESS:
		return U32S;
	case EPB_DROPCOUNT:
	case EPB_PACKETID:
		return U64;
	case EPB_VERDICT:
		return BYTE_U64;
	}
	return BYTES;
}

static enum shape isb_shape(uint16_t code)
{
	if (code == ISB_STARTTIME || code == ISB_ENDTIME)
		return U32S;
	return code >= ISB_IFRECV && code <= ISB_USRDELIV ? U64 : BYTES;
}

/* Which numbers an option's value holds. */
static enum shape shape_of(uint32_t type, uint16_t code)
{
	if (code == OPT_CUSTOM_STR || code == OPT_CUSTOM_BIN || code == OPT_CUSTOM_STR_NOCOPY ||
	    code == OPT_CUSTOM_BIN_NOCOPY)
		return U32_BYTES;
	switch (type) {
	case PCAPNG_IDB:
		return idb_shape(code);
	case PCAPNG_EPB:
		return epb_shape(code);
	case PCAPNG_ISB:
		return isb_shape(code);
	}
	return BYTES;
}

static void swap_value(uint8_t *v, uint32_t len, enum shape shape)
{
	switch (shape) {
	case U32S:
		for (uint32_t i = 0; i + 4 <= len; i += 4)
			put_u32(v + i, get_u32(v + i, true));
		break;
	case U64:
		if (len >= 8)
			put_u64(v, get_u64(v, true));
		break;
	case BYTE_U64:
		if (len >= 9)
			put_u64(v + 1, get_u64(v + 1, true));
		break;
	case U32_BYTES:
		if (len >= 4)
			put_u32(v, get_u32(v, true));
		break;
	case BYTES:
		break;
	}
}

uint8_t *options_put_one(uint8_t *to, uint32_t type, const struct pcapng_option *o, bool swapped)
{
	uint8_t *value, *end;

	if (o->code == OPT_CUSTOM_STR_NOCOPY || o->code == OPT_CUSTOM_BIN_NOCOPY)
		return to;
	value = put_u16(put_u16(to, o->code), o->len);
	end = put_mem(value, o->data, o->len);
	if (swapped)
		swap_value(value, o->len, shape_of(type, o->code));
	while ((end - to) & 3)
		*end++ = 0;
	return end;
}

void options_copy_one(struct strbuf *b, uint32_t type, const struct pcapng_option *o, bool swapped)
{
	uint8_t *at;

	if (!strbuf_room(b, 8u + o->len))
		return;
	at = (uint8_t *)b->s + b->len;
	b->len += (size_t)(options_put_one(at, type, o, swapped) - at);
}
