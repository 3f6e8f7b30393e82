/* SPDX-License-Identifier: BSD-2-Clause */
/* What a connection came to. */
#ifndef FLOW_VERDICT_H
#define FLOW_VERDICT_H

#include "flow/conn.h"
#include "util/strbuf.h"

/* In the order of decision. */
enum flow_verdict {
	VERDICT_REFUSED,
	VERDICT_REJECTED,
	VERDICT_NO_ANSWER,
	VERDICT_HALF_OPEN,
	VERDICT_RESET_CLIENT,
	VERDICT_RESET_SERVER,
	VERDICT_CLOSED_3,
	VERDICT_CLOSED_4,
	VERDICT_CLOSED_SIMULTANEOUS,
	VERDICT_HALF_CLOSED,
	VERDICT_OPEN,
	VERDICT_MID_STREAM,
	VERDICT_ONE_WAY,
};

enum flow_verdict flow_verdict(const struct flow_conn *c);
/* `closed-4`; stable. */
const char *flow_verdict_slug(enum flow_verdict v);
/* Appends `closed in 4, client first`. now_ns: the end of the capture, for what is idle since. */
void flow_verdict_words(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns);
/* Appends what else happened, ` · ` between: stalls, retransmissions, disorder, reuse, gaps, our own losses.
 */
void flow_modifier_words(struct strbuf *b, const struct flow_conn *c, uint64_t now_ns, bool sampled);
/* Which side sent the first FIN. Valid if one of them did. */
int flow_first_fin(const struct flow_conn *c);
/* How long side's window was closed, up to now_ns if it still is. */
uint64_t flow_stalled_ns(const struct flow_side *side, uint64_t now_ns);
/* The connection ends: nobody waits for its windows any more. */
void flow_stop_stalls(struct flow_conn *c, uint64_t now_ns);

#endif
