// SPDX-License-Identifier: BSD-2-Clause
#include "file/sink.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "file/writer.h"

#define STATISTICS_EVERY_NS 5000000000ull

struct file_sink {
	struct sink base;
	struct file_sink_settings s;
	struct writer w;
};

static struct file_sink *self(struct sink *s)
{
	return (struct file_sink *)s;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int sink_packet(struct sink *s, const struct packet *p, const struct decoded *d)
{
	struct file_sink *f = self(s);
	int r = writer_packet(&f->w, p);

	if (f->s.live && !s->due_ns) /* the first since the last statistics */
		s->due_ns = p->ts_ns + STATISTICS_EVERY_NS;
	return !r && f->s.packet_buffered ? output_flush(&f->w.out) : r;
}

static int sink_block(struct sink *s, const struct block *b)
{
	return writer_block(&self(s)->w, b);
}

static int sink_tick(struct sink *s, uint64_t now)
{
	struct file_sink *f = self(s);
	int r;

	if (!s->due_ns || now < s->due_ns)
		return 0;
	s->due_ns = 0;
	r = writer_statistics(&f->w, now);
	return r ? r : output_flush(&f->w.out);
}

static int sink_flush(struct sink *s)
{
	return output_flush(&self(s)->w.out);
}

static int sink_close(struct sink *s)
{
	struct file_sink *f = self(s);
	int r = f->w.out.failed ? 0 : writer_statistics(&f->w, now_ns());
	int e = writer_close(&f->w);

	writer_free(&f->w);
	free(f);
	return r ? r : e;
}

static const struct sink_ops file_ops = { .packet = sink_packet,
					  .block = sink_block,
					  .tick = sink_tick,
					  .flush = sink_flush,
					  .close = sink_close };

int file_sink_open(struct sink **out, const struct file_sink_settings *s)
{
	struct file_sink *f = calloc(1, sizeof(*f));
	int r;

	if (!f)
		return -ENOMEM;
	f->base.ops = &file_ops;
	f->s = *s;
	writer_init(&f->w,
		    &(struct writer_settings){ .format = format_of_name(s->path),
					       .nano = s->nano,
					       .live = s->live,
					       .verdict = s->verdict,
					       .snaplen = s->snaplen,
					       .link_type = s->link_type ? s->link_type : 1,
					       .ifaces = s->ifaces,
					       .comments = s->comments,
					       .ncomments = s->ncomments },
		    now_ns());
	r = writer_open(&f->w, s->path);
	if (!r && s->live)
		r = writer_begin(&f->w);
	if (!r && s->live)
		r = output_flush(&f->w.out);
	if (r) {
		output_close(&f->w.out);
		writer_free(&f->w);
		free(f);
		return r;
	}
	*out = &f->base;
	return 0;
}

void file_sink_count(const struct sink *s, struct file_sink_counts *out)
{
	const struct output *o = &((const struct file_sink *)s)->w.out;

	*out = (struct file_sink_counts){ .packets = o->packets, .bytes = output_size(o) };
}
