// SPDX-License-Identifier: BSD-2-Clause
/* The program around the filter: finds the marked places, puts the pieces in, moves everything else. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter/translate.h"

#define MARK_TC 0x0eb0f001 /* as bpf/filter.bpf.h has them */
#define MARK_XDP 0x0eb0f002
#define MARK_INNER_ETHERNET 0x0eb0f003
#define MARK_INNER_RAW 0x0eb0f004
#define INNER_COUNT 2
#define INLINE_MAX 2048 /* instructions; what is longer is called */

/* Instructions [start, end) of the program give way to code; start == end: unused. */
struct piece {
	size_t start, end;
	struct emit code;
	bool is_function;
};

struct splice {
	const struct filter_prog *in;
	const struct filter *filter;
	enum filter_hook hook;
	unsigned flags;
	size_t nfunctions;
	size_t functions[FN_COUNT]; /* where they begin in the program as it was */
	size_t *sites;		    /* marks */
	size_t nsites;
	struct emit body[FN_COUNT];   /* of the functions */
	struct emit place;	      /* of the marks */
	size_t inner_at[INNER_COUNT]; /* functions for packets in tunnels: a mark in each */
	bool has_inner[INNER_COUNT];
	struct emit inner[INNER_COUNT];
	bool needed[FN_COUNT];
	size_t *map; /* instruction of the old program → of the new one; one more for its end */
	char *err;
	size_t err_len;
};

static bool is_pseudo_call(const struct bpf_insn *i)
{
	return i->code == (BPF_JMP | BPF_CALL) && i->src_reg == BPF_PSEUDO_CALL;
}

/* A reference to a function of the program: a call, or its address. */
static bool is_function_reference(const struct bpf_insn *i)
{
	return is_pseudo_call(i) || (i->code == (BPF_LD | BPF_IMM | BPF_DW) && i->src_reg == BPF_PSEUDO_FUNC);
}

static int find_functions(struct splice *s, size_t mark)
{
	for (size_t j = 0; j < s->nfunctions; j++) {
		size_t at = mark + 1 + j;

		if (at >= s->in->ninsns || !is_pseudo_call(&s->in->insns[at]))
			return -EINVAL;
		s->functions[j] = at + 1 + (size_t)(ssize_t)s->in->insns[at].imm;
		if (s->functions[j] >= s->in->ninsns)
			return -EINVAL;
	}
	return 0;
}

static void find_inner(struct splice *s, size_t at)
{
	static const int32_t marks[INNER_COUNT] = { MARK_INNER_ETHERNET, MARK_INNER_RAW };

	for (size_t i = 0; i < INNER_COUNT; i++)
		if (s->in->insns[at].imm == marks[i]) {
			s->inner_at[i] = at;
			s->has_inner[i] = true;
		}
}

static int find_sites(struct splice *s)
{
	int32_t mark = hook_is_xdp(s->hook) ? MARK_XDP : MARK_TC;

	s->nfunctions = hook_is_xdp(s->hook) ? FN_XDP_COUNT : FN_COUNT;
	s->sites = calloc(s->in->ninsns, sizeof(*s->sites));
	if (!s->sites)
		return -ENOMEM;
	for (size_t i = 0; i < s->in->ninsns; i++) {
		const struct bpf_insn *insn = &s->in->insns[i];

		if (insn->code != (BPF_JMP | BPF_CALL) || insn->src_reg)
			continue;
		find_inner(s, i);
		if (insn->imm != mark)
			continue;
		if (find_functions(s, i)) {
			snprintf(s->err, s->err_len, "the filter's place at instruction %zu is damaged", i);
			return -EINVAL;
		}
		s->sites[s->nsites++] = i;
	}
	if (s->nsites)
		return 0;
	snprintf(s->err, s->err_len, "the program keeps no place for a filter");
	return -EINVAL;
}

