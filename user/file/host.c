// SPDX-License-Identifier: BSD-2-Clause
#include "file/host.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "util/cleanup.h"

static void find_processor(char *to, size_t size)
{
	_cleanup_fclose_ FILE *f = fopen("/proc/cpuinfo", "re");
	char line[256];

	while (f && fgets(line, sizeof(line), f)) {
		char *colon = strchr(line, ':');

		if (strncmp(line, "model name", 10) || !colon)
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(to, size, "%s", colon + 1 + strspn(colon + 1, " \t"));
		return;
	}
}

void host_describe(struct host *h)
{
	struct utsname u;

	*h = (struct host){ 0 };
	find_processor(h->hardware, sizeof(h->hardware));
	if (uname(&u))
		return;
	snprintf(h->os, sizeof(h->os), "%.32s %.96s %.32s", u.sysname, u.release, u.machine);
	if (!h->hardware[0])
		snprintf(h->hardware, sizeof(h->hardware), "%.64s", u.machine);
}
