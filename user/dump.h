/* SPDX-License-Identifier: BSD-2-Clause */
/* -d, -dd, -ddd: the expression as libpcap compiles it for the file of -r, the interface of -i, or the link
 * type of -y. */
#ifndef DUMP_H
#define DUMP_H

struct options;
struct run_signals;

/* 0, or -errno after a message. */
int dump_filter(const struct options *o, const struct run_signals *signals);

#endif
