/* SPDX-License-Identifier: BSD-2-Clause */
/* Loads expressions in the programs of tests/bpf/filter_programs.bpf.c and runs packets through them. */
#ifndef TESTS_FILTER_RIG_H
#define TESTS_FILTER_RIG_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/load_error.h"
#include "filter/filter.h"
#include "filter_programs.skel.h"

enum rig_program {
	RIG_TC_IN,
	RIG_TC_OUT,
	RIG_TC_TWICE,
	RIG_XDP,
	RIG_XDP_FRAGS,
	RIG_COUNT,
	RIG_TC_INNER = RIG_COUNT,
	RIG_ALL
};

struct rig {
	struct filter_programs *skel;
	struct filter_prog templates[RIG_ALL];
	int btf_fd;
	int handlers[RIG_ALL];
	struct rig_cookie {
		struct rig *rig;
		enum rig_program program;
	} cookies[RIG_ALL];
	struct filter_prog loading[RIG_ALL];
};

static const struct {
	const char *section;
	enum bpf_prog_type type;
	enum filter_hook hook;
	uint32_t flags;
} rig_programs[RIG_ALL] = {
	[RIG_TC_IN] = { "test/tc_in", BPF_PROG_TYPE_SCHED_CLS, FILTER_TC_INGRESS, 0 },
	[RIG_TC_OUT] = { "test/tc_out", BPF_PROG_TYPE_SCHED_CLS, FILTER_TC_EGRESS, 0 },
	[RIG_TC_TWICE] = { "test/tc_twice", BPF_PROG_TYPE_SCHED_CLS, FILTER_TC_INGRESS, 0 },
	[RIG_TC_INNER] = { "test/tc_inner", BPF_PROG_TYPE_SCHED_CLS, FILTER_TC_INGRESS, 0 },
	[RIG_XDP] = { "test/xdp", BPF_PROG_TYPE_XDP, FILTER_XDP, 0 },
	[RIG_XDP_FRAGS] = { "test/xdp.frags", BPF_PROG_TYPE_XDP, FILTER_XDP_FRAGS, BPF_F_XDP_HAS_FRAGS },
};

static void *rig_copy(const void *from, size_t n, size_t size)
{
	void *to = calloc(n + 1, size);

	if (!to)
		abort();
	memcpy(to, from, n * size);
	return to;
}

/* Keeps the program as libbpf has relocated it, and lets it load with a filter that accepts everything. */
static int rig_prepare(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long cookie)
{
	struct rig_cookie *c = (struct rig_cookie *)cookie;
	struct filter_prog *t = &c->rig->templates[c->program], *made = &c->rig->loading[c->program];
	struct filter *all;
	char err[256];
	int r;

	*t = (struct filter_prog){
		.ninsns = bpf_program__insn_cnt(prog),
		.nfuncs = opts->func_info_cnt,
		.nlines = opts->line_info_cnt,
	};
	t->insns = rig_copy(bpf_program__insns(prog), t->ninsns, sizeof(*t->insns));
	t->funcs = rig_copy(opts->func_info, t->nfuncs, sizeof(*t->funcs));
	t->lines = rig_copy(opts->line_info, t->nlines, sizeof(*t->lines));
	if (c->rig->btf_fd < 0)
		c->rig->btf_fd = dup((int)opts->prog_btf_fd);
	if (filter_compile(&all, "", 1, 262144, true, err, sizeof(err)))
		return -EINVAL;
	r = filter_splice(made, t, all, rig_programs[c->program].hook, 0, err, sizeof(err));
	filter_free(all);
	if (r)
		return r;
	opts->func_info = made->funcs;
	opts->func_info_cnt = (uint32_t)made->nfuncs;
	opts->line_info = made->lines;
	opts->line_info_cnt = (uint32_t)made->nlines;
	opts->prog_flags |= rig_programs[c->program].flags;
	return bpf_program__set_insns(prog, made->insns, made->ninsns);
}

static inline bool rig_has_frags(void)
{
	return load_kernel_at_least(5, 18);
}

/* What is loaded as RIG_XDP_FRAGS is then RIG_XDP. */
static inline void rig_say_what_is_not_there(void)
{
	if (!rig_has_frags())
		printf("skip - programs_for_several_buffers: before Linux 5.18 a frame is one buffer\n");
}

