// SPDX-License-Identifier: BSD-2-Clause
#include "told.h"

static void what_passed_and_came_again_was_lost_behind(void)
{
	CHECK_EXPLAINS(
		"The client sent again what had passed here already: it, or its ACK, was lost between this "
		"point and the server",
		"missing here", HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100",
		"1.3 C P. seq 1 ack 1 win 502 len 100", "1.31 S . seq 1 ack 101 win 502");
}

static void what_was_missing_and_came_later_was_lost_before(void)
{
	CHECK_EXPLAINS("they were lost between the client and this point", "passed here", HANDSHAKE,
		       "1 C P. seq 101 ack 1 win 502 len 100", "1.3 C P. seq 1 ack 1 win 502 len 100");
	CHECK_EXPLAINS(
		"sooner than they could have been sent again: they were overtaken between the client and "
		"this point, not lost",
		"passed here", HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100",
		"1.001 C P. seq 201 ack 1 win 502 len 100", "1.002 C P. seq 101 ack 1 win 502 len 100");
	/* its sender was silent before: a timer may have sent it again */
	CHECK_EXPLAINS("they were overtaken, or lost and soon sent again, between the client and this point",
		       "not lost", HANDSHAKE, "1 C P. seq 101 ack 1 win 502 len 100",
		       "1.001 C P. seq 1 ack 1 win 502 len 100");
	/* no round trip is known */
	CHECK_EXPLAINS("they were overtaken, or lost and soon sent again, between the client and this point",
		       "passed here", "0 C . seq 1 ack 1 win 502", "0.01 S . seq 1 ack 1 win 502",
		       "1 C P. seq 101 ack 1 win 502 len 100", "1.001 C P. seq 1 ack 1 win 502 len 100");
	/* the copy came when all was there */
	CHECK_EXPLAINS("they were overtaken between the client and this point, not lost", "lost between",
		       HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100",
		       "1.001 C P. seq 201 ack 1 win 502 len 100", "1.002 C P. seq 101 ack 1 win 502 len 100",
		       "1.003 S . seq 1 ack 301 win 502", "1.004 C P. seq 101 ack 1 win 502 len 100");
}

static void sampled_input_judges_no_loss(void)
{
	struct flow_settings sampled = { .sampled = true };
	struct strbuf b = { 0 };
	struct script s;

	script_begin(&s, &sampled);
	SCRIPT(&s, HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100", "1.1 S . seq 1 ack 101 win 502",
	       "9 S P. seq 1001 ack 101 win 502 len 10", "9.5 S P. seq 1001 ack 101 win 502 len 10");
	flow_modifier_words(&b, s.conn, flow_now(s.table), true);
	flow_explain(&b, s.conn, flow_now(s.table));
	CHECK(strstr(strbuf_cstr(&b), "sampled: loss not judged") != NULL);
	CHECK(!strstr(strbuf_cstr(&b), "lost between") && !strstr(strbuf_cstr(&b), "silence"));
	CHECK(!strstr(strbuf_cstr(&b), "answer came only"));
	strbuf_free(&b);
	script_end(&s);
}

static void check_sampled(const char *want, const char *never, const char *const *lines)
{
	struct flow_settings sampled = { .max_rows = 100, .sampled = true };
	struct strbuf b = { 0 };
	struct script s;

	script_begin(&s, &sampled);
	script_run(&s, lines);
	flow_verdict_words(&b, s.conn, flow_now(s.table));
	flow_explain(&b, s.conn, flow_now(s.table));
	CHECK(strstr(strbuf_cstr(&b), want) != NULL);
	CHECK(!strstr(strbuf_cstr(&b), never));
	strbuf_free(&b);
	script_end(&s);
}

#define CHECK_SAMPLED(want, never, ...) check_sampled(want, never, (const char *const[]){ __VA_ARGS__, NULL })
#define SAMPLED_OPEN "0 C S seq 0 win 64240", "0.01 S S. seq 0 ack 1 win 65160"

