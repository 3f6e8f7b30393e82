// SPDX-License-Identifier: BSD-2-Clause
#include "filter/netlist.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_LEN 63 /* longer than any IPv6 network */

static const char *skip_blank(const char *s)
{
	return s + strspn(s, " \t\r");
}

static bool parse_bits(const char *s, unsigned max, uint8_t *bits)
{
	char *end;
	unsigned long v;

	if (*s < '0' || *s > '9')
		return false;
	v = strtoul(s, &end, 10);
	if (*end || v > max)
		return false;
	*bits = (uint8_t)v;
	return true;
}

/* One line without comment and blanks around it. */
static bool parse_net(struct net *n, char *s)
{
	char *slash;

	*n = (struct net){ 0 };
	if (*s == '!') {
		n->excluded = true;
		s = (char *)skip_blank(s + 1);
	}
	slash = strchr(s, '/');
	if (slash)
		*slash = '\0';
	if (inet_pton(AF_INET, s, n->addr) == 1)
		n->bits = 32;
	else if (inet_pton(AF_INET6, s, n->addr) == 1)
		n->bits = 128;
	else
		return false;
	n->v6 = n->bits == 128;
	return !slash || parse_bits(slash + 1, n->bits, &n->bits);
}

static int append(struct netlist *l, size_t *cap, const struct net *n)
{
	if (l->n == *cap) {
		size_t more = *cap ? *cap * 2 : 64;
		struct net *p = realloc(l->at, more * sizeof(*p));

		if (!p)
			return -ENOMEM;
		l->at = p;
		*cap = more;
	}
	l->at[l->n++] = *n;
	l->n4 += !n->v6;
	l->n6 += n->v6;
	l->nlisted += !n->excluded;
	return 0;
}

/* 1 and *n, 0 for a line without a network, -1 for a bad one. */
static int parse_line(struct net *n, const char *text, size_t len)
{
	char line[LINE_MAX_LEN + 1];
	const char *comment = memchr(text, '#', len);

	if (comment)
		len = (size_t)(comment - text);
	while (len && strchr(" \t\r", text[len - 1]))
		len--;
	while (len && strchr(" \t", *text)) {
		text++;
		len--;
	}
	if (!len)
		return 0;
	if (len > LINE_MAX_LEN || memchr(text, '\0', len))
		return -1;
	memcpy(line, text, len);
	line[len] = '\0';
	return parse_net(n, line) ? 1 : -1;
}

int netlist_parse(struct netlist *out, const char *text, size_t len, char *err, size_t err_len)
{
	const char *at = text, *end = text + len;
	struct netlist l = { 0 };
	size_t cap = 0, number = 1;
	int r = 0;

	for (; at < end && r == 0; number++) {
		const char *eol = memchr(at, '\n', (size_t)(end - at));
		size_t n = (size_t)((eol ? eol : end) - at);
		struct net net;
		int found = parse_line(&net, at, n);

		if (found < 0) {
			snprintf(err, err_len, "line %zu: `%.*s' is neither an address nor a network", number,
				 n > 60 ? 60 : (int)n, at);
			r = -EINVAL;
		} else if (found) {
			r = append(&l, &cap, &net);
		}
		at += n + 1;
	}
	if (r) {
		netlist_free(&l);
		return r;
	}
	*out = l;
	return 0;
}

void netlist_free(struct netlist *l)
{
	free(l->at);
	*l = (struct netlist){ 0 };
}
