// SPDX-License-Identifier: BSD-2-Clause
#include "file/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "event.h"
#include "file/files.h"
#include "file/packet_ring.h"
#include "file/trigger.h"
#include "util/cleanup.h"
#include "util/log.h"

#define NS_PER_S 1000000000ull
#define LOOK_NS (NS_PER_S / 10) /* how often the command is looked at */
#define RETRY_S 10		/* after a file that failed; then twice as long each time, up to */
#define RETRY_MAX_S 640

struct recorder {
	struct sink base;
	struct recorder_settings s;
	struct packet_ring ring;
	struct files files;
	struct sink *file;  /* while it writes, else NULL; memory holds what it gets until it is finished */
	uint64_t until_ns;  /* so long */
	uint64_t newest_ns; /* time of the newest packet */
	uint64_t oldest_ns; /* what is older was not asked for by the trigger that is owed */
	uint64_t forgotten; /* by memory, when the file was begun */
	uint64_t retry_ns;  /* not before is a file tried again */
	unsigned retry_s;
	bool fired, named;
	bool owed;	      /* a trigger fired, and no finished file holds what it asked for */
	bool spent;	      /* the file of the current name holds packets: the next needs another */
	int lost;	      /* -errno of a file that failed when memory did not hold all of it any more */
	struct block section; /* of the file that is read; its body is owned */
	struct trigger_command command;
	uint64_t look_due_ns;
};

