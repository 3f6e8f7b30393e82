// SPDX-License-Identifier: BSD-2-Clause
/* What comes twice without being sent again: answers to one SYN, and packets that are shown more than once.
 */
#include "flow/rows.h"
#include "told.h"

static void two_answers_to_one_syn_are_one_connection(void)
{
	struct script s;

	CHECK_MARKS("another ISN than before", "0 C S seq 0 win 64240", "0.010 S S. seq 0 ack 1 win 65160",
		    "0.011 S S. seq 777 ack 1 win 65160");
	CHECK_MARKS("another ISN than before", HANDSHAKE, "0.03 S S. seq 777 ack 1 win 65160");
	/* the client takes the first */
	CHECK_MARKS("", "0 C S seq 0 win 64240", "0.010 S S. seq 0 ack 1 win 65160",
		    "0.011 S S. seq 777 ack 1 win 65160", "0.02 C . seq 1 ack 1 win 502",
		    "0.03 C P. seq 1 ack 1 win 502 len 10", "0.04 S P. seq 1 ack 11 win 502 len 10");
	/* … or the second, and the rows count from there */
	script_begin(&s, NULL);
	SCRIPT(&s, "0 C S seq 0 win 64240", "0.010 S S. seq 0 ack 1 win 65160",
	       "0.011 S S. seq 777 ack 1 win 65160", "0.02 C . seq 1 ack 778 win 502",
	       "0.03 C P. seq 1 ack 778 win 502 len 10", "0.04 S P. seq 778 ack 11 win 502 len 10");
	CHECK_EQ(s.conn->id, 1);
	CHECK_EQ(s.last.marks, 0);
	CHECK_EQ(s.last.seq, 1);
	CHECK_EQ(s.conn->rows->at[1].marks, FLOW_OTHER_ISN | FLOW_REUSED_PORTS);
	CHECK_EQ(s.conn->rows->at[1].seq, (uint32_t)-777);
	CHECK_EQ(s.conn->rows->at[2].marks, 0);
	CHECK_EQ(s.conn->rows->at[2].seq, 0);
	CHECK_EQ(s.conn->rows->at[3].ack, 1);
	CHECK_EQ(s.conn->rows->at[4].ack, 1);
	CHECK_EQ(s.conn->side[0].state + s.conn->side[1].state, 2 * FLOW_ESTABLISHED);
	script_end(&s);
}

static void who_is_let_in_after_a_refusal_is_connected(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, "0 C S seq 0 win 64240", "0.001 S R. seq 99 ack 1 win 0", "0.5 C S seq 0 win 64240",
	       "0.51 S S. seq 0 ack 1 win 65160");
	CHECK_EQ(s.last.marks, 0);
	SCRIPT(&s, "0.52 C . seq 1 ack 1 win 502", "0.53 S P. seq 1 ack 1 win 502 len 10");
	CHECK_EQ(s.last.marks, 0);
	CHECK_EQ(s.conn->id, 1);
	CHECK_EQ(s.conn->side[0].state + s.conn->side[1].state, 2 * FLOW_ESTABLISHED);
	script_end(&s);
}

/* The server still holds an older connection over these ports (RFC 9293, 3.5.1). */
#define OLD_ACK "0 C S seq 0 win 64240 ws 7", "0.001 S . seq 70000 ack 4294900000 win 501"
#define OLD_RST OLD_ACK, "0.0011 C R seq 4294900000 win 0"

