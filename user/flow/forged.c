// SPDX-License-Identifier: BSD-2-Clause
#include "flow/forged.h"

#include "decode/decode.h"

#define ANSWERS 3	  /* fewer may all have been slow */
#define FAR_US 1000	  /* from nearer ones it may come by chance */
#define OVERTAKEN_US 3000 /* where no round trip is known */

void flow_forged_answered(struct flow_side *f, uint64_t rtt_ns)
{
	uint32_t us = flow_us(rtt_ns);

	f->answers += f->answers < UINT8_MAX;
	if (!f->soonest_us || us < f->soonest_us)
		f->soonest_us = us ? us : 1;
}

void flow_forged_rst(struct flow_conn *c, int from, const struct flow_seg *s)
{
	const struct flow_side *f = &c->side[from], *r = &c->side[!from];
	uint64_t since = 0;

	c->rst_us = (uint32_t)(s->ts_ns / 1000);
	for (int i = 0; i < r->ntimed; i++)
		if (r->timed_end[i] == s->ack && s->ts_ns > r->timed_ns[i])
			since = s->ts_ns - r->timed_ns[i];
	/* all else it said may have waited for a timer or an application; what it answered to a SYN or
	 * SYN-ACK that was sent but once did not */
	if (c->syns != 1 || c->syn_acks != 1)
		return;
	if (s->flags & TCP_ACK && since && f->answers >= ANSWERS && f->soonest_us >= FAR_US &&
	    flow_us(since) < f->soonest_us / 2)
		c->rst_too_soon_us = flow_us(since) ? flow_us(since) : 1;
}

void flow_forged_after(struct flow_conn *c, int from, const struct flow_seg *s, uint32_t nx)
{
	int by = c->flags & CONN_RST_BY_SERVER ? !c->client : c->client;
	uint32_t later, overtaken;

	if (from != by || s->flags & (TCP_SYN | TCP_RST) || s->copy ||
	    (c->rst_phase != RST_BEFORE_DATA && c->rst_phase != RST_AFTER_BYTES))
		return;
	later = flow_us_since(c->rst_us, (uint32_t)(s->ts_ns / 1000));
	overtaken = c->irtt_ns > 0 ? flow_us((uint64_t)c->irtt_ns) / 2 : OVERTAKEN_US;
	if (overtaken < OVERTAKEN_US)
		overtaken = OVERTAKEN_US;
	if (later > overtaken || (later && seq_lt(nx, s->seq + s->len)))
		c->went_on_us = later;
}

bool flow_forged(const struct flow_conn *c)
{
	return c->flags & CONN_RST_MADE_HERE || c->rst_too_soon_us || c->went_on_us;
}
