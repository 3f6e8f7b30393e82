// SPDX-License-Identifier: BSD-2-Clause
#include "flow/rows.h"

#include <stdlib.h>
#include <string.h>

#include "flow/hello.h"

struct flow_row *flow_rows_add(struct flow_rows **rows)
{
	struct flow_rows *r = *rows;

	if (!r) {
		r = calloc(1, sizeof(*r));
		if (!r)
			return NULL;
		*rows = r;
	}
	if (r->n == r->cap) {
		uint32_t cap = r->cap ? r->cap * 2 : 8;
		struct flow_row *at = realloc(r->at, cap * sizeof(*at));

		if (!at)
			return NULL;
		r->at = at;
		r->cap = cap;
	}
	memset(&r->at[r->n], 0, sizeof(*r->at));
	return &r->at[r->n++];
}

void flow_rows_free(struct flow_rows *rows)
{
	if (!rows)
		return;
	for (uint32_t i = 0; i < rows->n; i++)
		free(rows->at[i].text);
	flow_hello_free(rows);
	free(rows->at);
	free(rows);
}

void flow_rows_settle(struct flow_rows *rows, int from, uint8_t flag, uint8_t state)
{
	uint32_t i = rows->n - 1;

	while (i > 0 && !(rows->at[i - 1].from != from && rows->at[i - 1].flags & flag))
		i--;
	for (; i > 0 && i < rows->n; i++)
		rows->at[i - 1].state[from] = state;
}
