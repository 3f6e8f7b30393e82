// SPDX-License-Identifier: BSD-2-Clause
/*
 * The capture programs alone, by BPF_PROG_TEST_RUN: nanoseconds over an empty program of the same run. Rounds
 * are interleaved, the median counts.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ebpfdump/budget.h>

#include "capture/load.h"
#include "capture/wanted.h"
#include "empty.skel.h"
#include "filter/filter.h"

#define ROUNDS 9
#define REPEAT 200000 /* of what puts nothing on a ring */
#define RING_BYTES (64u << 20)
#define ETH 14
#define FRAME_MAX 1514
#define LINKTYPE_ETHERNET 1
#define LINKTYPE_RAW 101

struct side {
	const char *name;
	const char *expr;
	struct settings settings;
	enum load_program prog;
	uint32_t frame_len;
	double limit;		       /* ns over empty; 0: told, not judged */
	uint32_t shift;		       /* --cpu-budget: connections one in 2^shift are kept */
	struct capture_settings wants; /* --filter-file, --flags, …, as wanted_open() takes them */
	bool rejects;		       /* told over rejecting, too */
	struct load load;
	double ns[ROUNDS];
};

static void make_frame(uint8_t *f, uint32_t len)
{
	memset(f, 0x5a, len);
	memcpy(f + 12,
	       "\x08\x00\x45\x00\x00\x00\x12\x34\x00\x00\x40\x06\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02",
	       22);
	f[ETH + 2] = (uint8_t)((len - ETH) >> 8);
	f[ETH + 3] = (uint8_t)(len - ETH);
	memcpy(f + ETH + 20,
	       "\x1f\x90\x1f\x91\x00\x00\x00\x01\x00\x00\x00\x00\x50\x10\x01\x00\x00\x00\x00\x00", 20);
}

static double run_ns(int fd, uint32_t len, uint32_t repeat)
{
	uint8_t frame[FRAME_MAX];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = len, .repeat = (int)repeat);

	make_frame(frame, len);
	if (bpf_prog_test_run_opts(fd, &opts)) {
		perror("test run");
		exit(1);
	}
	return opts.duration;
}

/* What the consumer would do: gives the room back. */
static void drain(struct load *l)
{
	for (size_t i = 0; i < l->nrings; i++) {
		struct ring *r = &l->rings[i];
		const struct record *rec;

		for (ring_look(r); ring_peek(r, &rec) == RING_RECORD; ring_next(r))
			;
		ring_release(r, true);
	}
}

/* 100,000 networks, none of which holds the frame's addresses. */
static char networks[] = "/tmp/bench-networks.XXXXXX";

static void write_networks(void)
{
	int fd = mkstemp(networks);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	if (!f)
		exit(1);
	for (int i = 0; i < 100000; i++)
		fprintf(f, "11.%d.%d.%d\n", i >> 16, i >> 8 & 255, i & 255);
	fclose(f);
}

/* --cpu-budget: that rate, from now on for as long as the bench runs. */
static void hold_rate(struct side *s)
{
	struct budget_shared *shared;

	if (!s->shift)
		return;
	shared = load_map(&s->load, "budget_shared", sizeof(*shared));
	if (!shared)
		exit(1);
	shared->shift = s->shift;
	shared->changed_ns = UINT64_MAX; /* each window began before that, and changes nothing */
	munmap(shared, sizeof(*shared));
}

static void load_side(struct side *s)
{
	struct load_settings l = { .ring_bytes = RING_BYTES, .settings = s->settings };
	struct filter *f, *quoted;
	struct wanted w;
	char err[256];

	if (filter_compile(&f, s->expr, LINKTYPE_ETHERNET, 262144, true, err, sizeof(err))) {
		fprintf(stderr, "%s\n", err);
		exit(1);
	}
	if (s->settings.icmp_len &&
	    !filter_compile(&quoted, s->expr, LINKTYPE_RAW, 262144, true, err, sizeof(err)))
		filter_take_inner(f, NULL, quoted);
	l.settings.wake_bytes = 1 << 18;
	l.want[s->prog] = true;
	l.filter[s->prog] = f;
	l.wanted = &w;
	if (wanted_open(&w, &s->wants, &l.settings) || load_open(&s->load, &l) ||
	    wanted_fill(&w, s->load.obj))
		exit(1);
	wanted_close(&w);
	filter_free(f);
	hold_rate(s);
}

