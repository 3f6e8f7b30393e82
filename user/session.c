// SPDX-License-Identifier: BSD-2-Clause
#include "session.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "decode/linktype.h"
#include "file/recorder.h"
#include "file/source.h"
#include "filter/linktype.h"
#include "options.h"
#include "print/names.h"
#include "run.h"
#include "session_internal.h"
#include "statistics.h"
#include "util/log.h"
#include "util/privilege.h"

#define LET_IN_EVERY_NS 10000000ull

static uint64_t read_clock(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t session_now_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}

/* No time of the day: setting the clock must not make --duration longer or shorter. */
static uint64_t elapsed_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t session_end_ns(const struct options *o)
{
	return o->duration_s ? elapsed_ns() + o->duration_s * 1000000000 : 0;
}

/* For the next poll: until a sink or --duration wants to be asked. */
static int wait_ms(const struct session *s)
{
	int ms = pipeline_wait_ms(&s->pipeline, session_now_ns()), left;
	uint64_t now = elapsed_ns();

	if (!s->end_ns)
		return ms;
	left = s->end_ns <= now ? 0 : (int)((s->end_ns - now) / 1000000 % INT_MAX) + 1;
	return ms < 0 || left < ms ? left : ms;
}

/* Statistics that a sink writes are those of now. */
static int tick(struct session *s)
{
	struct capture_stats ignored;
	uint64_t now = session_now_ns();

	if (s->live && pipeline_wait_ms(&s->pipeline, now) == 0)
		s->source->ops->stats(s->source, &ignored);
	return pipeline_tick(&s->pipeline, now);
}

/* Nothing new comes in; a capture still delivers what is on its rings. 0, or -ENODATA when that is nothing.
 */
static int stop(struct session *s)
{
	s->end_ns = 0;
	if (!s->source->ops->stop)
		return -ENODATA;
	s->source->ops->stop(s->source);
	return 0;
}

/* They are let in where the source waits; a source that never has to lets none in. */
static void let_signals_in(struct session *s)
{
	uint64_t now = elapsed_ns();

	if (now - s->let_in_ns < LET_IN_EVERY_NS)
		return;
	s->let_in_ns = now;
	ppoll(NULL, 0, &(struct timespec){ 0 }, s->signals->wait_mask);
}

static int take_signals(struct session *s)
{
	unsigned bits;
	int r = 0;

	let_signals_in(s);
	bits = s->signals->take();
	if (bits & RUN_STATISTICS && s->live)
		statistics_print(s->source, true);
	if (bits & RUN_FLUSH)
		r = s->recorder ? recorder_signal(s->recorder) : pipeline_flush(&s->pipeline);
	if (bits & RUN_STOP) {
		s->interrupted = true;
		if (stop(s) && !r)
			r = -ENODATA;
	}
	return r;
}

/* Until the input ends, a sink fails or has enough, the count is reached, the time is over or a signal stops
 * it. */
int session_pump(struct session *s)
{
	struct receiver to = pipeline_receiver(&s->pipeline);
	bool by_batch = s->live || !file_source_is_regular(s->source);
	int r;

	for (;;) {
		r = s->source->ops->poll(s->source, wait_ms(s), &to);
		if (r == -ECANCELED)
			return s->pipeline.error;
		if (r < 0)
			return r == -ENODATA ? 0 : r;
		if (r && by_batch) {
			r = pipeline_batch(&s->pipeline);
			if (r)
				return r == -ENODATA ? 0 : r;
		}
		r = tick(s);
		if (!r)
			r = take_signals(s);
		if (!r && s->end_ns && elapsed_ns() >= s->end_ns)
			r = stop(s);
		if (r)
			return r == -ENODATA ? 0 : r;
	}
}

/* Ends what open_… and add_sinks began, in the order that lets files hold the last counts. */
int session_finish(struct session *s, int r)
{
	struct capture_stats last;
	int e;

	if (s->source && s->live) {
		s->source->ops->stop(s->source);
		s->source->ops->stats(s->source, &last);
	}
	e = pipeline_close(&s->pipeline);
	names_free(s->names);
	if (s->source) {
		if (s->live && s->running && !s->o->extcap)
			statistics_print(s->source, false);
		s->source->ops->close(s->source);
	}
	iface_table_clear(&s->ifaces);
	strbuf_free(&s->expression);
	r = r ? r : e;
	return !r && s->failed ? EXIT_HAPPENED : r;
}

/* `listening on …` or `reading from file …`, as tcpdump begins. */
void session_print_link(const struct iface *i, const char *unit)
{
	char number[16];
	const char *about = linktype_description(i->link_type);

	fprintf(stderr, ", link-type %s", linktype_name(i->link_type, number));
	if (about)
		fprintf(stderr, " (%s)", about);
	fprintf(stderr, ", snapshot length %u%s\n", i->snaplen, unit);
}

int session_open_files(struct session *s)
{
	const struct options *o = s->o;
	int r = file_source_open(&s->source,
				 &(struct file_source_settings){ .paths = o->reads.at,
								 .npaths = o->reads.n,
								 .list = o->read_list,
								 .wait_mask = s->signals->wait_mask },
				 &s->ifaces);
	const char *name;

	if (r)
		return r;
	for (size_t i = 0; (name = file_source_name(s->source, i)); i++) {
		fprintf(stderr, "reading from file %s", name);
		session_print_link(file_source_iface(s->source, i), "");
		if (!i && file_source_iface(s->source, i)->link_type == LINKTYPE_LINUX_SLL2)
			fputs("Warning: interface names might be incorrect\n", stderr);
	}
	return 0;
}

/* What the kernel programs do, and a file has behind it. */
static int refuse_live_options(const struct options *o)
{
	const char *name = o->networks	     ? "filter-file"
			   : o->cpu_budget   ? "cpu-budget"
			   : o->flags	     ? "flags"
			   : o->headers	     ? "headers"
			   : o->rate	     ? "rate"
			   : o->head	     ? "head"
			   : o->decap	     ? "decap"
			   : o->threads	     ? "threads"
			   : o->cpus	     ? "cpu"
			   : o->sample	     ? "sample"
			   : o->not_ssh	     ? "not-ssh"
			   : o->sample_flows ? "sample-flows"
					     : NULL;

	return name ? err_r(-EINVAL, "--%s is for a live capture, not for -r", name) : 0;
}

int session_read(const struct options *o, const struct run_signals *signals)
{
	struct session s = { .o = o,
			     .signals = signals,
			     .pipeline = { .limit = o->count,
					   .from_file = true,
					   .expression = o->expression,
					   .optimize = !o->no_optimize } };
	bool began = false;
	uint64_t shown;
	int r = refuse_live_options(o);

	if (!r)
		r = session_open_files(&s);
	if (!r)
		r = pipeline_expect(&s.pipeline, file_source_iface(s.source, 0));
	if (!r && o->user)
		r = privilege_drop(o->user, PRIVILEGE_KEEP_NONE);
	s.end_ns = session_end_ns(o);
	signals->settle();
	if (!r)
		r = session_add_sinks(&s);
	if (!r) {
		began = true;
		r = session_pump(&s);
	}
	shown = s.pipeline.shown;
	r = session_finish(&s, r);
	if (o->only_count && began)
		printf("%" PRIu64 " packet%s\n", shown, shown == 1 ? "" : "s");
	return r;
}
