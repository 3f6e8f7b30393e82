// SPDX-License-Identifier: BSD-2-Clause
#include "check.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file/files.h"

#define COMMANDS 10

/* How often this process went to sleep. */
static long waits(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_nvcsw;
}

/* A script that notes its argument and priority in out. */
static void write_script(const char *path, const char *out)
{
	FILE *f = fopen(path, "w");

	fprintf(f, "#!/bin/sh\necho \"$1 $(cut -d' ' -f19 /proc/$$/stat)\" >>%s\n", out);
	fclose(f);
	chmod(path, 0755);
}

static unsigned lines_with(const char *path, const char *end)
{
	FILE *f = fopen(path, "r");
	char line[256];
	unsigned n = 0;

	while (f && fgets(line, sizeof(line), f))
		n += strlen(line) >= strlen(end) && !strcmp(line + strlen(line) - strlen(end), end);
	if (f)
		fclose(f);
	return n;
}

static void commands_run_at_the_lowest_priority_and_nobody_waits(void)
{
	char dir[] = "/tmp/files.XXXXXX", script[64], out[64];
	struct files f = { .r = { .path = "x", .bytes = 1, .suffix = "" } };
	long before, waited = 0;

	CHECK(mkdtemp(dir) != NULL);
	snprintf(script, sizeof(script), "%s/script", dir);
	snprintf(out, sizeof(out), "%s/out", dir);
	write_script(script, out);
	f.command = script;
	CHECK_EQ(files_begin(&f, 1), 0);
	for (unsigned i = 1; i <= COMMANDS; i++) {
		before = waits();
		CHECK_EQ(files_next(&f, 2, 1), 0);
		waited += waits() - before;
		for (int tries = 0; lines_with(out, " 19\n") < i && tries < 1000; tries++)
			usleep(10000);
	}
	CHECK_EQ(lines_with(out, " 19\n"), COMMANDS);
	CHECK(waited < COMMANDS / 2);
	files_clear(&f);
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
	unlink(script);
	unlink(out);
	rmdir(dir);
}

static void nothing_stays_of_the_last_command(void)
{
	struct files f = { .r = { .path = "x", .bytes = 1, .suffix = "" }, .command = "true" };

	CHECK_EQ(files_begin(&f, 1), 0);
	CHECK_EQ(f.due_ns, 0);
	CHECK_EQ(files_next(&f, 2, 1), 0);
	CHECK(f.due_ns > 0);
	files_tick(&f, f.due_ns - 1);
	CHECK(f.child > 0);
	for (int tries = 0; f.due_ns && tries < 1000; tries++) {
		usleep(10000);
		files_tick(&f, f.due_ns);
	}
	CHECK_EQ(f.child, 0);
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
	files_clear(&f);
}

int main(void)
{
	RUN(commands_run_at_the_lowest_priority_and_nobody_waits);
	RUN(nothing_stays_of_the_last_command);
	return CHECK_DONE();
}
