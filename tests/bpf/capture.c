// SPDX-License-Identifier: BSD-2-Clause
/* The capture programs through BPF_PROG_TEST_RUN: what comes in as a frame goes out as a record. */
#include "check.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <time.h>
#include <unistd.h>

#include "capture/load.h"
#include "capture/merge.h"
#include <ebpfdump/sample.h>
#include "capture_vlan.skel.h"
#include "filter/filter.h"

#define LINKTYPE_ETHERNET 1
#define LINKTYPE_RAW 101
#define FRAME_MAX 3500 /* as much as a tc test run takes */
#define RING_BYTES (1 << 20)
#define ETH 14

struct setup {
	const char *expr;
	uint32_t snaplen, ring_bytes;
	bool exact;
	uint32_t progs;	       /* bits: 1 << LOAD_…; 0: LOAD_IN alone, which loads fast */
	struct settings extra; /* sampling */
};

/* A loaded set of programs and what they put on the rings. */
struct rig {
	struct load load;
	struct merge merge;
	struct record head; /* of the last record */
	uint8_t *data;	    /* … its bytes, in memory of exactly their size */
	uint64_t n;
};

static int keep(void *arg, const struct record *rec)
{
	struct rig *g = arg;
	uint32_t len = rec->cap_meta & RECORD_CAP_LEN_MASK;

	g->head = *rec;
	free(g->data);
	g->data = malloc(len ? len : 1);
	memcpy(g->data, rec->data, len);
	g->n++;
	return 0;
}

static void rig_open(struct rig *g, const struct setup *s)
{
	struct load_settings l = { .ring_bytes = s->ring_bytes ? s->ring_bytes : RING_BYTES,
				   .filter_exact = s->exact };
	char err[256];

	*g = (struct rig){ 0 };
	l.settings = s->extra;
	l.settings.snaplen = s->snaplen ? s->snaplen : SETTINGS_SNAPLEN_MAX;
	l.settings.wake_bytes = 1 << 18;
	l.settings.slot_mask = 3;
	for (int i = 0; i < LOAD_PROGRAMS; i++) {
		bool l3 = i == LOAD_L3_IN || i == LOAD_L3_OUT;
		struct filter *f;

		if (!((s->progs ? s->progs : 1u << LOAD_IN) >> i & 1))
			continue;
		if (filter_compile(&f, s->expr, l3 ? LINKTYPE_RAW : LINKTYPE_ETHERNET, 262144, true, err,
				   sizeof(err))) {
			fprintf(stderr, "%s\n", err);
			exit(1);
		}
		l.want[i] = true;
		l.filter[i] = f;
	}
	if (load_open(&g->load, &l) || merge_init(&g->merge, g->load.rings, g->load.nrings))
		exit(1);
	for (int i = 0; i < LOAD_PROGRAMS; i++)
		filter_free((struct filter *)l.filter[i]);
}

static void rig_close(struct rig *g)
{
	free(g->data);
	merge_free(&g->merge);
	load_close(&g->load);
}

static int run_prog(int fd, const void *frame, uint32_t len)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = len);

	if (bpf_prog_test_run_opts(fd, &opts)) {
		fprintf(stderr, "test run of %u bytes: %s\n", len, strerror(errno));
		return -1000;
	}
	return (int)opts.retval;
}

/* Records that the frame gave. */
static uint64_t run(struct rig *g, enum load_program prog, const void *frame, uint32_t len)
{
	uint64_t taken;

	g->n = 0;
	CHECK_EQ((uint32_t)run_prog(g->load.prog[prog], frame, len),
		 prog == LOAD_XDP || prog == LOAD_XDP_FRAGS ? XDP_PASS : (uint32_t)-1);
	merge_run(&g->merge, MERGE_EVERYTHING, keep, g, &taken);
	return g->n;
}

static struct counters counted(const struct rig *g)
{
	struct counters sum;

	load_count_all(&g->load, &sum);
	return sum;
}

