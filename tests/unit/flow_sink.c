// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "output/flow.h"
#include "segments.h"
#include "util/strbuf.h"

#define START 1700000000000000000ull
#define SECOND 1000000000ull
#define OPEN "0 C S seq 0 win 64240", "0.010 S S. seq 0 ack 1 win 65160", "0.020 C . seq 1 ack 1 win 502"
#define CLOSE "0.03 C F. seq 1 ack 1 win 502", "0.04 S F. seq 1 ack 2 win 502", "0.05 C . seq 2 ack 2 win 502"

struct rig {
	struct script script;
	int fd;
	off_t read;
	char text[8192];
};

static void rig_begin(struct rig *r, struct flow_sink_settings s)
{
	*r = (struct rig){ .fd = memfd_create("told", 0) };
	r->script.isn[1] = 5000;
	s.fd = s.stats_fd = r->fd;
	s.picture_fd = -1;
	CHECK_EQ(flow_sink_open(&r->script.sink, &s), 0);
}

/* What was told since the last call. */
static const char *told(struct rig *r)
{
	ssize_t n;

	r->script.sink->ops->flush(r->script.sink);
	n = pread(r->fd, r->text, sizeof(r->text) - 1, r->read);
	r->text[n > 0 ? n : 0] = '\0';
	r->read += n;
	return r->text;
}

static const char *told_at_the_end(struct rig *r)
{
	ssize_t n = pread(r->fd, r->text, sizeof(r->text) - 1, r->read);

	r->text[n > 0 ? n : 0] = '\0';
	return r->text;
}

static void tick(struct rig *r, double seconds)
{
	uint64_t now = START + (uint64_t)(seconds * 1e9);

	if (r->script.sink->due_ns && r->script.sink->due_ns <= now)
		CHECK_EQ(r->script.sink->ops->tick(r->script.sink, now), 0);
}

static void rig_end(struct rig *r)
{
	if (r->script.sink)
		CHECK_EQ(r->script.sink->ops->close(r->script.sink), 0);
	close(r->fd);
}

static void live_an_end_is_told_a_little_later(void)
{
	struct rig r;

	rig_begin(&r, (struct flow_sink_settings){ .live = true, .connections = true });
	SCRIPT(&r.script, OPEN, CLOSE);
	tick(&r, 0.1);
	CHECK_STR(told(&r), "");
	CHECK(r.script.sink->due_ns > START + SECOND / 2 && r.script.sink->due_ns < START + SECOND);
	tick(&r, 0.6);
	CHECK(strstr(told(&r), "closed in 3, client first\n"));
	tick(&r, 1);
	CHECK_STR(told(&r), "");
	rig_end(&r);
}

static void live_a_reset_after_the_close_still_counts(void)
{
	struct rig r;

	rig_begin(&r, (struct flow_sink_settings){ .live = true, .connections = true });
	SCRIPT(&r.script, OPEN, CLOSE, "0.2 S R. seq 2 ack 2 win 0");
	tick(&r, 0.6);
	CHECK(strstr(told(&r), "reset by server after close\n"));
	rig_end(&r);
}

static void live_a_quiet_connection_is_told_once_and_again_when_it_ends(void)
{
	struct rig r;

	rig_begin(&r, (struct flow_sink_settings){ .live = true, .connections = true });
	SCRIPT(&r.script, OPEN);
	tick(&r, 61);
	CHECK(strstr(told(&r), "still open, idle 61 s\n"));
	tick(&r, 130);
	tick(&r, 200);
	CHECK_STR(told(&r), "");
	SCRIPT(&r.script, "210 C R. seq 1 ack 1 win 0");
	tick(&r, 211);
	CHECK(strstr(told(&r), "reset by client before data\n"));
	rig_end(&r);
}

