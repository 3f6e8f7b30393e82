/* SPDX-License-Identifier: BSD-2-Clause */
/* `Got N` on standard error, each second in which N has changed: -w with -v. */
#ifndef OUTPUT_PROGRESS_H
#define OUTPUT_PROGRESS_H

#include <stdint.h>

struct sink;

/* *packets is looked at until the sink is closed. The first line comes a second after now_ns, whatever N is.
 * 0 or -ENOMEM. */
int progress_sink_open(struct sink **out, const uint64_t *packets, uint64_t now_ns);

#endif
