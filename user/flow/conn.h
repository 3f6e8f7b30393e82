/* SPDX-License-Identifier: BSD-2-Clause */
/* One TCP connection as the capture point saw it. Read it anywhere; only flow/ writes it. */
#ifndef FLOW_CONN_H
#define FLOW_CONN_H

#include <stdbool.h>
#include <stdint.h>

struct flow_rows; /* flow/rows.h */

/* What a segment is, by Wireshark's rules in their order of evaluation. flow_mark_names() gives the words. */
enum flow_mark {
	FLOW_ZERO_WINDOW_PROBE = 1 << 0,
	FLOW_ZERO_WINDOW = 1 << 1,
	FLOW_HOLE = 1 << 2, /* a segment before this one was not captured */
	FLOW_KEEP_ALIVE = 1 << 3,
	FLOW_WINDOW_UPDATE = 1 << 4,
	FLOW_WINDOW_FULL = 1 << 5,
	FLOW_KEEP_ALIVE_ACK = 1 << 6,
	FLOW_ZERO_WINDOW_PROBE_ACK = 1 << 7,
	FLOW_DUP_ACK = 1 << 8,
	FLOW_ACKED_UNSEEN = 1 << 9,
	FLOW_SPURIOUS = 1 << 10,
	FLOW_FAST = 1 << 11,
	FLOW_OUT_OF_ORDER = 1 << 12,
	FLOW_RETRANS = 1 << 13,
	FLOW_REUSED_PORTS = 1 << 14,
	/* beyond Wireshark */
	FLOW_CAPTURE_LOSS = 1 << 15, /* our own capture lost records just before this one */
	FLOW_DELAYED_ACK = 1 << 16,  /* an ACK that waited for the receiver's timer */
	FLOW_RST_IGNORED = 1 << 17,  /* an RST outside the window: the receiver drops it (RFC 5961, 3.2) */
	FLOW_OTHER_ISN = 1 << 18,    /* a SYN-ACK that is another answer to the SYN: no reused ports */
	FLOW_COPY = 1 << 19,	     /* not sent again: the same packet came by before (flow/copies.h) */
	FLOW_DAMAGED = 1 << 20,	     /* its checksum is wrong: it moves nothing (flow/damage.h) */
	FLOW_OTHER_CONN = 1 << 21,   /* of another connection over these ports: flow/answer.h */
	FLOW_NOTED = (1 << 15) - 1,  /* those that Wireshark knows */
	FLOW_RETRANSMITTED = FLOW_SPURIOUS | FLOW_FAST | FLOW_RETRANS,
	FLOW_REPEATS = FLOW_DUP_ACK | FLOW_KEEP_ALIVE_ACK | FLOW_ZERO_WINDOW_PROBE_ACK,
};

/* What Wireshark calls so, but for copies. */
static inline bool flow_sent_again(uint32_t marks)
{
	return marks & FLOW_RETRANSMITTED && !(marks & FLOW_COPY);
}

/* RFC 9293, 3.3.2. UNKNOWN: nothing said so far. */
enum flow_state {
	FLOW_UNKNOWN,
	FLOW_LISTEN,
	FLOW_SYN_SENT,
	FLOW_SYN_RECEIVED,
	FLOW_ESTABLISHED,
	FLOW_FIN_WAIT_1,
	FLOW_FIN_WAIT_2,
	FLOW_CLOSE_WAIT,
	FLOW_CLOSING,
	FLOW_LAST_ACK,
	FLOW_TIME_WAIT,
	FLOW_CLOSED,
};

#define FLOW_SCALE_UNKNOWN (-1)
#define FLOW_SCALE_NONE (-2)
#define FLOW_SCALE_MAX 14 /* RFC 7323, 2.3 */

