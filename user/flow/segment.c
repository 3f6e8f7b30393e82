// SPDX-License-Identifier: BSD-2-Clause
#include "flow/segment.h"

#include <string.h>
#include <sys/socket.h>

#include "decode/decode.h"
#include "flow/again.h"
#include "flow/answer.h"
#include "flow/damage.h"
#include "flow/fastopen.h"
#include "flow/firstline.h"
#include "flow/forged.h"
#include "flow/hello.h"
#include "flow/holes.h"
#include "flow/marks.h"
#include "flow/reset.h"
#include "flow/silence.h"
#include "flow/state.h"
#include "flow/stuck.h"
#include "flow/verdict.h"
#include "packet.h"

#define OPT_MSS 2
#define OPT_SCALE 3
#define OPT_SACK_PERMITTED 4
/* The shortest retransmission timer in common use, beyond the round trip (Linux; RFC 6298 asks for 1 s). */
#define RTO_MIN_NS 200000000ull
/* An ACK that comes this much later than the round trip waited for the delayed-ACK timer (RFC 9293: below 0.5
 * s). */
#define DELAYED_MIN_NS 30000000ll
#define DELAYED_MAX_NS 500000000ll

/* The numbers from which relative ones count. */
static void take_base(struct flow_conn *c, int from, const struct flow_seg *s)
{
	struct flow_side *f = &c->side[from], *r = &c->side[!from];

	if (s->flags & TCP_SYN && (!(f->flags & SIDE_HAS_ISN) || s->flags & TCP_ACK)) {
		f->isn = s->seq;
		f->flags |= SIDE_HAS_ISN | SIDE_SYN;
	} else if (!(f->flags & SIDE_HAS_ISN)) {
		f->isn = s->seq - 1;
		f->flags |= SIDE_HAS_ISN;
	}
	if (!(r->flags & SIDE_HAS_ISN) && s->flags & TCP_ACK && !(s->flags & TCP_RST)) {
		r->isn = s->ack - 1;
		r->flags |= SIDE_HAS_ISN;
	}
}

/* Both must offer scaling for either to use it (RFC 7323, 2.2). What the snapshot length cut off may say so.
 */
static void take_scale(struct flow_conn *c, int from, const struct decoded *d)
{
	struct flow_side *f = &c->side[from], *r = &c->side[!from];
	struct tcp_option_iter it;
	struct tcp_option o;
	int offered = d->tcp_cap < d->hdr_len ? FLOW_SCALE_UNKNOWN : FLOW_SCALE_NONE;

	tcp_options_begin(&it, d);
	while (tcp_options_next(&it, &o) > 0)
		if (o.kind == OPT_SCALE && o.len == 1)
			offered = o.data[0] > FLOW_SCALE_MAX ? FLOW_SCALE_MAX : o.data[0];
	f->scale = (int8_t)offered;
	if (offered == FLOW_SCALE_NONE)
		r->scale = FLOW_SCALE_NONE;
	else if (d->flags & TCP_ACK && r->scale == FLOW_SCALE_NONE)
		f->scale = FLOW_SCALE_NONE;
	else if (offered == FLOW_SCALE_UNKNOWN)
		r->scale = FLOW_SCALE_UNKNOWN;
}

/* What is sent again sooner came by SACK, a tail loss probe (RFC 8985), or twice. */
static bool waited_for_timer(const struct flow_conn *c, uint64_t rto_ns)
{
	return rto_ns >= RTO_MIN_NS + flow_round_trip_us(c) * 1000ull;
}

/* What comes again after an RST tells of the end, and of no loss. */
static void count_after_rst(struct flow_conn *c, const struct flow_segment_info *i, uint64_t ts_ns)
{
	bool by_server = i->from != c->client;

	if (!(c->flags & CONN_RST) || !flow_sent_again(i->proven))
		return;
	c->after_rst[i->from] += c->after_rst[i->from] < UINT8_MAX;
	if (by_server != !!(c->flags & CONN_RST_BY_SERVER) &&
	    flow_us_since(c->rst_us, (uint32_t)(ts_ns / 1000)) >= RTO_MIN_NS / 1000)
		c->flags |= CONN_RST_UNHEARD;
}

