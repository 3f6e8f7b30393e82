// SPDX-License-Identifier: BSD-2-Clause
#include "flow/explain.h"

#include <string.h>
#include <sys/socket.h>

#include "flow/explain_reset.h"
#include "flow/explain_wait.h"
#include "flow/explain_way.h"
#include "flow/silence.h"
#include "flow/verdict.h"
#include "flow/words.h"

#define SILENT_NS 1000000000ull	       /* a wait that a person notices */
#define SYN_ACK_AGAIN_NS 1500000000ull /* by then it would have come again (RFC 6298: 1 s) */

static void the_end(struct strbuf *b, const struct flow_conn *c, int side)
{
	flow_words_end(b, c, side);
}

static void refused(struct strbuf *b, const struct flow_conn *c)
{
	strbuf_str(b, "The server refused the connection: it answered the SYN");
	strbuf_str(b, " after ");
	flow_words_time(b, (int64_t)c->rst_silence_ns);
	strbuf_str(b, " with RST. Nothing listens on ");
	the_end(b, c, !c->client);
	strbuf_printf(
		b,
		", or a firewall that rejects answers for it: the RST looks the same. Look there with `ss -ltn sport = :%u`.",
		c->port[!c->client]);
}

/* A host or a network: what a router says that does not get through to it. */
static bool unreachable(const struct flow_conn *c)
{
	return c->icmp_family == AF_INET ? c->icmp_type == 3 && c->icmp_code <= 1
					 : c->icmp_type == 1 && (c->icmp_code == 0 || c->icmp_code == 3);
}

static void rejected(struct strbuf *b, const struct flow_conn *c)
{
	flow_words_addr(b, c->icmp_family, c->icmp_from);
	strbuf_str(b, " answered the SYN with ");
	flow_words_icmp(b, c);
	if (memcmp(c->icmp_from, c->addr[!c->client], c->family == AF_INET ? 4 : 16) == 0)
		strbuf_str(
			b,
			unreachable(c)
				? ". That is the server's own address: it hands the connection on (DNAT, a "
				  "container) to a backend that it does not reach, or a firewall rule on it "
				  "rejects (`nft list ruleset`, `ip neigh` there)."
				: ". That is the server's own address: a firewall rule on it rejects (`nft list "
				  "ruleset` there), since a closed port would answer with RST.");
	else if (c->icmp_type == (c->icmp_family == AF_INET ? 11 : 3))
		strbuf_str(b, ". The packet was passed on too often: routers send it in a circle; "
			      "`traceroute` shows where. The server itself was not heard.");
	else
		strbuf_str(b, ". The machine that says so is the one to look at: a firewall rule that "
			      "rejects, a route that ends there, or a next hop that is silent. The server "
			      "itself was not heard.");
}

/* The server lives, but not for this SYN. */
static void old_held(struct strbuf *b, const struct flow_conn *c)
{
	bool more = flow_client(c)->pkts > c->syns + flow_client(c)->copies + flow_client(c)->damaged;

	strbuf_printf(
		b,
		"The server is there, but answered the SYN only with an ACK of another connection's numbers: it "
		"still holds an older one over the same ports. An RST from the client ends that: %s. At the "
		"server, `ss -tn sport = :%u dport = :%u` shows the old one.",
		more ? "it passed here, but did not reach the server" : "none passed here",
		c->port[!c->client], c->port[c->client]);
}

static void no_answer(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns)
{
	if (now_ns < c->syn_ns + SILENT_NS) {
		strbuf_printf(b, "The capture ends ");
		flow_words_time(b, now_ns > c->syn_ns ? (int64_t)(now_ns - c->syn_ns) : 0);
		strbuf_str(b, " after the last SYN: an answer may have come later. ");
	}
	if (c->flags & CONN_OLD_HELD) {
		old_held(b, c);
		return;
	}
	strbuf_printf(b, "The client sent %s and nobody answered. ",
		      c->syns > 1 ? "the SYN again and again" : "one SYN");
	strbuf_str(b, "A filter on the way drops silently, the host is gone, or the accept queue of ");
	the_end(b, c, !c->client);
	strbuf_printf(
		b,
		" is full; from here they look alike: no ICMP error that would tell was captured (a file holds them with --icmp only). At the server: does the SYN arrive there? `nstat -az "
		"TcpExtListenOverflows TcpExtListenDrops` and `ss -ltn sport = :%u` show a full queue, `nft list "
		"ruleset` a drop.",
		c->port[!c->client]);
}

