// SPDX-License-Identifier: BSD-2-Clause
/* Bytes → decode → every printer, with options that the first bytes choose. A packet lies in a heap block of
 * its exact size, so that one byte read too far is found. */
#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"
#include "decode/linktype.h"
#include "print/print.h"
#include "util/strbuf.h"

static const uint16_t links[] = {
	LINKTYPE_ETHERNET,  LINKTYPE_RAW,      LINKTYPE_IPV4,	   LINKTYPE_IPV6,
	LINKTYPE_NULL,	    LINKTYPE_LOOP,     LINKTYPE_PPP,	   LINKTYPE_PPP_HDLC,
	LINKTYPE_PPP_ETHER, LINKTYPE_PPP_PPPD, LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2,
};

struct head {
	uint8_t link, flags, more, extra;
};

static struct print_settings settings(const struct head *h)
{
	return (struct print_settings){
		.verbose = h->flags & 3,
		.numeric = true,
		.link_header = h->flags & 4,
		.quick = (h->flags & 0x18) == 0x18,
		.absolute_seq = h->flags & 0x20,
		.number = h->flags & 0x40,
		.no_checksum = h->flags & 0x80,
		.time = h->more & 7,
		.hex = h->more >> 3 & 1,
		.hex_ascii = h->more >> 4 & 1,
		.ascii = h->more >> 5 & 1,
		.nano = h->more & 0x40,
		.iface_prefix = h->more & 0x80,
		.payload = h->extra & 7,
		.asdot = h->extra & 8,
		.md5_secret = h->extra & 16 ? "secret" : NULL,
		.max_flows = 2,
	};
}

static void print_one(struct printer *pr, uint16_t link, const uint8_t *data, size_t n, uint32_t wire_len)
{
	uint8_t *exact = malloc(n);
	struct packet p = { .ts_ns = 1700000000123456789u, .data = exact, .cap_len = (uint32_t)n };
	struct strbuf b = { 0 };
	struct decoded d;

	if (!exact)
		return;
	memcpy(exact, data, n);
	p.wire_len = wire_len;
	decode_packet(&d, link, &p);
	if (d.is_tcp) {
		printer_packet(pr, &b, &p, &d);
		if (b.len == 0 || b.s[b.len - 1] != '\n')
			abort();
	}
	strbuf_free(&b);
	free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct print_settings s;
	struct printer *pr;
	struct head h;
	uint16_t link;

	if (n <= sizeof(h))
		return 0;
	memcpy(&h, data, sizeof(h));
	data += sizeof(h);
	n -= sizeof(h);
	link = links[h.link % (sizeof(links) / sizeof(links[0]))];
	s = settings(&h);
	pr = printer_new(&s);
	if (!pr)
		return 0;
	print_one(pr, link, data, n, (uint32_t)n);
	print_one(pr, link, data, n / 2 + 1, (uint32_t)n);
	print_one(pr, link, data, n, (uint32_t)n + (h.extra >> 5));
	printer_free(pr);
	return 0;
}
