// SPDX-License-Identifier: BSD-2-Clause
/* The ladder in text. */
#include "flow/ladder.h"

#include "decode/decode.h"
#include "flow/explain.h"
#include "flow/marks.h"
#include "flow/pen.h"
#include "flow/verdict.h"
#include "flow/words.h"

#define WIDTH 100
#define WIDTH_MIN 72
#define TIME_W 10
#define DELTA_W 10
#define DELTA_MAX_NS 99999999999ll /* what DELTA_W holds in ms; longer ones are in seconds */
#define STATE_W 12
#define LEFT (TIME_W + DELTA_W + 1 + STATE_W + 1) /* column of the left rail */
#define ARROW_MIN 28
#define ARROW_MAX 58

struct drawing {
	struct pen pen;
	const struct flow_conn *conn;
	int left;	/* the side that stands on the left: the client */
	int right_rail; /* column */
	int width;
	uint64_t last_ns;
	bool has_last;
};

static void put_strbuf(struct pen *p, struct strbuf *b)
{
	pen_put(p, strbuf_cstr(b));
	b->len = 0;
}

static void head(struct drawing *d, struct strbuf *tmp)
{
	const struct flow_conn *c = d->conn;
	struct pen *p = &d->pen;

	pen_colour(p, PEN_BOLD);
	strbuf_printf(tmp, "#%u  ", c->id);
	flow_words_end(tmp, c, d->left);
	strbuf_str(tmp, p->ascii ? " <> " : " ⇄ ");
	flow_words_end(tmp, c, !d->left);
	put_strbuf(p, tmp);
	pen_colour(p, PEN_PLAIN);
	if (c->iface)
		strbuf_printf(tmp, "   %s", c->iface);
	strbuf_str(tmp, "   iRTT ");
	flow_words_ms(tmp, c->irtt_ns ? c->irtt_ns : -1);
	put_strbuf(p, tmp);
	pen_newline(p);
	pen_colour(p, PEN_DIM);
	pen_right(p, "time s", TIME_W);
	pen_right(p, p->ascii ? "delta ms" : "Δms", DELTA_W);
	pen_to(p, LEFT);
	flow_words_end(tmp, c, d->left);
	put_strbuf(p, tmp);
	flow_words_end(tmp, c, !d->left);
	pen_to(p, d->right_rail + 1 - pen_width(strbuf_cstr(tmp)) > p->col + 2
			  ? d->right_rail + 1 - pen_width(strbuf_cstr(tmp))
			  : p->col + 2);
	put_strbuf(p, tmp);
	pen_newline(p);
	pen_colour(p, PEN_PLAIN);
}

/* As many decimals as TIME_W has room for. */
static void seconds(struct strbuf *b, double s)
{
	bool micro = s < 999.9999995 && s > -99.9999995, milli = s < 999999.9995 && s > -99999.9995;

	strbuf_printf(b, "%.*f", micro ? 6 : milli ? 3 : 0, s);
}

static void times(struct drawing *d, const struct flow_row *r, struct strbuf *tmp)
{
	struct pen *p = &d->pen;

	seconds(tmp, (double)(int64_t)(r->ts_ns - d->conn->first_ns) / 1e9);
	pen_right(p, strbuf_cstr(tmp), TIME_W);
	tmp->len = 0;
	if (d->has_last) {
		int64_t delta = (int64_t)(r->ts_ns - d->last_ns);

		if (delta < 0)
			strbuf_char(tmp, '-');
		else if (delta > DELTA_MAX_NS)
			strbuf_printf(tmp, "%.0f s", (double)delta / 1e9);
		else
			strbuf_printf(tmp, "%.3f", (double)delta / 1e6);
		pen_right(p, strbuf_cstr(tmp), DELTA_W);
		tmp->len = 0;
	}
	d->has_last = true;
	pen_to(p, TIME_W + DELTA_W + 1);
}

static enum pen_colour colour_of(const struct flow_row *r)
{
	if (r->icmp_family || r->flags & TCP_RST || r->marks & FLOW_ZERO_WINDOW || flow_sent_again(r->marks))
		return PEN_RED;
	if (r->flags & (TCP_SYN | TCP_FIN))
		return PEN_CYAN;
	return r->marks & ~FLOW_DELAYED_ACK ? PEN_YELLOW : PEN_PLAIN;
}

/* The words that fit, most detailed first. */
static void fitting_words(struct drawing *d, const struct ladder_step *s, struct strbuf *tmp, int room)
{
	for (int detail = LADDER_OPTIONS; detail >= LADDER_BARE; detail--) {
		tmp->len = 0;
		ladder_words(tmp, d->conn, s, (enum ladder_detail)detail, d->pen.ascii);
		if (pen_width(strbuf_cstr(tmp)) <= room)
			return;
	}
}

