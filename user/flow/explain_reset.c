// SPDX-License-Identifier: BSD-2-Clause
#include "flow/explain_reset.h"

#include <inttypes.h>

#include "flow/forged.h"
#include "flow/silence.h"
#include "flow/words.h"

#define SILENT_NS 1000000000ull /* a wait that a person notices */
/* Fewer tries in less time and a TCP does not give up by itself (RFC 9293, 3.8.3), unless it was set to. */
#define TCP_TRIES 8
#define TCP_TRIES_NS 100000000000ull

static void who_waited(struct strbuf *b, const struct flow_conn *c)
{
	const struct flow_side *s = c->flags & CONN_RST_BY_SERVER ? flow_server(c) : flow_client(c);

	if (s->longest_gap_ns < SILENT_NS)
		return;
	strbuf_str(b, " It had been silent for up to ");
	flow_words_s(b, (int64_t)s->longest_gap_ns);
	strbuf_str(b, " s before.");
}

/* Routers passed, if it began at one of the usual numbers: some stacks send an RST with another than the
 * rest. */
static unsigned hops(uint8_t ttl)
{
	return (ttl <= 64 ? 64u : ttl <= 128 ? 128u : 255u) - ttl;
}

/* A machine between the two that forges an RST seldom hits the number of hops. */
static void who_sent_rst(struct strbuf *b, const struct flow_conn *c, int by)
{
	const char *who = flow_words_side(c, by);

	if (!c->rst_ttl || !c->side[by].ttl)
		strbuf_printf(
			b, " A middlebox can forge it: compare the RST's TTL with the %s's other segments.",
			who);
	else if (c->rst_ttl == c->side[by].ttl)
		strbuf_printf(b,
			      " The RST's TTL, %u, is that of the %s's other segments: no machine between "
			      "forged it, unless that one sits beside the %s.",
			      c->rst_ttl, who, who);
	else if (hops(c->rst_ttl) == hops(c->side[by].ttl))
		strbuf_printf(
			b,
			" The RST's TTL, %u, tells of as many hops (%u) as the %s's other segments, %u: no "
			"machine between forged it, unless that one sits beside the %s.",
			c->rst_ttl, hops(c->rst_ttl), who, c->side[by].ttl, who);
	else
		strbuf_printf(b,
			      " But the RST came with TTL %u and the %s's other segments with %u: a machine "
			      "between the two may have forged it (a firewall, a balancer, a proxy).",
			      c->rst_ttl, who, c->side[by].ttl);
}

/* Since the oldest of what it sent again was sent first; keep-alives are none. */
static uint64_t tried_ns(const struct flow_conn *c, int by)
{
	uint64_t rst_ns = c->side[!by].last_ns + c->rst_silence_ns;

	return c->side[by].ntimed && rst_ns > c->side[by].timed_ns[0] ? rst_ns - c->side[by].timed_ns[0] : 0;
}

/* Keep-alives, or data sent again, until its application or its TCP gave up. */
static void gave_up(struct strbuf *b, const struct flow_conn *c, int by)
{
	const char *who = flow_words_side(c, by), *other = flow_words_side(c, !by);

	strbuf_printf(b, "Before that it had asked or sent again %u times and not heard the %s for ",
		      c->rst_unheard, other);
	flow_words_s(b, (int64_t)c->rst_silence_ns);
	if (c->rst_unheard >= TCP_TRIES || tried_ns(c, by) >= TCP_TRIES_NS)
		strbuf_printf(b, " s: the %s's TCP gave up. ", who);
	else
		strbuf_printf(b, " s: the %s's application waits no longer than that, or its TCP gave up. ",
			      who);
	strbuf_printf(
		b,
		"The %s's machine or the path to it failed meanwhile, or a middlebox forgot the connection.",
		other);
}

