// SPDX-License-Identifier: BSD-2-Clause
#include "file/sink.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "file/files.h"
#include "file/pcapng_write.h"
#include "file/writer.h"
#include "util/log.h"

#define NS_PER_S 1000000000ull
#define NAMES_MAX (4u << 20) /* of the records; a block holds 16 MiB */
#define STATISTICS_EVERY_NS (5 * NS_PER_S)
#define HOLD_NS (NS_PER_S / 10) /* so long the rest of a block is waited for */

struct file_sink {
	struct sink base;
	struct file_sink_settings s;
	struct files files;
	struct writer w;
	bool only_grows;	      /* no packet ends the file or is flushed alone */
	uint64_t statistics_due_ns;   /* 0: nothing arrived since the last */
	uint64_t flush_due_ns;	      /* 0: nothing is held back */
	uint64_t blocks;	      /* that were handed over when it was set */
	struct file_sink_counts done; /* of the files before this one */
};

static struct file_sink *self(struct sink *s)
{
	return (struct file_sink *)s;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a && (!b || a < b) ? a : b;
}

static void set_due(struct file_sink *f)
{
	uint64_t rotate = f->s.rotate_seconds ? f->files.since_ns + f->s.rotate_seconds * NS_PER_S : 0;

	f->base.due_ns =
		earlier(earlier(f->statistics_due_ns, f->flush_due_ns), earlier(f->files.due_ns, rotate));
}

static int open_file(struct file_sink *f)
{
	const char *name = files_name(&f->files);
	int r;

	if (f->s.is_read && f->s.is_read(f->s.is_read_arg, name))
		return f->w.out.failed = err_r(-EINVAL, "%s: is read: write to another file",
					       strcmp(name, "-") ? name : "standard output");
	r = writer_open(&f->w, name);
	if (!r && f->s.live)
		r = writer_begin(&f->w);
	if (!r && f->s.live)
		r = output_flush(&f->w.out);
	return r;
}

/* Begins a file again that somebody removed or emptied: a capture that runs for days goes on. */
static int begin_again(struct file_sink *f, const char *was)
{
	struct output *o = &f->w.out;
	struct strbuf waiting = { 0 };
	uint64_t gone = o->packets - output_waiting(o, &waiting);
	int r;

	log_line("%s: was %s while it was written, with %" PRIu64 " packet%s; it begins anew", o->name, was,
		 gone, gone == 1 ? "" : "s");
	output_abandon(o);
	r = open_file(f);
	if (!r)
		r = output_put_records(o, &waiting);
	strbuf_free(&waiting);
	return r;
}

/* Before anything is written: looks whether the file is still what it was. */
static int look_after_file(struct file_sink *f)
{
	const struct output *o = &f->w.out;

	if (!f->s.live || o->failed)
		return o->failed;
	if (output_removed(o))
		return begin_again(f, "removed");
	return output_truncated(o) ? begin_again(f, "truncated") : 0;
}

/* Ends the current file. *size: its bytes. */
static int finish_file(struct file_sink *f, uint64_t now, uint64_t *size)
{
	const struct output *o = &f->w.out;
	int e, r = f->s.live && !o->failed ? output_drain(&f->w.out) : 0;

	if (f->s.live && !o->failed && output_truncated(o))
		r = begin_again(f, "truncated");
	if (!r && !f->w.out.failed)
		r = writer_names(&f->w);
	if (!r && !f->w.out.failed)
		r = writer_statistics(&f->w, now);
	e = writer_close(&f->w);

	*size = o->written;
	f->done.packets += o->packets;
	f->done.bytes += o->written;
	f->done.files++;
	if (f->s.announce)
		log_line("%s: %s, %" PRIu64 " packet%s, %" PRIu64 " bytes", o->name,
			 r || e ? "ended early" : "finished", o->packets, o->packets == 1 ? "" : "s",
			 o->written);
	return r ? r : e;
}

static int rotate(struct file_sink *f, uint64_t now)
{
	uint64_t size;
	int r = finish_file(f, now, &size);

	if (!r)
		r = files_next(&f->files, size, now);
	if (r) {
		f->w.out.failed = r; /* nothing more is taken */
		f->base.due_ns = 0;
		return r;
	}
	r = open_file(f);
	set_due(f);
	return r;
}

static bool rotates(const struct file_sink *f)
{
	return f->s.rotate_bytes || f->s.rotate_seconds;
}

static int add_packet(struct file_sink *f, const struct packet *p)
{
	int r = f->w.out.failed;

	if (!r && rotates(f)) {
		uint64_t now = !f->s.rotate_seconds ? 0 : f->s.live ? p->ts_ns : now_ns();

		if (files_full(&f->files, output_size(&f->w.out)) || files_late(&f->files, now))
			r = rotate(f, now);
	}
	if (!r)
		r = writer_packet(&f->w, p);
	if (f->s.live && !f->statistics_due_ns) { /* the first since the last statistics */
		f->statistics_due_ns = p->ts_ns + STATISTICS_EVERY_NS;
		set_due(f);
	}
	if (!r && f->s.packet_buffered)
		r = look_after_file(f);
	if (!r && f->s.packet_buffered)
		r = output_flush(&f->w.out);
	if (!r && f->s.stop_bytes && f->done.bytes + output_size(&f->w.out) >= f->s.stop_bytes)
		r = -ENODATA;
	return r;
}

