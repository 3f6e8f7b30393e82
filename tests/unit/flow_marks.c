// SPDX-License-Identifier: BSD-2-Clause
#include "told.h"

static void an_ordinary_session_has_no_marks(void)
{
	CHECK_MARKS("", HANDSHAKE);
	CHECK_MARKS("", HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 100");
	CHECK_MARKS("", HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 100", "0.11 S . seq 1 ack 101 win 502");
}

static void behind_the_highest_number_is_a_retransmission(void)
{
	CHECK_MARKS("retransmission 204 ms", HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 100",
		    "0.304 C P. seq 1 ack 1 win 502 len 100");
	CHECK_MARKS("retransmission 1020 ms", "0 C S seq 0 win 64240", "1.02 C S seq 0 win 64240");
	/* counted from the segment that is sent again, not from the last */
	CHECK_MARKS("retransmission 250 ms", HANDSHAKE, "0.1 C . seq 1 ack 1 win 502 len 100",
		    "0.2 C . seq 101 ack 1 win 502 len 100", "0.35 C . seq 1 ack 1 win 502 len 100");
}

static void after_two_duplicate_acks_it_is_fast(void)
{
	CHECK_MARKS("fast retransmission 31 ms", HANDSHAKE, "0.1 C . seq 1 ack 1 win 502 len 100",
		    "0.101 C . seq 101 ack 1 win 502 len 100", "0.102 C . seq 201 ack 1 win 502 len 100",
		    "0.103 C . seq 301 ack 1 win 502 len 100", "0.11 S . seq 1 ack 1 win 502",
		    "0.12 S . seq 1 ack 1 win 502", "0.13 S . seq 1 ack 1 win 502",
		    "0.131 C . seq 1 ack 1 win 502 len 100");
}

static void what_was_acknowledged_is_spurious(void)
{
	CHECK_MARKS("spurious retransmission 100 ms", HANDSHAKE, "0.1 C . seq 1 ack 1 win 502 len 100",
		    "0.11 S . seq 1 ack 101 win 502", "0.2 C . seq 1 ack 1 win 502 len 100");
}

static void soon_after_the_highest_it_is_out_of_order(void)
{
	CHECK_MARKS("hole before", HANDSHAKE, "0.1 C . seq 101 ack 1 win 502 len 100");
	CHECK_MARKS("out of order", HANDSHAKE, "0.1 C . seq 101 ack 1 win 502 len 100",
		    "0.119 C . seq 1 ack 1 win 502 len 100");
	CHECK_MARKS("retransmission 21 ms", HANDSHAKE, "0.1 C . seq 101 ack 1 win 502 len 100",
		    "0.121 C . seq 1 ack 1 win 502 len 100");
	/* no round trip known: 3 ms */
	CHECK_MARKS("out of order", "0.1 C . seq 101 ack 1 win 502 len 100",
		    "0.1029 C . seq 1 ack 1 win 502 len 50");
	CHECK_MARKS("retransmission 3.100 ms", "0.1 C . seq 101 ack 1 win 502 len 100",
		    "0.1031 C . seq 1 ack 1 win 502 len 50");
}

/* A path that takes less, and says so: what was sent comes once more within the round trip. */
static void bytes_count_once_whatever_the_time_says(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.1 C . seq 1 ack 1 win 502 len 1000",
	       "0.101 C . seq 1001 ack 1 win 502 len 1000", "0.102 C . seq 1 ack 1 win 502 len 1000");
	CHECK(s.last.marks & FLOW_OUT_OF_ORDER);
	CHECK_EQ(s.conn->side[s.conn->client].bytes, 2000);
	SCRIPT(&s, "0.2 C . seq 2501 ack 1 win 502 len 1000", "0.201 C . seq 2001 ack 1 win 502 len 500");
	CHECK(s.last.marks & FLOW_OUT_OF_ORDER);
	CHECK_EQ(s.conn->side[s.conn->client].bytes, 3500);
	script_end(&s);
}

static void duplicate_acks_are_numbered(void)
{
	CHECK_MARKS("dup ack #2", HANDSHAKE, "0.03 S . seq 1 ack 1 win 502", "0.04 S . seq 1 ack 1 win 502",
		    "0.05 S . seq 1 ack 1 win 502");
	/* another window, another matter */
	CHECK_MARKS("window update", HANDSHAKE, "0.03 S . seq 1 ack 1 win 502",
		    "0.04 S . seq 1 ack 1 win 503");
	/* the count begins again with the next acknowledgment */
	CHECK_MARKS("dup ack #1", HANDSHAKE, "0.03 S . seq 1 ack 1 win 502", "0.04 S . seq 1 ack 1 win 502",
		    "0.05 C . seq 1 ack 1 win 502 len 10", "0.06 S . seq 1 ack 11 win 502",
		    "0.07 S . seq 1 ack 11 win 502");
}

static void an_ack_of_what_was_not_captured_is_said_once(void)
{
	CHECK_MARKS("acked unseen", HANDSHAKE, "0.1 S . seq 1 ack 101 win 502");
	CHECK_MARKS("window update", HANDSHAKE, "0.1 S . seq 1 ack 101 win 502",
		    "0.2 S . seq 1 ack 101 win 500");
}

static void windows_that_close_fill_and_open(void)
{
	CHECK_MARKS("zero window", HANDSHAKE, "0.1 S . seq 1 ack 1 win 0");
	CHECK_MARKS("window full", HANDSHAKE, "0.1 S . seq 1 ack 1 win 2",
		    "0.2 C . seq 1 ack 1 win 502 len 256");
	CHECK_MARKS("", HANDSHAKE, "0.1 S . seq 1 ack 1 win 2", "0.2 C . seq 1 ack 1 win 502 len 255");
	/* the window in the SYN-ACK is not scaled */
	CHECK_MARKS("window full", "0 C S seq 0 win 9 ws 7", "0.1 S S. seq 0 ack 1 win 100 ws 7",
		    "0.2 C . seq 1 ack 1 win 9", "0.3 C . seq 1 ack 1 win 9 len 100");
	/* scaling unknown: nothing said */
	CHECK_MARKS("", "0 S . seq 1 ack 1 win 100", "0.1 C . seq 1 ack 1 win 9 len 100");
}

static void one_byte_into_a_closed_window_probes_it(void)
{
	CHECK_MARKS("zero window probe", HANDSHAKE, "0.1 S . seq 1 ack 1 win 0",
		    "1 C . seq 1 ack 1 win 502 len 1");
	CHECK_MARKS("zero window, zero window probe ack", HANDSHAKE, "0.1 S . seq 1 ack 1 win 0",
		    "1 C . seq 1 ack 1 win 502 len 1", "1.1 S . seq 1 ack 1 win 0");
}

/* Wireshark: keep-alive. */
static void an_empty_segment_before_the_next_number_probes_a_closed_window(void)
{
	CHECK_MARKS("zero window probe", HANDSHAKE, "0.1 S . seq 1 ack 1 win 0", "1 C . seq 0 ack 1 win 502");
	CHECK_MARKS("zero window, zero window probe ack", HANDSHAKE, "0.1 S . seq 1 ack 1 win 0",
		    "1 C . seq 0 ack 1 win 502", "1.1 S . seq 1 ack 1 win 0");
	/* open again: a keep-alive as ever */
	CHECK_MARKS("keep-alive", HANDSHAKE, "0.1 S . seq 1 ack 1 win 0", "0.2 S . seq 1 ack 1 win 502",
		    "1 C . seq 0 ack 1 win 502");
}

static void one_before_the_next_number_keeps_alive(void)
{
	CHECK_MARKS("keep-alive", HANDSHAKE, "75 C . seq 0 ack 1 win 502");
	CHECK_MARKS("keep-alive", HANDSHAKE, "75 C . seq 0 ack 1 win 502 len 1");
	CHECK_MARKS("keep-alive ack", HANDSHAKE, "0.1 S . seq 1 ack 1 win 502", "75 C . seq 0 ack 1 win 502",
		    "75.1 S . seq 1 ack 1 win 502");
}

/* Wireshark: window update. */
static void the_first_window_after_a_syn_ack_is_no_update(void)
{
	CHECK_MARKS("", HANDSHAKE, "0.03 S . seq 1 ack 1 win 509");
	/* without scaling the windows compare */
	CHECK_MARKS("window update", "0 C S seq 0 win 64240", "0.010 S S. seq 0 ack 1 win 65160",
		    "0.020 C . seq 1 ack 1 win 502", "0.03 S . seq 1 ack 1 win 509");
}

/* Wireshark: zero window probe. */
static void a_window_never_seen_is_not_closed(void)
{
	CHECK_MARKS("", "0 C P. seq 1 ack 1 win 502 len 1", "0.5 C P. seq 2 ack 1 win 502 len 1");
}

static void a_syn_with_another_number_reuses_the_ports(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.1 C F. seq 1 ack 1 win 502", "0.2 S F. seq 1 ack 2 win 502",
	       "0.3 C . seq 2 ack 2 win 502");
	CHECK_EQ(s.conn->id, 1);
	SCRIPT(&s, "60 C S isn 777 win 64240");
	CHECK_EQ(s.conn->id, 2);
	CHECK_EQ(s.last.marks, FLOW_REUSED_PORTS);
	CHECK_EQ(s.last.seq, 0);
	CHECK(s.conn->flags & CONN_REUSED);
	script_end(&s);
}

