/* SPDX-License-Identifier: BSD-2-Clause */
/* The newest packets in a fixed amount of memory. Pure. */
#ifndef FILE_PACKET_RING_H
#define FILE_PACKET_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet.h"

struct packet_ring {
	uint8_t *buf; /* size bytes: the limit, which the system gives as they are touched */
	size_t size;
	size_t first, next; /* where the oldest packet stands, and where the next one goes */
	size_t end;	    /* of the packets before the place where the ring starts over */
	uint64_t n;	    /* packets in it */
	uint64_t forgotten;
};

/* Zeroed: before the oldest packet. Adding and taking make it worthless. */
struct packet_ring_place {
	size_t at;
	uint64_t n; /* packets before it */
};

/* 0 or -ENOMEM. */
int packet_ring_new(struct packet_ring *r, size_t size);
void packet_ring_free(struct packet_ring *r);

/* Copies; the oldest give way. One that is larger than the ring is not kept (and counted as forgotten). */
void packet_ring_add(struct packet_ring *r, const struct packet *p);

/* Shows the packet at that place, the oldest first, and moves on; false behind the newest. */
bool packet_ring_next(const struct packet_ring *r, struct packet_ring_place *place, struct packet *out);

/* Takes the oldest out: true and *out, which holds until the next add; false when the ring is empty. */
bool packet_ring_take(struct packet_ring *r, struct packet *out);

#endif
