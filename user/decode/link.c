// SPDX-License-Identifier: BSD-2-Clause
/* Link headers: Ethernet, 802.2, Linux cooked, BSD loopback, none. */
#include <string.h>

#include "decode/numbers.h"
#include "decode/steps.h"

#define SNAP_LEN 5 /* organisation, protocol */

bool step_by_ethertype(struct layer *next, uint16_t type)
{
	switch (type) {
	case ETHERTYPE_IPV4:
		next->kind = LAYER_IPV4;
		return true;
	case ETHERTYPE_IPV6:
		next->kind = LAYER_IPV6;
		return true;
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_MULTICAST:
		next->kind = LAYER_MPLS;
		return true;
	case ETHERTYPE_PPPOE:
	case ETHERTYPE_PPPOE_OLD:
	case ETHERTYPE_PPPOE_DISCOVERY:
	case ETHERTYPE_PPPOE_DISCOVERY_OLD:
		next->kind = LAYER_PPPOE;
		return true;
	case ETHERTYPE_PPP:
		next->kind = LAYER_PPP;
		return next->len > 0;
	default:
		return false;
	}
}

static bool is_vlan(uint16_t type)
{
	return type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_VLAN_9100 ||
	       type == ETHERTYPE_VLAN_9200;
}

bool step_ether(struct decode_state *s, const struct layer *at, struct layer *next)
{
	const uint8_t *p = s->data + at->off;
	uint32_t n = 14;
	uint16_t type;

	if (at->len < at->cap)
		return step_bad(s);
	if (at->cap < n)
		return step_cut(s);
	for (type = be16(p + 12); is_vlan(type); n += 4) {
		if (at->cap < n + 4)
			return step_cut(s);
		type = be16(p + n + 2);
	}
	step_over(at, next, n);
	if (type > ETHERTYPE_LENGTH_MAX && type != ETHERTYPE_JUMBO)
		return step_by_ethertype(next, type);
	if (type <= ETHERTYPE_LENGTH_MAX && type < next->len) {
		next->len = type;
		next->cap = min_u32(next->cap, type);
	}
	next->kind = LAYER_LLC;
	return true;
}

bool step_llc(struct decode_state *s, const struct layer *at, struct layer *next)
{
	const uint8_t *p = s->data + at->off;
	uint32_t org;

	if (at->cap < 3 || at->len < 3)
		return step_cut(s);
	if (p[2] != LLC_UI)
		return false;
	step_over(at, next, 3);
	if ((p[0] & ~1) == LLC_SAP_IP && (p[1] & ~1) == LLC_SAP_IP) {
		next->kind = LAYER_IPV4;
		return true;
	}
	if ((p[0] & ~1) != LLC_SAP_SNAP || (p[1] & ~1) != LLC_SAP_SNAP)
		return false;
	if (next->cap < SNAP_LEN || next->len < SNAP_LEN)
		return step_cut(s);
	step_over(at, next, 3 + SNAP_LEN);
	org = be32(p + 3) >> 8;
	if (org == 0x000000 || org == 0x0000f8) /* encapsulated, and bridged by Cisco: an EtherType follows */
		return step_by_ethertype(next, be16(p + 6));
	if (org == 0x0080c2 && (be16(p + 6) == 0x0001 || be16(p + 6) == 0x0007)) { /* RFC 2684 bridged */
		if (next->cap < 2)
			return step_cut(s);
		step_over(at, next, 3 + SNAP_LEN + 2);
		next->kind = LAYER_ETHER;
		return true;
	}
	return false;
}

static bool cooked(struct decode_state *s, const struct layer *at, struct layer *next, uint32_t n,
		   uint16_t type)
{
	const uint8_t *p = s->data + at->off;

	while (type == ETHERTYPE_VLAN) {
		if (at->cap < n + 4)
			return step_cut(s);
		type = be16(p + n + 2);
		if (type <= ETHERTYPE_LENGTH_MAX)
			type = 0x0004;
		n += 4;
	}
	step_over(at, next, n);
	if (type == 0x0004) { /* LINUX_SLL_P_802_2 */
		next->kind = LAYER_LLC;
		return true;
	}
	return step_by_ethertype(next, type);
}

#define ARPHRD_RADIOTAP 803

bool step_sll(struct decode_state *s, const struct layer *at, struct layer *next)
{
	const uint8_t *p = s->data + at->off;

	if (at->cap < 16)
		return step_cut(s);
	return be16(p + 2) != ARPHRD_RADIOTAP && cooked(s, at, next, 16, be16(p + 14));
}

bool step_sll2(struct decode_state *s, const struct layer *at, struct layer *next)
{
	const uint8_t *p = s->data + at->off;

	if (at->cap < 20)
		return step_cut(s);
	return be16(p + 8) != ARPHRD_RADIOTAP && cooked(s, at, next, 20, be16(p));
}

bool step_null(struct decode_state *s, const struct layer *at, struct layer *next)
{
	const uint8_t *p = s->data + at->off;
	uint32_t family;

	if (at->cap < 4)
		return step_cut(s);
	memcpy(&family, p, sizeof(family));
	if (family & 0xffff0000)
		family = __builtin_bswap32(family);
	step_over(at, next, 4);
	next->kind = family == 2 ? LAYER_IPV4 : LAYER_IPV6;
	/* 24: NetBSD and OpenBSD, 28: FreeBSD, 30: Darwin */
	return family == 2 || family == 24 || family == 28 || family == 30;
}

bool step_raw(struct decode_state *s, const struct layer *at, struct layer *next)
{
	uint8_t version;

	if (at->cap < 1 || at->len < 1)
		return step_cut(s);
	version = s->data[at->off] >> 4;
	step_over(at, next, 0);
	next->kind = version == 4 ? LAYER_IPV4 : LAYER_IPV6;
	return version == 4 || version == 6;
}
