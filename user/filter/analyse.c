// SPDX-License-Identifier: BSD-2-Clause
/* Forward dataflow over classic BPF: all jumps but those of `protochain` go forward, so one pass suffices. */
#include <errno.h>
#include <stdlib.h>

#include "filter/translate.h"

static bool is_load(const struct cbpf *c)
{
	uint8_t class = BPF_CLASS(c->code), mode = BPF_MODE(c->code);

	return (class == BPF_LD && (mode == BPF_ABS || mode == BPF_IND)) ||
	       (class == BPF_LDX && mode == BPF_MSH);
}

static bool is_ancillary(const struct cbpf *c)
{
	return BPF_CLASS(c->code) == BPF_LD && BPF_MODE(c->code) == BPF_ABS &&
	       (c->k == CBPF_PKT_TYPE || c->k == CBPF_IFINDEX);
}

/* SET_* that an instruction reads. */
static uint32_t reads(const struct cbpf *c)
{
	uint32_t x = BPF_SRC(c->code) == BPF_X ? SET_X : 0;

	switch (BPF_CLASS(c->code)) {
	case BPF_LD:
		return BPF_MODE(c->code) == BPF_IND ? SET_X : BPF_MODE(c->code) == BPF_MEM ? 1u << c->k : 0;
	case BPF_LDX:
		return BPF_MODE(c->code) == BPF_MEM ? 1u << c->k : 0;
	case BPF_ST:
		return SET_A;
	case BPF_STX:
		return SET_X;
	case BPF_ALU:
		return SET_A | (BPF_OP(c->code) == BPF_NEG ? 0 : x);
	case BPF_JMP:
		return BPF_OP(c->code) == BPF_JA ? 0 : SET_A | x;
	case BPF_RET:
		return BPF_RVAL(c->code) == BPF_A ? SET_A : 0;
	default: /* BPF_MISC */
		return BPF_MISCOP(c->code) == BPF_TXA ? SET_X : SET_A;
	}
}

static uint32_t writes(const struct cbpf *c)
{
	switch (BPF_CLASS(c->code)) {
	case BPF_LD:
	case BPF_ALU:
		return SET_A;
	case BPF_LDX:
		return SET_X;
	case BPF_ST:
	case BPF_STX:
		return 1u << c->k;
	case BPF_MISC:
		return BPF_MISCOP(c->code) == BPF_TXA ? SET_A : SET_X;
	default:
		return 0;
	}
}

static uint32_t load_size(const struct cbpf *c)
{
	return BPF_CLASS(c->code) == BPF_LDX ? 1 : size_bytes(BPF_SIZE(c->code));
}

/* Where an absolute load ends in the linear bytes; 0 if it says nothing about them. */
static uint32_t linear_end(const struct translation *t, const struct cbpf *c)
{
	uint32_t size = load_size(c);
	uint32_t k = c->k;

	if (!is_load(c) || BPF_MODE(c->code) == BPF_IND || k > DIRECT_MAX)
		return 0;
	if (t->vlan && k + size > TAG_OFF) {
		if (k < TAG_OFF + TAG_LEN)
			return 0;
		k -= TAG_LEN;
	}
	return k + size <= DIRECT_MAX ? k + size : 0;
}

static struct fact after(const struct translation *t, size_t i)
{
	const struct cbpf *c = &t->filter->insns[i];
	struct fact f = t->facts[i];
	uint32_t end = linear_end(t, c);

	f.set |= writes(c);
	if (end > f.verified)
		f.verified = end;
	if (writes(c) & SET_X)
		f.x_max = BPF_CLASS(c->code) != BPF_LDX	 ? UINT32_MAX
			  : BPF_MODE(c->code) == BPF_MSH ? 60
			  : BPF_MODE(c->code) == BPF_IMM ? c->k
							 : UINT32_MAX;
	return f;
}

static void flow_to(struct translation *t, size_t to, const struct fact *from)
{
	struct fact *f = &t->facts[to];
	bool loop_head = f->loop_head;

	if (!f->reached) {
		*f = *from;
	} else {
		f->set &= from->set;
		f->verified = f->verified < from->verified ? f->verified : from->verified;
		f->x_max = f->x_max > from->x_max ? f->x_max : from->x_max;
	}
	f->reached = true;
	f->loop_head = loop_head;
	if (loop_head) {
		f->verified = 0;
		f->x_max = UINT32_MAX;
	}
}

/* The packet is rejected here, or the rest is left to another translation. */
static bool stops(const struct translation *t, const struct cbpf *c)
{
	uint8_t op = BPF_OP(c->code);

	if (is_load(c) && !is_ancillary(c))
		return c->k > INT32_MAX || !t->can_load(t, load_size(c), BPF_MODE(c->code), c->k);
	return BPF_CLASS(c->code) == BPF_ALU && (op == BPF_DIV || op == BPF_MOD) &&
	       BPF_SRC(c->code) == BPF_K && c->k == 0;
}

static void flow_on(struct translation *t, size_t i)
{
	const struct cbpf *c = &t->filter->insns[i];
	struct fact f = after(t, i);

	if (BPF_CLASS(c->code) == BPF_RET || stops(t, c))
		return;
	if (BPF_CLASS(c->code) != BPF_JMP) {
		flow_to(t, i + 1, &f);
	} else if (BPF_OP(c->code) == BPF_JA) {
		if ((int32_t)c->k >= 0)
			flow_to(t, i + 1 + c->k, &f);
	} else {
		flow_to(t, i + 1 + c->jt, &f);
		flow_to(t, i + 1 + c->jf, &f);
	}
}

static void mark_loops(struct translation *t)
{
	for (size_t i = 0; i < t->filter->n; i++) {
		const struct cbpf *c = &t->filter->insns[i];

		if (c->code != (BPF_JMP | BPF_JA) || (int32_t)c->k >= 0)
			continue;
		t->facts[i + 1 + (int32_t)c->k].loop_head = true;
		t->has_loop = true;
	}
}

int translate_analyse(struct translation *t)
{
	const struct filter *f = t->filter;

	t->facts = calloc(f->n + 1, sizeof(*t->facts));
	if (!t->facts)
		return -ENOMEM;
	mark_loops(t);
	t->facts[0].reached = true;
	for (size_t i = 0; i < f->n; i++) {
		const struct cbpf *c = &f->insns[i];

		if (!t->facts[i].reached)
			continue;
		t->unset |= reads(c) & ~t->facts[i].set;
		t->mem |= (reads(c) | writes(c)) & SET_MEM;
		t->uses_bytes |= is_load(c) && !is_ancillary(c);
		t->uses_len |= BPF_CLASS(c->code) <= BPF_LDX && BPF_MODE(c->code) == BPF_LEN;
		flow_on(t, i);
	}
	return 0;
}

static bool always(const struct translation *t, uint32_t size, uint8_t mode, uint32_t k)
{
	return true;
}

int filter_unset_words(const struct filter *f, uint32_t *unset)
{
	struct translation t = { .filter = f, .can_load = always };
	int r = translate_analyse(&t);

	free(t.facts);
	if (!r)
		*unset = t.unset & SET_MEM;
	return r;
}
