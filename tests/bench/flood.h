/* SPDX-License-Identifier: BSD-2-Clause */
/* What flood.c and its program share. vmlinux.h or <linux/types.h> comes first. */
#ifndef BENCH_FLOOD_H
#define BENCH_FLOOD_H

#define FLOOD_BATCH 64 /* frames that are sent, and then handled, together */
#define FLOOD_BESIDE 4

struct flood_way {
	__u64 sent;
	__u64 timed, ns; /* frames of whole batches, and the time from their beginning to the next one's */
};

#define flood_is_beside(frame) ((frame) / FLOOD_BATCH % FLOOD_BESIDE == FLOOD_BESIDE - 1)

#endif