/* Ethernet, `tags` VLAN tags, IPv4, TCP, then bytes that differ; len in all. */
static uint32_t make_ipv4(uint8_t *f, uint32_t len, unsigned tags, uint8_t proto)
{
	uint8_t *p = f + 12;

	for (uint32_t i = 0; i < len; i++)
		f[i] = (uint8_t)(i * 7 + (i >> 8) * 13 + 1);
	for (unsigned i = 0; i < tags; i++, p += 4)
		memcpy(p, i ? "\x81\x00\x00\x07" : "\x88\xa8\x00\x05", 4);
	memcpy(p, "\x08\x00", 2);
	p += 2;
	memcpy(p, "\x45\x00\x00\x00\x12\x34\x00\x00\x40\x06\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02", 20);
	p[2] = (uint8_t)((len - (uint32_t)(p - f)) >> 8);
	p[3] = (uint8_t)(len - (uint32_t)(p - f));
	p[9] = proto;
	if (len >= (uint32_t)(p - f) + 40)
		memcpy(p + 20,
		       "\x1f\x90\x00\x50\x00\x00\x00\x01\x00\x00\x00\x00\x50\x02\x01\x00\x00\x00\x00\x00",
		       20);
	return len;
}

/* Ethernet, IPv6, the chain of extension headers (first byte of each: its own type), then TCP. */
static uint32_t make_ipv6(uint8_t *f, const uint8_t *chain, size_t n, uint16_t frag_off, uint8_t last)
{
	uint8_t *p = f + ETH + 40;

	memset(f, 0, ETH + 40);
	memcpy(f + 12, "\x86\xdd\x60", 3);
	f[ETH + 6] = n ? chain[0] : last;
	for (size_t i = 0; i < n; i++) {
		uint32_t len = chain[i] == 44 ? 8 : chain[i] == 51 ? 24 : 16;

		memset(p, 0, len);
		p[0] = i + 1 < n ? chain[i + 1] : last;
		p[1] = chain[i] == 44 ? 0 : chain[i] == 51 ? 4 : 1;
		if (chain[i] == 44) {
			p[2] = (uint8_t)(frag_off >> 8);
			p[3] = (uint8_t)frag_off;
		}
		p += len;
	}
	memcpy(p, "\x1f\x90\x00\x50\x00\x00\x00\x01\x00\x00\x00\x00\x50\x02\x01\x00\x00\x00\x00\x00", 20);
	return (uint32_t)(p + 20 - f);
}

static void check_same(const struct rig *g, const uint8_t *frame, uint32_t len, uint32_t cap_len)
{
	CHECK_EQ(g->n, 1);
	CHECK_EQ(g->head.wire_len, len);
	CHECK_EQ(g->head.cap_meta & RECORD_CAP_LEN_MASK, cap_len);
	if ((g->head.cap_meta & RECORD_CAP_LEN_MASK) == cap_len)
		CHECK(memcmp(g->data, frame, cap_len) == 0);
}

static void every_size_comes_out_byte_for_byte(void)
{
	uint8_t f[FRAME_MAX];
	struct rig g;

	rig_open(&g, &(struct setup){ 0 });
	for (uint32_t len = 54; len <= FRAME_MAX && !check_failed_here; len += len < 600 ? 1 : 29) {
		make_ipv4(f, len, 0, 6);
		run(&g, LOAD_IN, f, len);
		check_same(&g, f, len, len);
	}
	rig_close(&g);
}

static void every_snaplen_cuts_exactly(void)
{
	uint8_t f[700];

	make_ipv4(f, sizeof(f), 0, 6);
	for (uint32_t snap = 1; snap < 720 && !check_failed_here; snap += snap < 40    ? 3
									  : snap < 300 ? 17
										       : 101) {
		struct rig g;

		rig_open(&g, &(struct setup){ .snaplen = snap });
		run(&g, LOAD_IN, f, sizeof(f));
		check_same(&g, f, sizeof(f), snap < sizeof(f) ? snap : sizeof(f));
		rig_close(&g);
	}
}

