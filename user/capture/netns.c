// SPDX-License-Identifier: BSD-2-Clause
#include "capture/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/log.h"

static void path_of(char *path, size_t len, const char *name)
{
	if (strchr(name, '/'))
		snprintf(path, len, "%s", name);
	else if (name[strspn(name, "0123456789")] == '\0')
		snprintf(path, len, "/proc/%s/ns/net", name);
	else
		snprintf(path, len, "/run/netns/%s", name);
}

int netns_open(struct netns *n, const char *name)
{
	char path[PATH_MAX];
	int r;

	*n = (struct netns){ -1, -1 };
	if (!name)
		return 0;
	path_of(path, sizeof(path), name);
	n->there = open(path, O_RDONLY | O_CLOEXEC);
	if (n->there < 0)
		return err_r(-errno, "--netns %s: %s: %s", name, path, strerror(errno));
	n->home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	r = n->home < 0 ? -errno : netns_enter(n);
	if (r == 0) {
		netns_leave(n);
		return 0;
	}
	netns_close(n);
	return err_r(r, "--netns %s: %s%s", name, r == -EINVAL ? "not a network namespace" : strerror(-r),
		     r == -EPERM ? " (CAP_SYS_ADMIN is needed to enter it)" : "");
}

void netns_close(struct netns *n)
{
	if (n->there >= 0)
		close(n->there);
	if (n->home >= 0)
		close(n->home);
	*n = (struct netns){ -1, -1 };
}

int netns_enter(const struct netns *n)
{
	return n->there >= 0 && setns(n->there, CLONE_NEWNET) ? -errno : 0;
}

void netns_leave(const struct netns *n)
{
	/* Where one came from one may go back to: the descriptor was open before, and the privilege is the
	 * same. */
	if (n->there >= 0 && setns(n->home, CLONE_NEWNET))
		log_line("cannot go back to the first network namespace: %s", strerror(errno));
}
