// SPDX-License-Identifier: BSD-2-Clause
/* Data of a SYN that the server leaves: RFC 7413, 4.2. */
#include "told.h"

#define LEFT "0 C S seq 0 win 64240 len 20 mss 1460", "0.010 S S. seq 0 ack 1 win 65160 mss 1460"
#define TAKEN "0 C S seq 0 win 64240 len 20 mss 1460", "0.010 S S. seq 0 ack 21 win 65160 mss 1460"
#define IS_LEFT "The server did not take the data of the SYN (TCP Fast Open), so the client sent it again"
#define IS_LOST "sent again what had passed here already"

static void what_was_left_was_not_lost(void)
{
	CHECK_EXPLAINS(IS_LEFT, IS_LOST, LEFT, "0.011 C P. seq 1 ack 1 win 502 len 20",
		       "0.020 S . seq 1 ack 21 win 502");
	/* in two pieces, each once */
	CHECK_EXPLAINS(IS_LEFT, IS_LOST, LEFT, "0.011 C . seq 1 ack 1 win 502 len 12",
		       "0.011 C P. seq 13 ack 1 win 502 len 8", "0.020 S . seq 1 ack 21 win 502");
	/* the SYN was lost behind this point and came again without it */
	CHECK_EXPLAINS(IS_LEFT, IS_LOST, "0 C S seq 0 win 64240 len 20 mss 1460",
		       "1 C S seq 0 win 64240 mss 1460", "1.010 S S. seq 0 ack 1 win 65160 mss 1460",
		       "1.011 C P. seq 1 ack 1 win 502 len 20", "1.020 S . seq 1 ack 21 win 502");
}

static void what_comes_a_third_time_was_lost(void)
{
	CHECK_EXPLAINS(IS_LEFT, NULL, LEFT, "0.011 C P. seq 1 ack 1 win 502 len 20",
		       "0.4 C P. seq 1 ack 1 win 502 len 20", "0.41 S . seq 1 ack 21 win 502");
	CHECK_EXPLAINS(IS_LOST, NULL, LEFT, "0.011 C P. seq 1 ack 1 win 502 len 20",
		       "0.4 C P. seq 1 ack 1 win 502 len 20", "0.41 S . seq 1 ack 21 win 502");
}

static void what_was_taken_or_came_later_is_not_meant(void)
{
	CHECK_EXPLAINS(IS_LOST, IS_LEFT, TAKEN, "0.011 C . seq 21 ack 1 win 502",
		       "0.1 C P. seq 21 ack 1 win 502 len 20", "0.4 C P. seq 21 ack 1 win 502 len 20",
		       "0.41 S . seq 1 ack 41 win 502");
	CHECK_EXPLAINS(IS_LOST, IS_LEFT, HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 20",
		       "1.3 C P. seq 1 ack 1 win 502 len 20", "1.31 S . seq 1 ack 21 win 502");
}

static void data_behind_it_is_not_meant(void)
{
	CHECK_EXPLAINS(IS_LOST, NULL, LEFT, "0.011 C P. seq 1 ack 1 win 502 len 20",
		       "0.012 C P. seq 21 ack 1 win 502 len 20", "0.4 C P. seq 21 ack 1 win 502 len 20",
		       "0.41 S . seq 1 ack 41 win 502");
}

/* The first answer left it, the second, to the same SYN once more, takes it. */
static void an_answer_that_takes_it_counts(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, LEFT, "0.5 S S. seq 0 ack 21 win 65160 mss 1460", "0.511 C . seq 21 ack 1 win 502",
	       "0.6 C P. seq 1 ack 1 win 502 len 20");
	CHECK_EQ(s.conn->syn_data_again, 0);
	script_end(&s);
}

int main(void)
{
	RUN(what_was_left_was_not_lost);
	RUN(what_comes_a_third_time_was_lost);
	RUN(what_was_taken_or_came_later_is_not_meant);
	RUN(data_behind_it_is_not_meant);
	RUN(an_answer_that_takes_it_counts);
	return CHECK_DONE();
}
