// SPDX-License-Identifier: BSD-2-Clause
#include "capture/merge.h"

#include <errno.h>
#include <stdlib.h>

/* How often a busy record is looked at again: its program fills it within a microsecond unless it is
 * interrupted. */
#define BUSY_SPINS 2000

/* What a CPU has stored before it reads the clock may take a moment to be seen on another. */
#define SETTLE_SPINS 2000

int merge_init(struct merge *m, struct ring *rings, size_t nrings)
{
	*m = (struct merge){ .rings = rings, .nrings = nrings };
	m->heap.at = calloc(nrings ? nrings : 1, sizeof(*m->heap.at));
	return m->heap.at ? 0 : -ENOMEM;
}

void merge_free(struct merge *m)
{
	free(m->heap.at);
	m->heap.at = NULL;
}

static enum ring_state peek_patiently(struct ring *r, const struct record **rec)
{
	enum ring_state state = ring_peek(r, rec);

	for (int i = 0; state == RING_BUSY && i < BUSY_SPINS; i++)
		state = ring_peek(r, rec);
	return state;
}

/* False: a ring begins with a busy record, nothing can be said about the order. */
static bool fill_heap(struct merge *m)
{
	const struct record *rec;

	for (int i = 0; i < SETTLE_SPINS; i++)
		__asm__ volatile("" ::: "memory");
	m->heap.n = 0;
	for (size_t i = 0; i < m->nrings; i++)
		ring_look(&m->rings[i]);
	for (size_t i = 0; i < m->nrings; i++) {
		enum ring_state state = peek_patiently(&m->rings[i], &rec);

		if (state == RING_BUSY)
			return false;
		if (state == RING_RECORD)
			heap_push(&m->heap, rec, i);
	}
	return true;
}

/* Goes on to the next record of the ring whose turn it was. False: it is busy. */
static bool advance_top(struct merge *m)
{
	struct ring *ring = &m->rings[m->heap.at[0].from];
	const struct record *rec;
	enum ring_state state;

	ring_next(ring);
	ring_release(ring, false);
	state = peek_patiently(ring, &rec);
	if (state == RING_BUSY)
		return false;
	heap_replace_top(&m->heap, state == RING_RECORD ? rec : NULL);
	return true;
}

int merge_run(struct merge *m, uint64_t until_ns, int (*fn)(void *arg, const struct record *rec), void *arg,
	      uint64_t *taken)
{
	bool sorted = fill_heap(m);
	uint64_t last_ns = 0;
	int r = 0;

	*taken = 0;
	while (sorted && m->heap.n && m->heap.at[0].ts_ns <= until_ns && r == 0) {
		uint64_t ts_ns = m->heap.at[0].ts_ns;

		r = fn(arg, m->heap.at[0].rec);
		if (r < 0)
			break;
		last_ns = ts_ns;
		++*taken;
		sorted = advance_top(m);
	}
	if (sorted && r == 0)
		last_ns = until_ns;
	if (last_ns > m->done_ns)
		m->done_ns = last_ns;
	for (size_t i = 0; i < m->nrings; i++)
		ring_release(&m->rings[i], true);
	return r;
}
