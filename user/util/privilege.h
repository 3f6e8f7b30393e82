/* SPDX-License-Identifier: BSD-2-Clause */
/* -Z: from root to an ordinary user. */
#ifndef UTIL_PRIVILEGE_H
#define UTIL_PRIVILEGE_H

enum privilege_keep {
	PRIVILEGE_KEEP_NONE,
	PRIVILEGE_KEEP_NET,   /* CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN */
	PRIVILEGE_KEEP_NETNS, /* CAP_SYS_ADMIN, too: without it none enters another network namespace */
};

/* Who is root becomes user for good; others stay who they are. 0, or -errno after a message. */
int privilege_drop(const char *user, enum privilege_keep keep);

#endif
