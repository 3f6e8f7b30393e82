// SPDX-License-Identifier: BSD-2-Clause
/* What is the same in every translation: arithmetic, jumps, M[], results. */
#include <errno.h>
#include <linux/if_packet.h>
#include <stddef.h>

#include "filter/translate.h"

#define MEM_OFF(k) ((int16_t)(-4 * (int)((k) + 1)))

void translate_init_registers(struct translation *t)
{
	if (t->has_loop)
		t->unset |= SET_A | SET_X | t->mem; /* all are touched at a backward jump */
	if (t->unset & SET_A)
		emit_alu_imm(t->e, BPF_MOV, t->a, 0);
	if (t->unset & SET_X)
		emit_alu_imm(t->e, BPF_MOV, t->x, 0);
	for (uint32_t k = 0; k < CBPF_MEM_WORDS; k++)
		if (t->unset & 1u << k)
			emit_insn(t->e, BPF_ST | BPF_W | BPF_MEM, BPF_REG_10, 0, MEM_OFF(k), 0);
}

/* A jump to `ret #0` need not go there. */
static size_t target(const struct translation *t, size_t i)
{
	const struct cbpf *c = &t->filter->insns[i];

	return c->code == (BPF_RET | BPF_K) && c->k == 0 ? LABEL_REJECT : LABEL_INSN + i;
}

static void load_word(struct translation *t, const struct cbpf *c)
{
	uint8_t dst = BPF_CLASS(c->code) == BPF_LD ? t->a : t->x;

	switch (BPF_MODE(c->code)) {
	case BPF_IMM:
		emit_alu_imm(t->e, BPF_MOV, dst, c->k);
		break;
	case BPF_MEM:
		emit_load(t->e, BPF_W, dst, BPF_REG_10, MEM_OFF(c->k));
		break;
	case BPF_LEN:
		t->load_len(t, dst);
		break;
	}
}

/* In XDP every frame is incoming; at tc egress the kernel has not marked the packet as outgoing yet. */
static void load_ancillary(struct translation *t, uint32_t k)
{
	if (k == CBPF_IFINDEX)
		emit_load(t->e, BPF_W, t->a, t->ctx,
			  hook_is_xdp(t->hook) ? offsetof(struct xdp_md, ingress_ifindex)
					       : offsetof(struct __sk_buff, ifindex));
	else if (t->hook == FILTER_TC_INGRESS)
		emit_load(t->e, BPF_W, t->a, t->ctx, offsetof(struct __sk_buff, pkt_type));
	else
		emit_alu_imm(t->e, BPF_MOV, t->a,
			     t->hook == FILTER_TC_EGRESS ? PACKET_OUTGOING : PACKET_HOST);
}

static void load(struct translation *t, const struct cbpf *c, const struct fact *known)
{
	uint8_t mode = BPF_MODE(c->code);

	if (mode != BPF_ABS && mode != BPF_IND && mode != BPF_MSH)
		load_word(t, c);
	else if (mode == BPF_ABS && (c->k == CBPF_PKT_TYPE || c->k == CBPF_IFINDEX))
		load_ancillary(t, c->k);
	else if (c->k > INT32_MAX) /* no packet is that long */
		emit_goto(t->e, LABEL_REJECT);
	else if (!t->can_load(t, mode == BPF_MSH ? 1 : size_bytes(BPF_SIZE(c->code)), mode, c->k))
		emit_goto(t->e, LABEL_SLOW);
	else if (mode == BPF_MSH)
		t->load_msh(t, c->k, known);
	else
		t->load(t, BPF_SIZE(c->code), mode, c->k, known);
}

static void shift(struct translation *t, uint8_t op, const struct cbpf *c)
{
	if (BPF_SRC(c->code) == BPF_K) {
		if (c->k < 32)
			emit_alu_imm(t->e, op, t->a, c->k);
		else
			emit_alu_imm(t->e, BPF_MOV, t->a, 0);
		return;
	}
	emit_insn(t->e, BPF_JMP32 | BPF_JLT | BPF_K, t->x, 0, 2, 32);
	emit_alu_imm(t->e, BPF_MOV, t->a, 0);
	emit_insn(t->e, BPF_JMP | BPF_JA, 0, 0, 1, 0);
	emit_alu_reg(t->e, op, t->a, t->x);
}

static void arithmetic(struct translation *t, const struct cbpf *c)
{
	uint8_t op = BPF_OP(c->code);

	if (op == BPF_LSH || op == BPF_RSH) {
		shift(t, op, c);
	} else if (op == BPF_NEG) {
		emit_insn(t->e, BPF_ALU | BPF_NEG, t->a, 0, 0, 0);
	} else if (BPF_SRC(c->code) == BPF_K) {
		if ((op == BPF_DIV || op == BPF_MOD) && c->k == 0)
			emit_goto(t->e, LABEL_REJECT);
		else
			emit_alu_imm(t->e, op, t->a, c->k);
	} else {
		if (op == BPF_DIV || op == BPF_MOD)
			emit_jump(t->e, BPF_JMP32 | BPF_JEQ | BPF_K, t->x, 0, 0, LABEL_REJECT);
		emit_alu_reg(t->e, op, t->a, t->x);
	}
}

