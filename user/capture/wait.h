/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for records without being woken for each. */
#ifndef CAPTURE_WAIT_H
#define CAPTURE_WAIT_H

#include <stdbool.h>

struct capture;

/* The descriptors to wait on. 0 or -errno. */
int wait_open(struct capture *c);
/* … and what the threads have that empty the rings. 0 or -errno after one line. */
int wait_for_consumers(struct capture *c);
void wait_close(struct capture *c);

/*
 * Until enough is pending, the latency has passed, or what else is listened to has news. While records come,
 * at most the latency; when none came, the programs are told that the consumer sleeps, and the first record
 * wakes it. *timeout_ms (-1: none) is what remains of the caller's. True: a signal came.
 */
bool wait_for_records(struct capture *c, int *timeout_ms);

#endif