static void a_syn_ack_with_another_number_begins_a_connection(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 100", "5 S S. isn 777 ack 5001 win 65160");
	CHECK_EQ(s.conn->id, 2);
	CHECK_EQ(s.last.marks, FLOW_REUSED_PORTS);
	CHECK_EQ(s.last.seq, 0);
	CHECK_EQ(s.conn->client, !s.last.from);
	/* the same once more is the old one sent again */
	SCRIPT(&s, "6 S S. isn 777 ack 5001 win 65160");
	CHECK_EQ(s.conn->id, 2);
	CHECK(s.last.marks & FLOW_RETRANSMITTED);
	script_end(&s);
}

static void a_refusing_reset_gives_no_round_trip(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, "0 C S seq 0 win 64240", "0.010 S R. seq 0 ack 1 win 0");
	CHECK_EQ(s.conn->irtt_ns, 0);
	script_end(&s);
}

static void the_initial_round_trip_runs_from_the_last_syn(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, "0 C S seq 0 win 64240", "1 C S seq 0 win 64240", "1.010 S S. seq 0 ack 1 win 65160",
	       "1.020 C . seq 1 ack 1 win 502");
	CHECK_EQ(s.conn->irtt_ns, 20000000);
	script_end(&s);
}

static void time_may_run_backwards(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, "0 C S seq 0 win 64240", "-4000 S S. seq 0 ack 1 win 65160", "-1 C . seq 1 ack 1 win 502");
	CHECK(s.conn->irtt_ns < 0);
	CHECK(s.last.delta_ns > 0);
	CHECK_EQ(s.last.rtt_ns, 3999000000000);
	SCRIPT(&s, "0.1 C P. seq 1 ack 1 win 502 len 5", "-9 C P. seq 1 ack 1 win 502 len 5");
	CHECK(s.last.delta_ns < 0);
	CHECK_EQ(s.last.rto_ns, 0);
	script_end(&s);
}