static void what_an_older_connection_says_moves_nothing(void)
{
	struct script s;

	CHECK_MARKS("of another connection", OLD_ACK);
	CHECK_MARKS("of another connection", OLD_RST);
	script_begin(&s, NULL);
	SCRIPT(&s, OLD_ACK);
	CHECK_EQ(flow_client(s.conn)->state, FLOW_SYN_SENT);
	CHECK_EQ(flow_server(s.conn)->state, FLOW_LISTEN);
	CHECK_EQ(flow_verdict(s.conn), VERDICT_NO_ANSWER);
	SCRIPT(&s, "0.0011 C R seq 4294900000 win 0", "1 C S seq 0 win 64240 ws 7");
	CHECK_EQ(flow_verdict(s.conn), VERDICT_NO_ANSWER);
	SCRIPT(&s, "1.01 S S. seq 0 ack 1 win 64240 ws 7", "1.02 C P. seq 1 ack 1 win 502 len 10",
	       "1.03 S P. seq 1 ack 11 win 502 len 20", "1.04 C F. seq 11 ack 21 win 502",
	       "1.05 S F. seq 21 ack 12 win 502", "1.06 C . seq 12 ack 22 win 502");
	CHECK_EQ(flow_verdict(s.conn), VERDICT_CLOSED_3);
	CHECK_EQ(s.conn->irtt_ns, 20000000);
	CHECK_EQ(flow_server(s.conn)->bytes, 20);
	script_end(&s);
	CHECK_EXPLAINS("only with an ACK of another", "nobody answered", OLD_ACK, "1 C S seq 0 win 64240");
	CHECK_EXPLAINS("held an older connection", "was lost", OLD_RST, "1 C S seq 0 win 64240",
		       "1.01 S S. seq 0 ack 1 win 64240", "1.02 C . seq 1 ack 1 win 502");
	/* an ACK of the SYN tells of a SYN-ACK that was not captured, and of data that was not, so does data
	 */
	CHECK_MARKS("", "0 C S seq 0 win 64240", "0.01 S . seq 1 ack 1 win 501");
	CHECK_MARKS("acked unseen", "0 C S seq 0 win 64240", "0.01 S P. seq 1 ack 100 win 501 len 9");
}

/* The client forgot #1, whose server did not. */
static void the_reset_of_an_older_connection_ends_that_one(void)
{
	struct script s;
	struct flow_conn *old;
	struct strbuf b = { 0 };

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 100", "0.11 S . seq 1 ack 101 win 501");
	old = s.conn;
	SCRIPT(&s, "9 C S isn 7 win 64240");
	CHECK_EQ(s.conn->id, 2);
	s.isn[0] = 4294967000u;
	SCRIPT(&s, "9.01 S . seq 1 ack 101 win 501");
	CHECK(s.last.older == NULL);
	CHECK_EQ(s.conn->id, 2);
	CHECK_EQ(flow_verdict(old), VERDICT_OPEN);
	SCRIPT(&s, "9.02 C R seq 101 win 0");
	CHECK(s.last.older == old);
	CHECK_EQ(s.last.conn->id, 2);
	CHECK_EQ(s.last.marks, FLOW_OTHER_CONN);
	CHECK_EQ(flow_verdict(old), VERDICT_RESET_CLIENT);
	CHECK_EQ(flow_totals(s.table)->reset, 1);
	CHECK_EQ(old->last_ns - old->first_ns, 9020000000);
	CHECK_EQ(old->rows->n, 6);
	CHECK_EQ(old->rows->at[5].seq, 101);
	CHECK_EQ(flow_client(old)->state + flow_server(old)->state, 2 * FLOW_CLOSED);
	flow_verdict_words(&b, old, flow_now(s.table));
	CHECK_STR(strbuf_cstr(&b), "reset by client after 100/0 bytes");
	b.len = 0;
	flow_explain(&b, old, flow_now(s.table));
	CHECK(strstr(strbuf_cstr(&b), "knew this connection no longer") != NULL);
	CHECK(strstr(strbuf_cstr(&b), "SO_LINGER") == NULL);
	strbuf_free(&b);
	/* once */
	SCRIPT(&s, "9.021 C R seq 101 win 0");
	CHECK(s.last.older == NULL);
	CHECK_EQ(flow_totals(s.table)->reset, 1);
	script_end(&s);
	/* with a number that the older one's server does not take it ends nothing */
	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.1 S . seq 1 ack 1 win 501");
	old = s.conn;
	SCRIPT(&s, "9 C S isn 7 win 64240");
	s.isn[0] = 4294967000u;
	SCRIPT(&s, "9.01 S . seq 1 ack 900000 win 501", "9.02 C R seq 900000 win 0");
	CHECK(s.last.older == NULL);
	CHECK_EQ(flow_verdict(old), VERDICT_OPEN);
	script_end(&s);
	/* room for the newer one was made at the older one's cost */
	script_begin(&s, &(struct flow_settings){ .max_connections = 1 });
	SCRIPT(&s, HANDSHAKE, "9 C S isn 7 win 64240");
	s.isn[0] = 4294967000u;
	SCRIPT(&s, "9.01 S . seq 1 ack 1 win 501", "9.02 C R seq 1 win 0");
	CHECK(s.last.older == NULL);
	CHECK_EQ(flow_totals(s.table)->reset, 0);
	script_end(&s);
}

