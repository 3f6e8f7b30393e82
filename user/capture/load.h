/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel programs with their maps: opened, set up, given their filter, loaded. */
#ifndef CAPTURE_LOAD_H
#define CAPTURE_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ebpfdump/settings.h>

#include "capture/ring.h"

struct bpf_object;
struct filter;
struct wanted; /* capture/wanted.h */

enum load_program { LOAD_IN, LOAD_OUT, LOAD_L3_IN, LOAD_L3_OUT, LOAD_XDP, LOAD_XDP_FRAGS, LOAD_PROGRAMS };

struct load_settings {
	struct settings settings; /* csum_source, xdp_load, beyond, realtime, dynptr and the blocks are found
				     out here */
	bool want[LOAD_PROGRAMS];
	const struct filter *filter[LOAD_PROGRAMS]; /* of those wanted; lent until load_open() returns */
	const struct wanted *wanted;
	bool filter_exact; /* tests: always the exact path */
	size_t ring_bytes; /* of each CPU: its log and its ring */
};

struct load {
	struct bpf_object *obj;
	int prog[LOAD_PROGRAMS]; /* descriptors, or -1 */
	struct ring *rings; /* one with a log for each CPU that is online, and one for the others if any */
	size_t nrings;
	size_t nonline;
	size_t ncpus; /* that there may ever be */
	uint32_t nslots;
	struct counters *counters; /* ncpus × nslots, shared with the programs */
	struct cpu_state *cpus;	   /* ncpus, likewise */
	struct log_shared *shared; /* likewise */
	uint8_t *logs;		   /* nonline × log_bytes, likewise */
	size_t ring_bytes, log_bytes;
};

/* 0, or -errno after one line that says what is missing and what to do. */
int load_open(struct load *l, const struct load_settings *s);
void load_close(struct load *l);

/* A mappable array of theirs, or NULL. The caller unmaps it. */
void *load_map(const struct load *l, const char *name, size_t bytes);

/* What the programs counted on all CPUs: in a slot, or in all. */
void load_count(const struct load *l, uint32_t slot, struct counters *sum);
void load_count_all(const struct load *l, struct counters *sum);

#endif
