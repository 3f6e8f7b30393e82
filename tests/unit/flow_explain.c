// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "check.h"
#include "flow/explain.h"
#include "flow/verdict.h"
#include "segments.h"

#define HANDSHAKE                                                                                            \
	"0 C S seq 0 win 64240 mss 1460 sack ws 7", "0.010 S S. seq 0 ack 1 win 65160 mss 1460 sack ws 7",   \
		"0.020 C . seq 1 ack 1 win 502"

/* What is explained has the first text, and not the second (or it is NULL). */
#define CHECK_EXPLAINS(want, never, ...)                                                                     \
	do {                                                                                                 \
		struct script s_;                                                                            \
		struct strbuf b_ = { 0 };                                                                    \
		const char *never_ = never;                                                                  \
                                                                                                             \
		script_begin(&s_, NULL);                                                                     \
		SCRIPT(&s_, __VA_ARGS__);                                                                    \
		flow_take_losses(s_.table, s_.conn);                                                         \
		flow_modifier_words(&b_, s_.conn, flow_now(s_.table), false);                                \
		flow_explain(&b_, s_.conn, flow_now(s_.table));                                              \
		CHECK(strstr(strbuf_cstr(&b_), want) != NULL);                                               \
		CHECK(!never_ || !strstr(strbuf_cstr(&b_), never_));                                         \
		strbuf_free(&b_);                                                                            \
		script_end(&s_);                                                                             \
	} while (0)

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
	CHECK_EXPLAINS("they were overtaken, or lost and soon sent again, between the client and this point",
		       "passed here", HANDSHAKE, "1 C P. seq 101 ack 1 win 502 len 100",
		       "1.001 C P. seq 1 ack 1 win 502 len 100");
	/* the copy came when all was there */
	CHECK_EXPLAINS("they were overtaken, or lost and soon sent again", "lost between", HANDSHAKE,
		       "1 C P. seq 101 ack 1 win 502 len 100", "1.001 C P. seq 1 ack 1 win 502 len 100",
		       "1.002 S . seq 1 ack 201 win 502", "1.003 C P. seq 1 ack 1 win 502 len 100");
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
	CHECK(!strstr(strbuf_cstr(&b), "answered only"));
	strbuf_free(&b);
	script_end(&s);
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
	CHECK_EXPLAINS("answered only 2.2 s after it came: its application, or what that waits for, took",
		       NULL, HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100",
		       "1.01 S . seq 1 ack 101 win 502", "3.2 S P. seq 1 ack 101 win 502 len 10");
	/* without that acknowledgment the network may have had it */
	CHECK_EXPLAINS("longest silence server's, 2.2 s", "answered only", HANDSHAKE,
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
	return CHECK_DONE();
}