static void what_was_left_out_on_purpose_proves_nothing(void)
{
	/* the numbers of the RST tell what was said */
	CHECK_SAMPLED("reset by server after 18/30 bytes", "port scan", SAMPLED_OPEN,
		      "1 S R. seq 31 ack 19 win 0");
	CHECK_SAMPLED("whether it broke the handshake off or a connection cannot be told", "port scan",
		      SAMPLED_OPEN, "1 C R seq 1 win 0");
	CHECK_SAMPLED("What followed may be among the segments that were left out", "forged", SAMPLED_OPEN);
	CHECK_SAMPLED("The last ACK may be among the segments that were left out", "LAST_ACK", SAMPLED_OPEN,
		      "1 C F. seq 1 ack 1 win 502", "1.1 S F. seq 1 ack 2 win 502");
}

static void a_syn_ack_that_is_not_repeated_tells_of_cookies(void)
{
	CHECK_EXPLAINS("the capture ends before the client acknowledged", "cookies", "0 C S seq 0 win 64240",
		       "0.01 S S. seq 0 ack 1 win 65160");
	/* another connection tells how late it is */
	CHECK_EXPLAINS("That the server did not repeat it tells of SYN cookies", "capture ends before",
		       "9 C S seq 0 win 64240 port 5", "5 C S seq 0 win 64240",
		       "5.01 S S. seq 0 ack 1 win 65160");
}

static void a_tls_alert_says_why_it_ended(void)
{
#define CLOSES "1.1 S F. seq 1 ack 8 win 502", "1.2 C R. seq 8 ack 2 win 0"
	CHECK_EXPLAINS("The client broke the TLS handshake off with TLS Alert unknown_ca", NULL, HANDSHAKE,
		       "1 C P. seq 1 ack 1 win 502 alert 48", CLOSES);
	CHECK_EXPLAINS("TLS Alert unknown_ca by client", NULL, HANDSHAKE,
		       "1 C P. seq 1 ack 1 win 502 alert 48", CLOSES);
	/* close_notify */
	CHECK_EXPLAINS("answered the other end's FIN", "Alert", HANDSHAKE,
		       "1 C P. seq 1 ack 1 win 502 alert 0", CLOSES);
	/* a warning: the handshake goes on */
	CHECK_EXPLAINS("answered the other end's FIN", "Alert", HANDSHAKE,
		       "1 C P. seq 1 ack 1 win 502 warning 112", CLOSES);
	CHECK_EXPLAINS("answered the other end's FIN", "Alert", HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 7",
		       CLOSES);
}

static void a_window_is_closed_until_the_end_at_most(void)
{
#define SHUT HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100", "1.1 S . seq 1 ack 101 win 0"
	/* another connection goes on */
	CHECK_EXPLAINS("zero window of server: 1 time, 8.9 s in all", NULL, "10 C S port 5 seq 0 win 502",
		       SHUT);
	CHECK_EXPLAINS("zero window of server: 1 time, 2.0 s in all", NULL, "10 C S port 5 seq 0 win 502",
		       SHUT, "3.1 S R. seq 1 ack 101 win 0");
	CHECK_EXPLAINS("zero window of server: 1 time, 2.0 s in all", NULL, "10 C S port 5 seq 0 win 502",
		       SHUT, "3 C F. seq 101 ack 1 win 502", "3.05 S F. seq 1 ack 102 win 0",
		       "3.1 C . seq 102 ack 2 win 502");
}

static void only_what_waited_as_long_came_by_timer(void)
{
	CHECK_EXPLAINS("(1 by timer, longest wait 300 ms)", NULL, HANDSHAKE,
		       "1 C P. seq 1 ack 1 win 502 len 100", "1.3 C P. seq 1 ack 1 win 502 len 100");
	CHECK_EXPLAINS("(1 sooner than a timer, longest wait 60 ms)", "by timer", HANDSHAKE,
		       "1 C P. seq 1 ack 1 win 502 len 100", "1.06 C P. seq 1 ack 1 win 502 len 100");
}

static void losses_of_the_capture_are_not_the_networks(void)
{
	/* the hole is seen before the loss is told: rings are told of apart */
	CHECK_EXPLAINS("The capture itself lost 3 packets meanwhile", "hole in what", HANDSHAKE,
		       "1 C P. seq 101 ack 1 win 502 len 100", "1.1 S . seq 1 ack 201 win 502 lost 3");
	CHECK_EXPLAINS("on which side of this point cannot be told", "between", HANDSHAKE,
		       "1 C P. seq 101 ack 1 win 502 len 100 lost 3", "1.3 C P. seq 1 ack 1 win 502 len 100");
	CHECK_EXPLAINS("The capture itself lost 3 packets meanwhile: what is missing here (an answer,", NULL,
		       "0 C S seq 0 win 64240", "1 C S seq 0 win 64240 lost 3");
}

