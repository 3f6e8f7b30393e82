/* SPDX-License-Identifier: BSD-2-Clause */
/* The files that one run writes, one after the other: when the next is due (-C, -G), what it is called, how
 * many there are (-W, --keep), and what is run on a finished one (-z). */
#ifndef FILE_FILES_H
#define FILE_FILES_H

#include <stdbool.h>
#include <sys/types.h>

#include "file/rotation.h"

struct kept_file {
	char *name;
	uint64_t size;
};

struct files {
	struct rotation r;
	const char *command; /* -z; NULL: none */
	uint64_t keep;	     /* --keep; 0: all */
	struct strbuf name;  /* of the current one */
	uint64_t n;	     /* as rotation_name counts */
	uint64_t made;
	uint64_t since_ns;	/* when -G began this one */
	struct kept_file *kept; /* nkept, the oldest first */
	size_t nkept;
	uint64_t kept_bytes;
	pid_t child;	 /* that begins the last command, and was not waited for; 0: none */
	uint64_t due_ns; /* when files_tick is wanted next; 0: not at all */
};

/* The first name. 0 or -ENOMEM. */
int files_begin(struct files *f, uint64_t now_ns);
const char *files_name(struct files *f);

/* Whether the current file, of that size, has to end before the next packet. */
static inline bool files_full(const struct files *f, uint64_t size)
{
	return f->r.bytes && size > f->r.bytes;
}

static inline bool files_late(const struct files *f, uint64_t now_ns)
{
	return f->r.seconds && now_ns >= f->since_ns + f->r.seconds * 1000000000;
}

/* After the current file was closed: runs the command on it, forgets the oldest, names the next. 0; -ENODATA:
 * -W allows no further one, which is said; else -errno after a message. */
int files_next(struct files *f, uint64_t size, uint64_t now_ns);
/* Runs command on the current file, which is finished, as files_next runs its own. */
void files_run(struct files *f, const char *command);
/* The clock: looks after the child that began the last command. */
void files_tick(struct files *f, uint64_t now_ns);
void files_clear(struct files *f);

#endif
