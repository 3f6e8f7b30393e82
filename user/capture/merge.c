// SPDX-License-Identifier: BSD-2-Clause
#include "capture/merge.h"

#include <errno.h>
#include <stdlib.h>

/* How often a busy record is looked at again: its program fills it within a microsecond unless it is
 * interrupted. */
#define BUSY_SPINS 2000

int merge_init(struct merge *m, struct ring *rings, size_t nrings)
{
	*m = (struct merge){ .rings = rings, .nrings = nrings };
	m->heap = calloc(nrings ? nrings : 1, sizeof(*m->heap));
	return m->heap ? 0 : -ENOMEM;
}

void merge_free(struct merge *m)
{
	free(m->heap);
	m->heap = NULL;
}

static enum ring_state peek_patiently(struct ring *r, const struct record **rec)
{
	enum ring_state state = ring_peek(r, rec);

	for (int i = 0; state == RING_BUSY && i < BUSY_SPINS; i++)
		state = ring_peek(r, rec);
	return state;
}

static void sift_down(struct merge *m)
{
	struct merge_head top = m->heap[0];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < m->n) {
		if (child + 1 < m->n && m->heap[child + 1].ts_ns < m->heap[child].ts_ns)
			child++;
		if (top.ts_ns <= m->heap[child].ts_ns)
			break;
		m->heap[at] = m->heap[child];
		at = child;
	}
	m->heap[at] = top;
}

static void push(struct merge *m, struct ring *ring, const struct record *rec)
{
	size_t at = m->n++;

	while (at > 0 && rec->ts_ns < m->heap[(at - 1) / 2].ts_ns) {
		m->heap[at] = m->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	m->heap[at] = (struct merge_head){ rec->ts_ns, rec, ring };
}

/* False: a ring begins with a busy record, nothing can be said about the order. */
static bool fill_heap(struct merge *m)
{
	const struct record *rec;

	m->n = 0;
	for (size_t i = 0; i < m->nrings; i++)
		ring_look(&m->rings[i]);
	for (size_t i = 0; i < m->nrings; i++) {
		enum ring_state state = peek_patiently(&m->rings[i], &rec);

		if (state == RING_BUSY)
			return false;
		if (state == RING_RECORD)
			push(m, &m->rings[i], rec);
	}
	return true;
}

/* Puts the ring's next record in place of the one at the top. False: it is busy. */
static bool advance_top(struct merge *m)
{
	struct merge_head *top = &m->heap[0];
	enum ring_state state;

	ring_next(top->ring);
	ring_release(top->ring, false);
	state = peek_patiently(top->ring, &top->rec);
	if (state == RING_BUSY)
		return false;
	if (state == RING_RECORD)
		top->ts_ns = top->rec->ts_ns;
	else if (--m->n)
		m->heap[0] = m->heap[m->n];
	if (m->n)
		sift_down(m);
	return true;
}

int merge_run(struct merge *m, uint64_t until_ns, int (*fn)(void *arg, const struct record *rec), void *arg,
	      uint64_t *taken)
{
	bool sorted = fill_heap(m);
	int r = 0;

	*taken = 0;
	while (sorted && m->n && m->heap[0].ts_ns <= until_ns && r == 0) {
		r = fn(arg, m->heap[0].rec);
		if (r < 0)
			break;
		++*taken;
		sorted = advance_top(m);
	}
	for (size_t i = 0; i < m->nrings; i++)
		ring_release(&m->rings[i], true);
	return r;
}
