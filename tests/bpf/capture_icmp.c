// SPDX-License-Identifier: BSD-2-Clause
/* ICMP errors in the capture programs, through BPF_PROG_TEST_RUN: records of their own, for those that quote
 * a segment which the expression accepts. */
#include "capture_rig.h"

#define PROGRAMS (1 << LOAD_IN | 1 << LOAD_OUT | 1u << rig_xdp())

static const struct settings headers = { .icmp_len = SETTINGS_ICMP_HEADERS };
static enum load_program programs[] = { LOAD_IN, LOAD_OUT, LOAD_XDP_FRAGS };

/* Puts an IP packet behind what stands in f, which ends at len; returns the new end. */
static uint32_t append(uint8_t *f, uint32_t len, const uint8_t *packet, uint32_t n)
{
	memcpy(f + len, packet, n);
	return len + n;
}

/* An IPv4 packet without its link header: 20 bytes, then `payload` bytes of TCP from port 8080 to 80, or of
 * UDP. */
static uint32_t quote4(uint8_t *q, uint32_t payload, uint8_t proto)
{
	uint8_t f[ETH + 20 + 64];

	make_ipv4(f, sizeof(f), 0, proto);
	memcpy(q, f + ETH, 20 + payload);
	return 20 + payload;
}

static uint32_t error4(uint8_t *f, unsigned tags, uint8_t type, uint32_t payload, uint8_t proto)
{
	uint8_t quote[20 + 64];
	uint32_t at = ETH + tags * 4 + 20;

	make_ipv4(f, at + 8, tags, 1);
	memcpy(f + at, (uint8_t[]){ type, 13, 0, 0, 0, 0, 0, 0 }, 8);
	return append(f, at + 8, quote, quote4(quote, payload, proto));
}

/* chain: extension headers in front of the error; inner: in front of the quoted segment. */
static uint32_t error6(uint8_t *f, const uint8_t *chain, size_t n, uint8_t type, const uint8_t *inner,
		       size_t n_inner)
{
	uint8_t quote[400];
	uint32_t at = make_ipv6(f, chain, n, 0, 58) - 20, len = make_ipv6(quote, inner, n_inner, 0, 6);

	memcpy(f + at, (uint8_t[]){ type, 1, 0, 0, 0, 0, 0, 0 }, 8);
	return append(f, at + 8, quote + ETH, len - ETH);
}

/* A record of an error and no counter of segments. */
static void check_error(struct rig *g, enum load_program prog, const uint8_t *f, uint32_t len)
{
	struct counters before = counted(g), after;

	run(g, prog, f, len);
	after = counted(g);
	check_same(g, f, len, len < SETTINGS_ICMP_HEADERS ? len : SETTINGS_ICMP_HEADERS);
	CHECK(g->n == 1 && g->head.cap_meta & RECORD_ICMP);
	CHECK_EQ(after.icmp - before.icmp, 1);
	CHECK_EQ(after.received, before.received);
}

static void errors_about_wanted_segments_are_records_of_their_own(void)
{
	static const uint8_t types[] = { 3, 4, 11, 12 };
	uint8_t f[FRAME_MAX];
	struct rig g;

	rig_open(&g, &(struct setup){ .expr = "tcp port 80", .progs = PROGRAMS, .extra = headers });
	for (int i = 0; i < 3; i++) {
		for (int t = 0; t < 4; t++) {
			check_error(&g, programs[i], f, error4(f, 0, types[t], 20, 6));
			check_error(&g, programs[i], f, error6(f, NULL, 0, (uint8_t)(t + 1), NULL, 0));
		}
		for (unsigned tags = 1; tags <= 2; tags++)
			check_error(&g, programs[i], f, error4(f, tags, 3, 20, 6));
	}
	CHECK_EQ(counted(&g).received, 0);
	rig_close(&g);
}