static void record_says_when_where_and_which_way(void)
{
	uint8_t f[100];
	struct timespec before, after;
	struct rig g;

	make_ipv4(f, sizeof(f), 0, 6);
	rig_open(&g, &(struct setup){ .progs = 1 << LOAD_IN | 1 << LOAD_OUT });
	clock_gettime(CLOCK_MONOTONIC, &before);
	run(&g, LOAD_IN, f, sizeof(f));
	clock_gettime(CLOCK_MONOTONIC, &after);
	CHECK(g.head.ts_ns >= (uint64_t)before.tv_sec * 1000000000u + (uint64_t)before.tv_nsec);
	CHECK(g.head.ts_ns <= (uint64_t)after.tv_sec * 1000000000u + (uint64_t)after.tv_nsec);
	CHECK_EQ(g.head.ifindex, 1);
	CHECK_EQ(g.head.cap_meta & (RECORD_OUT | RECORD_XDP | RECORD_GSO | RECORD_VLAN), 0);
	run(&g, LOAD_OUT, f, sizeof(f));
	CHECK_EQ(g.head.cap_meta & (RECORD_OUT | RECORD_XDP | RECORD_GSO | RECORD_VLAN), RECORD_OUT);
	rig_close(&g);
}

static void only_tcp_is_taken(void)
{
	static const uint8_t others[] = { 1, 17, 132, 47, 4, 58 };
	uint8_t f[200];
	struct rig g;

	rig_open(&g, &(struct setup){ 0 });
	for (size_t i = 0; i < sizeof(others); i++)
		CHECK_EQ(run(&g, LOAD_IN, f, make_ipv4(f, 100, 0, others[i])), 0);
	make_ipv4(f, 100, 0, 6);
	memcpy(f + 12, "\x08\x06", 2);
	CHECK_EQ(run(&g, LOAD_IN, f, 100), 0);
	CHECK_EQ(counted(&g).received, 0);
	CHECK_EQ(run(&g, LOAD_IN, f, make_ipv4(f, 100, 0, 6)), 1);
	CHECK_EQ(counted(&g).received, 1);
	rig_close(&g);
}

static void tags_in_the_bytes_are_walked_over(void)
{
	uint8_t f[200];
	struct rig g;

	rig_open(&g, &(struct setup){ 0 });
	for (unsigned tags = 0; tags <= 3; tags++) {
		/* The kernel's test run moves the outer tag nowhere: it stays in the bytes. */
		make_ipv4(f, 120, tags, 6);
		CHECK_EQ(run(&g, LOAD_IN, f, 120), tags <= 2);
		if (tags <= 2)
			check_same(&g, f, 120, 120);
	}
	rig_close(&g);
}

static void tag_in_metadata_is_put_back(void)
{
	for (uint32_t pushes = 1; pushes <= 2; pushes++)
		for (uint32_t snap = 9; snap <= 400 && !check_failed_here; snap += snap < 20 ? 1 : 93) {
			struct capture_vlan *v = capture_vlan__open();
			uint8_t f[300], want[308];
			uint32_t zero = 0, wire = sizeof(f) + 4 * pushes;
			uint64_t taken;
			struct rig g;
			int fd;

			rig_open(&g, &(struct setup){ .snaplen = snap });
			v->rodata->pushes = pushes;
			capture_vlan__load(v);
			fd = g.load.prog[LOAD_IN];
			bpf_map_update_elem(bpf_map__fd(v->maps.next), &zero, &fd, BPF_ANY);
			make_ipv4(f, sizeof(f), 0, 6);
			memcpy(want, f, 12);
			for (uint32_t i = 0; i < pushes; i++) {
				memcpy(want + 12 + 4 * i, "\x81\x00\x00\x64", 4);
				want[15 + 4 * i] = (uint8_t)(100 + pushes - 1 - i);
			}
			memcpy(want + 12 + 4 * pushes, f + 12, sizeof(f) - 12);
			run_prog(bpf_program__fd(v->progs.push_vlan), f, sizeof(f));
			merge_run(&g.merge, MERGE_EVERYTHING, keep, &g, &taken);
			check_same(&g, want, wire, snap < wire ? snap : wire);
			CHECK(g.head.cap_meta & RECORD_VLAN);
			capture_vlan__destroy(v);
			rig_close(&g);
		}
}