static void what_was_told_live_is_not_told_at_the_end(void)
{
	struct rig r;

	rig_begin(&r, (struct flow_sink_settings){ .live = true, .connections = true });
	SCRIPT(&r.script, OPEN, CLOSE, "0.3 C S seq 0 win 1 port 41000");
	tick(&r, 1);
	CHECK(strstr(told(&r), "#1 "));
	CHECK_EQ(r.script.sink->ops->close(r.script.sink), 0);
	r.script.sink = NULL;
	told_at_the_end(&r);
	CHECK(strncmp(r.text, "#2 ", 3) == 0);
	CHECK(!strstr(r.text, "#1 "));
	rig_end(&r);
}

static void without_work_it_wants_no_clock(void)
{
	struct rig r;

	rig_begin(&r, (struct flow_sink_settings){ .live = true, .fail_reset = true });
	CHECK_EQ(r.script.sink->due_ns, 0);
	SCRIPT(&r.script, OPEN, CLOSE);
	CHECK_EQ(r.script.sink->due_ns, 0);
	rig_end(&r);
}

static void live_statistics_come_each_interval(void)
{
	struct rig r;
	const char *line;

	rig_begin(&r, (struct flow_sink_settings){ .live = true, .stats_ns = SECOND });
	SCRIPT(&r.script, OPEN, "0.03 C P. seq 1 ack 1 win 502 len 100",
	       "0.3 C P. seq 1 ack 1 win 502 len 100");
	tick(&r, 1.01);
	line = told(&r);
	CHECK(strstr(
		line,
		"segments 5  bytes 200  opened 1  closed 0  refused 0  reset 0  retrans 20.00%  zero windows 0"));
	tick(&r, 1.5);
	CHECK_STR(told(&r), "");
	tick(&r, 2.1);
	CHECK(strstr(told(&r), "segments 0  bytes 0  opened 0"));
	rig_end(&r);
}

struct seen {
	int kinds[EVENT_KINDS];
	int refuse; /* what the receiver returns */
};

static int note(void *arg, const struct event *e)
{
	struct seen *s = arg;

	s->kinds[e->kind]++;
	return s->refuse;
}

static void events_are_handed_on(void)
{
	struct seen s = { 0 };
	struct rig r;

	rig_begin(&r, (struct flow_sink_settings){ .emit = note, .emit_arg = &s });
	SCRIPT(&r.script, OPEN, "0.03 C P. seq 1 ack 1 win 502 len 100",
	       "0.3 C P. seq 1 ack 1 win 502 len 100", "0.31 S . seq 1 ack 101 win 0",
	       "0.4 S . seq 1 ack 101 win 9", "0.5 S R. seq 1 ack 101 win 0",
	       "0.6 C S seq 0 win 1 port 41000", "0.7 S R. seq 0 ack 1 win 0 port 41000");
	CHECK_EQ(s.kinds[EVENT_OPENED], 2);
	CHECK_EQ(s.kinds[EVENT_ESTABLISHED], 1);
	CHECK_EQ(s.kinds[EVENT_RETRANSMISSION], 1);
	CHECK_EQ(s.kinds[EVENT_ZERO_WINDOW], 1);
	CHECK_EQ(s.kinds[EVENT_WINDOW_OPENED], 1);
	CHECK_EQ(s.kinds[EVENT_RESET], 1);
	CHECK_EQ(s.kinds[EVENT_REFUSED], 1);
	CHECK_EQ(s.kinds[EVENT_CLOSED], 0);
	/* whoever fails there fails the run */
	s.refuse = -ENOSPC;
	SCRIPT(&r.script, "1 C S seq 0 win 1 port 42000");
	CHECK_EQ(r.script.status, -ENOSPC);
	rig_end(&r);
}

static void marks_are_of_the_last_segment(void)
{
	struct rig r;
	struct strbuf b = { 0 };

	rig_begin(&r, (struct flow_sink_settings){ 0 });
	SCRIPT(&r.script, OPEN, "0.03 C P. seq 1 ack 1 win 502 len 100");
	flow_sink_marks(r.script.sink, &b);
	CHECK_EQ(b.len, 0);
	SCRIPT(&r.script, "0.234 C P. seq 1 ack 1 win 502 len 100");
	flow_sink_marks(r.script.sink, &b);
	CHECK_STR(strbuf_cstr(&b), " <retransmission 204 ms>");
	strbuf_free(&b);
	rig_end(&r);
}

