// SPDX-License-Identifier: BSD-2-Clause
#include "util/cpu_list.h"

#include <ctype.h>
#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/cleanup.h"

static bool read_number(const char **text, unsigned *n)
{
	*n = 0;
	if (!isdigit((unsigned char)**text))
		return false;
	for (; isdigit((unsigned char)**text); ++*text) {
		*n = *n * 10 + (unsigned)(**text - '0');
		if (*n >= CPU_LIST_MAX)
			return false;
	}
	return true;
}

/* N or N-M, and the comma behind it if more follows. */
static bool read_range(const char **text, unsigned *first, unsigned *last)
{
	if (!read_number(text, first))
		return false;
	*last = *first;
	if (**text == '-') {
		++*text;
		if (!read_number(text, last) || *last < *first)
			return false;
	}
	if (**text == ',' && (*text)[1])
		++*text;
	else if (**text && **text != '\n')
		return false;
	return true;
}

static bool has(const struct cpu_list *l, unsigned cpu)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->at[i] == cpu)
			return true;
	return false;
}

int cpu_list_parse(struct cpu_list *out, const char *text)
{
	struct cpu_list l = { .at = calloc(CPU_LIST_MAX, sizeof(*l.at)) };
	unsigned first, last;

	if (!l.at)
		return -ENOMEM;
	do {
		if (!read_range(&text, &first, &last)) {
			free(l.at);
			return -EINVAL;
		}
		for (; first <= last; first++)
			if (!has(&l, first))
				l.at[l.n++] = first;
	} while (*text && *text != '\n');
	*out = l;
	return 0;
}

void cpu_list_free(struct cpu_list *l)
{
	free(l->at);
	*l = (struct cpu_list){ 0 };
}

int cpu_list_stranger(const struct cpu_list *l, const struct cpu_list *of)
{
	for (size_t i = 0; i < l->n; i++)
		if (!has(of, l->at[i]))
			return (int)l->at[i];
	return -1;
}

/* Without sysfs: as many as there are, from 0. */
static int count_online(char **line)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return asprintf(line, n > 1 ? "0-%ld" : "0", n - 1) < 0 ? -ENOMEM : 0;
}

/* What has no room ends in dots. */
static void show(char *text, size_t len, const char *line)
{
	if ((size_t)snprintf(text, len, "%s", line) >= len)
		snprintf(text + len - 4, 4, "...");
}

/* However long: where every second thread is offline, each CPU is named. */
int cpu_list_online(struct cpu_list *out, char *text, size_t len)
{
	_cleanup_fclose_ FILE *f = fopen("/sys/devices/system/cpu/online", "re");
	_cleanup_free_ char *line = NULL;
	size_t cap = 0;
	int r = 0;

	if (!f || getline(&line, &cap, f) <= 0) {
		free(line);
		line = NULL;
		r = count_online(&line);
	}
	if (r)
		return r;
	line[strcspn(line, "\n")] = '\0';
	show(text, len, line);
	return cpu_list_parse(out, line);
}

int cpu_pin(unsigned cpu)
{
	cpu_set_t set;

	_Static_assert(CPU_LIST_MAX <= CPU_SETSIZE, "a set holds every CPU of a list");
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}
