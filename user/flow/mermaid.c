// SPDX-License-Identifier: BSD-2-Clause
/* The ladder as a sequence diagram of Mermaid. */
#include "flow/explain.h"
#include "flow/ladder.h"
#include "flow/verdict.h"
#include "flow/words.h"

/* Semicolons and hashes end or open things there. */
static void put_safe(struct strbuf *b, const char *s)
{
	for (; *s; s++)
		if (*s == ';' || *s == '#' || *s == '<' || *s == '>' || *s == '"')
			strbuf_printf(b, "#%d;", *s);
		else
			strbuf_char(b, *s);
}

static void put_end(struct strbuf *b, const struct flow_conn *c, int side)
{
	strbuf_printf(b, "    participant %c as ", side == c->client ? 'C' : 'S');
	flow_words_end(b, c, side);
	strbuf_char(b, '\n');
}

static void put_step(struct strbuf *b, const struct flow_conn *c, const struct ladder_step *s,
		     struct strbuf *tmp)
{
	const struct flow_row *r = s->row;
	char from = r->from == c->client ? 'C' : 'S';

	strbuf_printf(b, "    %c->>%c: ", from, from == 'C' ? 'S' : 'C');
	ladder_words(tmp, c, s, LADDER_OPTIONS, false);
	put_safe(b, strbuf_cstr(tmp));
	strbuf_printf(b, "<br/>%.6f s", (double)(int64_t)(r->ts_ns - c->first_ns) / 1e9);
	tmp->len = 0;
	if (r->text) {
		strbuf_str(b, "<br/>");
		put_safe(b, r->text);
	}
	strbuf_char(b, '\n');
	ladder_notes(tmp, s);
	if (tmp->len) {
		strbuf_printf(b, "    Note over %c: ", from);
		put_safe(b, strbuf_cstr(tmp));
		strbuf_char(b, '\n');
		tmp->len = 0;
	}
	for (int i = 0; i < 2; i++)
		if (s->shows[i])
			strbuf_printf(b, "    Note %s of %c: %s\n", i == c->client ? "left" : "right",
				      i == c->client ? 'C' : 'S', flow_words_state(r->state[i]));
}

/* Of a note, behind its first; takes what tmp holds. */
static void put_line(struct strbuf *b, struct strbuf *tmp)
{
	if (!tmp->len)
		return;
	strbuf_str(b, "<br/>");
	put_safe(b, strbuf_cstr(tmp));
	tmp->len = 0;
}

void ladder_mermaid(struct strbuf *b, const struct flow_conn *c, const struct ladder_style *style)
{
	struct strbuf tmp = { 0 };
	struct ladder_walk w;
	struct ladder_step s;

	strbuf_str(b, "sequenceDiagram\n");
	put_end(b, c, c->client);
	put_end(b, c, !c->client);
	ladder_walk_begin(&w, c, style->all);
	while (ladder_walk_next(&w, &s))
		put_step(b, c, &s, &tmp);
	strbuf_printf(b, "    Note over C,S: #35;%u ", c->id);
	flow_verdict_words(&tmp, c, style->now_ns);
	put_safe(b, strbuf_cstr(&tmp));
	tmp.len = 0;
	flow_modifier_words(&tmp, c, style->now_ns, style->sampled);
	put_line(b, &tmp);
	if (style->explain)
		flow_explain(&tmp, c, style->now_ns);
	put_line(b, &tmp);
	strbuf_str(b, "\n\n");
	strbuf_free(&tmp);
}
