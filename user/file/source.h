/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets out of capture files: pcap and pcapng, plain, gzip or zstd, one or several merged by time. */
#ifndef FILE_SOURCE_H
#define FILE_SOURCE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "file/iface.h"
#include "../source.h"

struct file_source_settings {
	const char *const *paths; /* npaths of them; "-" is stdin */
	size_t npaths;
	const char *list;	   /* a file that names further ones, one a line; "-" is stdin; NULL: none */
	const sigset_t *wait_mask; /* signals that may come in while it waits for stdin or a pipe; NULL: as
				      they are */
};

/* Reports what cannot be opened. paths and mask are borrowed until close. What is wrong inside a file is
 * reported by poll, after the whole packets before it. 0 or -errno. */
int file_source_open(struct source **out, const struct file_source_settings *s, struct iface_table *table);

/* The n-th file and its first interface, for tcpdump's `reading from file …` line; NULL behind the last. */
const char *file_source_name(const struct source *s, size_t n);
const struct iface *file_source_iface(const struct source *s, size_t n);
/* Whether path ("-": standard output) is one of the files that are read: to write it would destroy it. */
bool file_source_reads(const struct source *s, const char *path);
/* False: some input is a pipe or a terminal, and packets come when they come. */
bool file_source_is_regular(const struct source *s);

#endif
