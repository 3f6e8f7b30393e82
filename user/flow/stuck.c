// SPDX-License-Identifier: BSD-2-Clause
#include "flow/stuck.h"

#define STUCK_TIMES 3 /* fewer are an ordinary loss */
#define STUCK_LARGE                                                                                          \
	1000 /* bytes of payload: no link of today is so narrow that less is too much (RFC 8200: 1280) */

void flow_stuck_sent(struct flow_side *f, const struct flow_seg *s, bool by_timer)
{
	struct flow_stuck *t = &f->stuck;

	if (s->len > t->largest)
		t->largest = s->len;
	if (!by_timer || !s->len || t->cut)
		return;
	if (!t->times || t->seq != s->seq) {
		t->seq = s->seq;
		t->times = 1;
		t->len = s->len;
		t->tcp_len = s->tcp_len;
		t->piece = 0;
		t->alive = false;
		return;
	}
	t->times += t->times < UINT16_MAX;
	if (s->len > t->len) {
		t->len = s->len;
		t->tcp_len = s->tcp_len;
	} else if (s->len < t->len) {
		t->piece = s->len;
	}
}

void flow_stuck_acked(struct flow_side *f, uint32_t was, uint32_t ack)
{
	struct flow_stuck *t = &f->stuck;
	uint32_t more = seq_lt(was, ack) ? ack - was : 0;

	/* of several segments that one ACK takes, the largest is not known: it is no larger than this */
	if (more > t->largest)
		more = t->largest;
	if (t->cut || !t->times) {
		if (!t->cut && more > t->passed)
			t->passed = more;
		return;
	}
	if (!seq_lt(t->seq, ack)) {
		t->alive = t->times > 1;
		return;
	}
	t->cut = t->piece && t->times >= STUCK_TIMES && t->len >= STUCK_LARGE && t->len > t->passed &&
		 seq_lt(ack, t->seq + t->len);
	if (!t->cut) {
		t->times = 0;
		if (more > t->passed)
			t->passed = more;
	}
}

enum flow_stuck_how flow_stuck(const struct flow_side *f)
{
	const struct flow_stuck *t = &f->stuck;

	if (t->cut)
		return STUCK_CUT;
	if (t->times < STUCK_TIMES || t->len < STUCK_LARGE || t->len <= t->passed)
		return STUCK_NOT;
	return t->alive ? STUCK_ALIVE : STUCK_MAY;
}
