/* SPDX-License-Identifier: BSD-2-Clause */
/* The live table of the busiest connections, full screen. The one place that knows ncurses. */
#ifndef OUTPUT_TOP_H
#define OUTPUT_TOP_H

#include <stdbool.h>
#include <stdint.h>

struct flow_table;
struct top;

/* Takes the terminal: 0, or -errno after a message. */
int top_open(struct top **out, bool ascii);
/* When top_tick is wanted next, ns since the epoch. */
uint64_t top_due(const struct top *t);
/* Reads keys, draws what changed. q raises SIGINT, the ordinary way to end. */
void top_tick(struct top *t, struct flow_table *table, uint64_t now_ns);
/* Gives the terminal back; wait: shows the end until q (a file was read). */
void top_close(struct top *t, struct flow_table *table, bool wait);

#endif