#define ONCE "0.1 C P. seq 1 ack 1 win 502 len 100 id 7"
/* The client's identifications differ. */
#define NAMED HANDSHAKE, "0.05 C . seq 1 ack 1 win 501 id 6"
/* Something else was there twice. */
#define DOUBLED NAMED, ONCE, ONCE

static void the_same_packet_again_was_not_sent_again(void)
{
	struct script s;

	CHECK_MARKS("the same packet again", NAMED, ONCE, "0.15 C P. seq 1 ack 1 win 502 len 100 id 7");
	/* others between them */
	CHECK_MARKS("the same packet again", NAMED, ONCE, "0.1 C P. seq 101 ack 1 win 502 len 100 id 8",
		    "0.1 C P. seq 201 ack 1 win 502 len 100 id 9",
		    "0.101 C P. seq 1 ack 1 win 502 len 100 id 7");
	CHECK_MARKS("retransmission 60 ms", NAMED, ONCE, "0.16 C P. seq 1 ack 1 win 502 len 100 id 8");
	CHECK_MARKS("retransmission 300 ms", NAMED, ONCE, "0.4 C P. seq 1 ack 1 win 502 len 100 id 7");
	/* who gives each packet the same identification, or none, names none */
	CHECK_MARKS("retransmission 50 ms", HANDSHAKE, ONCE, "0.15 C P. seq 1 ack 1 win 502 len 100 id 7");
	/* … but where others are there twice, so is what comes too soon for a timer, and unanswered */
	CHECK_MARKS("the same packet again", DOUBLED, "0.2 S P. seq 1 ack 101 win 502 len 10",
		    "0.2009 S P. seq 1 ack 101 win 502 len 10");
#define LATER(line)                                                                                          \
	DOUBLED, "0.19 C . port 5 seq 1 ack 1 win 502", "0.2 S P. port 5 seq 1 ack 1 win 502 len 10", line
	CHECK_MARKS("the same packet again", LATER("0.2009 S P. port 5 seq 1 ack 1 win 502 len 10"));
	CHECK_MARKS("retransmission 2.000 ms", LATER("0.202 S P. port 5 seq 1 ack 1 win 502 len 10"));
	CHECK_MARKS("retransmission 0.900 ms", LATER("0.2001 C . port 5 seq 1 ack 1 win 502"),
		    "0.2009 S P. port 5 seq 1 ack 1 win 502 len 10");
	script_begin(&s, NULL);
	SCRIPT(&s, DOUBLED, "1 C S isn 99 win 64240", "1.0001 C S isn 99 win 64240",
	       "1.01 S S. isn 9 ack 1 win 60000", "1.0101 S S. isn 9 ack 1 win 60000");
	CHECK_EQ(s.conn->id, 2);
	CHECK_EQ(s.conn->syns, 1);
	CHECK_EQ(s.conn->syn_acks, 1);
	CHECK_EQ(s.conn->side[0].copies + s.conn->side[1].copies, 2);
	CHECK_EQ(flow_retrans(s.conn), 0);
	CHECK_EQ(flow_totals(s.table)->retrans, 0);
	script_end(&s);
}

/* A mirror port shows ACKs twice as it does data. */
#define ACKS                                                                                                 \
	HANDSHAKE, "0.05 C P. seq 1 ack 1 win 502 len 100 id 6", "0.051 S . seq 1 ack 101 win 500 id 20",    \
		"0.06 C P. seq 101 ack 1 win 502 len 100 id 7", "0.061 S . seq 1 ack 201 win 500 id 21"

