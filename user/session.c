// SPDX-License-Identifier: BSD-2-Clause
#include "session.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "capture/capture.h"
#include "decode/linktype.h"
#include "file/recorder.h"
#include "file/sink.h"
#include "file/source.h"
#include "file/iface.h"
#include "filter/filter.h"
#include "filter/linktype.h"
#include "following.h"
#include "options.h"
#include "output/flow.h"
#include "output/text.h"
#include "pipeline.h"
#include "print/names.h"
#include "run.h"
#include "source.h"
#include "statistics.h"
#include "util/io.h"
#include "util/log.h"
#include "util/privilege.h"
#include "util/strbuf.h"

#define EXIT_HAPPENED 3 /* --fail-on */

struct session {
	const struct options *o;
	const struct run_signals *signals;
	struct pipeline pipeline;
	struct iface_table ifaces;
	struct source *source;
	struct names *names;
	struct sink *following; /* in the pipeline; NULL without */
	bool failed;		/* what --fail-on names happened */
	struct sink *recorder;	/* one of the pipeline's, or NULL */
	bool live;
	bool running; /* it has said that it listens */
	bool interrupted;
	char ifname[IF_NAMESIZE];
	uint64_t end_ns; /* --duration; 0: none */
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* For the next poll: until a sink or --duration wants to be asked. */
static int wait_ms(const struct session *s)
{
	uint64_t now = now_ns();
	int ms = pipeline_wait_ms(&s->pipeline, now), left;

	if (!s->end_ns)
		return ms;
	left = s->end_ns <= now ? 0 : (int)((s->end_ns - now) / 1000000 % INT_MAX) + 1;
	return ms < 0 || left < ms ? left : ms;
}

/* Statistics that a sink writes are those of now. */
static int tick(struct session *s)
{
	struct capture_stats ignored;
	uint64_t now = now_ns();

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

static int take_signals(struct session *s)
{
	unsigned bits;

	ppoll(NULL, 0, &(struct timespec){ 0 }, s->signals->wait_mask);
	bits = s->signals->take();
	if (bits & RUN_STATISTICS && s->live)
		statistics_print(s->source, true);
	if (bits & RUN_STOP) {
		s->interrupted = true;
		if (stop(s))
			return -ENODATA;
	}
	if (bits & RUN_FLUSH && s->recorder)
		return recorder_signal(s->recorder);
	return bits & RUN_FLUSH ? pipeline_flush(&s->pipeline) : 0;
}

/* Until the input ends, a sink fails or has enough, the count is reached, the time is over or a signal stops
 * it. */
static int pump(struct session *s)
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
			r = pipeline_flush(&s->pipeline);
			if (r)
				return r == -ENODATA ? 0 : r;
		}
		r = tick(s);
		if (!r)
			r = take_signals(s);
		if (!r && s->end_ns && now_ns() >= s->end_ns)
			r = stop(s);
		if (r)
			return r == -ENODATA ? 0 : r;
	}
}

/* tcpdump asks the machine that it runs on, whatever machine a file comes from. */
static const char *name_of_ifindex(void *arg, uint32_t ifindex)
{
	struct session *s = arg;
	const struct iface *i = s->live ? iface_table_by_ifindex(&s->ifaces, ifindex) : NULL;

	return i ? i->name : if_indextoname(ifindex, s->ifname);
}

/* -f: the network of the first interface, as tcpdump takes it. */
static void find_local_net(const struct session *s, struct names_settings *n)
{
	char why[PCAP_ERRBUF_SIZE];

	if (pcap_lookupnet(s->ifaces.at[0]->name, &n->local_net_be, &n->local_mask_be, why))
		log_line("foreign (-f) flag used but: %s", why);
}

static int open_names(struct session *s)
{
	const struct options *o = s->o;
	struct names_settings n = { .numeric = o->numeric > 0,
				    .no_domain = o->no_domain,
				    .background = s->live };

	if (o->numeric_foreign && s->live)
		find_local_net(s, &n);
	s->names = names_new(&n);
	return s->names ? 0 : err_r(-errno, "names: %s", strerror(errno));
}

