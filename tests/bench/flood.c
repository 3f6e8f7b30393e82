// SPDX-License-Identifier: BSD-2-Clause
/*
 * flood send DEV BESIDE BYTES COUNT [PPS]
 *	sends COUNT TCP frames of BYTES through DEV, of which one batch in four goes through BESIDE unless
 *	that is "-". Prints {"sent":…,"ns":…,"beside":…,"beside_ns":…}: frames, and the time of
 *	one, without what a call takes to begin and end.
 * flood sink DEV
 *	stops what arrives at DEV; a line on stdin: prints how much that was so far
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "flood.h"
#include "flood.skel.h"

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int fail(const char *what, int r)
{
	fprintf(stderr, "flood: %s: %s\n", what, strerror(-r));
	return 1;
}

/* 192.0.2.1.1024 > 192.0.2.2.80: Flags [.], …, length bytes - 54 */
static void make_frame(uint8_t *f, uint32_t bytes)
{
	static const uint8_t head[54] = {
		0x02, 0,  0,	0, 0,  2, 0x02, 0, 0,	0, 0,	 1,    8,   0, 0x45, 0, 0, 0,
		0,    1,  0x40, 0, 64, 6, 0,	0, 192, 0, 2,	 1,    192, 0, 2,    2, 4, 0,
		0,    80, 0,	0, 0,  1, 0,	0, 0,	1, 0x50, 0x10, 2,   0, 0,    0, 0, 0,
	};
	uint32_t sum = 0;

	memcpy(f, head, sizeof(head));
	memset(f + sizeof(head), 'x', bytes - sizeof(head));
	f[16] = (uint8_t)((bytes - 14) >> 8);
	f[17] = (uint8_t)(bytes - 14);
	for (int i = 14; i < 34; i += 2)
		sum += (uint32_t)f[i] << 8 | f[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~(sum + (sum >> 16));
	f[24] = (uint8_t)(sum >> 8);
	f[25] = (uint8_t)sum;
}

static int run(int fd, uint8_t *frame, uint32_t bytes, uint64_t count)
{
	struct xdp_md md = { .data_end = bytes };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = bytes, .ctx_in = &md,
		    .ctx_size_in = sizeof(md), .repeat = (int)count, .flags = BPF_F_TEST_XDP_LIVE_FRAMES,
		    .batch_size = FLOOD_BATCH);

	return bpf_prog_test_run_opts(fd, &opts);
}

static double ns_of(const struct flood_way *w)
{
	return w->timed ? (double)w->ns / (double)w->timed : 0;
}

static int flood_out(const char *dev, const char *beside, uint32_t bytes, uint64_t count, uint64_t pps)
{
	const struct flood_way *ways;
	uint8_t frame[4096];
	struct flood *skel = flood__open();
	uint64_t start, step = pps ? pps / 10 : count; /* a call costs tens of ms to set up */
	int r = 0;

	if (!skel || bytes < 54 || bytes > 3400)
		return fail("open", -EINVAL);
	skel->rodata->flood_ifindex = if_nametoindex(dev);
	skel->rodata->flood_beside = strcmp(beside, "-") ? if_nametoindex(beside) : 0;
	r = flood__load(skel);
	if (r)
		return fail("load", r);
	make_frame(frame, bytes);
	start = now_ns();
	for (uint64_t sent = 0; !r && sent < count; sent += step) {
		uint64_t due = pps ? start + sent * 1000000000 / pps : 0, now = now_ns();

		if (due > now)
			usleep((useconds_t)((due - now) / 1000));
		r = run(bpf_program__fd(skel->progs.flood_send), frame, bytes,
			count - sent < step ? count - sent : step);
	}
	ways = skel->bss->flood_ways;
	printf("{\"sent\":%" PRIu64 ",\"ns\":%.3f,\"beside\":%" PRIu64 ",\"beside_ns\":%.3f}\n",
	       (uint64_t)ways[0].sent, ns_of(&ways[0]), (uint64_t)ways[1].sent, ns_of(&ways[1]));
	return r ? fail(dev, r) : 0;
}

static uint64_t sum_count(int fd)
{
	uint64_t each[256] = { 0 }, sum = 0;
	uint32_t zero = 0;

	bpf_map_lookup_elem(fd, &zero, each);
	for (int i = 0; i < libbpf_num_possible_cpus() && i < 256; i++)
		sum += each[i];
	return sum;
}

static int stop_here(const char *dev)
{
	struct flood *skel = flood__open_and_load();
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)if_nametoindex(dev), .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = 1, .priority = 65535);
	char line[16];
	int r;

	if (!skel)
		return fail("load", -errno);
	r = bpf_tc_hook_create(&hook);
	if (r && r != -EEXIST)
		return fail(dev, r);
	opts.prog_fd = bpf_program__fd(skel->progs.flood_sink);
	r = bpf_tc_attach(&hook, &opts);
	if (r)
		return fail(dev, r);
	puts("ready");
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin)) {
		printf("%" PRIu64 "\n", sum_count(bpf_map__fd(skel->maps.sink_count)));
		fflush(stdout);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc >= 6 && !strcmp(argv[1], "send"))
		return flood_out(argv[2], argv[3], (uint32_t)atoi(argv[4]), strtoull(argv[5], NULL, 10),
				 argc > 6 ? strtoull(argv[6], NULL, 10) : 0);
	if (argc == 3 && !strcmp(argv[1], "sink"))
		return stop_here(argv[2]);
	fprintf(stderr, "usage: flood send DEV BESIDE BYTES COUNT [PPS] | flood sink DEV\n");
	return 1;
}