static void what_was_asked_for_is_found_at_the_end(void)
{
	bool failed = false;
	struct rig r;

	rig_begin(&r, (struct flow_sink_settings){ .fail_retrans = 2, .failed = &failed });
	SCRIPT(&r.script, OPEN, "0.03 C P. seq 1 ack 1 win 502 len 100",
	       "0.3 C P. seq 1 ack 1 win 502 len 100");
	rig_end(&r);
	CHECK(!failed);
	rig_begin(&r, (struct flow_sink_settings){ .fail_retrans = 1, .failed = &failed });
	SCRIPT(&r.script, OPEN, "0.03 C P. seq 1 ack 1 win 502 len 100",
	       "0.3 C P. seq 1 ack 1 win 502 len 100");
	rig_end(&r);
	CHECK(failed);
}

/* The sums are those of the lines: a payload that was sent twice counts once, and a connection as what it
 * came to, also one that was forgotten to make room. */
static void a_summary_adds_up_its_lines(void)
{
	struct rig r;

	rig_begin(&r, (struct flow_sink_settings){ .summary = true, .max_connections = 3 });
	SCRIPT(&r.script, OPEN, CLOSE, "0.2 S R. seq 2 ack 2 win 0", /* both closed and reset */
	       "1 C S seq 0 win 1 port 41000", "1.1 S R. seq 0 ack 1 win 0 port 41000",
	       "1.2 C S seq 0 win 1 port 41000", "1.3 S S. seq 0 ack 1 win 1 port 41000",
	       "1.4 C . seq 1 ack 1 win 1 port 41000", /* refused, then let in */
	       "2 C P. seq 1 ack 1 win 9 len 100 port 42000", "2.01 S . seq 1 ack 101 win 9 port 42000",
	       "2.3 C P. seq 1 ack 1 win 9 len 100 port 42000", "2.4 C F. seq 101 ack 1 win 9 port 42000",
	       "3 C S seq 0 win 1 port 43000");
	CHECK_EQ(r.script.sink->ops->close(r.script.sink), 0);
	r.script.sink = NULL;
	CHECK(strstr(told_at_the_end(&r),
		     "connections 4  segments 17  bytes 100  closed 0  refused 0  rejected 0  reset 1  "
		     "no answer 1  half-open 0  half-closed 1  open 1  one-way 0  retransmissions 2  "
		     "zero windows 0\n"));
	rig_end(&r);
}

static void a_summary_is_of_what_is_followed(void)
{
	struct rig r;
	const char *text;

	rig_begin(&r, (struct flow_sink_settings){ .summary = true, .connections = true, .follow = 2 });
	SCRIPT(&r.script, OPEN, CLOSE, "3 C S seq 0 win 1 port 43000");
	CHECK_EQ(r.script.sink->ops->close(r.script.sink), 0);
	r.script.sink = NULL;
	text = told_at_the_end(&r);
	CHECK(strstr(text, "connections 1  segments 1  bytes 0  closed 0"));
	CHECK(!strstr(text, "#1 "));
	CHECK(!strstr(text, "round trips"));
	rig_end(&r);
}

int main(void)
{
	RUN(live_an_end_is_told_a_little_later);
	RUN(live_a_reset_after_the_close_still_counts);
	RUN(live_a_quiet_connection_is_told_once_and_again_when_it_ends);
	RUN(what_was_told_live_is_not_told_at_the_end);
	RUN(without_work_it_wants_no_clock);
	RUN(live_statistics_come_each_interval);
	RUN(events_are_handed_on);
	RUN(marks_are_of_the_last_segment);
	RUN(what_was_asked_for_is_found_at_the_end);
	RUN(a_summary_adds_up_its_lines);
	RUN(a_summary_is_of_what_is_followed);
	return CHECK_DONE();
}
