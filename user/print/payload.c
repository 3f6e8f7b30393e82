// SPDX-License-Identifier: BSD-2-Clause
/* Which printer a segment's payload goes to. */
#include "print/payload_io.h"

#define PORTS_MAX 2

/* The first row of which either port is one of the segment's decides. */
static const struct {
	uint16_t ports[PORTS_MAX];
	payload_print_fn *print;
} printers[] = {
	/* clang-format off */
	{ { 23 }, payload_telnet },
	{ { 25 }, payload_smtp },
	{ { 43 }, payload_whois },
	{ { 179 }, payload_bgp },
	{ { 1723 }, payload_pptp },
	{ { 6379 }, payload_resp },
	{ { 22 }, payload_ssh },
	{ { 10288 }, payload_beep },
	{ { 6633, 6653 }, payload_openflow },
	{ { 21 }, payload_ftp },
	{ { 80, 8080 }, payload_http },
	{ { 554, 8554 }, payload_rtsp },
	{ { 53 }, payload_dns },
	{ { 639 }, payload_msdp },
	{ { 323 }, payload_rpki_rtr },
	{ { 646 }, payload_ldp },
	{ { 2049 }, payload_nfs },
	/* clang-format on */
};

static payload_print_fn *printer_of_ports(uint16_t sport, uint16_t dport)
{
	size_t i, k;

	for (i = 0; i < sizeof(printers) / sizeof(printers[0]); i++)
		for (k = 0; k < PORTS_MAX && printers[i].ports[k]; k++)
			if (printers[i].ports[k] == sport || printers[i].ports[k] == dport)
				return printers[i].print;
	return NULL;
}

void payload_ports(uint8_t bits[8192])
{
	size_t i, k;

	for (i = 0; i < sizeof(printers) / sizeof(printers[0]); i++)
		for (k = 0; k < PORTS_MAX && printers[i].ports[k]; k++)
			bits[printers[i].ports[k] / 8] |= (uint8_t)(1 << printers[i].ports[k] % 8);
}

static payload_print_fn *choose(const struct payload *p, uint8_t type)
{
	switch (type) {
	case PAYLOAD_BY_PORT:
		return printer_of_ports(p->sport, p->dport);
	case PAYLOAD_RESP:
		return payload_resp;
	case PAYLOAD_ZMTP1:
		return payload_zmtp1;
	case PAYLOAD_DOMAIN:
		return payload_dns;
	default:
		return NULL;
	}
}

static bool run(struct pio *io, payload_print_fn *print)
{
	if (_setjmp(io->cut))
		return false;
	print(io);
	return true;
}

bool payload_print(struct strbuf *b, const struct payload *p, const struct payload_settings *s)
{
	payload_print_fn *print = choose(p, s->type);
	struct pio io; /* not zeroed: its jmp_buf is large */

	if (!print)
		return true;
	io.b = b;
	io.data = p->data;
	io.cap = p->cap_len < p->len ? p->cap_len : p->len;
	io.len = p->len;
	io.payload = p;
	io.set = s;
	io.proto = "tcp";
	io.held = SIZE_MAX;
	return run(&io, print);
}
