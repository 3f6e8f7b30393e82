// SPDX-License-Identifier: BSD-2-Clause
/* Who was asked and said nothing, and who was not there any more. */
#include "told.h"
#include "flow/silence.h"

#define ASKED HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100", "1.01 S . seq 1 ack 101 win 502"

#define CHECK_ASKS(want, bytes, len)                                                                         \
	do {                                                                                                 \
		struct decoded d_ = { .payload = (const uint8_t *)(bytes),                                   \
				      .payload_cap = sizeof(bytes) - 1,                                      \
				      .payload_len = len };                                                  \
		CHECK_EQ(flow_asks(&d_), want);                                                              \
	} while (0)

static void what_only_keeps_a_connection_asks_nothing(void)
{
	struct decoded unknown = { .payload_len = 99 };

	CHECK_ASKS(true, "GET /", 5);
	CHECK_ASKS(true, "*1\r\n$4\r\nPING\r\n", 14);
	CHECK_ASKS(false, "\x17\x03\x03\x00\x1e", 35); /* a WINDOW_UPDATE, encrypted */
	CHECK_ASKS(true, "\x17\x03\x03\x00\x90", 149);
	CHECK_ASKS(false, "\x15\x03\x03\x00\x90", 149);
	CHECK_ASKS(true, "\x16\x03\x01\x02\x00\x01", 517);
	CHECK_ASKS(false, "\0\0\x04\x08\0\0\0\0\0\0\0\1\0", 13);
	CHECK_ASKS(false, "\0\0\0\x04\1\0\0\0\0", 9);
	CHECK_ASKS(true, "\0\0\x20\x01\5\0\0\0\1", 41); /* HEADERS */
	CHECK_EQ(flow_asks(&unknown), false);
	unknown.payload_len = 100;
	CHECK_EQ(flow_asks(&unknown), true);
}

static void a_question_without_an_answer_is_told_first(void)
{
	CHECK_EXPLAINS(
		"The server had acknowledged what the client sent last, and no answer came for 3.0 s; then "
		"the client gave up. ",
		"crashed", ASKED, "4 C R. seq 101 ack 1 win 0");
	/* the server closed; what the client says to that is not the end */
	CHECK_EXPLAINS("; then the server ended it", "the client gave up", HANDSHAKE,
		       "0.1 C P. seq 1 ack 1 win 502 len 200", "0.11 S . seq 1 ack 201 win 502",
		       "7 S F. seq 1 ack 201 win 502", "7.01 C R seq 201 win 0");
	CHECK_EXPLAINS("did not answer for 3.0 s; then the client gave up. ", "stays in CLOSE_WAIT forgot",
		       ASKED, "4 C F. seq 101 ack 1 win 502", "4.01 S . seq 1 ack 102 win 502");
	CHECK_EXPLAINS("did not answer for 3.0 s; then the server ended it without an answer", NULL, ASKED,
		       "4 S F. seq 1 ack 101 win 502", "4.01 C F. seq 101 ack 2 win 502",
		       "4.02 S . seq 2 ack 102 win 502");
	/* it had not acknowledged, it was answered, it did not wait */
	CHECK_EXPLAINS("reset", "gave up", HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100",
		       "4 C R. seq 101 ack 1 win 0");
	CHECK_EXPLAINS("reset", "gave up", ASKED, "1.1 S P. seq 1 ack 101 win 502 len 10",
		       "1.11 C . seq 101 ack 11 win 502", "4 C R. seq 101 ack 11 win 0");
	CHECK_EXPLAINS("reset", "gave up", ASKED, "1.2 C R. seq 101 ack 1 win 0");
}

static void an_answer_after_the_end_is_timed_from_the_question(void)
{
	CHECK_EXPLAINS(
		"no answer came for 2.0 s; then the client gave up, and an answer came 4.0 s after the "
		"question.",
		"answer came only", ASKED, "3 C F. seq 101 ack 1 win 502", "3.01 S . seq 1 ack 102 win 502",
		"5 S P. seq 1 ack 102 win 502 len 10", "5.01 C R seq 102 ack 0 win 0");
}

#define NOT_THE_NETWORK "took the time, not the network"
#define OR_IT_WAS_LOST "took the time, or the answer was lost on the way here"
#define AT_SERVER(at, line) at " S . " line " ttl 64 dir 2"
#define ASKED_THERE                                                                                          \
	"0 C S seq 0 win 64240 dir 1", "0.01 S S. seq 0 ack 1 win 65160 ttl 64 dir 2",                       \
		"0.02 C . seq 1 ack 1 win 502 dir 1", "1 C P. seq 1 ack 1 win 502 len 100 dir 1",            \
		AT_SERVER("1.01", "seq 1 ack 101 win 502")