static void what_is_stamped_a_little_earlier_came_at_once(void)
{
	struct script s;

	CHECK_MARKS("out of order", HANDSHAKE, "0.1 C . seq 1 ack 1 win 502 len 100",
		    "0.1002 C . seq 201 ack 1 win 502 len 100", "0.1001 C . seq 101 ack 1 win 502 len 100");
	script_begin(&s, NULL);
	SCRIPT(&s, "0 C S seq 0 win 64240 iface 1", "-0.000003 C S seq 0 win 64240 iface 2");
	CHECK(s.last.conn == NULL);
	SCRIPT(&s, "0.01 S S. seq 0 ack 1 win 65160 iface 2", "0.009997 S S. seq 0 ack 1 win 65160 iface 1");
	CHECK(s.last.conn == NULL);
	script_end(&s);
}

static void samples_follow_karn(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 5", "0.13 S . seq 1 ack 6 win 502");
	CHECK_EQ(s.last.rtt_ns, 30000000);
	SCRIPT(&s, "0.2 C P. seq 6 ack 1 win 502 len 5", "0.4 C P. seq 6 ack 1 win 502 len 5",
	       "0.41 S . seq 1 ack 11 win 502");
	CHECK_EQ(s.last.rtt_ns, 0);
	SCRIPT(&s, "0.5 C P. seq 11 ack 1 win 502 len 5", "0.51 S . seq 1 ack 16 win 502");
	CHECK_EQ(s.last.rtt_ns, 10000000);
	script_end(&s);
}

