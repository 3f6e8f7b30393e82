/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One packet that came by more than once: a mirror port shows it at every port it passes, `-i any` on every
 * interface, a network may double it. By its numbers it looks as if it was sent again; but who sends again
 * sends a packet of another IP identification.
 */
#ifndef FLOW_COPIES_H
#define FLOW_COPIES_H

#include "decode/decode.h"
#include "flow/conn.h"

/*
 * The segment of side from is the same packet as one just before; remembers it. To be asked before the
 * segment changes the connection. What is sure of it: a sender whose identifications differ, or new data that
 * comes again sooner than a round trip, or a SYN or SYN-ACK with the same header sooner than any timer.
 * *doubled: one was found in this capture; then also what has no identification (IPv6, zero) is the same if
 * it follows unanswered within a millisecond, sooner than anybody sends again.
 */
bool flow_is_copy(struct flow_conn *c, int from, const struct decoded *d, uint64_t ts_ns, bool *doubled);

#endif
