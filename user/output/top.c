// SPDX-License-Identifier: BSD-2-Clause
#include "output/top.h"

#include <errno.h>
#include <locale.h>
#include <ncurses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "flow/flow.h"
#include "flow/ladder.h"
#include "flow/verdict.h"
#include "flow/words.h"
#include "util/log.h"
#include "util/strbuf.h"

#define REFRESH_NS 1000000000ull
#define KEYS_NS 100000000ull
#define ROWS_MAX 200
#define LEFT_W 27 /* of what stands before the connection */

enum top_sort { TOP_RATE, TOP_BYTES, TOP_PKTS, TOP_RETRANS, TOP_RTT, TOP_DURATION, TOP_SORTS };

static const struct {
	char key;
	const char *name;
} sorts[TOP_SORTS] = {
	[TOP_RATE] = { 'c', "current rate" }, [TOP_BYTES] = { 'b', "bytes" },
	[TOP_PKTS] = { 'k', "packets" },      [TOP_RETRANS] = { 'r', "retransmissions" },
	[TOP_RTT] = { 't', "round trip" },    [TOP_DURATION] = { 'd', "duration" },
};

struct top_row {
	struct flow_conn *conn;
	uint32_t id; /* whether conn still is the same */
	uint64_t weight;
	char *line;
};

struct top {
	SCREEN *screen;
	FILE *tty;
	struct top_row rows[ROWS_MAX];
	int nrows, selected, scroll;
	enum top_sort sort;
	bool paused, ascii, ladder, quit;
	uint32_t opened; /* whose ladder */
	struct strbuf picture;
	uint64_t now_ns, drawn_ns;
	bool changed;
};

static uint64_t weight_of(const struct flow_conn *c, enum top_sort sort)
{
	switch (sort) {
	case TOP_BYTES:
		return c->side[0].bytes + c->side[1].bytes;
	case TOP_PKTS:
		return (uint64_t)c->side[0].pkts + c->side[1].pkts;
	case TOP_RETRANS:
		return flow_retrans(c);
	case TOP_RTT:
		return c->irtt_ns > 0 ? (uint64_t)c->irtt_ns : 0;
	case TOP_DURATION:
		return c->last_ns > c->first_ns ? c->last_ns - c->first_ns : 0;
	default:
		return c->rate;
	}
}

int top_open(struct top **out, bool ascii)
{
	struct top *t = calloc(1, sizeof(*t));

	if (!t)
		return err_r(-ENOMEM, "--top: out of memory");
	setlocale(LC_ALL, "");
	/* keys come from the terminal, even if standard input is something else */
	t->tty = isatty(0) ? NULL : fopen("/dev/tty", "re");
	t->screen = isatty(1) ? newterm(NULL, stdout, t->tty ? t->tty : stdin) : NULL;
	if (!t->screen) {
		if (t->tty)
			fclose(t->tty);
		free(t);
		return err_r(-ENOTTY,
			     "--top needs a terminal that ncurses knows (TERM); --connections does without");
	}
	set_term(t->screen);
	cbreak();
	noecho();
	curs_set(0);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	t->ascii = ascii;
	*out = t;
	return 0;
}

uint64_t top_due(const struct top *t)
{
	return t->now_ns + KEYS_NS;
}

static void clear_rows(struct top *t)
{
	for (int i = 0; i < t->nrows; i++)
		free(t->rows[i].line);
	t->nrows = 0;
}

/* Keeps the heaviest, heaviest first. */
static void offer(struct top *t, struct flow_conn *c, int room)
{
	struct top_row row = { .conn = c, .id = c->id, .weight = weight_of(c, t->sort) };
	int i = t->nrows;

	if (i == room && row.weight <= t->rows[i - 1].weight)
		return;
	if (i == room)
		i--;
	else
		t->nrows++;
	for (; i > 0 && t->rows[i - 1].weight < row.weight; i--)
		t->rows[i] = t->rows[i - 1];
	t->rows[i] = row;
}

