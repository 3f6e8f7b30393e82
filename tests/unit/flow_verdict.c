// SPDX-License-Identifier: BSD-2-Clause
#include "told.h"

static const char *words(struct script *s, struct strbuf *b)
{
	strbuf_free(b);
	flow_verdict_words(b, s->conn, flow_now(s->table));
	return strbuf_cstr(b);
}

#define CHECK_VERDICT(want_words, want_slug, ...)                                                            \
	do {                                                                                                 \
		struct script s_;                                                                            \
		struct strbuf b_ = { 0 };                                                                    \
                                                                                                             \
		script_begin(&s_, NULL);                                                                     \
		SCRIPT(&s_, __VA_ARGS__);                                                                    \
		CHECK_STR(words(&s_, &b_), want_words);                                                      \
		CHECK_STR(flow_verdict_slug(flow_verdict(s_.conn)), want_slug);                              \
		strbuf_free(&b_);                                                                            \
		script_end(&s_);                                                                             \
	} while (0)

static void a_reset_that_answers_the_syn_refuses(void)
{
	CHECK_VERDICT("refused (RST to SYN)", "refused", "0 C S seq 0 win 64240",
		      "0.001 S R. seq 0 ack 1 win 0");
	/* Windows asks three times, with the same number */
	CHECK_VERDICT("refused (RST to SYN)", "refused", "0 C S seq 0 win 64240",
		      "0.001 S R. seq 0 ack 1 win 0", "0.5 C S seq 0 win 64240",
		      "0.501 S R. seq 0 ack 1 win 0");
}

static void a_reset_that_acknowledges_another_number_refuses_nothing(void)
{
	CHECK_VERDICT("no answer, SYN sent 1 time in 0 s", "no-answer", "0 C S seq 0 win 64240",
		      "0.001 S R. seq 0 ack 77 win 0");
}

static void syns_alone_have_no_answer(void)
{
	CHECK_VERDICT("no answer, SYN sent 3 times in 3.0 s", "no-answer", "0 C S seq 0 win 64240",
		      "1.01 C S seq 0 win 64240", "3.03 C S seq 0 win 64240");
	CHECK_VERDICT("no answer, SYN sent 1 time in 0 s", "no-answer", "0 C S seq 0 win 64240");
}

static void a_repeated_syn_ack_misses_the_handshake_ack(void)
{
	CHECK_VERDICT("half-open, handshake ACK missing", "half-open", "0 C S seq 0 win 64240",
		      "0.01 S S. seq 0 ack 1 win 65160", "1.01 S S. seq 0 ack 1 win 65160");
	/* the accept queue is full: the ACK went by here, the server dropped it */
	CHECK_VERDICT("half-open, handshake ACK missing", "half-open", HANDSHAKE,
		      "1.01 S S. seq 0 ack 1 win 65160 ws 7", "1.02 C . seq 1 ack 1 win 502");
}

static void an_ack_after_the_last_syn_ack_completes_the_handshake(void)
{
#define LATE_ACK "0 C S seq 0 win 64240", "0.01 S S. seq 0 ack 1 win 65160", "1.01 S S. seq 0 ack 1 win 65160"

	CHECK_VERDICT("still open, idle 0 s", "open", LATE_ACK, "1.1 C . seq 1 ack 1 win 502");
	CHECK_VERDICT("still open, idle 0 s", "open", LATE_ACK, "1.1 C P. seq 1 ack 1 win 502 len 10");
	/* an RST is an answer, too */
	CHECK_VERDICT("reset by client before data", "reset-client", LATE_ACK, "1.6 C R seq 1 win 0",
		      "2.6 C R seq 1 win 0");
	CHECK_VERDICT("half-open, handshake ACK missing", "half-open", LATE_ACK, "9 S R. seq 1 ack 1 win 0");
	CHECK_VERDICT("half-open, handshake ACK missing", "half-open", LATE_ACK,
		      "1.1 C . seq 1 ack 1 win 502", "3.01 S S. seq 0 ack 1 win 65160");
}

static void a_syn_ack_without_answer_is_half_open(void)
{
	CHECK_VERDICT("half-open, SYN-ACK not acknowledged", "half-open", "0 C S seq 0 win 64240",
		      "0.01 S S. seq 0 ack 1 win 65160");
}

