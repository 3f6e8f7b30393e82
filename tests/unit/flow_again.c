// SPDX-License-Identifier: BSD-2-Clause
/* What is counted as sent again, where Wireshark's marks mislead. */
#include "told.h"

/* Wireshark's mark stays. */
static void one_byte_that_waits_for_its_ack_is_sent_again(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 10", "0.12 S . seq 1 ack 11 win 502",
	       "0.2 C P. seq 11 ack 1 win 502 len 1", "0.5 C P. seq 11 ack 1 win 502 len 1");
	CHECK(s.last.marks & FLOW_KEEP_ALIVE);
	CHECK_EQ(flow_client(s.conn)->timer_retrans, 1);
	CHECK_EQ(flow_client(s.conn)->keep_alives, 0);
	CHECK_EQ(flow_client(s.conn)->longest_rto_ns, 300000000);
	script_end(&s);
}

static void one_byte_that_fills_a_hole_counts(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 10", "0.2 C . seq 12 ack 5 win 502",
	       "0.5 C P. seq 11 ack 5 win 502 len 1");
	CHECK_EQ(flow_client(s.conn)->bytes, 11);
	CHECK_EQ(flow_retrans(s.conn), 1);
	script_end(&s);
}

static void an_acknowledged_fin_comes_again_in_vain(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.1 C F. seq 1 ack 1 win 502", "0.11 S . seq 1 ack 2 win 502",
	       "0.4 C F. seq 1 ack 1 win 502");
	CHECK(s.last.marks & FLOW_RETRANS);
	CHECK_EQ(flow_client(s.conn)->spurious_retrans, 1);
	CHECK_EQ(flow_client(s.conn)->rto_retrans, 0);
	script_end(&s);
}

static void data_that_is_recorded_behind_its_ack_was_sent_once(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.101 S . seq 1 ack 11 win 502", "0.1 C P. seq 1 ack 1 win 502 len 10");
	CHECK(s.last.marks & FLOW_SPURIOUS);
	CHECK_EQ(flow_retrans(s.conn), 0);
	CHECK(!flow_sent_again(s.last.proven));
	SCRIPT(&s, "0.2 C P. seq 1 ack 1 win 502 len 10");
	CHECK_EQ(flow_retrans(s.conn), 1);
	script_end(&s);
}

int main(void)
{
	RUN(one_byte_that_waits_for_its_ack_is_sent_again);
	RUN(one_byte_that_fills_a_hole_counts);
	RUN(an_acknowledged_fin_comes_again_in_vain);
	RUN(data_that_is_recorded_behind_its_ack_was_sent_once);
	return CHECK_DONE();
}
