// SPDX-License-Identifier: BSD-2-Clause
#include "flow/pen.h"

#include <string.h>

static bool begins_char(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

static int width_n(const char *s, size_t len)
{
	int n = 0;

	for (size_t i = 0; i < len; i++)
		n += begins_char(s[i]);
	return n;
}

int pen_width(const char *s)
{
	return width_n(s, strlen(s));
}

/* Without line-drawing characters something stands for the few others that words use. */
static void put_n(struct pen *p, const char *s, size_t n)
{
	if (!p->ascii) {
		strbuf_mem(p->out, s, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (!((unsigned char)s[i] & 0x80))
			strbuf_char(p->out, s[i]);
		else if (begins_char(s[i]))
			strbuf_char(p->out, i + 1 < n && memcmp(s + i, "·", 2) == 0 ? ';' : '?');
	}
}

void pen_put(struct pen *p, const char *s)
{
	put_n(p, s, strlen(s));
	p->col += pen_width(s);
}

void pen_put_cut(struct pen *p, const char *s, int width)
{
	const char *dots = p->ascii ? "..." : "…";
	int keep = width - pen_width(dots);
	size_t i = 0;

	if (pen_width(s) <= width) {
		pen_put(p, s);
		return;
	}
	if (keep < 0)
		return;
	for (int n = 0; s[i]; i++)
		if (begins_char(s[i]) && n++ == keep)
			break;
	put_n(p, s, i);
	p->col += keep;
	pen_put(p, dots);
}

void pen_draw(struct pen *p, const char *line, const char *ascii)
{
	pen_put(p, p->ascii ? ascii : line);
}

void pen_repeat(struct pen *p, const char *line, const char *ascii, int n)
{
	while (n-- > 0)
		pen_draw(p, line, ascii);
}

void pen_to(struct pen *p, int col)
{
	while (p->col < col)
		pen_put(p, " ");
}

void pen_right(struct pen *p, const char *s, int width)
{
	pen_to(p, p->col + width - pen_width(s));
	pen_put(p, s);
}

void pen_colour(struct pen *p, enum pen_colour c)
{
	static const char *const sgr[] = {
		"\033[0m", "\033[2m", "\033[1m", "\033[31m", "\033[33m", "\033[36m"
	};

	if (p->colour)
		strbuf_str(p->out, sgr[c]);
}

void pen_newline(struct pen *p)
{
	while (p->out->len && p->out->s[p->out->len - 1] == ' ')
		p->out->len--;
	strbuf_char(p->out, '\n');
	p->col = 0;
}

void pen_wrap(struct pen *p, const char *s, int indent, int width)
{
	pen_to(p, indent);
	while (*s) {
		size_t n = strcspn(s, " ");
		int w = width_n(s, n);

		if (p->col > indent && p->col + 1 + w > width) {
			pen_newline(p);
			pen_to(p, indent);
		} else if (p->col > indent) {
			pen_put(p, " ");
		}
		put_n(p, s, n);
		p->col += w;
		s += n + (s[n] == ' ');
	}
	pen_newline(p);
}