enum flow_side_flag {
	SIDE_SEEN = 1 << 0,    /* it sent something */
	SIDE_HAS_ISN = 1 << 1, /* isn is known or guessed */
	SIDE_HAS_NX = 1 << 2,  /* nx is set */
	SIDE_HAS_LA = 1 << 3,  /* la is the ack of its last segment */
	SIDE_HAS_CONTIG = 1 << 4,
	SIDE_WIN_UNSCALED = 1 << 5, /* its last window came in a SYN */
	SIDE_HAS_WIN = 1 << 6,
	SIDE_FIN = 1 << 7,	 /* it sent a FIN, at fin_seq */
	SIDE_FIN_ACKED = 1 << 8, /* the other acknowledged it */
	SIDE_SYN = 1 << 9,	 /* isn is from its SYN or SYN-ACK */
	SIDE_HAS_HI_ACK = 1 << 10,
	SIDE_FRAGMENTED = 1 << 11, /* its last segment came in IP fragments: its end is not known */
	SIDE_NO_RTT = 1 << 12,	   /* what ends at or before no_rtt was sent twice (Karn) */
	SIDE_ZERO_OPEN = 1 << 13,  /* its window is closed since zero_since_ns */
	SIDE_IDS_DIFFER = 1 << 14, /* the IP identifications of its packets do */
	SIDE_FIN_AGAIN = 1 << 15,  /* its FIN came again to acknowledge the other's, which had crossed it */
};

#define FLOW_TIMED 4
#define FLOW_WHERE_DIR 3 /* of flow_side.where: enum packet_dir */
#define FLOW_HOLES 2
#define FLOW_IDENTITIES 4

/* For flow/stuck.h: the segment that is sent again as the timer runs out, and what did get through. */
struct flow_stuck {
	uint32_t seq, len, tcp_len; /* its payload; with its TCP header */
	uint32_t piece;		    /* less of it was sent: payload, 0 none */
	uint32_t passed;	    /* payload of the largest that was acknowledged, as far as known */
	uint32_t largest;	    /* … that was sent */
	uint16_t times;		    /* 0: none is */
	bool alive;		    /* the other end spoke meanwhile */
	bool cut;		    /* the piece was acknowledged */
};

/* What the TCP checksums of a side were: flow/damage.h. */
enum flow_sums { SUMS_NONE_RIGHT, SUMS_RIGHT, SUMS_DENIED };

/* From one number to before another nothing was seen. */
struct flow_hole {
	uint32_t from, to;
	uint32_t since_us; /* modulo 2^32 */
};

/* What one end sent. Sequence numbers are those on the wire. */
struct flow_side {
	uint32_t isn;	 /* relative numbers count from here */
	uint32_t nx;	 /* highest seq + len, SYN and FIN counted */
	uint32_t contig; /* end of what was seen without a hole */
	uint32_t la;	 /* ack of its last segment */
	uint32_t hi_ack; /* highest ack it sent */
	uint32_t marks;	 /* of its last segment */
	uint64_t nx_ns;	 /* when nx was reached */
	uint64_t last_ns;
	uint64_t bytes; /* payload, what was sent twice counted once */
	uint32_t pkts;
	uint16_t flags;	  /* enum flow_side_flag */
	uint16_t win;	  /* as on the wire */
	int32_t dup_acks; /* -1: the first is not one (an unseen segment was acknowledged) */
	int8_t scale;	  /* shift of its windows, or FLOW_SCALE_* */
	uint8_t state;	  /* enum flow_state */
	uint8_t ntimed;
	uint8_t nholes;
	/* when segments that wait for their ACK were first sent; the oldest is never thinned out */
	uint32_t timed_end[FLOW_TIMED];
	uint64_t timed_ns[FLOW_TIMED];
	uint32_t no_rtt;
	uint32_t fin_seq;
	uint32_t where;	    /* interface and direction of its last segment */
	uint32_t lost_mark; /* how many records our capture had lost in all at its last segment */
	uint32_t rto_retrans, fast_retrans, spurious_retrans;
	uint32_t timer_retrans; /* of rto_retrans those that waited for as long as a timer does */
	uint32_t out_of_order, dup_acks_all, holes;
	uint32_t zero_windows; /* times its window closed */
	uint32_t probes, keep_alives;
	uint64_t zero_since_ns, zero_ns;
	uint64_t longest_rto_ns;
	uint64_t longest_gap_ns;    /* the longest it kept the other waiting for data */
	uint64_t longest_answer_ns; /* the longest it said nothing to what it had acknowledged before it spoke
				     */
	uint64_t said_ns;      /* when it last sent payload, while the other has not answered it; else 0 */
	uint32_t acked_unseen; /* times it acknowledged what was not captured */
	uint16_t unheard;      /* times that it asked or sent again since the other was heard last */
	uint16_t stayed;       /* segments that came in here since the last that went out elsewhere */
	uint32_t identities[FLOW_IDENTITIES]; /* of its last packets: flow/copies.h */
	uint32_t copies;		      /* the same packet once more, which is no retransmission */
	uint32_t damaged;		      /* segments: flow/damage.h */
	struct flow_stuck stuck;
	struct flow_hole hole[FLOW_HOLES]; /* oldest first: flow/holes.h */
	uint32_t soonest_us;		   /* in which it acknowledged anything; 0 unknown */
	uint16_t overtaken;		   /* of out_of_order those that nobody can have sent again */
	uint16_t overtaken_again;	   /* … of what is counted as sent again */
	uint16_t hasty;			   /* of out_of_order those that were sent again */
	uint16_t filled;		   /* segments that filled a hole */
	uint8_t answers;		   /* how often it acknowledged what had passed here, up to 255 */
	bool goes_out;			   /* what came in here went out elsewhere, too */
	uint16_t ip_id;			   /* of its last packet */
	uint8_t ttl;			   /* hops left of its last segment that was no RST; 0 unknown */
	uint8_t sums;			   /* enum flow_sums */
	bool paused[FLOW_HOLES];	   /* its side had been silent before that hole */
};