static int add_text(struct session *s)
{
	const struct options *o = s->o;
	struct text_settings t = {
		.print = {
			.verbose = o->verbose, .hex = o->hex, .hex_ascii = o->hex_ascii, .ascii = o->ascii,
			.time = (uint8_t)o->time, .nano = o->nano, .numeric = o->numeric > 0,
			.absolute_seq = o->absolute_seq, .quick = o->quick, .link_header = o->link_header,
			.number = o->number, .no_checksum = o->no_checksum, .asdot = o->asdot, .raw_handles = o->raw_handles,
			.payload = (uint8_t)o->payload_type, .md5_secret = o->md5_secret, .names = s->names,
			.iface_name = name_of_ifindex, .iface_arg = s, .iface_prefix = s->live && (capture_is_any(s->source) || s->ifaces.n > 1),
		},
		.fd = STDOUT_FILENO,
	};
	struct sink *sink;
	int r;

	/* What stands in one file under several interfaces is told apart in its lines; SLL2 does it by itself. */
	t.print.iface_prefix = s->live && (capture_is_any(s->source) || s->ifaces.n > 1) &&
			       s->ifaces.at[0]->link_type != LINKTYPE_LINUX_SLL2;
	if (o->flow.analyze) {
		t.print.marks = flow_sink_marks;
		t.print.marks_arg = s->following;
	}
	r = text_sink_open(&sink, &t);

	if (!r)
		pipeline_add(&s->pipeline, sink);
	return r;
}

static int add_file(struct session *s)
{
	const struct options *o = s->o;
	const struct iface *first = s->live ? NULL : file_source_iface(s->source, 0);
	const struct file_sink_settings f = {
		.path = o->write,
		.nano = o->nano,
		.packet_buffered = o->packet_buffered,
		.snaplen = first ? first->snaplen : (uint32_t)o->snaplen,
		.link_type = first ? first->link_type : 1,
		.live = s->live,
		.ifaces = s->live ? &s->ifaces : NULL,
		.announce = o->verbose,
		.comments = o->comments.at,
		.ncomments = o->comments.n,
		.verdict = o->verdict,
		.reader_may_leave = o->extcap,
		.compress = o->compress,
		.rotate_bytes = o->rotate_bytes,
		.rotate_seconds = o->rotate_seconds,
		.max_files = o->max_files,
		.postrotate = o->postrotate,
		.keep_bytes = o->keep_bytes,
		.stop_bytes = o->stop_bytes,
	};
	const struct recorder_settings last = {
		.file = f,
		.seconds = o->last_s,
		.bytes = o->last_bytes,
		.after_seconds = o->after_s,
		.triggers = o->triggers,
		.command = o->trigger_command,
	};
	struct sink *sink;
	int r = o->records ? recorder_open(&sink, &last) : file_sink_open(&sink, &f);

	if (r)
		return r;
	if (o->records)
		s->recorder = sink;
	pipeline_add(&s->pipeline, sink);
	return 0;
}

static bool prints_text(const struct options *o)
{
	return !o->only_count && ((!o->write && !options_flow_tells(&o->flow)) || o->print);
}

/* Before the text, which asks it for its marks. */
static int add_following(struct session *s)
{
	int r = following_open(&s->following, s->o, s->live, prints_text(s->o), &s->failed,
			       s->o->triggers & TRIGGERS_FLOW ? s->recorder : NULL);

	if (!r)
		pipeline_add(&s->pipeline, s->following);
	return r;
}

static int add_sinks(struct session *s)
{
	const struct options *o = s->o;
	int r = 0;

	if (o->write)
		r = add_file(s);
	if (!r && following_wanted(o))
		r = add_following(s);
	if (!r && prints_text(o)) {
		r = open_names(s);
		if (!r)
			r = add_text(s);
	}
	return r;
}

/* `listening on …` or `reading from file …`, as tcpdump begins. */
static void print_link(const struct iface *i, const char *unit)
{
	char number[16];
	const char *about = linktype_description(i->link_type);

	fprintf(stderr, ", link-type %s", linktype_name(i->link_type, number));
	if (about)
		fprintf(stderr, " (%s)", about);
	fprintf(stderr, ", snapshot length %u%s\n", i->snaplen, unit);
}