static void after_bytes(struct strbuf *b, const struct flow_conn *c)
{
	strbuf_str(b, " after ");
	flow_words_count(b, c->rst_bytes[c->client], "byte");
	strbuf_printf(b, " from the client and %" PRIu64 " from the server.", c->rst_bytes[!c->client]);
}

/* What ended it came in its name only. */
static void forged(struct strbuf *b, const struct flow_conn *c, int by)
{
	const char *who = flow_words_side(c, by);

	strbuf_printf(b, "An RST in the name of the %s (", who);
	flow_words_end(b, c, by);
	strbuf_str(b, ") ended the connection");
	after_bytes(b, c);
	if (c->flags & CONN_RST_MADE_HERE)
		strbuf_printf(
			b,
			" This machine made it: it went out here and had not come in, as the %s's other "
			"segments do. A rule that rejects with a reset (`nft list ruleset`), or what filters "
			"or proxies here, ended it; the %s did not.",
			who, who);
	if (c->rst_too_soon_us) {
		strbuf_str(b, " It acknowledges what had passed here only ");
		flow_words_time(b, (int64_t)c->rst_too_soon_us * 1000);
		strbuf_printf(b, " before, and the %s never answered in less than ", who);
		flow_words_time(b, (int64_t)c->side[by].soonest_us * 1000);
		strbuf_printf(
			b,
			": a machine nearer than the %s sent it (a firewall, an intrusion detection, a proxy).",
			who);
	}
	if (c->went_on_us) {
		strbuf_printf(b, " The %s went on ", who);
		flow_words_time(b, (int64_t)c->went_on_us * 1000);
		strbuf_printf(
			b,
			" after it, as no TCP does that reset a connection: a machine between sent it, or a rule on "
			"the %s's own (`nft list ruleset` there), or it overtook what was sent before.",
			who);
	}
}

static void knows_no_connection(struct strbuf *b, const struct flow_conn *c, int by)
{
	if (by != c->client && flow_only_syn_ack(c))
		strbuf_str(
			b,
			"It had said nothing since its SYN-ACK, and knew no such connection then: it had given the "
			"half-open one up, or nothing listens there any more.");
	else
		strbuf_str(b,
			   "The RST carries no ACK, as what a machine says that knows no such connection: it "
			   "was restarted or another took over, it had ended it by an RST that passed "
			   "elsewhere or was lost, or a middlebox forgot it; or as a firewall's rule that "
			   "rejects with a reset makes it (`nft list ruleset`).");
	who_sent_rst(b, c, by);
}

/* It asked for another connection over the same ports, was answered with this one's numbers, and denied it.
 */
static void for_newer(struct strbuf *b, const struct flow_conn *c, int by)
{
	const char *who = flow_words_side(c, by), *other = flow_words_side(c, !by);

	strbuf_printf(b, "The %s (", who);
	flow_words_end(b, c, by);
	strbuf_printf(
		b,
		") knew this connection no longer and asked for another over the same ports. The %s still "
		"held this one and answered with its numbers; the %s's RST to that ended it. ",
		other, who);
	if (c->side[by].flags & SIDE_FIN)
		strbuf_printf(b, "It had closed before: the %s was late, or did not get all of that.", other);
	else
		strbuf_printf(
			b,
			"How it ended at the %s before, no segment here tells: its machine was restarted, or "
			"its FIN or RST passed neither here nor to the %s.",
			who, other);
}

