/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several queues as one stream in time order: up to the time that all their producers have passed. Pure but
 * for the queues.
 */
#ifndef CAPTURE_GATHER_H
#define CAPTURE_GATHER_H

#include "capture/heap.h"
#include "capture/queue.h"

struct gather {
	struct queue **queues;
	size_t n;
	struct heap heap;
	uint64_t until_ns; /* all queues are known so far */
	uint64_t goal_ns;  /* if they were known so far, all that waits could go; 0: nothing waits */
};

/* The queues stay the caller's. 0 or -ENOMEM. */
int gather_init(struct gather *g, struct queue **queues, size_t n);
void gather_free(struct gather *g);

/* Notes how far the producers have come: gather_run() goes no farther. */
void gather_look(struct gather *g);

/* Hands out what is in order, oldest first. fn and *taken as those of merge_run(): 0, 1 or -errno of fn. */
int gather_run(struct gather *g, int (*fn)(void *arg, const struct record *rec), void *arg, uint64_t *taken);

#endif
