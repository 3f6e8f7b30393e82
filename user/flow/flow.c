// SPDX-License-Identifier: BSD-2-Clause
#include "flow/flow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "decode/decode.h"
#include "file/iface.h"
#include "flow/copies.h"
#include "flow/damage.h"
#include "flow/marks.h"
#include "flow/reset.h"
#include "flow/segment.h"
#include "flow/state.h"
#include "packet.h"

#define ANOTHER_WAY_NS 200000000ull /* no retransmission timer in common use is shorter */

#define ICMP_SOURCE_QUENCH 4 /* which ends nothing, and nobody follows (RFC 6633) */

#define OLDER 1024 /* the newest that had their ports from another; of those that meet, the last */

/* id had its ports from older, which is still that one if its id is older_id. */
struct predecessor {
	struct flow_conn *older;
	uint32_t id, older_id;
};

struct flow_table {
	struct flow_settings s;
	struct flow_map map;
	struct flow_totals totals;
	uint64_t now_ns;
	uint32_t next_id;
	uint32_t rows;			 /* kept, over all connections */
	bool doubled;			 /* the capture shows packets more than once */
	struct predecessor older[OLDER]; /* by id, modulo */
};

int flow_table_new(struct flow_table **out, const struct flow_settings *s)
{
	struct flow_table *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return -ENOMEM;
	r = flow_map_init(&t->map, s->seed);
	if (r < 0) {
		free(t);
		return r;
	}
	t->s = *s;
	*out = t;
	return 0;
}

void flow_forget(struct flow_table *t, struct flow_conn *c)
{
	if (c->rows)
		t->rows -= c->rows->n;
	flow_rows_free(c->rows);
	c->rows = NULL;
	c->id = 0;
	flow_map_remove(&t->map, c);
}

void flow_table_free(struct flow_table *t)
{
	struct flow_conn *c;

	if (!t)
		return;
	for (c = flow_map_oldest(&t->map); c; c = flow_map_newer(&t->map, c))
		flow_rows_free(c->rows);
	flow_map_clear(&t->map);
	free(t);
}

const struct flow_totals *flow_totals(const struct flow_table *t)
{
	return &t->totals;
}

uint32_t flow_table_live(const struct flow_table *t)
{
	return t->map.live;
}

uint64_t flow_now(const struct flow_table *t)
{
	return t->now_ns;
}

void flow_set_now(struct flow_table *t, uint64_t now_ns)
{
	if (now_ns > t->now_ns)
		t->now_ns = now_ns;
}

struct flow_conn *flow_oldest(const struct flow_table *t)
{
	return flow_map_oldest(&t->map);
}

struct flow_conn *flow_newer(const struct flow_table *t, const struct flow_conn *c)
{
	return flow_map_newer(&t->map, c);
}

bool flow_ended(const struct flow_conn *c)
{
	return c->flags & (CONN_REFUSED | CONN_RST | CONN_ICMP) || flow_closed(c);
}

void flow_sampled(struct flow_table *t)
{
	t->s.sampled = true;
}

void flow_lost(struct flow_table *t, uint64_t n)
{
	t->totals.lost += n;
}

void flow_take_losses(const struct flow_table *t, struct flow_conn *c)
{
	if (flow_ended(c))
		return;
	c->lost += (uint32_t)t->totals.lost - c->lost_mark;
	c->lost_mark = (uint32_t)t->totals.lost;
}

static void evict_oldest(struct flow_table *t)
{
	struct flow_conn *c = flow_map_oldest(&t->map);

	t->totals.evicted++;
	if (t->s.evicted)
		t->s.evicted(t->s.arg, c);
	flow_forget(t, c);
}

/* Which of src and dst is the client, where no SYN says so: the one with the ephemeral port, else who spoke
 * first. */
static uint8_t guess_client(const struct decoded *d, int from)
{
	bool src_high = d->sport >= 32768, dst_high = d->dport >= 32768;

	if (d->flags & TCP_SYN)
		return (uint8_t)(d->flags & TCP_ACK ? !from : from);
	if (src_high != dst_high)
		return (uint8_t)(src_high ? from : !from);
	if (d->sport < 1024 && d->dport >= 1024)
		return (uint8_t)!from;
	return (uint8_t)from;
}

