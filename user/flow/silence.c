// SPDX-License-Identifier: BSD-2-Clause
#include "flow/silence.h"

#include "decode/decode.h"
#include "flow/state.h"

#define SMALL 100 /* bytes: encrypted, what is shorter is a window's update more often than a question */
#define TLS_FIRST 20
#define TLS_ALERT 21
#define TLS_LAST 23
/* RFC 9113, 6: frames that no request is made of, from PRIORITY to WINDOW_UPDATE. */
#define H2_HEAD 9
#define H2_PRIORITY 2
#define H2_PUSH_PROMISE 5
#define H2_WINDOW_UPDATE 8

static bool is_tls(const uint8_t *p, uint32_t n)
{
	return n >= 3 && p[0] >= TLS_FIRST && p[0] <= TLS_LAST && p[1] == 3;
}

static bool is_h2_control(const uint8_t *p, uint32_t n)
{
	return n >= H2_HEAD && p[0] == 0 && p[1] == 0 && p[3] >= H2_PRIORITY && p[3] <= H2_WINDOW_UPDATE &&
	       p[3] != H2_PUSH_PROMISE;
}

bool flow_asks(const struct decoded *d)
{
	const uint8_t *p = d->payload;

	if (!p || is_tls(p, d->payload_cap))
		return d->payload_len >= SMALL && (!p || p[0] != TLS_ALERT);
	return d->payload_len >= SMALL || !is_h2_control(p, d->payload_cap);
}

static uint64_t since(uint64_t then_ns, uint64_t now_ns)
{
	return then_ns && now_ns > then_ns ? now_ns - then_ns : 0;
}

/* Payload asks, payload answers. What the network lost or a closed window held back restarts the wait. */
static void follow_answer(struct flow_conn *c, int from, const struct flow_seg *s,
			  const struct flow_silence_of *of)
{
	struct flow_side *f = &c->side[from], *r = &c->side[!from];
	uint64_t waited = since(r->said_ns, s->ts_ns);

	if (of->zero_ended && r->said_ns)
		r->said_ns = s->ts_ns;
	if (!s->len || s->flags & (TCP_SYN | TCP_RST))
		return;
	if (of->marks & (FLOW_RETRANS | FLOW_FAST)) {
		f->said_ns = f->said_ns ? s->ts_ns : 0;
	} else if (of->fresh) {
		if (of->acks_all && waited > f->longest_answer_ns)
			f->longest_answer_ns = waited;
		r->said_ns = 0;
		f->said_ns = s->asks ? s->ts_ns : f->said_ns;
		if (s->asks && f == flow_client(c))
			c->asked_nx = r->flags & SIDE_HAS_NX ? r->nx : r->isn + 1;
	}
}

/* The end of a connection while the server owes an answer to what its TCP has acknowledged. */
static void follow_end(struct flow_conn *c, int from, const struct flow_seg *s,
		       const struct flow_silence_of *of)
{
	bool client = from == c->client, ended = (c->side[0].flags | c->side[1].flags) & SIDE_FIN;

	if (!(s->flags & (TCP_FIN | TCP_RST)) || ended || c->flags & CONN_RST || s->len)
		return;
	if (c->side[from].unheard >= FLOW_UNHEARD_END) /* the other's TCP was silent too */
		return;
	if (client ? of->acked : of->acks_all)
		c->unanswered_ns = since(flow_client(c)->said_ns, s->ts_ns);
}

void flow_silence(struct flow_conn *c, int from, const struct flow_seg *s, const struct flow_silence_of *of)
{
	struct flow_side *f = &c->side[from], *r = &c->side[!from];

	if (s->copy)
		return;
	r->unheard = 0;
	if (flow_sent_again(of->marks) || of->marks & (FLOW_KEEP_ALIVE | FLOW_ZERO_WINDOW_PROBE))
		f->unheard += f->unheard < UINT16_MAX;
	follow_end(c, from, s, of);
	follow_answer(c, from, s, of);
}

uint64_t flow_unheard_ns(const struct flow_conn *c, int i, uint64_t now_ns)
{
	if (c->side[!i].unheard < FLOW_UNHEARD || c->flags & (CONN_RST | CONN_REFUSED | CONN_SAMPLED) ||
	    flow_closed(c))
		return 0;
	return since(c->side[i].last_ns, now_ns);
}

bool flow_only_syn_ack(const struct flow_conn *c)
{
	const struct flow_side *client = flow_client(c);

	/* those of its SYN are among the timer's */
	return c->syns && c->syn_acks && c->flags & CONN_ACKED && client->bytes &&
	       client->timer_retrans >= c->syns && !(c->flags & (CONN_PROGRESS | CONN_SAMPLED)) && !c->lost;
}

uint64_t flow_waiting_ns(const struct flow_conn *c, uint64_t now_ns)
{
	const struct flow_side *client = flow_client(c), *server = flow_server(c);

	if ((client->flags | server->flags) & SIDE_FIN || c->flags & (CONN_RST | CONN_SAMPLED) ||
	    client->ntimed || client->unheard >= FLOW_UNHEARD)
		return 0;
	return since(client->said_ns, now_ns);
}
