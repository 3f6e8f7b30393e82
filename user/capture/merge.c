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
	state = peek_patiently(ring, &rec);
	if (state == RING_BUSY)
		return false;
	heap_replace_top(&m->heap, state == RING_RECORD ? rec : NULL);
	return true;
}

static bool has_next(const struct merge *m, uint64_t until_ns)
{
	return m->heap.n && m->heap.at[0].ts_ns <= until_ns;
}

/* All up to done_ns were handed out. */
static void finish(struct merge *m, uint64_t done_ns)
{
	if (done_ns > m->done_ns)
		m->done_ns = done_ns;
	for (size_t i = 0; i < m->nrings; i++)
		ring_release(&m->rings[i], true);
}

int merge_run(struct merge *m, uint64_t until_ns, int (*fn)(void *arg, const struct record *rec), void *arg,
	      uint64_t *taken)
{
	bool sorted = fill_heap(m);
	uint64_t last_ns = 0;
	int r = 0;

	*taken = 0;
	while (sorted && has_next(m, until_ns) && r == 0) {
		struct heap_head top = m->heap.at[0];

		r = fn(arg, top.rec);
		if (r < 0)
			break;
		last_ns = top.ts_ns;
		++*taken;
		sorted = advance_top(m);
		ring_release(&m->rings[top.from], false);
	}
	finish(m, sorted && r == 0 ? until_ns : last_ns);
	return r;
}

/*
 * The first records of the ring whose turn it is, at most n: until another's turn comes, or it has room to
 * give back. How many. *sorted: false if it is busy then.
 */
static size_t take_run(struct merge *m, uint64_t until_ns, const struct record **recs, size_t n, bool *sorted)
{
	struct ring *ring = &m->rings[m->heap.at[0].from];
	uint64_t second_ns = heap_second_ns(&m->heap), last_ns = second_ns < until_ns ? second_ns : until_ns;
	const struct record *rec = m->heap.at[0].rec;
	enum ring_state state;
	size_t taken = 0;

	do {
		recs[taken++] = rec;
		ring_next(ring);
		state = ring_peek(ring, &rec);
		if (state == RING_BUSY)
			state = peek_patiently(ring, &rec);
	} while (taken < n && state == RING_RECORD && rec->ts_ns <= last_ns && !ring_may_release(ring));
	*sorted = state != RING_BUSY;
	if (*sorted)
		heap_replace_top(&m->heap, state == RING_RECORD ? rec : NULL);
	return taken;
}

int merge_run_many(struct merge *m, uint64_t until_ns,
		   int (*fn)(void *arg, const struct record *const *recs, size_t n), void *arg,
		   uint64_t *taken)
{
	const struct record *recs[MERGE_MANY];
	bool sorted = fill_heap(m);
	uint64_t last_ns = 0;
	int r = 0;

	*taken = 0;
	while (sorted && has_next(m, until_ns) && r == 0) {
		struct ring *ring;
		size_t n = 0;

		do {
			ring = &m->rings[m->heap.at[0].from];
			n += take_run(m, until_ns, recs + n, MERGE_MANY - n, &sorted);
		} while (sorted && n < MERGE_MANY && !ring_may_release(ring) && has_next(m, until_ns));
		last_ns = recs[n - 1]->ts_ns;
		r = fn(arg, recs, n);
		*taken += n;
		ring_release(ring, false);
	}
	finish(m, sorted && r == 0 ? until_ns : last_ns);
	return r;
}
