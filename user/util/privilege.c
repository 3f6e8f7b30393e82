// SPDX-License-Identifier: BSD-2-Clause
#include "util/privilege.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util/log.h"

static int set_capabilities(uint64_t bits)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = (uint32_t)bits, .permitted = (uint32_t)bits },
		{ .effective = (uint32_t)(bits >> 32), .permitted = (uint32_t)(bits >> 32) },
	};

	return syscall(SYS_capset, &head, data) ? -errno : 0;
}

int privilege_drop(const char *user, enum privilege_keep keep)
{
	const uint64_t net = 1ull << CAP_NET_ADMIN | 1ull << CAP_BPF | 1ull << CAP_PERFMON,
		       netns = net | 1ull << CAP_SYS_ADMIN;
	const struct passwd *pw = getpwnam(user);
	int r;

	if (getuid() && geteuid())
		return 0;
	if (!pw)
		return err_r(-ENOENT, "Couldn't find user '%s'", user);
	if (keep && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))
		return err_r(-errno, "-Z %s: cannot keep capabilities: %s", user, strerror(errno));
	if (initgroups(pw->pw_name, pw->pw_gid) || setgid(pw->pw_gid) || setuid(pw->pw_uid))
		return err_r(-errno, "Couldn't change to '%.32s' uid=%lu gid=%lu: %s", pw->pw_name,
			     (unsigned long)pw->pw_uid, (unsigned long)pw->pw_gid, strerror(errno));
	r = keep ? set_capabilities(keep == PRIVILEGE_KEEP_NETNS ? netns : net) : 0;
	return r ? err_r(r, "-Z %s: cannot keep capabilities: %s", user, strerror(-r)) : 0;
}
