/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Segments that were damaged on their way here: their TCP checksum is wrong, while others of the same sender
 * were right. Whoever receives one drops it without a word (RFC 9293, 3.10).
 */
#ifndef FLOW_DAMAGE_H
#define FLOW_DAMAGE_H

#include "decode/decode.h"
#include "flow/conn.h"

/*
 * To be asked before the segment changes the connection; counts it in side from. Not judged are sums that
 * were left to a card, ACKs that carry nothing (nobody waits for one, and no answer would deny it), and
 * segments that are cut, that a card or the kernel may have put together, or whose sender was not right
 * before.
 */
bool flow_is_damaged(struct flow_conn *c, int from, const struct packet *p, const struct decoded *d);

/* The sender left the checksum to its card. */
bool flow_left_to_card(const struct decoded *d);

/* The other end acknowledged what side i did not send but for the damaged segments: its wrong sums tell of no
 * damage, a card or a program did not care to correct them. */
void flow_damage_denied(struct flow_conn *c, int i, uint32_t ack);

#endif