/* One SYN-ACK, and nothing after it. */
static void not_acknowledged(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns)
{
	strbuf_str(b, "The server answered the SYN");
	if (c->flags & CONN_SAMPLED) {
		strbuf_str(b, ". What followed may be among the segments that were left out on purpose.");
	} else if (now_ns > c->last_ns + SYN_ACK_AGAIN_NS) {
		strbuf_str(b, ", and no ACK came in the ");
		flow_words_s(b, (int64_t)(now_ns - c->last_ns));
		strbuf_str(
			b,
			" s to the end of the capture: the SYN-ACK does not reach the client, or the SYN was "
			"forged. That the server did not repeat it tells of SYN cookies. Many of these at "
			"once are a SYN flood.");
	} else {
		strbuf_str(
			b,
			" and the capture ends before the client acknowledged. If nothing more came in seconds, "
			"the SYN-ACK does not reach the client, or the SYN was forged.");
	}
}

static void half_open(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns)
{
	if (c->flags & CONN_ICMP_LATER && c->icmp_about != c->client)
		strbuf_str(b,
			   "The server answered the SYN, and that answer was rejected on its way or by the "
			   "client's machine.");
	else if (c->flags & CONN_ACKED)
		strbuf_printf(
			b,
			"The client's ACK of the handshake passed here, yet the server sent its SYN-ACK %u times: "
			"the ACK was lost behind this point, the server dropped it because its accept queue is full, "
			"or it waits for data before it takes the connection (TCP_DEFER_ACCEPT: `deferred` in "
			"nginx, AcceptFilter in Apache). At the server, `nstat -az TcpExtListenOverflows` and `ss "
			"-ltn sport = :%u` show a full queue; the client believes it is connected.",
			c->syn_acks, c->port[!c->client]);
	else if (c->syn_acks > 1 && c->flags & CONN_SYN_AGAIN)
		strbuf_printf(
			b,
			"The server sent its SYN-ACK %u times, and the client its SYN again when one had passed "
			"here: the client is there and does not get it, or does not take it. It is lost between "
			"this point and the client, or dropped there: `nft list ruleset` at the client, or what "
			"filters before it.",
			c->syn_acks);
	else if (c->syn_acks > 1)
		strbuf_printf(
			b,
			"The server sent its SYN-ACK %u times and no ACK came by here: it does not reach the "
			"client, the client's ACK takes another way, or the SYN came from a forged address. Many of "
			"these at once are a SYN flood.",
			c->syn_acks);
	else
		not_acknowledged(b, c, now_ns);
}

static void time_wait(struct strbuf *b, const struct flow_conn *c, int first)
{
	strbuf_str(b, " TIME_WAIT sits on ");
	the_end(b, c, first);
	strbuf_str(b, first == c->client
			      ? " for a minute; without tcp_tw_reuse the port is not reused before."
			      : " for a minute: on the server it costs memory, not ports.");
}

static void closed(struct strbuf *b, const struct flow_conn *c, enum flow_verdict v)
{
	int first = flow_first_fin(c);
	const char *who = flow_words_side(c, first), *other = flow_words_side(c, !first);

	if (v == VERDICT_CLOSED_SIMULTANEOUS) {
		strbuf_str(
			b,
			"Both applications closed before either had seen the other's FIN: their FINs crossed on the way. Both "
			"ends go through CLOSING to TIME_WAIT.");
		return;
	}
	strbuf_printf(b, "The %s's application closed first. ", who);
	if (v == VERDICT_CLOSED_3 && (c->flags & CONN_SAMPLED || c->lost))
		strbuf_printf(
			b,
			"Whether the %s acknowledged that before its own FIN, or with it, cannot be told: "
			"segments are missing.",
			other);
	else if (v == VERDICT_CLOSED_3)
		strbuf_printf(
			b,
			"The %s's FIN carried the ACK: its application closed before its delayed ACK was due, so "
			"two segments became one.",
			other);
	else
		strbuf_printf(
			b,
			"The %s acknowledged at once or by its timer and closed later: four segments and not three "
			"only because its application took longer than the delayed ACK.",
			other);
	if (c->side[!first].flags & SIDE_FIN_ACKED) {
		time_wait(b, c, first);
		return;
	}
	if (c->flags & CONN_SAMPLED) {
		strbuf_str(b, " The last ACK may be among the segments that were left out on purpose.");
		return;
	}
	strbuf_printf(
		b,
		" The last ACK was not seen here: if it is lost, the %s sends its FIN again from LAST_ACK.",
		other);
}

/* As far as was captured, and where that may be told. */
static bool all_acknowledged(const struct flow_conn *c, int i)
{
	const struct flow_side *f = &c->side[i], *r = &c->side[!i];

	return c->flags & CONN_SAMPLED || c->lost || !(r->flags & SIDE_HAS_HI_ACK) ||
	       seq_le(f->nx, r->hi_ack);
}

/* Something waits for its ACK, and was sent again for that. */
static bool in_trouble(const struct flow_conn *c, int i)
{
	return c->side[i].unheard && !all_acknowledged(c, i);
}

