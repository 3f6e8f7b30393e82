/* SPDX-License-Identifier: BSD-2-Clause */
/* Text that knows its column: for pictures of a fixed width, with or without colour and line-drawing
 * characters. */
#ifndef FLOW_PEN_H
#define FLOW_PEN_H

#include <stdbool.h>

#include "util/strbuf.h"

enum pen_colour { PEN_PLAIN, PEN_DIM, PEN_BOLD, PEN_RED, PEN_YELLOW, PEN_CYAN };

struct pen {
	struct strbuf *out;
	int col;
	bool ascii;  /* draw with - | > instead of lines and arrows */
	bool colour; /* SGR sequences */
};

/* UTF-8, one column a character. */
int pen_width(const char *s);
void pen_put(struct pen *p, const char *s);
/* At most width columns of it; cut with … (ASCII: ...). */
void pen_put_cut(struct pen *p, const char *s, int width);
void pen_draw(struct pen *p, const char *line, const char *ascii);
void pen_repeat(struct pen *p, const char *line, const char *ascii, int n);
void pen_to(struct pen *p, int col); /* blanks up to column col */
void pen_right(struct pen *p, const char *s, int width);
void pen_colour(struct pen *p, enum pen_colour c);
void pen_newline(struct pen *p);
/* Words wrapped at width, each line indented. */
void pen_wrap(struct pen *p, const char *s, int indent, int width);

#endif
