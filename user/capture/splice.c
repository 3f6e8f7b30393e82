// SPDX-License-Identifier: BSD-2-Clause
#include "capture/splice.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>

#include <ebpfdump/settings.h>

#include "util/cleanup.h"

static const struct {
	const char *name;
	enum bpf_prog_type type;
	enum bpf_attach_type attach;
	enum filter_hook hook;
	uint32_t prog_flags;
} sections[SPLICE_SECTIONS] = {
	{ "ebpfdump/tc_in", BPF_PROG_TYPE_SCHED_CLS, 0, FILTER_TC_INGRESS, 0 },
	{ "ebpfdump/tc_out", BPF_PROG_TYPE_SCHED_CLS, 0, FILTER_TC_EGRESS, 0 },
	{ "ebpfdump/xdp", BPF_PROG_TYPE_XDP, BPF_XDP, FILTER_XDP, 0 },
	{ "ebpfdump/xdp.frags", BPF_PROG_TYPE_XDP, BPF_XDP, FILTER_XDP_FRAGS, BPF_F_XDP_HAS_FRAGS },
};

static int setup(struct bpf_program *prog, long cookie)
{
	const struct splice_section *section = (const struct splice_section *)cookie;
	uint32_t flags = sections[section - section->splice->sections].prog_flags;

	return bpf_program__set_flags(prog, bpf_program__flags(prog) | flags);
}

/* Memory that outlives the load: libbpf reads func_info and line_info from it. */
static struct filter_prog *keep(struct splice *s)
{
	struct filter_prog *more = reallocarray(s->made, s->nmade + 1, sizeof(*more));

	if (!more)
		return NULL;
	s->made = more;
	more[s->nmade] = (struct filter_prog){ 0 };
	return &more[s->nmade++];
}

/* Linux 5.13 to 5.15 look for a kernel function even where it is never called, so no call stays without one.
 */
static void link_cast(struct filter_prog *p, uint32_t id)
{
	for (size_t i = 0; i < p->ninsns; i++) {
		struct bpf_insn *at = &p->insns[i];

		if (at->code != (BPF_JMP | BPF_CALL) || at->src_reg || at->imm != SETTINGS_CAST_CALL)
			continue;
		if (id)
			*at = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL,
						 .src_reg = BPF_PSEUDO_KFUNC_CALL,
						 .imm = (int)id };
		else
			*at = (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 };
	}
}

static int prepare_load(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long cookie)
{
	const struct splice_section *section = (const struct splice_section *)cookie;
	struct splice *s = section->splice;
	struct filter_prog in = {
		.insns = (struct bpf_insn *)bpf_program__insns(prog),
		.ninsns = bpf_program__insn_cnt(prog),
		.funcs = (struct bpf_func_info *)opts->func_info,
		.nfuncs = opts->func_info_cnt,
		.lines = (struct bpf_line_info *)opts->line_info,
		.nlines = opts->line_info_cnt,
	};
	struct filter_prog *out = keep(s);
	int r;

	if (!out)
		return -ENOMEM;
	if ((in.nfuncs && opts->func_info_rec_size != sizeof(*in.funcs)) ||
	    (in.nlines && opts->line_info_rec_size != sizeof(*in.lines)))
		return -EINVAL;
	r = filter_splice(out, &in, s->pick(s->arg, prog), section->hook, s->flags, s->err, sizeof(s->err));
	if (r)
		return r;
	s->err[0] = '\0';
	link_cast(out, s->cast_id);
	opts->func_info = out->funcs;
	opts->func_info_cnt = (uint32_t)out->nfuncs;
	opts->line_info = out->lines;
	opts->line_info_cnt = (uint32_t)out->nlines;
	return bpf_program__set_insns(prog, out->insns, out->ninsns);
}

/* libbpf 1.1 frees its list of handlers twice once the last one was unregistered: this one stays. */
static int register_for_good(void)
{
	int r = libbpf_register_prog_handler("ebpfdump/none", BPF_PROG_TYPE_SCHED_CLS, 0, NULL);

	return r < 0 ? r : 0;
}

int splice_begin(struct splice *s)
{
	int failed = register_for_good();

	if (failed)
		return failed;
	for (size_t i = 0; i < SPLICE_SECTIONS; i++) {
		LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .cookie = (long)&s->sections[i],
			    .prog_setup_fn = setup, .prog_prepare_load_fn = prepare_load);
		int r = libbpf_register_prog_handler(sections[i].name, sections[i].type, sections[i].attach,
						     &opts);

		if (r < 0) {
			splice_end(s);
			return r;
		}
		s->sections[i] = (struct splice_section){ s, sections[i].hook, r };
	}
	return 0;
}

void splice_end(struct splice *s)
{
	for (size_t i = 0; i < SPLICE_SECTIONS; i++)
		if (s->sections[i].splice)
			libbpf_unregister_prog_handler(s->sections[i].handler);
	for (size_t i = 0; i < s->nmade; i++)
		filter_prog_free(&s->made[i]);
	free(s->made);
	s->made = NULL;
	s->nmade = 0;
	for (size_t i = 0; i < SPLICE_SECTIONS; i++)
		s->sections[i].splice = NULL;
}
