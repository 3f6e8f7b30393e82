/* SPDX-License-Identifier: BSD-2-Clause */
/* --threads and --cpu: on which CPUs which thread runs. */
#ifndef CAPTURE_THREADS_H
#define CAPTURE_THREADS_H

struct capture;

/* Reads the list of CPUs, and keeps the calling thread on the first. 0, or -errno after one line. */
int threads_pin(struct capture *c, const char *cpus);

/* How many there will be: no more than CPUs that are online. */
unsigned threads_count(const struct capture *c);

/* Starts them, if they are wanted. 0, or -errno after one line. */
int threads_start(struct capture *c);

#endif