static void print_listening(const struct session *s)
{
	const struct options *o = s->o;
	struct strbuf where = { 0 };

	if (!o->verbose && prints_text(o))
		log_line("verbose output suppressed, use -v[v]... for full protocol decode");
	else
		fputs("ebpfdump: ", stderr);
	fputs("listening on ", stderr);
	for (size_t i = 0; i < s->ifaces.n && !capture_is_any(s->source); i++)
		fprintf(stderr, "%s%s", i ? ", " : "", s->ifaces.at[i]->name);
	if (capture_is_any(s->source))
		fputs("any", stderr);
	print_link(s->ifaces.at[0], " bytes");
	capture_describe(s->source, &where);
	log_line("%s", strbuf_cstr(&where));
	strbuf_free(&where);
}

static int open_capture(struct session *s, const char *const *names, size_t n)
{
	const struct options *o = s->o;
	struct capture_settings c = {
		.ifaces = names,
		.nifaces = n,
		.direction = o->direction,
		.snaplen = (uint32_t)o->snaplen,
		.ring_kib = (uint32_t)o->ring_kib,
		.promisc = !o->no_promiscuous,
		.mode = o->xdp ? CAPTURE_XDP : CAPTURE_TC,
		.netns = o->netns,
		.sample = (uint32_t)o->sample,
		.sample_flows = (uint32_t)o->sample_flows,
		.sample_seed = (uint32_t)o->sample_seed,
		.sample_all_flags = o->sample_all_flags,
		.expr = o->expression,
		.no_optimize = o->no_optimize,
		.networks = o->networks,
		.flags = (uint8_t)o->flags,
		.headers = o->headers,
		.rate = (uint32_t)o->rate,
		.head = o->head,
		.head_directions = (uint32_t)o->head_table,
		.latency_ms = o->write && !o->print ? 100 : 20,
		.wait_mask = s->signals->wait_mask,
	};

	return capture_open(&s->source, &c, &s->ifaces);
}

/* Ends what open_… and add_sinks began, in the order that lets files hold the last counts. */
static int finish(struct session *s, int r)
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
	r = r ? r : e;
	return !r && s->failed ? EXIT_HAPPENED : r;
}

static uint64_t end_of_run(const struct options *o)
{
	return o->duration_s ? now_ns() + o->duration_s * 1000000000 : 0;
}

int session_capture(const struct options *o, const struct run_signals *signals)
{
	struct session s = { .o = o, .signals = signals, .live = true, .pipeline = { .limit = o->count } };
	int r = open_capture(&s, o->ifaces.at, o->ifaces.n);

	/* What joins "any" later is attached to later. */
	if (!r && o->user)
		r = privilege_drop(o->user, capture_is_any(s.source));
	if (!r)
		r = add_sinks(&s);
	if (!r) {
		if (!o->flow.top && !o->extcap)
			print_listening(&s);
		s.running = true;
		s.end_ns = end_of_run(o);
		r = pump(&s);
		if (s.interrupted && prints_text(o)) /* as tcpdump, in case the terminal shows ^C */
			write_all(STDOUT_FILENO, "\n", 1);
	}
	return finish(&s, r);
}

static int open_file(struct session *s)
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
		print_link(file_source_iface(s->source, i), "");
	}
	return 0;
}

/* What the kernel programs do, and a file has behind it. */
static int refuse_live_options(const struct options *o)
{
	const char *name = o->networks	? "filter-file"
			   : o->flags	? "flags"
			   : o->headers ? "headers"
			   : o->rate	? "rate"
			   : o->head	? "head"
					: NULL;

	return name ? err_r(-EINVAL, "--%s is for a live capture, not for -r", name) : 0;
}

int session_read(const struct options *o, const struct run_signals *signals)
{
	struct session s = { .o = o,
			     .signals = signals,
			     .pipeline = { .limit = o->count,
					   .from_file = true,
					   .filter_link_type = -1,
					   .expression = o->expression,
					   .optimize = !o->no_optimize } };
	bool began = false;
	uint64_t shown;
	int r = refuse_live_options(o);

	if (!r)
		r = open_file(&s);
	if (!r)
		r = pipeline_expect(&s.pipeline, file_source_iface(s.source, 0)->link_type);
	s.end_ns = end_of_run(o);
	if (!r)
		r = add_sinks(&s);
	if (!r) {
		began = true;
		r = pump(&s);
	}
	shown = s.pipeline.shown;
	r = finish(&s, r);
	if (o->only_count && began)
		printf("%" PRIu64 " packet%s\n", shown, shown == 1 ? "" : "s");
	return r;
}
