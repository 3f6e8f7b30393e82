// SPDX-License-Identifier: BSD-2-Clause
/* IPv4 (RFC 791), IPv6 and its extension headers (RFC 8200, 2675), AH (RFC 4302). */
#include <stddef.h>
#include <sys/socket.h>

#include "decode/numbers.h"
#include "decode/steps.h"

bool step_by_ip_proto(struct layer *next, uint8_t proto, int version)
{
	static const uint8_t kinds[256] = {
		[PROTO_TCP] = LAYER_TCP,   [PROTO_AH] = LAYER_AH,     [PROTO_GRE] = LAYER_GRE,
		[PROTO_IPIP] = LAYER_IPV4, [PROTO_IPV6] = LAYER_IPV6, [PROTO_ETHERNET] = LAYER_ETHER,
	};

	next->kind = kinds[proto];
	next->proto = proto;
	return next->kind != LAYER_NONE && (proto != PROTO_ETHERNET || version == 6);
}

static void innermost(struct decode_state *s, int family, const uint8_t *ip)
{
	struct decoded *d = s->d;

	if (d->ip)
		d->ip_depth++;
	d->ip = ip;
	d->family = (uint8_t)family;
	d->src = ip + (family == AF_INET ? 12 : 8);
	d->dst = ip + (family == AF_INET ? 16 : 24);
	d->fragment = DECODE_WHOLE;
}

bool step_ipv4(struct decode_state *s, const struct layer *at, struct layer *next)
{
	const uint8_t *p = s->data + at->off;
	uint32_t hdr_len, len;
	uint16_t frag;

	if (at->cap < 1)
		return step_cut(s);
	if (p[0] >> 4 != 4)
		return step_bad(s);
	s->d->is_tcp = at->cap >= 10 && p[9] == PROTO_TCP;
	if (at->cap < 20)
		return step_cut(s);
	innermost(s, AF_INET, p);
	hdr_len = (p[0] & 0xfu) * 4;
	len = be16(p + 2);
	if (len == 0) /* a super-packet whose length the card fills in */
		len = at->len;
	if (at->len < 20 || hdr_len < 20 || len < hdr_len)
		return step_bad(s);
	frag = be16(p + 6);
	if (frag & (IPV4_OFFSET_MASK | IPV4_FLAG_MF))
		s->d->fragment = frag & IPV4_OFFSET_MASK ? DECODE_LATER_FRAGMENT : DECODE_FIRST_FRAGMENT;
	next->cap = min_u32(at->cap, len);
	if (next->cap < hdr_len)
		return step_cut(s);
	next->off = at->off + hdr_len;
	next->cap -= hdr_len;
	next->len = len - hdr_len;
	if (s->d->fragment == DECODE_LATER_FRAGMENT) {
		if (p[9] == PROTO_TCP)
			s->d->stop = DECODE_DONE;
		return false;
	}
	return step_by_ip_proto(next, p[9], 4);
}

static bool is_extension(uint8_t proto)
{
	return proto == PROTO_HOPOPTS || proto == PROTO_ROUTING || proto == PROTO_FRAGMENT ||
	       proto == PROTO_DSTOPTS || proto == PROTO_MOBILITY;
}

/* The length ends too early; a LAYER_IPV6_SHORT says so. */
static bool v6_short(struct decode_state *s)
{
	s->d->stop = DECODE_BAD;
	return true;
}

/* What follows n bytes after at, by the protocol number that they name. */
static bool v6_follow(struct decode_state *s, const struct layer *at, struct layer *next, uint32_t n,
		      uint8_t proto)
{
	uint32_t total;

	s->d->is_tcp = proto == PROTO_TCP;
	next->proto = proto;
	next->kind = LAYER_IPV6_SHORT;
	next->off = at->off;
	next->cap = next->len = 0;
	if (s->v6_left < n)
		return v6_short(s);
	s->v6_left -= n;
	if (at->cap < n)
		return step_cut(s);
	next->off = at->off + n;
	next->cap = at->cap - n;
	next->len = s->v6_left;
	if (is_extension(proto)) {
		next->kind = LAYER_IPV6_EXT;
		return true;
	}
	total = next->off - s->v6_off;
	if (s->v6_jumbo) {
		if (s->v6_jumbo + 40 < total)
			return v6_short(s);
		next->len = s->v6_jumbo + 40 - total;
		next->cap = min_u32(s->v6_cap, s->v6_jumbo + 40) - total;
	} else if (s->v6_no_length) {
		if (s->v6_ext)
			return v6_short(s);
		next->len = 0;
		next->cap = 0;
	}
	return step_by_ip_proto(next, proto, 6);
}