static void a_late_handshake_names_its_price(void)
{
	CHECK_EXPLAINS("The SYN was sent 2 times, which cost 1000 ms", "sent again", "0 C S seq 0 win 64240",
		       "1 C S seq 0 win 64240", "1.01 S S. seq 0 ack 1 win 65160",
		       "1.02 C . seq 1 ack 1 win 502", "1.03 C F. seq 1 ack 1 win 502",
		       "1.04 S F. seq 1 ack 2 win 502");
}

static void what_was_before_the_capture_is_not_judged(void)
{
	CHECK_EXPLAINS("bytes are counted from there", "never answered", "0 C P. seq 1 ack 1 win 502 len 100",
		       "0.1 S R. seq 1 ack 101 win 0");
	CHECK_EXPLAINS("bytes are counted from there", NULL, "0 C P. seq 1 ack 1 win 502 len 100",
		       "0.1 S R seq 1 win 0");
	CHECK_EXPLAINS("before a byte of payload passed here; the capture began later", "accept queue",
		       "0 C . seq 1 ack 1 win 502", "0.1 S R. seq 1 ack 1 win 0");
	CHECK_EXPLAINS("before a byte of payload passed here; the capture began later", "accept queue",
		       "0 C . seq 1 ack 1 win 502", "0.1 S R seq 1 win 0");
	CHECK_EXPLAINS("It never answered a byte", "counted from", HANDSHAKE,
		       "1 C P. seq 1 ack 1 win 502 len 100", "1.1 S R. seq 1 ack 101 win 0");
}

static void a_capture_that_ends_soon_says_so(void)
{
	CHECK_EXPLAINS("The capture ends 0.000 ms after the last SYN: an answer may have come later.", NULL,
		       "0 C S seq 0 win 64240");
}

static void a_handshake_said_again_blames_no_side(void)
{
	CHECK_EXPLAINS("The SYN-ACK was sent 2 times", "passed here already", HANDSHAKE,
		       "1.02 S S. seq 0 ack 1 win 65160", "1.03 C . seq 1 ack 1 win 502",
		       "1.04 C F. seq 1 ack 1 win 502", "1.05 S F. seq 1 ack 2 win 502");
}

static void a_slow_answer_is_the_applications(void)
{
	CHECK_EXPLAINS("its answer came only 2.2 s after it: its application, or what that waits for", NULL,
		       HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100", "1.01 S . seq 1 ack 101 win 502",
		       "3.2 S P. seq 1 ack 101 win 502 len 10");
	/* without that acknowledgment the network may have had it */
	CHECK_EXPLAINS("longest silence server's, 2.2 s", "answer came only", HANDSHAKE,
		       "1 C P. seq 1 ack 1 win 502 len 100", "3.2 S P. seq 1 ack 101 win 502 len 10");
}

static void what_the_network_held_back_is_nobodys_silence(void)
{
	CHECK_EXPLAINS("passed here already", "silence", HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 100",
		       "0.4 C P. seq 1 ack 1 win 502 len 100", "1.0 C P. seq 1 ack 1 win 502 len 100",
		       "1.9 C P. seq 1 ack 1 win 502 len 100", "1.91 S P. seq 1 ack 101 win 502 len 10");
	CHECK_EXPLAINS("zero window of server: 1 time, 3.0 s", "silence", HANDSHAKE,
		       "0.1 C P. seq 1 ack 1 win 502 len 100", "0.11 S . seq 1 ack 101 win 0",
		       "3.11 S . seq 1 ack 101 win 502", "3.12 C P. seq 101 ack 1 win 502 len 100");
	/* the other end's part cannot be heard */
	CHECK_EXPLAINS("Only segments from", "silence", "0 C . seq 1 ack 1 win 502 len 10",
		       "9 C . seq 11 ack 9 win 502 len 9");
}