enum flow_conn_flag {
	CONN_ACKED = 1 << 0,	/* the client acknowledged the SYN-ACK */
	CONN_PROGRESS = 1 << 1, /* after the handshake the server sent more than SYN-ACKs */
	CONN_GUESSED = 1 << 2,	/* no SYN seen: which end is the client is a guess */
	CONN_RST = 1 << 3,	/* an RST ended it */
	CONN_RST_BY_SERVER = 1 << 4,
	CONN_FIN_SERVER_FIRST = 1 << 5,
	CONN_FIN1_ACKED_FIRST =
		1 << 6, /* a segment without FIN acknowledged the first FIN before the second */
	CONN_FIN2_ACKS_FIN1 = 1 << 7,
	CONN_REFUSED = 1 << 8,
	CONN_ICMP = 1 << 9,	      /* an ICMP error quoted its SYN before any answer */
	CONN_REUSED = 1 << 10,	      /* the ports served another connection before */
	CONN_REPORTED = 1 << 11,      /* for the owner's use: it was shown */
	CONN_RETIRED = 1 << 12,	      /* no longer found by its ports */
	CONN_LOSS = 1 << 13,	      /* our own capture lost records while it lived */
	CONN_ICMP_LATER = 1 << 14,    /* an ICMP error quoted a later segment */
	CONN_QUIET = 1 << 15,	      /* for the owner's use: told of as quiet; the next segment clears it */
	CONN_SAMPLED = 1 << 16,	      /* segments may have been left out to save CPU */
	CONN_OTHER_ISN = 1 << 17,     /* its SYN was answered with two numbers: other_isn is the other */
	CONN_LET_IN = 1 << 18,	      /* a SYN-ACK answered its SYN when an RST had */
	CONN_RST_BARE = 1 << 19,      /* the RST that ended it acknowledges nothing */
	CONN_RST_MADE_HERE = 1 << 20, /* … went out here, and its side's other segments come in */
	CONN_SYN_AGAIN = 1 << 21,     /* its SYN came again when a SYN-ACK had passed */
	CONN_OLD_HELD = 1 << 22,      /* its SYN was answered with an ACK of another connection's numbers */
	CONN_SYN_ACK_AFTER = 1 << 23, /* a SYN-ACK came when the client had acknowledged one */
	CONN_RST_FOR_NEWER = 1 << 24, /* the RST that ended it came when a newer one over its ports asked */
	CONN_RST_UNHEARD = 1 << 25,   /* long after it, the other end's timer sent something again */
	CONN_IRTT_WAITED = 1 << 26,   /* irtt_ns counts the wait for another SYN-ACK */
	CONN_RST_DENIED = 1 << 27,    /* after an RST that counted both ends went on */
	CONN_SYN_DATA_LEFT = 1 << 28, /* a SYN-ACK left the data of the SYN, and the client sent no other */
};

