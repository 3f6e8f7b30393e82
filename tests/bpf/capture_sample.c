// SPDX-License-Identifier: BSD-2-Clause
/* Sampling in the capture programs, through BPF_PROG_TEST_RUN. */
#include "capture_rig.h"

#include <ebpfdump/sample.h>

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

static void what_is_sampled_out_takes_nothing_of_the_rate(void)
{
	uint8_t f[100];
	uint64_t kept = 0;
	struct rig g;

	rig_open(&g, &(struct setup){ .extra = { .sample = 10,
						 .wants = SETTINGS_WANT_RATE,
						 .rate_interval_ns = 1000000000000 } });
	make_ipv4(f, sizeof(f), 0, 6);
	f[ETH + 33] = 0x10;
	for (int i = 0; i < 100; i++)
		kept += run(&g, LOAD_IN, f, sizeof(f));
	CHECK_EQ(kept, 1);
	CHECK_EQ(counted(&g).received, 100);
	CHECK_EQ(counted(&g).sampled_out, 99);
	rig_close(&g);
}

/* As cards do that put only the first bytes of a frame where a program can look itself. */
static uint64_t run_split(struct rig *g, const uint8_t *f, uint32_t len, uint32_t linear)
{
	struct xdp_md ctx = { .data_end = linear };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = f, .data_size_in = len, .ctx_in = &ctx,
		    .ctx_size_in = sizeof(ctx));
	uint64_t taken;

	g->n = 0;
	CHECK_EQ(bpf_prog_test_run_opts(g->load.prog[LOAD_XDP_FRAGS], &opts), 0);
	merge_run(&g->merge, MERGE_EVERYTHING, keep, g, &taken);
	return g->n;
}

static void flags_count_where_they_are_not_linear(void)
{
	uint8_t f[100];
	struct rig g;

	if (!rig_has_frags())
		SKIP(NO_FRAGS);
	rig_open(&g, &(struct setup){ .progs = 1 << LOAD_XDP_FRAGS, .extra.sample = 1000000 });
	make_ipv4(f, sizeof(f), 0, 6);
	for (uint32_t linear = ETH + 10; linear < sizeof(f); linear++) {
		f[ETH + 33] = 0x10;
		CHECK_EQ(run_split(&g, f, sizeof(f), linear), 0);
		f[ETH + 33] = 0x12;
		CHECK_EQ(run_split(&g, f, sizeof(f), linear), 1);
	}
	rig_close(&g);
}

/* Kept with SYN, left out with ACK alone; of a later fragment nobody knows. */
static void flags_are_found_behind_whatever_headers(void)
{
	uint8_t f[200];
	struct rig g;

	rig_open(&g, &(struct setup){ .extra.sample = 1000000 });
	for (uint32_t i = 0; i < 6; i++) {
		bool options = i == 3, v6 = i == 4, fragment = i == 5;
		uint32_t len = v6 ? make_ipv6(f, NULL, 0, 0, 6) : make_ipv4(f, 100, i < 3 ? i : 0, 6),
			 at = ETH + (v6 ? 40 : 20) + (i < 3 ? 4 * i : 0) + 13;

		if (options) {
			memmove(f + ETH + 24, f + ETH + 20, len - ETH - 24);
			f[ETH] = 0x46;
			at += 4;
		}
		f[ETH + 7] |= fragment;
		f[at] = 0x10;
		CHECK_EQ(run(&g, LOAD_IN, f, len), 0);
		f[at] = 0x02;
		CHECK_EQ(run(&g, LOAD_IN, f, len), !fragment);
	}
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

	rig_open(&g, &(struct setup){ .progs = 1 << LOAD_IN | 1 << LOAD_OUT | 1u << rig_xdp(),
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
		CHECK_EQ(run(&g, rig_xdp(), f, len), want);
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
	RUN(one_in_n_segments_is_kept_and_all_with_syn_fin_rst);
	RUN(what_is_sampled_out_takes_nothing_of_the_rate);
	RUN(flags_count_where_they_are_not_linear);
	RUN(flags_are_found_behind_whatever_headers);
	RUN(flags_are_sampled_too_if_asked);
	RUN(whole_connections_are_kept_by_one_rule);
	return CHECK_DONE();
}
