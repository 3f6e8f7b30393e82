// SPDX-License-Identifier: BSD-2-Clause
#include "flow/holes.h"

#include <string.h>

#include "decode/decode.h"

static void close_hole(struct flow_side *f, int i)
{
	f->nholes--;
	memmove(&f->hole[i], &f->hole[i + 1], (size_t)(f->nholes - i) * sizeof(f->hole[0]));
	memmove(&f->paused[i], &f->paused[i + 1], (size_t)(f->nholes - i) * sizeof(f->paused[0]));
}

/* When there are too many, the oldest is forgotten. */
static void open_hole(struct flow_side *f, const struct flow_hole *h, bool paused)
{
	if (f->nholes == FLOW_HOLES)
		close_hole(f, 0);
	f->paused[f->nholes] = paused;
	f->hole[f->nholes++] = *h;
}

bool flow_fills_hole(struct flow_conn *c, int from, const struct flow_seg *s, struct flow_age *age)
{
	struct flow_side *f = &c->side[from];
	uint32_t end = s->seq + s->len + !!(s->flags & TCP_FIN), now_us;

	if (s->flags & (TCP_SYN | TCP_RST) || !(f->flags & SIDE_HAS_NX)) {
		f->nholes = 0;
		return false;
	}
	if (!f->nholes && !seq_lt(f->nx, s->seq))
		return false;
	now_us = (uint32_t)(s->ts_ns / 1000);
	if (seq_lt(f->nx, s->seq)) {
		open_hole(f, &(struct flow_hole){ f->nx, s->seq, now_us },
			  s->ts_ns > f->last_ns &&
				  flow_us(s->ts_ns - f->last_ns) >= flow_round_trip_us(c) / 4);
		return false;
	}
	for (int i = 0; end != s->seq && i < f->nholes; i++) {
		struct flow_hole *h = &f->hole[i], was = *h;

		if (!seq_lt(s->seq, h->to) || !seq_lt(h->from, end))
			continue;
		f->filled += f->filled < UINT16_MAX;
		*age = (struct flow_age){ flow_us_since(h->since_us, now_us), f->paused[i] };
		if (seq_lt(h->from, s->seq))
			h->to = s->seq;
		else if (seq_lt(end, h->to))
			h->from = end;
		else
			close_hole(f, i);
		if (seq_lt(was.from, s->seq) && seq_lt(end, was.to))
			open_hole(f, &(struct flow_hole){ end, was.to, was.since_us }, age->paused);
		return true;
	}
	return false;
}

void flow_count_late(struct flow_side *f, uint32_t marks, enum flow_late late)
{
	if (late == LATE_OVERTAKEN && marks & (FLOW_FAST | FLOW_RETRANS))
		f->overtaken_again += f->overtaken_again < UINT16_MAX;
	else if (late == LATE_OVERTAKEN && marks & FLOW_OUT_OF_ORDER)
		f->overtaken += f->overtaken < UINT16_MAX;
	else if (late == LATE_SENT_AGAIN && marks & FLOW_OUT_OF_ORDER)
		f->hasty += f->hasty < UINT16_MAX;
}

uint32_t flow_round_trip_us(const struct flow_conn *c)
{
	bool waited = c->flags & CONN_IRTT_WAITED;
	uint32_t irtt = c->irtt_ns > 0 && !waited ? flow_us((uint64_t)c->irtt_ns) : 0;
	uint32_t soonest = c->side[0].soonest_us + c->side[1].soonest_us;

	return c->side[0].answers && c->side[1].answers && (!irtt || soonest < irtt) ? soonest : irtt;
}

enum flow_late flow_late(const struct flow_conn *c, const struct flow_age *age, uint32_t marks)
{
	uint32_t rtt = flow_round_trip_us(c);

	if (!rtt)
		return LATE_UNKNOWN;
	if (age->open_us >= rtt / 4 * 3)
		return LATE_SENT_AGAIN;
	/* Lost before the pause, a timer may have sent it again by chance just now. Where several have passed
	 * it, they came in one go with it. */
	return age->paused && !(marks & FLOW_FAST) ? LATE_UNKNOWN : LATE_OVERTAKEN;
}
