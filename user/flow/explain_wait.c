// SPDX-License-Identifier: BSD-2-Clause
#include "flow/explain_wait.h"

#include <string.h>

#include "flow/silence.h"
#include "flow/words.h"
#include "packet.h"

#define SILENT_NS 1000000000ull /* a wait that a person notices */

/* No router has passed it on. */
static bool fresh_ttl(uint8_t ttl)
{
	return ttl == 64 || ttl == 128 || ttl == 255;
}

/* What the server sends cannot be lost before it is captured. */
static bool captured_at_server(const struct flow_conn *c)
{
	const struct flow_side *s = flow_server(c);

	if (c->lost)
		return false;
	if (memcmp(c->addr[0], c->addr[1], sizeof(c->addr[0])) == 0)
		return true;
	return (s->where & FLOW_WHERE_DIR) == DIR_OUT && !s->goes_out && fresh_ttl(s->ttl);
}

/* Payload that the server's numbers tell of since the client's last, and that is not here. What takes one
 * number may be a FIN. */
static uint32_t missing_answer(const struct flow_conn *c)
{
	const struct flow_side *s = flow_server(c);
	uint32_t n = 0;

	if (!flow_client(c)->said_ns)
		return 0;
	for (int i = 0; i < s->nholes; i++)
		if (seq_le(c->asked_nx, s->hole[i].from) && s->hole[i].to - s->hole[i].from > 1)
			n += s->hole[i].to - s->hole[i].from;
	return n;
}

static void it_is_missing(struct strbuf *b, uint32_t n)
{
	strbuf_str(b, "It had answered: its later segments count ");
	flow_words_count(b, n, "byte");
	strbuf_str(b, " that are missing here, lost before this point or missed by the capture. ");
}

/* It spoke after the end, and its numbers leave no room for an answer. */
static bool sent_nothing(const struct flow_conn *c)
{
	const struct flow_side *s = flow_server(c);
	uint64_t asked_ns = flow_client(c)->said_ns;

	return asked_ns && s->last_ns >= asked_ns + c->unanswered_ns && !s->holes && !flow_side_retrans(s) &&
	       !(s->marks & FLOW_KEEP_ALIVE) && !(c->flags & (CONN_RST_BY_SERVER | CONN_SAMPLED)) && !c->lost;
}

static void who_took_the_time(struct strbuf *b, bool not_the_network)
{
	strbuf_str(b, "application, or what that waits for (the rest of the question, if that came in "
		      "part), took the time, ");
	strbuf_str(b, not_the_network ? "not the network." : "or the answer was lost on the way here.");
}

/* That its TCP had acknowledged the question proves that it was there. */
void flow_explain_slow_answer(struct strbuf *b, const struct flow_conn *c)
{
	uint64_t ns = flow_server(c)->longest_answer_ns;

	if (ns < SILENT_NS || c->flags & CONN_SAMPLED || c->unanswered_ns >= SILENT_NS)
		return;
	strbuf_str(b, " The server had acknowledged what the client asked, and its answer came only ");
	flow_words_s(b, (int64_t)ns);
	strbuf_str(b, " s after it: its ");
	who_took_the_time(b, captured_at_server(c));
}

static void waits_still(struct strbuf *b, const struct flow_conn *c, uint64_t waiting_ns)
{
	uint32_t missing = missing_answer(c);

	strbuf_str(b, "The server acknowledged what the client sent last, and has not answered for ");
	flow_words_s(b, (int64_t)waiting_ns);
	strbuf_str(b, " s");
	if (missing) {
		strbuf_str(b, " as far as was captured. ");
		it_is_missing(b, missing);
		return;
	}
	strbuf_str(b, ": if an answer is due, its application owes it");
	strbuf_str(b, captured_at_server(c) ? ". " : ", or it was lost on the way here. ");
}

static void then_ended(struct strbuf *b, const struct flow_conn *c, bool missing)
{
	bool rst = c->flags & CONN_RST && c->rst_phase < RST_AFTER_FIN; /* it came first */
	bool by_server = c->flags & (rst ? CONN_RST_BY_SERVER : CONN_FIN_SERVER_FIRST);
	uint64_t late = flow_server(c)->longest_answer_ns;

	strbuf_str(b, !by_server ? "; then the client gave up"
		      : missing	 ? "; then the server ended it"
				 : "; then the server ended it without an answer");
	if (late > c->unanswered_ns) {
		strbuf_str(b, ", and an answer came ");
		flow_words_s(b, (int64_t)late);
		strbuf_str(b, " s after the question");
	}
	strbuf_str(b, ". ");
}

void flow_explain_unanswered(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns)
{
	uint64_t waiting = flow_waiting_ns(c, now_ns);
	uint32_t missing = missing_answer(c);
	bool proven = captured_at_server(c) || sent_nothing(c);

	if (waiting >= SILENT_NS)
		waits_still(b, c, waiting);
	if (c->unanswered_ns < SILENT_NS || c->flags & CONN_SAMPLED)
		return;
	strbuf_str(b, "The server had acknowledged what the client sent last, and ");
	strbuf_str(b, proven ? "did not answer for " : "no answer came for ");
	flow_words_s(b, (int64_t)c->unanswered_ns);
	strbuf_str(b, " s");
	then_ended(b, c, missing);
	if (missing) {
		it_is_missing(b, missing);
		return;
	}
	strbuf_str(b, "If an answer was due, the server's ");
	who_took_the_time(b, proven);
	strbuf_char(b, ' ');
}
