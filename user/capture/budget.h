/* SPDX-License-Identifier: BSD-2-Clause */
/* --cpu-budget from user space: tells the programs what a record costs here, and everybody else what rate
 * they chose (ebpfdump/budget.h). Without the option every call does nothing. */
#ifndef CAPTURE_BUDGET_H
#define CAPTURE_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include <ebpfdump/budget.h>

#include "packet.h"
#include "source.h"

struct clock; /* capture/clock.h */
struct iface; /* file/iface.h */
struct load;  /* capture/load.h */
struct record;

struct budget {
	double percent; /* of each CPU; 0: no budget */
	struct budget_cpu *cpus;
	struct budget_shared *shared;
	size_t ncpus;
	uint64_t start_cpu_ns, cpu_ns; /* of this process: at the start, and when it was last told */
	uint64_t fed;		       /* records until then */
	double batch_ns, record_ns;    /* what records cost, together and each */
	uint32_t told;		       /* changes of the rate that packets have been told of */
	struct budget_change now;      /* the rate at the packet that was delivered last */
	uint8_t *heavy;		       /* budget_change.heavy_shift of each CPU then */
	uint64_t sampled_ns; /* wall clock: until then packets were sampled out; UINT64_MAX: they are */
	uint32_t most_shift;
	bool has_told; /* on standard error */
	char comment[160];
};

/* Share of a CPU as the programs take it. */
uint32_t budget_parts(double percent);

/* After load: maps what is shared, and measures what a packet costs before anything is decided. 0 or -errno.
 */
int budget_open(struct budget *b, double percent, const struct load *l);
void budget_close(struct budget *b);

/* Between two batches. captured: records so far. */
void budget_feed(struct budget *b, uint64_t captured);

/* Each packet in turn: what to know about sampling, and a comment where the rate has changed. */
void budget_note(struct budget *b, const struct clock *clock, const struct record *rec, struct packet *p);

void budget_count(const struct budget *b, struct capture_budget *out);

/* The comment for an interface's statistics; NULL without need or memory. The caller frees it. */
char *budget_comment(const struct budget *b, uint64_t sampled_out);

#endif