static void a_reset_says_after_how_much(void)
{
	CHECK_VERDICT("reset by server before data", "reset-server", HANDSHAKE,
		      "0.03 S R. seq 1 ack 1 win 0");
	CHECK_VERDICT("reset by client before data", "reset-client", HANDSHAKE,
		      "0.03 C R. seq 1 ack 1 win 0");
	CHECK_VERDICT("reset by server after 557/0 bytes", "reset-server", HANDSHAKE,
		      "0.03 C P. seq 1 ack 1 win 502 len 557", "0.04 S R. seq 1 ack 558 win 0");
	CHECK_VERDICT("reset by client after 10/20 bytes", "reset-client", HANDSHAKE,
		      "0.03 C P. seq 1 ack 1 win 502 len 10", "0.04 S P. seq 1 ack 11 win 502 len 20",
		      "0.05 C R. seq 11 ack 21 win 0");
	CHECK_VERDICT("reset by server after FIN", "reset-server", HANDSHAKE, "0.03 S F. seq 1 ack 1 win 502",
		      "0.04 C P. seq 1 ack 2 win 502 len 9", "0.05 S R seq 2 win 0");
	CHECK_VERDICT("reset by server after close", "reset-server", HANDSHAKE,
		      "0.03 S F. seq 1 ack 1 win 502", "0.04 C F. seq 1 ack 2 win 502",
		      "0.05 S . seq 2 ack 2 win 502", "0.06 S R. seq 2 ack 2 win 0");
	CHECK_VERDICT("reset by client before data", "reset-client", "0 C S seq 0 win 1024",
		      "0.01 S S. seq 0 ack 1 win 65160", "0.02 C R seq 1 win 0");
}

static void a_fin_that_brings_the_ack_closes_in_three(void)
{
	CHECK_VERDICT("closed in 3, server first", "closed-3", HANDSHAKE, "17 S F. seq 1 ack 1 win 22",
		      "17.001 C F. seq 1 ack 2 win 22", "17.002 S . seq 2 ack 2 win 22");
	CHECK_VERDICT("closed in 3, server first, last ACK not seen", "closed-3", HANDSHAKE,
		      "17 S F. seq 1 ack 1 win 22", "17.001 C F. seq 1 ack 2 win 22");
}

static void an_ack_before_the_second_fin_closes_in_four(void)
{
	CHECK_VERDICT("closed in 4, client first", "closed-4", HANDSHAKE, "1 C F. seq 1 ack 1 win 502",
		      "1.04 S . seq 1 ack 2 win 502", "2 S F. seq 1 ack 2 win 502",
		      "2.01 C . seq 2 ack 2 win 502");
	/* the ACK rides on data */
	CHECK_VERDICT("closed in 4, client first", "closed-4", HANDSHAKE, "1 C F. seq 1 ack 1 win 502",
		      "1.04 S P. seq 1 ack 2 win 502 len 5", "2 S F. seq 6 ack 2 win 502",
		      "2.01 C . seq 2 ack 7 win 502");
}

static void fins_that_cross_close_simultaneously(void)
{
	CHECK_VERDICT("simultaneous close", "closed-simultaneous", HANDSHAKE, "1 C F. seq 1 ack 1 win 502",
		      "1.001 S F. seq 1 ack 1 win 502", "1.01 S . seq 2 ack 2 win 502",
		      "1.011 C . seq 2 ack 2 win 502");
}

/* RFC 9293, figure 7: no third segment is owed */
static void syns_that_cross_open_simultaneously(void)
{
	CHECK_VERDICT("still open, idle 0 s", "open", "0 C S seq 0 win 64240", "0.001 S S seq 0 win 65160",
		      "0.002 C S. seq 0 ack 1 win 64240", "0.003 S S. seq 0 ack 1 win 65160");
	CHECK_VERDICT("closed in 4, client first", "closed-4", "0 C S seq 0 win 64240",
		      "0.001 S S seq 0 win 65160", "0.002 C S. seq 0 ack 1 win 64240",
		      "0.003 S S. seq 0 ack 1 win 65160", "1 C F. seq 1 ack 1 win 502",
		      "1.04 S . seq 1 ack 2 win 502", "2 S F. seq 1 ack 2 win 502",
		      "2.01 C . seq 2 ack 2 win 502");
}

