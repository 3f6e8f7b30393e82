// SPDX-License-Identifier: BSD-2-Clause
#include "flow/hello.h"

#include <stdlib.h>
#include <string.h>

#include "flow/firstline.h"

struct flow_hello {
	uint32_t row;  /* where it began */
	uint32_t next; /* the number that goes on with it, relative */
	uint32_t have, want;
	uint8_t *bytes; /* have of them */
};

void flow_hello_free(struct flow_rows *rows)
{
	if (rows->hello)
		free(rows->hello->bytes);
	free(rows->hello);
	rows->hello = NULL;
}

/* What a peer announces is not believed: memory is for what came. */
static bool add(struct flow_hello *h, const uint8_t *p, uint32_t n)
{
	uint8_t *bytes = realloc(h->bytes, h->have + n);

	if (!bytes)
		return false;
	memcpy(bytes + h->have, p, n);
	h->bytes = bytes;
	h->have += n;
	return true;
}

static void begin(struct flow_rows *rows, const struct decoded *d)
{
	const struct flow_row *row = &rows->at[rows->n - 1];
	size_t want = flow_hello_bytes(d->payload, d->payload_cap);

	if (want <= d->payload_cap || !row->text || strcmp(row->text, FLOW_HELLO) != 0)
		return;
	rows->hello = calloc(1, sizeof(*rows->hello));
	if (!rows->hello)
		return;
	rows->hello->row = rows->n - 1;
	rows->hello->next = row->seq + row->len;
	rows->hello->want = (uint32_t)want;
	if (!add(rows->hello, d->payload, d->payload_cap))
		flow_hello_free(rows);
}

static void end(struct flow_rows *rows)
{
	struct flow_hello *h = rows->hello;
	char *text = flow_first_line_dup(h->bytes, h->have);

	if (text) {
		free(rows->at[h->row].text);
		rows->at[h->row].text = text;
	}
	flow_hello_free(rows);
}

void flow_hello(struct flow_rows *rows, const struct decoded *d)
{
	struct flow_hello *h = rows->hello;
	const struct flow_row *row = &rows->at[rows->n - 1];
	uint32_t n = d->payload_cap;

	if (!n || !d->payload || n != d->payload_len)
		return; /* none, or cut by the snapshot length */
	if (!h) {
		begin(rows, d);
		return;
	}
	if (row->from != rows->at[h->row].from || row->seq != h->next)
		return;
	n = n < h->want - h->have ? n : h->want - h->have;
	h->next += row->len;
	if (!add(h, d->payload, n))
		flow_hello_free(rows);
	else if (h->have == h->want)
		end(rows);
}