/* What the table is sorted by, or the bytes where that stands already. */
static void column_of(struct strbuf *b, const struct flow_conn *c, enum top_sort sort)
{
	if (sort == TOP_DURATION && c->last_ns >= c->first_ns)
		strbuf_printf(b, "%.3f s", (double)(c->last_ns - c->first_ns) / 1e9);
	else if (sort == TOP_RTT && c->irtt_ns > 0)
		flow_words_time(b, c->irtt_ns);
	else if (sort == TOP_DURATION || sort == TOP_RTT)
		strbuf_char(b, '-');
	else
		strbuf_u64(b, weight_of(c, sort == TOP_PKTS ? TOP_PKTS : TOP_BYTES));
}

static const char *column_name(enum top_sort sort)
{
	return sort == TOP_DURATION ? "duration"
	       : sort == TOP_RTT    ? "round trip"
	       : sort == TOP_PKTS   ? "packets"
				    : "bytes";
}

/* Short, so that what became of the connection fits into 80 columns. */
static char *line_of(const struct flow_conn *c, enum top_sort sort, uint64_t now_ns)
{
	struct strbuf b = { 0 }, key = { 0 };
	char *line;

	column_of(&key, c, sort);
	strbuf_printf(&b, "%9.1f %10s %4u  #%u ", (double)c->rate / 1e3, strbuf_cstr(&key), flow_retrans(c),
		      c->id);
	flow_words_end(&b, c, c->client);
	strbuf_str(&b, " > ");
	flow_words_end(&b, c, !c->client);
	strbuf_str(&b, "  ");
	flow_verdict_words(&b, c, now_ns);
	line = strdup(strbuf_cstr(&b));
	strbuf_free(&key);
	strbuf_free(&b);
	return line;
}

static void gather(struct top *t, struct flow_table *table)
{
	int room = LINES - 4 < 1 ? 1 : LINES - 4 > ROWS_MAX ? ROWS_MAX : LINES - 4;
	uint64_t span = t->now_ns > t->drawn_ns && t->drawn_ns ? t->now_ns - t->drawn_ns : REFRESH_NS;

	clear_rows(t);
	for (struct flow_conn *c = flow_oldest(table); c; c = flow_newer(table, c)) {
		uint64_t bytes = c->side[0].bytes + c->side[1].bytes;

		c->rate = (uint64_t)((double)(bytes - c->shown_bytes) * 1e9 / (double)span);
		c->shown_bytes = bytes;
		offer(t, c, room);
	}
	for (int i = 0; i < t->nrows; i++)
		t->rows[i].line = line_of(t->rows[i].conn, t->sort, flow_now(table));
	if (t->selected >= t->nrows)
		t->selected = t->nrows ? t->nrows - 1 : 0;
}

static struct flow_conn *find_opened(const struct top *t, struct flow_table *table)
{
	for (struct flow_conn *c = flow_oldest(table); c; c = flow_newer(table, c))
		if (c->id == t->opened)
			return c;
	return NULL;
}

static void draw_picture(struct top *t, struct flow_table *table)
{
	struct ladder_style style = {
		.width = COLS, .ascii = t->ascii, .explain = true, .now_ns = flow_now(table)
	};
	const struct flow_conn *c = find_opened(t, table);

	t->picture.len = 0;
	if (c)
		ladder_text(&t->picture, c, &style);
	else
		strbuf_str(&t->picture, "this connection is no longer kept\n");
}

static void draw_table(const struct top *t, const struct flow_totals *n)
{
	mvprintw(0, 0,
		 "connections %llu  segments %llu  retrans %llu  reset %llu  refused %llu  dropped %llu%s",
		 (unsigned long long)n->opened, (unsigned long long)n->segments,
		 (unsigned long long)n->retrans, (unsigned long long)(n->reset - n->denied),
		 (unsigned long long)(n->refused + n->rejected), (unsigned long long)n->lost,
		 t->paused ? "  PAUSED" : "");
	attron(A_REVERSE);
	mvprintw(1, 0, "%9s %10s %4s  %-*s", "kB/s", column_name(t->sort), "rtx",
		 COLS > LEFT_W ? COLS - LEFT_W : 0, "connection");
	mvprintw(1, COLS > LEFT_W + 38 ? COLS - 26 : LEFT_W + 12, "sorted by %s", sorts[t->sort].name);
	attroff(A_REVERSE);
	for (int i = 0; i < t->nrows && i + 2 < LINES - 1; i++) {
		if (i == t->selected)
			attron(A_BOLD | A_REVERSE);
		mvaddnstr(2 + i, 0, t->rows[i].line ? t->rows[i].line : "", COLS);
		attroff(A_BOLD | A_REVERSE);
	}
	mvaddnstr(LINES - 1, 0,
		  "q quit  p pause  Enter ladder  by: c rate  b bytes  k pkts  r rtx  t rtt  d time", COLS);
}

