// SPDX-License-Identifier: BSD-2-Clause
#include "decode/decode.h"

#include <stddef.h>
#include <string.h>

#include "decode/linktype.h"
#include "decode/steps.h"

static decode_step *const steps[LAYER_KINDS] = {
	[LAYER_ETHER] = step_ether, [LAYER_LLC] = step_llc,
	[LAYER_SLL] = step_sll,	    [LAYER_SLL2] = step_sll2,
	[LAYER_NULL] = step_null,   [LAYER_RAW] = step_raw,
	[LAYER_PPP] = step_ppp,	    [LAYER_PPP_SERIAL] = step_ppp_serial,
	[LAYER_PPPOE] = step_pppoe, [LAYER_MPLS] = step_mpls,
	[LAYER_GRE] = step_gre,	    [LAYER_IPV4] = step_ipv4,
	[LAYER_IPV6] = step_ipv6,   [LAYER_IPV6_EXT] = step_ipv6_ext,
	[LAYER_AH] = step_ah,	    [LAYER_TCP] = step_tcp,
};

static enum layer_kind first_layer(uint16_t link_type)
{
	switch (link_type) {
	case LINKTYPE_ETHERNET:
		return LAYER_ETHER;
	case LINKTYPE_NULL:
	case LINKTYPE_LOOP:
		return LAYER_NULL;
	case LINKTYPE_RAW:
	case LINKTYPE_IPV4:
	case LINKTYPE_IPV6:
		return LAYER_RAW;
	case LINKTYPE_LINUX_SLL:
		return LAYER_SLL;
	case LINKTYPE_LINUX_SLL2:
		return LAYER_SLL2;
	case LINKTYPE_PPP:
	case LINKTYPE_PPP_PPPD:
		return LAYER_PPP;
	case LINKTYPE_PPP_HDLC:
		return LAYER_PPP_SERIAL;
	case LINKTYPE_PPP_ETHER:
		return LAYER_PPPOE;
	default:
		return LAYER_NONE;
	}
}

bool decode_knows(uint16_t link_type)
{
	return first_layer(link_type) != LAYER_NONE;
}

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

#include "ebpfdump/walk.h"

/* Where lengths that contradict each other, or a cut, end the way to the TCP header: what the kernel, which
 * looks at no length, takes for TCP is TCP here, too. */
static void ask_walk(struct decoded *d, const struct packet *p)
{
	const struct walk_bytes bytes = { p->data, p->cap_len };
	struct walk w;
	uint32_t i = d->nlayers;

	while (i-- > 0) {
		const struct layer *l = &d->layers[i];

		if (l->kind == LAYER_IPV4 || l->kind == LAYER_IPV6) {
			d->is_tcp = l->off <= UINT16_MAX &&
				    walk_network(&bytes, l->off,
						 l->kind == LAYER_IPV4 ? WALK_ETHERTYPE_IPV4
								       : WALK_ETHERTYPE_IPV6,
						 &w, WALK_DEEP) == WALK_TCP;
			return;
		}
	}
}

void decode_packet(struct decoded *d, uint16_t link_type, const struct packet *p)
{
	struct decode_state s;
	struct layer *at, *next = d->layers;

	/* not the layers: only the first nlayers of them are ever read */
	memset(d, 0, offsetof(struct decoded, layers));
	d->stop = DECODE_OTHER;
	s.d = d;
	s.data = p->data;
	next->kind = first_layer(link_type);
	if (next->kind == LAYER_NONE)
		return;
	next->proto = 0;
	next->off = 0;
	next->cap = p->cap_len;
	next->len = p->wire_len > p->cap_len ? p->wire_len : p->cap_len;
	do {
		at = next++;
		d->nlayers++;
		if (at->kind == LAYER_IPV6_SHORT || d->nlayers == DECODE_LAYERS_MAX)
			break;
		next->proto = 0;
	} while (steps[at->kind](&s, at, next));
	if (!d->is_tcp && d->stop != DECODE_OTHER)
		ask_walk(d, p);
}
