/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks hosts up in a thread of its own and waits for them only so long. */
#ifndef PRINT_NAMES_RESOLVER_H
#define PRINT_NAMES_RESOLVER_H

#include "print/names.h"
#include "print/names_cache.h"

#define NAME_SIZE 1025 /* a host's name with its NUL (NI_MAXHOST) */

struct names_resolver;

/* NULL and errno when memory or the thread cannot be had. */
struct names_resolver *names_resolver_new(names_resolve_fn *resolve, void *arg);
void names_resolver_free(struct names_resolver *r); /* the thread ends once its look-up does */
void names_resolver_line(struct names_resolver *r,
			 uint32_t wait_ms); /* all that is asked may wait so long together */

/* 0 and the name, -ENOENT: the host has none, -EAGAIN: not known yet. It waits for the look-up that is under
 * way, and for each only once: a resolver that hangs costs one wait, not one a line. */
int names_resolver_ask(struct names_resolver *r, const struct name_key *key, char *name, size_t size);

#endif
