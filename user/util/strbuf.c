// SPDX-License-Identifier: BSD-2-Clause
#include "util/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

bool strbuf_grow(struct strbuf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : 256;
	char *s;

	if (b->failed)
		return false;
	while (cap - b->len < n)
		cap *= 2;
	s = realloc(b->s, cap);
	if (!s) {
		b->failed = true;
		return false;
	}
	b->s = s;
	b->cap = cap;
	return true;
}

void strbuf_free(struct strbuf *b)
{
	free(b->s);
	*b = (struct strbuf){ 0 };
}

const char *strbuf_cstr(struct strbuf *b)
{
	if (!strbuf_room(b, 1))
		return "";
	b->s[b->len] = '\0';
	return b->s;
}

void strbuf_printf(struct strbuf *b, const char *fmt, ...)
{
	size_t room = b->cap - b->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(room ? b->s + b->len : NULL, room, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n >= room) { /* with its NUL it did not fit */
		if (!strbuf_room(b, (size_t)n + 1))
			return;
		va_start(ap, fmt);
		vsnprintf(b->s + b->len, (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	b->len += (size_t)n;
}

void strbuf_u64_pad(struct strbuf *b, uint64_t v, int width)
{
	char t[32];
	int at = sizeof(t);

	do {
		t[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	while ((int)sizeof(t) - at < width && at > 0)
		t[--at] = '0';
	strbuf_mem(b, t + at, sizeof(t) - (size_t)at);
}

void strbuf_u64(struct strbuf *b, uint64_t v)
{
	strbuf_u64_pad(b, v, 1);
}

void strbuf_hex(struct strbuf *b, uint64_t v, int min_digits)
{
	char t[16];
	int at = sizeof(t);

	do {
		t[--at] = "0123456789abcdef"[v & 15];
		v >>= 4;
	} while (v);
	while ((int)sizeof(t) - at < min_digits && at > 0)
		t[--at] = '0';
	strbuf_mem(b, t + at, sizeof(t) - (size_t)at);
}
