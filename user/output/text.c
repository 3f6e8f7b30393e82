// SPDX-License-Identifier: BSD-2-Clause
#include "output/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file/notes.h"
#include "util/cleanup.h"
#include "util/io.h"
#include "util/log.h"
#include "util/strbuf.h"

#define TEXT_BATCH (64u << 10) /* written when so much has gathered, and when a batch of packets ends */

struct text_sink {
	struct sink sink;
	struct printer *printer;
	struct strbuf text;
	int fd;
	bool packet_lines, comments;
};

static int text_flush(struct sink *s)
{
	struct text_sink *t = (struct text_sink *)s;
	int r = 0;

	if (t->text.failed)
		return err_r(-ENOMEM, "standard output: out of memory");
	if (t->text.len)
		r = write_all(t->fd, t->text.s, t->text.len);
	t->text.len = 0;
	return r ? err_r(r, "Unable to write output: %s", io_error(r)) : 0;
}

static int text_packet(struct sink *s, const struct packet *p, const struct decoded *d)
{
	struct text_sink *t = (struct text_sink *)s;

	printer_packet(t->printer, &t->text, p, d);
	if (t->comments)
		notes_append(&t->text, p);
	if (t->packet_lines || t->text.len >= TEXT_BATCH)
		return text_flush(s);
	return 0;
}

static int text_close(struct sink *s)
{
	struct text_sink *t = (struct text_sink *)s;
	int r = text_flush(s);

	printer_free(t->printer);
	strbuf_free(&t->text);
	free(t);
	return r;
}

static const struct sink_ops text_ops = {
	.packet = text_packet,
	.flush = text_flush,
	.close = text_close,
};

int text_sink_open(struct sink **out, const struct text_settings *s)
{
	struct text_sink *t = calloc(1, sizeof(*t));

	if (t)
		t->printer = printer_new(&s->print);
	if (!t || !t->printer) {
		free(t);
		return err_r(-ENOMEM, "text: out of memory");
	}
	t->sink = (struct sink){ .ops = &text_ops, .wants_decoded = true };
	t->fd = s->fd;
	t->comments = s->comments;
	t->packet_lines = s->packet_lines;
	*out = &t->sink;
	return 0;
}
