// SPDX-License-Identifier: BSD-2-Clause
/* The TCP header (RFC 9293, 3.1) and its options. */
#include <stddef.h>

#include "decode/steps.h"

bool step_tcp(struct decode_state *s, const struct layer *at, struct layer *next)
{
	const uint8_t *p = s->data + at->off;
	struct decoded *d = s->d;

	d->is_tcp = true;
	d->tcp = p;
	d->tcp_len = at->len;
	d->tcp_cap = at->cap < at->len ? at->cap : at->len;
	if (at->cap < 4)
		return step_cut(s);
	d->has_ports = true;
	d->sport = be16(p);
	d->dport = be16(p + 2);
	if (at->cap < 20)
		return step_cut(s);
	d->has_header = true;
	d->seq = be32(p + 4);
	d->ack = be32(p + 8);
	d->hdr_len = (uint16_t)((p[12] >> 4) * 4);
	d->flags = p[13];
	d->win = be16(p + 14);
	d->urg = be16(p + 18);
	if (d->hdr_len < 20 || d->hdr_len > at->len)
		return step_bad(s);
	d->payload_len = at->len - d->hdr_len;
	if (d->tcp_cap < d->hdr_len)
		return step_cut(s);
	d->payload_cap = d->tcp_cap - d->hdr_len;
	d->payload = d->payload_cap ? p + d->hdr_len : NULL;
	d->stop = DECODE_DONE;
	return false;
}

void tcp_options_begin(struct tcp_option_iter *it, const struct decoded *d)
{
	uint32_t n = d->has_header ? d->hdr_len : 0;

	it->at = it->end = d->tcp;
	if (n > d->tcp_cap)
		n = d->tcp_cap;
	if (n > 20) {
		it->at = d->tcp + 20;
		it->end = d->tcp + n;
	}
}

int tcp_options_next(struct tcp_option_iter *it, struct tcp_option *o)
{
	const uint8_t *p = it->at;

	if (p == it->end || p[0] == 0)
		return 0;
	o->kind = p[0];
	o->len = 0;
	o->data = p + 1;
	if (p[0] == 1) {
		it->at = p + 1;
		return 1;
	}
	if (it->end - p < 2 || p[1] < 2 || p[1] > it->end - p)
		return -1;
	o->len = (uint8_t)(p[1] - 2);
	o->data = p + 2;
	it->at = p + p[1];
	return 1;
}
