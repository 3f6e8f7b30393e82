// SPDX-License-Identifier: BSD-2-Clause
#include "flow/fastopen.h"

#include "decode/decode.h"

static void answered(struct flow_conn *c, const struct flow_seg *s)
{
	const struct flow_side *client = flow_client(c);
	uint32_t data = client->isn + 1;
	bool left = s->ack == data && client->nx != data;

	if (!(client->flags & SIDE_SYN) || c->flags & CONN_ACKED)
		return;
	c->flags = left ? c->flags | CONN_SYN_DATA_LEFT : c->flags & ~(uint32_t)CONN_SYN_DATA_LEFT;
}

/* Each byte of it once: what comes a third time was lost. */
static void sent_again(struct flow_conn *c, const struct flow_seg *s)
{
	uint32_t off = s->seq - flow_client(c)->isn - 1, end = off + s->len;

	if (off < c->syn_bytes_again)
		return;
	c->syn_bytes_again = end < UINT16_MAX ? (uint16_t)end : UINT16_MAX;
	c->syn_data_again += c->syn_data_again < UINT8_MAX;
}

void flow_fastopen(struct flow_conn *c, int from, const struct flow_seg *s, uint32_t proven)
{
	const uint8_t syn_ack = TCP_SYN | TCP_ACK;

	if (s->copy)
		return;
	if (from != c->client && (s->flags & syn_ack) == syn_ack)
		answered(c, s);
	if (from != c->client || s->flags & TCP_SYN || !s->len || !(c->flags & CONN_SYN_DATA_LEFT))
		return;
	if (flow_sent_again(proven))
		sent_again(c, s);
	else
		c->flags &= ~(uint32_t)CONN_SYN_DATA_LEFT;
}
