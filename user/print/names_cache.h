/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses and the text that is shown for them. Bounded: when it is full it is emptied, and fills again. */
#ifndef PRINT_NAMES_CACHE_H
#define PRINT_NAMES_CACHE_H

#include <stddef.h>
#include <stdint.h>

enum name_kind { NAME_IPV4, NAME_IPV6, NAME_ETHER };

struct name_key {
	uint8_t kind;	  /* enum name_kind */
	uint8_t addr[16]; /* zeros behind the address */
};

#define NAMES_CACHE_MAX 65536

struct name_entry;
struct names_cache {
	struct name_entry **buckets; /* NULL until the first name */
	size_t count;
};

/* NULL if unknown. The text stands until names_cache_put or names_cache_free. */
const char *names_cache_get(const struct names_cache *c, const struct name_key *key);
/* What it stores, or NULL when memory is out. */
const char *names_cache_put(struct names_cache *c, const struct name_key *key, const char *text, size_t len);
void names_cache_free(struct names_cache *c);

#endif
