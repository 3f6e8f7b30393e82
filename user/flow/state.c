// SPDX-License-Identifier: BSD-2-Clause
#include "flow/state.h"

#include "decode/decode.h"

bool flow_closed(const struct flow_conn *c)
{
	return c->side[0].flags & SIDE_FIN_ACKED && c->side[1].flags & SIDE_FIN_ACKED;
}

/* Where the scale is not known, as large as the window can be. */
static uint32_t window(const struct flow_side *f)
{
	int shift = f->scale == FLOW_SCALE_UNKNOWN ? FLOW_SCALE_MAX : f->scale > 0 ? f->scale : 0;

	return (uint32_t)f->win << (f->flags & SIDE_WIN_UNSCALED ? 0 : shift);
}

bool flow_rst_counts(const struct flow_conn *c, int from, const struct flow_seg *s)
{
	const struct flow_side *r = &c->side[!from], *f = &c->side[from];

	if (!(f->flags & SIDE_HAS_ISN) && r->state == FLOW_SYN_SENT)
		return s->flags & TCP_ACK && seq_lt(r->isn, s->ack) &&
		       seq_le(s->ack, r->nx + !!(r->flags & SIDE_FIN)); /* nx counts one for SYN and FIN */
	if (!(r->flags & SIDE_HAS_LA))
		return true;
	/* what the capture missed may have moved the window on: nx counts as well */
	return s->seq - r->la <= window(r) || s->seq == f->nx || !(f->flags & SIDE_HAS_NX);
}

/* again: one was refused. */
static void on_syn(struct flow_side *f, struct flow_side *r, const struct flow_seg *s, bool again)
{
	if (!(s->flags & TCP_ACK) && again) {
		f->state = FLOW_SYN_SENT;
		r->state = FLOW_LISTEN;
		return;
	}
	if (!(s->flags & TCP_ACK)) {
		if (r->state == FLOW_SYN_SENT) { /* simultaneous open */
			f->state = r->state = FLOW_SYN_RECEIVED;
		} else if (f->state <= FLOW_SYN_SENT) {
			f->state = FLOW_SYN_SENT;
			if (r->state == FLOW_UNKNOWN)
				r->state = FLOW_LISTEN;
		}
		return;
	}
	if (f->state <= FLOW_SYN_SENT)
		f->state = FLOW_SYN_RECEIVED;
	if (r->state <= FLOW_SYN_SENT || (r->state == FLOW_SYN_RECEIVED && s->ack == r->isn + 1))
		r->state = FLOW_ESTABLISHED;
}

/* What an acknowledgment moves on the side that receives it. That a FIN arrived at f, only f's says. */
static void on_ack(struct flow_side *f, struct flow_side *r, const struct flow_seg *s)
{
	bool acks_fin = r->flags & SIDE_FIN && seq_lt(r->fin_seq, s->ack);

	if (r->state == FLOW_SYN_RECEIVED && seq_lt(r->isn, s->ack))
		r->state = FLOW_ESTABLISHED;
	if (!acks_fin)
		return;
	if (f->state == FLOW_ESTABLISHED || f->state == FLOW_SYN_RECEIVED)
		f->state = FLOW_CLOSE_WAIT;
	if (r->state == FLOW_FIN_WAIT_1)
		r->state = FLOW_FIN_WAIT_2;
	else if (r->state == FLOW_CLOSING)
		r->state = FLOW_TIME_WAIT;
	else if (r->state == FLOW_LAST_ACK)
		r->state = FLOW_CLOSED;
}

static void on_fin(struct flow_side *f, struct flow_side *r, const struct flow_seg *s)
{
	bool acks_fin = r->flags & SIDE_FIN && s->flags & TCP_ACK && seq_lt(r->fin_seq, s->ack);

	if (f->flags & SIDE_FIN)
		return;				/* sent again */
	if (r->flags & SIDE_FIN && !acks_fin) { /* both before either arrived */
		f->state = r->state = FLOW_CLOSING;
		return;
	}
	f->state = f->state == FLOW_CLOSE_WAIT ? FLOW_LAST_ACK : FLOW_FIN_WAIT_1;
	if (r->state == FLOW_FIN_WAIT_1 || r->state == FLOW_FIN_WAIT_2)
		r->state = FLOW_TIME_WAIT;
	else if (r->state == FLOW_ESTABLISHED && r->flags & SIDE_HAS_HI_ACK &&
		 seq_lt(s->seq + s->len, r->hi_ack))
		r->state = FLOW_CLOSE_WAIT; /* its ACK was captured first */
}

void flow_state(struct flow_conn *c, int from, const struct flow_seg *s)
{
	struct flow_side *f = &c->side[from], *r = &c->side[!from];

	if (s->flags & TCP_RST) {
		f->state = r->state = FLOW_CLOSED;
		return;
	}
	if (s->flags & TCP_SYN) {
		on_syn(f, r, s, c->flags & CONN_REFUSED && from == c->client);
		return;
	}
	/* a session that was on its way before the capture began */
	if (f->state <= FLOW_LISTEN)
		f->state = FLOW_ESTABLISHED;
	if (r->state <= FLOW_LISTEN)
		r->state = FLOW_ESTABLISHED;
	if (f->state == FLOW_SYN_SENT)
		f->state = FLOW_ESTABLISHED; /* the SYN-ACK was not captured */
	if (s->flags & TCP_ACK)
		on_ack(f, r, s);
	if (s->flags & TCP_FIN)
		on_fin(f, r, s);
}
