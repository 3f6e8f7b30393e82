// SPDX-License-Identifier: BSD-2-Clause
#include "flow/reset.h"

#include "decode/decode.h"
#include "flow/forged.h"
#include "flow/state.h"
#include "flow/verdict.h"
#include "packet.h"

/* RFC 9293, 3.10.7.3: an RST that refuses acknowledges the SYN (and what it carried). */
static bool refuses(const struct flow_conn *c, int from, const struct flow_seg *s)
{
	const struct flow_side *client = &c->side[c->client];

	return from != c->client && c->syns && !c->syn_acks && s->flags & TCP_ACK &&
	       seq_lt(client->isn, s->ack) && seq_le(s->ack, client->nx + !!(client->flags & SIDE_FIN));
}

/* Payload of a side, until an RST says that it has reached this number. What was not captured counts by that
 * alone. */
static uint64_t said_before(const struct flow_conn *c, int side, uint32_t reached)
{
	const struct flow_side *f = &c->side[side];
	uint32_t said = reached - f->isn - 1;
	bool missing = c->flags & CONN_SAMPLED || c->lost;

	return missing && f->flags & SIDE_SYN && reached && said <= INT32_MAX && said > f->bytes ? said
												 : f->bytes;
}

void flow_reset(struct flow_conn *c, int from, const struct flow_seg *s, struct flow_segment_info *i)
{
	bool fin = (c->side[0].flags | c->side[1].flags) & SIDE_FIN;

	if (c->flags & (CONN_RST | CONN_REFUSED))
		return;
	if (refuses(c, from, s)) {
		c->rst_silence_ns = s->ts_ns > c->syn_ns ? s->ts_ns - c->syn_ns : 0;
		c->flags |= CONN_REFUSED;
		i->refused = true;
		return;
	}
	c->flags |= CONN_RST | (from != c->client ? CONN_RST_BY_SERVER : 0) |
		    (s->flags & TCP_ACK ? 0 : CONN_RST_BARE) | (i->made_here ? CONN_RST_MADE_HERE : 0);
	flow_forged_rst(c, from, s);
	c->rst_nx = c->side[from].nx;
	c->rst_ttl = s->ttl;
	c->rst_unheard = c->side[from].unheard;
	c->rst_silence_ns = c->side[!from].last_ns && s->ts_ns > c->side[!from].last_ns
				    ? s->ts_ns - c->side[!from].last_ns
				    : 0;
	c->rst_bytes[from] = said_before(c, from, s->seq);
	c->rst_bytes[!from] = said_before(c, !from, s->flags & TCP_ACK ? s->ack : 0);
	c->rst_phase = flow_closed(c)			     ? RST_AFTER_CLOSE
		       : fin				     ? RST_AFTER_FIN
		       : c->rst_bytes[0] + c->rst_bytes[1]   ? RST_AFTER_BYTES
		       : c->syns && !(c->flags & CONN_ACKED) ? RST_IN_HANDSHAKE
							     : RST_BEFORE_DATA;
	i->reset = true;
}

bool flow_reset_denied(struct flow_conn *c, int from, const struct flow_seg *s)
{
	int by = c->flags & CONN_RST_BY_SERVER ? !c->client : c->client;
	const struct flow_side *sender = &c->side[by];

	if (!(c->flags & CONN_RST) || from == by || s->copy ||
	    (s->flags & (TCP_ACK | TCP_RST | TCP_SYN)) != TCP_ACK || c->rst_phase < RST_BEFORE_DATA ||
	    !(sender->flags & SIDE_HAS_NX) || !seq_lt(c->rst_nx, s->ack) || !seq_le(s->ack, sender->nx))
		return false;
	c->flags &= ~(CONN_RST | CONN_RST_BY_SERVER | CONN_RST_BARE | CONN_RST_MADE_HERE | CONN_RST_UNHEARD |
		      CONN_REPORTED);
	c->flags |= CONN_RST_DENIED;
	c->rst_too_soon_us = c->went_on_us = 0;
	c->after_rst[0] = c->after_rst[1] = 0;
	for (int i = 0; i < 2; i++)
		if (c->side[i].state == FLOW_CLOSED)
			c->side[i].state = FLOW_ESTABLISHED;
	return true;
}

bool flow_reset_older(struct flow_conn *older, int from, const struct packet *p, const struct decoded *d,
		      struct flow_segment_info *out)
{
	struct flow_side *f = &older->side[from], *r = &older->side[!from];
	struct flow_seg s = {
		.ts_ns = p->ts_ns, .seq = d->seq, .ack = d->ack, .win = d->win, .flags = d->flags
	};

	if (older->flags & (CONN_RST | CONN_REFUSED | CONN_ICMP) || flow_closed(older) ||
	    !(f->flags & SIDE_HAS_ISN) || !flow_rst_counts(older, from, &s))
		return false;
	*out = (struct flow_segment_info){ .conn = older,
					   .from = (uint8_t)from,
					   .seq = d->seq - f->isn,
					   .ack = d->flags & TCP_ACK && r->flags & SIDE_HAS_ISN
							  ? d->ack - r->isn
							  : 0,
					   .win = d->win,
					   .flags = d->flags,
					   .delta_ns = (int64_t)(p->ts_ns - older->last_ns) };
	flow_reset(older, from, &s, out);
	flow_state(older, from, &s);
	flow_stop_stalls(older, p->ts_ns);
	older->flags |= CONN_RST_FOR_NEWER;
	older->flags &= ~CONN_QUIET;
	older->last_ns = p->ts_ns;
	return true;
}
