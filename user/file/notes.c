// SPDX-License-Identifier: BSD-2-Clause
#include "file/notes.h"

#include <stdint.h>

#include "file/bytes.h"
#include "file/pcapng.h"
#include "file/utf8.h"

/* Valid UTF-8, each line of it indented; what a terminal would obey becomes a dot. */
static void append_text(struct strbuf *b, const uint8_t *text, size_t len)
{
	struct strbuf clean = { 0 };

	utf8_clean(&clean, (const char *)text, strnlen((const char *)text, len), UINT16_MAX);
	for (size_t i = 0; i < clean.len; i++) {
		uint8_t c = (uint8_t)clean.s[i];

		if (c == '\n' && i + 1 < clean.len)
			strbuf_str(b, "\n\t");
		else if (c == 0xc2 && i + 1 < clean.len && (uint8_t)clean.s[i + 1] < 0xa0)
			strbuf_char(b, '.'), i++; /* the controls above ASCII */
		else if (c != '\n')
			strbuf_char(b, c < ' ' || c == 0x7f ? '.' : (char)c);
	}
	strbuf_free(&clean);
}

static void append_option(struct strbuf *b, const struct pcapng_option *o, bool swapped)
{
	if (o->code == OPT_COMMENT) {
		strbuf_str(b, "\tcomment: ");
		append_text(b, o->data, o->len);
		strbuf_char(b, '\n');
	} else if (o->code == EPB_PROCESS && o->len == 8) {
		strbuf_printf(b, "\tprocess %u, thread %u\n", get_u32(o->data, swapped),
			      get_u32(o->data + 4, swapped));
	}
}

void notes_append(struct strbuf *b, const struct packet *p)
{
	struct pcapng_options it = pcapng_options_in(p->options, p->options_len, p->options_swapped);
	struct pcapng_option o;

	while (pcapng_option_next(&it, &o) > 0)
		append_option(b, &o, it.swapped);
	if (p->comment)
		strbuf_printf(b, "\tcomment: %s\n", p->comment);
	if (p->lost)
		strbuf_printf(b, "\t%u packet%s lost before this one\n", p->lost, p->lost == 1 ? "" : "s");
}