static struct flow_conn *new_conn(struct flow_table *t, const struct flow_key *k, int from,
				  const struct packet *p, const struct decoded *d)
{
	struct flow_conn *c;

	if (t->s.max_connections && t->map.live >= t->s.max_connections)
		evict_oldest(t);
	c = flow_map_add(&t->map, k);
	if (!c)
		return NULL;
	c->id = ++t->next_id;
	c->client = guess_client(d, from);
	c->flags = d->flags & TCP_SYN ? 0 : CONN_GUESSED;
	c->first_ns = c->last_ns = p->ts_ns;
	c->side[0].scale = c->side[1].scale = FLOW_SCALE_UNKNOWN;
	/* what was lost before is nobody's here */
	c->lost_mark = c->side[0].lost_mark = c->side[1].lost_mark = (uint32_t)t->totals.lost - p->lost;
	c->iface = p->iface ? p->iface->name : NULL;
	return c;
}

/* A SYN that opens another connection over the same ports. One with the same number is the old one sent
 * again, and a SYN-ACK may answer the same SYN once more. */
static bool is_reuse(const struct flow_conn *c, int from, const struct decoded *d)
{
	const struct flow_side *f = &c->side[from], *r = &c->side[!from];

	if (!(d->flags & TCP_SYN) || !d->has_header || !(f->flags & SIDE_HAS_ISN) || f->isn == d->seq)
		return false;
	if (d->flags & TCP_ACK && r->flags & SIDE_SYN && d->ack == r->isn + 1)
		return false;
	return !(d->flags & TCP_ACK) || f->flags & SIDE_SYN;
}

static struct flow_conn *conn_of(struct flow_table *t, const struct packet *p, const struct decoded *d,
				 struct flow_segment_info *out)
{
	struct flow_key k;
	struct flow_conn *c, *older;
	uint32_t older_id;
	bool reuse;

	out->from = (uint8_t)flow_key_set(&k, d->family, d->src, d->dst, d->sport, d->dport);
	c = flow_map_find(&t->map, &k);
	reuse = c && is_reuse(c, out->from, d);
	if (c && !reuse) {
		flow_map_touch(&t->map, c);
		return c;
	}
	older = c;
	older_id = c ? c->id : 0; /* room for the new one may be made at its cost */
	if (reuse)
		flow_map_retire(&t->map, c);
	c = new_conn(t, &k, out->from, p, d);
	if (c && reuse) {
		c->flags |= CONN_REUSED;
		t->older[c->id % OLDER] = (struct predecessor){ older, c->id, older_id };
		out->marks = FLOW_REUSED_PORTS;
	}
	out->is_new = true;
	return c;
}

/* That this machine made an RST: where its side's segments come in, it only went out, and nothing was missed.
 */
static bool made_here(const struct flow_table *t, const struct flow_conn *c, int from, const struct packet *p)
{
	return (c->side[from].where & FLOW_WHERE_DIR) == DIR_IN && p->dir == DIR_OUT &&
	       !(c->flags & CONN_SAMPLED) && !c->lost && (uint32_t)t->totals.lost == c->lost_mark;
}

/*
 * A host that forwards shows each segment on the way in and on the way out, a bridge oftener: it is followed
 * where it passes first. What brings nothing new on another interface is the same one again, unless it comes
 * so late that it may have been sent again on another path.
 */
