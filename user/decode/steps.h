/* SPDX-License-Identifier: BSD-2-Clause */
/* How decode goes from one layer to the next. Known inside user/decode/ only. */
#ifndef DECODE_STEPS_H
#define DECODE_STEPS_H

#include "decode/decode.h"

struct decode_state {
	struct decoded *d;
	const uint8_t *data;
	/* the IPv6 header whose extension headers are being followed */
	uint32_t v6_left; /* bytes that its length still covers, from the current header on */
	uint32_t v6_cap;  /* captured from the IPv6 header on, by what encloses it */
	uint32_t v6_len;  /* bytes from the IPv6 header on, as what encloses it says */
	uint32_t v6_off;
	uint32_t v6_jumbo; /* RFC 2675 payload length, 0 without one */
	bool v6_no_length; /* payload length 0 */
	bool v6_ext;	   /* an extension header was met */
};

/* Reads the layer at; fills next with kind, off, cap, len and returns true where another follows. Otherwise
 * the state's d->stop says why not. */
typedef bool decode_step(struct decode_state *s, const struct layer *at, struct layer *next);

decode_step step_ether, step_llc, step_sll, step_sll2, step_null, step_raw;
decode_step step_ppp, step_ppp_serial, step_pppoe, step_mpls, step_gre;
decode_step step_ipv4, step_ipv6, step_ipv6_ext, step_ah, step_tcp;

/* By what a number names: fills next->kind; false for what leads to no TCP header. */
bool step_by_ethertype(struct layer *next, uint16_t type);
bool step_by_ip_proto(struct layer *next, uint8_t proto, int version);
bool step_by_ppp_proto(struct layer *next, uint16_t proto);

static inline uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint32_t min_u32(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* next begins n bytes further on than at; both lengths shrink by that. */
static inline void step_over(const struct layer *at, struct layer *next, uint32_t n)
{
	next->off = at->off + n;
	next->cap = at->cap - n;
	next->len = at->len - n; /* may wrap as tcpdump's does; printed as it is */
}

static inline bool step_cut(struct decode_state *s)
{
	s->d->stop = DECODE_TRUNCATED;
	return false;
}

static inline bool step_bad(struct decode_state *s)
{
	s->d->stop = DECODE_BAD;
	return false;
}

#endif
