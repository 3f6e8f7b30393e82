/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * --cpu-budget: what the programs note about their own cost, and the rate they choose by it. Each CPU adds up
 * in windows what its packets cost, in the programs and in the consumer, and compares it with its budget. The
 * rate of connections is one for all CPUs, so that a connection is kept on each of them or on none.
 */
#ifndef EBPFDUMP_BUDGET_H
#define EBPFDUMP_BUDGET_H

#ifdef __bpf__
#include "vmlinux.h"
#else
#include <linux/types.h>
#endif

#define BUDGET_ONE 65536	     /* settings.budget of a whole CPU */
#define BUDGET_WINDOW_NS 10000000ull /* at least */
#define BUDGET_HOLD_NS 80000000ull   /* no CPU has needed a rate for so long: it is raised */
#define BUDGET_DEBT_NS 1000000000ull /* debts are at most what the budget allows in so long */
#define BUDGET_BACKOFF_MAX 6	     /* so many times that is doubled where a raise did not last */
#define BUDGET_MEASURE 64	     /* one in so many packets is timed */
#define BUDGET_SHIFT_MAX 16	     /* 1:65536 */
#define BUDGET_STEPS 4		     /* at most 1:16 of what it was, in one window */
#define BUDGET_MEAN_SHIFT 6	     /* means are kept 64 times as large, and move by 1/64 */
#define BUDGET_CHANGES 64	     /* that are remembered for the consumer */

/* What became of a packet. */
enum budget_fate {
	BUDGET_KEPT,	/* of a connection that is kept */
	BUDGET_FLAGGED, /* for its SYN, FIN or RST alone */
	BUDGET_LEFT_OUT,
	BUDGET_FATES,
};

/* What belongs to one CPU alone. Two cache lines. */
struct budget_cpu {
	__u64 jiffy;	       /* in which the clock was asked last */
	__u64 began_ns;	       /* the window */
	__u32 until_timed;     /* packets until one is timed */
	__u32 n[BUDGET_FATES]; /* packets of the window */
	__u32 mean_kept;       /* ns of a packet that is put on the ring, << BUDGET_MEAN_SHIFT */
	__u32 mean_left_out;
	__u32 votes, agree;	  /* of the window: packets of kept connections; those of the candidate */
	__u32 candidate, lead;	  /* for the connection that has most packets; by so many votes */
	__u32 heavy, heavy_shift; /* that connection is thinned to one packet in 2^heavy_shift */
	__u32 heavy_at;		  /* its packets since the last one that was kept */
	__u32 calm;		  /* windows in which it could have been thinned less */
	__u64 spent_ns;		  /* by the programs, ever; estimated */
	__u64 debt_ns;		  /* what went beyond the budget and has not been saved since */
	__u64 pad[5];
};

/* A new rate: connections one in 2^shift; SYN, FIN and RST of the others one in 2^flags_shift; on this CPU
 * packets of one connection one in 2^heavy_shift. */
struct budget_change {
	__u64 ts_ns; /* CLOCK_MONOTONIC */
	__u32 cpu;
	__u8 shift, flags_shift, heavy_shift, pad;
};

struct budget_shared {
	__u32 shift, flags_shift;
	__u32 consumer_ns; /* a record costs user space, as it says */
	__u32 entry_ns;	   /* a packet costs before the decision about it, as user space measured */
	__u64 pad[6];
	__u64 changed_ns;
	__u64 held_ns;	   /* a CPU needed this rate */
	__u64 restored_ns; /* more was kept again from then on */
	__u32 backoff;
	__u32 nchanges; /* ever; the last of them stand in changes */
	struct budget_change changes[BUDGET_CHANGES];
};

_Static_assert(sizeof(struct budget_cpu) == 128, "two cache lines");
_Static_assert(sizeof(struct budget_change) == 16, "small");
_Static_assert(__builtin_offsetof(struct budget_shared, changed_ns) == 64, "what is written, apart");

#endif