static void a_reset_tells_by_its_ttl_who_sent_it(void)
{
	CHECK_EXPLAINS("The RST's TTL, 57, is that of the server's other segments", "may have forged",
		       HANDSHAKE, "1 S P. seq 1 ack 1 win 502 len 100 ttl 57",
		       "1.1 S R. seq 101 ack 1 win 0 ttl 57");
	CHECK_EXPLAINS("the RST came with TTL 62 and the server's other segments with 57: a machine between",
		       "is that of", HANDSHAKE, "1 S P. seq 1 ack 1 win 502 len 100 ttl 57",
		       "1.1 S R. seq 101 ack 1 win 0 ttl 62");
	CHECK_EXPLAINS("The RST's TTL, 245, tells of as many hops (10) as the server's other segments, 54",
		       "may have forged", HANDSHAKE, "1 S P. seq 1 ack 1 win 502 len 100 ttl 54",
		       "1.1 S R. seq 101 ack 1 win 0 ttl 245");
	CHECK_EXPLAINS("compare the RST's TTL with the client's other segments", "is that of", HANDSHAKE,
		       "1 C P. seq 1 ack 1 win 502 len 100", "1.1 C R. seq 101 ack 1 win 0 ttl 62");
}

static void fins_that_cross_may_be_said_again(void)
{
	CHECK_EXPLAINS("The client's FIN came again only to acknowledge the other.", "was lost", HANDSHAKE,
		       "1 C F. seq 1 ack 1 win 502", "1.001 S F. seq 1 ack 1 win 502",
		       "1.010 C F. seq 1 ack 2 win 502", "1.011 S . seq 2 ack 2 win 502");
	CHECK_EXPLAINS("was lost", "only to acknowledge", HANDSHAKE, "1 C F. seq 1 ack 1 win 502",
		       "1.001 S F. seq 1 ack 1 win 502", "1.010 C . seq 2 ack 2 win 502",
		       "1.3 C F. seq 1 ack 2 win 502", "1.311 S . seq 2 ack 2 win 502");
}

static void who_listens_late_refuses_first(void)
{
	CHECK_EXPLAINS("The SYN was refused with RST at first; the client tried again and was let in 500 ms",
		       "accept queue", "0 C S seq 0 win 64240", "0.001 S R. seq 0 ack 1 win 0",
		       "0.5 C S seq 0 win 64240", "0.51 S S. seq 0 ack 1 win 65160",
		       "0.52 C . seq 1 ack 1 win 502", "0.53 S P. seq 1 ack 1 win 502 len 10");
}

static void two_answers_to_one_syn_are_two_machines(void)
{
	CHECK_EXPLAINS("The SYN was answered with two different numbers", "accept queue",
		       "0 C S seq 0 win 64240", "0.010 S S. seq 0 ack 1 win 65160",
		       "0.011 S S. seq 777 ack 1 win 65160", "0.02 C . seq 1 ack 1 win 502",
		       "0.03 S P. seq 1 ack 1 win 502 len 10");
}

static void one_packet_seen_twice_proves_no_loss(void)
{
	CHECK_EXPLAINS("1 packet came by more than once", "lost", HANDSHAKE,
		       "0.05 C . seq 1 ack 1 win 501 id 6", "0.1 C P. seq 1 ack 1 win 502 len 100 id 7",
		       "0.1001 C P. seq 1 ack 1 win 502 len 100 id 7", "0.11 S . seq 1 ack 101 win 502");
	CHECK_EXPLAINS("Neither end closed", "The SYN was sent", "0 C S seq 0 win 64240 id 1",
		       "0.0001 C S seq 0 win 64240 id 1", "0.010 S S. seq 0 ack 1 win 65160",
		       "0.020 C . seq 1 ack 1 win 502", "0.03 S P. seq 1 ack 1 win 502 len 10");
}

#define LARGE(at, n) at " S . seq 51 ack 101 win 502 len " n
#define ASKED HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100", "1.01 S P. seq 1 ack 101 win 502 len 50"