static void an_ack_that_is_shown_again_is_no_duplicate(void)
{
	struct script s;

	CHECK_MARKS("the same packet again", ACKS, "0.0611 S . seq 1 ack 201 win 500 id 21");
	CHECK_MARKS("dup ack #1", ACKS, "0.0611 S . seq 1 ack 201 win 500 id 22");
	/* another window, or time stamp, under a checksum that was left to the card */
	CHECK_MARKS("window update", ACKS, "0.0611 S . seq 1 ack 201 win 501 id 21");
	CHECK_MARKS("dup ack #1", ACKS, "0.0611 S . seq 1 ack 201 win 500 ts 9 id 21");
	/* … nor one that answers a keep-alive twice, nor is that asked twice */
	CHECK_MARKS("keep-alive, the same packet again", ACKS, "1 C . seq 200 ack 1 win 502 id 8",
		    "1.0001 C . seq 200 ack 1 win 502 id 8");
	script_begin(&s, NULL);
	SCRIPT(&s, ACKS, "0.0611 S . seq 1 ack 201 win 500 id 21", "0.07 S . seq 1 ack 201 win 500 id 22",
	       "0.0701 S . seq 1 ack 201 win 500 id 22", "1 C . seq 200 ack 1 win 502 id 8",
	       "1.0001 C . seq 200 ack 1 win 502 id 8");
	CHECK_EQ(flow_server(s.conn)->dup_acks_all, 1);
	CHECK_EQ(flow_server(s.conn)->copies, 2);
	CHECK_EQ(flow_client(s.conn)->keep_alives, 1);
	CHECK_EQ(flow_client(s.conn)->copies, 1);
	CHECK_EQ(flow_client(s.conn)->unheard, 1);
	script_end(&s);
}

static void a_handshake_that_comes_again_sooner_than_a_timer_is_a_copy(void)
{
	struct script s;

	CHECK_MARKS("the same packet again", "0 C S seq 0 win 64240 ts 1", "0.0099 C S seq 0 win 64240 ts 1");
	CHECK_MARKS("retransmission 9.900 ms", "0 C S seq 0 win 64240 ts 1",
		    "0.0099 C S seq 0 win 64240 ts 10");
	CHECK_MARKS("retransmission 9.900 ms", "0 C S seq 0 win 64240 id 1",
		    "0.0099 C S seq 0 win 64240 id 2");
	CHECK_MARKS("retransmission 11 ms", "0 C S seq 0 win 64240", "0.011 C S seq 0 win 64240");
	CHECK_MARKS("the same packet again", "0 C S seq 0 win 64240", "0.1 S S. seq 0 ack 1 win 65160",
		    "0.1001 S S. seq 0 ack 1 win 65160");
	CHECK_MARKS("retransmission 1001 ms", "0 C S seq 0 win 64240", "0.1 S S. seq 0 ack 1 win 65160",
		    "1.1 S S. seq 0 ack 1 win 65160", "1.1007 C S seq 0 win 64240",
		    "1.1008 S S. seq 0 ack 1 win 65160");
	/* an older connection's ACK makes the client send it again at once */
	CHECK_MARKS("retransmission 5.000 ms", OLD_RST, "0.005 C S seq 0 win 64240 ws 7");
	script_begin(&s, NULL);
	SCRIPT(&s, "0 C S seq 0 win 64240", "0.00002 C S seq 0 win 64240");
	CHECK_EQ(s.conn->syns, 1);
	CHECK_EQ(flow_retrans(s.conn), 0);
	CHECK_EQ(flow_verdict(s.conn), VERDICT_NO_ANSWER);
	SCRIPT(&s, "0.02 S S. seq 0 ack 1 win 65160", "0.02002 S S. seq 0 ack 1 win 65160",
	       "0.021 C . seq 1 ack 1 win 502");
	CHECK_EQ(s.conn->syn_acks, 1);
	CHECK_EQ(flow_verdict(s.conn), VERDICT_OPEN);
	script_end(&s);
}

static void data_that_comes_again_sooner_than_a_round_trip_is_a_copy(void)
{
	CHECK_MARKS("the same packet again", HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100",
		    "1.001 C P. seq 1 ack 1 win 502 len 100");
	CHECK_MARKS("the same packet again", HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100",
		    "1.0001 S . seq 1 ack 101 win 500", "1.001 C P. seq 1 ack 1 win 502 len 100");
	CHECK_MARKS("retransmission 30 ms", HANDSHAKE, "1 C P. seq 1 ack 1 win 502 len 100",
		    "1.03 C P. seq 1 ack 1 win 502 len 100");
	/* duplicate ACKs are none */
	CHECK_MARKS("dup ack #1", HANDSHAKE, "1 S P. seq 101 ack 1 win 502 len 100",
		    "1.0001 C . seq 1 ack 1 win 502");
	/* the server was slow to answer the SYN; the way is short, and a timer runs out */
	CHECK_MARKS("retransmission 210 ms", "0 C S seq 0 win 64240", "0.8 S S. seq 0 ack 1 win 65160",
		    "0.801 C . seq 1 ack 1 win 502", "0.9 C P. seq 1 ack 1 win 502 len 10",
		    "1.11 C P. seq 1 ack 1 win 502 len 10");
}

