// SPDX-License-Identifier: BSD-2-Clause
/* The capture programs through BPF_PROG_TEST_RUN: what comes in as a frame goes out as a record. */
#include "capture_rig.h"

#include "capture_vlan.skel.h"

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

/* A first fragment of 8 bytes is legal (RFC 791), and what is asked of segments is no reason to lose it. */
static void cut_headers_are_taken_whatever_is_asked(void)
{
	static const uint8_t wants[] = { SETTINGS_WANT_HEADERS, SETTINGS_WANT_DECAP };
	uint8_t f[200];

	for (size_t i = 0; i < sizeof(wants); i++) {
		struct rig g;

		rig_open(&g,
			 &(struct setup){ .progs = 1 << LOAD_IN | 1 << LOAD_XDP, .extra.wants = wants[i] });
		make_ipv4(f, ETH + 28, 0, 6);
		f[ETH + 6] = 0x20;
		CHECK_EQ(run(&g, LOAD_IN, f, ETH + 28), 1);
		check_same(&g, f, ETH + 28, ETH + 28);
		CHECK_EQ(run(&g, LOAD_XDP, f, ETH + 28), 1);
		check_same(&g, f, ETH + 28, ETH + 28);
		rig_close(&g);
	}
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

static struct cpu_state *this_cpu(const struct rig *g)
{
	return &g->load.cpus[sched_getcpu()];
}

static uint64_t bytes_on_rings(const struct rig *g)
{
	uint64_t n = 0;

	for (size_t i = 0; i < g->load.nrings; i++)
		n += *g->load.rings[i].prod;
	return n;
}

/* A block's first record wakes the consumer. */
static const uint64_t bell = 2 * BPF_RINGBUF_HDR_SZ;

static void record_takes_only_the_room_it_needs(void)
{
	uint8_t f[FRAME_MAX];
	struct rig g;

	stay_on_this_cpu();
	rig_open(&g, &(struct setup){ 0 });
	for (uint32_t len = 54; len <= FRAME_MAX; len += 37) {
		uint64_t before = this_cpu(&g)->end, exact = LOG_STEP(len);

		make_ipv4(f, len, 0, 6);
		run(&g, LOAD_IN, f, len);
		if (before >> 32 == this_cpu(&g)->end >> 32)
			CHECK_EQ(this_cpu(&g)->end - before, exact);
		else
			CHECK_EQ((uint32_t)this_cpu(&g)->end, LOG_FIRST + exact);
	}
	CHECK_EQ(bytes_on_rings(&g), ((this_cpu(&g)->end >> 32) + 1) * bell);
	rig_close(&g);
}

static void smallest_log_holds_what_is_usual(void)
{
	static uint8_t f[60000];
	struct rig g;

	if (!rig_has_frags())
		SKIP(NO_FRAGS);
	rig_open(&g, &(struct setup){ .ring_bytes = 1024, .progs = 1u << LOAD_IN | 1u << LOAD_XDP_FRAGS });
	for (uint32_t i = 0; i < 50; i++) {
		CHECK_EQ(run(&g, LOAD_XDP_FRAGS, f, make_ipv4(f, sizeof(f) - i, 0, 6)), 1);
		check_same(&g, f, sizeof(f) - i, sizeof(f) - i);
		CHECK_EQ(run(&g, LOAD_IN, f, make_ipv4(f, 60 + i * 60, 0, 6)), 1);
		check_same(&g, f, 60 + i * 60, 60 + i * 60);
	}
	CHECK_EQ(counted(&g).dropped, 0);
	rig_close(&g);
}

/* As where the network stack can be preempted, or on a CPU that came later. */
static void record_goes_to_the_ring_where_the_log_is_not_its_own(void)
{
	uint8_t f[FRAME_MAX];

	stay_on_this_cpu();
	for (uint32_t i = 0; i < 8; i++) {
		struct rig g;

		rig_open(&g, &(struct setup){ .ring_bytes = 2 << 20, .extra.realtime = i >> 2 });
		for (uint32_t len = 60; len <= FRAME_MAX; len += len < 300 ? 1 : 111) {
			struct cpu_state *cpu = this_cpu(&g);
			uint64_t before = bytes_on_rings(&g), end = cpu->end, taken;

			cpu->busy = i & 1;
			cpu->no_log = i >> 1 & 1;
			run_prog(g.load.prog[LOAD_IN], f, make_ipv4(f, len, 0, 6));
			CHECK_EQ(cpu->busy, i & 1);
			CHECK_EQ(bytes_on_rings(&g) > before + bell, (i & 3) > 0);
			CHECK_EQ(cpu->end == end, (i & 3) > 0);
			cpu->busy = 0;
			g.n = 0;
			merge_run(&g.merge, MERGE_EVERYTHING, keep, &g, &taken);
			check_same(&g, f, len, len);
		}
		CHECK_EQ(counted(&g).dropped, 0);
		rig_close(&g);
	}
}

static void first_record_wakes_a_sleeping_consumer(void)
{
	uint8_t f[100];
	struct rig g;

	rig_open(&g, &(struct setup){ 0 });
	make_ipv4(f, sizeof(f), 0, 6);
	for (int i = 0; i < 1000; i++) {
		uint64_t before = bytes_on_rings(&g);

		g.load.shared->asleep = 1;
		run(&g, LOAD_IN, f, sizeof(f));
		CHECK_EQ(g.load.shared->asleep, 0);
		CHECK(bytes_on_rings(&g) > before);
		CHECK_EQ(run(&g, LOAD_IN, f, sizeof(f)), 1);
	}
	rig_close(&g);
}

static void small_blocks_wake_the_consumer_every_few(void)
{
	uint64_t before, blocks;
	uint8_t f[100];
	struct rig g;

	stay_on_this_cpu();
	rig_open(&g, &(struct setup){ .snaplen = 96, .ring_bytes = 1 << 20, .extra.wake_bytes = 256 << 10 });
	make_ipv4(f, sizeof(f), 0, 6);
	run(&g, LOAD_IN, f, sizeof(f)); /* the very first */
	before = bytes_on_rings(&g);
	for (int i = 0; i < 10000; i++)
		CHECK_EQ(run(&g, LOAD_IN, f, sizeof(f)), 1);
	blocks = this_cpu(&g)->end >> 32;
	CHECK(blocks > 16);
	CHECK_EQ((bytes_on_rings(&g) - before) / bell, blocks / 4);
	rig_close(&g);
}

static void xdp_takes(enum load_program prog, uint32_t most)
{
	static uint8_t f[20000];
	struct rig g;

	rig_open(&g, &(struct setup){ .progs = 1u << prog });
	for (uint32_t len = 54; len <= most && !check_failed_here; len += len < 600 ? 7 : len / 9) {
		make_ipv4(f, len, len % 3, 6);
		run(&g, prog, f, len);
		check_same(&g, f, len, len);
		CHECK_EQ(g.head.cap_meta & ~RECORD_CAP_LEN_MASK, RECORD_XDP);
	}
	CHECK_EQ(run(&g, prog, f, make_ipv4(f, 100, 0, 17)), 0);
	CHECK_EQ(run(&g, prog, f, make_ipv6(f, (const uint8_t *)"\x3c\x2b", 2, 0, 6)), 1);
	rig_close(&g);
}

static void xdp_program_takes_every_size(void)
{
	xdp_takes(LOAD_XDP, 3000);
}

/* By bpf_xdp_load_bytes: frames beyond a page lie in several buffers. */
static void xdp_program_takes_frames_of_several_buffers(void)
{
	if (!rig_has_frags())
		SKIP(NO_FRAGS);
	xdp_takes(LOAD_XDP_FRAGS, 20000);
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
	RUN(cut_headers_are_taken_whatever_is_asked);
	RUN(l3_programs_begin_at_the_ip_header);
	RUN(filter_decides_before_anything_counts);
	RUN(full_ring_counts_each_loss_and_the_next_record_tells);
	RUN(record_takes_only_the_room_it_needs);
	RUN(smallest_log_holds_what_is_usual);
	RUN(record_goes_to_the_ring_where_the_log_is_not_its_own);
	RUN(first_record_wakes_a_sleeping_consumer);
	RUN(small_blocks_wake_the_consumer_every_few);
	RUN(xdp_program_takes_every_size);
	RUN(xdp_program_takes_frames_of_several_buffers);
	return CHECK_DONE();
}
