// SPDX-License-Identifier: BSD-2-Clause
#include "output/flow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "decode/decode.h"
#include "file/iface.h"
#include "flow/damage.h"
#include "flow/events.h"
#include "flow/explain.h"
#include "flow/json.h"
#include "flow/ladder.h"
#include "flow/marks.h"
#include "flow/pen.h"
#include "flow/stats.h"
#include "flow/verdict.h"
#include "output/endings.h"
#include "output/top.h"
#include "util/io.h"
#include "util/log.h"
#include "util/strbuf.h"

#define BATCH (64u << 10)
#define ROWS_MAX 2000000u	/* of all ladders: about 150 MB */
#define CONN_ROWS_MAX 100000u	/* of one */
#define QUIET_NS 60000000000ull /* one without segments for so long is told of, or forgotten */
#define LINGER_NS 500000000ull	/* an ended one is told of a little later: an RST may follow */
#define DAY_NS 86400000000000ull

struct flow_sink {
	struct sink sink;
	struct flow_sink_settings s;
	struct flow_table *table;
	struct flow_segment_info last; /* of the last segment */
	bool left_to_card;	       /* … its checksum; only with s.checksums */
	struct strbuf text;
	struct endings ended; /* live: those that will be told of */
	struct rtt_histogram rtt, rtt_interval;
	struct summary forgotten; /* of connections that are no longer at hand */
	struct flow_totals at_interval;
	struct flow_totals followed; /* of those alone: what --fail-on asks for */
	uint64_t stats_due_ns, quiet_due_ns;
	struct top *top;
	int error; /* of an eviction, which cannot return it */
	bool out_of_memory;
};

static int write_out(struct flow_sink *f)
{
	int r = 0;

	if (f->text.failed)
		return err_r(-ENOMEM, "standard output: out of memory");
	if (f->text.len && !f->top)
		r = write_all(f->s.fd, f->text.s, f->text.len);
	f->text.len = 0;
	return r ? err_r(r, "Unable to write output: %s", io_error(r)) : 0;
}

static struct ladder_style style_of(const struct flow_sink *f)
{
	return (struct ladder_style){ .width = f->s.width,
				      .all = f->s.all,
				      .ascii = f->s.ascii,
				      .colour = f->s.colour,
				      .explain = f->s.explain,
				      .sampled = f->s.sampled,
				      .now_ns = flow_now(f->table) };
}

static bool followed(const struct flow_sink *f, const struct flow_conn *c)
{
	return !f->s.follow || f->s.follow == c->id;
}

static void tell_line(struct flow_sink *f, struct flow_conn *c)
{
	flow_take_losses(f->table, c);
	flow_line(&f->text, c, flow_now(f->table));
	strbuf_char(&f->text, '\n');
	if (f->s.explain)
		flow_line_reasons(&f->text, c, flow_now(f->table), f->s.sampled,
				  f->s.width ? f->s.width : 100);
}

/* Everything but an SVG, which is one document for all. */
static void tell(struct flow_sink *f, struct flow_conn *c)
{
	struct ladder_style style = style_of(f);

	c->flags |= CONN_REPORTED;
	flow_take_losses(f->table, c);
	if (!followed(f, c))
		return;
	if (f->s.connections)
		tell_line(f, c);
	if (f->s.picture == PICTURE_TEXT) {
		ladder_text(&f->text, c, &style);
		strbuf_char(&f->text, '\n');
	} else if (f->s.picture == PICTURE_MERMAID) {
		ladder_mermaid(&f->text, c, &style);
	}
	if (f->s.json_connections || f->s.picture == PICTURE_JSON)
		json_connection(&f->text, c, flow_now(f->table), f->s.sampled, f->s.explain,
				f->s.picture == PICTURE_JSON);
}

static void on_evicted(void *arg, struct flow_conn *c)
{
	struct flow_sink *f = arg;

	if (!(c->flags & CONN_REPORTED))
		tell(f, c);
	if (f->s.summary && followed(f, c))
		summary_add(&f->forgotten, c);
	if (f->text.len >= BATCH && !f->error)
		f->error = write_out(f);
}

static int pass_on(struct flow_sink *f, const struct event *e)
{
	if (f->s.json_events && followed(f, e->conn))
		json_event(&f->text, e);
	return f->s.emit ? f->s.emit(f->s.emit_arg, e) : 0;
}

