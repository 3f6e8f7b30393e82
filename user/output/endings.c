// SPDX-License-Identifier: BSD-2-Clause
#include "output/endings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "flow/conn.h"

static int grow(struct endings *e)
{
	size_t cap = e->cap ? e->cap * 2 : 64;
	struct ending *at = malloc(cap * sizeof(*at));

	if (!at)
		return -ENOMEM;
	for (size_t i = 0; i < e->n; i++)
		at[i] = e->at[(e->head + i) % e->cap];
	free(e->at);
	e->at = at;
	e->cap = cap;
	e->head = 0;
	return 0;
}

int endings_add(struct endings *e, struct flow_conn *c, uint64_t due_ns)
{
	if (e->n == e->cap && grow(e) < 0)
		return -ENOMEM;
	e->at[(e->head + e->n++) % e->cap] = (struct ending){ c, c->id, due_ns };
	return 0;
}

struct flow_conn *endings_take(struct endings *e, uint64_t now_ns)
{
	while (e->n && e->at[e->head].due_ns <= now_ns) {
		struct ending next = e->at[e->head];

		e->head = (e->head + 1) % e->cap;
		e->n--;
		if (next.conn->id == next.id)
			return next.conn;
	}
	return NULL;
}

uint64_t endings_due(const struct endings *e)
{
	return e->n ? e->at[e->head].due_ns : 0;
}

void endings_free(struct endings *e)
{
	free(e->at);
	memset(e, 0, sizeof(*e));
}
