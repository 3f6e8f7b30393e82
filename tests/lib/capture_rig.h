/* SPDX-License-Identifier: BSD-2-Clause */
/* The capture programs loaded for BPF_PROG_TEST_RUN, and frames for them: a frame goes in, a record comes
 * out. */
#ifndef TESTS_CAPTURE_RIG_H
#define TESTS_CAPTURE_RIG_H

#include "check.h"

#include <sched.h>
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <time.h>
#include <unistd.h>

#include "capture/load.h"
#include "capture/load_error.h"
#include "capture/merge.h"
#include <ebpfdump/sample.h>
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
	struct settings extra; /* sampling, ICMP errors */
	const struct wanted *wanted;
};

/* A loaded set of programs and what they put on the rings. */
struct rig {
	struct load load;
	struct merge merge;
	struct record head; /* of the last record */
	uint8_t *data;	    /* … its bytes, in memory of exactly their size */
	uint64_t n;
};

/* Linux 5.18 */
static __attribute__((unused)) bool rig_has_frags(void)
{
	return load_kernel_at_least(5, 18);
}

#define NO_FRAGS "before Linux 5.18 a frame is one buffer"

/* The one that a capture here takes. */
static __attribute__((unused)) enum load_program rig_xdp(void)
{
	return rig_has_frags() ? LOAD_XDP_FRAGS : LOAD_XDP;
}

static __attribute__((unused)) int keep(void *arg, const struct record *rec)
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

static __attribute__((unused)) void rig_open(struct rig *g, const struct setup *s)
{
	struct load_settings l = { .ring_bytes = s->ring_bytes ? s->ring_bytes : RING_BYTES,
				   .filter_exact = s->exact,
				   .wanted = s->wanted };
	char err[256];

	*g = (struct rig){ 0 };
	l.settings = s->extra;
	l.settings.snaplen = s->snaplen ? s->snaplen : SETTINGS_SNAPLEN_MAX;
	l.settings.wake_bytes = 1 << 18;
	l.settings.slot_mask = 3;
	for (int i = 0; i < LOAD_PROGRAMS; i++) {
		bool l3 = i == LOAD_L3_IN || i == LOAD_L3_OUT;
		struct filter *f, *quoted;

		if (!((s->progs ? s->progs : 1u << LOAD_IN) >> i & 1))
			continue;
		if (filter_compile(&f, s->expr, l3 ? LINKTYPE_RAW : LINKTYPE_ETHERNET, 262144, true, err,
				   sizeof(err))) {
			fprintf(stderr, "%s\n", err);
			exit(1);
		}
		if (s->extra.icmp_len &&
		    filter_compile(&quoted, s->expr, LINKTYPE_RAW, 262144, true, err, sizeof(err)))
			exit(1);
		if (s->extra.icmp_len)
			filter_take_inner(f, NULL, quoted);
		l.want[i] = true;
		l.filter[i] = f;
	}
	if (load_open(&g->load, &l) || merge_init(&g->merge, g->load.rings, g->load.nrings))
		exit(1);
	for (int i = 0; i < LOAD_PROGRAMS; i++)
		filter_free((struct filter *)l.filter[i]);
}

static __attribute__((unused)) void rig_close(struct rig *g)
{
	free(g->data);
	merge_free(&g->merge);
	load_close(&g->load);
}

static __attribute__((unused)) int run_prog(int fd, const void *frame, uint32_t len)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = len);

	if (bpf_prog_test_run_opts(fd, &opts)) {
		fprintf(stderr, "test run of %u bytes: %s\n", len, strerror(errno));
		return -1000;
	}
	return (int)opts.retval;
}

/* Records that the frame gave. */
static __attribute__((unused)) uint64_t run(struct rig *g, enum load_program prog, const void *frame,
					    uint32_t len)
{
	uint64_t taken;

	g->n = 0;
	CHECK_EQ((uint32_t)run_prog(g->load.prog[prog], frame, len),
		 prog == LOAD_XDP || prog == LOAD_XDP_FRAGS ? XDP_PASS : (uint32_t)-1);
	merge_run(&g->merge, MERGE_EVERYTHING, keep, g, &taken);
	return g->n;
}

static __attribute__((unused)) void stay_on_this_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static __attribute__((unused)) struct counters counted(const struct rig *g)
{
	struct counters sum;

	load_count_all(&g->load, &sum);
	return sum;
}

/* Ethernet, `tags` VLAN tags, IPv4, TCP, then bytes that differ; len in all. */
static __attribute__((unused)) uint32_t make_ipv4(uint8_t *f, uint32_t len, unsigned tags, uint8_t proto)
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
static __attribute__((unused)) uint32_t make_ipv6(uint8_t *f, const uint8_t *chain, size_t n,
						  uint16_t frag_off, uint8_t last)
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

static __attribute__((unused)) void check_same(const struct rig *g, const uint8_t *frame, uint32_t len,
					       uint32_t cap_len)
{
	CHECK_EQ(g->n, 1);
	CHECK_EQ(g->head.wire_len, len);
	CHECK_EQ(g->head.cap_meta & RECORD_CAP_LEN_MASK, cap_len);
	if ((g->head.cap_meta & RECORD_CAP_LEN_MASK) == cap_len)
		CHECK(memcmp(g->data, frame, cap_len) == 0);
}

#endif