static int pass_events(struct flow_sink *f, uint64_t ts_ns)
{
	struct event e[FLOW_EVENTS_MAX];
	int n, r = 0;

	if (!f->s.json_events && !f->s.emit)
		return 0;
	n = flow_events(&f->last, ts_ns, e);
	for (int i = 0; !r && i < n; i++)
		r = pass_on(f, &e[i]);
	return r;
}

static void due(struct flow_sink *f)
{
	uint64_t at = f->stats_due_ns, end = endings_due(&f->ended);

	if (end && (!at || end < at))
		at = end;
	if (f->quiet_due_ns && (!at || f->quiet_due_ns < at))
		at = f->quiet_due_ns;
	if (f->top && (!at || top_due(f->top) < at))
		at = top_due(f->top);
	f->sink.due_ns = at;
}

static int write_stats(struct flow_sink *f, uint64_t at_ns)
{
	struct strbuf line = { 0 };
	int r;

	stats_line(&line, at_ns, flow_totals(f->table), &f->at_interval, &f->rtt_interval);
	f->rtt_interval = (struct rtt_histogram){ 0 };
	r = line.failed ? -ENOMEM : write_all(f->s.stats_fd, line.s, line.len);
	strbuf_free(&line);
	return r ? err_r(r, "Unable to write statistics: %s", strerror(-r)) : 0;
}

/* Intervals of a file go by the time of its packets; empty ones are left out. */
static int file_stats(struct flow_sink *f, uint64_t ts_ns)
{
	int r = 0;

	if (!f->stats_due_ns) {
		f->stats_due_ns = ts_ns + f->s.stats_ns;
	} else if (ts_ns >= f->stats_due_ns) {
		r = write_stats(f, f->stats_due_ns);
		f->stats_due_ns += (ts_ns - f->stats_due_ns) / f->s.stats_ns * f->s.stats_ns + f->s.stats_ns;
	}
	return r;
}

/* ended: the connection that ended just now, or NULL. */
static int live_times(struct flow_sink *f, struct flow_conn *ended, uint64_t ts_ns)
{
	bool tells = f->s.connections || f->s.picture || f->s.json_connections;

	if (ended && tells && endings_add(&f->ended, ended, ts_ns + LINGER_NS) < 0)
		return err_r(-ENOMEM, "connections: out of memory");
	if (!f->quiet_due_ns && tells)
		f->quiet_due_ns = ts_ns + QUIET_NS;
	if (!f->stats_due_ns && f->s.stats_ns)
		f->stats_due_ns = ts_ns + f->s.stats_ns;
	due(f);
	return 0;
}

static struct flow_conn *just_ended(const struct flow_segment_info *i)
{
	if (i->older)
		return i->older;
	return i->conn && flow_ended(i->conn) && (i->closed || i->refused || i->reset) ? i->conn : NULL;
}

static int flow_packet(struct sink *s, const struct packet *p, const struct decoded *d)
{
	struct flow_sink *f = (struct flow_sink *)s;
	int r = 0;

	if (f->s.stats_ns && !f->s.live)
		r = file_stats(f, p->ts_ns);
	if (r)
		return r;
	if (flow_segment(f->table, p, d, &f->last) < 0)
		f->out_of_memory = true;
	f->left_to_card = f->s.checksums && flow_left_to_card(d);
	if (f->last.rtt_ns) {
		if (followed(f, f->last.conn))
			rtt_add(&f->rtt, f->last.rtt_ns);
		rtt_add(&f->rtt_interval, f->last.rtt_ns);
	}
	if (f->last.conn) {
		if (followed(f, f->last.conn))
			flow_count(&f->followed, &f->last);
		if (f->last.older && followed(f, f->last.older))
			f->followed.reset++;
		if (f->s.json_segments && followed(f, f->last.conn))
			json_segment(&f->text, &f->last, p->ts_ns);
		r = pass_events(f, p->ts_ns);
	}
	if (!r && f->s.live)
		r = live_times(f, just_ended(&f->last), p->ts_ns);
	if (!r)
		r = f->error;
	if (!r && (f->text.len >= BATCH || (f->s.packet_lines && f->text.len)))
		r = write_out(f);
	return r;
}

