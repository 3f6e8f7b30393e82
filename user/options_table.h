/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of options: what each is called, what it sets, what --help says of it. */
#ifndef OPTIONS_TABLE_H
#define OPTIONS_TABLE_H

#include "options.h"

#define SNAPLEN_MAX 262144

enum option_kind {
	FLAG,	/* int = 1 */
	COUNT,	/* int + 1 */
	STRING, /* const char * */
	LIST,	/* struct string_list */
	NUMBER, /* uint64_t between min and max */
	CALL,
	NONE, /* tcpdump has it, here it makes no sense */
};

/* In tcpdump(8)'s order, then our own by theme. A row with nothing but help is a theme's heading. */
struct option_row {
	char letter;
	const char *name;
	const char *arg;  /* what its argument is called; NULL: it takes none; `[=…]`: it may have one */
	const char *help; /* NULL: not listed */
	enum option_kind kind;
	size_t at;	  /* offset in struct options */
	const char *what; /* NUMBER: its name in a message; NONE: why it is not taken */
	uint64_t min, max;
	int (*call)(struct options *o, const char *arg);
};

/* CALLs of the options about connections, in options_flow.c. arg is NULL where it was left out. */
int options_flow_picture(struct options *o, const char *arg);
int options_flow_json(struct options *o, const char *arg);
int options_flow_sort(struct options *o, const char *arg);
int options_flow_fail_on(struct options *o, const char *arg);
/* After all are read: what implies what, what excludes what. */
int options_flow_check(struct options *o);

extern const struct option_row option_rows[];
extern const size_t option_rows_len;

#endif
