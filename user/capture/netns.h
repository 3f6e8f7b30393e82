/* SPDX-License-Identifier: BSD-2-Clause */
/* Being in another network namespace for a while. */
#ifndef CAPTURE_NETNS_H
#define CAPTURE_NETNS_H

struct netns {
	int there, home; /* descriptors, or -1: stays where it is */
};

/* name: a path, a process id, or a name of `ip netns`; NULL: none. 0, or -errno after one line. */
int netns_open(struct netns *n, const char *name);
void netns_close(struct netns *n);

/* 0 or -errno. */
int netns_enter(const struct netns *n);
void netns_leave(const struct netns *n);

#endif
