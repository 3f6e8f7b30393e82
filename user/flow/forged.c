// SPDX-License-Identifier: BSD-2-Clause
#include "flow/forged.h"

#include "decode/decode.h"

#define ANSWERS 3		/* fewer may all have been slow */
#define FAR_NS 1000000ull	/* from nearer ones it may come by chance */
#define OVERTAKEN_NS 3000000ull /* where no round trip is known */

void flow_forged_answered(struct flow_side *f, uint64_t rtt_ns)
{
	f->answers += f->answers < UINT8_MAX;
	if (!f->soonest_ns || rtt_ns < f->soonest_ns)
		f->soonest_ns = rtt_ns;
}

void flow_forged_rst(struct flow_conn *c, int from, const struct flow_seg *s)
{
	const struct flow_side *f = &c->side[from], *r = &c->side[!from];
	uint64_t since = 0;

	c->rst_ns = s->ts_ns;
	for (int i = 0; i < r->ntimed; i++)
		if (r->timed_end[i] == s->ack && s->ts_ns > r->timed_ns[i])
			since = s->ts_ns - r->timed_ns[i];
	if (s->flags & TCP_ACK && since && f->answers >= ANSWERS && f->soonest_ns >= FAR_NS &&
	    since < f->soonest_ns / 2)
		c->rst_too_soon_ns = since;
}

void flow_forged_after(struct flow_conn *c, int from, const struct flow_seg *s, uint32_t nx)
{
	int by = c->flags & CONN_RST_BY_SERVER ? !c->client : c->client;
	uint64_t later = s->ts_ns > c->rst_ns ? s->ts_ns - c->rst_ns : 0;
	uint64_t overtaken = c->irtt_ns > 0 ? (uint64_t)c->irtt_ns / 2 : OVERTAKEN_NS;

	if (!(c->flags & CONN_RST) || from != by || s->flags & (TCP_SYN | TCP_RST) || s->copy ||
	    (c->rst_phase != RST_BEFORE_DATA && c->rst_phase != RST_AFTER_BYTES))
		return;
	if (overtaken < OVERTAKEN_NS)
		overtaken = OVERTAKEN_NS;
	if (later > overtaken || seq_lt(nx, s->seq + s->len))
		c->went_on_ns = later ? later : 1;
}

bool flow_forged(const struct flow_conn *c)
{
	return c->flags & CONN_RST_MADE_HERE || c->rst_too_soon_ns || c->went_on_ns;
}
