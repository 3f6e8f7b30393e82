/* SPDX-License-Identifier: BSD-2-Clause */
/* Where packets come from: capture/ and file/ each make one. */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdint.h>

#include "packet.h"

/*
 * received = captured + dropped + sampled_out + unreadable + left, always. captured: handed to a receiver;
 * left: still on a ring when the capture stopped.
 */
struct capture_budget {
	double percent; /* of each CPU; 0: no budget, and nothing below is set */
	uint8_t shift;	/* connections one in 2^shift are kept now */
	uint8_t most_shift;
	uint8_t heavy_shift;		  /* of the busiest one packet in 2^heavy_shift */
	uint32_t changes;		  /* of the rate */
	uint64_t program_ns, consumer_ns; /* CPU time taken */
};

struct capture_stats {
	uint64_t received;
	uint64_t captured;
	uint64_t dropped;     /* ring full */
	uint64_t sampled_out; /* --sample, --sample-flows, --rate, --head, --cpu-budget */
	uint64_t unreadable;  /* the kernel could not hand out its bytes */
	uint64_t left;
	/* no part of the sum: ICMP errors that quote segments, and those of them that were lost */
	uint64_t icmp;
	uint64_t icmp_dropped;
	/* --head; no part of the sum */
	uint64_t followed; /* directions of connections */
	uint64_t evicted;  /* that gave way to others, and begin again if they come back */
	struct capture_budget budget;
};

struct source;

struct source_ops {
	/* Waits at most timeout_ms (-1: no limit), delivers what is there. Signals are blocked but while it
	 * waits (its settings carry the mask for epoll_pwait or ppoll). Packets delivered (≥ 0; 0 also when a
	 * signal came), -ENODATA at the end of the input or when no interface is left, -ECANCELED when the
	 * receiver asked to stop, else -errno (already reported by the source where it knows the name of the
	 * thing). */
	int (*poll)(struct source *s, int timeout_ms, const struct receiver *to);
	/* Nothing new comes in: poll delivers what is left and then returns -ENODATA. NULL for files. */
	void (*stop)(struct source *s);
	int (*stats)(struct source *s, struct capture_stats *out);
	void (*close)(struct source *s); /* frees it */
};

struct source {
	const struct source_ops *ops;
};

#endif