static int flow_sink_icmp(struct sink *s, const struct packet *p, const struct icmp_quote *q)
{
	struct flow_sink *f = (struct flow_sink *)s;
	uint64_t before = flow_totals(f->table)->rejected;
	struct flow_conn *c = flow_icmp(f->table, p->ts_ns, q);
	struct event e = { .kind = EVENT_REJECTED, .ts_ns = p->ts_ns, .conn = c };
	int r;

	if (!c || flow_totals(f->table)->rejected == before)
		return 0;
	e.from = !c->client;
	f->followed.rejected += followed(f, c);
	r = pass_on(f, &e);
	return r || !f->s.live ? r : live_times(f, c, p->ts_ns);
}

/* Ended connections whose last segment came a while ago. */
static void tell_ended(struct flow_sink *f, uint64_t now_ns)
{
	struct flow_conn *c;

	while ((c = endings_take(&f->ended, now_ns))) {
		if (c->flags & CONN_REPORTED || !flow_ended(c))
			continue;
		tell(f, c);
		flow_rows_free(c->rows);
		c->rows = NULL;
	}
}

/* From the least recently active: what ended is forgotten, what only went quiet is told of once a minute. */
static void tell_quiet(struct flow_sink *f, uint64_t now_ns)
{
	struct flow_conn *c = flow_oldest(f->table), *next;

	for (; c && c->last_ns + QUIET_NS <= now_ns; c = next) {
		next = flow_newer(f->table, c);
		if (flow_ended(c)) {
			if (!(c->flags & CONN_REPORTED))
				tell(f, c);
			if (!f->s.summary)
				flow_forget(f->table, c);
		} else if (!(c->flags & CONN_QUIET)) {
			c->flags |= CONN_QUIET;
			if (f->s.connections && followed(f, c))
				tell_line(f, c);
		}
	}
	f->quiet_due_ns = now_ns + QUIET_NS / 6;
}

static int flow_block(struct sink *s, const struct block *b)
{
	struct flow_sink *f = (struct flow_sink *)s;

	if (b->kind == BLOCK_LOST)
		flow_lost(f->table, b->lost);
	if (b->kind == BLOCK_IFACE && b->iface->sampled) {
		flow_sampled(f->table);
		f->s.sampled = true;
	} else if (b->kind == BLOCK_STATISTICS && b->ts_ns < flow_now(f->table) + DAY_NS) {
		/* the capture went on so long; but who shifts a file's times may forget those of its
		 * statistics */
		flow_set_now(f->table, b->ts_ns);
	}
	return 0;
}

static int flow_tick(struct sink *s, uint64_t now_ns)
{
	struct flow_sink *f = (struct flow_sink *)s;
	int r = 0;

	flow_set_now(f->table, now_ns);
	tell_ended(f, now_ns);
	if (f->quiet_due_ns && f->quiet_due_ns <= now_ns)
		tell_quiet(f, now_ns);
	if (f->stats_due_ns && f->stats_due_ns <= now_ns) {
		r = write_stats(f, now_ns);
		f->stats_due_ns += (now_ns - f->stats_due_ns) / f->s.stats_ns * f->s.stats_ns + f->s.stats_ns;
	}
	if (f->top)
		top_tick(f->top, f->table, now_ns);
	due(f);
	return r ? r : write_out(f);
}

static int flow_flush(struct sink *s)
{
	return write_out((struct flow_sink *)s);
}

static struct flow_conn **collect(struct flow_sink *f, size_t *n)
{
	struct flow_conn **at = calloc(flow_table_live(f->table) + 1, sizeof(*at));

	*n = 0;
	for (struct flow_conn *c = flow_oldest(f->table); at && c; c = flow_newer(f->table, c))
		if (followed(f, c))
			at[(*n)++] = c;
	return at;
}

static int write_svg(struct flow_sink *f, struct flow_conn **at, size_t n)
{
	struct ladder_style style = style_of(f);
	struct strbuf b = { 0 };
	int r;

	ladder_svg(&b, at, n, &style);
	r = b.failed ? -ENOMEM : write_all(f->s.picture_fd >= 0 ? f->s.picture_fd : f->s.fd, b.s, b.len);
	strbuf_free(&b);
	return r ? err_r(r, "Unable to write the picture: %s", strerror(-r)) : 0;
}

