/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of rotated files, as tcpdump makes them from -w, -C, -G and -W. Pure. */
#ifndef FILE_ROTATION_H
#define FILE_ROTATION_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "util/strbuf.h"

struct rotation {
	const char *path;
	uint64_t bytes;	    /* -C; 0: no limit */
	uint64_t seconds;   /* -G; 0: none */
	uint64_t files;	    /* -W; 0: none */
	bool numbered;	    /* a number follows although there is no -C */
	const char *suffix; /* of the compression, or "" */
};

/* The n-th file (from 0) since the last time -G began a new one at *when: with -G the path is a strftime(3)
 * format; with -C a number follows, counted from 0 with as many digits as -W needs, without -W from the
 * second file on. */
void rotation_name(struct strbuf *out, const struct rotation *r, const struct tm *when, uint64_t n);

#endif
