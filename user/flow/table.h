/* SPDX-License-Identifier: BSD-2-Clause */
/* The connections, found by their two ends in constant time. The least recently active one is always at hand.
 */
#ifndef FLOW_TABLE_H
#define FLOW_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/conn.h"

struct flow_key {
	uint8_t addr[2][16]; /* lower end first; IPv4 padded with 0 */
	uint16_t port[2];
	uint8_t family;
};

/* Fills *k; 0 or 1: which end of the key src is. */
int flow_key_set(struct flow_key *k, uint8_t family, const uint8_t *src, const uint8_t *dst, uint16_t sport,
		 uint16_t dport);

struct flow_slot {
	uint32_t hash;
	uint32_t index; /* of the connection + 1; 0: free */
};

#define FLOW_NONE UINT32_MAX

struct flow_map {
	struct flow_slot *slots;
	uint32_t mask; /* slots - 1 */
	uint32_t used; /* slots in use */
	struct flow_conn **chunks;
	uint32_t nchunks, chunks_cap;
	uint32_t next;	     /* first index never used */
	uint32_t free;	     /* head of the free list, through lru_next; FLOW_NONE: empty */
	uint32_t live;	     /* connections kept, retired ones too */
	uint32_t head, tail; /* most and least recently active */
	uint64_t seed;
};

int flow_map_init(struct flow_map *m, uint64_t seed);
void flow_map_clear(struct flow_map *m); /* rows are the owner's to free first */
struct flow_conn *flow_map_find(const struct flow_map *m, const struct flow_key *k);
/* A new connection, zeroed but for its ends and hash, most recently active. NULL without memory. */
struct flow_conn *flow_map_add(struct flow_map *m, const struct flow_key *k);
/* It is no longer found by its ends, but kept. */
void flow_map_retire(struct flow_map *m, struct flow_conn *c);
void flow_map_remove(struct flow_map *m, struct flow_conn *c);
void flow_map_touch(struct flow_map *m, struct flow_conn *c);
/* From the least recently active: NULL at the end. */
struct flow_conn *flow_map_oldest(const struct flow_map *m);
struct flow_conn *flow_map_newer(const struct flow_map *m, const struct flow_conn *c);

#endif