/* Of this and the next two, false: nothing is to be added. */
static bool reset_before_data(struct strbuf *b, const struct flow_conn *c, int by)
{
	bool later = c->flags & CONN_GUESSED;

	strbuf_str(b,
		   later ? ") reset the connection before a byte of payload passed here; the capture began "
			   "later than the connection, and what was said before is not known. "
			 : ") reset the connection after the handshake, before a byte of payload. ");
	if (c->rst_unheard >= FLOW_UNHEARD_END) {
		gave_up(b, c, by);
		return false;
	}
	if (c->flags & CONN_RST_BARE && (later || by == c->client || c->flags & CONN_PROGRESS)) {
		knows_no_connection(b, c, by);
		return true;
	}
	if (c->flags & CONN_RST_BARE) {
		strbuf_str(b, "Its accept queue overflowed (tcp_abort_on_overflow), what stands in front of "
			      "it found no backend, or it knows the connection no longer, since it was "
			      "restarted or another took over.");
		who_sent_rst(b, c, by);
		return true;
	}
	strbuf_printf(b, "Its application closed with SO_LINGER 0 or died, %s",
		      later ? "or closed with data unread."
		      : by == c->client
			      ? "or it was only looking whether the port answers."
			      : "its accept queue overflowed (tcp_abort_on_overflow), it stopped "
				"listening before it had accepted the connection, or what stands in front "
				"of it found no backend.");
	who_sent_rst(b, c, by);
	return true;
}

static void began_later(struct strbuf *b, const struct flow_conn *c)
{
	if (c->flags & CONN_GUESSED)
		strbuf_str(b, " The capture began later than the connection: bytes are counted from there.");
}

static bool reset_after_bytes(struct strbuf *b, const struct flow_conn *c, int by)
{
	const char *other = flow_words_side(c, !by);

	strbuf_str(b, ") reset the connection");
	after_bytes(b, c);
	strbuf_char(b, ' ');
	if (c->rst_unheard >= FLOW_UNHEARD_END) {
		gave_up(b, c, by);
		return false;
	}
	if (c->unanswered_ns >= SILENT_NS && by == c->client) {
		strbuf_str(b, "So its application waits no longer than that.");
		return false;
	}
	if (c->flags & CONN_RST_BARE) {
		knows_no_connection(b, c, by);
		began_later(b, c);
		return true;
	}
	if (c->rst_bytes[!by] || c->flags & (CONN_GUESSED | CONN_SAMPLED) || c->lost)
		strbuf_printf(
			b,
			"Its application closed with data of the %s still unread or on its way, closed with "
			"SO_LINGER 0, or crashed.",
			other);
	else
		strbuf_str(b, "Its application closed with SO_LINGER 0, or crashed.");
	who_sent_rst(b, c, by);
	began_later(b, c);
	if (!(c->flags & CONN_GUESSED) && c->rst_bytes[by] == 0 && c->rst_bytes[!by])
		strbuf_printf(b, " It never answered a byte: look first at what the %s sent.", other);
	return true;
}

/* Between its FIN and its RST data came to side by that it never acknowledged. That it sends an RST as of no
 * connection tells so of data, too, that had passed here before the FIN. */
static bool data_after_fin(const struct flow_conn *c, int by)
{
	const struct flow_side *f = &c->side[by], *r = &c->side[!by];

	for (int i = 0; i < r->ntimed; i++) {
		uint32_t before = i ? r->timed_end[i - 1] : f->hi_ack;
		bool fin = r->flags & SIDE_FIN && r->timed_end[i] == r->fin_seq + 1;

		if ((r->timed_ns[i] > f->nx_ns || c->flags & CONN_RST_BARE) &&
		    (int32_t)((uint32_t)(r->timed_ns[i] / 1000) - c->rst_us) <= 0 &&
		    !(fin && seq_le(r->fin_seq, before)))
			return true;
	}
	return false;
}

static void reset_after_own_fin(struct strbuf *b, const struct flow_conn *c, int by)
{
	if (data_after_fin(c, by))
		strbuf_printf(
			b,
			") had closed already and answered later data with RST: its socket was gone when the %s "
			"still sent. That data never reached its application.",
			flow_words_side(c, !by));
	else if (c->flags & CONN_RST_BARE)
		strbuf_str(b,
			   ") had closed its sending side, and then sent an RST without ACK, as what a "
			   "machine says that knows no such connection any more: its socket was closed for "
			   "good or timed out, or the machine was restarted.");
	else
		strbuf_printf(b,
			      ") had closed its sending side, and then reset the connection: its application "
			      "closed for good (with data unread, or with SO_LINGER 0) or died%s.",
			      c->side[by].flags & SIDE_FIN_ACKED ? ", or its socket timed out in FIN_WAIT_2"
								 : "");
}

