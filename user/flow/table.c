// SPDX-License-Identifier: BSD-2-Clause
#include "flow/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

/* Connections that are kept together: 14 MiB, of which the first huge page is paid for bit by bit. */
#define CHUNK_BITS 14
#define CHUNK (1u << CHUNK_BITS)
#define HUGE_PAGE ((size_t)2 << 20)
#define FIRST_SLOTS 1024

int flow_key_set(struct flow_key *k, uint8_t family, const uint8_t *src, const uint8_t *dst, uint16_t sport,
		 uint16_t dport)
{
	size_t n = family == AF_INET ? 4 : 16;
	int order = memcmp(src, dst, n);
	int from = order > 0 || (order == 0 && sport > dport);

	memset(k, 0, sizeof(*k));
	memcpy(k->addr[from], src, n);
	memcpy(k->addr[!from], dst, n);
	k->port[from] = sport;
	k->port[!from] = dport;
	k->family = family;
	return from;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	__uint128_t r = (__uint128_t)(a ^ 0x9e3779b97f4a7c15ull) * (b ^ 0xd1b54a32d192ed03ull);

	return (uint64_t)r ^ (uint64_t)(r >> 64);
}

static uint64_t word(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint32_t key_hash(const struct flow_map *m, const struct flow_key *k)
{
	uint64_t ports = (uint64_t)k->family << 32 | (uint64_t)k->port[0] << 16 | k->port[1];
	uint64_t h = mix(word(k->addr[0]) ^ m->seed, word(k->addr[1]) ^ ports);

	if (k->family != AF_INET)
		h = mix(h ^ word(k->addr[0] + 8), word(k->addr[1] + 8) ^ m->seed);
	return (uint32_t)(h ^ h >> 32);
}

static struct flow_conn *conn_at(const struct flow_map *m, uint32_t i)
{
	return &m->chunks[i >> CHUNK_BITS][i & (CHUNK - 1)];
}

static bool same_ends(const struct flow_conn *c, const struct flow_key *k)
{
	if (c->family != k->family || memcmp(c->port, k->port, sizeof(k->port)) != 0)
		return false;
	if (k->family == AF_INET)
		return memcmp(c->addr[0], k->addr[0], 4) == 0 && memcmp(c->addr[1], k->addr[1], 4) == 0;
	return memcmp(c->addr, k->addr, sizeof(k->addr)) == 0;
}

int flow_map_init(struct flow_map *m, uint64_t seed)
{
	memset(m, 0, sizeof(*m));
	m->slots = calloc(FIRST_SLOTS, sizeof(*m->slots));
	if (!m->slots)
		return -ENOMEM;
	m->mask = FIRST_SLOTS - 1;
	m->free = m->head = m->tail = FLOW_NONE;
	m->seed = seed;
	return 0;
}

void flow_map_clear(struct flow_map *m)
{
	for (uint32_t i = 0; i < m->nchunks; i++)
		free(m->chunks[i]);
	free(m->chunks);
	free(m->slots);
	memset(m, 0, sizeof(*m));
}

static void put_slot(struct flow_slot *slots, uint32_t mask, struct flow_slot s)
{
	uint32_t i = s.hash & mask;

	while (slots[i].index)
		i = (i + 1) & mask;
	slots[i] = s;
}

/* Linear probing stays short below two thirds. */
static int make_room(struct flow_map *m)
{
	uint32_t n = m->mask + 1, mask = n * 2 - 1;
	struct flow_slot *slots;

	if (m->used + 1 <= n / 3 * 2)
		return 0;
	slots = calloc((size_t)n * 2, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++)
		if (m->slots[i].index)
			put_slot(slots, mask, m->slots[i]);
	free(m->slots);
	m->slots = slots;
	m->mask = mask;
	return 0;
}

struct flow_conn *flow_map_find(const struct flow_map *m, const struct flow_key *k)
{
	uint32_t hash = key_hash(m, k);

	for (uint32_t i = hash & m->mask; m->slots[i].index; i = (i + 1) & m->mask) {
		struct flow_conn *c;

		if (m->slots[i].hash != hash)
			continue;
		c = conn_at(m, m->slots[i].index - 1);
		if (same_ends(c, k))
			return c;
	}
	return NULL;
}

/* In huge pages: each new small one would cost as much as twenty segments. The first connections have small
 * ones, as most captures have few; and so have those of the last part that fills no huge one. */
static struct flow_conn *new_chunk(bool first)
{
	size_t bytes = CHUNK * sizeof(struct flow_conn), small = first ? HUGE_PAGE : 0;
	void *p;

	if (posix_memalign(&p, HUGE_PAGE, bytes))
		return NULL;
	madvise((uint8_t *)p + small, bytes / HUGE_PAGE * HUGE_PAGE - small, MADV_HUGEPAGE);
	return p;
}

/* The address of a chunk stays while the table lives. */
static int add_chunk(struct flow_map *m)
{
	if (m->nchunks == m->chunks_cap) {
		uint32_t cap = m->chunks_cap ? m->chunks_cap * 2 : 16;
		struct flow_conn **p = realloc(m->chunks, cap * sizeof(*p));

		if (!p)
			return -ENOMEM;
		m->chunks = p;
		m->chunks_cap = cap;
	}
	m->chunks[m->nchunks] = new_chunk(m->nchunks == 0);
	if (!m->chunks[m->nchunks])
		return -ENOMEM;
	m->nchunks++;
	return 0;
}

static uint32_t take_index(struct flow_map *m)
{
	uint32_t i = m->free;

	if (i != FLOW_NONE) {
		m->free = conn_at(m, i)->lru_next;
		return i;
	}
	if (m->next == m->nchunks << CHUNK_BITS && add_chunk(m) < 0)
		return FLOW_NONE;
	return m->next++;
}

static uint32_t index_of(const struct flow_map *m, const struct flow_conn *c)
{
	if (c->lru_prev != FLOW_NONE)
		return conn_at(m, c->lru_prev)->lru_next;
	return m->head;
}

static void lru_push(struct flow_map *m, uint32_t i)
{
	struct flow_conn *c = conn_at(m, i);

	c->lru_prev = FLOW_NONE;
	c->lru_next = m->head;
	if (m->head != FLOW_NONE)
		conn_at(m, m->head)->lru_prev = i;
	else
		m->tail = i;
	m->head = i;
}

static void lru_unlink(struct flow_map *m, struct flow_conn *c)
{
	if (c->lru_prev != FLOW_NONE)
		conn_at(m, c->lru_prev)->lru_next = c->lru_next;
	else
		m->head = c->lru_next;
	if (c->lru_next != FLOW_NONE)
		conn_at(m, c->lru_next)->lru_prev = c->lru_prev;
	else
		m->tail = c->lru_prev;
}

struct flow_conn *flow_map_add(struct flow_map *m, const struct flow_key *k)
{
	struct flow_conn *c;
	uint32_t i;

	if (make_room(m) < 0)
		return NULL;
	i = take_index(m);
	if (i == FLOW_NONE)
		return NULL;
	c = conn_at(m, i);
	memset(c, 0, sizeof(*c));
	memcpy(c->addr, k->addr, sizeof(c->addr));
	memcpy(c->port, k->port, sizeof(c->port));
	c->family = k->family;
	c->hash = key_hash(m, k);
	put_slot(m->slots, m->mask, (struct flow_slot){ c->hash, i + 1 });
	m->used++;
	m->live++;
	lru_push(m, i);
	return c;
}

/* What follows a freed slot moves up, so that no search ends too early. */
static void free_slot(struct flow_map *m, uint32_t hole)
{
	for (uint32_t i = (hole + 1) & m->mask; m->slots[i].index; i = (i + 1) & m->mask) {
		uint32_t home = m->slots[i].hash & m->mask;

		if (((i - home) & m->mask) < ((i - hole) & m->mask))
			continue;
		m->slots[hole] = m->slots[i];
		hole = i;
	}
	m->slots[hole].index = 0;
	m->used--;
}

void flow_map_retire(struct flow_map *m, struct flow_conn *c)
{
	uint32_t want = index_of(m, c) + 1;
	uint32_t i = c->hash & m->mask;

	if (c->flags & CONN_RETIRED)
		return;
	while (m->slots[i].index != want)
		i = (i + 1) & m->mask;
	free_slot(m, i);
	c->flags |= CONN_RETIRED;
}

void flow_map_remove(struct flow_map *m, struct flow_conn *c)
{
	uint32_t i = index_of(m, c);

	flow_map_retire(m, c);
	lru_unlink(m, c);
	c->lru_next = m->free;
	m->free = i;
	m->live--;
}

void flow_map_touch(struct flow_map *m, struct flow_conn *c)
{
	uint32_t i;

	if (c->lru_prev == FLOW_NONE)
		return;
	i = index_of(m, c);
	lru_unlink(m, c);
	lru_push(m, i);
}

struct flow_conn *flow_map_oldest(const struct flow_map *m)
{
	return m->tail == FLOW_NONE ? NULL : conn_at(m, m->tail);
}

struct flow_conn *flow_map_newer(const struct flow_map *m, const struct flow_conn *c)
{
	return c->lru_prev == FLOW_NONE ? NULL : conn_at(m, c->lru_prev);
}
