// SPDX-License-Identifier: BSD-2-Clause
#include "flow/json.h"

#include <inttypes.h>
#include <sys/socket.h>

#include "decode/decode.h"
#include "flow/explain.h"
#include "flow/marks.h"
#include "flow/verdict.h"
#include "flow/words.h"

/* Length of the UTF-8 sequence at s (RFC 3629); 0 where there is none. */
static size_t utf8_len(const unsigned char *s)
{
	size_t n = s[0] < 0x80			 ? 1
		   : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
		   : (s[0] & 0xf0) == 0xe0	 ? 3
		   : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
						 : 0;

	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if (n == 3 && ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0)))
		return 0;
	if (n == 4 && ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] >= 0x90)))
		return 0;
	return n;
}

void json_string(struct strbuf *b, const char *s)
{
	strbuf_char(b, '"');
	while (*s) {
		size_t n = utf8_len((const unsigned char *)s);

		if (*s == '"' || *s == '\\')
			strbuf_printf(b, "\\%c", *s);
		else if ((unsigned char)*s < ' ' || *s == 127)
			strbuf_printf(b, "\\u%04x", *s);
		else if (n)
			strbuf_mem(b, s, n);
		else
			strbuf_str(b, "\\ufffd");
		s += n ? n : 1;
	}
	strbuf_char(b, '"');
}

static void number(struct strbuf *b, const char *name, uint64_t v)
{
	strbuf_printf(b, ",\"%s\":%" PRIu64, name, v);
}

static void text(struct strbuf *b, const char *name, const char *v)
{
	strbuf_printf(b, ",\"%s\":", name);
	json_string(b, v);
}

static void boolean(struct strbuf *b, const char *name, bool v)
{
	strbuf_printf(b, ",\"%s\":%s", name, v ? "true" : "false");
}

static void addr(struct strbuf *b, const char *name, uint8_t family, const uint8_t *a)
{
	strbuf_printf(b, ",\"%s\":\"", name);
	flow_words_addr(b, family, a);
	strbuf_char(b, '"');
}

static void end_of(struct strbuf *b, const struct flow_conn *c, const char *addr_name, const char *port_name,
		   int side)
{
	addr(b, addr_name, c->family, c->addr[side]);
	number(b, port_name, c->port[side]);
}

/* As tcpdump writes them. */
static void flag_letters(struct strbuf *b, uint8_t flags)
{
	static const char letters[] = "FSRP.UEW";

	strbuf_str(b, ",\"flags\":\"");
	for (int i = 0; i < 8; i++)
		if (flags & 1 << i)
			strbuf_char(b, letters[i]);
	strbuf_char(b, '"');
}

static void mark_list(struct strbuf *b, uint32_t marks)
{
	const char *sep = "";

	strbuf_str(b, ",\"marks\":[");
	for (unsigned int i = 0; marks; i++, marks >>= 1) {
		if (!(marks & 1))
			continue;
		strbuf_printf(b, "%s\"%s\"", sep, flow_mark_slug(i));
		sep = ",";
	}
	strbuf_char(b, ']');
}

/* null for what is unknown, or negative because time ran backwards */
static void span(struct strbuf *b, const char *name, int64_t ns, bool known)
{
	if (known && ns >= 0)
		number(b, name, (uint64_t)ns);
	else
		strbuf_printf(b, ",\"%s\":null", name);
}

void json_segment(struct strbuf *b, const struct flow_segment_info *i, uint64_t ts_ns)
{
	const struct flow_conn *c = i->conn;

	strbuf_printf(b, "{\"type\":\"segment\",\"ts_ns\":%" PRIu64, ts_ns);
	number(b, "conn", c->id);
	text(b, "from", flow_words_side(c, i->from));
	end_of(b, c, "src", "sport", i->from);
	end_of(b, c, "dst", "dport", !i->from);
	flag_letters(b, i->flags);
	number(b, "seq", i->seq);
	if (i->flags & TCP_ACK)
		number(b, "ack", i->ack);
	number(b, "len", i->len);
	number(b, "win", i->win);
	span(b, "delta_ns", i->delta_ns, !i->is_new);
	mark_list(b, i->marks);
	if (i->marks & FLOW_DUP_ACK)
		number(b, "dup_ack", i->dup_ack);
	if (i->marks & FLOW_RETRANSMITTED)
		number(b, "rto_ns", i->rto_ns);
	if (i->rtt_ns)
		number(b, "rtt_ns", i->rtt_ns);
	text(b, "client_state", flow_words_state(flow_client(c)->state));
	text(b, "server_state", flow_words_state(flow_server(c)->state));
	strbuf_str(b, "}\n");
}

void json_event(struct strbuf *b, const struct event *e)
{
	const struct flow_conn *c = e->conn;

	strbuf_printf(b, "{\"type\":\"event\",\"ts_ns\":%" PRIu64, e->ts_ns);
	text(b, "event", event_name(e->kind));
	number(b, "conn", c->id);
	text(b, "from", flow_words_side(c, e->from));
	end_of(b, c, "client", "client_port", c->client);
	end_of(b, c, "server", "server_port", !c->client);
	if (e->wait_ns)
		number(b, "wait_ns", e->wait_ns);
	strbuf_str(b, "}\n");
}