static void count_marks(struct flow_conn *c, struct flow_side *f, const struct flow_segment_info *i)
{
	if (i->marks & FLOW_COPY) {
		f->copies++;
		return;
	}
	f->spurious_retrans += (i->proven & FLOW_SPURIOUS) != 0;
	f->fast_retrans += (i->proven & FLOW_FAST) != 0;
	f->rto_retrans += (i->proven & FLOW_RETRANS) != 0;
	f->timer_retrans += i->proven & FLOW_RETRANS && waited_for_timer(c, i->rto_ns);
	f->out_of_order += (i->proven & FLOW_OUT_OF_ORDER) != 0;
	flow_count_late(f, i->proven, i->late);
	c->came_again[i->from] += i->late == LATE_SENT_AGAIN && c->came_again[i->from] < UINT16_MAX;
	f->acked_unseen += (i->marks & FLOW_ACKED_UNSEEN) != 0;
	f->dup_acks_all += (i->marks & FLOW_DUP_ACK) != 0;
	/* a hole of our own making is not counted */
	f->holes += (i->marks & FLOW_HOLE) && !(i->marks & FLOW_CAPTURE_LOSS);
	f->probes += (i->marks & FLOW_ZERO_WINDOW_PROBE) != 0;
	f->keep_alives += (i->proven & FLOW_KEEP_ALIVE) != 0;
	if (i->proven & FLOW_RETRANS && i->rto_ns > f->longest_rto_ns)
		f->longest_rto_ns = i->rto_ns;
}

/* How long f keeps its window closed. */
static void follow_window(struct flow_side *f, const struct flow_seg *s, struct flow_segment_info *i)
{
	if (s->flags & (TCP_SYN | TCP_RST))
		return;
	if (s->win == 0 && !(f->flags & SIDE_ZERO_OPEN) && !(s->flags & TCP_FIN)) {
		f->flags |= SIDE_ZERO_OPEN;
		f->zero_since_ns = s->ts_ns;
		f->zero_windows++;
		i->zero_opened = true;
	} else if (s->win && f->flags & SIDE_ZERO_OPEN) {
		f->flags &= ~SIDE_ZERO_OPEN;
		f->zero_ns += s->ts_ns > f->zero_since_ns ? s->ts_ns - f->zero_since_ns : 0;
		i->zero_ended = true;
	}
}

/* Who kept whom waiting. What the network lost or a closed window held back is no silence of an application.
 */
static void follow_gap(struct flow_conn *c, int from, const struct flow_seg *s, bool fresh,
		       const struct flow_segment_info *i)
{
	struct flow_side *f = &c->side[from];
	bool data = s->len || s->flags & TCP_FIN, again = data && i->proven & (FLOW_RETRANS | FLOW_FAST);
	uint64_t gap;

	if (s->flags & (TCP_RST | TCP_SYN) || !(i->zero_ended || again || (fresh && data)))
		return;
	gap = c->last_data_ns && s->ts_ns > c->last_data_ns ? s->ts_ns - c->last_data_ns : 0;
	if (fresh && data && !again && gap > f->longest_gap_ns)
		f->longest_gap_ns = gap;
	c->last_data_ns = s->ts_ns;
}

/* Round trips. nx: highest number sent before this segment. */
static void follow_time(struct flow_conn *c, int from, const struct flow_seg *s, bool had_nx, uint32_t nx,
			struct flow_segment_info *i)
{
	struct flow_side *f = &c->side[from], *r = &c->side[!from];
	bool fresh = !had_nx || seq_lt(nx, f->nx);
	struct flow_silence_of silence = { .marks = i->proven,
					   .fresh = fresh,
					   .zero_ended = i->zero_ended,
					   .acked = f->ntimed == 0,
					   .acks_all = r->ntimed == 0 };

