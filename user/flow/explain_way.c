// SPDX-License-Identifier: BSD-2-Clause
#include "flow/explain_way.h"

#include <string.h>
#include <sys/socket.h>

#include "flow/explain_reset.h"
#include "flow/explain_wait.h"
#include "flow/firstline.h"
#include "flow/silence.h"
#include "flow/stuck.h"
#include "flow/verdict.h"
#include "flow/words.h"

#define BRAKE_NS 10000000ull	 /* a shorter stop costs nothing worth a word */
#define SYN_AGAIN_NS 10000000ull /* nobody repeats a SYN sooner: what did was shown twice */

static bool is_too_big(const struct flow_conn *c)
{
	return c->icmp_family == AF_INET ? c->icmp_type == 3 && c->icmp_code == 4 : c->icmp_type == 2;
}

/* The last ICMP error came from the machine of side i. */
static bool icmp_of(const struct flow_conn *c, int i)
{
	return c->flags & CONN_ICMP_LATER && c->icmp_family == c->family &&
	       memcmp(c->icmp_from, c->addr[i], sizeof(c->icmp_from)) == 0;
}

void flow_explain_icmp(struct strbuf *b, const struct flow_conn *c)
{
	if (!(c->flags & CONN_ICMP_LATER))
		return;
	strbuf_char(b, ' ');
	flow_words_addr(b, c->icmp_family, c->icmp_from);
	strbuf_str(b, " sent ");
	flow_words_icmp(b, c);
	if (is_too_big(c))
		strbuf_str(
			b,
			": the path behind it takes smaller packets; what was dropped there is sent again "
			"in smaller segments. If it stalls instead, the sender does not get or not believe "
			"this message.");
	else if (icmp_of(c, !c->icmp_about))
		strbuf_printf(
			b,
			" about it. That is the %s's own address, so its machine lives: a rule on it rejects (`nft "
			"list ruleset` there), or it hands the connection on to a backend that it does not reach. "
			"TCP goes on trying.",
			flow_words_side(c, !c->icmp_about));
	else if (icmp_of(c, c->icmp_about))
		strbuf_printf(
			b,
			" about it. That is the %s itself: it does not reach its next hop (`ip neigh`, `ip route` "
			"there). TCP goes on trying.",
			flow_words_side(c, c->icmp_about));
	else
		strbuf_str(b, " about it: a hint that the path broke, not an end; TCP goes on trying.");
}

static void stalls(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns)
{
	for (int i = 0; i < 2; i++) {
		const struct flow_side *s = &c->side[i];

		if (!s->zero_windows)
			continue;
		strbuf_printf(b, " The %s closed its receive window %u time%s, for ", flow_words_side(c, i),
			      s->zero_windows, s->zero_windows == 1 ? "" : "s");
		if (flow_stalled_ns(s, now_ns) < BRAKE_NS) {
			flow_words_time(b, (int64_t)flow_stalled_ns(s, now_ns));
			strbuf_str(b, " in all, which is no brake.");
			continue;
		}
		flow_words_s(b, (int64_t)flow_stalled_ns(s, now_ns));
		strbuf_str(b, " s in all: its application did not read; the network is not the brake.");
	}
}

static void missing(struct strbuf *b, const struct flow_conn *c, int i)
{
	const char *who = flow_words_side(c, i), *other = flow_words_side(c, !i);

	if (c->side[!i].acked_unseen)
		strbuf_printf(
			b,
			" Segments of the %s are missing here, yet the %s acknowledged them: they arrived, "
			"and this capture missed them, or they took another way.",
			who, other);
	else
		strbuf_printf(b, " Segments of the %s are missing here and did not come again.", who);
}

static void lost_behind(struct strbuf *b, const struct flow_conn *c, int i)
{
	const char *who = flow_words_side(c, i), *other = flow_words_side(c, !i);

	if (i == c->client && flow_only_syn_ack(c)) {
		strbuf_printf(
			b,
			" The server said nothing after its SYN-ACK, and the client, which believes it is "
			"connected, sent its data again: that and its ACK, which passed here, were lost behind "
			"this point, or the server's accept queue was full, which drops them. At the server, "
			"`nstat -az TcpExtListenOverflows` and `ss -ltn sport = :%u` tell which.",
			c->port[!i]);
		return;
	}
	strbuf_printf(b,
		      " The %s sent again what had passed here already: it, or its ACK, was lost "
		      "between this point and the %s, overtaken there, or the %s was slow to answer.",
		      who, other, other);
}

