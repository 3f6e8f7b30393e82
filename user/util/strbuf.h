/* SPDX-License-Identifier: BSD-2-Clause */
/* A growing run of bytes: text and file blocks are built in it. Appending never fails in the middle: when
 * memory is out, failed is set and what follows is dropped; the owner looks once. */
#ifndef UTIL_STRBUF_H
#define UTIL_STRBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct strbuf {
	char *s; /* not NUL-terminated; see strbuf_cstr */
	size_t len, cap;
	bool failed;
};

/* Room for n more bytes at s + len; false when memory is out. */
bool strbuf_grow(struct strbuf *b, size_t n);
void strbuf_free(struct strbuf *b);
const char *strbuf_cstr(struct strbuf *b); /* never NULL */
void strbuf_printf(struct strbuf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void strbuf_u64(struct strbuf *b, uint64_t v);		       /* decimal */
void strbuf_u64_pad(struct strbuf *b, uint64_t v, int width);  /* decimal, zeros in front */
void strbuf_hex(struct strbuf *b, uint64_t v, int min_digits); /* lower case, no 0x */

static inline bool strbuf_room(struct strbuf *b, size_t n)
{
	return b->cap - b->len >= n || strbuf_grow(b, n);
}

static inline void strbuf_mem(struct strbuf *b, const void *p, size_t n)
{
	if (n == 0 || !strbuf_room(b, n))
		return;
	memcpy(b->s + b->len, p, n);
	b->len += n;
}

static inline void strbuf_str(struct strbuf *b, const char *s)
{
	strbuf_mem(b, s, strlen(s));
}

static inline void strbuf_char(struct strbuf *b, char c)
{
	if (!strbuf_room(b, 1))
		return;
	b->s[b->len++] = c;
}

#endif
