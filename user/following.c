// SPDX-License-Identifier: BSD-2-Clause
#include "following.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "file/recorder.h"
#include "options.h"
#include "output/flow.h"
#include "util/io.h"
#include "util/log.h"

bool following_wanted(const struct options *o)
{
	const struct options_flow *f = &o->flow;

	if (f->fail_refused || f->fail_reset || f->fail_retrans || o->triggers & TRIGGERS_FLOW)
		return true;
	return !o->only_count && (options_flow_tells(f) || f->analyze || f->stats_s);
}

static int terminal_width(void)
{
	struct winsize w;

	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0)
		return w.ws_col;
	return 0;
}

static bool wants_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

/* A terminal whose locale says so cannot show lines and arrows. */
static bool only_ascii(void)
{
	if (!isatty(STDOUT_FILENO))
		return false;
	setlocale(LC_CTYPE, "");
	return strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

static int open_picture(const char *path)
{
	int fd = io_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	return fd < 0 ? err_r(fd, "%s: %s", path, strerror(-fd)) : fd;
}

static int hand_on(void *arg, const struct event *e)
{
	struct sink *s = arg;

	return s->ops->event(s, e);
}

int following_open(struct sink **out, const struct options *o, bool live, bool prints_packets, bool *failed,
		   struct sink *events)
{
	const struct options_flow *f = &o->flow;
	bool stdout_taken =
		prints_packets || options_flow_tells(f) || (o->write && strcmp(o->write, "-") == 0);
	struct flow_sink_settings s = {
		.fd = STDOUT_FILENO,
		.stats_fd = stdout_taken ? STDERR_FILENO : STDOUT_FILENO,
		.picture_fd = -1,
		.live = live,
		/* --sample-flows keeps connections whole */
		.sampled = live && (o->sample || o->rate || o->head || o->flags),
		.no_checksums = o->no_checksum,
		.checksums = f->analyze && o->verbose && !o->no_checksum,
		.packet_lines = o->line_buffered,
		.max_connections = (uint32_t)f->max_connections,
		.connections = f->connections,
		.explain = f->explain,
		.summary = f->summary,
		.top = f->top,
		.picture = (enum flow_picture)f->picture,
		.all = f->all,
		.ascii = f->ascii || only_ascii(),
		.colour = wants_colour(),
		.width = terminal_width(),
		.json_segments = f->json_segments,
		.json_connections = f->json_connections,
		.json_events = f->json_events,
		.stats_ns = f->stats_s * 1000000000,
		.follow = f->follow ? (uint32_t)strtoul(f->follow, NULL, 10) : 0,
		.sort = (enum flow_sort)f->sort,
		.fail_refused = f->fail_refused,
		.fail_reset = f->fail_reset,
		.fail_retrans = f->fail_retrans,
		.failed = failed,
		.emit = events ? hand_on : NULL,
		.emit_arg = events,
	};

	if (f->picture_file) {
		s.picture_fd = open_picture(f->picture_file);
		if (s.picture_fd < 0)
			return s.picture_fd;
	}
	return flow_sink_open(out, &s);
}
