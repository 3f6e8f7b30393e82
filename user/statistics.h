/* SPDX-License-Identifier: BSD-2-Clause */
/* The counts of a live capture in tcpdump's words, on stderr. */
#ifndef STATISTICS_H
#define STATISTICS_H

#include <stdbool.h>

struct source;

/* one_line: as on SIGUSR1; else as at the end. 0 or -errno. */
int statistics_print(struct source *s, bool one_line);

#endif