static double measure(struct side *s)
{
	struct counters before, after;
	uint32_t repeat = REPEAT,
		 room = 40 + (s->frame_len < s->settings.snaplen ? s->frame_len : s->settings.snaplen);
	double ns;

	if (repeat > RING_BYTES / 2 / room)
		repeat = RING_BYTES / 2 / room;
	load_count_all(&s->load, &before);
	ns = run_ns(s->load.prog[s->prog], s->frame_len, repeat);
	load_count_all(&s->load, &after);
	if (after.dropped != before.dropped)
		fprintf(stderr, "%s: the ring was full, what was measured is losing\n", s->name);
	drain(&s->load);
	return ns;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *ns)
{
	qsort(ns, ROUNDS, sizeof(*ns), compare);
	return ns[ROUNDS / 2];
}

static void report(const char *name, const char *what, double ours, double theirs, double limit)
{
	printf("{\"case\": \"%s\", \"what\": \"%s\", \"ours\": %.1f, \"theirs\": %.1f, \"value\": %.1f", name,
	       what, ours, theirs, ours - theirs);
	if (limit > 0)
		printf(", \"limit\": %.1f", limit);
	printf(", \"better\": \"less\", \"unit\": \"ns\"}\n");
}

/* Both CPUs at once against one: the same program, each on a CPU of its own. */
struct runner {
	struct side *side;
	int cpu;
	pthread_barrier_t *start;
	double ns;
};

