/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions without an answer: an application that is asked and says nothing, and an end that is not heard of
 * however often the other asks. */
#ifndef FLOW_SILENCE_H
#define FLOW_SILENCE_H

#include "decode/decode.h"
#include "flow/marks.h"

/* What the rest of the analysis knows of a segment. */
struct flow_silence_of {
	uint32_t marks;
	bool fresh;	 /* it goes beyond all that its side had sent */
	bool zero_ended; /* it opens the window again */
	bool acked;	 /* the other end had acknowledged all of this one before */
	bool acks_all;	 /* … this one all of the other's */
};

/* The payload may ask for something: it is no short TLS record or frame of HTTP/2's own, as clients send them
 * to keep a connection. Pure. */
bool flow_asks(const struct decoded *d);

/* Side from sent s. To be told before FIN and RST change the connection. */
void flow_silence(struct flow_conn *c, int from, const struct flow_seg *s, const struct flow_silence_of *of);

#define FLOW_UNHEARD 3	   /* who asked or sent again so often is not just answered late */
#define FLOW_UNHEARD_END 2 /* … and then ended it */

/* How long side i was not heard, where the other asks for it in vain to the end; else 0. */
uint64_t flow_unheard_ns(const struct flow_conn *c, int i, uint64_t now_ns);
/* The server said nothing but SYN-ACK (and RST, perhaps), although the client's data passed again as its
 * timer ran out. */
bool flow_only_syn_ack(const struct flow_conn *c);
/* How long the client waits for an answer to what the server has acknowledged, while nobody ended it; else 0.
 */
uint64_t flow_waiting_ns(const struct flow_conn *c, uint64_t now_ns);

#endif