static void an_ack_that_waited_is_delayed(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 5", "0.161 S . seq 1 ack 6 win 502");
	CHECK(s.last.marks & FLOW_DELAYED_ACK);
	SCRIPT(&s, "0.2 C P. seq 6 ack 1 win 502 len 5", "0.215 S . seq 1 ack 11 win 502");
	CHECK(!(s.last.marks & FLOW_DELAYED_ACK));
	script_end(&s);
}

static void bytes_count_what_was_sent_twice_once(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 100", "0.4 C P. seq 1 ack 1 win 502 len 100",
	       "0.8 C P. seq 1 ack 1 win 502 len 150", "0.81 S . seq 1 ack 151 win 502",
	       "9 C . seq 150 ack 1 win 502 len 1");
	CHECK_EQ(flow_client(s.conn)->bytes, 150);
	CHECK_EQ(flow_client(s.conn)->pkts, 6);
	CHECK_EQ(flow_retrans(s.conn), 2);
	CHECK_EQ(flow_client(s.conn)->keep_alives, 1);
	script_end(&s);
}

/* The ACK behind the FIN comes first, then old data again, then the FIN. */
static void an_overtaken_fin_is_no_byte(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 100", "0.101 C . seq 102 ack 1 win 502",
	       "0.102 C P. seq 1 ack 1 win 502 len 100", "0.103 C F. seq 101 ack 1 win 502");
	CHECK_EQ(flow_client(s.conn)->bytes, 100);
	script_end(&s);
}

static void sampled_input_has_no_holes(void)
{
	struct flow_settings sampled = { .sampled = true };
	struct script s;

	script_begin(&s, &sampled);
	SCRIPT(&s, HANDSHAKE, "0.1 C P. seq 1001 ack 1 win 502 len 100");
	CHECK_EQ(s.last.marks, 0);
	SCRIPT(&s, "0.2 S . seq 1 ack 3001 win 502");
	CHECK_EQ(s.last.marks, 0);
	script_end(&s);
}

static void our_own_loss_is_marked(void)
{
	CHECK_MARKS("hole before, lost by the capture", HANDSHAKE,
		    "0.1 C P. seq 1001 ack 1 win 502 len 100 lost 3");
}

static void a_loss_told_with_another_connection_counts(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.05 C S seq 0 win 1 port 50000 lost 7",
	       "0.1 C P. seq 1001 ack 1 win 502 len 100");
	CHECK(s.last.marks & FLOW_HOLE);
	CHECK(s.last.marks & FLOW_CAPTURE_LOSS);
	CHECK_EQ(s.conn->lost, 7);
	CHECK_EQ(flow_client(s.conn)->holes, 0);
	/* what is lost once is told once */
	SCRIPT(&s, "0.2 C P. seq 2001 ack 1 win 502 len 100");
	CHECK(!(s.last.marks & FLOW_CAPTURE_LOSS));
	CHECK_EQ(s.conn->lost, 7);
	CHECK_EQ(flow_client(s.conn)->holes, 1);
	script_end(&s);
}

