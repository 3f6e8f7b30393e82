// SPDX-License-Identifier: BSD-2-Clause
#include "flow/verdict.h"

#include <inttypes.h>

#include "flow/firstline.h"
#include "flow/forged.h"
#include "flow/silence.h"
#include "flow/words.h"

#define GAP_WORTH_NS 1000000000ull /* shorter silences of an application are not worth a word */

static bool one_direction(const struct flow_conn *c)
{
	return !(c->side[0].flags & SIDE_SEEN) || !(c->side[1].flags & SIDE_SEEN);
}

static bool only_syns(const struct flow_conn *c)
{
	const struct flow_side *client = flow_client(c);
	bool nothing_else = client->pkts == c->syns + client->copies + client->damaged;

	return c->syns && !c->syn_acks && !(c->flags & (CONN_PROGRESS | CONN_RST)) &&
	       (nothing_else || (c->flags & CONN_OLD_HELD && client->state == FLOW_SYN_SENT)) &&
	       !(flow_server(c)->flags & SIDE_SYN);
}

/* Only the SYN-ACK tells that the server lives; what follows must come from both. */
static bool half_open(const struct flow_conn *c)
{
	if (!c->syns || !c->syn_acks || c->flags & CONN_PROGRESS)
		return false;
	if (!(c->flags & CONN_RST))
		return c->flags & CONN_SYN_ACK_AFTER || !(c->flags & CONN_ACKED);
	/* a client's RST tells that the SYN-ACK reached it; a server's, that it gave up */
	return c->flags & CONN_RST_BY_SERVER && c->syn_acks > 1 && !(c->flags & CONN_ACKED);
}

static enum flow_verdict closed_how(const struct flow_conn *c)
{
	if (c->flags & CONN_FIN1_ACKED_FIRST)
		return VERDICT_CLOSED_4;
	return c->flags & CONN_FIN2_ACKS_FIN1 ? VERDICT_CLOSED_3 : VERDICT_CLOSED_SIMULTANEOUS;
}

enum flow_verdict flow_verdict(const struct flow_conn *c)
{
	int fins = !!(c->side[0].flags & SIDE_FIN) + !!(c->side[1].flags & SIDE_FIN);

	if (c->flags & CONN_REFUSED)
		return VERDICT_REFUSED;
	if (c->flags & CONN_ICMP && !c->syn_acks)
		return VERDICT_REJECTED;
	if (only_syns(c))
		return VERDICT_NO_ANSWER;
	if (one_direction(c))
		return VERDICT_ONE_WAY;
	if (half_open(c))
		return VERDICT_HALF_OPEN;
	if (c->flags & CONN_RST)
		return c->flags & CONN_RST_BY_SERVER ? VERDICT_RESET_SERVER : VERDICT_RESET_CLIENT;
	if (fins == 2)
		return closed_how(c);
	if (fins == 1)
		return VERDICT_HALF_CLOSED;
	return c->flags & CONN_GUESSED ? VERDICT_MID_STREAM : VERDICT_OPEN;
}

const char *flow_verdict_slug(enum flow_verdict v)
{
	static const char *const slugs[] = {
		[VERDICT_REFUSED] = "refused",
		[VERDICT_REJECTED] = "rejected",
		[VERDICT_NO_ANSWER] = "no-answer",
		[VERDICT_HALF_OPEN] = "half-open",
		[VERDICT_RESET_CLIENT] = "reset-client",
		[VERDICT_RESET_SERVER] = "reset-server",
		[VERDICT_CLOSED_3] = "closed-3",
		[VERDICT_CLOSED_4] = "closed-4",
		[VERDICT_CLOSED_SIMULTANEOUS] = "closed-simultaneous",
		[VERDICT_HALF_CLOSED] = "half-closed",
		[VERDICT_OPEN] = "open",
		[VERDICT_MID_STREAM] = "mid-stream",
		[VERDICT_ONE_WAY] = "one-way",
	};

	return slugs[v];
}

int flow_first_fin(const struct flow_conn *c)
{
	const struct flow_side *client = flow_client(c);

	if (client->flags & SIDE_FIN && !(c->flags & CONN_FIN_SERVER_FIRST))
		return c->client;
	return !c->client;
}

uint64_t flow_stalled_ns(const struct flow_side *side, uint64_t now_ns)
{
	if (side->flags & SIDE_ZERO_OPEN && now_ns > side->zero_since_ns)
		return side->zero_ns + now_ns - side->zero_since_ns;
	return side->zero_ns;
}

