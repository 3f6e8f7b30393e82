// SPDX-License-Identifier: BSD-2-Clause
/* The ladder as a picture for browsers: one document, colours by prefers-color-scheme. */
#include <string.h>

#include "decode/decode.h"
#include "flow/explain.h"
#include "flow/ladder.h"
#include "flow/marks.h"
#include "flow/verdict.h"
#include "flow/words.h"

#define WIDTH 960
#define LEFT_X 276
#define RIGHT_X 726
#define TIME_X 92
#define DELTA_X 172
#define ROW_H 46
#define HEAD_H 56
#define FOOT_H 48
#define FOOT_LINE_H 16
#define FOOT_CHARS 120
#define SLOPE 12 /* an arrow falls by so much on its way */

struct canvas {
	struct strbuf *b;
	const struct flow_conn *conn;
	int y;
	uint64_t last_ns;
	bool has_last;
};

static void put_safe(struct strbuf *b, const char *s)
{
	for (; *s; s++) {
		if (*s == '<')
			strbuf_str(b, "&lt;");
		else if (*s == '>')
			strbuf_str(b, "&gt;");
		else if (*s == '&')
			strbuf_str(b, "&amp;");
		else if ((unsigned char)*s >= ' ')
			strbuf_char(b, *s);
	}
}

static void put_text(struct canvas *v, int x, int y, const char *class, const char *s)
{
	strbuf_printf(v->b, "<text x=\"%d\" y=\"%d\" class=\"%s\">", x, y, class);
	put_safe(v->b, s);
	strbuf_str(v->b, "</text>\n");
}

/* Takes what is in tmp and empties it. */
static void put_words(struct canvas *v, int x, int y, const char *class, struct strbuf *tmp)
{
	if (tmp->len)
		put_text(v, x, y, class, strbuf_cstr(tmp));
	tmp->len = 0;
}

static void open_document(struct strbuf *b, int height)
{
	static const char *const kinds[] = { "seg", "ctl", "bad" };

	strbuf_printf(
		b,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
		"font-family=\"ui-monospace,monospace\" font-size=\"12\">\n<style>\n"
		"svg{background:#fff;color:#1a1a1a;--dim:#666;--bad:#b00020;--note:#8a5a00;--mark:#005a9c}\n"
		"@media(prefers-color-scheme:dark){svg{background:#16181c;color:#e6e6e6;--dim:#9aa0a6;--bad:#ff7b72;"
		"--note:#e3b341;--mark:#79c0ff}}\n",
		WIDTH, height, WIDTH, height);
	strbuf_str(
		b,
		".seg-head{fill:currentColor}.bad-head{fill:var(--bad)}.ctl-head{fill:var(--mark)}\n"
		"text{fill:currentColor}.r{text-anchor:end}.m{text-anchor:middle}.h{font-weight:bold;font-size:14px}"
		".d{fill:var(--dim);text-anchor:end}.s{fill:var(--mark)}.sr{fill:var(--mark);text-anchor:end}"
		".n{fill:var(--note);text-anchor:middle;font-size:11px}\n"
		"line{stroke:currentColor}.rail{stroke:var(--dim)}.bad{stroke:var(--bad)}.ctl{stroke:var(--mark)}\n"
		"</style>\n<defs>\n");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		strbuf_printf(
			b,
			"<marker id=\"%s\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" "
			"markerHeight=\"8\" orient=\"auto\"><path class=\"%s-head\" d=\"M0 0L8 4L0 8z\"/></marker>\n",
			kinds[i], kinds[i]);
	strbuf_str(b, "</defs>\n");
}

static const char *line_class(const struct flow_row *r)
{
	if (r->icmp_family || r->flags & TCP_RST || r->marks & FLOW_ZERO_WINDOW || flow_sent_again(r->marks))
		return "bad";
	return r->flags & (TCP_SYN | TCP_FIN) ? "ctl" : "seg";
}

static void put_times(struct canvas *v, const struct flow_row *r, struct strbuf *tmp)
{
	strbuf_printf(tmp, "%.6f", (double)(int64_t)(r->ts_ns - v->conn->first_ns) / 1e9);
	put_words(v, TIME_X, v->y, "d", tmp);
	if (v->has_last) {
		int64_t delta = (int64_t)(r->ts_ns - v->last_ns);

		if (delta < 0)
			strbuf_char(tmp, '-');
		else if (delta < 1000000000)
			strbuf_printf(tmp, "+%.3f", (double)delta / 1e6);
		else
			strbuf_printf(tmp, "+%.3f s", (double)delta / 1e9);
		put_words(v, DELTA_X, v->y, "d", tmp);
	}
	v->has_last = true;
}

