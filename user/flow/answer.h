/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYN-ACKs that disagree about the server's first number: two machines answer one SYN (a balancer that sends
 * it to another backend when it is repeated, a middlebox that answers by itself), or one that forgot that it
 * had. The client's ACK says which of them it took (RFC 9293, 3.10.7.3).
 */
#ifndef FLOW_ANSWER_H
#define FLOW_ANSWER_H

#include "flow/marks.h"

/* s is a SYN-ACK with another number than the one before it: it does not move the connection, but is
 * remembered. Otherwise, what an RST or a guess had said of the side's numbers is forgotten for a SYN-ACK's.
 */
bool flow_answer_other(struct flow_conn *c, int from, const struct flow_seg *s);
/* The client's first ACK may take the other answer: the server's numbers count from there, also those of the
 * rows. */
void flow_answer_taken(struct flow_conn *c, int from, const struct flow_seg *s);

/*
 * No part of this connection, whose SYN waits for its answer: a server that still holds an older one over
 * these ports answers with an ACK of that one's numbers, and the client answers that with an RST of those
 * (RFC 9293, 3.5.1 and 3.10.7.3). It may move nothing.
 */
bool flow_answer_foreign(struct flow_conn *c, int from, const struct flow_seg *s);

#endif
