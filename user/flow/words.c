// SPDX-License-Identifier: BSD-2-Clause
#include "flow/words.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#define MS 1000000
#define SEC 1000000000ll

void flow_words_ms(struct strbuf *b, int64_t ns)
{
	if (ns < 0)
		strbuf_char(b, '-');
	else
		strbuf_printf(b, "%.3f ms", (double)ns / MS);
}

void flow_words_time(struct strbuf *b, int64_t ns)
{
	if (ns < 10 * MS)
		flow_words_ms(b, ns);
	else if (ns < 10 * SEC)
		strbuf_printf(b, "%.0f ms", (double)ns / MS);
	else
		strbuf_printf(b, "%.1f s", (double)ns / SEC);
}

void flow_words_s(struct strbuf *b, int64_t ns)
{
	double s = (double)ns / SEC;

	if (ns < 0)
		strbuf_char(b, '-');
	else if (ns < MS / 2)
		strbuf_char(b, '0');
	else
		strbuf_printf(b, "%.*f", s < 0.0995 ? 3 : s < 0.995 ? 2 : s < 9.95 ? 1 : 0, s);
}

void flow_words_addr(struct strbuf *b, uint8_t family, const uint8_t *addr)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(family, addr, text, sizeof(text)))
		strbuf_str(b, text);
}

void flow_words_end(struct strbuf *b, const struct flow_conn *c, int side)
{
	bool v6 = c->family == AF_INET6;

	if (v6)
		strbuf_char(b, '[');
	flow_words_addr(b, c->family, c->addr[side]);
	strbuf_printf(b, "%s:%u", v6 ? "]" : "", c->port[side]);
}

void flow_words_count(struct strbuf *b, uint64_t n, const char *one)
{
	strbuf_u64(b, n);
	strbuf_char(b, ' ');
	strbuf_str(b, one);
	if (n != 1)
		strbuf_char(b, 's');
}

const char *flow_words_side(const struct flow_conn *c, int side)
{
	return side == c->client ? "client" : "server";
}

const char *flow_words_state(uint8_t state)
{
	static const char *const names[] = {
		[FLOW_UNKNOWN] = "",
		[FLOW_LISTEN] = "LISTEN",
		[FLOW_SYN_SENT] = "SYN_SENT",
		[FLOW_SYN_RECEIVED] = "SYN_RECEIVED",
		[FLOW_ESTABLISHED] = "ESTABLISHED",
		[FLOW_FIN_WAIT_1] = "FIN_WAIT_1",
		[FLOW_FIN_WAIT_2] = "FIN_WAIT_2",
		[FLOW_CLOSE_WAIT] = "CLOSE_WAIT",
		[FLOW_CLOSING] = "CLOSING",
		[FLOW_LAST_ACK] = "LAST_ACK",
		[FLOW_TIME_WAIT] = "TIME_WAIT",
		[FLOW_CLOSED] = "CLOSED",
	};

	return state < sizeof(names) / sizeof(*names) ? names[state] : "";
}

/* RFC 792, 1122 3.2.2.1, 1812 5.2.7.1 */
static const char *const unreachable4[] = {
	"net unreachable",
	"host unreachable",
	"protocol unreachable",
	"port unreachable",
	"fragmentation needed",
	"source route failed",
	"net unknown",
	"host unknown",
	"source host isolated",
	"net administratively prohibited",
	"host administratively prohibited",
	"net unreachable for this service",
	"host unreachable for this service",
	"administratively prohibited",
	"host precedence violation",
	"precedence cutoff",
};

/* RFC 4443, 3.1 */
static const char *const unreachable6[] = {
	"no route",
	"administratively prohibited",
	"beyond the scope of the source",
	"address unreachable",
	"port unreachable",
	"source address failed policy",
	"route rejected",
};

static const char *icmp_name(const struct flow_conn *c)
{
	if (c->icmp_family == AF_INET) {
		if (c->icmp_type == 3 && c->icmp_code < sizeof(unreachable4) / sizeof(*unreachable4))
			return unreachable4[c->icmp_code];
		return c->icmp_type == 11 ? "time exceeded" : NULL;
	}
	if (c->icmp_type == 1 && c->icmp_code < sizeof(unreachable6) / sizeof(*unreachable6))
		return unreachable6[c->icmp_code];
	return c->icmp_type == 2 ? "packet too big" : c->icmp_type == 3 ? "time exceeded" : NULL;
}

void flow_words_icmp(struct strbuf *b, const struct flow_conn *c)
{
	const char *name = icmp_name(c);

	strbuf_str(b, c->icmp_family == AF_INET ? "ICMP " : "ICMPv6 ");
	if (name)
		strbuf_str(b, name);
	else
		strbuf_printf(b, "type %u code %u", c->icmp_type, c->icmp_code);
}