	if (i->proven & (FLOW_RETRANSMITTED | FLOW_OUT_OF_ORDER)) {
		f->no_rtt = f->nx;
		f->flags |= SIDE_NO_RTT;
	}
	if (s->flags & TCP_ACK && !(s->flags & TCP_RST))
		i->rtt_ns = flow_timed_acked(r, s->ack, s->ts_ns);
	if (i->rtt_ns)
		flow_forged_answered(f, i->rtt_ns);
	if (i->rtt_ns && s->len == 0 && !(s->flags & (TCP_SYN | TCP_FIN))) {
		int64_t waited = (int64_t)i->rtt_ns - (c->irtt_ns > 0 ? c->irtt_ns : 0);

		if (c->irtt_ns > 0 && waited >= DELAYED_MIN_NS && waited < DELAYED_MAX_NS)
			i->marks |= FLOW_DELAYED_ACK;
	}
	if (fresh && !(s->flags & TCP_RST) && (s->len || s->flags & (TCP_SYN | TCP_FIN)))
		flow_timed_sent(f, f->nx, s->ts_ns);
	follow_gap(c, from, s, fresh, i);
	flow_silence(c, from, s, &silence);
}

/*
 * Bytes count once: those from nx on, and of those before it as many as were not there yet. Whether a segment
 * comes again or fills a hole its marks do not say: they go by the time.
 */
static void follow_bytes(struct flow_side *f, const struct flow_seg *s, bool had_nx, uint32_t nx,
			 uint32_t marks)
{
	uint32_t end = s->seq + s->len, before, missing;

	if (marks & (FLOW_KEEP_ALIVE | FLOW_ZERO_WINDOW_PROBE) && s->len <= 1)
		return;
	if (!had_nx || !seq_lt(s->seq, nx)) {
		f->bytes += s->len;
		return;
	}
	before = seq_lt(nx, end) ? nx - s->seq : s->len;
	missing = nx - f->isn - 1 - !!(f->flags & SIDE_FIN) - (uint32_t)f->bytes;
	f->bytes += s->len - before;
	if (missing <= INT32_MAX)
		f->bytes += before < missing ? before : missing;
}

/* By its numbers. Of a sampled connection any other may be the first ACK that was captured. */
static bool ends_handshake(const struct flow_conn *c, int from, const struct flow_seg *s)
{
	return from == c->client && !s->len && !(s->flags & TCP_FIN) && s->seq == c->side[from].isn + 1 &&
	       s->ack == c->side[!from].isn + 1;
}

static void count_syn_ack(struct flow_conn *c)
{
	c->flags |= c->syn_acks && c->flags & CONN_ACKED ? CONN_SYN_ACK_AFTER : 0;
	c->syn_acks += c->syn_acks < UINT16_MAX;
}

static void follow_handshake(struct flow_conn *c, int from, const struct flow_seg *s,
			     struct flow_segment_info *i)
{
	const struct flow_side *server = &c->side[!c->client];
	uint8_t syn_ack = s->flags & (TCP_SYN | TCP_ACK);