static void *run_on_cpu(void *arg)
{
	struct runner *r = arg;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(r->cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	pthread_barrier_wait(r->start);
	r->ns = run_ns(r->side->load.prog[r->side->prog], r->side->frame_len, REPEAT / 2);
	return NULL;
}

static double run_together(struct side *s, int n)
{
	struct runner r[2];
	pthread_t t[2];
	pthread_barrier_t start;
	double sum = 0;

	pthread_barrier_init(&start, NULL, (unsigned)n);
	for (int i = 0; i < n; i++) {
		r[i] = (struct runner){ s, i, &start, 0 };
		pthread_create(&t[i], NULL, run_on_cpu, &r[i]);
	}
	for (int i = 0; i < n; i++) {
		pthread_join(t[i], NULL);
		sum += r[i].ns;
	}
	pthread_barrier_destroy(&start);
	drain(&s->load);
	return sum / n;
}

static void report_both_cpus(struct side *s)
{
	double one[ROUNDS], two[ROUNDS], o, t;

	for (int i = 0; i < ROUNDS; i++) {
		one[i] = run_together(s, 1);
		two[i] = run_together(s, 2);
	}
	o = median(one);
	t = median(two);
	printf("{\"case\": \"program two CPUs\", \"what\": \"96 bytes: both at once to one alone\", \"ours\": %.1f, "
	       "\"theirs\": %.1f, \"value\": %.3f, \"limit\": 1.10, \"better\": \"less\", \"unit\": \"ratio\"}\n",
	       t, o, t / o);
}

/* sides[0] rejects, sides[4] is -s 96. */
static struct side sides[] = {
	{ "program reject", "tcp port 80", { .snaplen = 262144 }, LOAD_IN, 118, 8 },
	{ "program reject, ICMP errors taken",
	  "tcp port 80",
	  { .snaplen = 262144, .icmp_len = SETTINGS_ICMP_HEADERS },
	  LOAD_IN,
	  118,
	  8 },
	{ "program reject IPv6 filter", "ip6", { .snaplen = 262144 }, LOAD_IN, 118, 8 },
	{ "program -s 64", "", { .snaplen = 64 }, LOAD_IN, 118, 0 },
	{ "program -s 96", "", { .snaplen = 96 }, LOAD_IN, 118, 85 },
	{ "program -s 96 out", "", { .snaplen = 96 }, LOAD_OUT, 118, 85 },
	{ "program -s 96 of 1514", "tcp port 8080", { .snaplen = 96 }, LOAD_IN, 1514, 0 },
	{ "program 118", "", { .snaplen = 262144 }, LOAD_IN, 118, 0 },
	{ "program 1514", "", { .snaplen = 262144 }, LOAD_IN, 1514, 0 },
	{ "program --sample 100", "", { .snaplen = 96, .sample = 100 }, LOAD_IN, 118, 0 },
	{ "program --sample 100 --sample-all-flags",
	  "",
	  { .snaplen = 96, .sample = 100, .sample_all_flags = 1 },
	  LOAD_IN,
	  118,
	  0 },
	{ "program --sample-flows 1e9", "", { .snaplen = 96, .sample_flows = 1000000000 }, LOAD_IN, 118, 0 },
	{ "program --cpu-budget, all kept", "", { .snaplen = 96, .budget = 65536 }, LOAD_IN, 118, 0 },
	{ "program --cpu-budget, left out",
	  "",
	  { .snaplen = 96, .budget = 65536 },
	  LOAD_IN,
	  118,
	  0,
	  .shift = 31 },
	{ "program --filter-file, not listed",
	  "",
	  { .snaplen = 96 },
	  LOAD_IN,
	  118,
	  .wants.networks = networks,
	  .rejects = true },
	{ "program --flags syn, none",
	  "",
	  { .snaplen = 96 },
	  LOAD_IN,
	  118,
	  .wants.flags = 2,
	  .rejects = true },
	{ "program --rate 1, beyond it",
	  "",
	  { .snaplen = 96 },
	  LOAD_IN,
	  118,
	  .wants.rate = 1,
	  .rejects = true },
	{ "program --headers", "", { .snaplen = 262144 }, LOAD_IN, 118, .wants.headers = true },
	{ "program --head 20", "", { .snaplen = 262144 }, LOAD_IN, 118, .wants.head = 20 },
	{ "program XDP reject", "tcp port 80", { .snaplen = 262144 }, LOAD_XDP_FRAGS, 118, 8 },
	{ "program XDP -s 96", "", { .snaplen = 96 }, LOAD_XDP_FRAGS, 118, 85 },
};
enum { SIDES = sizeof(sides) / sizeof(sides[0]) };

int main(void)
{
	struct empty *e = empty__open_and_load();
	double empty_tc[ROUNDS], empty_xdp[ROUNDS], tc, xdp;

	write_networks();
	if (!e)
		return 1;
	for (int i = 0; i < SIDES; i++)
		load_side(&sides[i]);
	unlink(networks);
	for (int r = 0; r < ROUNDS; r++) {
		empty_tc[r] = run_ns(bpf_program__fd(e->progs.empty_tc), 118, REPEAT);
		empty_xdp[r] = run_ns(bpf_program__fd(e->progs.empty_xdp), 118, REPEAT);
		for (int i = 0; i < SIDES; i++)
			sides[i].ns[r] = measure(&sides[i]);
	}
	tc = median(empty_tc);
	xdp = median(empty_xdp);
	for (int i = 0; i < SIDES; i++)
		report(sides[i].name, "over an empty program, ns", median(sides[i].ns),
		       sides[i].prog == LOAD_XDP_FRAGS ? xdp : tc, sides[i].limit);
	for (int i = 0; i < SIDES; i++)
		if (sides[i].settings.sample || sides[i].settings.sample_flows || sides[i].shift)
			report(sides[i].name, "over rejecting, ns", median(sides[i].ns), median(sides[0].ns),
			       25);
	for (int i = 0; i < SIDES; i++)
		if (sides[i].rejects)
			report(sides[i].name, "over rejecting by the filter, ns", median(sides[i].ns),
			       median(sides[0].ns), 0);
	report_both_cpus(&sides[4]); /* -s 96 */
	for (int i = 0; i < SIDES; i++)
		load_close(&sides[i].load);
	empty__destroy(e);
	return 0;
}