static void large_segments_that_never_arrive_hint_at_the_mtu(void)
{
	CHECK_EXPLAINS(
		"The server sent a segment of 1448 bytes again 3 times as its timer ran out, and only up "
		"to 50 at once were ever acknowledged: if the other end is not gone, packets of 1488",
		"it looks as if", ASKED, "1.02 C . seq 101 ack 51 win 502", LARGE("1.03", "1448"),
		LARGE("1.3", "1448"), LARGE("1.8", "1448"), LARGE("2.8", "1448"));
	CHECK_EXPLAINS("it looks as if packets of 1488 bytes do not get through", "is not gone", ASKED,
		       "1.02 C . seq 101 ack 51 win 502", LARGE("1.03", "1448"), LARGE("1.3", "1448"),
		       LARGE("1.8", "1448"), LARGE("2.8", "1448"), "9 C F. seq 101 ack 51 win 502");
	CHECK_EXPLAINS("only what it cut to 1000 was acknowledged", "is not gone", ASKED,
		       "1.02 C . seq 101 ack 51 win 502", LARGE("1.03", "1448"), LARGE("1.3", "1448"),
		       LARGE("1.8", "1448"), LARGE("2.8", "1000"), "2.81 C . seq 101 ack 1051 win 502");
	/* small ones are lost as well; large ones arrived before; twice is ordinary; it arrives at last */
	CHECK_EXPLAINS("sent again", "get through", ASKED, "1.02 C . seq 101 ack 51 win 502",
		       LARGE("1.03", "700"), LARGE("1.3", "700"), LARGE("1.8", "700"), LARGE("2.8", "700"));
	CHECK_EXPLAINS(
		"sent again", "get through", HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100",
		"1.01 S P. seq 1 ack 101 win 502 len 1448", "1.02 C . seq 101 ack 1449 win 502",
		"1.03 S . seq 1449 ack 101 win 502 len 1448", "1.3 S . seq 1449 ack 101 win 502 len 1448",
		"1.8 S . seq 1449 ack 101 win 502 len 1448", "2.8 S . seq 1449 ack 101 win 502 len 1448");
	CHECK_EXPLAINS("sent again", "get through", ASKED, "1.02 C . seq 101 ack 51 win 502",
		       LARGE("1.03", "1448"), LARGE("1.3", "1448"), LARGE("1.8", "1448"));
	CHECK_EXPLAINS("sent again", "get through", ASKED, "1.02 C . seq 101 ack 51 win 502",
		       LARGE("1.03", "1448"), LARGE("1.3", "1448"), LARGE("1.8", "1448"),
		       LARGE("2.8", "1448"), "2.9 C . seq 101 ack 1499 win 502");
	/* how it began is not known */
	CHECK_EXPLAINS("sent again", "get through", LARGE("1.03", "1448"), "1.04 C . seq 101 ack 51 win 502",
		       LARGE("1.3", "1448"), LARGE("1.8", "1448"), LARGE("2.8", "1448"));
}

static void who_repeats_its_syn_did_not_get_the_answer(void)
{
	CHECK_EXPLAINS("the client is there and does not get it", "forged", "0 C S seq 0 win 64240",
		       "0.01 S S. seq 0 ack 1 win 65160", "1 C S seq 0 win 64240",
		       "1.01 S S. seq 0 ack 1 win 65160");
	CHECK_EXPLAINS("the SYN came from a forged address", "is there", "0 C S seq 0 win 64240",
		       "0.01 S S. seq 0 ack 1 win 65160", "1.01 S S. seq 0 ack 1 win 65160");
}

#define CLOSED HANDSHAKE, "1 C F. seq 1 ack 1 win 502", "1.01 S . seq 1 ack 2 win 502"

static void only_data_after_a_fin_met_a_closed_socket(void)
{
#define LATER "That data never reached its application"
	CHECK_EXPLAINS(LATER, "FIN_WAIT_2", CLOSED, "2 S P. seq 1 ack 2 win 502 len 10",
		       "2.01 C R seq 2 win 0");
	CHECK_EXPLAINS(LATER, "FIN_WAIT_2", CLOSED, "2 S FP. seq 1 ack 2 win 502 len 10",
		       "2.01 C R seq 2 win 0");
	CHECK_EXPLAINS("or its socket timed out in FIN_WAIT_2", LATER, CLOSED, "3 C R. seq 2 ack 1 win 0");
	CHECK_EXPLAINS("or its socket timed out in FIN_WAIT_2", LATER, CLOSED, "3 S F. seq 1 ack 2 win 502",
		       "3.01 C R. seq 2 ack 1 win 0");
	/* it came before the FIN, it was acknowledged, it came after the RST */
	CHECK_EXPLAINS("its application closed for good", LATER, HANDSHAKE,
		       "0.9 S P. seq 1 ack 1 win 502 len 10", "1 C F. seq 1 ack 1 win 502",
		       "3 C R. seq 2 ack 1 win 0");
	CHECK_EXPLAINS("its application closed for good", LATER, CLOSED, "2 S P. seq 1 ack 2 win 502 len 10",
		       "2.01 C . seq 2 ack 11 win 502", "3 C R. seq 2 ack 11 win 0");
	CHECK_EXPLAINS("its application closed for good", LATER, CLOSED, "3 C R. seq 2 ack 1 win 0",
		       "3.001 S P. seq 1 ack 2 win 502 len 10");
}

