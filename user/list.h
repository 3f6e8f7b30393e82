/* SPDX-License-Identifier: BSD-2-Clause */
/* -L, -J: what there is to choose from. */
#ifndef LIST_H
#define LIST_H

/* Each prints to stderr, as tcpdump does; 0, or -errno after a message. */
int list_link_types(const char *iface);
int list_clocks(const char *iface);

#endif
