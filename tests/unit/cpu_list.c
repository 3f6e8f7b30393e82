// SPDX-License-Identifier: BSD-2-Clause
#include "check.h"

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "util/cpu_list.h"

#define ONLINE "/sys/devices/system/cpu/online"

static void lists_are_read_as_people_write_them(void)
{
	struct cpu_list l;

	CHECK_EQ(cpu_list_parse(&l, "7,0-2,1\n"), 0);
	CHECK_EQ(l.n, 4);
	CHECK_EQ(l.at[0], 7);
	CHECK_EQ(l.at[3], 2);
	cpu_list_free(&l);
	CHECK(cpu_list_parse(&l, "") && cpu_list_parse(&l, "1,") && cpu_list_parse(&l, "2-1") &&
	      cpu_list_parse(&l, "1024"));
}

/* In a mount namespace of its own. False: that is not allowed. */
static bool have_online(const char *list)
{
	char path[] = "/tmp/cpu_list.XXXXXX";
	int fd = mkstemp(path);
	bool ok = fd >= 0 && write(fd, list, strlen(list)) == (ssize_t)strlen(list);

	ok = ok && !unshare(CLONE_NEWNS) && !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	     !mount(path, ONLINE, NULL, MS_BIND, NULL);
	if (fd >= 0)
		close(fd);
	unlink(path);
	return ok;
}

/* 256 CPUs, of which every second is offline. */
static void all_online_cpus_are_known_however_long_their_list_is(void)
{
	char list[1024] = "", text[64];
	struct cpu_list l = { 0 };
	size_t len = 0;

	for (unsigned i = 0; i < 256; i += 2)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%u", i ? "," : "", i);
	strcat(list, "\n");
	if (!have_online(list))
		SKIP("no mount namespace");
	CHECK_EQ(cpu_list_online(&l, text, sizeof(text)), 0);
	CHECK_EQ(l.n, 128);
	CHECK(l.n == 128 && l.at[127] == 254);
	CHECK(!memcmp(text, list, 60) && !strcmp(text + 60, "..."));
	cpu_list_free(&l);
}

int main(void)
{
	RUN(lists_are_read_as_people_write_them);
	RUN(all_online_cpus_are_known_however_long_their_list_is);
	return CHECK_DONE();
}