static void ipv6_extension_headers_are_followed(void)
{
	static const struct {
		const char *chain;
		uint16_t frag;
		uint8_t last;
		bool taken;
	} cases[] = {
		{ "", 0, 6, true },
		{ "", 0, 17, false },
		{ "\x00", 0, 6, true },
		{ "\x3c\x2b\x3c", 0, 6, true },
		{ "\x33", 0, 6, true },
		{ "\x2c", 1, 6, true },
		{ "\x2c", 8 << 3, 6, true },
		{ "\x2c", 8 << 3, 17, false },
		{ "\x3c\x2c\x87", 1, 6, true },
		{ "\x32", 0, 6, false },
		{ "\x3c\x3c\x3c\x3c\x3c\x3c\x3c\x3c", 0, 6, true },
		{ "\x3c\x3c\x3c\x3c\x3c\x3c\x3c\x3c\x3c\x3c", 0, 6, false },
	};
	uint8_t f[400];
	struct rig g;

	rig_open(&g, &(struct setup){ .progs = 1 << LOAD_IN | 1 << LOAD_L3_IN });
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* The hop-by-hop header's type is 0: a chain of it alone. */
		size_t n = i == 2 ? 1 : strlen(cases[i].chain);
		uint32_t len = make_ipv6(f, (const uint8_t *)cases[i].chain, n, cases[i].frag, cases[i].last);
		uint64_t got = run(&g, LOAD_IN, f, len);

		if (got != cases[i].taken)
			fprintf(stderr, "case %zu\n", i);
		CHECK_EQ(got, cases[i].taken);
		CHECK_EQ(run(&g, LOAD_L3_IN, f + ETH, len - ETH), cases[i].taken);
	}
	rig_close(&g);
}

static void ipv4_options_and_fragments_are_taken(void)
{
	uint8_t f[200];
	struct rig g;

	rig_open(&g, &(struct setup){ 0 });
	make_ipv4(f, 150, 0, 6);
	f[ETH] = 0x4f;
	CHECK_EQ(run(&g, LOAD_IN, f, 150), 1);
	make_ipv4(f, 150, 0, 6);
	f[ETH + 6] = 0x20;
	CHECK_EQ(run(&g, LOAD_IN, f, 150), 1);
	f[ETH + 6] = 0x01;
	CHECK_EQ(run(&g, LOAD_IN, f, 150), 1);
	make_ipv4(f, 150, 0, 6);
	f[ETH] = 0x44;
	CHECK_EQ(run(&g, LOAD_IN, f, 150), 0);
	rig_close(&g);
}

static void l3_programs_begin_at_the_ip_header(void)
{
	uint8_t f[200];
	struct rig g;

	rig_open(&g, &(struct setup){ .progs = 1 << LOAD_L3_IN | 1 << LOAD_L3_OUT, .expr = "port 80" });
	make_ipv4(f, 150, 0, 6);
	CHECK_EQ(run(&g, LOAD_L3_IN, f + ETH, 150 - ETH), 1);
	check_same(&g, f + ETH, 150 - ETH, 150 - ETH);
	CHECK_EQ(run(&g, LOAD_L3_OUT, f + ETH, 150 - ETH), 1);
	f[ETH + 23] = 81;
	CHECK_EQ(run(&g, LOAD_L3_IN, f + ETH, 150 - ETH), 0);
	rig_close(&g);
}

static void filter_decides_before_anything_counts(void)
{
	for (int exact = 0; exact < 2; exact++) {
		uint8_t f[200];
		struct rig g;

		rig_open(&g, &(struct setup){ .expr = "tcp port 80", .exact = exact });
		make_ipv4(f, 150, 0, 6);
		CHECK_EQ(run(&g, LOAD_IN, f, 150), 1);
		f[ETH + 23] = 81;
		CHECK_EQ(run(&g, LOAD_IN, f, 150), 0);
		CHECK_EQ(counted(&g).received, 1);
		rig_close(&g);
	}
}

static void full_ring_counts_each_loss_and_the_next_record_tells(void)
{
	uint8_t f[1000];
	uint64_t taken, sum = 0;
	struct rig g;
	const int sent = 200;

	rig_open(&g, &(struct setup){ .ring_bytes = 65536 });
	make_ipv4(f, sizeof(f), 0, 6);
	for (int i = 0; i < sent; i++)
		run_prog(g.load.prog[LOAD_IN], f, sizeof(f));
	for (size_t i = 0; i < g.load.nrings; i++)
		sum += ring_count(&g.load.rings[i]);
	CHECK_EQ(counted(&g).received, sent);
	CHECK_EQ(counted(&g).dropped + sum, sent);
	CHECK(counted(&g).dropped > 0);
	merge_run(&g.merge, MERGE_EVERYTHING, keep, &g, &taken);
	CHECK_EQ(taken, sum);
	CHECK_EQ(g.head.lost, 0);
	CHECK_EQ(run(&g, LOAD_IN, f, sizeof(f)), 1);
	CHECK_EQ(g.head.lost, counted(&g).dropped);
	CHECK_EQ(run(&g, LOAD_IN, f, sizeof(f)), 1);
	CHECK_EQ(g.head.lost, 0);
	rig_close(&g);
}