static void one_fin_half_closes(void)
{
	CHECK_VERDICT("half-closed by client", "half-closed", HANDSHAKE, "1 C F. seq 1 ack 1 win 502",
		      "1.04 S . seq 1 ack 2 win 502");
	CHECK_VERDICT("half-closed by server", "half-closed", HANDSHAKE, "1 S F. seq 1 ack 1 win 502",
		      "1.04 C . seq 1 ack 2 win 502");
}

static void idle_counts_to_the_largest_time_seen(void)
{
	CHECK_VERDICT("still open, idle 0 s", "open", HANDSHAKE);
	CHECK_VERDICT("still open, idle 5.0 s", "open", HANDSHAKE, "5.02 C S seq 0 win 1 port 50000",
		      "0.02 C . seq 1 ack 1 win 502");
}

static void what_began_before_the_capture_is_mid_stream(void)
{
	CHECK_VERDICT("mid-stream, still open, idle 0 s", "mid-stream", "0 C P. seq 1 ack 1 win 502 len 3",
		      "0.1 S . seq 1 ack 4 win 502");
	CHECK_VERDICT("closed in 3, client first", "closed-3", "0 C F. seq 1 ack 1 win 502",
		      "0.1 S F. seq 1 ack 2 win 502", "0.2 C . seq 2 ack 2 win 502");
}

static void one_direction_is_a_one_way_capture(void)
{
	CHECK_VERDICT("one-way capture", "one-way", "0 C S seq 0 win 64240", "0.02 C . seq 1 ack 1 win 502",
		      "0.03 C P. seq 1 ack 1 win 502 len 3");
	CHECK_VERDICT("one-way capture", "one-way", "0.02 S . seq 1 ack 1 win 502");
}

static void a_first_reset_decides(void)
{
	CHECK_VERDICT("reset by client after 4/0 bytes", "reset-client", HANDSHAKE,
		      "0.03 C P. seq 1 ack 1 win 502 len 4", "0.04 C R. seq 5 ack 1 win 0",
		      "0.05 S R seq 1 win 0");
}

static void icmp_tells(const char *at, const uint8_t *from, uint8_t type, uint8_t code, struct script *s)
{
	static const uint8_t client[4] = { 192, 0, 2, 1 }, server[4] = { 198, 51, 100, 7 };
	struct icmp_quote q = { .family = AF_INET,
				.type = type,
				.code = code,
				.from = from,
				.src = client,
				.dst = server,
				.sport = 40000,
				.dport = 80,
				.seq = s->isn[0] };

	s->conn = flow_icmp(s->table, 1700000000000000000ull + (uint64_t)(strtod(at, NULL) * 1e9), &q);
}

static bool explained(const struct script *s, const char *want)
{
	struct strbuf b = { 0 };
	bool found;

	flow_explain(&b, s->conn, flow_now(s->table));
	found = strstr(strbuf_cstr(&b), want);
	strbuf_free(&b);
	return found;
}

static void who_sends_an_icmp_error_lives(void)
{
	static const uint8_t client[4] = { 192, 0, 2, 1 }, server[4] = { 198, 51, 100, 7 };
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100", "1.3 C P. seq 1 ack 1 win 502 len 100",
	       "1.9 C P. seq 1 ack 1 win 502 len 100", "3 C P. seq 1 ack 1 win 502 len 100");
	CHECK(explained(&s, "the server's machine is gone"));
	icmp_tells("3.001", server, 3, 3, &s);
	CHECK(explained(&s, "That is the server's own address, so its machine lives"));
	CHECK(!explained(&s, "machine is gone") && !explained(&s, "look alike"));
	icmp_tells("3.002", client, 3, 1, &s);
	CHECK(explained(&s, "the client itself: it does not reach its next hop"));
	script_end(&s);
}