static void half_closed(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns)
{
	int first = flow_first_fin(c);

	strbuf_printf(b, "The %s sent FIN: it sends no more. The %s has not closed",
		      flow_words_side(c, first), flow_words_side(c, !first));
	if (now_ns > c->last_ns + SILENT_NS) {
		strbuf_str(b, ", and nothing was said for ");
		flow_words_s(b, (int64_t)(now_ns - c->last_ns));
		strbuf_str(b, " s");
	}
	if (!(c->side[first].flags & SIDE_FIN_ACKED) && !(c->flags & CONN_SAMPLED) && !c->lost) {
		strbuf_printf(
			b,
			". That FIN was never acknowledged, sent %u time%s: it did not arrive, or the answer did not.",
			c->fins, c->fins == 1 ? "" : "s");
		return;
	}
	if (!all_acknowledged(c, !first)) {
		strbuf_printf(b,
			      ", but what it sent last is not acknowledged: if it has closed, its FIN waits "
			      "behind that, or did not get through either.");
		return;
	}
	strbuf_printf(b,
		      ". A %s that stays in CLOSE_WAIT %s: `ss -tnp state close-wait` there names it. A "
		      "half-close on purpose (shutdown) looks the same.",
		      flow_words_side(c, !first),
		      c->unanswered_ns >= SILENT_NS ? "is still at work, or forgot to close its socket"
						    : "forgot to close its socket");
}

static void open_still(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns)
{
	if (c->flags & CONN_GUESSED)
		strbuf_str(
			b,
			"The capture began after the handshake: which end is the client is a guess by the ports, and "
			"window scaling and initial round trip are unknown. ");
	strbuf_printf(b, "Neither end closed as far as was captured%s",
		      c->flags & CONN_SAMPLED
			      ? " (segments were left out on purpose: an end may be among them)"
			      : "");
	if (now_ns > c->last_ns + SILENT_NS && !flow_unheard_ns(c, 0, now_ns) &&
	    !flow_unheard_ns(c, 1, now_ns) && !in_trouble(c, 0) && !in_trouble(c, 1)) {
		strbuf_str(b, "; nothing was sent in the last ");
		flow_words_s(b, (int64_t)(now_ns - c->last_ns));
		strbuf_str(
			b,
			" s. An idle connection and a dead peer look alike from here: only a keep-alive tells them apart");
	}
	strbuf_char(b, '.');
}

static void one_way(struct strbuf *b, const struct flow_conn *c)
{
	int seen = c->side[0].flags & SIDE_SEEN ? 0 : 1;

	strbuf_str(b, "Only segments from ");
	the_end(b, c, seen);
	strbuf_str(b, " passed here: the other direction takes another way, or the filter left it out");
	if (c->side[seen].unheard >= FLOW_UNHEARD && !(c->flags & CONN_SAMPLED) && !c->lost)
		strbuf_printf(
			b,
			"; or nothing comes any more, since this end asked or sent again %u times: then the "
			"path broke, the other end's machine is gone, or a middlebox forgot the connection",
			c->side[seen].unheard);
	strbuf_str(b, ". What the other end said");
	if (c->flags & CONN_RST)
		strbuf_printf(b, " cannot be known from this capture; this end %s with RST.",
			      seen != c->client && !c->syn_acks && c->side[seen].pkts == 1
				      ? "refused the connection, or broke it off,"
				      : "broke the connection off");
	else if (c->side[seen].flags & SIDE_FIN)
		strbuf_str(
			b,
			", and how it ended there, cannot be known from this capture; this end closed its side "
			"(FIN).");
	else
		strbuf_str(b, ", and so how it ended, cannot be known from this capture.");
}

void flow_explain(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns)
{
	enum flow_verdict v = flow_verdict(c);

	flow_explain_unanswered(b, c, now_ns);
	switch (v) {
	case VERDICT_REFUSED:
		refused(b, c);
		return;
	case VERDICT_REJECTED:
		rejected(b, c);
		return;
	case VERDICT_NO_ANSWER:
		no_answer(b, c, now_ns);
		flow_explain_own_losses(b, c);
		return;
	case VERDICT_HALF_OPEN:
		half_open(b, c, now_ns);
		flow_explain_icmp(b, c);
		flow_explain_own_losses(b, c);
		return;
	case VERDICT_RESET_CLIENT:
	case VERDICT_RESET_SERVER:
		flow_explain_reset(b, c);
		break;
	case VERDICT_CLOSED_3:
	case VERDICT_CLOSED_4:
	case VERDICT_CLOSED_SIMULTANEOUS:
		closed(b, c, v);
		break;
	case VERDICT_HALF_CLOSED:
		half_closed(b, c, now_ns);
		break;
	case VERDICT_OPEN:
	case VERDICT_MID_STREAM:
		open_still(b, c, now_ns);
		break;
	case VERDICT_ONE_WAY:
		one_way(b, c);
		break;
	}
	flow_explain_way(b, c, now_ns);
}