static void the_other_ends_segment_uses_no_loss_up(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.05 C S seq 0 win 1 port 50000 lost 7", "0.06 S . seq 1 ack 1 win 501",
	       "0.1 C P. seq 1001 ack 1 win 502 len 100");
	CHECK(s.last.marks & FLOW_HOLE && s.last.marks & FLOW_CAPTURE_LOSS);
	CHECK_EQ(flow_client(s.conn)->holes, 0);
	CHECK_EQ(s.conn->lost, 7);
	script_end(&s);
	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.05 C S seq 0 win 1 port 50000 lost 7",
	       "0.06 S P. seq 1 ack 1 win 501 len 10", "0.1 S . seq 11 ack 3001 win 502");
	CHECK(s.last.marks & FLOW_ACKED_UNSEEN && s.last.marks & FLOW_CAPTURE_LOSS);
	script_end(&s);
}

static void a_loss_behind_the_last_segment_is_taken_when_told(void)
{
	struct script s;
	struct flow_conn *c;

	script_begin(&s, NULL);
	SCRIPT(&s, "0 C S seq 0 win 64240");
	c = s.conn;
	SCRIPT(&s, "0.5 C S seq 0 win 1 port 50000 lost 7");
	CHECK_EQ(c->lost, 0);
	flow_take_losses(s.table, c);
	flow_take_losses(s.table, c);
	CHECK_EQ(c->lost, 7);
	script_end(&s);
}

static void a_reset_outside_the_window_moves_nothing(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.03 S . seq 1 ack 1 win 502", "0.1 S R seq 900000 win 0");
	CHECK_EQ(s.last.marks, FLOW_RST_IGNORED);
	CHECK_EQ(s.conn->side[0].state, FLOW_ESTABLISHED);
	SCRIPT(&s, "0.2 S P. seq 1 ack 1 win 502 len 5");
	CHECK_EQ(s.last.marks, 0);
	script_end(&s);
}

/* A snapshot length of 54 leaves no options, and a capture that begins later has no SYN. */
static void what_is_not_known_of_scaling_says_nothing(void)
{
#define CUT(c, s)                                                                                            \
	"0 C S seq 0 win 64240 mss 1460 ws 7" c, "0.01 S S. seq 0 ack 1 win 65160 mss 1460 ws 7" s,          \
		"0.02 C . seq 1 ack 1 win 502"

	CHECK_MARKS("window full", CUT("", ""), "0.03 S P. seq 1 ack 1 win 2 len 64256");
	CHECK_MARKS("", CUT(" cut 20", " cut 20"), "0.03 S P. seq 1 ack 1 win 2 len 502");
	CHECK_MARKS("", CUT("", " cut 24"), "0.03 S P. seq 1 ack 1 win 2 len 502");
	CHECK_MARKS("", CUT(" cut 20", " cut 20"), "0.03 S R seq 9000 win 0");
	CHECK_MARKS("", CUT("", " cut 20"), "0.03 S R seq 9000 win 0");
	CHECK_MARKS("", "0 C . seq 1 ack 1 win 502", "0.01 S . seq 1 ack 1 win 502",
		    "0.03 S R seq 9000 win 0");
	/* what came before the window did so at any scale */
	CHECK_MARKS("RST outside the window", "0 C . seq 1 ack 9000 win 502",
		    "0.01 S . seq 9000 ack 1 win 502", "0.03 S R seq 1 win 0");
	/* none was offered */
	CHECK_MARKS("RST outside the window", "0 C S seq 0 win 64240", "0.01 S S. seq 0 ack 1 win 65160 ws 7",
		    "0.02 C . seq 1 ack 1 win 502", "0.03 S R seq 9000 win 0");
#undef CUT
}