static void extension_headers_are_walked_outside_and_inside(void)
{
	static const uint8_t chain[] = { 0, 60, 43 }, inner[] = { 0, 44, 51 };
	uint8_t f[FRAME_MAX];
	struct rig g;

	/* the expression of libpcap follows none */
	rig_open(&g, &(struct setup){ .expr = "ip6", .progs = PROGRAMS, .extra = headers });
	for (int i = 0; i < 3; i++) {
		check_error(&g, programs[i], f, error6(f, chain, 3, 1, NULL, 0));
		check_error(&g, programs[i], f, error6(f, NULL, 0, 2, inner, 3));
		check_error(&g, programs[i], f, error6(f, chain, 1, 3, inner, 2));
	}
	rig_close(&g);
}

static void devices_without_link_header_have_them_too(void)
{
	uint8_t f[FRAME_MAX];
	uint32_t len;
	struct rig g;

	rig_open(&g, &(struct setup){ .expr = "port 80",
				      .progs = 1 << LOAD_L3_IN | 1 << LOAD_L3_OUT,
				      .extra = headers });
	len = error4(f, 0, 3, 20, 6);
	CHECK_EQ(run(&g, LOAD_L3_IN, f + ETH, len - ETH), 1);
	CHECK(g.head.cap_meta & RECORD_ICMP);
	len = error6(f, NULL, 0, 1, NULL, 0);
	CHECK_EQ(run(&g, LOAD_L3_OUT, f + ETH, len - ETH), 1);
	CHECK_EQ(counted(&g).icmp, 2);
	rig_close(&g);
}

static void eight_bytes_of_the_segment_are_enough(void)
{
	uint8_t f[FRAME_MAX];
	struct rig g;

	rig_open(&g, &(struct setup){ .expr = "tcp dst port 80", .progs = PROGRAMS, .extra = headers });
	for (int i = 0; i < 3; i++) {
		check_error(&g, programs[i], f, error4(f, 0, 3, 8, 6));
		CHECK_EQ(run(&g, programs[i], f, error4(f, 0, 3, 7, 6)), 0);
	}
	rig_close(&g);
}

static void what_is_no_such_error_is_left_alone(void)
{
	uint8_t f[FRAME_MAX];
	uint32_t len;
	struct rig g;

	rig_open(&g, &(struct setup){ .progs = PROGRAMS, .extra = headers });
	for (int i = 0; i < 3; i++) {
		enum load_program p = programs[i];

		CHECK_EQ(run(&g, p, f, error4(f, 0, 8, 20, 6)), 0);	      /* echo */
		CHECK_EQ(run(&g, p, f, error4(f, 0, 3, 20, 17)), 0);	      /* about UDP */
		CHECK_EQ(run(&g, p, f, error6(f, NULL, 0, 128, NULL, 0)), 0); /* echo */
		CHECK_EQ(run(&g, p, f, make_ipv4(f, 100, 0, 17)), 0);
		len = error4(f, 0, 3, 20, 6);
		f[ETH + 7] = 1; /* a later fragment of an error */
		CHECK_EQ(run(&g, p, f, len), 0);
		len = error4(f, 0, 3, 20, 6);
		f[ETH + 28 + 7] = 1; /* about a later fragment */
		CHECK_EQ(run(&g, p, f, len), 0);
		len = error4(f, 0, 3, 20, 6);
		f[ETH + 28] = 0x65; /* another version */
		CHECK_EQ(run(&g, p, f, len), 0);
	}
	CHECK_EQ(counted(&g).icmp + counted(&g).icmp_dropped, 0);
	rig_close(&g);
}

static void the_expression_asks_the_quote(void)
{
	uint8_t f[FRAME_MAX];
	struct rig g;

	rig_open(&g, &(struct setup){ .expr = "dst port 81", .progs = PROGRAMS, .extra = headers });
	for (int i = 0; i < 3; i++) {
		CHECK_EQ(run(&g, programs[i], f, error4(f, 0, 3, 20, 6)), 0);
		CHECK_EQ(run(&g, programs[i], f, error6(f, NULL, 0, 1, NULL, 0)), 0);
	}
	rig_close(&g);
	rig_open(&g, &(struct setup){ .expr = "icmp", .extra = headers });
	CHECK_EQ(run(&g, LOAD_IN, f, error4(f, 0, 3, 20, 6)), 0);
	rig_close(&g);
}