static int sink_packets(struct sink *s, const struct packet *p, size_t n)
{
	struct file_sink *f = self(s);
	int r = 0;

	for (size_t i = 0; i < n && r == 0;) {
		size_t usual = 0;

		if (f->only_grows && f->statistics_due_ns)
			usual = writer_usual_packets(&f->w, p + i, n - i);
		if (!usual)
			r = add_packet(f, &p[i]);
		i += usual ? usual : 1;
	}
	return r;
}

static int sink_packet(struct sink *s, const struct packet *p, const struct decoded *d)
{
	return sink_packets(s, p, 1);
}

/* The capture keeps as much of it as tells what it quotes. */
static int sink_icmp(struct sink *s, const struct packet *p, const struct icmp_quote *q)
{
	struct packet cut = *p;

	if (p->icmp && cut.cap_len > self(s)->s.snaplen)
		cut.cap_len = self(s)->s.snaplen;
	return sink_packet(s, &cut, NULL);
}

static int sink_block(struct sink *s, const struct block *b)
{
	return writer_block(&self(s)->w, b);
}

/* What was written so far becomes readable: at once where little comes; where much comes, block by block, and
 * what is left of one when that takes too long. */
static int flush_or_hold(struct file_sink *f, uint64_t now)
{
	struct output *o = &f->w.out;
	int r = look_after_file(f);

	if (r)
		return r;
	if (f->blocks != o->blocks || (!f->flush_due_ns && output_fills_blocks(o)))
		f->flush_due_ns = now + HOLD_NS;
	f->blocks = o->blocks;
	if (now < f->flush_due_ns) {
		set_due(f);
		return 0;
	}
	f->flush_due_ns = 0;
	return output_flush(o);
}

static int sink_tick(struct sink *s, uint64_t now)
{
	struct file_sink *f = self(s);
	int r = 0;

	files_tick(&f->files, now);
	if (f->statistics_due_ns && now >= f->statistics_due_ns) {
		f->statistics_due_ns = 0;
		r = writer_statistics(&f->w, now);
		if (!r)
			r = flush_or_hold(f, now);
	}
	if (!r && f->flush_due_ns)
		r = flush_or_hold(f, now);
	if (!r && files_late(&f->files, now))
		r = rotate(f, now);
	set_due(f);
	return r;
}

static int sink_flush(struct sink *s)
{
	struct file_sink *f = self(s);
	int r;

	if (f->w.out.failed == -ENODATA)
		return 0;
	r = look_after_file(f);
	return r ? r : output_flush(&f->w.out);
}

static int sink_batch(struct sink *s)
{
	struct file_sink *f = self(s);

	return f->w.out.failed == -ENODATA ? 0 : flush_or_hold(f, now_ns());
}

static void free_sink(struct file_sink *f)
{
	output_close(&f->w.out);
	writer_free(&f->w);
	files_clear(&f->files);
	free(f);
}

static int sink_close(struct sink *s)
{
	struct file_sink *f = self(s);
	uint64_t size;
	int r = f->w.out.fd < 0 ? 0 : finish_file(f, now_ns(), &size);

	free_sink(f);
	return r;
}

static const struct sink_ops file_ops = { .packet = sink_packet,
					  .packets = sink_packets,
					  .icmp = sink_icmp,
					  .block = sink_block,
					  .tick = sink_tick,
					  .flush = sink_flush,
					  .batch = sink_batch,
					  .close = sink_close };

static void set_up(struct file_sink *f, const struct file_sink_settings *s, uint64_t now)
{
	f->base.ops = &file_ops;
	f->base.wants_icmp = s->icmp;
	f->base.takes_many = !s->stop_bytes;
	f->s = *s;
	f->only_grows = !s->rotate_bytes && !s->rotate_seconds && !s->packet_buffered && !s->stop_bytes;
	f->files = (struct files){ .r = { .path = s->path,
					  .bytes = s->rotate_bytes,
					  .seconds = s->rotate_seconds,
					  .files = s->max_files,
					  .suffix = strcmp(s->path, "-") ? pack_suffix(s->compress) : "" },
				   .command = s->postrotate,
				   .keep = s->keep_bytes };
	writer_init(&f->w,
		    &(struct writer_settings){
			    .format = format_of_name(s->format_name ? s->format_name : s->path),
			    .pack = s->compress,
			    .nano = s->nano,
			    .live = s->live,
			    .held = s->held,
			    .held_arg = s->held_arg,
			    .verdict = s->verdict,
			    .reader_may_leave = s->reader_may_leave,
			    .snaplen = s->snaplen,
			    .link_type = s->link_type ? s->link_type : 1,
			    .ifaces = s->ifaces,
			    .comments = s->comments,
			    .ncomments = s->ncomments },
		    now);
}

int file_sink_open(struct sink **out, const struct file_sink_settings *s)
{
	struct file_sink *f = calloc(1, sizeof(*f));
	uint64_t now = now_ns();
	int r;

	if (!f)
		return err_r(-ENOMEM, "%s: out of memory", s->path);
	set_up(f, s, now);
	r = files_begin(&f->files, now);
	if (!r)
		r = open_file(f);
	if (r) {
		free_sink(f);
		return r;
	}
	set_due(f);
	*out = &f->base;
	return 0;
}

void file_sink_add_name(struct sink *s, int family, const uint8_t *addr, const char *name)
{
	struct strbuf *names = &self(s)->w.names;

	if (names->len < NAMES_MAX)
		pcapng_put_name(names, family, addr, name);
}

void file_sink_count(const struct sink *s, struct file_sink_counts *out)
{
	const struct file_sink *f = (const struct file_sink *)s;
	const struct output *o = &f->w.out;

	*out = f->done;
	if (o->fd < 0)
		return;
	out->packets += o->packets;
	out->bytes += output_size(o);
	out->files++;
}