static void put_step(struct canvas *v, const struct ladder_step *s, struct strbuf *tmp)
{
	const struct flow_conn *c = v->conn;
	const struct flow_row *r = s->row;
	bool rightward = r->from == c->client;

	put_times(v, r, tmp);
	v->last_ns = s->last->ts_ns;
	strbuf_printf(
		v->b,
		"<line class=\"%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" marker-end=\"url(#%s)\"%s/>\n",
		line_class(r), rightward ? LEFT_X : RIGHT_X, v->y, rightward ? RIGHT_X : LEFT_X, v->y + SLOPE,
		line_class(r), s->count > 1 ? " stroke-dasharray=\"3 3\"" : "");
	ladder_words(tmp, c, s, LADDER_OPTIONS, false);
	put_words(v, (LEFT_X + RIGHT_X) / 2, v->y - 3, "m", tmp);
	ladder_notes(tmp, s);
	if (r->text) {
		strbuf_str(tmp, tmp->len ? " · " : "");
		strbuf_str(tmp, r->text);
	}
	put_words(v, (LEFT_X + RIGHT_X) / 2, v->y + SLOPE + 10, "n", tmp);
	if (s->shows[c->client])
		put_text(v, LEFT_X - 6, v->y + (rightward ? 0 : SLOPE), "sr",
			 flow_words_state(r->state[c->client]));
	if (s->shows[!c->client])
		put_text(v, RIGHT_X + 6, v->y + (rightward ? SLOPE : 0), "s",
			 flow_words_state(r->state[!c->client]));
	v->y += ROW_H;
}

static void put_head(struct canvas *v, struct strbuf *tmp)
{
	const struct flow_conn *c = v->conn;

	strbuf_printf(tmp, "#%u", c->id);
	put_words(v, 16, v->y + 18, "h", tmp);
	flow_words_end(tmp, c, c->client);
	put_words(v, LEFT_X, v->y + 18, "m h", tmp);
	flow_words_end(tmp, c, !c->client);
	put_words(v, RIGHT_X, v->y + 18, "m h", tmp);
	strbuf_str(tmp, "iRTT ");
	flow_words_ms(tmp, c->irtt_ns ? c->irtt_ns : -1);
	put_words(v, (LEFT_X + RIGHT_X) / 2, v->y + 18, "m", tmp);
	v->y += HEAD_H;
}

/* Bytes of the first line of s, and where the next begins. */
static size_t first_line(const char *s, const char **next)
{
	size_t n = strlen(s), cut = n;

	if (n > FOOT_CHARS)
		for (cut = FOOT_CHARS; cut > 0 && s[cut] != ' ';)
			cut--;
	if (!cut)
		cut = n;
	*next = s + cut + (s[cut] == ' ');
	return cut;
}

/* From line `lines` of the foot on, of which it gives how many there are then; v NULL: only counts them. */
static int put_wrapped(struct canvas *v, struct strbuf *words, int lines)
{
	struct strbuf line = { 0 };
	const char *s, *next;

	for (s = strbuf_cstr(words); *s; s = next, lines++) {
		size_t n = first_line(s, &next);

		if (!v)
			continue;
		strbuf_printf(&line, "%.*s", (int)n, s);
		put_words(v, 16, v->y + 30 + lines * FOOT_LINE_H, "", &line);
	}
	strbuf_free(&line);
	return lines;
}

/* What else happened, and what it proves. */
static int put_foot(struct canvas *v, const struct flow_conn *c, const struct ladder_style *style)
{
	struct strbuf words = { 0 };
	int lines;

	flow_modifier_words(&words, c, style->now_ns, style->sampled);
	lines = put_wrapped(v, &words, 0);
	words.len = 0;
	if (style->explain)
		flow_explain(&words, c, style->now_ns);
	if (words.len)
		lines = put_wrapped(v, &words, lines);
	strbuf_free(&words);
	return lines;
}

static int foot_height(int lines)
{
	return FOOT_H + (lines > 1 ? (lines - 1) * FOOT_LINE_H : 0);
}

static void put_connection(struct canvas *v, const struct ladder_style *style, struct strbuf *tmp)
{
	struct ladder_walk w;
	struct ladder_step s;
	int top;

	put_head(v, tmp);
	top = v->y - 24;
	ladder_walk_begin(&w, v->conn, style->all);
	while (ladder_walk_next(&w, &s))
		put_step(v, &s, tmp);
	for (int x = LEFT_X; x <= RIGHT_X; x += RIGHT_X - LEFT_X)
		strbuf_printf(v->b, "<line class=\"rail\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", x,
			      top, x, v->y - 8);
	strbuf_str(tmp, "⇒ ");
	flow_verdict_words(tmp, v->conn, style->now_ns);
	put_words(v, 16, v->y + 12, "h", tmp);
	v->y += foot_height(put_foot(v, v->conn, style));
}

static int height_of(const struct flow_conn *c, const struct ladder_style *style)
{
	struct ladder_walk w;
	struct ladder_step s;
	int h = HEAD_H + foot_height(put_foot(NULL, c, style));

	ladder_walk_begin(&w, c, style->all);
	while (ladder_walk_next(&w, &s))
		h += ROW_H;
	return h;
}

void ladder_svg(struct strbuf *b, struct flow_conn *const *at, size_t n, const struct ladder_style *style)
{
	struct strbuf tmp = { 0 };
	int height = 16, y = 8;

	for (size_t i = 0; i < n; i++)
		height += height_of(at[i], style);
	open_document(b, height);
	for (size_t i = 0; i < n; i++) {
		struct canvas v = { .b = b, .conn = at[i], .y = y };

		put_connection(&v, style, &tmp);
		y = v.y;
	}
	strbuf_str(b, "</svg>\n");
	strbuf_free(&tmp);
}