/* The round trip takes 20 ms. */
#define HOLE(...)                                                                                            \
	HANDSHAKE, "1 C . seq 1 ack 1 win 502 len 100", "1.001 C . seq 201 ack 1 win 502 len 100", __VA_ARGS__
#define DUP_ACKS                                                                                             \
	"1.0011 S . seq 1 ack 101 win 500", "1.0012 S . seq 1 ack 101 win 500",                              \
		"1.0013 S . seq 1 ack 101 win 500"

#define CHECK_LATE(late, again, ...)                                                                         \
	do {                                                                                                 \
		const struct flow_side *f_;                                                                  \
		struct script s_;                                                                            \
                                                                                                             \
		script_begin(&s_, NULL);                                                                     \
		SCRIPT(&s_, __VA_ARGS__);                                                                    \
		f_ = flow_client(s_.conn);                                                                   \
		CHECK_EQ(f_->overtaken + f_->overtaken_again, late);                                         \
		CHECK_EQ(f_->out_of_order - f_->hasty + f_->overtaken_again, late);                          \
		CHECK_EQ(flow_side_retrans(f_) - f_->overtaken_again + f_->hasty, again);                    \
		CHECK_EQ(flow_totals(s_.table)->retrans, flow_side_retrans(f_));                             \
		script_end(&s_);                                                                             \
	} while (0)

static void what_fills_a_hole_sooner_than_a_round_trip_was_overtaken(void)
{
	/* whatever Wireshark calls it: fast retransmission, out of order */
	CHECK_LATE(1, 0, HOLE(DUP_ACKS, "1.005 C . seq 101 ack 1 win 502 len 100"));
	CHECK_LATE(1, 0, HOLE("1.005 C . seq 101 ack 1 win 502 len 100"));
	CHECK_LATE(
		0, 1,
		HOLE("1.020 C . seq 301 ack 1 win 502 len 100", "1.0215 C . seq 101 ack 1 win 502 len 100"));
	CHECK_LATE(0, 1, HOLE(DUP_ACKS, "1.0215 C . seq 101 ack 1 win 502 len 100"));
	/* of several holes each by its own age */
	CHECK_LATE(2, 0,
		   HOLE("1.002 C . seq 401 ack 1 win 502 len 100", "1.005 C . seq 101 ack 1 win 502 len 100",
			"1.006 C . seq 301 ack 1 win 502 len 100"));
	CHECK_LATE(1, 1,
		   HOLE("1.020 C . seq 301 ack 1 win 502 len 100", "1.021 C . seq 501 ack 1 win 502 len 100",
			"1.0215 C . seq 101 ack 1 win 502 len 100",
			"1.022 C . seq 401 ack 1 win 502 len 100"));
	/* a hole in two steps; nothing is left of it then */
	CHECK_LATE(2, 1,
		   HOLE("1.005 C . seq 151 ack 1 win 502 len 50", "1.006 C . seq 101 ack 1 win 502 len 50",
			"1.3 C . seq 101 ack 1 win 502 len 50"));
}

