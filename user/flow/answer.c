// SPDX-License-Identifier: BSD-2-Clause
#include "flow/answer.h"

#include "decode/decode.h"
#include "flow/rows.h"

static void forget_numbers(struct flow_side *f)
{
	f->flags &= ~(SIDE_HAS_ISN | SIDE_HAS_NX | SIDE_HAS_CONTIG | SIDE_HAS_LA | SIDE_HAS_HI_ACK |
		      SIDE_HAS_WIN | SIDE_ZERO_OPEN | SIDE_NO_RTT);
	f->ntimed = 0;
	f->dup_acks = 0;
}

bool flow_answer_other(struct flow_conn *c, int from, const struct flow_seg *s)
{
	struct flow_side *f = &c->side[from];

	if ((s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) != (TCP_SYN | TCP_ACK) || from == c->client ||
	    !(f->flags & SIDE_HAS_ISN) || f->isn == s->seq)
		return false;
	if (!(f->flags & SIDE_SYN)) {
		forget_numbers(f);
		return false;
	}
	c->other_isn = s->seq;
	c->flags |= CONN_OTHER_ISN;
	return true;
}

bool flow_answer_foreign(struct flow_conn *c, int from, const struct flow_seg *s)
{
	const struct flow_side *client = flow_client(c);

	if (client->state != FLOW_SYN_SENT || s->flags & TCP_SYN || s->sampled || c->lost)
		return false;
	if (from == c->client)
		return s->flags & TCP_RST && (seq_lt(s->seq, client->isn) || seq_lt(client->nx, s->seq));
	if ((s->flags & (TCP_ACK | TCP_RST)) != TCP_ACK ||
	    (seq_lt(client->isn, s->ack) && seq_le(s->ack, client->nx)))
		return false;
	/* data that answers what the capture missed */
	if (s->len && seq_lt(client->nx, s->ack))
		return false;
	c->flags |= CONN_OLD_HELD;
	return true;
}

/* Of the rows so far, the other answers are those that do not begin at 0 now. */
static void count_rows_from(struct flow_conn *c, int from, uint32_t back)
{
	for (uint32_t i = 0; c->rows && i < c->rows->n; i++) {
		struct flow_row *row = &c->rows->at[i];

		if (row->icmp_family)
			continue;
		if (row->from != from) {
			row->ack += row->flags & TCP_ACK ? back : 0;
			continue;
		}
		row->seq += back;
		row->marks &= ~(FLOW_OTHER_ISN | FLOW_REUSED_PORTS);
		if (row->flags & TCP_SYN && row->seq)
			row->marks |= FLOW_OTHER_ISN | FLOW_REUSED_PORTS;
	}
}

void flow_answer_taken(struct flow_conn *c, int from, const struct flow_seg *s)
{
	struct flow_side *server = &c->side[!c->client];
	uint32_t was = server->isn;

	if (!(c->flags & CONN_OTHER_ISN) || c->flags & CONN_ACKED || from != c->client ||
	    (s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_ACK || s->ack != c->other_isn + 1)
		return;
	server->isn = c->other_isn;
	server->nx = server->contig = server->isn + 1;
	server->ntimed = 0;
	c->other_isn = was;
	count_rows_from(c, !c->client, was - server->isn);
}
