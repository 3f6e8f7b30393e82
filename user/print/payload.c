// SPDX-License-Identifier: BSD-2-Clause
/* Which printer a segment's payload goes to. */
#include "print/payload_io.h"

/* Whose payload is read. Of a segment's two ports the one that stands earlier here decides. */
/* clang-format off */
#define PRINTERS(of) \
	of(23, telnet) of(25, smtp) of(43, whois) of(179, bgp) \
	of(1723, pptp) of(6379, resp) of(22, ssh) of(10288, beep) \
	of(6633, openflow) of(6653, openflow) of(21, ftp) of(80, http) \
	of(8080, http) of(554, rtsp) of(8554, rtsp) of(53, dns) \
	of(639, msdp) of(323, rpki_rtr) of(646, ldp) of(2049, nfs)
/* clang-format on */

#define PLACE(port, name) PLACE_##port,
#define PLACE_OF(port, name) [port] = PLACE_##port,
#define PRINTER_AT(port, name) [PLACE_##port] = payload_##name,

enum { PLACE_NONE, PRINTERS(PLACE) };

const uint8_t payload_place[65536] = { PRINTERS(PLACE_OF) };
static payload_print_fn *const printers[] = { PRINTERS(PRINTER_AT) };

static payload_print_fn *printer_of_ports(uint16_t sport, uint16_t dport)
{
	uint8_t one = payload_place[sport], other = payload_place[dport];

	return printers[other == PLACE_NONE || (one != PLACE_NONE && one < other) ? one : other];
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
