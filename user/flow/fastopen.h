/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Data that came with a SYN (TCP Fast Open, RFC 7413) and that the SYN-ACK did not acknowledge: the server
 * left it, as one that has no use for the cookie does, and the client has to send it again.
 */
#ifndef FLOW_FASTOPEN_H
#define FLOW_FASTOPEN_H

#include "flow/marks.h"

/* Behind every segment that counts, with what a capture proves of it. */
void flow_fastopen(struct flow_conn *c, int from, const struct flow_seg *s, uint32_t proven);

#endif