static int resolve(struct splice *s, struct emit *e)
{
	int32_t far = emit_resolve(e);

	if (!far)
		return 0;
	snprintf(
		s->err, s->err_len,
		"filter too long: %zu instructions of classic BPF need a jump over %d of eBPF, the limit is %d",
		s->filter->n, far, INT16_MAX);
	return -E2BIG;
}

static int translate_inner(struct splice *s, struct emit *e, const struct filter *f)
{
	struct translation t = { .filter = f, .hook = s->hook, .inner = true, .e = e };
	int r = -ENOMEM;

	if (emit_init(e, f ? 2 * f->n : 0)) {
		r = f ? translate_exact(&t) : 0;
		if (!f)
			emit_alu_imm(e, BPF_MOV, BPF_REG_0, 0);
		if (!r)
			r = resolve(s, e);
		emit_insn(e, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	}
	free(t.facts);
	return r ? r : e->failed ? -ENOMEM : 0;
}

static int translate(struct splice *s, struct emit *e, enum filter_function fn, bool *stands_alone)
{
	struct translation t = {
		.filter = s->filter,
		.hook = s->hook,
		.vlan = fn == FN_VLAN || fn == FN_VLAN_EXACT,
		.linear_too = s->flags & FILTER_EXACT,
		.e = e,
	};
	int r = -ENOMEM;

	if (emit_init(e, 2 * s->filter->n)) {
		r = fn == FN_DIRECT || fn == FN_VLAN ? translate_direct(&t, stands_alone)
						     : translate_exact(&t);
		if (!r)
			r = resolve(s, e);
	}
	free(t.facts);
	return r;
}

/* Every packet to the exact functions. */
static int place_exact(struct splice *s)
{
	struct emit *e = &s->place;

	if (!emit_init(e, 0))
		return -ENOMEM;
	if (!hook_is_xdp(s->hook) && s->filter->link_type == LINKTYPE_ETHERNET) {
		emit_load(e, BPF_W, BPF_REG_0, BPF_REG_1, offsetof(struct __sk_buff, vlan_present));
		emit_jump(e, BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 0, LABEL_VLAN);
	}
	emit_call(e, FN_EXACT);
	if (e->used[LABEL_VLAN]) {
		emit_goto(e, LABEL_END);
		emit_label(e, LABEL_VLAN);
		emit_call(e, FN_VLAN_EXACT);
	}
	emit_label(e, LABEL_END);
	emit_resolve(e);
	return e->failed ? -ENOMEM : 0;
}

static int place_direct(struct splice *s)
{
	bool stands_alone = false;
	int r = translate(s, &s->place, FN_DIRECT, &stands_alone);

	if (r || (!stands_alone && s->place.n <= INLINE_MAX))
		return r;
	s->body[FN_DIRECT] = s->place;
	emit_insn(&s->body[FN_DIRECT], BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	if (!emit_init(&s->place, 0))
		return -ENOMEM;
	emit_call(&s->place, FN_DIRECT);
	return s->place.failed || s->body[FN_DIRECT].failed ? -ENOMEM : 0;
}

static void note_calls(struct splice *s, const struct emit *e)
{
	for (size_t i = 0; i < e->n; i++)
		if (is_pseudo_call(&e->insns[i]))
			s->needed[e->insns[i].imm] = true;
}

/* The pieces, in the order in which one calls the next. */
static int make_pieces(struct splice *s)
{
	static const enum filter_function order[] = { FN_DIRECT, FN_EXACT, FN_VLAN, FN_VLAN_EXACT };
	int r = s->flags & FILTER_EXACT ? place_exact(s) : place_direct(s);
	bool ignored;

	if (!r && s->has_inner[0])
		r = translate_inner(s, &s->inner[0], s->filter->inner_ethernet);
	if (!r && s->has_inner[1])
		r = translate_inner(s, &s->inner[1], s->filter->inner_raw);
	if (r)
		return r;
	note_calls(s, &s->place);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		struct emit *e = &s->body[order[i]];

		if (!s->needed[order[i]])
			continue;
		if (!e->n) {
			r = translate(s, e, order[i], &ignored);
			if (r)
				return r;
			emit_insn(e, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
		}
		if (e->failed)
			return -ENOMEM;
		note_calls(s, e);
	}
	return 0;
}

/* A function ends where the next one begins. */
static size_t function_end(const struct splice *s, size_t start)
{
	size_t end = s->in->ninsns;

	for (size_t i = 0; i < s->in->ninsns; i++) {
		const struct bpf_insn *insn = &s->in->insns[i];
		size_t to = i + 1 + (size_t)(ssize_t)insn->imm;

		if (is_function_reference(insn) && to > start && to < end)
			end = to;
	}
	return end;
}

/* The function that instruction i is in begins at the last reference before it. */
static size_t function_start(const struct splice *s, size_t at)
{
	size_t start = 0;

	for (size_t i = 0; i < s->in->ninsns; i++) {
		const struct bpf_insn *insn = &s->in->insns[i];
		size_t to = i + 1 + (size_t)(ssize_t)insn->imm;

		if (is_function_reference(insn) && to <= at && to > start)
			start = to;
	}
	return start;
}

static int by_start(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* All that gives way, in order of position. The code in it is borrowed. */
static struct piece *list_pieces(const struct splice *s, size_t *n)
{
	struct piece *p = calloc(s->nsites + s->nfunctions + INNER_COUNT, sizeof(*p));

	*n = 0;
	if (!p)
		return NULL;
	for (size_t i = 0; i < s->nsites; i++)
		p[(*n)++] = (struct piece){ s->sites[i], s->sites[i] + 1 + s->nfunctions, s->place, false };
	for (size_t j = 0; j < s->nfunctions; j++) {
		size_t start = s->functions[j];

		if (j == FN_VLAN_LOAD && s->needed[j])
			continue;
		p[(*n)++] = (struct piece){ start, function_end(s, start), s->body[j], true };
	}
	for (size_t i = 0; i < INNER_COUNT; i++) {
		size_t start = s->has_inner[i] ? function_start(s, s->inner_at[i]) : 0;

		if (s->has_inner[i])
			p[(*n)++] = (struct piece){ start, function_end(s, start), s->inner[i], true };
	}
	qsort(p, *n, sizeof(*p), by_start);
	return p;
}

static size_t make_map(struct splice *s, const struct piece *p, size_t n)
{
	size_t to = 0, next = 0;

	for (size_t i = 0; i < s->in->ninsns; i++) {
		s->map[i] = to;
		while (next < n && i >= p[next].end)
			next++;
		if (next < n && i >= p[next].start)
			to += i == p[next].start ? p[next].code.n : 0;
		else
			to++;
	}
	s->map[s->in->ninsns] = to;
	return to;
}

static int too_far(const struct splice *s, int64_t off)
{
	snprintf(s->err, s->err_len,
		 "filter too long: a jump over it spans %lld instructions, the limit is %d", (long long)off,
		 INT16_MAX);
	return -E2BIG;
}

/* Instruction i of the old program at its new place. */
static int move_insn(const struct splice *s, struct bpf_insn *to, size_t i)
{
	const struct bpf_insn *from = &s->in->insns[i];
	uint8_t class = BPF_CLASS(from->code), op = BPF_OP(from->code);
	int64_t off;

	*to = *from;
	if (is_function_reference(from) || from->code == (BPF_JMP32 | BPF_JA)) {
		to->imm = (int32_t)(s->map[(int64_t)i + 1 + from->imm] - s->map[i] - 1);
	} else if ((class == BPF_JMP || class == BPF_JMP32) && op != BPF_CALL && op != BPF_EXIT) {
		off = (int64_t)s->map[(int64_t)i + 1 + from->off] - (int64_t)s->map[i] - 1;
		if (off != (int16_t)off)
			return too_far(s, off);
		to->off = (int16_t)off;
	}
	return 0;
}

static void put_piece(const struct splice *s, struct bpf_insn *insns, size_t at, const struct emit *e)
{
	for (size_t i = 0; i < e->n; i++) {
		insns[at + i] = e->insns[i];
		if (is_pseudo_call(&e->insns[i]))
			insns[at + i].imm = (int32_t)(s->map[s->functions[e->insns[i].imm]] - (at + i) - 1);
	}
}

static int rebuild(const struct splice *s, struct filter_prog *out, const struct piece *p, size_t n)
{
	size_t next = 0;

	for (size_t i = 0; i < s->in->ninsns;) {
		if (next < n && i == p[next].start) {
			put_piece(s, out->insns, s->map[i], &p[next].code);
			i = p[next++].end;
		} else {
			int r = move_insn(s, &out->insns[s->map[i]], i);

			if (r)
				return r;
			i++;
		}
	}
	return 0;
}

/* In a piece only its first line stays, and that only if anything stays. */
static bool stays(const struct piece *p, size_t n, size_t at)
{
	for (size_t i = 0; i < n; i++)
		if (at >= p[i].start && at < p[i].end)
			return at == p[i].start && p[i].code.n;
	return true;
}

static int rebuild_info(const struct splice *s, struct filter_prog *out, const struct piece *p, size_t n)
{
	out->funcs = calloc(s->in->nfuncs + 1, sizeof(*out->funcs));
	out->lines = calloc(s->in->nlines + 1, sizeof(*out->lines));
	if (!out->funcs || !out->lines)
		return -ENOMEM;
	for (size_t i = 0; i < s->in->nfuncs; i++)
		if (stays(p, n, s->in->funcs[i].insn_off)) {
			out->funcs[out->nfuncs] = s->in->funcs[i];
			out->funcs[out->nfuncs++].insn_off = (uint32_t)s->map[s->in->funcs[i].insn_off];
		}
	for (size_t i = 0; i < s->in->nlines; i++)
		if (stays(p, n, s->in->lines[i].insn_off)) {
			out->lines[out->nlines] = s->in->lines[i];
			out->lines[out->nlines++].insn_off = (uint32_t)s->map[s->in->lines[i].insn_off];
		}
	return 0;
}

static int assemble(struct splice *s, struct filter_prog *out)
{
	struct filter_prog made = { 0 };
	size_t n;
	struct piece *p = list_pieces(s, &n);
	int r = -ENOMEM;

	s->map = calloc(s->in->ninsns + 1, sizeof(*s->map));
	if (!p || !s->map)
		goto cleanup;
	made.ninsns = make_map(s, p, n);
	made.insns = calloc(made.ninsns, sizeof(*made.insns));
	if (!made.insns)
		goto cleanup;
	r = rebuild(s, &made, p, n);
	if (!r)
		r = rebuild_info(s, &made, p, n);
	if (!r) {
		*out = made;
		made = (struct filter_prog){ 0 };
	}
cleanup:
	filter_prog_free(&made);
	free(p);
	return r;
}

int filter_splice(struct filter_prog *out, const struct filter_prog *in, const struct filter *f,
		  enum filter_hook hook, unsigned flags, char *err, size_t err_len)
{
	struct splice s = {
		.in = in, .filter = f, .hook = hook, .flags = flags, .err = err, .err_len = err_len
	};
	int r;

	snprintf(err, err_len, "out of memory");
	r = find_sites(&s);
	if (!r)
		r = make_pieces(&s);
	if (!r)
		r = assemble(&s, out);
	emit_free(&s.place);
	for (int j = 0; j < FN_COUNT; j++)
		emit_free(&s.body[j]);
	for (int i = 0; i < INNER_COUNT; i++)
		emit_free(&s.inner[i]);
	free(s.sites);
	free(s.map);
	return r;
}

void filter_prog_free(struct filter_prog *p)
{
	free(p->insns);
	free(p->funcs);
	free(p->lines);
	*p = (struct filter_prog){ 0 };
}
