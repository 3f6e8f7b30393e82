// SPDX-License-Identifier: BSD-2-Clause
/* Segments with a wrong TCP checksum, and who is believed to have meant that. */
#include "told.h"

#define SHOOK                                                                                                \
	"0 C S seq 0 win 64240 mss 1460 sack ws 7 sum good",                                                 \
		"0.010 S S. seq 0 ack 1 win 65160 mss 1460 sack ws 7 sum good",                              \
		"0.020 C . seq 1 ack 1 win 502 sum good"
#define HURT "0.1 C P. seq 1 ack 1 win 502 len 100 sum bad"

static void a_damaged_segment_moves_nothing(void)
{
	struct script s;

	CHECK_MARKS("damaged (bad checksum)", SHOOK, HURT);
	CHECK_MARKS("", SHOOK, HURT, "0.4 C P. seq 1 ack 1 win 502 len 100 sum good");
	script_begin(&s, NULL);
	SCRIPT(&s, SHOOK, HURT, "0.101 C P. seq 101 ack 1 win 502 len 100 sum good",
	       "0.111 S . seq 1 ack 1 win 502 sum good", "0.3 C P. seq 1 ack 1 win 502 len 100 sum good",
	       "0.31 S F. seq 1 ack 201 win 502 sum bad", "0.32 S R. seq 1 ack 201 win 0 sum bad");
	CHECK_EQ(s.conn->side[s.conn->client].damaged, 1);
	CHECK_EQ(s.conn->side[!s.conn->client].damaged, 2);
	CHECK_EQ(s.conn->side[s.conn->client].bytes, 200);
	CHECK_EQ(s.conn->side[0].state + s.conn->side[1].state, 2 * FLOW_ESTABLISHED);
	CHECK_EQ(flow_verdict(s.conn), VERDICT_OPEN);
	script_end(&s);
}

static void who_verifies_no_checksums_sees_no_damage(void)
{
	struct flow_settings none = { .max_rows = 10, .no_checksums = true };
	struct script s;

	script_begin(&s, &none);
	SCRIPT(&s, SHOOK, HURT);
	CHECK_EQ(s.last.marks, 0);
	CHECK_EQ(s.conn->side[s.conn->client].bytes, 100);
	script_end(&s);
}

static void damage_is_named_in_place_of_loss(void)
{
	CHECK_EXPLAINS("1 segment of the client came by with a wrong TCP checksum", "missing here", SHOOK,
		       HURT, "0.101 C P. seq 101 ack 1 win 502 len 100 sum good",
		       "0.111 S . seq 1 ack 1 win 502 sum good",
		       "0.4 C P. seq 1 ack 1 win 502 len 100 sum good");
	/* one more was lost */
	CHECK_EXPLAINS("missing here", NULL, SHOOK, HURT, "0.101 C P. seq 101 ack 1 win 502 len 100 sum good",
		       "0.102 C P. seq 301 ack 1 win 502 len 100 sum good",
		       "0.4 C P. seq 1 ack 1 win 502 len 100 sum good",
		       "0.5 C P. seq 201 ack 1 win 502 len 100 sum good");
	/* however often */
	CHECK_EXPLAINS("3 segments of the client came by", "black hole", SHOOK, HURT,
		       "0.4 C P. seq 1 ack 1 win 502 len 100 sum bad",
		       "1.0 C P. seq 1 ack 1 win 502 len 100 sum bad");
}

static void a_sum_that_was_never_right_is_none(void)
{
	CHECK_MARKS("", HANDSHAKE, HURT);
	CHECK_MARKS("retransmission 300 ms", HANDSHAKE, HURT, "0.4 C P. seq 1 ack 1 win 502 len 100");
	/* the other's is no evidence */
	CHECK_MARKS("", "0 C S seq 0 win 64240 sum bad", "0.01 S S. seq 0 ack 1 win 65160 sum good",
		    "0.02 C . seq 1 ack 1 win 502 sum bad");
	/* too large for one segment of its own */
	CHECK_MARKS("", SHOOK, "0.1 C P. seq 1 ack 1 win 502 len 1480 sum bad");
}

static void an_ack_that_carries_nothing_is_not_judged(void)
{
	CHECK_MARKS("", SHOOK, "0.1 S P. seq 1 ack 1 win 502 len 100 sum good",
		    "0.11 C . seq 1 ack 101 win 502 sum bad");
}

static void who_acknowledges_a_wrong_sum_denies_damage(void)
{
	CHECK_MARKS("", SHOOK, HURT, "0.11 S . seq 1 ack 101 win 502 sum good",
		    "0.12 C P. seq 101 ack 1 win 502 len 100 sum bad");
}

int main(void)
{
	RUN(a_damaged_segment_moves_nothing);
	RUN(who_verifies_no_checksums_sees_no_damage);
	RUN(damage_is_named_in_place_of_loss);
	RUN(a_sum_that_was_never_right_is_none);
	RUN(an_ack_that_carries_nothing_is_not_judged);
	RUN(who_acknowledges_a_wrong_sum_denies_damage);
	return CHECK_DONE();
}
