// SPDX-License-Identifier: BSD-2-Clause
/* What carries IP besides a link: PPP (RFC 1661), PPPoE (RFC 2516), MPLS (RFC 3032), GRE (RFC 2784, 2890,
 * 1701, 2637). */
#include "decode/numbers.h"
#include "decode/steps.h"

bool step_by_ppp_proto(struct layer *next, uint16_t proto)
{
	switch (proto) {
	case PPP_PROTO_IPV4:
	case PPP_PROTO_VJ_UNCOMPRESSED:
	case ETHERTYPE_IPV4:
		next->kind = LAYER_IPV4;
		return true;
	case PPP_PROTO_IPV6:
	case ETHERTYPE_IPV6:
		next->kind = LAYER_IPV6;
		return true;
	case PPP_PROTO_MPLS:
	case PPP_PROTO_MPLS_MULTICAST:
		next->kind = LAYER_MPLS;
		return true;
	default:
		return false;
	}
}

bool step_ppp(struct decode_state *s, const struct layer *at, struct layer *next)
{
	const uint8_t *p = s->data + at->off;
	uint32_t n = 0;
	uint16_t proto;

	if (at->cap < 2 || at->len < 2)
		return step_cut(s);
	/* address and control; 00 and 01 are pppd's marks for in and out */
	if (p[1] == 0x03 && (p[0] == 0xff || p[0] == 0x00 || p[0] == 0x01))
		n = 2;
	if (at->cap < n + 1 || at->len < n + 2)
		return step_cut(s);
	if (p[n] & 1) { /* protocol field compressed */
		proto = p[n];
		n += 1;
	} else {
		if (at->cap < n + 2)
			return step_cut(s);
		proto = be16(p + n);
		n += 2;
	}
	step_over(at, next, n);
	return step_by_ppp_proto(next, proto);
}

bool step_ppp_serial(struct decode_state *s, const struct layer *at, struct layer *next)
{
	const uint8_t *p = s->data + at->off;

	if (at->cap < 4)
		return step_cut(s);
	step_over(at, next, 4);
	return p[0] == 0xff && step_by_ppp_proto(next, be16(p + 2));
}

bool step_pppoe(struct decode_state *s, const struct layer *at, struct layer *next)
{
	const uint8_t *p = s->data + at->off;

	if (at->len < 6)
		return step_bad(s);
	if (at->cap < 6)
		return step_cut(s);
	if (p[1] != 0) /* not session data */
		return false;
	step_over(at, next, 6);
	next->len = min_u32(next->len, be16(p + 4));
	next->kind = LAYER_PPP;
	return true;
}

bool step_mpls(struct decode_state *s, const struct layer *at, struct layer *next)
{
	const uint8_t *p = s->data + at->off;
	uint32_t n = 0, entry, label;

	do {
		if (at->len < n + 4)
			return step_bad(s);
		if (at->cap < n + 4)
			return step_cut(s);
		entry = be32(p + n);
		n += 4;
	} while (!(entry & 0x100)); /* bottom of stack */
	step_over(at, next, n);
	label = entry >> 12;
	next->kind = label == 2 ? LAYER_IPV6 : LAYER_IPV4; /* explicit and implicit NULL */
	if (label == 0 || label == 2 || label == 3)
		return true;
	if (next->len < 1 || next->cap < 1)
		return step_cut(s);
	if (p[n] >= 0x60 && p[n] <= 0x6f)
		next->kind = LAYER_IPV6;
	return next->kind == LAYER_IPV6 || (p[n] >= 0x45 && p[n] <= 0x4f);
}

/* RFC 1701 source route entries, up to the empty one. 0 if they end early. */
static uint32_t gre_routes(const uint8_t *p, const struct layer *at, uint32_t n)
{
	for (;;) {
		uint32_t len;

		if (at->cap < n + 4 || at->len < n + 4)
			return 0;
		len = p[n + 3];
		if (be16(p + n) == 0 && len == 0)
			return n + 4;
		n += 4 + len;
		if (at->len < n)
			return 0;
	}
}

bool step_gre(struct decode_state *s, const struct layer *at, struct layer *next)
{
	const uint8_t *p = s->data + at->off;
	uint32_t n = 4;
	uint16_t flags, type;

	if (at->cap < 4 || at->len < 4)
		return step_cut(s);
	flags = be16(p);
	type = be16(p + 2);
	if ((flags & GRE_VERSION_MASK) > 1)
		return false;
	if ((flags & GRE_VERSION_MASK) == 0 && flags & (GRE_CHECKSUM | GRE_ROUTING))
		n += 4;
	n += flags & GRE_KEY ? 4 : 0;
	n += flags & GRE_SEQUENCE ? 4 : 0;
	if ((flags & GRE_VERSION_MASK) == 1)
		n += flags & GRE_ACK ? 4 : 0;
	else if (flags & GRE_ROUTING)
		n = gre_routes(p, at, n);
	if (n == 0 || at->cap < n || at->len < n)
		return step_cut(s);
	step_over(at, next, n);
	if ((flags & GRE_VERSION_MASK) == 1) {
		next->kind = LAYER_PPP;
		return flags & GRE_SEQUENCE && type == ETHERTYPE_PPP;
	}
	if (type == ETHERTYPE_TEB) {
		next->kind = LAYER_ETHER;
		return true;
	}
	return (type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6 || type == ETHERTYPE_MPLS) &&
	       step_by_ethertype(next, type);
}
