// SPDX-License-Identifier: BSD-2-Clause
#include "flow/marks.h"

#include "decode/decode.h"
#include "flow/words.h"

#define FAST_NS 20000000ull	      /* a fast retransmission follows its duplicate ACKs within this */
#define REORDER_UNKNOWN_NS 3000000ull /* out of order within this where no round trip is known */

static bool plain(const struct flow_seg *s)
{
	return !(s->flags & (TCP_SYN | TCP_FIN | TCP_RST));
}

static bool takes_space(const struct flow_seg *s)
{
	return s->len > 0 || s->flags & (TCP_SYN | TCP_FIN);
}

static uint32_t seg_end(const struct flow_seg *s)
{
	return s->seq + s->len + (s->flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
}

/* The segment stands still: no data, next sequence number, the same acknowledgment as before. */
static bool stands_still(const struct flow_side *f, const struct flow_seg *s)
{
	return s->len == 0 && plain(s) && f->flags & SIDE_HAS_NX && s->seq == f->nx &&
	       f->flags & SIDE_HAS_LA && s->ack == f->la;
}

static bool fills_window(const struct flow_side *r, const struct flow_seg *s)
{
	int shift = r->scale > 0 && !(r->flags & SIDE_WIN_UNSCALED) ? r->scale : 0;

	return s->len > 0 && plain(s) && r->scale != FLOW_SCALE_UNKNOWN && r->flags & SIDE_HAS_LA &&
	       s->seq + s->len == r->la + ((uint32_t)r->win << shift);
}

/* What asks whether the other is still there, or whether its window opened. */
static uint32_t mark_probe(const struct flow_side *f, const struct flow_side *r, const struct flow_seg *s)
{
	bool closed = r->flags & SIDE_ZERO_OPEN;

	if (s->len > 1 || !plain(s) || !(f->flags & SIDE_HAS_NX))
		return 0;
	if (closed &&
	    (s->seq == f->nx - 1 || (r->flags & SIDE_HAS_LA && s->seq == r->la - 1 && seq_lt(s->seq, f->nx))))
		return FLOW_ZERO_WINDOW_PROBE;
	return s->seq == f->nx - 1 ? FLOW_KEEP_ALIVE : 0;
}

static uint32_t mark_windows(const struct flow_side *f, const struct flow_side *r, const struct flow_seg *s)
{
	uint32_t m = 0;

	if (s->win == 0 && plain(s))
		m |= FLOW_ZERO_WINDOW;
	if (s->win && s->win != f->win && stands_still(f, s) &&
	    !(f->flags & SIDE_WIN_UNSCALED && f->scale > 0))
		m |= FLOW_WINDOW_UPDATE;
	if (fills_window(r, s))
		m |= FLOW_WINDOW_FULL;
	return m;
}

/* Segments that repeat the last one, in answer to something. */
static uint32_t mark_repeats(struct flow_side *f, const struct flow_side *r, const struct flow_seg *s)
{
	if (!stands_still(f, s) || !(f->flags & SIDE_HAS_WIN) || s->win != f->win)
		return 0;
	if (s->win == 0)
		return r->marks & FLOW_ZERO_WINDOW_PROBE ? FLOW_ZERO_WINDOW_PROBE_ACK : 0;
	if (r->marks & FLOW_KEEP_ALIVE)
		return FLOW_KEEP_ALIVE_ACK;
	f->dup_acks = f->dup_acks < 0 ? 1 : f->dup_acks + 1;
	return FLOW_DUP_ACK;
}

static uint32_t mark_acked_unseen(struct flow_side *r, const struct flow_seg *s)
{
	bool first;

	if (!(s->flags & TCP_ACK) || !(r->flags & SIDE_HAS_CONTIG) || seq_le(s->ack, r->contig))
		return 0;
	if (seq_lt(r->contig, r->nx)) { /* behind a hole: said once for each */
		r->contig = r->nx;
		return FLOW_ACKED_UNSEEN;
	}
	/* beyond all that was seen: said once until that side acknowledges something new */
	first = r->dup_acks == 0;
	r->dup_acks = -1;
	return first ? FLOW_ACKED_UNSEEN : 0;
}

/* Both opened at once (RFC 9293, figure 7): the SYN-ACK has the SYN's number and is none again. */
static bool answers_other_syn(const struct flow_conn *c, const struct flow_side *f, const struct flow_seg *s)
{
	bool first = f == flow_client(c) ? !(c->flags & CONN_ACKED) : !c->syn_acks;

	return first && (s->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
}

static uint64_t since(uint64_t then_ns, uint64_t now_ns)
{
	return then_ns - now_ns <= FLOW_STAMPED_EARLIER_NS ? 0 : now_ns - then_ns;
}

static uint32_t mark_resent(const struct flow_conn *c, const struct flow_side *f, const struct flow_side *r,
			    const struct flow_seg *s)
{
	bool behind = f->flags & SIDE_HAS_NX && seq_lt(s->seq, f->nx);
	uint64_t reorder = c->irtt_ns > 0 ? (uint64_t)c->irtt_ns : REORDER_UNKNOWN_NS;

	if (s->len > 1 && s->seq == f->nx - 1)
		behind = false; /* new data behind a probe of one byte */
	if (s->len > 0 && r->flags & SIDE_HAS_LA && seq_le(s->seq + s->len, r->la))
		return FLOW_SPURIOUS;
	if (!behind || answers_other_syn(c, f, s))
		return 0;
	/* duplicates may be among what was acknowledged unseen */
	if ((r->dup_acks >= 2 || r->dup_acks < 0) && r->flags & SIDE_HAS_LA && r->la == s->seq &&
	    since(r->last_ns, s->ts_ns) < FAST_NS)
		return FLOW_FAST;
	if (since(f->nx_ns, s->ts_ns) < reorder && f->nx != seg_end(s))
		return FLOW_OUT_OF_ORDER;
	return FLOW_RETRANS;
}

static uint64_t since_first_sent(const struct flow_side *f, const struct flow_seg *s)
{
	uint64_t at = f->nx_ns;

	for (int i = f->ntimed - 1; i >= 0; i--)
		if (seq_lt(s->seq, f->timed_end[i]))
			at = f->timed_ns[i];
	return s->ts_ns > at ? s->ts_ns - at : 0;
}

static void remember(struct flow_side *f, const struct flow_seg *s, uint32_t marks)
{
	uint32_t end = seg_end(s);
	/* a byte for a closed window does not count until it is taken */
	bool probe = marks & FLOW_ZERO_WINDOW_PROBE && s->seq == f->nx;
	bool empty_probe = marks & FLOW_ZERO_WINDOW_PROBE && s->seq == f->nx - 1;

	/* an RST may name any number in the window */
	if (!probe && (!(f->flags & SIDE_HAS_NX) || (seq_lt(f->nx, end) && !(s->flags & TCP_RST)))) {
		f->nx = end;
		f->nx_ns = s->ts_ns;
		f->flags |= SIDE_HAS_NX;
	}
	if (!probe && (!(f->flags & SIDE_HAS_CONTIG) || s->seq == f->contig)) {
		f->contig = f->nx;
		f->flags |= SIDE_HAS_CONTIG;
	}
	f->flags &= ~(SIDE_HAS_LA | SIDE_WIN_UNSCALED | SIDE_FRAGMENTED);
	f->flags |= SIDE_HAS_WIN | (s->flags & TCP_ACK ? SIDE_HAS_LA : 0) |
		    (s->flags & TCP_SYN ? SIDE_WIN_UNSCALED : 0) | (s->fragmented ? SIDE_FRAGMENTED : 0);
	f->la = s->ack;
	f->win = s->win;
	f->last_ns = s->ts_ns;
	/* once the window is open again, it is answered as a keep-alive is */
	f->marks = marks | (empty_probe ? FLOW_KEEP_ALIVE : 0);
}

void flow_mark(struct flow_conn *c, int from, const struct flow_seg *s, struct flow_marked *out)
{
	struct flow_side *f = &c->side[from], *r = &c->side[!from];
	bool ahead = f->flags & SIDE_HAS_NX && seq_lt(f->nx, s->seq);
	uint32_t m = 0;

	if (s->len == 1 && f->flags & SIDE_HAS_NX && s->seq == f->nx && r->flags & SIDE_HAS_WIN &&
	    r->win == 0) {
		m = FLOW_ZERO_WINDOW_PROBE;
	} else {
		m = mark_windows(f, r, s) | mark_probe(f, r, s) | mark_repeats(f, r, s);
		if (ahead && !(s->flags & TCP_RST) && !s->sampled && !(f->flags & SIDE_FRAGMENTED))
			m |= FLOW_HOLE;
	}
	if (!(f->flags & SIDE_HAS_LA) || s->ack != f->la)
		f->dup_acks = 0;
	if (!s->sampled && !(r->flags & SIDE_FRAGMENTED))
		m |= mark_acked_unseen(r, s);
	if (takes_space(s) && !(m & FLOW_KEEP_ALIVE) &&
	    !(m & FLOW_ZERO_WINDOW_PROBE && seq_lt(s->seq, f->nx)))
		m |= mark_resent(c, f, r, s);
	out->marks = m;
	out->dup_ack = m & FLOW_DUP_ACK ? (uint32_t)f->dup_acks : 0;
	out->rto_ns =
		m & (FLOW_RETRANSMITTED | FLOW_KEEP_ALIVE) && takes_space(s) ? since_first_sent(f, s) : 0;
	remember(f, s, m);
}

/* Of a full ring the second oldest goes: the oldest tells the retransmission timer, the youngest the round
 * trip. */
void flow_timed_sent(struct flow_side *f, uint32_t end, uint64_t ts_ns)
{
	if (f->ntimed == FLOW_TIMED) {
		for (int i = 1; i < FLOW_TIMED - 1; i++) {
			f->timed_end[i] = f->timed_end[i + 1];
			f->timed_ns[i] = f->timed_ns[i + 1];
		}
		f->ntimed--;
	}
	f->timed_end[f->ntimed] = end;
	f->timed_ns[f->ntimed++] = ts_ns;
}

uint64_t flow_timed_acked(struct flow_side *f, uint32_t ack, uint64_t ts_ns)
{
	uint64_t rtt = 0;
	int n = 0;

	while (n < f->ntimed && seq_le(f->timed_end[n], ack)) {
		bool twice = f->flags & SIDE_NO_RTT && seq_le(f->timed_end[n], f->no_rtt);

		if (f->timed_end[n] == ack && !twice && ts_ns > f->timed_ns[n])
			rtt = ts_ns - f->timed_ns[n];
		n++;
	}
	if (n == 0)
		return 0;
	f->ntimed -= (uint8_t)n;
	for (int i = 0; i < f->ntimed; i++) {
		f->timed_end[i] = f->timed_end[i + n];
		f->timed_ns[i] = f->timed_ns[i + n];
	}
	return rtt;
}

static const struct {
	const char *slug, *words;
} names[] = {
	{ "zero-window-probe", "zero window probe" },
	{ "zero-window", "zero window" },
	{ "lost-segment", "hole before" },
	{ "keep-alive", "keep-alive" },
	{ "window-update", "window update" },
	{ "window-full", "window full" },
	{ "keep-alive-ack", "keep-alive ack" },
	{ "zero-window-probe-ack", "zero window probe ack" },
	{ "dup-ack", "dup ack" },
	{ "acked-unseen", "acked unseen" },
	{ "spurious-retransmission", "spurious retransmission" },
	{ "fast-retransmission", "fast retransmission" },
	{ "out-of-order", "out of order" },
	{ "retransmission", "retransmission" },
	{ "reused-ports", "reused ports" },
	{ "capture-loss", "lost by the capture" },
	{ "delayed-ack", "delayed ACK" },
	{ "rst-ignored", "RST outside the window" },
	{ "other-isn", "another ISN than before" },
	{ "copy", "the same packet again" },
	{ "damaged", "damaged (bad checksum)" },
	{ "other-connection", "of another connection" },
};

const char *flow_mark_slug(unsigned int bit)
{
	return bit < sizeof(names) / sizeof(*names) ? names[bit].slug : NULL;
}

void flow_mark_words(struct strbuf *b, uint32_t marks, uint32_t dup_ack, uint64_t rto_ns)
{
	const char *sep = "";

	/* Wireshark's names beside them mislead */
	if (marks & FLOW_COPY)
		marks &= ~(FLOW_RETRANSMITTED | FLOW_OUT_OF_ORDER | FLOW_REPEATS);
	if (marks & FLOW_OTHER_ISN)
		marks &= ~FLOW_REUSED_PORTS;
	for (unsigned int i = 0; marks; i++, marks >>= 1) {
		if (!(marks & 1))
			continue;
		strbuf_str(b, sep);
		strbuf_str(b, names[i].words);
		if (1u << i == FLOW_DUP_ACK)
			strbuf_printf(b, " #%u", dup_ack);
		if (1u << i & FLOW_RETRANSMITTED && rto_ns) {
			strbuf_char(b, ' ');
			flow_words_time(b, (int64_t)rto_ns);
		}
		sep = ", ";
	}
}
