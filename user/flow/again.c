// SPDX-License-Identifier: BSD-2-Clause
#include "flow/again.h"

#include "decode/decode.h"

struct flow_place flow_place(const struct flow_side *f, const struct flow_seg *s)
{
	return (struct flow_place){
		.at_end = !(f->flags & SIDE_HAS_NX) || !seq_lt(s->seq, f->nx),
		.has_passed = s->len && !s->copy && f->flags & SIDE_HAS_CONTIG &&
			      seq_le(s->seq + s->len, f->contig),
	};
}

/* As far as r was heard. */
static bool acknowledged(const struct flow_side *r, uint32_t end)
{
	return r->flags & SIDE_HAS_HI_ACK && seq_le(end, r->hi_ack);
}

static bool waits(const struct flow_side *r, uint32_t end)
{
	return r->flags & SIDE_HAS_HI_ACK && seq_lt(r->hi_ack, end);
}

uint32_t flow_again(const struct flow_conn *c, int from, const struct flow_seg *s, uint32_t marks,
		    const struct flow_place *was)
{
	const struct flow_side *r = &c->side[!from];
	bool fin = (s->flags & (TCP_SYN | TCP_FIN)) == TCP_FIN;

	if (marks & FLOW_KEEP_ALIVE && s->len && waits(r, s->seq + s->len))
		return (marks & ~FLOW_KEEP_ALIVE) | FLOW_RETRANS;
	if (marks & FLOW_OUT_OF_ORDER && was->has_passed)
		return (marks & ~FLOW_OUT_OF_ORDER) | FLOW_RETRANS;
	if (marks & FLOW_RETRANS && fin && acknowledged(r, s->seq + s->len + 1))
		return (marks & ~FLOW_RETRANS) | FLOW_SPURIOUS;
	if (marks & FLOW_SPURIOUS && was->at_end && s->ts_ns <= r->last_ns)
		return marks & ~FLOW_SPURIOUS;
	return marks;
}