static int tell_all(struct flow_sink *f)
{
	struct summary_style style = { .width = f->s.width,
				       .ascii = f->s.ascii,
				       .now_ns = flow_now(f->table) };
	struct flow_conn **at;
	size_t n;
	int r = 0;

	at = collect(f, &n);
	if (!at)
		return err_r(-ENOMEM, "connections: out of memory");
	flow_sort(at, n, f->s.sort);
	for (size_t i = 0; !r && i < n; i++) {
		if (!(at[i]->flags & CONN_REPORTED))
			tell(f, at[i]);
		if (f->text.len >= BATCH)
			r = write_out(f);
	}
	if (!r)
		r = write_out(f);
	if (!r && f->s.picture == PICTURE_SVG)
		r = write_svg(f, at, n);
	if (!r && f->s.summary) {
		summary_text(&f->text, at, n, &f->forgotten, &f->rtt, &style);
		r = write_out(f);
	}
	free(at);
	return r;
}

static void say_losses(const struct flow_sink *f)
{
	const struct flow_totals *t = flow_totals(f->table);

	if (t->evicted)
		log_line("%llu connections were told of early and forgotten to make room (--max-connections)",
			 (unsigned long long)t->evicted);
	if (f->out_of_memory)
		log_line("memory ran out: %llu segments were not followed",
			 (unsigned long long)t->unfollowed);
}

static int flow_close(struct sink *s)
{
	struct flow_sink *f = (struct flow_sink *)s;
	const struct flow_totals *t = flow_totals(f->table), *n = &f->followed;
	struct timespec now;
	int r = 0;

	clock_gettime(CLOCK_REALTIME, &now);
	if (f->s.live)
		flow_set_now(f->table, (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
	if (f->top) {
		top_close(f->top, f->table, !f->s.live);
		f->top = NULL;
	}
	if (f->s.stats_ns && t->segments > f->at_interval.segments)
		r = write_stats(f, flow_now(f->table));
	if (!r)
		r = tell_all(f);
	say_losses(f);
	if (f->s.failed)
		*f->s.failed = (f->s.fail_refused && n->refused + n->rejected) ||
			       (f->s.fail_reset && n->reset > n->denied) ||
			       (f->s.fail_retrans && n->retrans >= f->s.fail_retrans);
	if (f->s.picture_fd >= 0)
		close(f->s.picture_fd);
	flow_table_free(f->table);
	endings_free(&f->ended);
	strbuf_free(&f->text);
	free(f);
	return r;
}

static const struct sink_ops flow_ops = {
	.packet = flow_packet,
	.icmp = flow_sink_icmp,
	.block = flow_block,
	.tick = flow_tick,
	.flush = flow_flush,
	.close = flow_close,
};

static int open_table(struct flow_sink *f)
{
	struct flow_settings t = { .max_connections = f->s.max_connections,
				   .sampled = f->s.sampled,
				   .no_checksums = f->s.no_checksums,
				   .evicted = on_evicted,
				   .arg = f };

	if (f->s.picture != PICTURE_NONE || f->s.top) {
		t.max_rows = ROWS_MAX;
		t.max_conn_rows = f->s.top ? CONN_ROWS_MAX / 100 : CONN_ROWS_MAX;
	}
	if (getrandom(&t.seed, sizeof(t.seed), GRND_NONBLOCK) != sizeof(t.seed))
		t.seed = (uint64_t)(uintptr_t)f;
	return flow_table_new(&f->table, &t);
}

int flow_sink_open(struct sink **out, const struct flow_sink_settings *s)
{
	struct flow_sink *f = calloc(1, sizeof(*f));
	int r;

	if (!f)
		return err_r(-ENOMEM, "connections: out of memory");
	f->s = *s;
	f->sink = (struct sink){ .ops = &flow_ops, .wants_decoded = true, .wants_icmp = true };
	r = open_table(f);
	if (r) {
		free(f);
		return err_r(r, "connections: %s", strerror(-r));
	}
	if (s->top) {
		r = top_open(&f->top, s->ascii);
		if (r) {
			flow_table_free(f->table);
			free(f);
			return r;
		}
		due(f);
	}
	*out = &f->sink;
	return 0;
}

void flow_sink_marks(void *arg, struct strbuf *b)
{
	const struct flow_sink *f = arg;
	const struct flow_segment_info *i = &f->last;
	uint32_t marks = i->conn ? i->marks & ~FLOW_DELAYED_ACK : 0;

	if (!marks && !f->left_to_card)
		return;
	strbuf_str(b, " <");
	flow_mark_words(b, marks, i->dup_ack, i->rto_ns);
	if (f->left_to_card)
		strbuf_printf(b, "%schecksum left to the card", marks ? ", " : "");
	strbuf_char(b, '>');
}