static void a_rejected_syn_ack_reached_somebody(void)
{
	static const uint8_t client[4] = { 192, 0, 2, 1 }, server[4] = { 198, 51, 100, 7 };
	struct icmp_quote q = { .family = AF_INET,
				.type = 3,
				.code = 10,
				.from = client,
				.src = server,
				.dst = client,
				.sport = 80,
				.dport = 40000,
				.seq = 1000 };
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, "0 C S seq 0 win 64240", "0.01 S S. seq 0 ack 1 win 65160",
	       "1.01 S S. seq 0 ack 1 win 65160");
	CHECK(explained(&s, "forged address"));
	s.conn = flow_icmp(s.table, s.conn->last_ns + 1000, &q);
	CHECK(explained(&s, "that answer was rejected"));
	CHECK(explained(&s, "the client's own address"));
	CHECK(!explained(&s, "forged address"));
	script_end(&s);
}

static void an_icmp_error_about_the_syn_rejects(void)
{
	static const uint8_t router[4] = { 192, 0, 2, 254 };
	struct script s;
	struct strbuf b = { 0 };

	script_begin(&s, NULL);
	SCRIPT(&s, "0 C S seq 0 win 64240");
	icmp_tells("0.05", router, 4, 0, &s);
	CHECK(s.conn == NULL); /* a source quench */
	icmp_tells("0.1", router, 3, 13, &s);
	CHECK(s.conn != NULL);
	CHECK_STR(words(&s, &b), "rejected (ICMP administratively prohibited)");
	CHECK_EQ(flow_verdict(s.conn), VERDICT_REJECTED);
	CHECK(flow_ended(s.conn));
	s.conn->flags |= CONN_REPORTED;
	/* a soft error (RFC 5461): the next SYN got through */
	SCRIPT(&s, "1 C S seq 0 win 64240", "1.01 S S. seq 0 ack 1 win 65160",
	       "1.02 C . seq 1 ack 1 win 502");
	CHECK_STR(words(&s, &b), "still open, idle 0 s");
	CHECK(!flow_ended(s.conn) && !(s.conn->flags & CONN_REPORTED));
	b.len = 0;
	flow_modifier_words(&b, s.conn, flow_now(s.table), false);
	CHECK(strstr(strbuf_cstr(&b), "ICMP administratively prohibited came from 192.0.2.254"));
	strbuf_free(&b);
	script_end(&s);
}

static void modifiers_say_what_else_happened(void)
{
	struct script s;
	struct strbuf b = { 0 };

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100", "1.3 C P. seq 1 ack 1 win 502 len 100",
	       "1.31 S . seq 1 ack 101 win 0", "3.31 S . seq 1 ack 101 win 502 lost 2");
	flow_modifier_words(&b, s.conn, flow_now(s.table), false);
	CHECK_STR(
		strbuf_cstr(&b),
		"1 retransmission by client (1 by timer, longest wait 300 ms) · zero window of server: 1 time, "
		"2.0 s in all · 2 packets lost by the capture meanwhile: holes not judged");
	strbuf_free(&b);
	script_end(&s);
}

static void a_syn_ack_that_answers_a_crossing_syn_is_not_sent_again(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, "0 C S seq 0 win 64240", "0.01 S S seq 0 win 64240", "0.3 S S. seq 0 ack 1 win 65160");
	CHECK_EQ(s.last.marks, 0);
	SCRIPT(&s, "0.31 C S. seq 0 ack 1 win 64240");
	CHECK_EQ(s.last.marks, 0);
	CHECK_EQ(flow_retrans(s.conn), 0);
	SCRIPT(&s, "0.61 C S. seq 0 ack 1 win 64240");
	CHECK_EQ(flow_retrans(s.conn), 1);
	script_end(&s);
}

static void one_direction_tells_how_its_own_end_ended(void)
{
	CHECK_EXPLAINS("this end closed its side (FIN).", NULL, "0 C . seq 1 ack 1 win 9",
		       "1 C F. seq 1 ack 9 win 9");
	CHECK_EXPLAINS("this end broke the connection off with RST.", "how it ended",
		       "0 C . seq 1 ack 1 win 9", "1 C R. seq 1 ack 9 win 9");
	CHECK_EXPLAINS("this end refused the connection, or broke it off, with RST.", NULL,
		       "1 S R. seq 0 ack 1 win 0");
	CHECK_EXPLAINS("and so how it ended, cannot", NULL, "0 C . seq 1 ack 1 win 9");
}

