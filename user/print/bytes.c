// SPDX-License-Identifier: BSD-2-Clause
/* -x, -X, -A: the packet's bytes under its line. */
#include "print/fmt.h"
#include "print/printing.h"

static char graph(uint8_t ch)
{
	return ch > 0x20 && ch < 0x7f ? (char)ch : '.';
}

/* `\n\t0x0010:  4500 003c …`, with text beside it padded to the hex digits' full width. */
static void hex_line(struct strbuf *b, const uint8_t *d, uint32_t off, uint32_t n, bool text)
{
	char *p, *start;

	if (!strbuf_room(b, 96))
		return;
	p = fmt_lit(b->s + b->len, "\n\t0x");
	p = fmt_x32(p, off, 4);
	p = fmt_lit(p, ": ");
	start = p;
	for (uint32_t i = 0; i < n; i++) {
		if (i % 2 == 0)
			*p++ = ' ';
		p = fmt_bytes(p, d + i, 1);
	}
	if (text) {
		while (p < start + 42)
			*p++ = ' ';
		for (uint32_t i = 0; i < n; i++)
			*p++ = graph(d[i]);
	}
	b->len = (size_t)(p - b->s);
}

static void ascii_text(struct strbuf *b, const uint8_t *d, uint32_t n)
{
	if (!strbuf_room(b, n + 1))
		return;
	strbuf_char(b, '\n');
	for (uint32_t i = 0; i < n; i++) {
		if (d[i] != '\r')
			strbuf_char(b,
				    d[i] == '\t' || d[i] == ' ' || d[i] == '\n' ? (char)d[i] : graph(d[i]));
		else if (i + 2 < n && d[i + 1] != '\n') /* in the last two bytes none is shown */
			strbuf_char(b, '.');
	}
}

void print_bytes(const struct print_settings *s, struct strbuf *b, const struct packet *p, uint32_t from)
{
	int level = s->hex_ascii ? s->hex_ascii : s->hex ? s->hex : s->ascii;
	const uint8_t *d;
	uint32_t n;

	if (level > 1)
		from = 0;
	if (p->cap_len <= from)
		return;
	d = p->data + from;
	n = p->cap_len - from;
	if (!s->hex_ascii && !s->hex) {
		ascii_text(b, d, n);
		return;
	}
	for (uint32_t off = 0; off < n; off += 16)
		hex_line(b, d + off, off, n - off < 16 ? n - off : 16, s->hex_ascii);
}