static void arrow(struct drawing *d, const struct ladder_step *s, struct strbuf *tmp)
{
	struct pen *p = &d->pen;
	bool rightward = s->row->from == d->left, folded = s->count > 1;
	const char *line = folded ? "┄" : "─", *ascii = folded ? "." : "-";
	int body = d->right_rail - LEFT - 1, room = body - 6, w;

	fitting_words(d, s, tmp, room);
	w = pen_width(strbuf_cstr(tmp));
	w = w > room ? room : w;
	pen_colour(p, colour_of(s->row));
	if (rightward) {
		pen_draw(p, "├", "|");
		pen_draw(p, line, ascii);
		pen_put(p, " ");
		pen_put_cut(p, strbuf_cstr(tmp), room);
		pen_put(p, " ");
		pen_repeat(p, line, ascii, d->right_rail - 1 - p->col);
		pen_draw(p, "▶│", ">|");
	} else {
		pen_draw(p, "│◀", "|<");
		pen_repeat(p, line, ascii, body - w - 4);
		pen_put(p, " ");
		pen_put_cut(p, strbuf_cstr(tmp), room);
		pen_put(p, " ");
		pen_draw(p, line, ascii);
		pen_draw(p, "┤", "|");
	}
	pen_colour(p, PEN_PLAIN);
	tmp->len = 0;
}

/* A line between the rails that belongs to the row above. */
static void below(struct drawing *d, const char *words, bool right, enum pen_colour colour)
{
	struct pen *p = &d->pen;
	int room = d->width - LEFT - 4, body = d->right_rail - LEFT - 4, w = pen_width(words);

	pen_to(p, LEFT);
	pen_draw(p, "│", "|");
	pen_colour(p, colour);
	if (w <= body) {
		pen_to(p, right ? d->right_rail - 2 - w : LEFT + 3);
		pen_put(p, words);
		pen_to(p, d->right_rail);
		pen_colour(p, PEN_PLAIN);
		pen_draw(p, "│", "|");
	} else {
		pen_put(p, "  ");
		pen_put_cut(p, words, room);
		pen_colour(p, PEN_PLAIN);
	}
	pen_newline(p);
}

static void step_rows(struct drawing *d, const struct ladder_step *s, struct strbuf *tmp)
{
	struct pen *p = &d->pen;
	const struct flow_row *r = s->row;
	bool inline_notes;

	times(d, r, tmp);
	d->last_ns = s->last->ts_ns;
	pen_colour(p, PEN_DIM);
	pen_right(p, s->shows[d->left] ? flow_words_state(r->state[d->left]) : "", STATE_W);
	pen_colour(p, PEN_PLAIN);
	pen_to(p, LEFT);
	arrow(d, s, tmp);
	pen_colour(p, PEN_DIM);
	if (s->shows[!d->left]) {
		pen_put(p, " ");
		pen_put(p, flow_words_state(r->state[!d->left]));
	}
	pen_colour(p, PEN_PLAIN);
	ladder_notes(tmp, s);
	inline_notes = p->col + 1 + pen_width(strbuf_cstr(tmp)) <= d->width;
	if (tmp->len && inline_notes) {
		pen_put(p, " ");
		pen_colour(p, PEN_YELLOW);
		put_strbuf(p, tmp);
		pen_colour(p, PEN_PLAIN);
	}
	pen_newline(p);
	if (tmp->len)
		below(d, strbuf_cstr(tmp), r->from != d->left, PEN_YELLOW);
	tmp->len = 0;
	if (r->text)
		below(d, r->text, r->from != d->left, PEN_PLAIN);
}

static void foot(struct drawing *d, const struct ladder_style *style, struct strbuf *tmp)
{
	const struct flow_conn *c = d->conn;
	struct pen *p = &d->pen;

	if (c->rows && c->rows->dropped) {
		flow_words_count(tmp, c->rows->dropped, "further segment");
		strbuf_str(tmp, p->ascii ? " not kept" : " not kept for the ladder");
		pen_to(p, LEFT);
		put_strbuf(p, tmp);
		pen_newline(p);
	}
	pen_draw(p, " ⇒ ", " => ");
	pen_colour(p, PEN_BOLD);
	flow_verdict_words(tmp, c, style->now_ns);
	put_strbuf(p, tmp);
	pen_colour(p, PEN_PLAIN);
	pen_newline(p);
	flow_modifier_words(tmp, c, style->now_ns, style->sampled);
	if (tmp->len)
		pen_wrap(p, strbuf_cstr(tmp), 3, d->width);
	tmp->len = 0;
	if (!style->explain)
		return;
	flow_explain(tmp, c, style->now_ns);
	pen_wrap(p, strbuf_cstr(tmp), 3, d->width);
	tmp->len = 0;
}

void ladder_text(struct strbuf *b, const struct flow_conn *c, const struct ladder_style *style)
{
	struct drawing d = { .pen = { .out = b, .ascii = style->ascii, .colour = style->colour },
			     .conn = c,
			     .left = c->client };
	struct strbuf tmp = { 0 };
	struct ladder_walk w;
	struct ladder_step s;
	int body;

	d.width = style->width ? style->width : WIDTH;
	d.width = d.width < WIDTH_MIN ? WIDTH_MIN : d.width;
	body = d.width - LEFT - 2 - (STATE_W + 1);
	body = body > ARROW_MAX ? ARROW_MAX : body < ARROW_MIN ? ARROW_MIN - 6 : body;
	d.right_rail = LEFT + 1 + body;
	head(&d, &tmp);
	ladder_walk_begin(&w, c, style->all);
	while (ladder_walk_next(&w, &s))
		step_rows(&d, &s, &tmp);
	foot(&d, style, &tmp);
	strbuf_free(&tmp);
}