static void side(struct strbuf *b, const struct flow_conn *c, const char *name, int i, uint64_t now_ns)
{
	const struct flow_side *s = &c->side[i];

	strbuf_printf(b, ",\"%s\":{\"addr\":\"", name);
	flow_words_addr(b, c->family, c->addr[i]);
	strbuf_char(b, '"');
	number(b, "port", c->port[i]);
	number(b, "packets", s->pkts);
	number(b, "bytes", s->bytes);
	number(b, "retransmissions", flow_side_retrans(s));
	number(b, "fast_retransmissions", s->fast_retrans);
	number(b, "spurious_retransmissions", s->spurious_retrans);
	number(b, "copies", s->copies);
	number(b, "damaged", s->damaged);
	number(b, "longest_rto_ns", s->longest_rto_ns);
	number(b, "out_of_order", s->out_of_order);
	number(b, "dup_acks", s->dup_acks_all);
	number(b, "holes", s->holes);
	number(b, "zero_windows", s->zero_windows);
	number(b, "zero_window_ns", flow_stalled_ns(s, now_ns));
	number(b, "keep_alives", s->keep_alives);
	number(b, "longest_gap_ns", s->longest_gap_ns);
	text(b, "state", flow_words_state(s->state));
	strbuf_char(b, '}');
}

/* What belongs to one verdict only. */
static void details(struct strbuf *b, const struct flow_conn *c, enum flow_verdict v)
{
	static const char *const phases[] = { "handshake", "before-data", "after-bytes", "after-fin",
					      "after-close" };

	if (v == VERDICT_CLOSED_3 || v == VERDICT_CLOSED_4 || v == VERDICT_HALF_CLOSED ||
	    v == VERDICT_CLOSED_SIMULTANEOUS)
		text(b, "closed_first", flow_words_side(c, flow_first_fin(c)));
	if (v == VERDICT_CLOSED_3 || v == VERDICT_CLOSED_4 || v == VERDICT_CLOSED_SIMULTANEOUS)
		boolean(b, "last_ack_seen", c->side[!flow_first_fin(c)].flags & SIDE_FIN_ACKED);
	if (v == VERDICT_RESET_CLIENT || v == VERDICT_RESET_SERVER) {
		text(b, "reset_phase", phases[c->rst_phase]);
		number(b, "reset_client_bytes", c->rst_bytes[c->client]);
		number(b, "reset_server_bytes", c->rst_bytes[!c->client]);
	}
	if (c->flags & (CONN_ICMP | CONN_ICMP_LATER)) {
		number(b, "icmp_type", c->icmp_type);
		number(b, "icmp_code", c->icmp_code);
		addr(b, "icmp_from", c->icmp_family, c->icmp_from);
	}
}

static void ladder(struct strbuf *b, const struct flow_conn *c)
{
	strbuf_str(b, ",\"segments\":[");
	for (uint32_t i = 0; c->rows && i < c->rows->n; i++) {
		const struct flow_row *r = &c->rows->at[i];

		strbuf_printf(b, "%s{\"ts_ns\":%" PRIu64, i ? "," : "", r->ts_ns);
		text(b, "from", flow_words_side(c, r->from));
		if (r->icmp_family) {
			number(b, "icmp_type", r->icmp_type);
			number(b, "icmp_code", r->icmp_code);
		} else {
			flag_letters(b, r->flags);
			number(b, "seq", r->seq);
			if (r->flags & TCP_ACK)
				number(b, "ack", r->ack);
			number(b, "len", r->len);
			number(b, "win", r->win);
			mark_list(b, r->marks);
		}
		text(b, "client_state", flow_words_state(r->state[c->client]));
		text(b, "server_state", flow_words_state(r->state[!c->client]));
		if (r->text)
			text(b, "text", r->text);
		strbuf_char(b, '}');
	}
	strbuf_char(b, ']');
	number(b, "segments_not_kept", c->rows ? c->rows->dropped : 0);
}

void json_connection(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns, bool sampled, bool explain,
		     bool rows)
{
	enum flow_verdict v = flow_verdict(c);
	struct strbuf words = { 0 };

	strbuf_printf(b, "{\"type\":\"connection\",\"id\":%u", c->id);
	number(b, "ts_ns", c->first_ns);
	number(b, "end_ns", c->last_ns);
	span(b, "duration_ns", (int64_t)(c->last_ns - c->first_ns), true);
	span(b, "idle_ns", (int64_t)(now_ns - c->last_ns), true);
	span(b, "irtt_ns", c->irtt_ns, c->irtt_ns != 0);
	if (c->iface)
		text(b, "interface", c->iface);
	side(b, c, "client", c->client, now_ns);
	side(b, c, "server", !c->client, now_ns);
	text(b, "verdict", flow_verdict_slug(v));
	flow_verdict_words(&words, c, now_ns);
	text(b, "verdict_text", strbuf_cstr(&words));
	details(b, c, v);
	number(b, "syns", c->syns);
	number(b, "syn_acks", c->syn_acks);
	boolean(b, "client_guessed", c->flags & CONN_GUESSED);
	boolean(b, "ports_reused", c->flags & CONN_REUSED);
	number(b, "capture_lost", c->lost);
	boolean(b, "sampled", sampled || c->flags & CONN_SAMPLED);
	if (explain) {
		words.len = 0;
		flow_explain(&words, c, now_ns);
		text(b, "explanation", strbuf_cstr(&words));
	}
	if (rows)
		ladder(b, c);
	strbuf_str(b, "}\n");
	strbuf_free(&words);
}