static void of_what_came_late_it_is_said_what_is_known(void)
{
#define LOST "they were lost between the client"
#define EITHER "they were overtaken, or lost and soon sent again"
	/* of one it is known that it was sent again */
	CHECK_EXPLAINS(
		LOST, EITHER,
		HOLE("1.005 C . seq 101 ack 1 win 502 len 100", "1.006 C . seq 301 ack 1 win 502 len 100",
		     "1.3 C . seq 201 ack 1 win 502 len 100", "1.31 S . seq 1 ack 401 win 500",
		     "1.32 C . seq 401 ack 1 win 502 len 100", "1.33 C . seq 601 ack 1 win 502 len 100",
		     "1.6 C . seq 501 ack 1 win 502 len 100"));
	/* the first of a burst came before the rest of it: after a pause, a timer may have sent that again */
	CHECK_EXPLAINS(EITHER, LOST, HANDSHAKE, "1 C . seq 101 ack 1 win 502 len 100",
		       "1.006 C . seq 1 ack 1 win 502 len 100", "1.1 S . seq 1 ack 201 win 500",
		       "2 C . seq 201 ack 1 win 502 len 100", "2.03 C . seq 201 ack 1 win 502 len 100");
	/* a wait for another SYN-ACK is no round trip: what comes after 300 ms was not overtaken */
#define WAITED                                                                                               \
	"0 C S seq 0 win 64240", "0.001 S S. seq 0 ack 1 win 65160", "1.001 S S. seq 0 ack 1 win 65160",     \
		"1.021 C . seq 1 ack 1 win 502", "2 C . seq 1 ack 1 win 502 len 100",                        \
		"2.001 C . seq 201 ack 1 win 502 len 100"
	CHECK_EXPLAINS(EITHER, "not lost", WAITED, "2.3 C . seq 101 ack 1 win 502 len 100",
		       "2.6 C . seq 101 ack 1 win 502 len 100", "2.601 S . seq 1 ack 301 win 500");
	CHECK_EXPLAINS("1 by timer", "sooner than a timer", WAITED, "2.3 C . seq 201 ack 1 win 502 len 100");
}

static void what_passes_another_interface_again_is_no_repeat(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, "0 C S seq 0 win 64240 iface 1", "0.0001 C S seq 0 win 64240 iface 2",
	       "0.01 S S. seq 0 ack 1 win 65160 iface 2", "0.0101 S S. seq 0 ack 1 win 65160 iface 1",
	       "0.02 C . seq 1 ack 1 win 502 iface 1", "0.0201 C . seq 1 ack 1 win 502 iface 2",
	       "0.1 C P. seq 1 ack 1 win 502 len 100 iface 1",
	       "0.101 C P. seq 101 ack 1 win 502 len 100 iface 1",
	       "0.102 C P. seq 1 ack 1 win 502 len 100 iface 2",
	       "0.103 C P. seq 101 ack 1 win 502 len 100 iface 2");
	CHECK(s.last.conn == NULL);
	SCRIPT(&s, "0.104 S . seq 1 ack 201 win 502 iface 2");
	CHECK_EQ(s.last.marks, 0);
	CHECK_EQ(flow_retrans(s.conn), 0);
	CHECK_EQ(s.conn->syns, 1);
	CHECK_EQ(s.conn->elsewhere, 5);
	CHECK_EQ(flow_client(s.conn)->pkts, 4);
	/* the first reset counts wherever it passes, and once */
	SCRIPT(&s, "0.2 S R. seq 1 ack 201 win 0 iface 1");
	CHECK(s.last.reset);
	SCRIPT(&s, "0.2001 S R. seq 1 ack 201 win 0 iface 2");
	CHECK(s.last.conn == NULL);
	script_end(&s);
}

static void another_way_is_taken_for_what_is_new_or_late(void)
{
	struct script s;

	script_begin(&s, NULL);
	SCRIPT(&s, HANDSHAKE, "0.1 C P. seq 1 ack 1 win 502 len 100",
	       "0.4 C P. seq 1 ack 1 win 502 len 100 iface 2");
	CHECK_EQ(s.last.marks, FLOW_RETRANS);
	SCRIPT(&s, "0.5 C P. seq 101 ack 1 win 502 len 100 iface 3");
	CHECK(s.last.conn != NULL);
	CHECK_EQ(flow_client(s.conn)->bytes, 200);
	CHECK_EQ(s.conn->elsewhere, 0);
	script_end(&s);
}

int main(void)
{
	RUN(two_answers_to_one_syn_are_one_connection);
	RUN(who_is_let_in_after_a_refusal_is_connected);
	RUN(what_an_older_connection_says_moves_nothing);
	RUN(the_reset_of_an_older_connection_ends_that_one);
	RUN(the_same_packet_again_was_not_sent_again);
	RUN(an_ack_that_is_shown_again_is_no_duplicate);
	RUN(a_handshake_that_comes_again_sooner_than_a_timer_is_a_copy);
	RUN(of_what_came_late_it_is_said_what_is_known);
	RUN(what_passes_another_interface_again_is_no_repeat);
	RUN(another_way_is_taken_for_what_is_new_or_late);
	RUN(data_that_comes_again_sooner_than_a_round_trip_is_a_copy);
	RUN(what_fills_a_hole_sooner_than_a_round_trip_was_overtaken);
	return CHECK_DONE();
}
