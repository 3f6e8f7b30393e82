/* SPDX-License-Identifier: BSD-2-Clause */
/* Connections that ended, until the time to tell of them: first in, first out. */
#ifndef OUTPUT_ENDINGS_H
#define OUTPUT_ENDINGS_H

#include <stddef.h>
#include <stdint.h>

struct flow_conn;

struct ending {
	struct flow_conn
		*conn; /* its memory lasts as long as the table; id says whether it is still the same */
	uint32_t id;
	uint64_t due_ns;
};

struct endings {
	struct ending *at; /* a ring */
	size_t cap, head, n;
};

int endings_add(struct endings *e, struct flow_conn *c, uint64_t due_ns); /* 0 or -ENOMEM */
/* The next whose time has come and which still is in the table; NULL: none. */
struct flow_conn *endings_take(struct endings *e, uint64_t now_ns);
uint64_t endings_due(const struct endings *e); /* 0: none waits */
void endings_free(struct endings *e);

#endif