static void record_takes_only_the_room_it_needs(void)
{
	uint8_t f[FRAME_MAX];
	struct rig g;

	rig_open(&g, &(struct setup){ 0 });
	for (uint32_t len = 54; len <= FRAME_MAX; len += 37) {
		uint64_t before = 0, after = 0,
			 exact = (len + sizeof(struct record) + BPF_RINGBUF_HDR_SZ + 7) & ~7u;

		for (size_t i = 0; i < g.load.nrings; i++)
			before += *g.load.rings[i].prod;
		make_ipv4(f, len, 0, 6);
		run(&g, LOAD_IN, f, len);
		for (size_t i = 0; i < g.load.nrings; i++)
			after += *g.load.rings[i].prod;
		CHECK(after - before >= exact);
		CHECK(after - before <= exact + (len <= 256 ? 0 : len / 16 + 8));
	}
	rig_close(&g);
}

static void first_record_wakes_a_sleeping_consumer(void)
{
	uint8_t f[100];
	struct rig g;

	rig_open(&g, &(struct setup){ 0 });
	make_ipv4(f, sizeof(f), 0, 6);
	*g.load.asleep = 1;
	run(&g, LOAD_IN, f, sizeof(f));
	CHECK_EQ(*g.load.asleep, 0);
	rig_close(&g);
}

static void xdp_programs_take_every_size(void)
{
	static const enum load_program progs[] = { LOAD_XDP, LOAD_XDP_FRAGS };
	static uint8_t f[20000];

	/* Without bpf_xdp_load_bytes, then with it: frames beyond a page then lie in several buffers. */
	for (int p = 0; p < 2; p++) {
		uint32_t most = p ? sizeof(f) : 3000;
		struct rig g;

		rig_open(&g, &(struct setup){ .progs = 1u << progs[p] });
		for (uint32_t len = 54; len <= most && !check_failed_here; len += len < 600 ? 7 : len / 9) {
			make_ipv4(f, len, len % 3, 6);
			run(&g, progs[p], f, len);
			check_same(&g, f, len, len);
			CHECK_EQ(g.head.cap_meta & ~RECORD_CAP_LEN_MASK, RECORD_XDP);
		}
		CHECK_EQ(run(&g, progs[p], f, make_ipv4(f, 100, 0, 17)), 0);
		CHECK_EQ(run(&g, progs[p], f, make_ipv6(f, (const uint8_t *)"\x3c\x2b", 2, 0, 6)), 1);
		rig_close(&g);
	}
}

static void one_in_n_segments_is_kept_and_all_with_syn_fin_rst(void)
{
	uint8_t f[100];
	uint64_t kept = 0, flagged = 0;
	struct rig g;

	/* A frame comes on either CPU, and each has a counter of its own. */
	rig_open(&g, &(struct setup){ .extra.sample = 10 });
	for (int i = 0; i < 1000; i++) {
		make_ipv4(f, sizeof(f), 0, 6);
		f[ETH + 33] = i % 5 ? 0x10 : (uint8_t)(1 << i / 5 % 3);
		if (i % 5)
			kept += run(&g, LOAD_IN, f, sizeof(f));
		else
			flagged += run(&g, LOAD_IN, f, sizeof(f));
	}
	CHECK_EQ(flagged, 200);
	CHECK(kept <= 80 && kept + g.load.ncpus > 80);
	CHECK_EQ(counted(&g).received, 1000);
	CHECK_EQ(counted(&g).sampled_out, 1000 - kept - flagged);
	rig_close(&g);
}

