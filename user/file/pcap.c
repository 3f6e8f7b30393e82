// SPDX-License-Identifier: BSD-2-Clause
#include "file/pcap.h"

#include <errno.h>

#include "file/bytes.h"

#define MAGIC_MICRO 0xa1b2c3d4u
#define MAGIC_NANO 0xa1b23c4du
#define MAGIC_KUZNETZOV 0xa1b2cd34u
#define MAJOR_DG_UX 543
#define LINKTYPE_ETHERNET 1
#define ETHERNET_HEADER 14
#define LINK_TYPE_BITS 0x03ffffffu /* above them: the length of a frame check sequence */
#define CAP_LEN_USUAL_MAX 262144u
#define CAP_LEN_MAX (16u << 20)

static bool known(uint32_t magic)
{
	return magic == MAGIC_MICRO || magic == MAGIC_NANO || magic == MAGIC_KUZNETZOV;
}

bool pcap_is_magic(const uint8_t *p)
{
	return known(get_u32(p, false)) || known(get_u32(p, true));
}

int pcap_read_header(struct pcap_format *f, const uint8_t *p, const char **why)
{
	uint32_t magic, link_type;
	uint16_t major, minor;

	*f = (struct pcap_format){ .swapped = !known(get_u32(p, false)), .record_len = PCAP_RECORD };
	magic = get_u32(p, f->swapped);
	major = get_u16(p + 4, f->swapped);
	minor = get_u16(p + 6, f->swapped);
	if (!(major == 2 && minor <= 4) && !(major == MAJOR_DG_UX && minor == 0)) {
		*why = "a pcap version that is none of 2.0 to 2.4";
		return -EBADMSG;
	}
	f->nano = magic == MAGIC_NANO;
	if (magic == MAGIC_KUZNETZOV)
		f->record_len = 24;
	f->lengths_swapped = minor < 3;
	f->lengths_unsure = minor == 3;
	f->snaplen = get_u32(p + 16, f->swapped);
	link_type = get_u32(p + 20, f->swapped) & LINK_TYPE_BITS;
	if (link_type > UINT16_MAX) {
		*why = "a link type that nobody has defined";
		return -EBADMSG;
	}
	f->link_type = (uint16_t)link_type;
	if (magic == MAGIC_KUZNETZOV && link_type == LINKTYPE_ETHERNET && f->snaplen <= INT32_MAX)
		f->snaplen += ETHERNET_HEADER; /* which those kernels added to what they kept */
	return 0;
}

int pcap_read_record(const struct pcap_format *f, const uint8_t *head, struct packet *p, const char **why)
{
	uint32_t cap_len = get_u32(head + 8, f->swapped), wire_len = get_u32(head + 12, f->swapped);
	uint32_t limit =
		f->snaplen > CAP_LEN_USUAL_MAX && f->snaplen <= CAP_LEN_MAX ? f->snaplen : CAP_LEN_USUAL_MAX;

	if (f->lengths_swapped || (f->lengths_unsure && cap_len > wire_len)) {
		uint32_t t = cap_len;

		cap_len = wire_len;
		wire_len = t;
	}
	*p = (struct packet){ .cap_len = cap_len, .wire_len = wire_len, .data = head + f->record_len };
	p->ts_ns = get_u32(head, f->swapped) * 1000000000ull +
		   get_u32(head + 4, f->swapped) * (f->nano ? 1ull : 1000ull);
	if (cap_len <= limit)
		return 0;
	*why = "a packet longer than any capture makes it";
	return -EBADMSG;
}

void pcap_put_header(uint8_t to[PCAP_HEADER], uint16_t link_type, uint32_t snaplen, bool nano)
{
	to = put_u32(to, nano ? MAGIC_NANO : MAGIC_MICRO);
	to = put_u16(to, 2);
	to = put_u16(to, 4);
	to = put_u64(to, 0);
	to = put_u32(to, snaplen);
	put_u32(to, link_type);
}

uint32_t pcap_put_record(uint8_t *to, const struct packet *p, bool nano)
{
	uint32_t ns = (uint32_t)(p->ts_ns % 1000000000);

	to = put_u32(to, (uint32_t)(p->ts_ns / 1000000000));
	to = put_u32(to, nano ? ns : ns / 1000);
	to = put_u32(to, p->cap_len);
	to = put_u32(to, p->wire_len > p->cap_len ? p->wire_len : p->cap_len);
	memcpy(to, p->data, p->cap_len);
	return PCAP_RECORD + p->cap_len;
}