static void states_follow_the_close(void)
{
	struct script s;

	script_begin(&s, NULL);
#define STATES(client, server)                                                                               \
	do {                                                                                                 \
		CHECK_EQ(flow_client(s.conn)->state, client);                                                \
		CHECK_EQ(flow_server(s.conn)->state, server);                                                \
	} while (0)
	SCRIPT(&s, "0 C S seq 0 win 64240");
	STATES(FLOW_SYN_SENT, FLOW_LISTEN);
	SCRIPT(&s, "0.01 S S. seq 0 ack 1 win 65160");
	STATES(FLOW_ESTABLISHED, FLOW_SYN_RECEIVED);
	CHECK_EQ(s.conn->rows->at[0].state[!s.conn->client], FLOW_SYN_RECEIVED);
	SCRIPT(&s, "0.02 C . seq 1 ack 1 win 502");
	STATES(FLOW_ESTABLISHED, FLOW_ESTABLISHED);
	SCRIPT(&s, "1 C F. seq 1 ack 1 win 502");
	STATES(FLOW_FIN_WAIT_1, FLOW_ESTABLISHED); /* whether it arrived, only an ACK says */
	SCRIPT(&s, "1.04 S . seq 1 ack 2 win 502");
	STATES(FLOW_FIN_WAIT_2, FLOW_CLOSE_WAIT);
	CHECK_EQ(s.conn->rows->at[3].state[!s.conn->client], FLOW_CLOSE_WAIT);
	CHECK_EQ(s.conn->rows->at[2].state[!s.conn->client], FLOW_ESTABLISHED);
	SCRIPT(&s, "2 S F. seq 1 ack 2 win 502");
	STATES(FLOW_TIME_WAIT, FLOW_LAST_ACK);
	SCRIPT(&s, "2.01 C . seq 2 ack 2 win 502");
	STATES(FLOW_TIME_WAIT, FLOW_CLOSED);
	CHECK(s.last.closed);
	script_end(&s);

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "1 C F. seq 1 ack 1 win 502", "1.001 S F. seq 1 ack 1 win 502");
	STATES(FLOW_CLOSING, FLOW_CLOSING);
	SCRIPT(&s, "1.01 C . seq 2 ack 2 win 502");
	STATES(FLOW_CLOSING, FLOW_TIME_WAIT);
	script_end(&s);
#undef STATES
}

int main(void)
{
	RUN(an_ordinary_session_has_no_marks);
	RUN(behind_the_highest_number_is_a_retransmission);
	RUN(after_two_duplicate_acks_it_is_fast);
	RUN(what_was_acknowledged_is_spurious);
	RUN(soon_after_the_highest_it_is_out_of_order);
	RUN(bytes_count_once_whatever_the_time_says);
	RUN(duplicate_acks_are_numbered);
	RUN(an_ack_of_what_was_not_captured_is_said_once);
	RUN(windows_that_close_fill_and_open);
	RUN(one_byte_into_a_closed_window_probes_it);
	RUN(an_empty_segment_before_the_next_number_probes_a_closed_window);
	RUN(one_before_the_next_number_keeps_alive);
	RUN(the_first_window_after_a_syn_ack_is_no_update);
	RUN(a_window_never_seen_is_not_closed);
	RUN(a_syn_with_another_number_reuses_the_ports);
	RUN(a_syn_ack_with_another_number_begins_a_connection);
	RUN(a_refusing_reset_gives_no_round_trip);
	RUN(the_initial_round_trip_runs_from_the_last_syn);
	RUN(time_may_run_backwards);
	RUN(what_is_stamped_a_little_earlier_came_at_once);
	RUN(samples_follow_karn);
	RUN(an_ack_that_waited_is_delayed);
	RUN(bytes_count_what_was_sent_twice_once);
	RUN(an_overtaken_fin_is_no_byte);
	RUN(sampled_input_has_no_holes);
	RUN(our_own_loss_is_marked);
	RUN(a_loss_told_with_another_connection_counts);
	RUN(the_other_ends_segment_uses_no_loss_up);
	RUN(a_loss_behind_the_last_segment_is_taken_when_told);
	RUN(a_reset_outside_the_window_moves_nothing);
	RUN(what_is_not_known_of_scaling_says_nothing);
	RUN(states_follow_the_close);
	return CHECK_DONE();
}