static void flags_are_sampled_too_if_asked(void)
{
	uint8_t f[100];
	uint64_t kept = 0;
	struct rig g;

	rig_open(&g, &(struct setup){ .extra = { .sample = 10, .sample_all_flags = 1 } });
	make_ipv4(f, sizeof(f), 0, 6);
	for (int i = 0; i < 1000; i++)
		kept += run(&g, LOAD_IN, f, sizeof(f));
	CHECK(kept <= 100 && kept + g.load.ncpus > 100);
	rig_close(&g);
}

/* The other direction of a frame from make_ipv4() or make_ipv6() without extension headers. */
static void turn_round(uint8_t *f, bool v6)
{
	uint32_t addr = ETH + (v6 ? 8 : 12), len = v6 ? 16 : 4, port = ETH + (v6 ? 40 : 20);
	uint8_t t[16];

	memcpy(t, f + addr, len);
	memcpy(f + addr, f + addr + len, len);
	memcpy(f + addr + len, t, len);
	memcpy(t, f + port, 2);
	memcpy(f + port, f + port + 2, 2);
	memcpy(f + port + 2, t, 2);
}

static void whole_connections_are_kept_by_one_rule(void)
{
	enum { FLOWS = 800, ONE_IN = 8, SEED = 77 };
	uint64_t kept = 0;
	uint8_t f[200];
	struct rig g;

	rig_open(&g, &(struct setup){ .progs = 1 << LOAD_IN | 1 << LOAD_OUT | 1 << LOAD_XDP_FRAGS,
				      .extra = { .sample_flows = ONE_IN, .sample_seed = SEED } });
	for (int i = 0; i < FLOWS; i++) {
		bool v6 = i & 1;
		uint32_t len = v6 ? make_ipv6(f, NULL, 0, 0, 6) : make_ipv4(f, 100, 0, 6);
		uint32_t addr = ETH + (v6 ? 8 : 12), n = v6 ? 16 : 4, port = ETH + (v6 ? 40 : 20);
		struct sample_end a = { 0 }, b = { 0 };
		uint64_t want;

		f[addr + n - 1] = (uint8_t)(i * 3);
		f[port + 1] = (uint8_t)(i * 31);
		f[port] = (uint8_t)(i >> 3);
		memcpy(a.addr, f + addr, n);
		memcpy(b.addr, f + addr + n, n);
		memcpy(&a.port, f + port, 2);
		memcpy(&b.port, f + port + 2, 2);
		want = (uint64_t)sample_keeps_flow(&a, &b, v6 ? 4 : 1, SEED, ONE_IN);
		CHECK_EQ(run(&g, LOAD_IN, f, len), want);
		CHECK_EQ(run(&g, LOAD_XDP_FRAGS, f, len), want);
		turn_round(f, v6);
		CHECK_EQ(run(&g, LOAD_OUT, f, len), want);
		kept += want;
	}
	/* Binomial: 100 ± 5 standard deviations of 9.4. */
	CHECK(kept > 53 && kept < 147);
	CHECK_EQ(counted(&g).received, 3 * FLOWS);
	CHECK_EQ(counted(&g).sampled_out, 3 * (FLOWS - kept));
	rig_close(&g);
}

int main(void)
{
	/* Records of all runs on one CPU's ring. */
	RUN(every_size_comes_out_byte_for_byte);
	RUN(every_snaplen_cuts_exactly);
	RUN(record_says_when_where_and_which_way);
	RUN(only_tcp_is_taken);
	RUN(tags_in_the_bytes_are_walked_over);
	RUN(tag_in_metadata_is_put_back);
	RUN(ipv6_extension_headers_are_followed);
	RUN(ipv4_options_and_fragments_are_taken);
	RUN(l3_programs_begin_at_the_ip_header);
	RUN(filter_decides_before_anything_counts);
	RUN(full_ring_counts_each_loss_and_the_next_record_tells);
	RUN(record_takes_only_the_room_it_needs);
	RUN(first_record_wakes_a_sleeping_consumer);
	RUN(xdp_programs_take_every_size);
	RUN(one_in_n_segments_is_kept_and_all_with_syn_fin_rst);
	RUN(flags_are_sampled_too_if_asked);
	RUN(whole_connections_are_kept_by_one_rule);
	return CHECK_DONE();
}