static struct recorder *self(struct sink *s)
{
	return (struct recorder *)s;
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

static void set_due(struct recorder *r)
{
	uint64_t due = earlier(r->look_due_ns, r->files.due_ns);

	if (r->file)
		due = earlier(earlier(r->file->due_ns, r->s.file.live ? r->until_ns : 0), due);
	else if (r->owed)
		due = earlier(r->retry_ns, due);
	r->base.due_ns = due;
}

static int hand_on(struct recorder *r, const struct packet *p, const struct decoded *d)
{
	return p->icmp ? r->file->ops->icmp(r->file, p, NULL) : r->file->ops->packet(r->file, p, d);
}

static int write_ring(struct recorder *r, uint64_t *n)
{
	struct packet_ring_place at = { 0 };
	struct packet p;
	int e = 0;

	*n = 0;
	while (!e && packet_ring_next(&r->ring, &at, &p)) {
		if (p.ts_ns < r->oldest_ns)
			continue;
		e = hand_on(r, &p, NULL);
		*n += !e;
	}
	return e ? e : r->file->ops->flush(r->file);
}

static int next_name(struct recorder *r, uint64_t now)
{
	int e = 0;

	if (!r->named)
		e = files_begin(&r->files, now);
	else if (r->spent)
		e = files_next(&r->files, 0, now);
	r->named |= !e;
	r->spent &= e != 0;
	return e;
}

static int open_file(struct recorder *r, uint64_t now)
{
	struct file_sink_settings file = r->s.file;
	int e = next_name(r, now);

	if (e)
		return e;
	file.path = files_name(&r->files);
	file.max_files = 0;
	file.postrotate = NULL;
	file.format_name = r->s.file.path;
	r->forgotten = r->ring.forgotten;
	e = file_sink_open(&r->file, &file);
	if (!e && r->section.body)
		e = r->file->ops->block(r->file, &r->section);
	return e;
}

/* The file failed, after a message. What it got stays in memory, and what it holds stands. */
static int put_off(struct recorder *r, int e)
{
	if (r->ring.forgotten != r->forgotten && r->spent)
		r->lost = e;
	r->retry_s = !r->retry_s ? RETRY_S : r->retry_s < RETRY_MAX_S ? 2 * r->retry_s : RETRY_MAX_S;
	r->retry_ns = now_ns() + r->retry_s * NS_PER_S;
	log_line(
		"recorder: the packets stay in memory; a file is tried again in %u s, at a signal and at the end",
		r->retry_s);
	return 0;
}

/* e is what a call of the file gave. 0: it goes on; -ENODATA: it has enough. */
static int checked(struct recorder *r, int e)
{
	struct file_sink_counts held = { 0 };

	if (!e || e == -ENODATA)
		return e;
	if (r->file) {
		file_sink_count(r->file, &held);
		r->file->ops->close(r->file);
		r->file = NULL;
		r->spent = held.packets;
	}
	return put_off(r, e);
}

static int write_file(struct recorder *r, const char *why, uint64_t now)
{
	uint64_t n = 0;
	int e = open_file(r, now);

	if (!e)
		e = write_ring(r, &n);
	if (!e)
		log_line("%s: %s gets %" PRIu64 " packet%s%s", why, files_name(&r->files), n,
			 n == 1 ? "" : "s", r->s.after_seconds ? " and what follows" : "");
	return e;
}

static int fire(struct recorder *r, const char *why, uint64_t at_ns)
{
	int e = 0;

	r->fired = true;
	r->until_ns = at_ns + r->s.after_seconds * NS_PER_S;
	if (!r->owed)
		r->oldest_ns = r->s.seconds && r->newest_ns > r->s.seconds * NS_PER_S
				       ? r->newest_ns - r->s.seconds * NS_PER_S
				       : 0;
	r->owed = true;
	if (!r->file && (!r->retry_ns || now_ns() >= r->retry_ns))
		e = checked(r, write_file(r, why, r->s.file.live ? now_ns() : at_ns));
	set_due(r);
	return e;
}

/* Memory is free for what comes next only when the file is safe. */
static int end_file(struct recorder *r)
{
	int e = r->file->ops->close(r->file);
	struct packet p;

	r->file = NULL;
	r->spent = true;
	if (e)
		return e;
	if (r->s.file.postrotate)
		files_run(&r->files, r->s.file.postrotate);
	while (packet_ring_take(&r->ring, &p))
		;
	r->owed = false;
	r->retry_ns = r->retry_s = 0;
	return 0;
}

static int recorder_packet(struct sink *s, const struct packet *p, const struct decoded *d)
{
	struct recorder *r = self(s);
	int e = 0;

	if (p->ts_ns > r->newest_ns)
		r->newest_ns = p->ts_ns;
	if (r->file && p->ts_ns > r->until_ns)
		e = checked(r, end_file(r));
	packet_ring_add(&r->ring, p);
	if (!r->file)
		return e;
	e = checked(r, hand_on(r, p, d));
	set_due(r);
	return e;
}

static int recorder_icmp(struct sink *s, const struct packet *p, const struct icmp_quote *q)
{
	return recorder_packet(s, p, NULL);
}

static int keep_section(struct recorder *r, const struct block *b)
{
	uint8_t *body = malloc(b->body_len + 1u);

	if (!body)
		return err_r(-ENOMEM, "recorder: out of memory");
	memcpy(body, b->body, b->body_len);
	free((void *)(uintptr_t)r->section.body);
	r->section = *b;
	r->section.body = body;
	return 0;
}

static int recorder_block(struct sink *s, const struct block *b)
{
	struct recorder *r = self(s);

	if (b->kind == BLOCK_SECTION && b->body && keep_section(r, b))
		return -ENOMEM;
	return r->file ? checked(r, r->file->ops->block(r->file, b)) : 0;
}

static int recorder_event(struct sink *s, const struct event *e)
{
	static const unsigned bits[EVENT_KINDS] = {
		[EVENT_RESET] = TRIGGER_RST,
		[EVENT_REFUSED] = TRIGGER_REFUSED | TRIGGER_RST,
		[EVENT_REJECTED] = TRIGGER_REFUSED,
		[EVENT_RETRANSMISSION] = TRIGGER_RETRANS,
		[EVENT_ZERO_WINDOW] = TRIGGER_ZERO_WINDOW,
	};
	struct recorder *r = self(s);

	return bits[e->kind] & r->s.triggers ? fire(r, event_name(e->kind), e->ts_ns) : 0;
}

int recorder_signal(struct sink *s)
{
	struct recorder *r = self(s);

	if (!(r->s.triggers & TRIGGER_SIGNAL) && !r->owed)
		return 0;
	r->retry_ns = 0; /* who sends it knows why */
	return fire(r, "signal", r->s.file.live ? now_ns() : r->newest_ns);
}

static int look_at_command(struct recorder *r, uint64_t now)
{
	int e = 0;

	if (!r->look_due_ns || now < r->look_due_ns)
		return 0;
	if (trigger_command_fired(&r->command, now))
		e = fire(r, "command", r->s.file.live ? now : r->newest_ns);
	if (!e && !r->file) /* armed again only when the file is finished */
		e = trigger_command_start(&r->command, now);
	r->look_due_ns = r->command.given_up && !r->file ? 0 : now + LOOK_NS;
	return e;
}

static int recorder_tick(struct sink *s, uint64_t now)
{
	struct recorder *r = self(s);
	int e = 0;

	files_tick(&r->files, now);
	if (r->file && r->file->due_ns && now >= r->file->due_ns)
		e = checked(r, r->file->ops->tick(r->file, now));
	if (!e && r->file && r->s.file.live && now >= r->until_ns)
		e = checked(r, end_file(r));
	if (!e && r->owed && !r->file && now >= r->retry_ns)
		e = checked(r, write_file(r, "once more", now));
	if (!e)
		e = look_at_command(r, now);
	set_due(r);
	return e;
}

static int recorder_flush(struct sink *s)
{
	struct recorder *r = self(s);

	return r->file ? checked(r, r->file->ops->flush(r->file)) : 0;
}

static int recorder_batch(struct sink *s)
{
	struct recorder *r = self(s);
	int e = r->file ? checked(r, r->file->ops->batch(r->file)) : 0;

	set_due(r);
	return e;
}

static void free_recorder(struct recorder *r)
{
	trigger_command_stop(&r->command);
	packet_ring_free(&r->ring);
	files_clear(&r->files);
	free((void *)(uintptr_t)r->section.body);
	free(r);
}

static int recorder_close(struct sink *s)
{
	struct recorder *r = self(s);
	bool again = r->owed && !r->file;
	int e = again ? write_file(r, "at the end", now_ns()) : 0, closed = r->file ? end_file(r) : 0;

	e = e && e != -ENODATA ? e : closed;
	if (e)
		log_line("recorder: what %s was to hold could not be written to the end", r->s.file.path);
	else
		e = r->lost;
	if (!r->fired)
		log_line("recorder: nothing happened, %s is not written", r->s.file.path);
	free_recorder(r);
	return e;
}

static const struct sink_ops recorder_ops = { .packet = recorder_packet,
					      .icmp = recorder_icmp,
					      .block = recorder_block,
					      .event = recorder_event,
					      .tick = recorder_tick,
					      .flush = recorder_flush,
					      .batch = recorder_batch,
					      .close = recorder_close };

static void say_what_it_keeps(const struct recorder *r)
{
	char span[48] = "";
	struct strbuf words = { 0 };

	if (r->s.seconds)
		snprintf(span, sizeof(span), " of the last %" PRIu64 " s", r->s.seconds);
	trigger_words(&words, r->s.triggers);
	log_line("recorder: keeps the packets%s in at most %" PRIu64 " KiB of memory, writes %s on %s", span,
		 (r->s.bytes + 1023) >> 10, r->s.file.path, strbuf_cstr(&words));
	strbuf_free(&words);
}

/* A folder that is not there is better known now than when it matters. */
static int check_folder(const char *path)
{
	_cleanup_free_ char *copy = strdup(path);
	const char *folder;

	if (!copy)
		return err_r(-ENOMEM, "recorder: out of memory");
	folder = dirname(copy);
	if (access(folder, W_OK | X_OK))
		return err_r(-errno, "%s: %s", path, strerror(errno));
	return 0;
}

int recorder_open(struct sink **out, const struct recorder_settings *s)
{
	int e = check_folder(s->file.path);
	struct recorder *r = e ? NULL : calloc(1, sizeof(*r));

	if (!r)
		return e ? e : err_r(-ENOMEM, "recorder: out of memory");
	r->base.ops = &recorder_ops;
	r->base.wants_icmp = s->file.icmp;
	r->s = *s;
	r->s.bytes = s->bytes ? s->bytes : RECORDER_BYTES_DEFAULT;
	r->s.triggers = s->triggers ? s->triggers : TRIGGER_SIGNAL;
	r->files = (struct files){ .r = { .path = s->file.path,
					  .numbered = true,
					  .files = s->file.max_files,
					  .suffix = pack_suffix(s->file.compress) } };
	if (packet_ring_new(&r->ring, r->s.bytes))
		e = err_r(-ENOMEM, "recorder: no memory for %" PRIu64 " bytes", r->s.bytes);
	if (!e && r->s.triggers & TRIGGER_CMD) {
		r->command.line = s->command;
		e = trigger_command_start(&r->command, now_ns());
		r->look_due_ns = now_ns() + LOOK_NS;
	}
	if (e) {
		free_recorder(r);
		return e;
	}
	say_what_it_keeps(r);
	set_due(r);
	*out = &r->base;
	return 0;
}