static void who_knows_no_connection_says_so_in_any_state(void)
{
#define UNKNOWN_THERE "The RST carries no ACK, as what a machine says that knows no such connection"
	CHECK_EXPLAINS(UNKNOWN_THERE, "SO_LINGER", HANDSHAKE, "60 C . seq 0 ack 1 win 502",
		       "60.01 S . seq 1 ack 1 win 502", "120 C . seq 0 ack 1 win 502",
		       "120.01 S R seq 1 win 0");
	CHECK_EXPLAINS(UNKNOWN_THERE, "SO_LINGER", HANDSHAKE, "3600 C F. seq 1 ack 1 win 502",
		       "3600.01 S R seq 1 win 0");
	/* it may never have known it */
	CHECK_EXPLAINS("Its accept queue overflowed (tcp_abort_on_overflow), what stands", "SO_LINGER",
		       HANDSHAKE, "0.03 S R seq 1 win 0");
	CHECK_EXPLAINS("an RST without ACK, as what a machine says", "application closed for good", CLOSED,
		       "99 S F. seq 1 ack 2 win 502", "99.01 C R seq 2 win 0");
}

static void what_came_again_need_not_be_what_is_missing(void)
{
#define UNSEEN                                                                                               \
	HANDSHAKE, "1 C P. seq 101 ack 1 win 502 len 100", "1.02 S . seq 1 ack 201 win 502",                 \
		"2 C P. seq 201 ack 1 win 502 len 100", "2.3 C P. seq 201 ack 1 win 502 len 100",            \
		"2.32 S . seq 1 ack 301 win 502"
	CHECK_EXPLAINS("this capture missed them, or they took another way.", "came again later", UNSEEN);
	CHECK_EXPLAINS("The client sent again what had passed here already", "came again later", UNSEEN);
	/* which holes there were is forgotten */
	CHECK_EXPLAINS("on which side of this point cannot be told", "did not come again", HANDSHAKE,
		       "1 C P. seq 101 ack 1 win 502 len 100", "1.1 C P. seq 301 ack 1 win 502 len 100",
		       "1.2 C P. seq 501 ack 1 win 502 len 100", "1.5 C P. seq 1 ack 1 win 502 len 100");
}

static void a_fin_that_nobody_acknowledges_tells_of_no_close_wait(void)
{
	CHECK_EXPLAINS("never acknowledged, sent 2 times", "CLOSE_WAIT", HANDSHAKE,
		       "1 C F. seq 1 ack 1 win 502", "1.3 C F. seq 1 ack 1 win 502");
	CHECK_EXPLAINS("CLOSE_WAIT", "never acknowledged", HANDSHAKE, "1 C F. seq 1 ack 1 win 502",
		       "1.3 S . seq 1 ack 2 win 502");
}

/* The server holds it half-open as long as nobody accepts: it drops the ACK and the data. */
#define ONLY_SYN_ACK                                                                                         \
	HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 3", "0.4 C P. seq 1 ack 1 win 502 len 3",               \
		"0.9 C P. seq 1 ack 1 win 502 len 3"
#define QUEUE_FULL "or the server's accept queue was full, which drops them."