void flow_stop_stalls(struct flow_conn *c, uint64_t now_ns)
{
	for (int i = 0; i < 2; i++) {
		c->side[i].zero_ns = flow_stalled_ns(&c->side[i], now_ns);
		c->side[i].flags &= ~SIDE_ZERO_OPEN;
	}
}

static void idle_words(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns)
{
	strbuf_str(b, "still open, idle ");
	flow_words_s(b, now_ns > c->last_ns ? (int64_t)(now_ns - c->last_ns) : 0);
	strbuf_str(b, " s");
}

static void no_answer_words(struct strbuf *b, const struct flow_conn *c)
{
	strbuf_printf(b, "no answer, SYN sent %u time%s in ", c->syns, c->syns == 1 ? "" : "s");
	flow_words_s(b, (int64_t)(c->syn_ns - c->first_syn_ns));
	strbuf_str(b, " s");
}

static void reset_words(struct strbuf *b, const struct flow_conn *c)
{
	strbuf_str(b, c->flags & CONN_RST_BY_SERVER ? "reset by server " : "reset by client ");
	switch (c->rst_phase) {
	case RST_AFTER_BYTES:
		strbuf_printf(b, "after %" PRIu64 "/%" PRIu64 " bytes", c->rst_bytes[c->client],
			      c->rst_bytes[!c->client]);
		break;
	case RST_AFTER_FIN:
		strbuf_str(b, "after FIN");
		break;
	case RST_AFTER_CLOSE:
		strbuf_str(b, "after close");
		break;
	default:
		strbuf_str(b, "before data");
	}
}

static void closed_words(struct strbuf *b, const struct flow_conn *c, enum flow_verdict v)
{
	int first = flow_first_fin(c);

	if (v == VERDICT_CLOSED_SIMULTANEOUS)
		strbuf_str(b, "simultaneous close");
	else
		strbuf_printf(b, "closed in %d, %s first", v == VERDICT_CLOSED_3 ? 3 : 4,
			      flow_words_side(c, first));
	if (!(c->side[!first].flags & SIDE_FIN_ACKED))
		strbuf_str(b, ", last ACK not seen");
}

void flow_verdict_words(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns)
{
	enum flow_verdict v = flow_verdict(c);

	switch (v) {
	case VERDICT_REFUSED:
		strbuf_str(b, "refused (RST to SYN)");
		break;
	case VERDICT_REJECTED:
		strbuf_str(b, "rejected (");
		flow_words_icmp(b, c);
		strbuf_char(b, ')');
		break;
	case VERDICT_NO_ANSWER:
		no_answer_words(b, c);
		break;
	case VERDICT_HALF_OPEN:
		strbuf_str(b, c->syn_acks > 1 ? "half-open, handshake ACK missing"
					      : "half-open, SYN-ACK not acknowledged");
		break;
	case VERDICT_RESET_CLIENT:
	case VERDICT_RESET_SERVER:
		reset_words(b, c);
		break;
	case VERDICT_CLOSED_3:
	case VERDICT_CLOSED_4:
	case VERDICT_CLOSED_SIMULTANEOUS:
		closed_words(b, c, v);
		break;
	case VERDICT_HALF_CLOSED:
		strbuf_printf(b, "half-closed by %s", flow_words_side(c, flow_first_fin(c)));
		break;
	case VERDICT_MID_STREAM:
		strbuf_str(b, "mid-stream, ");
		idle_words(b, c, now_ns);
		break;
	case VERDICT_OPEN:
		idle_words(b, c, now_ns);
		break;
	case VERDICT_ONE_WAY:
		strbuf_str(b, "one-way capture");
		break;
	}
}

static void sep(struct strbuf *b, size_t start)
{
	if (b->len > start)
		strbuf_str(b, " · ");
}

static void retrans_words(struct strbuf *b, const struct flow_conn *c, int i)
{
	const struct flow_side *s = &c->side[i];
	const char *comma = " (";

	flow_words_count(b, flow_side_retrans(s), "retransmission");
	strbuf_printf(b, " by %s", flow_words_side(c, i));
	if (s->timer_retrans) {
		strbuf_printf(b, "%s%u by timer", comma, s->timer_retrans);
		comma = ", ";
	}
	if (s->rto_retrans > s->timer_retrans) {
		strbuf_printf(b, "%s%u sooner than a timer", comma, s->rto_retrans - s->timer_retrans);
		comma = ", ";
	}
	if (s->fast_retrans) {
		strbuf_printf(b, "%s%u fast", comma, s->fast_retrans);
		comma = ", ";
	}
	if (s->spurious_retrans)
		strbuf_printf(b, "%s%u spurious", comma, s->spurious_retrans);
	if (s->longest_rto_ns) {
		strbuf_str(b, ", longest wait ");
		flow_words_time(b, (int64_t)s->longest_rto_ns);
	}
	strbuf_char(b, ')');
}

