/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of CPUs as people write them: 3 or 0,4-7. */
#ifndef UTIL_CPU_LIST_H
#define UTIL_CPU_LIST_H

#include <stddef.h>

#define CPU_LIST_MAX 1024

struct cpu_list {
	unsigned *at; /* in the order in which they were written */
	size_t n;
};

/* 0, -EINVAL for what is no list, -ENOMEM. *out is freed by cpu_list_free(). */
int cpu_list_parse(struct cpu_list *out, const char *text);
void cpu_list_free(struct cpu_list *l);

/* The first of l that `of` does not hold, or -1. */
int cpu_list_stranger(const struct cpu_list *l, const struct cpu_list *of);

/* Those that are online, and as much of that list, as the kernel writes it, as fits. 0 or -errno. */
int cpu_list_online(struct cpu_list *out, char *text, size_t len);

/* The calling thread, and those it will start, run there only. 0 or -errno. */
int cpu_pin(unsigned cpu);

#endif