static bool reset_after_fin(struct strbuf *b, const struct flow_conn *c, int by)
{
	bool own = c->side[by].flags & SIDE_FIN;

	if (c->rst_unheard >= FLOW_UNHEARD_END) {
		strbuf_printf(b, ") reset the connection after the %s's FIN. ",
			      flow_words_side(c, own ? by : !by));
		gave_up(b, c, by);
		return false;
	}
	if (own) {
		reset_after_own_fin(b, c, by);
	} else if (c->flags & CONN_RST_BARE) {
		strbuf_str(b, ") answered the other end's FIN with RST. ");
		knows_no_connection(b, c, by);
	} else {
		strbuf_printf(b,
			      ") answered the other end's FIN with RST in place of its own: its application "
			      "closed %swith SO_LINGER 0%s.",
			      c->rst_bytes[!by] || c->flags & CONN_GUESSED ? "with data unread, or " : "",
			      by != c->client && !c->rst_bytes[by]
				      ? ", or stopped listening before it had accepted the connection"
				      : "");
	}
	return true;
}

static void who_reset(struct strbuf *b, const struct flow_conn *c)
{
	int by = c->flags & CONN_RST_BY_SERVER ? !c->client : c->client;
	const char *who = flow_words_side(c, by);

	if (flow_forged(c)) {
		forged(b, c, by);
		return;
	}
	if (c->flags & CONN_RST_FOR_NEWER) {
		for_newer(b, c, by);
		return;
	}
	strbuf_printf(b, "The %s (", who);
	flow_words_end(b, c, by);
	switch (c->rst_phase) {
	case RST_IN_HANDSHAKE:
		if (c->flags & CONN_SAMPLED || c->lost) {
			strbuf_str(b,
				   ") sent RST. Segments before it were not captured: whether it broke the "
				   "handshake off or a connection cannot be told.");
			return;
		}
		strbuf_str(b, ") broke the handshake off with RST. ");
		strbuf_str(
			b,
			by == c->client
				? "A client that gives up, or a port scan, does so: nothing of it "
				  "reached an application."
				: "No ACK of its SYN-ACK had passed here: it gave the half-open connection "
				  "up or stopped listening, or a firewall or balancer said so in its name.");
		return;
	case RST_BEFORE_DATA:
		if (!reset_before_data(b, c, by))
			return;
		break;
	case RST_AFTER_BYTES:
		if (!reset_after_bytes(b, c, by))
			return;
		break;
	case RST_AFTER_FIN:
		if (!reset_after_fin(b, c, by))
			return;
		break;
	default:
		strbuf_printf(
			b, ") sent RST when both directions were closed. Nothing was lost: %s",
			"its socket was already gone (no TIME_WAIT), or a late segment met a closed port.");
	}
	who_waited(b, c);
}

void flow_explain_denied(struct strbuf *b, const struct flow_conn *c)
{
	if (c->flags & CONN_RST_DENIED)
		strbuf_str(
			b,
			" An RST passed here before that, and both ends went on: it was lost behind this "
			"point, or not taken, as its number was not the very next one (RFC 5961). Who sent "
			"it is worth asking: a forger has to guess that number.");
}

void flow_explain_reset(struct strbuf *b, const struct flow_conn *c)
{
	const char *other = flow_words_side(c, c->flags & CONN_RST_BY_SERVER ? c->client : !c->client);

	who_reset(b, c);
	if (c->flags & CONN_RST_UNHEARD)
		strbuf_printf(
			b,
			" The %s went on sending long after: that RST, and what answered the %s since, did "
			"not reach it.",
			other, other);
}