static void a_server_that_says_nothing_after_its_syn_ack_may_have_a_full_queue(void)
{
	struct strbuf b = { 0 };
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 3", "0.4 C P. seq 1 ack 1 win 502 len 3");
	flow_explain(&b, s.conn, flow_now(s.table) + 9000000000);
	CHECK(strstr(strbuf_cstr(&b), QUEUE_FULL) != NULL);
	CHECK(strstr(strbuf_cstr(&b), "An idle connection") == NULL);
	strbuf_free(&b);
	script_end(&s);
	CHECK_EXPLAINS(QUEUE_FULL, "was slow to answer", ONLY_SYN_ACK);
	CHECK_EXPLAINS("given the half-open one up", "middlebox forgot", ONLY_SYN_ACK, "2 S R seq 1 win 0");
	/* it spoke, or the SYN was all that came again */
	CHECK_EXPLAINS("was slow to answer", QUEUE_FULL, ONLY_SYN_ACK, "1 S . seq 1 ack 1 win 502");
	CHECK_EXPLAINS("SYN was sent 2 times", QUEUE_FULL, "0 C S seq 0 win 64240", "1 C S seq 0 win 64240",
		       "1.01 S S. seq 0 ack 1 win 65160", "1.02 C . seq 1 ack 1 win 502",
		       "1.03 C P. seq 1 ack 1 win 502 len 3");
}

static void what_comes_again_after_a_reset_tells_of_no_loss(void)
{
#define DEAF "1 C R. seq 1 ack 1 win 0", "3 S F. seq 1 ack 1 win 502"
	CHECK_EXPLAINS("The server went on sending long after: that RST", "was slow to answer", HANDSHAKE,
		       DEAF, "3.3 S F. seq 1 ack 1 win 502");
	/* … soon after it, it was on its way */
	CHECK_EXPLAINS("reset the connection", "went on sending", HANDSHAKE,
		       "0.99 S P. seq 1 ack 1 win 502 len 9", "1 C R. seq 1 ack 1 win 0",
		       "1.1 S P. seq 1 ack 1 win 502 len 9");
}

static void who_has_data_outstanding_did_not_forget_to_close(void)
{
	CHECK_EXPLAINS("its FIN waits behind that", "CLOSE_WAIT", HANDSHAKE,
		       "0.1 C P. seq 1 ack 1 win 502 len 1000", "0.2 S F. seq 1 ack 1 win 502",
		       "0.21 C . seq 1001 ack 2 win 502", "0.5 C P. seq 1 ack 2 win 502 len 1000");
	CHECK_EXPLAINS("CLOSE_WAIT", "its FIN waits", HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 1000",
		       "0.2 S F. seq 1 ack 1001 win 502", "0.21 C . seq 1001 ack 2 win 502");
}

static void nothing_unread_is_left_by_who_was_sent_nothing(void)
{
	CHECK_EXPLAINS("stopped listening before it had accepted", "data unread", HANDSHAKE,
		       "1 C F. seq 1 ack 1 win 502", "1.01 S R. seq 1 ack 2 win 0");
	CHECK_EXPLAINS("data unread, or with SO_LINGER 0, or stopped listening", NULL, HANDSHAKE,
		       "0.9 C P. seq 1 ack 1 win 502 len 9", "1 C F. seq 10 ack 1 win 502",
		       "1.01 S R. seq 1 ack 11 win 0");
	CHECK_EXPLAINS("closed with SO_LINGER 0.", "data unread", HANDSHAKE, "1 S F. seq 1 ack 1 win 502",
		       "1.01 C R. seq 1 ack 2 win 0");
}

static void a_repeated_handshake_is_told_of_by_what_passed(void)
{
	CHECK_EXPLAINS("counts from the last SYN", "counts that wait", "0 C S seq 0 win 64240",
		       "1 C S seq 0 win 64240", "1.2 S S. seq 0 ack 1 win 65160",
		       "1.3 C . seq 1 ack 1 win 502");
	/* the SYN-ACK passed here, and the client asked again */
	CHECK_EXPLAINS("did not reach the client, or late", "accept queue", "0 C S seq 0 win 64240",
		       "0.01 S S. seq 0 ack 1 win 65160", "1 C S seq 0 win 64240",
		       "1.01 S S. seq 0 ack 1 win 65160", "1.02 C . seq 1 ack 1 win 502");
	/* the ACK passed here */
	CHECK_EXPLAINS("lost between this point and the server", "counts that wait", HANDSHAKE,
		       "1.01 S S. seq 0 ack 1 win 65160", "1.02 C . seq 1 ack 1 win 502",
		       "2 C P. seq 1 ack 1 win 502 len 9", "2.01 S . seq 1 ack 10 win 502");
	CHECK_EXPLAINS("counts that wait", "lost between this point", "0 C S seq 0 win 64240",
		       "0.001 S S. seq 0 ack 1 win 65160", "1.001 S S. seq 0 ack 1 win 65160",
		       "1.021 C . seq 1 ack 1 win 502");
}