static void without_being_asked_for_none_is_taken(void)
{
	uint8_t f[FRAME_MAX];
	struct rig g;

	rig_open(&g, &(struct setup){ .progs = PROGRAMS });
	for (int i = 0; i < 3; i++) {
		CHECK_EQ(run(&g, programs[i], f, error4(f, 0, 3, 20, 6)), 0);
		CHECK_EQ(run(&g, programs[i], f, error6(f, NULL, 0, 1, NULL, 0)), 0);
	}
	rig_close(&g);
}

static void snaplen_and_sampling_are_for_segments(void)
{
	uint8_t f[FRAME_MAX];
	struct rig g;

	rig_open(&g, &(struct setup){ .snaplen = 20,
				      .progs = PROGRAMS,
				      .extra = { .icmp_len = SETTINGS_ICMP_HEADERS,
						 .sample = 1000,
						 .sample_all_flags = 1,
						 .sample_flows = 1000000000,
						 .wants = SETTINGS_WANT_FLAGS,
						 .flags = 0x20 } });
	for (int i = 0; i < 3; i++) {
		check_error(&g, programs[i], f, error4(f, 0, 3, 20, 6));
		CHECK_EQ(run(&g, programs[i], f, make_ipv4(f, 100, 0, 6)), 0);
	}
	rig_close(&g);
}

static void a_whole_error_is_kept_if_asked(void)
{
	uint8_t f[FRAME_MAX];
	uint32_t len;
	struct rig g;

	rig_open(&g,
		 &(struct setup){ .snaplen = 60, .progs = PROGRAMS, .extra.icmp_len = SETTINGS_ICMP_WHOLE });
	for (int i = 0; i < 3; i++) {
		len = error4(f, 0, 3, 20, 6);
		memset(f + len, 0xa5, 2000 - len);
		run(&g, programs[i], f, 590);
		check_same(&g, f, 590, 590);
		run(&g, programs[i], f, 2000);
		check_same(&g, f, 2000, SETTINGS_ICMP_WHOLE);
	}
	rig_close(&g);
}

static void a_flood_of_errors_leaves_half_of_the_log_to_segments(void)
{
	enum { RING = 64 * 1024, ERRORS = 2000 };
	uint8_t f[FRAME_MAX];
	uint32_t len = error4(f, 0, 3, 20, 6), tcp, size = (uint32_t)LOG_STEP(len);
	uint64_t taken;
	struct counters n;
	struct rig g;

	rig_open(&g, &(struct setup){ .ring_bytes = RING, .extra = headers });
	for (int i = 0; i < ERRORS; i++)
		run_prog(g.load.prog[LOAD_IN], f, len);
	n = counted(&g);
	CHECK_EQ(n.icmp + n.icmp_dropped, ERRORS);
	CHECK(n.icmp <= g.load.nonline * (g.load.log_bytes / 2 / size + 1));
	CHECK(n.icmp >= g.load.log_bytes / 2 / size - 20);
	CHECK_EQ(n.received + n.dropped, 0);
	tcp = make_ipv4(f, 100, 0, 6);
	for (int i = 0; i < 100; i++)
		run_prog(g.load.prog[LOAD_IN], f, tcp);
	CHECK_EQ(counted(&g).received, 100);
	CHECK_EQ(counted(&g).dropped, 0);
	merge_run(&g.merge, MERGE_EVERYTHING, keep, &g, &taken);
	CHECK_EQ(taken, n.icmp + 100);
	CHECK_EQ(g.head.lost, 0);
	rig_close(&g);
}

int main(void)
{
	programs[2] = rig_xdp();
	RUN(errors_about_wanted_segments_are_records_of_their_own);
	RUN(extension_headers_are_walked_outside_and_inside);
	RUN(devices_without_link_header_have_them_too);
	RUN(eight_bytes_of_the_segment_are_enough);
	RUN(what_is_no_such_error_is_left_alone);
	RUN(the_expression_asks_the_quote);
	RUN(without_being_asked_for_none_is_taken);
	RUN(snaplen_and_sampling_are_for_segments);
	RUN(a_whole_error_is_kept_if_asked);
	RUN(a_flood_of_errors_leaves_half_of_the_log_to_segments);
	return CHECK_DONE();
}
