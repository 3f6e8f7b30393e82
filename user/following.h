/* SPDX-License-Identifier: BSD-2-Clause */
/* The options about connections → their sink. */
#ifndef FOLLOWING_H
#define FOLLOWING_H

#include <stdbool.h>

struct options;
struct sink;

/* Does any option ask for it? */
bool following_wanted(const struct options *o);
/* *failed is set when what --fail-on names happened; it lasts longer than the sink. 0, or -errno after a
 * message. */
/* events: the sink that wants to know what happens, or NULL. */
int following_open(struct sink **out, const struct options *o, bool live, bool prints_packets, bool *failed,
		   struct sink *events);

#endif