static bool rig_open(struct rig *rig)
{
	*rig = (struct rig){ .btf_fd = -1 };
	for (int i = 0; i < RIG_ALL; i++) {
		LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .cookie = (long)&rig->cookies[i],
			    .prog_prepare_load_fn = rig_prepare);

		rig->cookies[i] = (struct rig_cookie){ rig, i };
		rig->handlers[i] =
			libbpf_register_prog_handler(rig_programs[i].section, rig_programs[i].type, 0, &opts);
	}
	rig->skel = filter_programs__open();
	if (rig->skel)
		bpf_program__set_autoload(rig->skel->progs.xdp_frags, rig_has_frags());
	return rig->skel && filter_programs__load(rig->skel) == 0;
}

static void rig_close(struct rig *rig)
{
	filter_programs__destroy(rig->skel);
	for (int i = 0; i < RIG_ALL; i++) {
		libbpf_unregister_prog_handler(rig->handlers[i]);
		filter_prog_free(&rig->templates[i]);
		filter_prog_free(&rig->loading[i]);
	}
	close(rig->btf_fd);
}

static int rig_bpf_load(const struct rig *rig, enum rig_program which, const struct filter_prog *p, char *log,
			uint32_t log_size)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = rig_programs[which].flags, .log_buf = log,
		    .log_size = log_size, .log_level = log ? 1 : 0);

	if (rig->btf_fd >= 0) {
		opts.prog_btf_fd = (uint32_t)rig->btf_fd;
		opts.func_info = p->funcs;
		opts.func_info_cnt = (uint32_t)p->nfuncs;
		opts.func_info_rec_size = sizeof(*p->funcs);
		opts.line_info = p->lines;
		opts.line_info_cnt = (uint32_t)p->nlines;
		opts.line_info_rec_size = sizeof(*p->lines);
	}
	return bpf_prog_load(rig_programs[which].type, "filter", "GPL", p->insns, p->ninsns, &opts);
}

/* The program with the filter in it: a descriptor, or -errno after saying why. */
static int rig_load(const struct rig *rig, enum rig_program which, const struct filter *f, unsigned flags)
{
	static char log[1 << 20];
	struct filter_prog p;
	char err[256];
	int fd;

	if (which == RIG_XDP_FRAGS && !rig_has_frags())
		which = RIG_XDP;
	fd = filter_splice(&p, &rig->templates[which], f, rig_programs[which].hook, flags, err, sizeof(err));
	if (fd) {
		fprintf(stderr, "splice: %s\n", err);
		return fd;
	}
	fd = rig_bpf_load(rig, which, &p, NULL, 0);
	if (fd < 0) {
		fd = rig_bpf_load(rig, which, &p, log, sizeof(log));
		if (fd < 0)
			fprintf(stderr, "load: %s\n%.3000s ... %s\n", strerror(-fd), log,
				strlen(log) > 1500 ? log + strlen(log) - 1500 : "");
	}
	filter_prog_free(&p);
	return fd;
}

/* What the program returns: 0 or 1; -errno where the run itself failed. */
static inline int rig_run(int fd, const void *data, uint32_t len)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .data_size_in = len, .repeat = 1);
	int r = bpf_prog_test_run_opts(fd, &opts);

	return r ? r : (int)opts.retval;
}

/* The inner packet at base; raw: without Ethernet header. */
static inline int rig_run_inner(int fd, const void *data, uint32_t len, uint32_t base, bool raw)
{
	struct __sk_buff ctx = { .mark = base | (raw ? 1u << 16 : 0) };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .data_size_in = len, .ctx_in = &ctx,
		    .ctx_size_in = sizeof(ctx), .repeat = 1);
	int r = bpf_prog_test_run_opts(fd, &opts);

	return r ? r : (int)opts.retval;
}

/* The same for a tc program with the tag in skb metadata. */
static inline int rig_run_tagged(const struct rig *rig, int fd, const void *data, uint32_t len, uint32_t tag)
{
	struct __sk_buff ctx = { .mark = tag };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .data_size_in = len, .ctx_in = &ctx,
		    .ctx_size_in = sizeof(ctx), .repeat = 1);
	uint32_t key = 0;
	int r = bpf_map_update_elem(bpf_map__fd(rig->skel->maps.next), &key, &fd, BPF_ANY);

	if (!r)
		r = bpf_prog_test_run_opts(bpf_program__fd(rig->skel->progs.push_tag), &opts);
	return r ? r : (int)opts.retval;
}

#endif
