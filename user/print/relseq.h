/* SPDX-License-Identifier: BSD-2-Clause */
/* The sequence numbers from which each connection's are counted, both directions in one entry, as tcpdump
 * keeps them; but bounded: the least recent connections are forgotten. */
#ifndef PRINT_RELSEQ_H
#define PRINT_RELSEQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct relseq_base {
	uint32_t seq; /* of the side whose port (of equal ports: whose address) is lower */
	uint32_t ack; /* of the other */
};

/* One family's connections. Two generations: when the newer is full, the older is dropped. */
struct relseq {
	uint32_t addr_words; /* 1 or 4 */
	uint32_t max;	     /* entries in a generation */
	uint32_t slots, used;
	uint32_t *newer, *older; /* slots entries each, or NULL; older has older_slots */
	uint32_t older_slots;
};

void relseq_init(struct relseq *t, size_t addr_len, uint32_t max);
void relseq_clear(struct relseq *t);

/* src, dst: addresses in network order. *reversed: the segment comes from the side that does not own
 * base.seq. *is_new: the connection was not known; the base is then to be filled in. The base is valid until
 * the next call; NULL without memory. */
struct relseq_base *relseq_find(struct relseq *t, const uint8_t *src, const uint8_t *dst, uint16_t sport,
				uint16_t dport, bool *reversed, bool *is_new);

#endif