static void lost_somewhere(struct strbuf *b, const struct flow_conn *c, int i)
{
	strbuf_printf(b,
		      " The %s sent segments again: they, or their ACKs, were lost or late, on which side of "
		      "this point cannot be told.",
		      flow_words_side(c, i));
}

/* As far as is known, what it sent again filled no hole. Of many, the oldest are forgotten. */
static void not_filled(struct strbuf *b, const struct flow_conn *c, int i, bool again)
{
	const struct flow_side *s = &c->side[i];
	bool holes = !c->lost && s->holes, forgotten = holes && s->holes > FLOW_HOLES;

	if (holes && (!again || !forgotten || c->side[!i].acked_unseen))
		missing(b, c, i);
	if (again && forgotten)
		lost_somewhere(b, c, i);
	else if (again)
		lost_behind(b, c, i);
}

/* Whoever sends again was not answered in time; where it was lost is told by what came by here. */
static void lost_where(struct strbuf *b, const struct flow_conn *c, int i)
{
	const struct flow_side *s = &c->side[i];
	uint32_t syns = i == c->client ? c->syns : c->syn_acks;
	uint32_t again = s->rto_retrans + s->fast_retrans - s->overtaken_again + s->hasty;
	uint32_t late = s->out_of_order - s->hasty + s->overtaken_again;
	uint32_t overtaken = s->overtaken + s->overtaken_again;
	uint32_t unknown = s->filled - s->overtaken - s->overtaken_again - c->came_again[i];
	const char *who = flow_words_side(c, i);

	again -= again < c->after_rst[i] ? again : c->after_rst[i];
	if (syns > 1) /* told of by itself */
		again -= again < syns - 1 ? again : syns - 1;
	if (i == c->client && c->syn_data_again && again) {
		strbuf_str(b, " The server did not take the data of the SYN (TCP Fast Open), so the client "
			      "sent it again: that is no loss.");
		again -= again < c->syn_data_again ? again : c->syn_data_again;
	}
	if (s->flags & SIDE_FIN_AGAIN && again && !s->timer_retrans) { /* as BSD does in CLOSING */
		strbuf_printf(b, " The %s's FIN came again only to acknowledge the other.", who);
		again--;
	}
	if (again && s->unheard >= FLOW_UNHEARD) /* told of by itself */
		again -= again < s->unheard ? again : s->unheard;
	if (s->damaged && s->damaged >= again && s->damaged >= s->holes)
		return; /* that is why */
	if (c->lost && again)
		lost_somewhere(b, c, i);
	else if (!c->lost && overtaken && overtaken == s->filled && s->spurious_retrans &&
		 s->spurious_retrans >= again)
		strbuf_printf(
			b,
			" Segments of the %s came later than those sent behind them, and once more when they "
			"had come: they were overtaken between the %s and this point, not lost, and sent "
			"again needlessly.",
			who, who);
	else if (!c->lost && c->came_again[i] && again)
		strbuf_printf(b,
			      " Segments of the %s are missing here and came again later: they were lost "
			      "between the %s and this point.",
			      who, who);
	else if (!c->lost && s->holes && overtaken && overtaken == late && !unknown)
		strbuf_printf(
			b,
			" Segments of the %s came later than those sent behind them, and sooner than they "
			"could have been sent again: they were overtaken between the %s and this point, not "
			"lost.",
			who, who);
	else if (!c->lost && s->holes && (late || unknown))
		strbuf_printf(b,
			      " Segments of the %s came later than those sent behind them: they were "
			      "overtaken, or lost and soon sent again, between the %s and this point.",
			      who, who);
	else if ((!c->lost && s->holes) || again)
		not_filled(b, c, i, again);
	else if (s->spurious_retrans)
		strbuf_printf(b,
			      " What the %s sent again had arrived already: acknowledgments were late or "
			      "lost, the data was not.",
			      who);
}

void flow_explain_own_losses(struct strbuf *b, const struct flow_conn *c)
{
	if (!c->lost)
		return;
	strbuf_str(b, " The capture itself lost ");
	flow_words_count(b, c->lost, "packet");
	strbuf_str(b, " meanwhile: what is missing here (an answer, a FIN, a hole) may be its own doing and "
		      "proves nothing about the network; a larger -B helps.");
}