enum flow_rst_phase { RST_IN_HANDSHAKE, RST_BEFORE_DATA, RST_AFTER_BYTES, RST_AFTER_FIN, RST_AFTER_CLOSE };

/* Ends are kept in the order of their address and port; side[client] is the client. */
struct flow_conn {
	uint8_t addr[2][16]; /* network order; 4 bytes for AF_INET, the rest 0 */
	uint16_t port[2];
	uint8_t family;
	uint8_t client;	      /* 0 or 1 */
	uint16_t rst_unheard; /* its sender's unheard */
	uint32_t flags;	      /* enum flow_conn_flag */
	uint32_t hash;
	uint32_t id;	    /* #N, from 1, in the order of first segments */
	uint32_t elsewhere; /* segments that passed another interface before, and were followed there */
	uint64_t first_ns, last_ns;
	uint64_t syn_ns; /* the last SYN */
	uint32_t syns;
	uint16_t syn_acks;
	uint16_t syn_bytes_again; /* of the data that came with the SYN: flow/fastopen.h */
	int64_t irtt_ns;	  /* 0 unknown */
	uint64_t last_data_ns; /* since when data is waited for: the last that came, came again, or was made
				  room for */
	uint64_t first_syn_ns;
	uint32_t lru_prev, lru_next;
	uint32_t lost;	    /* records our own capture lost while it lived: anybody's */
	uint32_t lost_mark; /* how many it had lost in all at the last segment */
	uint8_t rst_phase;  /* enum flow_rst_phase */
	uint8_t icmp_type, icmp_code;
	uint8_t icmp_family;
	uint8_t icmp_about; /* the side that sent what the error quotes */
	uint8_t alert;	    /* a TLS alert that one end sent; 0 none */
	uint8_t alert_from; /* … its side */
	uint8_t rst_ttl;    /* of the RST that ended it; 0 unknown */
	uint8_t icmp_from[16];
	uint64_t rst_bytes[2];	  /* by side, when the RST came */
	uint64_t rst_silence_ns;  /* how long its sender had not heard the other; of what refused, the SYN */
	uint64_t unanswered_ns;	  /* the client's last payload waited so long for an answer when one end ended
				     it */
	uint32_t rst_us;	  /* when it came, modulo 2^32 */
	uint32_t rst_too_soon_us; /* it acknowledged what had passed so long before: flow/forged.h; else 0 */
	uint32_t went_on_us;	  /* its sender spoke again so long after it; else 0 */
	uint32_t rst_nx;	  /* nx of its sender then */
	uint32_t other_isn;
	uint32_t asked_nx;	    /* the server's nx when the client's said_ns was set */
	uint8_t fins;		    /* times that the first to close sent its FIN, up to 255 */
	uint8_t syn_data_again;	    /* segments that brought the SYN's data again */
	uint16_t came_again[2];	    /* by side, segments that filled a hole and were surely sent again */
	uint8_t after_rst[2];	    /* … that were sent again when an RST had ended it */
	const char *iface;	    /* name, lent by the interface table; NULL unknown */
	uint64_t shown_bytes, rate; /* for the owner's use: payload at the last look, and what came since */
	struct flow_rows *rows;
	struct flow_side side[2];
};

static inline const struct flow_side *flow_client(const struct flow_conn *c)
{
	return &c->side[c->client];
}

static inline const struct flow_side *flow_server(const struct flow_conn *c)
{
	return &c->side[!c->client];
}

static inline uint32_t flow_side_retrans(const struct flow_side *s)
{
	return s->rto_retrans + s->fast_retrans + s->spurious_retrans;
}

static inline uint32_t flow_retrans(const struct flow_conn *c)
{
	uint32_t n = 0;

	for (int i = 0; i < 2; i++)
		n += flow_side_retrans(&c->side[i]);
	return n;
}

/* Sequence arithmetic, modulo 2^32 (RFC 9293, 3.4). */
static inline bool seq_lt(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static inline bool seq_le(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) <= 0;
}

#endif
