// SPDX-License-Identifier: BSD-2-Clause
#include "util/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENDS 500 /* bytes that are shown of either end of a long message */

/* One line, whatever names it holds: what a terminal would obey becomes `?', as in ls. */
static void print_message(char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			text[i] = '?';
	if (len <= 2 * ENDS)
		fprintf(stderr, "ebpfdump: %s\n", text);
	else
		fprintf(stderr, "ebpfdump: %.*s...%s\n", ENDS, text, text + len - ENDS);
}

static void print_line(const char *fmt, va_list ap)
{
	char *text = NULL, cut[256];
	va_list again;
	int n;

	va_copy(again, ap);
	n = vasprintf(&text, fmt, ap);
	if (n >= 0) {
		print_message(text, (size_t)n);
		free(text);
	} else {
		vsnprintf(cut, sizeof(cut), fmt, again);
		print_message(cut, strlen(cut));
	}
	va_end(again);
}

void log_line(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line(fmt, ap);
	va_end(ap);
}

int err_r(int r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line(fmt, ap);
	va_end(ap);
	return r;
}