bool step_ipv6(struct decode_state *s, const struct layer *at, struct layer *next)
{
	const uint8_t *p = s->data + at->off;
	struct layer within = *at;
	uint32_t payload;

	s->d->is_tcp = at->cap >= 7 && p[6] == PROTO_TCP;
	if (at->cap < 40)
		return step_cut(s);
	if (at->len < 40 || p[0] >> 4 != 6)
		return step_bad(s);
	innermost(s, AF_INET6, p);
	payload = be16(p + 4);
	s->v6_off = at->off;
	s->v6_cap = at->cap;
	s->v6_len = at->len;
	s->v6_jumbo = 0;
	s->v6_ext = false;
	s->v6_no_length = payload == 0;
	s->v6_left = payload ? payload + 40 : at->len + 40;
	within.cap = min_u32(at->cap, s->v6_left);
	return v6_follow(s, &within, next, 40, p[6]);
}

/* The Jumbo Payload option of a hop-by-hop header of n bytes: 0 without a valid one. */
static uint32_t jumbo_length(const uint8_t *p, uint32_t n)
{
	uint32_t i = 2;

	while (i < n) {
		uint32_t len = p[i] == 0 ? 1 : i + 1 < n ? p[i + 1] + 2u : n;

		if (i + len > n)
			return 0;
		if (p[i] == 0xc2)
			return len == 6 && be32(p + i + 2) >= 65536 ? be32(p + i + 2) : 0;
		i += len;
	}
	return 0;
}

bool step_ipv6_ext(struct decode_state *s, const struct layer *at, struct layer *next)
{
	const uint8_t *p = s->data + at->off;
	uint32_t n;

	s->v6_ext = true;
	if (at->cap < 4)
		return step_cut(s);
	n = at->proto == PROTO_FRAGMENT ? 8 : (p[1] + 1u) * 8;
	if (at->proto == PROTO_FRAGMENT) {
		if (be16(p + 2) & 0xfff8) {
			s->d->fragment = DECODE_LATER_FRAGMENT;
			s->d->is_tcp = p[0] == PROTO_TCP;
			if (s->d->is_tcp)
				s->d->stop = DECODE_DONE;
			return false;
		}
		if (p[3] & 1)
			s->d->fragment = DECODE_FIRST_FRAGMENT;
	} else if (at->proto == PROTO_HOPOPTS && s->v6_no_length && at->cap >= n) {
		s->v6_jumbo = jumbo_length(p, n);
	}
	if (at->cap < n) {
		s->d->is_tcp = p[0] == PROTO_TCP;
		return step_cut(s);
	}
	return v6_follow(s, at, next, n, p[0]);
}

bool step_ah(struct decode_state *s, const struct layer *at, struct layer *next)
{
	const uint8_t *p = s->data + at->off;
	bool in_v6 = s->d->family == AF_INET6;
	uint32_t n;

	if (at->cap < 1)
		return step_cut(s);
	s->d->is_tcp = p[0] == PROTO_TCP;
	n = at->cap < 12 ? 12 : (p[1] + 2u) * 4;
	if (at->cap < 12 || at->cap < n)
		return step_cut(s);
	if (in_v6 && is_extension(p[0])) {
		s->v6_left = at->len;
		return v6_follow(s, at, next, n, p[0]);
	}
	step_over(at, next, n);
	return step_by_ip_proto(next, p[0], in_v6 ? 6 : 4);
}
