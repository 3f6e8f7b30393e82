/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a capture proves of a segment that Wireshark's marks take for sent again, or for something else. What
 * is counted and explained goes by this; what is shown beside a segment are the marks.
 */
#ifndef FLOW_AGAIN_H
#define FLOW_AGAIN_H

#include "flow/marks.h"

/* Where a segment stood in what its side had sent before it. */
struct flow_place {
	bool at_end;	 /* it begins behind all of that */
	bool has_passed; /* all of it came by before */
};

struct flow_place flow_place(const struct flow_side *f, const struct flow_seg *s);

/* The marks of s, of side from, which is counted already, but that
 * - one byte before the next number that is not acknowledged is sent again, and no keep-alive;
 * - what is out of order for its haste alone, since it had passed, is sent again;
 * - a FIN that was acknowledged is sent again in vain, as data is;
 * - what is stamped before its ACK was only recorded behind it. */
uint32_t flow_again(const struct flow_conn *c, int from, const struct flow_seg *s, uint32_t marks,
		    const struct flow_place *was);

#endif
