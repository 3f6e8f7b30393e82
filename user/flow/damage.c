// SPDX-License-Identifier: BSD-2-Clause
#include "flow/damage.h"

#include <sys/socket.h>

#include "decode/checksum.h"

#define ALONE_MAX 1500 /* a larger packet may be several, put together, with the checksum of none */

enum sum { SUM_UNKNOWN, SUM_RIGHT, SUM_WRONG };

bool flow_left_to_card(const struct decoded *d)
{
	return d->has_header && d->tcp_cap >= 20 && d->fragment == DECODE_WHOLE &&
	       checksum_left_to_card(d->src, d->dst, d->family == AF_INET ? 4 : 16,
				     (uint16_t)(d->tcp[16] << 8 | d->tcp[17]), d->tcp_len);
}

static bool carries_nothing(const struct decoded *d)
{
	return !d->payload_len && !(d->flags & (TCP_SYN | TCP_FIN | TCP_RST));
}

static bool is_whole(const struct packet *p, const struct decoded *d)
{
	return d->has_header && d->fragment == DECODE_WHOLE && d->tcp_cap >= d->tcp_len && d->hdr_len >= 20 &&
	       d->hdr_len <= d->tcp_len && d->tcp - d->ip + d->tcp_len <= ALONE_MAX && !p->gso;
}

static enum sum judge(const struct packet *p, const struct decoded *d)
{
	size_t addr_len = d->family == AF_INET ? 4 : 16;
	uint16_t field;
	const uint8_t *dst;

	if (p->csum == CSUM_VALID && !d->ip_depth)
		return SUM_RIGHT;
	if (p->csum == CSUM_PARTIAL || !d->ip || !d->tcp || !is_whole(p, d))
		return SUM_UNKNOWN;
	dst = d->family == AF_INET ? checksum_ipv4_dst(d->ip, (uint32_t)(d->tcp - d->ip))
				   : checksum_ipv6_dst(d->ip, (uint32_t)(d->tcp - d->ip));
	if (!dst)
		return SUM_UNKNOWN;
	if (checksum_tcp(d->src, dst, addr_len, d->tcp, d->tcp_len) == 0xffff)
		return SUM_RIGHT;
	field = (uint16_t)(d->tcp[16] << 8 | d->tcp[17]);
	return field == 0 || checksum_left_to_card(d->src, dst, addr_len, field, d->tcp_len) ? SUM_UNKNOWN
											     : SUM_WRONG;
}

bool flow_is_damaged(struct flow_conn *c, int from, const struct packet *p, const struct decoded *d)
{
	struct flow_side *f = &c->side[from];
	enum sum sum = f->sums == SUMS_DENIED ? SUM_UNKNOWN : judge(p, d);

	if (sum == SUM_RIGHT)
		f->sums = SUMS_RIGHT;
	if (sum != SUM_WRONG || f->sums != SUMS_RIGHT || carries_nothing(d))
		return false;
	f->damaged++;
	return true;
}

void flow_damage_denied(struct flow_conn *c, int i, uint32_t ack)
{
	struct flow_side *s = &c->side[i];

	if (s->sums != SUMS_RIGHT || !s->damaged || !(s->flags & SIDE_HAS_NX) || seq_le(ack, s->nx))
		return;
	s->sums = SUMS_DENIED;
	s->damaged = 0;
	s->bytes += ack - s->nx;
	s->nx = s->contig = ack;
}