static void side_words(struct strbuf *b, const struct flow_conn *c, int i, uint64_t now_ns, size_t start)
{
	const struct flow_side *s = &c->side[i];

	if (flow_unheard_ns(c, i, now_ns)) {
		sep(b, start);
		strbuf_printf(b, "%s not heard for ", flow_words_side(c, i));
		flow_words_s(b, (int64_t)flow_unheard_ns(c, i, now_ns));
		strbuf_printf(b, " s, asked %u times", c->side[!i].unheard);
	}
	if (s->zero_windows) {
		sep(b, start);
		strbuf_printf(b, "zero window of %s: %u time%s, ", flow_words_side(c, i), s->zero_windows,
			      s->zero_windows == 1 ? "" : "s");
		flow_words_s(b, (int64_t)flow_stalled_ns(s, now_ns));
		strbuf_str(b, " s in all");
	}
	if (flow_side_retrans(s)) {
		sep(b, start);
		retrans_words(b, c, i);
	}
	if (s->copies) {
		sep(b, start);
		flow_words_count(b, s->copies, "packet");
		strbuf_printf(b, " of %s seen again, not sent again", flow_words_side(c, i));
	}
	if (s->damaged) {
		sep(b, start);
		flow_words_count(b, s->damaged, "segment");
		strbuf_printf(b, " of %s damaged (bad checksum)", flow_words_side(c, i));
	}
	if (s->out_of_order) {
		sep(b, start);
		strbuf_printf(b, "%u out of order from %s", s->out_of_order, flow_words_side(c, i));
	}
	if (s->holes && !c->lost && !(c->flags & CONN_SAMPLED)) {
		sep(b, start);
		flow_words_count(b, s->holes, "hole");
		strbuf_printf(b, " in what %s sent", flow_words_side(c, i));
	}
}

void flow_modifier_words(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns, bool sampled)
{
	size_t start = b->len;
	int slow = c->side[1].longest_gap_ns > c->side[0].longest_gap_ns;

	side_words(b, c, c->client, now_ns, start);
	side_words(b, c, !c->client, now_ns, start);
	if (c->alert) {
		char words[FLOW_FIRST_LINE];

		sep(b, start);
		flow_alert_words(words, sizeof(words), c->alert);
		strbuf_printf(b, "%s by %s", words, flow_words_side(c, c->alert_from));
	}
	if (c->flags & CONN_RST && flow_forged(c)) {
		sep(b, start);
		strbuf_printf(b, "RST %s",
			      c->flags & CONN_RST_MADE_HERE ? "made by this machine"
			      : c->rst_too_soon_us	    ? "from nearer than its sender"
							    : "after which its sender went on");
	}
	if (c->flags & CONN_GUESSED) {
		sep(b, start);
		strbuf_str(b, "handshake not captured, client guessed by the ports");
	}
	if (c->flags & CONN_REUSED) {
		sep(b, start);
		strbuf_str(b, "ports reused");
	}
	if (c->elsewhere) {
		sep(b, start);
		strbuf_str(b, "passed several interfaces, followed at the first");
	}
	if (c->side[slow].longest_gap_ns >= GAP_WORTH_NS && !one_direction(c) && !(c->flags & CONN_SAMPLED)) {
		sep(b, start);
		strbuf_printf(b, "longest silence %s's, ", flow_words_side(c, slow));
		flow_words_s(b, (int64_t)c->side[slow].longest_gap_ns);
		strbuf_str(b, " s");
	}
	if (c->lost) {
		sep(b, start);
		flow_words_count(b, c->lost, "packet");
		strbuf_str(b, " lost by the capture meanwhile: holes not judged");
	}
	if (sampled || c->flags & CONN_SAMPLED) {
		sep(b, start);
		strbuf_str(b, "sampled: loss not judged");
	}
	if (c->flags & CONN_ICMP_LATER) {
		sep(b, start);
		flow_words_icmp(b, c);
		strbuf_str(b, " came from ");
		flow_words_addr(b, c->icmp_family, c->icmp_from);
	}
}