	if (syn_ack == TCP_SYN && from == c->client) {
		if (c->syns == 0)
			c->first_syn_ns = s->ts_ns;
		c->syns += !s->copy;
		c->flags |= c->syn_acks && !s->copy ? CONN_SYN_AGAIN : 0;
		c->syn_ns = s->ts_ns;
	} else if (syn_ack == TCP_SYN) {
		; /* both open at once (RFC 9293, figure 7): a SYN-ACK of each answers */
	} else if (syn_ack == (TCP_SYN | TCP_ACK)) {
		if (from == c->client && server->flags & SIDE_SYN && seq_lt(server->isn, s->ack))
			c->flags |= CONN_ACKED;
		else if (!s->copy)
			count_syn_ack(c);
		if (c->flags & CONN_ICMP)
			c->flags |= CONN_ICMP_LATER;
		if (c->flags & CONN_REFUSED)
			c->flags |= CONN_LET_IN;
		if (c->flags & (CONN_ICMP | CONN_REFUSED)) /* it lives after all, and will end once more */
			c->flags &= ~(CONN_ICMP | CONN_REFUSED | CONN_REPORTED);
	} else if (s->flags & TCP_ACK && !(s->flags & TCP_RST)) {
		if (c->syn_ns && c->irtt_ns == 0 && (!s->sampled || ends_handshake(c, from, s))) {
			c->irtt_ns = (int64_t)(s->ts_ns - c->syn_ns);
			c->flags |= c->syn_acks > 1 ? CONN_IRTT_WAITED : 0;
		}
		if (from == c->client && !(c->flags & CONN_ACKED) && server->flags & SIDE_SYN &&
		    seq_lt(server->isn, s->ack)) {
			c->flags |= CONN_ACKED;
			i->established = c->syn_acks > 0 && c->syns > 0;
			if (!c->last_data_ns)
				c->last_data_ns = s->ts_ns;
		}
		if (from != c->client)
			c->flags |= CONN_PROGRESS;
	}
}

static void follow_fin(struct flow_conn *c, int from, const struct flow_seg *s)
{
	struct flow_side *f = &c->side[from], *r = &c->side[!from];
	bool acks_fin = s->flags & TCP_ACK && r->flags & SIDE_FIN && seq_lt(r->fin_seq, s->ack);

	if (acks_fin && !(s->flags & TCP_RST))
		r->flags |= SIDE_FIN_ACKED;
	if (acks_fin && !(f->flags & SIDE_FIN) && !(s->flags & (TCP_FIN | TCP_RST)))
		c->flags |= CONN_FIN1_ACKED_FIRST;
	if (s->flags & TCP_FIN && f->flags & SIDE_FIN && acks_fin && f->state == FLOW_CLOSING)
		f->flags |= SIDE_FIN_AGAIN;
	c->fins += s->flags & TCP_FIN && !s->copy && !(r->flags & SIDE_FIN) && c->fins < UINT8_MAX;
	if (!(s->flags & TCP_FIN) || f->flags & SIDE_FIN)
		return;
	f->flags |= SIDE_FIN;
	f->fin_seq = s->seq + s->len;
	/* an ACK that overtook it left a hole of one, which old data that came again seemed to fill */
	if (f->bytes && (uint32_t)f->bytes == f->fin_seq - f->isn)
		f->bytes--;
	if (!(r->flags & SIDE_FIN))
		c->flags |= from != c->client ? CONN_FIN_SERVER_FIRST : 0;
	else if (acks_fin)
		c->flags |= CONN_FIN2_ACKS_FIN1;
}

static void follow_stuck(struct flow_conn *c, int from, const struct flow_seg *s,
			 const struct flow_segment_info *i)
{
	struct flow_side *f = &c->side[from], *r = &c->side[!from];

	if (s->flags & (TCP_SYN | TCP_RST) || s->copy)
		return;
	if (s->flags & TCP_ACK)
		flow_stuck_acked(r, f->flags & SIDE_HAS_HI_ACK ? f->hi_ack : s->ack, s->ack);
	flow_stuck_sent(f, s, i->proven & FLOW_RETRANS && waited_for_timer(c, i->rto_ns));
}

static uint32_t scaled(const struct flow_side *f, const struct flow_seg *s)
{
	return (uint32_t)s->win << (f->scale > 0 && !(s->flags & TCP_SYN) ? f->scale : 0);
}