static void a_request_that_crossed_the_fin_never_arrived(void)
{
#define CROSSED "0.1 C P. seq 1 ack 1 win 502 len 19", "0.105 S F. seq 1 ack 1 win 502"
	CHECK_EXPLAINS("never reached its application", "timed out", HANDSHAKE, CROSSED,
		       "0.12 S R seq 1 win 0");
	/* one of a socket that is still there may have other reasons */
	CHECK_EXPLAINS("closed for good", "never reached", HANDSHAKE, CROSSED, "0.12 S R. seq 2 ack 1 win 0");
}

static void what_came_after_a_refusal_does_not_move_it(void)
{
	CHECK_EXPLAINS("answered the SYN after 5.000 ms with RST", NULL, "0 C S seq 0 ack 0 win 502",
		       "0.005 S R. seq 0 ack 1 win 0", "0.9 S R. seq 0 ack 1 win 0");
}

static void records_in_the_wrong_order_prove_no_loss(void)
{
	CHECK_EXPLAINS("overtaken between the client and this point", "they were lost between", HANDSHAKE,
		       "0.2 C P. seq 1 ack 1 win 502 len 10", "0.2005 C P. seq 21 ack 1 win 502 len 10",
		       "0.2002 C P. seq 11 ack 1 win 502 len 10");
}

static void a_fin_that_came_late_was_lost_before(void)
{
	CHECK_EXPLAINS("they were lost between the client and this point", "sent again what had passed",
		       HANDSHAKE, "0.2 C . seq 2 ack 1 win 502", "0.9 C F. seq 1 ack 1 win 502");
}

int main(void)
{
	RUN(what_passed_and_came_again_was_lost_behind);
	RUN(what_was_missing_and_came_later_was_lost_before);
	RUN(sampled_input_judges_no_loss);
	RUN(only_what_waited_as_long_came_by_timer);
	RUN(losses_of_the_capture_are_not_the_networks);
	RUN(a_late_handshake_names_its_price);
	RUN(a_handshake_said_again_blames_no_side);
	RUN(a_slow_answer_is_the_applications);
	RUN(what_the_network_held_back_is_nobodys_silence);
	RUN(what_was_before_the_capture_is_not_judged);
	RUN(a_capture_that_ends_soon_says_so);
	RUN(a_reset_tells_by_its_ttl_who_sent_it);
	RUN(fins_that_cross_may_be_said_again);
	RUN(who_listens_late_refuses_first);
	RUN(two_answers_to_one_syn_are_two_machines);
	RUN(one_packet_seen_twice_proves_no_loss);
	RUN(large_segments_that_never_arrive_hint_at_the_mtu);
	RUN(who_repeats_its_syn_did_not_get_the_answer);
	RUN(a_tls_alert_says_why_it_ended);
	RUN(a_window_is_closed_until_the_end_at_most);
	RUN(what_was_left_out_on_purpose_proves_nothing);
	RUN(a_syn_ack_that_is_not_repeated_tells_of_cookies);
	RUN(only_data_after_a_fin_met_a_closed_socket);
	RUN(who_knows_no_connection_says_so_in_any_state);
	RUN(what_came_again_need_not_be_what_is_missing);
	RUN(a_fin_that_nobody_acknowledges_tells_of_no_close_wait);
	RUN(a_server_that_says_nothing_after_its_syn_ack_may_have_a_full_queue);
	RUN(what_comes_again_after_a_reset_tells_of_no_loss);
	RUN(who_has_data_outstanding_did_not_forget_to_close);
	RUN(nothing_unread_is_left_by_who_was_sent_nothing);
	RUN(a_repeated_handshake_is_told_of_by_what_passed);
	RUN(a_request_that_crossed_the_fin_never_arrived);
	RUN(what_came_after_a_refusal_does_not_move_it);
	RUN(records_in_the_wrong_order_prove_no_loss);
	RUN(a_fin_that_came_late_was_lost_before);
	return CHECK_DONE();
}
