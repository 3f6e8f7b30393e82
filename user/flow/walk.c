// SPDX-License-Identifier: BSD-2-Clause
/* The rows of a ladder in order: folding, closing steps, changes of state, words. */
#include "decode/decode.h"
#include "flow/ladder.h"
#include "flow/marks.h"
#include "flow/words.h"

#define FOLD_FROM 3 /* so many pure ACKs in a row become one */

void ladder_walk_begin(struct ladder_walk *w, const struct flow_conn *c, bool all)
{
	*w = (struct ladder_walk){ .conn = c, .all = all };
}

static bool same_states(const struct flow_row *a, const uint8_t *state)
{
	return a->state[0] == state[0] && a->state[1] == state[1];
}

/* Nothing but an acknowledgment, and nothing else to say of it. Duplicates fold too: a run names the last. */
static bool is_plain_ack(const struct flow_row *r)
{
	return !r->icmp_family && r->flags == TCP_ACK && r->len == 0 &&
	       !(r->marks & ~(uint32_t)(FLOW_DUP_ACK | FLOW_COPY));
}

static uint32_t run_length(const struct ladder_walk *w)
{
	const struct flow_rows *rows = w->conn->rows;
	const struct flow_row *first = &rows->at[w->next];
	uint32_t n = 0;

	while (w->next + n < rows->n) {
		const struct flow_row *r = &rows->at[w->next + n];

		if (!is_plain_ack(r) || r->from != first->from || !same_states(r, w->state))
			break;
		n++;
	}
	return n;
}

static int closing_step(struct ladder_walk *w, const struct flow_row *r)
{
	int f = r->from, o = !f;
	bool step = false;

	if (r->icmp_family || r->flags & TCP_RST)
		return 0;
	if (r->flags & TCP_ACK && w->fin[o] && !w->fin_acked[o] && (int32_t)(r->ack - w->fin_end[o]) >= 0)
		step = w->fin_acked[o] = true;
	if (r->flags & TCP_FIN && !w->fin[f]) {
		step = w->fin[f] = true;
		w->fin_end[f] = r->seq + r->len + 1;
	}
	return step ? ++w->closing : 0;
}

bool ladder_walk_next(struct ladder_walk *w, struct ladder_step *step)
{
	const struct flow_rows *rows = w->conn->rows;
	uint32_t n = 1;

	if (!rows || w->next >= rows->n)
		return false;
	if (!w->all && run_length(w) >= FOLD_FROM)
		n = run_length(w);
	step->row = &rows->at[w->next];
	step->last = &rows->at[w->next + n - 1];
	step->count = n;
	step->closing = closing_step(w, step->row);
	for (int i = 0; i < 2; i++) {
		step->shows[i] = step->row->state[i] != w->state[i] && step->row->state[i] > FLOW_LISTEN;
		w->state[i] = step->row->state[i];
	}
	w->next += n;
	return true;
}

static const char *flag_names(uint8_t f)
{
	if (f & TCP_SYN)
		return f & TCP_ACK ? "SYN,ACK" : "SYN";
	if (f & TCP_RST)
		return "RST";
	if (f & TCP_FIN)
		return f & TCP_PSH ? "FIN,PSH" : "FIN";
	if (f & TCP_URG)
		return f & TCP_PSH ? "PSH,URG" : "URG";
	return f & TCP_PSH ? "PSH" : f & TCP_ACK ? "ACK" : "no flags";
}

static void syn_words(struct strbuf *b, const struct flow_row *r)
{
	if (r->mss)
		strbuf_printf(b, " mss %u", r->mss);
	if (r->scale >= 0)
		strbuf_printf(b, " ws %d", r->scale);
	if (r->sack)
		strbuf_str(b, " sack");
}

static void icmp_words(struct strbuf *b, const struct flow_row *r)
{
	struct flow_conn c = { .icmp_family = r->icmp_family,
			       .icmp_type = r->icmp_type,
			       .icmp_code = r->icmp_code };

	flow_words_icmp(b, &c);
}

void ladder_words(struct strbuf *b, const struct flow_conn *c, const struct ladder_step *step,
		  enum ladder_detail detail, bool ascii)
{
	static const char *const circled[] = { "", " ①", " ②", " ③", " ④" };
	const struct flow_row *r = step->row;
	bool pure_ack = r->flags == TCP_ACK && r->len == 0;

	(void)c;
	if (r->icmp_family) {
		icmp_words(b, r);
		return;
	}
	if (step->count > 1) {
		strbuf_printf(b, "%u %s ACK %u", step->count, ascii ? "x" : "×", r->ack);
		if (step->last->ack != r->ack)
			strbuf_printf(b, " %s %u", ascii ? "..." : "…", step->last->ack);
		return;
	}
	strbuf_str(b, flag_names(r->flags));
	if (pure_ack)
		strbuf_printf(b, " %u", r->ack);
	else if (r->len)
		strbuf_printf(b, " %u:%u (%u)", r->seq, r->seq + r->len, r->len);
	else
		strbuf_printf(b, " %u", r->seq);
	if (detail >= LADDER_ACK && r->flags & TCP_ACK && !pure_ack)
		strbuf_printf(b, " ack %u", r->ack);
	if (detail >= LADDER_WIN && !(r->flags & TCP_RST))
		strbuf_printf(b, " win %u", r->win);
	if (detail >= LADDER_OPTIONS && r->flags & TCP_SYN)
		syn_words(b, r);
	if (step->closing && ascii)
		strbuf_printf(b, " (%d)", step->closing);
	else if (step->closing)
		strbuf_str(b, circled[step->closing]);
}

void ladder_notes(struct strbuf *b, const struct ladder_step *step)
{
	if (step->count > 1 && step->last->marks & FLOW_DUP_ACK)
		flow_mark_words(b, step->last->marks, step->last->dup_ack, 0);
	else
		flow_mark_words(b, step->row->marks, step->row->dup_ack, step->row->rto_ns);
}