#define SAMPLED_BEGIN "0 C S seq 0 win 64240", "0.010 S S. seq 0 ack 1 win 65160"

static void what_was_left_out_is_not_taken_for_proof(void)
{
	struct flow_settings sampled = { .max_rows = 100, .sampled = true };
	struct strbuf b = { 0 };
	struct script s;

	/* the first ACK that was kept is not the handshake's */
	script_begin(&s, &sampled);
	SCRIPT(&s, SAMPLED_BEGIN, "5 C P. seq 101 ack 1 win 502 len 10", "6 C F. seq 111 ack 1 win 502",
	       "6.1 S F. seq 1 ack 112 win 502");
	CHECK_EQ(s.conn->irtt_ns, 0);
	flow_explain(&b, s.conn, flow_now(s.table));
	CHECK(strstr(strbuf_cstr(&b), "or with it, cannot be told") != NULL);
	CHECK(strstr(strbuf_cstr(&b), "carried the ACK") == NULL);
	strbuf_free(&b);
	script_end(&s);
	script_begin(&s, &sampled);
	SCRIPT(&s, SAMPLED_BEGIN, "0.020 C . seq 1 ack 1 win 502");
	CHECK_EQ(s.conn->irtt_ns, 20000000);
	script_end(&s);
}

/* RFC 5961: it was in the window, but not the next number. */
static void an_rst_after_which_both_go_on_ends_nothing(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 100", "0.11 S . seq 1 ack 101 win 502",
	       "0.2 S R. seq 200 ack 101 win 0");
	CHECK_EQ(flow_verdict(s.conn), VERDICT_RESET_SERVER);
	CHECK_EQ(flow_totals(s.table)->reset, 1);
	SCRIPT(&s, "0.3 S P. seq 1 ack 101 win 502 len 50");
	CHECK_EQ(flow_side_retrans(flow_server(s.conn)), 0);
	SCRIPT(&s, "0.31 C . seq 101 ack 51 win 502");
	CHECK_EQ(flow_verdict(s.conn), VERDICT_OPEN);
	CHECK_EQ(flow_totals(s.table)->denied, 1);
	SCRIPT(&s, "0.4 C F. seq 101 ack 51 win 502", "0.41 S F. seq 51 ack 102 win 502",
	       "0.42 C . seq 102 ack 52 win 502");
	CHECK_EQ(flow_verdict(s.conn), VERDICT_CLOSED_3);
	CHECK_EQ(flow_totals(s.table)->closed, 1);
	script_end(&s);
}

int main(void)
{
	RUN(a_reset_that_answers_the_syn_refuses);
	RUN(a_reset_that_acknowledges_another_number_refuses_nothing);
	RUN(syns_alone_have_no_answer);
	RUN(a_repeated_syn_ack_misses_the_handshake_ack);
	RUN(an_ack_after_the_last_syn_ack_completes_the_handshake);
	RUN(a_syn_ack_without_answer_is_half_open);
	RUN(a_reset_says_after_how_much);
	RUN(a_fin_that_brings_the_ack_closes_in_three);
	RUN(an_ack_before_the_second_fin_closes_in_four);
	RUN(fins_that_cross_close_simultaneously);
	RUN(syns_that_cross_open_simultaneously);
	RUN(a_syn_ack_that_answers_a_crossing_syn_is_not_sent_again);
	RUN(one_fin_half_closes);
	RUN(idle_counts_to_the_largest_time_seen);
	RUN(what_began_before_the_capture_is_mid_stream);
	RUN(one_direction_is_a_one_way_capture);
	RUN(a_first_reset_decides);
	RUN(an_icmp_error_about_the_syn_rejects);
	RUN(who_sends_an_icmp_error_lives);
	RUN(a_rejected_syn_ack_reached_somebody);
	RUN(modifiers_say_what_else_happened);
	RUN(one_direction_tells_how_its_own_end_ended);
	RUN(what_was_left_out_is_not_taken_for_proof);
	RUN(an_rst_after_which_both_go_on_ends_nothing);
	return CHECK_DONE();
}
