// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <pcap/pcap.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/capture.h"
#include "decode/linktype.h"
#include "file/recorder.h"
#include "file/sink.h"
#include "file/source.h"
#include "following.h"
#include "options.h"
#include "output/flow.h"
#include "output/progress.h"
#include "output/text.h"
#include "print/names.h"
#include "session_internal.h"
#include "util/cleanup.h"
#include "util/log.h"

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

static void on_name(void *arg, int family, const uint8_t *addr, const char *name)
{
	struct session *s = arg;

	if (s->file)
		file_sink_add_name(s->file, family, addr, name);
}

static int open_names(struct session *s)
{
	const struct options *o = s->o;
	struct names_settings n = { .numeric = o->numeric > 0,
				    .no_domain = o->no_domain,
				    .background = s->live,
				    .found = on_name,
				    .found_arg = s };

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
			.absolute_seq = o->absolute_seq, .quick = o->quick > 1 ? 2 : (uint8_t)o->quick, .link_header = o->link_header,
			.number = o->number, .no_checksum = o->no_checksum, .asdot = o->asdot, .raw_handles = o->raw_handles,
			.payload = (uint8_t)o->payload_type, .md5_secret = o->md5_secret, .names = s->names,
			.iface_name = name_of_ifindex, .iface_arg = s,
		},
		.fd = STDOUT_FILENO,
		.comments = o->show_comments,
	};
	struct sink *sink;
	int r;

	/* What stands in one file under several interfaces is told apart in its lines; SLL2 does it by
	 * itself. */
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

/* "-" is the descriptor. False: there is no such file. */
static bool look_up(const char *path, int fd, struct stat *st)
{
	return !(strcmp(path, "-") ? stat(path, st) : fstat(fd, st)) && S_ISREG(st->st_mode);
}

/* Of a file that is read (in) and one that is written. */
static bool are_same(const char *in, const char *out)
{
	struct stat x, y;

	return look_up(in, STDIN_FILENO, &x) && look_up(out, STDOUT_FILENO, &y) && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

/* Whether this run reads from there: packets, or a list that somebody wrote by hand. */
static bool is_read(const void *arg, const char *path)
{
	const struct session *s = arg;
	const char *const lists[] = { s->o->read_list, s->o->filter_file, s->o->networks };

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (lists[i] && are_same(lists[i], path))
			return true;
	return !s->live && file_source_reads(s->source, path);
}

static uint64_t held(const void *arg, uint64_t *all)
{
	const struct session *s = arg;

	return capture_held(s->source, all);
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
		.icmp = o->icmp,
		.verdict = o->verdict,
		.reader_may_leave = o->extcap,
		.compress = o->compress,
		.rotate_bytes = o->rotate_bytes,
		.rotate_seconds = o->rotate_seconds,
		.max_files = o->max_files,
		.postrotate = o->postrotate,
		.keep_bytes = o->keep_bytes,
		.stop_bytes = o->stop_bytes,
		.held = s->live ? held : NULL,
		.held_arg = s,
		.is_read = is_read,
		.is_read_arg = s,
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
	int r;

	r = o->records ? recorder_open(&sink, &last) : file_sink_open(&sink, &f);
	if (r)
		return r;
	if (o->records)
		s->recorder = sink;
	else
		s->file = sink;
	pipeline_add(&s->pipeline, sink);
	return 0;
}

bool session_prints_text(const struct options *o)
{
	if (o->only_count) /* as tcpdump */
		return o->write && o->print;
	return (!o->write && !options_flow_tells(&o->flow)) || o->print;
}

/* A picture destroys no capture. */
static int check_picture(const struct session *s)
{
	const char *picture = s->o->flow.picture_file, *file = s->o->write;

	if (picture && is_read(s, picture))
		return err_r(-EINVAL, "%s: is read: draw to another file", picture);
	if (picture && file && (!strcmp(picture, file) || are_same(picture, file)))
		return err_r(-EINVAL, "%s: is written by -w: draw to another file", picture);
	return 0;
}

/* Before the text, which asks it for its marks. */
static int add_following(struct session *s)
{
	int r = following_open(&s->following, s->o, s->live, session_prints_text(s->o), &s->failed,
			       s->o->triggers & TRIGGERS_FLOW ? s->recorder : NULL);

	if (!r)
		pipeline_add(&s->pipeline, s->following);
	return r;
}

/* As tcpdump has it: only where nothing is printed that it would get in between. */
static bool says_progress(const struct session *s)
{
	const struct options *o = s->o;

	return s->live && o->write && o->verbose && !o->print && !o->extcap && !options_flow_tells(&o->flow);
}

static int add_progress(struct session *s)
{
	struct sink *sink;
	int r = progress_sink_open(&sink, &s->pipeline.shown, session_now_ns());

	if (!r)
		pipeline_add(&s->pipeline, sink);
	return r;
}

int session_add_sinks(struct session *s)
{
	const struct options *o = s->o;
	int r = 0;

	if (o->write)
		r = add_file(s);
	if (!r)
		r = check_picture(s);
	if (!r && following_wanted(o))
		r = add_following(s);
	if (!r && session_prints_text(o)) {
		r = open_names(s);
		if (!r)
			r = add_text(s);
	}
	if (!r && says_progress(s))
		r = add_progress(s);
	return r;
}
