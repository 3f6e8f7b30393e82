// SPDX-License-Identifier: BSD-2-Clause
#include "decode/icmp.h"

#include <string.h>
#include <sys/socket.h>

#include "decode/decode.h"

#define QUOTED_TCP 8 /* ports and sequence number: all that RFC 792 promises */

static uint32_t be(const uint8_t *p, int n)
{
	uint32_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

static bool take_ports(struct icmp_quote *q, const uint8_t *tcp, const uint8_t *end)
{
	if (end - tcp < QUOTED_TCP)
		return false;
	q->sport = (uint16_t)be(tcp, 2);
	q->dport = (uint16_t)be(tcp + 2, 2);
	q->seq = be(tcp + 4, 4);
	return true;
}

static bool quote4(struct icmp_quote *q, const uint8_t *ip, const uint8_t *end)
{
	const uint8_t *icmp = ip + (ip[0] & 15) * 4, *in = icmp + 8;

	/* destination unreachable, source quench, time exceeded, parameter problem; no later fragment */
	if (ip[9] != 1 || be(ip + 6, 2) & 0x1fff || end - ip < 20 + 8 + 20 || end - in < 20)
		return false;
	if ((icmp[0] != 3 && icmp[0] != 4 && icmp[0] != 11 && icmp[0] != 12) || in[0] >> 4 != 4 || in[9] != 6)
		return false;
	if (be(in + 6, 2) & 0x1fff || (in[0] & 15) < 5)
		return false;
	q->type = icmp[0];
	q->code = icmp[1];
	q->from = ip + 12;
	q->ip = in;
	q->src = in + 12;
	q->dst = in + 16;
	return end - in >= (in[0] & 15) * 4 && take_ports(q, in + (in[0] & 15) * 4, end);
}

static bool quote6(struct icmp_quote *q, const uint8_t *ip, const uint8_t *end)
{
	const uint8_t *icmp = ip + 40, *in = icmp + 8;

	if (end - ip < 40 + 8 + 40 || ip[6] != 58 || icmp[0] < 1 || icmp[0] > 4 || in[0] >> 4 != 6 ||
	    in[6] != 6)
		return false;
	q->type = icmp[0];
	q->code = icmp[1];
	q->from = ip + 8;
	q->ip = in;
	q->src = in + 8;
	q->dst = in + 24;
	return take_ports(q, in + 40, end);
}

bool decode_icmp_quote(struct icmp_quote *q, const struct packet *p, const struct decoded *d)
{
	const uint8_t *end = p->data + p->cap_len;

	if (d->is_tcp || !d->ip || end - d->ip < 20)
		return false;
	q->family = d->family;
	if (d->family == AF_INET)
		return quote4(q, d->ip, end);
	return quote6(q, d->ip, end);
}
