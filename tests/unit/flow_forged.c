// SPDX-License-Identifier: BSD-2-Clause
/* Which resets are taken for another's than the end in whose name they came. */
#include "told.h"

/* The server is 10 ms away. */
#define FAR                                                                                                  \
	"0 C S seq 0 win 64240", "0.010 S S. seq 0 ack 1 win 65160", "0.0101 C . seq 1 ack 1 win 502",       \
		"0.02 C P. seq 1 ack 1 win 502 len 10", "0.03 S . seq 1 ack 11 win 502",                     \
		"0.04 C P. seq 11 ack 1 win 502 len 10", "0.05 S . seq 1 ack 21 win 502",                    \
		"0.06 C P. seq 21 ack 1 win 502 len 10"

static void what_answers_sooner_than_the_server_ever_did_is_nearer(void)
{
	CHECK_EXPLAINS(
		"It acknowledges what had passed here only 1.000 ms before, and the server never answered in "
		"less than 10 ms: a machine nearer than the server sent it",
		"Its application closed", FAR, "0.061 S R. seq 1 ack 31 win 0");
	CHECK_EXPLAINS("Its application closed", "nearer", FAR, "0.070 S R. seq 1 ack 31 win 0");
	/* one slow answer tells nothing of the way */
	CHECK_EXPLAINS("Its application closed", "nearer", "0 C S seq 0 win 64240",
		       "0.010 S S. seq 0 ack 1 win 65160", "0.0101 C . seq 1 ack 1 win 502",
		       "0.02 C P. seq 1 ack 1 win 502 len 10", "0.021 S R. seq 1 ack 11 win 0");
	/* without the answer to a SYN that was sent once, all may be its application's time */
	CHECK_EXPLAINS("Its application closed", "nearer", "0 C S seq 0 win 64240", "1 C S seq 0 win 64240",
		       "1.001 S S. seq 0 ack 1 win 65160", "1.0011 C . seq 1 ack 1 win 502",
		       "2 C P. seq 1 ack 1 win 502 len 10", "2.03 S P. seq 1 ack 11 win 502 len 5",
		       "3 C P. seq 11 ack 6 win 502 len 10", "3.03 S P. seq 6 ack 21 win 502 len 5",
		       "4 C P. seq 21 ack 11 win 502 len 10", "4.03 S P. seq 11 ack 31 win 502 len 5",
		       "5 C P. seq 31 ack 16 win 502 len 10", "5.001 S R. seq 16 ack 41 win 0");
}

static void who_speaks_on_after_a_reset_did_not_send_it(void)
{
	CHECK_EXPLAINS("The server went on 10 ms after it", "Its application closed", FAR,
		       "0.070 S R. seq 1 ack 31 win 0", "0.080 S . seq 1 ack 31 win 502");
	CHECK_EXPLAINS("The server went on 1.000 ms after it", "Its application closed", FAR,
		       "0.070 S R. seq 1 ack 31 win 0", "0.071 S P. seq 1 ack 31 win 502 len 10");
	/* what was overtaken, and what the other sends */
	CHECK_EXPLAINS("Its application closed", "went on", FAR, "0.070 S R. seq 1 ack 31 win 0",
		       "0.0701 S . seq 1 ack 31 win 502");
	CHECK_EXPLAINS("Its application closed", "went on", FAR, "0.070 S R. seq 1 ack 31 win 0",
		       "0.1 C P. seq 31 ack 1 win 502 len 10", "0.2 S R seq 1 ack 0 win 0");
}

/* As a router shows them: in on one interface, out on the other. */
#define ROUTED                                                                                               \
	"0 C S seq 0 win 64240 iface 1 dir 1", "0.00001 C S seq 0 win 64240 iface 2 dir 2",                  \
		"0.010 S S. seq 0 ack 1 win 65160 iface 2 dir 1",                                            \
		"0.01001 S S. seq 0 ack 1 win 65160 iface 1 dir 2",                                          \
		"0.011 C . seq 1 ack 1 win 502 iface 1 dir 1",                                               \
		"0.01101 C . seq 1 ack 1 win 502 iface 2 dir 2",                                             \
		"0.02 C P. seq 1 ack 1 win 502 len 10 iface 1 dir 1"

static void a_reset_that_never_came_in_was_made_here(void)
{
	CHECK_EXPLAINS("This machine made it", "Its application closed", ROUTED,
		       "0.020001 S R. seq 1 ack 11 win 0 iface 1 dir 2");
	CHECK_EXPLAINS("RST made by this machine", NULL, ROUTED,
		       "0.020001 S R. seq 1 ack 11 win 0 iface 1 dir 2");
	CHECK_EXPLAINS("Its application closed", "This machine made it", ROUTED,
		       "0.03 S R. seq 1 ack 11 win 0 iface 2 dir 1",
		       "0.03001 S R. seq 1 ack 11 win 0 iface 1 dir 2",
		       "0.04 C . seq 11 ack 1 win 502 iface 1 dir 1");
	/* one that came in and was ignored, before it */
	CHECK_EXPLAINS("Its application closed", "made", ROUTED, "0.03 S R seq 1000000 win 0 iface 2 dir 1",
		       "0.03001 S R seq 1000000 win 0 iface 1 dir 2",
		       "0.05 S R. seq 1 ack 11 win 0 iface 2 dir 1",
		       "0.05001 S R. seq 1 ack 11 win 0 iface 1 dir 2",
		       "0.06 C . seq 11 ack 1 win 502 iface 1 dir 1");
	/* the capture may have lost it as it came in */
	CHECK_EXPLAINS("Its application closed", "This machine made it", ROUTED,
		       "0.03001 S R. seq 1 ack 11 win 0 iface 1 dir 2 lost 1");
}

int main(void)
{
	RUN(what_answers_sooner_than_the_server_ever_did_is_nearer);
	RUN(who_speaks_on_after_a_reset_did_not_send_it);
	RUN(a_reset_that_never_came_in_was_made_here);
	return CHECK_DONE();
}