/* The jump on the contrary, or 0: JSET has none. */
static uint8_t opposite(uint8_t op)
{
	return op == BPF_JEQ ? BPF_JNE : op == BPF_JGT ? BPF_JLE : op == BPF_JGE ? BPF_JLT : 0;
}

static void jump(struct translation *t, size_t i)
{
	const struct cbpf *c = &t->filter->insns[i];
	uint8_t op = BPF_OP(c->code), src = BPF_SRC(c->code), x = src == BPF_X ? t->x : 0;
	int32_t k = src == BPF_X ? 0 : (int32_t)c->k;
	size_t yes = target(t, i + 1 + c->jt), no = target(t, i + 1 + c->jf);

	if (c->jt == c->jf) {
		if (c->jt)
			emit_goto(t->e, yes);
	} else if (c->jt == 0 && opposite(op)) {
		emit_jump(t->e, BPF_JMP32 | opposite(op) | src, t->a, x, k, no);
	} else {
		emit_jump(t->e, BPF_JMP32 | op | src, t->a, x, k, yes);
		if (c->jf)
			emit_goto(t->e, no);
	}
}

/* Where backward jumps to instruction i go: behind what is done on the way into the loop. */
static size_t again(const struct translation *t, size_t i)
{
	return LABEL_INSN + t->filter->n + i;
}

/* Leaves the value and takes what the verifier knows of it. Else each way through the loop comes to its head
 * with other bounds, and the verifier follows all of them through all rounds. */
static void forget(struct translation *t, uint8_t reg)
{
	emit_alu_reg(t->e, BPF_XOR, reg, t->unknown);
	emit_alu_reg(t->e, BPF_XOR, reg, t->unknown);
}

static void forget_all(struct translation *t)
{
	emit_load(t->e, BPF_W, t->unknown, t->ctx,
		  hook_is_xdp(t->hook) ? offsetof(struct xdp_md, rx_queue_index)
				       : offsetof(struct __sk_buff, len));
	forget(t, t->a);
	forget(t, t->x);
	for (uint32_t k = 0; k < CBPF_MEM_WORDS; k++) {
		if (!(t->mem & 1u << k))
			continue;
		emit_load(t->e, BPF_W, t->tmp, BPF_REG_10, MEM_OFF(k));
		forget(t, t->tmp);
		emit_store(t->e, BPF_W, BPF_REG_10, MEM_OFF(k), t->tmp);
	}
}

static void jump_always(struct translation *t, size_t i)
{
	int32_t k = (int32_t)t->filter->insns[i].k;
	size_t to = (size_t)((int64_t)i + 1 + k);

	if (k >= 0) {
		emit_goto(t->e, target(t, to));
	} else {
		emit_alu_imm(t->e, BPF_ADD, REG_LOOPS, 1);
		emit_jump(t->e, BPF_JMP | BPF_JGT | BPF_K, REG_LOOPS, 0, CBPF_BACKWARD_JUMPS, LABEL_REJECT);
		forget_all(t);
		emit_goto(t->e, again(t, to));
	}
}

/* Jumps to `ret #0` go elsewhere: it is reached from above, or not at all. */
static bool falls_through(const struct emit *e)
{
	return !e->n || e->insns[e->n - 1].code != (BPF_JMP | BPF_JA);
}

static void result(struct translation *t, const struct cbpf *c)
{
	if (c->code == (BPF_RET | BPF_K) && c->k == 0) {
		if (falls_through(t->e))
			emit_goto(t->e, LABEL_REJECT);
		return;
	}
	if (BPF_RVAL(c->code) == BPF_K)
		emit_alu_imm(t->e, BPF_MOV, BPF_REG_0, c->k);
	else if (t->a != BPF_REG_0)
		emit_alu_reg(t->e, BPF_MOV, BPF_REG_0, t->a);
	emit_goto(t->e, LABEL_END);
}

static void instruction(struct translation *t, size_t i)
{
	const struct cbpf *c = &t->filter->insns[i];

	switch (BPF_CLASS(c->code)) {
	case BPF_LD:
	case BPF_LDX:
		load(t, c, &t->facts[i]);
		break;
	case BPF_ST:
	case BPF_STX:
		emit_store(t->e, BPF_W, BPF_REG_10, MEM_OFF(c->k),
			   BPF_CLASS(c->code) == BPF_ST ? t->a : t->x);
		break;
	case BPF_ALU:
		arithmetic(t, c);
		break;
	case BPF_JMP:
		if (BPF_OP(c->code) == BPF_JA)
			jump_always(t, i);
		else
			jump(t, i);
		break;
	case BPF_RET:
		result(t, c);
		break;
	case BPF_MISC:
		if (BPF_MISCOP(c->code) == BPF_TAX)
			emit_alu_reg(t->e, BPF_MOV, t->x, t->a);
		else
			emit_alu_reg(t->e, BPF_MOV, t->a, t->x);
		break;
	}
}

void translate_body(struct translation *t)
{
	for (size_t i = 0; i < t->filter->n; i++) {
		if (!t->facts[i].reached)
			continue;
		emit_label(t->e, LABEL_INSN + i);
		if (t->facts[i].loop_head) {
			emit_alu_imm(t->e, BPF_MOV, REG_LOOPS, 0);
			emit_label(t->e, again(t, i));
		}
		instruction(t, i);
	}
}
