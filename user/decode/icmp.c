// SPDX-License-Identifier: BSD-2-Clause
#include "decode/icmp.h"

#include <string.h>
#include <sys/socket.h>

#include "decode/decode.h"

struct walk_bytes {
	const uint8_t *data;
	uint32_t len;
};

static __always_inline int walk_load(const struct walk_bytes *b, uint32_t off, void *to, uint32_t len)
{
	if (off > b->len || b->len - off < len)
		return -1;
	memcpy(to, b->data + off, len);
	return 0;
}

#include "ebpfdump/quote.h"

static uint32_t be(const uint8_t *p, int n)
{
	uint32_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

bool decode_icmp_quote(struct icmp_quote *q, const struct packet *p, const struct decoded *d)
{
	const struct walk_bytes bytes = { p->data, p->cap_len };
	bool v6 = d->family == AF_INET6;
	const uint8_t *icmp, *tcp;
	struct walk w;

	if (d->is_tcp || !d->ip || d->ip - p->data > UINT16_MAX ||
	    quote_find(&bytes, (uint32_t)(d->ip - p->data), v6 ? WALK_ETHERTYPE_IPV6 : WALK_ETHERTYPE_IPV4,
		       &w, WALK_DEEP) != WALK_TCP)
		return false;
	q->ip = p->data + w.l3_off;
	tcp = p->data + w.l4_off;
	icmp = q->ip - QUOTE_ICMP_HLEN;
	*q = (struct icmp_quote){ .family = d->family,
				  .type = icmp[0],
				  .code = icmp[1],
				  .from = d->ip + (v6 ? 8 : 12),
				  .ip = q->ip,
				  .src = q->ip + (v6 ? 8 : 12),
				  .dst = q->ip + (v6 ? 24 : 16),
				  .sport = (uint16_t)be(tcp, 2),
				  .dport = (uint16_t)be(tcp + 2, 2),
				  .seq = be(tcp + 4, 4) };
	return true;
}