static void draw_lines(struct top *t)
{
	const char *s = strbuf_cstr(&t->picture);

	for (int i = 0; i < t->scroll && strchr(s, '\n'); i++)
		s = strchr(s, '\n') + 1;
	for (int y = 0; y < LINES - 1 && *s; y++) {
		const char *end = strchrnul(s, '\n');

		mvaddnstr(y, 0, s, (int)(end - s));
		s = *end ? end + 1 : end;
	}
	mvaddnstr(LINES - 1, 0, "q back  up/down scroll  p pause", COLS);
}

static void draw(struct top *t, struct flow_table *table)
{
	erase();
	if (t->ladder)
		draw_lines(t);
	else
		draw_table(t, flow_totals(table));
	refresh();
	t->changed = false;
}

static void set_sort(struct top *t, int key)
{
	for (int i = 0; i < TOP_SORTS; i++)
		if (sorts[i].key == key)
			t->sort = (enum top_sort)i;
}

static void move_by(struct top *t, int by)
{
	int *at = t->ladder ? &t->scroll : &t->selected;
	int max = t->ladder ? 100000 : t->nrows - 1;

	*at += by;
	*at = *at > max ? max : *at;
	*at = *at < 0 ? 0 : *at;
}

static void open_ladder(struct top *t, struct flow_table *table)
{
	if (t->ladder || !t->nrows)
		return;
	t->opened = t->rows[t->selected].id;
	t->ladder = true;
	t->scroll = 0;
	draw_picture(t, table);
}

static void leave(struct top *t)
{
	if (t->ladder)
		t->ladder = false;
	else
		t->quit = true;
}

static void on_key(struct top *t, struct flow_table *table, int key)
{
	t->changed = true;
	switch (key) {
	case 'q':
	case 27:
		leave(t);
		break;
	case 'p':
		t->paused = !t->paused;
		break;
	case KEY_UP:
		move_by(t, -1);
		break;
	case KEY_DOWN:
		move_by(t, 1);
		break;
	case KEY_PPAGE:
		move_by(t, -(LINES - 4));
		break;
	case KEY_NPAGE:
		move_by(t, LINES - 4);
		break;
	case '\n':
	case '\r':
	case KEY_ENTER:
		open_ladder(t, table);
		break;
	default:
		set_sort(t, key);
		if (!t->ladder && !t->paused)
			gather(t, table);
	}
}

void top_tick(struct top *t, struct flow_table *table, uint64_t now_ns)
{
	int key;

	t->now_ns = now_ns;
	while ((key = getch()) != ERR)
		on_key(t, table, key);
	if (!t->paused && (now_ns >= t->drawn_ns + REFRESH_NS || !t->drawn_ns)) {
		if (t->ladder)
			draw_picture(t, table);
		gather(t, table);
		t->drawn_ns = now_ns;
		t->changed = true;
	}
	if (t->changed)
		draw(t, table);
	if (t->quit)
		raise(SIGINT);
}

static uint64_t clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/* Signals are blocked but while packets are waited for. */
static bool stop_waits(void)
{
	sigset_t s;

	return sigpending(&s) == 0 &&
	       (sigismember(&s, SIGINT) || sigismember(&s, SIGTERM) || sigismember(&s, SIGHUP));
}

/* A file is at its end: what it held stays on the screen until q. */
static void linger(struct top *t, struct flow_table *table)
{
	t->drawn_ns = 0;
	timeout(100);
	gather(t, table);
	draw(t, table);
	while (!t->quit) {
		int key = getch();

		t->now_ns = clock_ns();
		if (key == ERR && !stop_waits())
			continue;
		if (key == ERR)
			break;
		if (key == KEY_RESIZE)
			gather(t, table);
		on_key(t, table, key);
		draw(t, table);
	}
}

void top_close(struct top *t, struct flow_table *table, bool wait)
{
	if (wait && !t->quit)
		linger(t, table);
	endwin();
	delscreen(t->screen);
	if (t->tty)
		fclose(t->tty);
	clear_rows(t);
	strbuf_free(&t->picture);
	free(t);
}