static void only_what_cannot_be_lost_clears_the_network(void)
{
	CHECK_EXPLAINS(OR_IT_WAS_LOST, "not the network", ASKED, "4 C R. seq 101 ack 1 win 0");
	CHECK_EXPLAINS(NOT_THE_NETWORK, "lost on", ASKED_THERE, "4 C R. seq 101 ack 1 win 0 dir 1");
	/* the server's numbers leave no room for an answer */
	CHECK_EXPLAINS(NOT_THE_NETWORK, "lost on", ASKED, "4 C F. seq 101 ack 1 win 502",
		       "4.01 S . seq 1 ack 102 win 502");
	CHECK_EXPLAINS(NOT_THE_NETWORK, "lost on", ASKED, "4 S F. seq 1 ack 101 win 502");
	CHECK_EXPLAINS("its application owes it, or it was lost on the way here", NULL, ASKED,
		       "7 C . seq 100 ack 1 win 502 len 1");
	CHECK_EXPLAINS("its application owes it. ", "lost on", ASKED_THERE,
		       "7 C . seq 100 ack 1 win 502 len 1 dir 1");
	CHECK_EXPLAINS(OR_IT_WAS_LOST, "not the network", ASKED, "4 S P. seq 1 ack 101 win 502 len 10");
	CHECK_EXPLAINS(NOT_THE_NETWORK, "lost on", ASKED_THERE,
		       AT_SERVER("4", "seq 1 ack 101 win 502 len 10"));
	/* a router sends out as well */
	CHECK_EXPLAINS(OR_IT_WAS_LOST, "not the network", ASKED_THERE,
		       "4 S P. seq 1 ack 101 win 502 len 10 ttl 63 dir 2",
		       "4.01 S P. seq 11 ack 101 win 502 len 10 ttl 63 dir 2");
}

static void an_answer_that_the_numbers_tell_of_was_given(void)
{
	CHECK_EXPLAINS("It had answered: its later segments count 1000 bytes that are missing here",
		       "took the time", ASKED, "4 C F. seq 101 ack 1 win 502",
		       "4.01 S . seq 1001 ack 102 win 502");
	CHECK_EXPLAINS("then the server ended it. It had answered", "without an answer", ASKED,
		       "4 S F. seq 1001 ack 101 win 502");
	CHECK_EXPLAINS("It had answered", "owes it", ASKED, "4 C . seq 100 ack 1 win 502",
		       "4.01 S . seq 1001 ack 101 win 502");
	/* that may be a FIN; that was before the question */
	CHECK_EXPLAINS("the client gave up", "It had answered", ASKED, "4 C F. seq 101 ack 1 win 502",
		       "4.01 S . seq 2 ack 102 win 502");
	CHECK_EXPLAINS("the client gave up", "It had answered", ASKED, "1.1 S . seq 1001 ack 101 win 502",
		       "2 C P. seq 101 ack 1001 win 502 len 100", "2.01 S . seq 1001 ack 201 win 502",
		       "5 C R. seq 201 ack 1001 win 0");
}

static void what_is_still_due_is_told(void)
{
	CHECK_EXPLAINS("has not answered for 6.0 s: if an answer is due", NULL, ASKED,
		       "7 C . seq 100 ack 1 win 502 len 1");
	CHECK_EXPLAINS("Neither end closed", "is due", ASKED, "1.1 S P. seq 1 ack 101 win 502 len 10",
		       "1.11 C . seq 101 ack 11 win 502", "7 C . seq 100 ack 11 win 502");
}

static void who_asks_in_vain_before_a_reset_gave_up(void)
{
	CHECK_EXPLAINS("it had asked or sent again 3 times and not heard the server for 4.0 s: the client's "
		       "application waits no longer than that, or its TCP gave up",
		       "crashed", ASKED, "1.1 S P. seq 1 ack 101 win 502 len 10",
		       "1.11 C . seq 101 ack 11 win 502", "2.1 C . seq 100 ack 11 win 502",
		       "3.1 C . seq 100 ack 11 win 502", "4.1 C . seq 100 ack 11 win 502",
		       "5.1 C R. seq 101 ack 11 win 502");
	/* answered keep-alives are none of it */
	CHECK_EXPLAINS("crashed", "gave up", ASKED, "1.1 S P. seq 1 ack 101 win 502 len 10",
		       "2.1 C . seq 100 ack 11 win 502", "3.1 C . seq 100 ack 11 win 502",
		       "3.11 S . seq 11 ack 101 win 502", "5.1 C R. seq 101 ack 11 win 502");
}