/* How long the handshake took because it had to be said again. */
static void handshake(struct strbuf *b, const struct flow_conn *c)
{
	if (c->flags & CONN_LET_IN) {
		strbuf_str(b,
			   " The SYN was refused with RST at first; the client tried again and was let in ");
		flow_words_time(b, (int64_t)(c->syn_ns - c->first_syn_ns));
		strbuf_str(b, " later: only then did somebody listen there.");
	} else if (c->flags & CONN_OLD_HELD && c->syn_acks && c->syns > 1) {
		strbuf_str(
			b,
			" The server still held an older connection over these ports and answered the SYN "
			"with an ACK of that one; the client had to end it with RST, and to ask again: that "
			"cost ");
		flow_words_time(b, (int64_t)(c->syn_ns - c->first_syn_ns));
		strbuf_char(b, '.');
	} else if (c->syns > 1 && c->syn_acks && c->syn_ns >= c->first_syn_ns + SYN_AGAIN_NS) {
		strbuf_printf(b, " The SYN was sent %u times, which cost ", c->syns);
		flow_words_time(b, (int64_t)(c->syn_ns - c->first_syn_ns));
		strbuf_str(b,
			   c->flags & CONN_SYN_AGAIN
				   ? ": a SYN-ACK had passed here before the last one, and did not reach the "
				     "client, or late."
				   : ": it or its answer was lost, or the server's accept queue was full "
				     "(`nstat -az TcpExtListenOverflows` there).");
	}
	if (c->flags & CONN_OTHER_ISN)
		strbuf_str(
			b,
			" The SYN was answered with two different numbers: two machines answer for the server "
			"(a balancer that sent the SYN on twice, to two of them, or a middlebox that answers by "
			"itself), or it forgot that it had answered. The client took one; what the other holds "
			"stays half-open there.");
	else if (c->flags & CONN_SYN_ACK_AFTER)
		strbuf_printf(
			b,
			" The SYN-ACK was sent %u times, also when the client's ACK had passed here: that was "
			"lost between this point and the server, the server's accept queue was full, which "
			"drops it, or it waits for data first (TCP_DEFER_ACCEPT).",
			c->syn_acks);
	else if (c->syn_acks > 1 && !(c->flags & CONN_SYN_AGAIN && c->syn_acks <= c->syns))
		strbuf_printf(
			b,
			" The SYN-ACK was sent %u times: it or the client's ACK was lost, or the server's "
			"accept queue was full, which drops that ACK.",
			c->syn_acks);
	if (c->irtt_ns && c->flags & CONN_IRTT_WAITED)
		strbuf_str(b, " The initial round trip, from the SYN to the ACK, counts that wait.");
	else if (c->irtt_ns && c->syns > 1 && c->syn_ns >= c->first_syn_ns + SYN_AGAIN_NS)
		strbuf_str(b, " The initial round trip counts from the last SYN; an answer to an earlier one "
			      "makes it too short.");
}

/* A machine that forwards is captured on both sides, and what comes in does not go out any more. */
static bool kept_here(const struct flow_conn *c, int i)
{
	return c->side[i].goes_out && c->side[i].stayed >= FLOW_UNHEARD && !c->lost &&
	       !(c->flags & CONN_SAMPLED);
}

/* Who asks again and again and hears nothing. */
static void unheard(struct strbuf *b, const struct flow_conn *c, int i, uint64_t now_ns)
{
	uint64_t ns = flow_unheard_ns(c, i, now_ns);
	const char *who = flow_words_side(c, !i), *other = flow_words_side(c, i);

	if (!ns)
		return;
	strbuf_printf(b, " The %s asked or sent again %u times, and the %s was not heard for ", who,
		      c->side[!i].unheard, other);
	flow_words_s(b, (int64_t)ns);
	if (kept_here(c, !i))
		strbuf_printf(
			b,
			" s, to the end. This machine forwarded what the %s sent, but nothing of the last %u "
			"segments, which came in and did not go out: a rule (`nft list ruleset`), a route or a "
			"neighbour's entry here drops them.",
			who, c->side[!i].stayed);
	else if (c->icmp_about != i && icmp_of(c, i))
		strbuf_str(b, " s, to the end, but for an ICMP error.");
	else
		strbuf_printf(
			b,
			" s, to the end: the path broke behind this point, the %s's machine is gone, or a "
			"middlebox forgot the connection.",
			other);
}

