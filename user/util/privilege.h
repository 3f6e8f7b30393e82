/* SPDX-License-Identifier: BSD-2-Clause */
/* -Z: from root to an ordinary user. */
#ifndef UTIL_PRIVILEGE_H
#define UTIL_PRIVILEGE_H

#include <stdbool.h>

/* Who is root becomes user for good; others stay who they are. keep_net: CAP_BPF, CAP_PERFMON and
 * CAP_NET_ADMIN stay, for interfaces that appear later. 0, or -errno after a message. */
int privilege_drop(const char *user, bool keep_net);

#endif
