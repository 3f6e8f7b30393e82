/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads that empty the rings, each those of consecutive CPUs, into queues; the caller's thread takes the
 * records out in time order. Without work nobody is woken. Linux alone, no libbpf.
 */
#ifndef CAPTURE_CONSUMERS_H
#define CAPTURE_CONSUMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ebpfdump/record.h>

/* What ps(1) and top(1) call the threads. */
#define CONSUMERS_NAME "ebpfdump-rings"

struct consumers;
struct ring;

struct consumers_settings {
	struct ring *rings; /* the caller's; until consumers_join() it does not touch them */
	size_t nrings;
	size_t ring_bytes; /* memory of each, log and all */
	size_t nthreads;   /* ≤ nrings */
	uint32_t latency_ms;
	uint32_t *asleep;     /* shared with the programs: the next record wakes its ring's thread */
	const unsigned *cpus; /* the threads' in turn; lent until this returns */
	size_t ncpus;	      /* 0: they run where they may */
};

/* 0, or -errno after one line. */
int consumers_start(struct consumers **out, const struct consumers_settings *s);

/* Readable when consumers_run() has work. */
int consumers_fd(const struct consumers *cs);

/* Hands out what is in order, oldest first. fn and *taken as those of merge_run(): 0, 1 or -errno of fn. */
int consumers_run(struct consumers *cs, int (*fn)(void *arg, const struct record *rec), void *arg,
		  uint64_t *taken);

/* Ends the threads. consumers_run() then also empties the rings. */
void consumers_join(struct consumers *cs);

/* Records that wait on rings and in queues. */
uint64_t consumers_left(struct consumers *cs);

/* Joins, frees. */
void consumers_free(struct consumers *cs);

#endif
