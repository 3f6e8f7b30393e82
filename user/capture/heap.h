/* SPDX-License-Identifier: BSD-2-Clause */
/* The first records of several streams, the oldest on top. Pure. */
#ifndef CAPTURE_HEAP_H
#define CAPTURE_HEAP_H

#include <stddef.h>
#include <stdint.h>

#include <ebpfdump/record.h>

struct heap_head {
	uint64_t ts_ns;
	const struct record *rec;
	size_t from; /* which stream */
};

struct heap {
	struct heap_head *at; /* the owner's, with room for each stream */
	size_t n;
};

static inline void heap_push(struct heap *h, const struct record *rec, size_t from)
{
	size_t at = h->n++;

	while (at > 0 && rec->ts_ns < h->at[(at - 1) / 2].ts_ns) {
		h->at[at] = h->at[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	h->at[at] = (struct heap_head){ rec->ts_ns, rec, from };
}

/* The time of the next stream's record; UINT64_MAX: there is one stream, or none. */
static inline uint64_t heap_second_ns(const struct heap *h)
{
	if (h->n < 2)
		return UINT64_MAX;
	return h->n > 2 && h->at[2].ts_ns < h->at[1].ts_ns ? h->at[2].ts_ns : h->at[1].ts_ns;
}

static inline void heap_sift_down(struct heap *h)
{
	struct heap_head top = h->at[0];
	size_t at = 0, child;

	while ((child = 2 * at + 1) < h->n) {
		if (child + 1 < h->n && h->at[child + 1].ts_ns < h->at[child].ts_ns)
			child++;
		if (top.ts_ns <= h->at[child].ts_ns)
			break;
		h->at[at] = h->at[child];
		at = child;
	}
	h->at[at] = top;
}

/* Puts the stream's next record in place of the one on top; NULL: it has none. */
static inline void heap_replace_top(struct heap *h, const struct record *rec)
{
	if (rec)
		h->at[0] = (struct heap_head){ rec->ts_ns, rec, h->at[0].from };
	else if (--h->n)
		h->at[0] = h->at[h->n];
	if (h->n)
		heap_sift_down(h);
}

#endif