#define AGAIN(at) at " C P. seq 1 ack 1 win 502 len 100"

static void only_who_tries_for_long_has_a_tcp_that_gave_up(void)
{
	CHECK_EXPLAINS("for 38 s: the client's TCP gave up.", "application", HANDSHAKE, AGAIN("1"),
		       AGAIN("1.3"), AGAIN("1.9"), AGAIN("3"), AGAIN("5"), AGAIN("9"), AGAIN("17"),
		       AGAIN("33"), AGAIN("35"), "38 C R. seq 101 ack 1 win 0");
	CHECK_EXPLAINS("for 130 s: the client's TCP gave up.", "application", HANDSHAKE, AGAIN("1"),
		       AGAIN("31"), AGAIN("61"), "130 C R. seq 101 ack 1 win 0");
	/* it was idle for long, and tried shortly */
	CHECK_EXPLAINS("or its TCP gave up", "the client's TCP gave up", HANDSHAKE, AGAIN("129"),
		       AGAIN("129.3"), AGAIN("129.9"), "130 C R. seq 101 ack 1 win 0");
}

#define KEEP_ALIVE(at) at " C . seq 0 ack 1 win 502"
#define FIN(at) at " C F. seq 101 ack 1 win 502"

static void who_asks_in_vain_gives_up_in_any_state(void)
{
	CHECK_EXPLAINS("before a byte of payload. Before that it had asked or sent again 3 times",
		       "SO_LINGER", HANDSHAKE, KEEP_ALIVE("1"), KEEP_ALIVE("2"), KEEP_ALIVE("3"),
		       "4 C R. seq 1 ack 1 win 0");
	CHECK_EXPLAINS("reset the connection after the client's FIN. Before that it had asked", "later data",
		       ASKED, FIN("2"), FIN("2.2"), FIN("2.6"), "4 C R. seq 102 ack 1 win 0");
	CHECK_EXPLAINS("reset the connection after the server's FIN. Before that it had asked", "SO_LINGER",
		       HANDSHAKE, "0.5 S F. seq 1 ack 1 win 502", "1 C P. seq 1 ack 2 win 502 len 100",
		       "1.3 C P. seq 1 ack 2 win 502 len 100", "1.9 C P. seq 1 ack 2 win 502 len 100",
		       "4 C R. seq 101 ack 2 win 0");
}

static void a_machine_that_is_gone_owes_no_answer(void)
{
	CHECK_EXPLAINS("or its TCP gave up", "application, or what that waits for", ASKED,
		       "2 C . seq 100 ack 1 win 502", "3 C . seq 100 ack 1 win 502",
		       "4 C R. seq 101 ack 1 win 0");
	CHECK_EXPLAINS("the server was not heard for 3.0 s", "its application owes it", ASKED,
		       "2 C . seq 100 ack 1 win 502", "3 C . seq 100 ack 1 win 502",
		       "4.01 C . seq 100 ack 1 win 502");
}

static void who_is_not_heard_to_the_end_is_named(void)
{
	CHECK_EXPLAINS(
		"The client asked or sent again 3 times, and the server was not heard for 7.0 s, to the end",
		"slow to answer", HANDSHAKE, "0.5 S P. seq 1 ack 1 win 502 len 10",
		"0.52 C . seq 1 ack 11 win 502", "1 C P. seq 1 ack 11 win 502 len 100",
		"1.3 C P. seq 1 ack 11 win 502 len 100", "3.5 C P. seq 1 ack 11 win 502 len 100",
		"7.5 C P. seq 1 ack 11 win 502 len 100");
	CHECK_EXPLAINS("server not heard for 7.0 s, asked 3 times", NULL, HANDSHAKE,
		       "0.5 S P. seq 1 ack 1 win 502 len 10", "0.52 C . seq 1 ack 11 win 502",
		       "1.3 C . seq 0 ack 11 win 502", "3.5 C . seq 0 ack 11 win 502",
		       "7.5 C . seq 0 ack 11 win 502");
	CHECK_EXPLAINS("slow to answer", "not heard", HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100",
		       "1.3 C P. seq 1 ack 1 win 502 len 100", "1.9 C P. seq 1 ack 1 win 502 len 100",
		       "3.1 C P. seq 1 ack 1 win 502 len 100", "3.2 S . seq 1 ack 101 win 502");
}