static void analyse(struct flow_conn *c, const struct decoded *d, struct flow_seg *s,
		    struct flow_segment_info *out)
{
	int from = out->from;
	struct flow_side *f = &c->side[from], *r = &c->side[!from];
	bool had_nx = f->flags & SIDE_HAS_NX, was_closed = flow_closed(c), rst = s->flags & TCP_RST;
	uint32_t nx = f->nx;
	struct flow_place place;
	struct flow_age hole;
	struct flow_marked m;
	bool fills;

	if (out->damaged) {
		out->marks |= FLOW_DAMAGED;
	} else if (flow_answer_foreign(c, from, s)) {
		out->marks |= FLOW_OTHER_CONN;
		s->flags &= ~TCP_RST;
	} else if (rst && !flow_rst_counts(c, from, s)) {
		/* nothing of it may move the connection */
		out->marks |= FLOW_RST_IGNORED;
		rst = false;
		s->flags &= ~TCP_RST;
	} else if (flow_answer_other(c, from, s)) {
		out->marks |= FLOW_OTHER_ISN | FLOW_REUSED_PORTS;
	} else {
		flow_answer_taken(c, from, s);
		out->denied = flow_reset_denied(c, from, s);
		take_base(c, from, s);
		place = flow_place(f, s);
		fills = flow_fills_hole(c, from, s, &hole);
		place.has_passed &= !fills;
		flow_mark(c, from, s, &m);
		out->proven = flow_again(c, from, s, m.marks, &place);
		if (fills)
			out->late = flow_late(c, &hole, out->proven);
		out->marks |= m.marks;
		if (m.marks & FLOW_ACKED_UNSEEN)
			flow_damage_denied(c, !from, s->ack);
		out->dup_ack = m.dup_ack;
		out->rto_ns = m.rto_ns;
		follow_window(f, s, out);
		follow_time(c, from, s, had_nx, nx, out);
		follow_bytes(f, s, had_nx, nx, out->proven);
		flow_fastopen(c, from, s, out->proven);
		follow_handshake(c, from, s, out);
		if (s->flags & TCP_SYN)
			take_scale(c, from, d);
		if (c->flags & CONN_RST)
			flow_forged_after(c, from, s, nx);
		if (rst)
			flow_reset(c, from, s, out);
		out->fin_arrived = f->state == FLOW_ESTABLISHED && s->flags & TCP_ACK &&
				   r->flags & SIDE_FIN && seq_lt(r->fin_seq, s->ack);
		flow_state(c, from, s);
		follow_fin(c, from, s);
		follow_stuck(c, from, s, out);
		if (s->flags & TCP_ACK && (!(f->flags & SIDE_HAS_HI_ACK) || seq_lt(f->hi_ack, s->ack))) {
			f->hi_ack = s->ack;
			f->flags |= SIDE_HAS_HI_ACK;
		}
		if (!(s->flags & TCP_RST) && s->ttl)
			f->ttl = s->ttl;
	}
	out->closed = !was_closed && flow_closed(c);
	if (out->closed || out->reset)
		flow_stop_stalls(c, s->ts_ns);
	out->seq = f->flags & SIDE_HAS_ISN ? s->seq - f->isn : s->seq;
	out->ack = !(d->flags & TCP_ACK) ? 0 : r->flags & SIDE_HAS_ISN ? s->ack - r->isn : s->ack;
	out->win = scaled(f, s);
}

/* The first that breaks off: 0 is only an end, and after a warning it goes on. */
static void follow_alert(struct flow_conn *c, int from, const struct decoded *d)
{
	bool fatal = false;
	int alert = d->payload && d->payload_cap ? flow_alert(d->payload, d->payload_cap, &fatal) : -1;

	if (alert <= 0 || !fatal || c->alert)
		return;
	c->alert = (uint8_t)alert;
	c->alert_from = (uint8_t)from;
}