static void damaged(struct strbuf *b, const struct flow_conn *c, int i)
{
	uint32_t n = c->side[i].damaged;
	const char *who = flow_words_side(c, i), *other = flow_words_side(c, !i);

	if (!n)
		return;
	strbuf_printf(
		b, " %u segment%s of the %s came by with a wrong TCP checksum, others with a right one: ", n,
		n == 1 ? "" : "s", who);
	strbuf_printf(b,
		      "damaged between the %s and this point (memory, a card, a cable, or a middlebox that "
		      "changed bytes). The %s's TCP drops such a segment without a word, and counts it in "
		      "`nstat -az TcpInCsumErrors`; it has to be sent again.",
		      who, other);
}

/* What one packet shown twice would otherwise prove. */
static void seen_twice(struct strbuf *b, const struct flow_conn *c)
{
	uint32_t n = c->side[0].copies + c->side[1].copies;

	if (n)
		strbuf_printf(
			b,
			" %u packet%s came by more than once, each time the very same: a mirror port or "
			"`-i any` shows a packet at each place that it passes, or the network doubled it; "
			"nobody sent it again.",
			n, n == 1 ? "" : "s");
}

/* Large packets are lost, small ones not. */
static void too_large(struct strbuf *b, const struct flow_conn *c, int i)
{
	const struct flow_stuck *t = &c->side[i].stuck;
	enum flow_stuck_how how = flow_stuck(&c->side[i]);
	uint32_t packet = t->tcp_len + (c->family == AF_INET ? 20 : 40);
	const char *who = flow_words_side(c, i), *other = flow_words_side(c, !i);

	if (how == STUCK_NOT || c->lost || (c->flags & CONN_GUESSED && !t->passed))
		return;
	strbuf_printf(b, " The %s sent a segment of %u bytes again %u times as its timer ran out, and ", who,
		      t->len, t->times);
	if (how == STUCK_CUT)
		strbuf_printf(b, "only what it cut to %u was acknowledged", t->piece);
	else if (t->passed)
		strbuf_printf(b, "only up to %u at once were ever acknowledged", t->passed);
	else
		strbuf_str(b, "nothing but the handshake was acknowledged");
	strbuf_printf(
		b,
		": %spackets of %u bytes do not get through, and the ICMP error that should say so does not "
		"either (an MTU black hole). At the %s, `ping -M do -s %u ",
		how == STUCK_MAY ? "if the other end is not gone, " : "it looks as if ", packet, who,
		packet - (c->family == AF_INET ? 28 : 48));
	flow_words_addr(b, c->family, c->addr[!i]);
	strbuf_printf(
		b,
		"` tells; a smaller MTU or MSS on the way to the %s, or net.ipv4.tcp_mtu_probing=1, gets "
		"around it.",
		other);
}

static void losses(struct strbuf *b, const struct flow_conn *c)
{
	flow_explain_own_losses(b, c);
	handshake(b, c);
	if (c->flags & CONN_ICMP_LATER && is_too_big(c))
		return; /* that is why */
	if (c->flags & CONN_SAMPLED)
		return; /* segments are missing on purpose */
	lost_where(b, c, c->client);
	lost_where(b, c, !c->client);
	damaged(b, c, c->client);
	damaged(b, c, !c->client);
	seen_twice(b, c);
	too_large(b, c, c->client);
	too_large(b, c, !c->client);
}

/* Whoever ended it: one of them had said why. */
static void alert(struct strbuf *b, const struct flow_conn *c)
{
	char words[FLOW_FIRST_LINE];

	if (!c->alert)
		return;
	flow_alert_words(words, sizeof(words), c->alert);
	strbuf_printf(b, " The %s broke the TLS handshake off with %s, which is the reason to look into.",
		      flow_words_side(c, c->alert_from), words);
}

void flow_explain_way(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns)
{
	flow_explain_denied(b, c);
	alert(b, c);
	flow_explain_slow_answer(b, c);
	unheard(b, c, c->client, now_ns);
	unheard(b, c, !c->client, now_ns);
	stalls(b, c, now_ns);
	losses(b, c);
	flow_explain_icmp(b, c);
}
