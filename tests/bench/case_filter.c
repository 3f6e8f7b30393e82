// SPDX-License-Identifier: BSD-2-Clause
/* What the filter costs: ns of a test run over an empty program, in tc and XDP, and ns that a packet takes
 * longer on its way into the stack with the same expression attached to an AF_PACKET socket. Rejecting and
 * accepting, for 1, 10 and 100 terms, where the packet falls to the last of them. */
#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>

#include "filter/internal.h"
#include "filter_rig.h"
#include "util/strbuf.h"

#define ROUNDS 9
#define TEST_RUNS 300000
#define FRAMES 50000
#define RING_BLOCK (1u << 20)
#define RING_BLOCKS 64

static struct rig rig;

/* 192.0.2.1.53055 > 192.168.0.1.8080: Flags [S], seq 1, win 257, length 0 */
static const uint8_t syn[] = {
	0x02, 0,    0,	  0,	0,    2,    0x02, 0,	0,    0,    0,	  1,	0x08, 0x00,
	0x45, 0x00, 0x00, 0x28, 0x00, 0x01, 0x00, 0x00, 0x40, 0x06, 0x00, 0x00, 192,  0,
	2,    1,    192,  168,	0,    1,    0xcf, 0x3f, 0x1f, 0x90, 0,	  0,	0,    1,
	0,    0,    0,	  0,	0x50, 0x02, 0x01, 0x01, 0,    0,    0,	  0,
};

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *v)
{
	qsort(v, ROUNDS, sizeof(*v), by_value);
	return v[ROUNDS / 2];
}

static double test_run(int fd)
{
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = syn, .data_size_in = sizeof(syn), .repeat = TEST_RUNS);

	return bpf_prog_test_run_opts(fd, &o) ? -1.0 : (double)o.duration;
}

static struct filter *terms(int n, bool accept)
{
	struct strbuf b = { 0 };
	struct filter *f = NULL;
	char err[256];

	strbuf_str(&b, "tcp port 80");
	for (int i = 1; i < n; i++)
		strbuf_printf(&b, " or tcp port %d", i == n - 1 && accept ? 8080 : 9000 + i);
	if (n == 1 && accept)
		memcpy(b.s, "dst port 8080", b.len = 13);
	if (filter_compile(&f, strbuf_cstr(&b), 1, 262144, true, err, sizeof(err)))
		fprintf(stderr, "%s\n", err);
	strbuf_free(&b);
	return f;
}

static void print(const char *verdict, int n, const char *what, double ours, double theirs, double value,
		  int limit)
{
	printf("{\"case\": \"filter %s %d term%s\", \"what\": \"%s\", \"ours\": %.1f, \"theirs\": %.1f, \"value\": %.1f",
	       verdict, n, n == 1 ? "" : "s", what, ours, theirs, value);
	if (limit)
		printf(", \"limit\": %d, \"better\": \"less\"", limit);
	printf(", \"unit\": \"ns\"}\n");
	fflush(stdout);
}

/* Interleaved with the empty program. */
static void bench_test_run(const struct filter *f, const char *verdict, int n, bool xdp)
{
	int fd = rig_load(&rig, xdp ? RIG_XDP : RIG_TC_IN, f, 0);
	int empty = bpf_program__fd(xdp ? rig.skel->progs.xdp_empty : rig.skel->progs.tc_empty);
	double with[ROUNDS], without[ROUNDS], m, e;

	for (int i = 0; i < ROUNDS; i++) {
		without[i] = test_run(empty);
		with[i] = test_run(fd);
	}
	m = median(with);
	e = median(without);
	print(verdict, n,
	      xdp ? "xdp test run, empty program, difference" : "tc test run, empty program, difference", m,
	      e, m - e, n == 1 && strcmp(verdict, "reject") == 0 ? 8 : 0);
	close(fd);
}

struct tap {
	int fd;
	uint8_t *ring;
};

/* As a capture program opens it: a TPACKET_V3 ring, here with nobody who reads. */
static bool open_tap(struct tap *t, int ifindex, const struct filter *f)
{
	struct sock_fprog prog = { .len = (unsigned short)f->n, .filter = (struct sock_filter *)f->insns };
	struct tpacket_req3 req = { .tp_block_size = RING_BLOCK,
				    .tp_block_nr = RING_BLOCKS,
				    .tp_frame_size = 2048,
				    .tp_frame_nr = RING_BLOCK / 2048 * RING_BLOCKS,
				    .tp_retire_blk_tov = 100 };
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_ALL),
				  .sll_ifindex = ifindex };
	int version = TPACKET_V3;

	t->fd = socket(AF_PACKET, SOCK_RAW, 0);
	return t->fd >= 0 && !setsockopt(t->fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) &&
	       !setsockopt(t->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) &&
	       !setsockopt(t->fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)) &&
	       !bind(t->fd, (struct sockaddr *)&to, sizeof(to));
}

/* ns a frame, from XDP into the stack, where the frame is for another machine and goes no further. */
static double into_stack(int ifindex)
{
	struct xdp_md ctx = { .data_end = sizeof(syn), .ingress_ifindex = (uint32_t)ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, o, .data_in = syn, .data_size_in = sizeof(syn), .ctx_in = &ctx,
		    .ctx_size_in = sizeof(ctx), .repeat = FRAMES, .flags = BPF_F_TEST_XDP_LIVE_FRAMES,
		    .batch_size = 64);
	struct timespec from, to;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	if (bpf_prog_test_run_opts(bpf_program__fd(rig.skel->progs.xdp_pass), &o))
		return -1;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	return ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / FRAMES;
}

static void bench_af_packet(const struct filter *f, const char *verdict, int n, int ifindex)
{
	double with[ROUNDS], without[ROUNDS], m, e;

	for (int i = 0; i < ROUNDS; i++) {
		struct tap t;

		without[i] = into_stack(ifindex);
		if (!open_tap(&t, ifindex, f)) {
			fprintf(stderr, "AF_PACKET: %s\n", strerror(errno));
			return;
		}
		with[i] = into_stack(ifindex);
		close(t.fd);
	}
	m = median(with);
	e = median(without);
	print(verdict, n, "AF_PACKET on live frames, none, difference", m, e, m - e, 0);
}

int main(void)
{
	static const int counts[] = { 1, 10, 100 };
	int ifindex;

	if (unshare(CLONE_NEWNET) ||
	    system("ip link add bench0 type veth peer name bench1 && ip link set bench0 up && "
		   "ip link set bench1 up") ||
	    !rig_open(&rig))
		return EXIT_FAILURE;
	ifindex = (int)if_nametoindex("bench0");
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		for (int accept = 0; accept < 2; accept++) {
			struct filter *f = terms(counts[i], accept);
			const char *verdict = accept ? "accept" : "reject";

			bench_test_run(f, verdict, counts[i], false);
			bench_test_run(f, verdict, counts[i], true);
			bench_af_packet(f, verdict, counts[i], ifindex);
			filter_free(f);
		}
	rig_close(&rig);
	return EXIT_SUCCESS;
}