static bool passed_before(const struct flow_table *t, struct flow_conn *c, int from, const struct packet *p,
			  const struct decoded *d, bool *rst_made_here)
{
	struct flow_side *f = &c->side[from];
	uint32_t where = (p->iface ? p->iface->id : 0) << 2 | p->dir;
	uint32_t end = d->seq + d->payload_len + (d->flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
	bool elsewhere = f->flags & SIDE_SEEN && f->where != where, known;

	if (d->flags & TCP_RST) {
		known = c->flags & (CONN_RST | CONN_REFUSED);
		*rst_made_here = elsewhere && !known && made_here(t, c, from, p);
	} else {
		known = f->flags & SIDE_HAS_NX && seq_le(end, f->nx) &&
			(!(d->flags & TCP_ACK) || (f->flags & SIDE_HAS_HI_ACK && seq_le(d->ack, f->hi_ack)));
	}
	if (elsewhere && known && d->has_header &&
	    p->ts_ns + FLOW_STAMPED_EARLIER_NS - f->last_ns < ANOTHER_WAY_NS + FLOW_STAMPED_EARLIER_NS) {
		c->elsewhere++;
		if (p->dir == DIR_OUT) {
			f->goes_out = true;
			f->stayed = 0;
		}
		return true;
	}
	f->stayed += p->dir == DIR_IN && f->stayed < UINT16_MAX;
	f->where = where;
	return false;
}

static struct flow_row *add_row(struct flow_table *t, struct flow_conn *c)
{
	struct flow_row *row = NULL;
	bool room = t->rows < t->s.max_rows &&
		    (!t->s.max_conn_rows || !c->rows || c->rows->n < t->s.max_conn_rows);

	if (room)
		row = flow_rows_add(&c->rows);
	if (row)
		t->rows++;
	else if (c->rows)
		c->rows->dropped++;
	return row;
}

void flow_count(struct flow_totals *n, const struct flow_segment_info *i)
{
	n->opened += i->is_new;
	n->closed += i->closed;
	n->refused += i->refused;
	n->reset += i->reset;
	n->denied += i->denied;
	n->retrans += flow_sent_again(i->proven);
	n->zero_windows += i->zero_opened;
}

/* What the client answers the older connection's numbers with ends that one; the row stands in both. */
static void end_older(struct flow_table *t, struct flow_conn *c, const struct packet *p,
		      const struct decoded *d, struct flow_segment_info *out)
{
	const struct predecessor *had = &t->older[c->id % OLDER];
	struct flow_conn *older = had->older;
	struct flow_segment_info end;
	struct flow_row *row;

	if (had->id != c->id || !older || older->id != had->older_id ||
	    !flow_reset_older(older, out->from, p, d, &end))
		return;
	out->older = older;
	t->totals.reset++;
	flow_map_touch(&t->map, older);
	row = t->s.max_rows ? add_row(t, older) : NULL;
	if (row)
		flow_fill_row(row, older, p, d, &end);
}

int flow_segment(struct flow_table *t, const struct packet *p, const struct decoded *d,
		 struct flow_segment_info *out)
{
	struct flow_conn *c;

	memset(out, 0, sizeof(*out));
	flow_set_now(t, p->ts_ns);
	t->totals.lost += p->lost;
	if (!d->is_tcp)
		return 0;
	t->totals.segments++;
	if (!d->has_ports) {
		t->totals.bytes += d->payload_len;
		t->totals.unfollowed++;
		return 0;
	}
	c = conn_of(t, p, d, out);
	if (!c) {
		t->totals.unfollowed++;
		return -ENOMEM;
	}
	out->damaged = !t->s.no_checksums && flow_is_damaged(c, out->from, p, d);
	if (!out->damaged && passed_before(t, c, out->from, p, d, &out->made_here))
		return 0;
	t->totals.bytes += d->payload_len;
	out->conn = c;
	/* between its last segment and this one */
	if (t->s.sampled || (p->sampled_ns && p->sampled_ns >= (out->is_new ? p->ts_ns : c->last_ns)))
		c->flags |= CONN_SAMPLED;
	out->copy = d->has_header && !out->damaged && flow_is_copy(c, out->from, d, p->ts_ns, &t->doubled);
	flow_follow(c, p, d, t->s.sampled || c->flags & CONN_SAMPLED, (uint32_t)t->totals.lost, out);
	flow_count(&t->totals, out);
	if (out->marks & FLOW_OTHER_CONN && d->flags & TCP_RST)
		end_older(t, c, p, d, out);
	if (t->s.max_rows) {
		out->row = add_row(t, c);
		if (!out->row)
			return 0;
		flow_fill_row(out->row, c, p, d, out);
	}
	return 0;
}

static void icmp_row(struct flow_table *t, struct flow_conn *c, uint64_t ts_ns, const struct icmp_quote *q,
		     int from)
{
	struct flow_row *row = t->s.max_rows ? add_row(t, c) : NULL;

	if (!row)
		return;
	row->ts_ns = ts_ns;
	row->from = (uint8_t)!from;
	row->icmp_family = q->family;
	row->icmp_type = q->type;
	row->icmp_code = q->code;
	row->state[0] = c->side[0].state;
	row->state[1] = c->side[1].state;
}

struct flow_conn *flow_icmp(struct flow_table *t, uint64_t ts_ns, const struct icmp_quote *q)
{
	struct flow_key k;
	struct flow_conn *c;
	int from;

	flow_set_now(t, ts_ns);
	if (q->family == AF_INET && q->type == ICMP_SOURCE_QUENCH)
		return NULL;
	from = flow_key_set(&k, q->family, q->src, q->dst, q->sport, q->dport);
	c = flow_map_find(&t->map, &k);
	if (!c)
		return NULL;
	c->icmp_family = q->family;
	c->icmp_about = (uint8_t)from;
	c->icmp_type = q->type;
	c->icmp_code = q->code;
	memcpy(c->icmp_from, q->from, q->family == AF_INET ? 4 : 16);
	if (c->syns && !c->syn_acks && q->seq == c->side[from].isn &&
	    !(c->flags & (CONN_REFUSED | CONN_ICMP))) {
		c->flags |= CONN_ICMP;
		c->last_ns = ts_ns;
		t->totals.rejected++;
	} else {
		c->flags |= CONN_ICMP_LATER;
	}
	icmp_row(t, c, ts_ns, q, from);
	return c;
}
