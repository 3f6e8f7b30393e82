// SPDX-License-Identifier: BSD-2-Clause
#include "capture/gather.h"

#include <errno.h>
#include <stdlib.h>

int gather_init(struct gather *g, struct queue **queues, size_t n)
{
	*g = (struct gather){ .queues = queues, .n = n };
	g->heap.at = calloc(n ? n : 1, sizeof(*g->heap.at));
	return g->heap.at ? 0 : -ENOMEM;
}

void gather_free(struct gather *g)
{
	free(g->heap.at);
	g->heap.at = NULL;
}

void gather_look(struct gather *g)
{
	g->until_ns = UINT64_MAX;
	g->goal_ns = 0;
	for (size_t i = 0; i < g->n; i++) {
		struct queue *q = g->queues[i];

		queue_look(q);
		if (q->done_seen_ns < g->until_ns)
			g->until_ns = q->done_seen_ns;
		if (queue_peek(q) && q->done_seen_ns > g->goal_ns)
			g->goal_ns = q->done_seen_ns;
	}
}

static void fill_heap(struct gather *g)
{
	g->heap.n = 0;
	for (size_t i = 0; i < g->n; i++) {
		const struct record *rec = queue_peek(g->queues[i]);

		if (rec)
			heap_push(&g->heap, rec, i);
	}
}

int gather_run(struct gather *g, int (*fn)(void *arg, const struct record *rec), void *arg, uint64_t *taken)
{
	int r = 0;

	*taken = 0;
	fill_heap(g);
	while (g->heap.n && g->heap.at[0].ts_ns <= g->until_ns && r == 0) {
		struct queue *q = g->queues[g->heap.at[0].from];

		r = fn(arg, g->heap.at[0].rec);
		if (r < 0)
			break;
		++*taken;
		queue_next(q);
		queue_release(q, false);
		heap_replace_top(&g->heap, queue_peek(q));
	}
	for (size_t i = 0; i < g->n; i++)
		queue_release(g->queues[i], true);
	return r;
}
