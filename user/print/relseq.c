// SPDX-License-Identifier: BSD-2-Clause
#include "print/relseq.h"

#include <stdlib.h>
#include <string.h>

/* An entry is words: a tag (never 0; 0 is an empty slot), both ports, the lower side's address, the other's,
 * and then its struct relseq_base. */
#define SLOTS_MIN 1024

struct key {
	uint32_t words[10]; /* tag, ports, two addresses */
	uint32_t n, hash;
};

/* Words of an entry; n of an address. */
static inline uint32_t stride(uint32_t n)
{
	return 2 + 2 * n + 2;
}

void relseq_init(struct relseq *t, size_t addr_len, uint32_t max)
{
	*t = (struct relseq){ .addr_words = (uint32_t)addr_len / 4, .max = max };
}

void relseq_clear(struct relseq *t)
{
	free(t->newer);
	free(t->older);
	t->newer = t->older = NULL;
	t->slots = t->older_slots = t->used = 0;
}

/* n: t->addr_words, as a constant to the compiler. */
static inline __attribute__((always_inline)) void make_key(const struct relseq *t, struct key *k,
							   const uint8_t *low, const uint8_t *high,
							   uint32_t ports, uint32_t n)
{
	uint64_t h = (ports ^ (uintptr_t)t >> 4) * 0x9e3779b97f4a7c15u;

	k->n = 2 + 2 * n;
	k->words[1] = ports;
	memcpy(k->words + 2, low, 4 * n);
	memcpy(k->words + 2 + n, high, 4 * n);
	for (uint32_t i = 2; i < k->n; i++)
		h = (h ^ h >> 29 ^ k->words[i]) * 0xbf58476d1ce4e5b9u;
	k->hash = (uint32_t)(h >> 32);
	k->words[0] = k->hash | 1; /* never 0: the slot is taken */
}

static inline __attribute__((always_inline)) bool is_key(const uint32_t *slot, const struct key *k,
							 uint32_t n)
{
	uint32_t differ = 0;

	for (uint32_t i = 0; i < 2 + 2 * n; i++)
		differ |= slot[i] ^ k->words[i];
	return !differ;
}

/* The key's slot in a generation, or the empty one where it would stand. n: as make_key's. */
static inline __attribute__((always_inline)) uint32_t *probe(uint32_t *gen, uint32_t slots,
							     const struct key *k, uint32_t n)
{
	uint32_t step = stride(n), mask = slots - 1;

	for (uint32_t i = k->hash >> 1 & mask;; i = (i + 1) & mask) {
		uint32_t *slot = gen + (size_t)i * step;

		if (slot[0] == 0)
			return slot;
		if (is_key(slot, k, n))
			return slot;
	}
}

static bool double_slots(struct relseq *t)
{
	uint32_t step = stride(t->addr_words), slots = t->slots ? t->slots * 2 : SLOTS_MIN;
	uint32_t *gen = calloc(slots, 4 * (size_t)step);

	if (!gen)
		return false;
	for (uint32_t i = 0; i < t->slots; i++) {
		const uint32_t *from = t->newer + (size_t)i * step;
		uint32_t at = from[0] >> 1;

		if (from[0] == 0)
			continue;
		while (gen[(size_t)(at & (slots - 1)) * step])
			at++;
		memcpy(gen + (size_t)(at & (slots - 1)) * step, from, 4 * (size_t)step);
	}
	free(t->newer);
	t->newer = gen;
	t->slots = slots;
	return true;
}

/* Room for one more entry at most two thirds full. */
static bool make_room(struct relseq *t)
{
	if (t->used >= t->max) {
		free(t->older);
		t->older = t->newer;
		t->older_slots = t->slots;
		t->newer = NULL;
		t->slots = t->used = 0;
	}
	return (t->slots && (uint64_t)t->used * 3 < (uint64_t)t->slots * 2) || double_slots(t);
}

/* The key is not in the newer generation. */
static struct relseq_base *add(struct relseq *t, const struct key *k, bool *is_new)
{
	uint32_t *slot, *old = NULL;

	if (!make_room(t))
		return NULL;
	slot = probe(t->newer, t->slots, k, t->addr_words);
	memcpy(slot, k->words, 4 * k->n);
	t->used++;
	if (t->older)
		old = probe(t->older, t->older_slots, k, t->addr_words);
	*is_new = !old || !old[0];
	if (!*is_new)
		memcpy(slot + k->n, old + k->n, sizeof(struct relseq_base));
	return (struct relseq_base *)(slot + k->n);
}

static inline __attribute__((always_inline)) struct relseq_base *find(struct relseq *t, const uint8_t *src,
								      const uint8_t *dst, uint16_t sport,
								      uint16_t dport, bool *reversed,
								      bool *is_new, uint32_t n)
{
	struct key k;

	*reversed = sport > dport || (sport == dport && memcmp(src, dst, 4 * n) > 0);
	if (*reversed)
		make_key(t, &k, dst, src, (uint32_t)dport << 16 | sport, n);
	else
		make_key(t, &k, src, dst, (uint32_t)sport << 16 | dport, n);
	*is_new = false;
	if (t->slots) {
		uint32_t *slot = probe(t->newer, t->slots, &k, n);

		if (slot[0])
			return (struct relseq_base *)(slot + k.n);
	}
	return add(t, &k, is_new);
}

struct relseq_base *relseq_find(struct relseq *t, const uint8_t *src, const uint8_t *dst, uint16_t sport,
				uint16_t dport, bool *reversed, bool *is_new)
{
	if (t->addr_words == 1)
		return find(t, src, dst, sport, dport, reversed, is_new, 1);
	return find(t, src, dst, sport, dport, reversed, is_new, 4);
}