void flow_follow(struct flow_conn *c, const struct packet *p, const struct decoded *d, bool sampled,
		 uint32_t lost_all, struct flow_segment_info *out)
{
	struct flow_side *f = &c->side[out->from], *r = &c->side[!out->from];
	/* a loss is told once to the connection, but to each side by its own next segment: the other's may
	 * come first */
	uint32_t lost = lost_all - c->lost_mark, lost_from = lost_all - f->lost_mark;
	struct flow_seg s;

	out->delta_ns = out->is_new ? 0 : (int64_t)(p->ts_ns - c->last_ns);
	out->len = d->payload_len;
	out->flags = d->flags;
	f->pkts++;
	f->flags |= SIDE_SEEN;
	c->flags &= ~CONN_QUIET;
	c->last_ns = p->ts_ns;
	c->lost_mark = f->lost_mark = lost_all;
	if (lost) {
		c->lost += lost;
		c->flags |= CONN_LOSS;
	}
	if (!d->has_header || d->hdr_len < 20 || d->hdr_len > d->tcp_len)
		return;
	s = (struct flow_seg){ .ts_ns = p->ts_ns,
			       .seq = d->seq,
			       .ack = d->ack,
			       .len = d->payload_len,
			       .win = d->win,
			       .flags = d->flags,
			       .sampled = sampled,
			       .fragmented = d->fragment == DECODE_FIRST_FRAGMENT,
			       .asks = flow_asks(d),
			       .copy = out->copy,
			       .ttl = !d->ip ? 0 : d->ip[d->family == AF_INET ? 8 : 7],
			       .tcp_len = d->tcp_len };
	analyse(c, d, &s, out);
	if (!out->damaged)
		follow_alert(c, out->from, d);
	if (p->lost || (lost_from && out->marks & FLOW_HOLE) ||
	    (lost_all != r->lost_mark && out->marks & FLOW_ACKED_UNSEEN))
		out->marks |= FLOW_CAPTURE_LOSS;
	if (s.copy) {
		out->marks |= FLOW_COPY;
		out->proven |= FLOW_COPY;
	}
	count_marks(c, f, out);
	count_after_rst(c, out, p->ts_ns);
}

static void fill_options(struct flow_row *row, const struct decoded *d)
{
	struct tcp_option_iter it;
	struct tcp_option o;

	row->scale = FLOW_SCALE_UNKNOWN;
	if (!(d->flags & TCP_SYN))
		return;
	tcp_options_begin(&it, d);
	while (tcp_options_next(&it, &o) > 0) {
		if (o.kind == OPT_MSS && o.len == 2)
			row->mss = (uint16_t)(o.data[0] << 8 | o.data[1]);
		else if (o.kind == OPT_SCALE && o.len == 1)
			row->scale = (int8_t)(o.data[0] & 0x7f);
		else if (o.kind == OPT_SACK_PERMITTED)
			row->sack = true;
	}
}

void flow_fill_row(struct flow_row *row, struct flow_conn *c, const struct packet *p, const struct decoded *d,
		   const struct flow_segment_info *i)
{
	row->ts_ns = p->ts_ns;
	row->rto_ns = i->rto_ns;
	row->seq = i->seq;
	row->ack = i->ack;
	row->len = i->len;
	row->win = i->win;
	row->marks = i->marks;
	row->dup_ack = i->dup_ack;
	row->flags = d->flags;
	row->from = i->from;
	row->state[0] = c->side[0].state;
	row->state[1] = c->side[1].state;
	fill_options(row, d);
	if ((d->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) && c->syn_acks == 1)
		flow_rows_settle(c->rows, i->from, TCP_SYN, FLOW_SYN_RECEIVED);
	if (i->fin_arrived)
		flow_rows_settle(c->rows, i->from, TCP_FIN, FLOW_CLOSE_WAIT);
	if (d->payload_cap && d->payload && !(d->flags & TCP_SYN) && !(i->marks & FLOW_RETRANSMITTED))
		row->text = flow_first_line_dup(d->payload, d->payload_cap);
	if (!(d->flags & TCP_SYN))
		flow_hello(c->rows, d);
}