#define FORWARDED(line) line " iface 1 dir 1", line " iface 2 dir 2"
#define ROUTED                                                                                               \
	FORWARDED("0 C S seq 0 win 64240"), "0.010 S S. seq 0 ack 1 win 65160 iface 2 dir 1",                \
		FORWARDED("0.02 C . seq 1 ack 1 win 502"),                                                   \
		FORWARDED("0.03 C P. seq 1 ack 1 win 502 len 10"),                                           \
		"0.04 S . seq 1 ack 11 win 502 iface 2 dir 1"

static void what_a_router_keeps_it_has_dropped(void)
{
	CHECK_EXPLAINS("but nothing of the last 4 segments, which came in and did not go out", "middlebox",
		       ROUTED, "1 C P. seq 11 ack 1 win 502 len 10 iface 1 dir 1",
		       "1.3 C P. seq 11 ack 1 win 502 len 10 iface 1 dir 1",
		       "2 C P. seq 11 ack 1 win 502 len 10 iface 1 dir 1",
		       "4 C P. seq 11 ack 1 win 502 len 10 iface 1 dir 1");
	CHECK_EXPLAINS("the path broke behind this point", "did not go out", ROUTED,
		       FORWARDED("1 C P. seq 11 ack 1 win 502 len 10"),
		       FORWARDED("1.3 C P. seq 11 ack 1 win 502 len 10"),
		       FORWARDED("2 C P. seq 11 ack 1 win 502 len 10"),
		       "4 C P. seq 11 ack 1 win 502 len 10 iface 1 dir 1");
}

static void a_reset_without_ack_knows_no_connection(void)
{
	CHECK_EXPLAINS("The RST carries no ACK", "crashed", ASKED, "1.1 S P. seq 1 ack 101 win 502 len 10",
		       "1.2 C P. seq 101 ack 11 win 502 len 10", "1.21 S R seq 11 ack 0 win 0");
}

static void what_passed_before_is_sent_again_however_soon(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "1 C . seq 1 ack 1 win 502 len 100", "1 C . seq 101 ack 1 win 502 len 100",
	       "1.004 C . seq 1 ack 1 win 502 len 100");
	CHECK_EQ(s.last.marks, FLOW_OUT_OF_ORDER); /* as Wireshark calls it */
	CHECK_EQ(flow_retrans(s.conn), 1);
	CHECK_EQ(flow_totals(s.table)->retrans, 1);
	CHECK_EQ(flow_client(s.conn)->out_of_order, 0);
	script_end(&s);
}

static void what_was_overtaken_is_not_lost(void)
{
	CHECK_EXPLAINS("they were overtaken between the client and this point, not lost", "they were lost",
		       HANDSHAKE, "1 C . seq 101 ack 1 win 502 len 100", "1.001 S . seq 1 ack 1 win 500",
		       "1.002 S . seq 1 ack 1 win 500", "1.003 S . seq 1 ack 1 win 500",
		       "1.0135 C . seq 1 ack 1 win 502 len 100", "1.014 S . seq 1 ack 201 win 500",
		       "1.015 C . seq 1 ack 1 win 502 len 100");
}

static void what_was_acknowledged_was_not_lost(void)
{
	CHECK_EXPLAINS("yet the server acknowledged them", "did not come again", HANDSHAKE,
		       "1 C P. seq 101 ack 1 win 502 len 100", "1.1 S . seq 1 ack 201 win 502");
}

int main(void)
{
	RUN(what_only_keeps_a_connection_asks_nothing);
	RUN(a_question_without_an_answer_is_told_first);
	RUN(an_answer_after_the_end_is_timed_from_the_question);
	RUN(only_what_cannot_be_lost_clears_the_network);
	RUN(an_answer_that_the_numbers_tell_of_was_given);
	RUN(what_is_still_due_is_told);
	RUN(who_asks_in_vain_before_a_reset_gave_up);
	RUN(only_who_tries_for_long_has_a_tcp_that_gave_up);
	RUN(who_asks_in_vain_gives_up_in_any_state);
	RUN(a_machine_that_is_gone_owes_no_answer);
	RUN(who_is_not_heard_to_the_end_is_named);
	RUN(what_a_router_keeps_it_has_dropped);
	RUN(a_reset_without_ack_knows_no_connection);
	RUN(what_passed_before_is_sent_again_however_soon);
	RUN(what_was_overtaken_is_not_lost);
	RUN(what_was_acknowledged_was_not_lost);
	return CHECK_DONE();
}
