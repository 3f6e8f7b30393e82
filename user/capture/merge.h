/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several rings as one stream in time order. A program reads the clock after it has reserved its record or
 * claimed the log, so each record whose time is not later than `until` is visible, if only as busy, to who
 * reads `until` first and looks at the rings then. Pure but for the rings' memory.
 */
#ifndef CAPTURE_MERGE_H
#define CAPTURE_MERGE_H

#include "capture/heap.h"
#include "capture/ring.h"

struct merge {
	struct ring *rings;
	size_t nrings;
	struct heap heap;
	uint64_t done_ns; /* what comes later is not older */
};

#define MERGE_EVERYTHING UINT64_MAX
#define MERGE_MANY 64

/* The rings stay the caller's. 0 or -ENOMEM. */
int merge_init(struct merge *m, struct ring *rings, size_t nrings);
void merge_free(struct merge *m);

/*
 * Hands out what is there up to until_ns, oldest first, and gives its room back. fn: 0 to go on, 1 to stop
 * behind this one, -errno. What cannot be ordered yet stays for the next call. *taken: records handed out,
 * whatever is returned: 0, 1 or -errno of fn.
 */
int merge_run(struct merge *m, uint64_t until_ns, int (*fn)(void *arg, const struct record *rec), void *arg,
	      uint64_t *taken);

/* The same with up to MERGE_MANY at a time. fn takes them all: 0 to go on, 1 to stop behind them. 0 or 1. */
int merge_run_many(struct merge *m, uint64_t until_ns,
		   int (*fn)(void *arg, const struct record *const *recs, size_t n), void *arg,
		   uint64_t *taken);

#endif
