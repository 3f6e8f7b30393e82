// SPDX-License-Identifier: BSD-2-Clause
#include "print/names_cache.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS 4096

struct name_entry {
	struct name_entry *next;
	struct name_key key;
	char text[];
};

/* FNV-1a */
static size_t bucket_of(const struct name_key *key)
{
	const uint8_t *p = (const uint8_t *)key;
	uint32_t h = 2166136261U;
	size_t i;

	for (i = 0; i < sizeof(*key); i++)
		h = (h ^ p[i]) * 16777619U;
	return (h ^ h >> 16) % BUCKETS;
}

const char *names_cache_get(const struct names_cache *c, const struct name_key *key)
{
	struct name_entry *e;

	if (!c->buckets)
		return NULL;
	for (e = c->buckets[bucket_of(key)]; e; e = e->next)
		if (memcmp(&e->key, key, sizeof(*key)) == 0)
			return e->text;
	return NULL;
}

const char *names_cache_put(struct names_cache *c, const struct name_key *key, const char *text, size_t len)
{
	struct name_entry *e, **bucket;

	if (c->count >= NAMES_CACHE_MAX)
		names_cache_free(c);
	if (!c->buckets) {
		c->buckets = calloc(BUCKETS, sizeof(struct name_entry *));
		if (!c->buckets)
			return NULL;
	}
	e = malloc(sizeof(*e) + len + 1);
	if (!e)
		return NULL;
	bucket = &c->buckets[bucket_of(key)];
	e->key = *key;
	memcpy(e->text, text, len);
	e->text[len] = '\0';
	e->next = *bucket;
	*bucket = e;
	c->count++;
	return e->text;
}

void names_cache_free(struct names_cache *c)
{
	struct name_entry *e, *next;
	size_t i;

	for (i = 0; c->buckets && i < BUCKETS; i++)
		for (e = c->buckets[i]; e; e = next) {
			next = e->next;
			free(e);
		}
	free(c->buckets);
	*c = (struct names_cache){ 0 };
}
