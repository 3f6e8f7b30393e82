// SPDX-License-Identifier: BSD-2-Clause
/* Loads from anywhere in the packet, as classic BPF does them: LD_ABS and LD_IND in tc, where a load out of
 * range returns 0 from the function; helpers in XDP of several buffers, in loops, and where a tag is in
 * metadata. r6 context, r0 A, r7 X. */
#include <errno.h>
#include <stddef.h>

#include "filter/translate.h"

enum { REG_CTX = BPF_REG_6, REG_X = BPF_REG_7, REG_SAVED_A = BPF_REG_8 };

#define BUFFER_OFF ((int16_t)(-4 * CBPF_MEM_WORDS - 8)) /* below M[] */
#define BASE_OFF ((int16_t)(BUFFER_OFF - 8))		/* where an inner packet begins */

static bool can_load(const struct translation *t, uint32_t size, uint8_t mode, uint32_t k)
{
	return true;
}

static void order(struct translation *t, uint8_t size)
{
	if (size != BPF_B)
		emit_from_be(t->e, BPF_REG_0, size == BPF_H ? 16 : 32);
}

/* At r2, into r0. */
static void load_bytes(struct translation *t, uint8_t size)
{
	emit_alu64_reg(t->e, BPF_MOV, BPF_REG_1, REG_CTX);
	emit_alu64_reg(t->e, BPF_MOV, BPF_REG_3, BPF_REG_10);
	emit_alu64_imm(t->e, BPF_ADD, BPF_REG_3, BUFFER_OFF);
	emit_alu_imm(t->e, BPF_MOV, BPF_REG_4, size_bytes(size));
	emit_helper(t->e, hook_is_xdp(t->hook) ? BPF_FUNC_xdp_load_bytes : BPF_FUNC_skb_load_bytes);
	emit_jump(t->e, BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 0, LABEL_REJECT);
	emit_load(t->e, size, BPF_REG_0, BPF_REG_10, BUFFER_OFF);
	order(t, size);
}

/* The same in a program that gets frames of one buffer: the helper is not there before Linux 5.18. */
static void load_linear(struct translation *t, uint8_t size)
{
	int32_t bytes = (int32_t)size_bytes(size);

	emit_jump(t->e, BPF_JMP | BPF_JGT | BPF_K, BPF_REG_2, 0, DIRECT_MAX - bytes, LABEL_REJECT);
	emit_load(t->e, BPF_W, BPF_REG_3, REG_CTX, offsetof(struct xdp_md, data));
	emit_load(t->e, BPF_W, BPF_REG_4, REG_CTX, offsetof(struct xdp_md, data_end));
	emit_alu64_reg(t->e, BPF_ADD, BPF_REG_2, BPF_REG_3);
	emit_alu64_imm(t->e, BPF_ADD, BPF_REG_2, bytes);
	emit_jump(t->e, BPF_JMP | BPF_JGT | BPF_X, BPF_REG_2, BPF_REG_4, 0, LABEL_REJECT);
	emit_load(t->e, size, BPF_REG_0, BPF_REG_2, (int16_t)-bytes);
	order(t, size);
}

static void load_vlan(struct translation *t, uint8_t size)
{
	emit_alu64_reg(t->e, BPF_MOV, BPF_REG_1, REG_CTX);
	emit_alu_imm(t->e, BPF_MOV, BPF_REG_3, size_bytes(size));
	emit_call(t->e, FN_VLAN_LOAD);
	emit_jump(t->e, BPF_JMP | BPF_JSLT | BPF_K, BPF_REG_0, 0, 0, LABEL_REJECT);
}

static void load(struct translation *t, uint8_t size, uint8_t mode, uint32_t k, const struct fact *known)
{
	/* With LD_IND in a loop the verifier does not come to an end. */
	bool by_helper = t->vlan || hook_is_xdp(t->hook) || t->has_loop;

	if (mode == BPF_ABS && !by_helper && !t->inner) {
		emit_insn(t->e, BPF_LD | size | BPF_ABS, 0, 0, 0, (int32_t)k);
		return;
	}
	emit_alu_imm(t->e, BPF_MOV, BPF_REG_2, k);
	if (mode == BPF_IND)
		emit_alu64_reg(t->e, BPF_ADD, BPF_REG_2, REG_X);
	if (t->inner) {
		emit_load(t->e, BPF_DW, BPF_REG_3, BPF_REG_10, BASE_OFF);
		emit_alu64_reg(t->e, BPF_ADD, BPF_REG_2, BPF_REG_3);
	}
	if (mode == BPF_IND || t->inner) {
		/* the kernel takes a negative offset for something else */
		emit_jump(t->e, BPF_JMP | BPF_JGT | BPF_K, BPF_REG_2, 0, INT32_MAX, LABEL_REJECT);
	}
	if (!by_helper)
		emit_insn(t->e, BPF_LD | size | BPF_IND, 0, BPF_REG_2, 0, 0);
	else if (t->vlan)
		load_vlan(t, size);
	else if (t->hook == FILTER_XDP)
		load_linear(t, size);
	else
		load_bytes(t, size);
}

static void load_msh(struct translation *t, uint32_t k, const struct fact *known)
{
	emit_alu64_reg(t->e, BPF_MOV, REG_SAVED_A, BPF_REG_0);
	load(t, BPF_B, BPF_ABS, k, known);
	emit_alu_reg(t->e, BPF_MOV, REG_X, BPF_REG_0);
	emit_alu_imm(t->e, BPF_AND, REG_X, 0xf);
	emit_alu_imm(t->e, BPF_LSH, REG_X, 2);
	emit_alu64_reg(t->e, BPF_MOV, BPF_REG_0, REG_SAVED_A);
}

static void load_whole_len(struct translation *t, uint8_t dst)
{
	if (t->hook == FILTER_XDP) {
		emit_load(t->e, BPF_W, dst, REG_CTX, offsetof(struct xdp_md, data_end));
		emit_load(t->e, BPF_W, BPF_REG_4, REG_CTX, offsetof(struct xdp_md, data));
		emit_alu64_reg(t->e, BPF_SUB, dst, BPF_REG_4);
		return;
	}
	if (t->hook == FILTER_XDP_FRAGS) {
		emit_alu64_reg(t->e, BPF_MOV, REG_SAVED_A, BPF_REG_0);
		emit_alu64_reg(t->e, BPF_MOV, BPF_REG_1, REG_CTX);
		emit_helper(t->e, BPF_FUNC_xdp_get_buff_len);
		if (dst == REG_X) {
			emit_alu64_reg(t->e, BPF_MOV, REG_X, BPF_REG_0);
			emit_alu64_reg(t->e, BPF_MOV, BPF_REG_0, REG_SAVED_A);
		}
		return;
	}
	emit_load(t->e, BPF_W, dst, REG_CTX, offsetof(struct __sk_buff, len));
	if (t->vlan)
		emit_alu_imm(t->e, BPF_ADD, dst, TAG_LEN);
}

static void load_len(struct translation *t, uint8_t dst)
{
	load_whole_len(t, dst);
	if (t->inner) {
		emit_load(t->e, BPF_W, BPF_REG_4, BPF_REG_10, BASE_OFF);
		emit_alu_reg(t->e, BPF_SUB, dst, BPF_REG_4);
	}
}

/* The direct translation has found a load behind the linear bytes: they may be all there is. */
static void reject_linear(struct translation *t)
{
	emit_helper(t->e, BPF_FUNC_xdp_get_buff_len);
	emit_load(t->e, BPF_W, BPF_REG_1, REG_CTX, offsetof(struct xdp_md, data));
	emit_load(t->e, BPF_W, BPF_REG_2, REG_CTX, offsetof(struct xdp_md, data_end));
	emit_alu64_reg(t->e, BPF_SUB, BPF_REG_2, BPF_REG_1);
	emit_jump(t->e, BPF_JMP | BPF_JEQ | BPF_X, BPF_REG_2, BPF_REG_0, 0, LABEL_REJECT);
}

int translate_exact(struct translation *t)
{
	int r;

	t->ctx = REG_CTX;
	t->a = BPF_REG_0;
	t->x = REG_X;
	t->tmp = BPF_REG_4;
	t->unknown = BPF_REG_5;
	t->can_load = can_load;
	t->load = load;
	t->load_msh = load_msh;
	t->load_len = load_len;
	r = translate_analyse(t);
	if (r)
		return r;
	emit_alu64_reg(t->e, BPF_MOV, REG_CTX, BPF_REG_1);
	if (t->inner)
		emit_store(t->e, BPF_DW, BPF_REG_10, BASE_OFF, BPF_REG_2);
	else if (t->hook == FILTER_XDP_FRAGS && !t->linear_too)
		reject_linear(t);
	t->unset |= SET_A; /* saved around loads into X */
	translate_init_registers(t);
	translate_body(t);
	if (t->e->used[LABEL_REJECT]) {
		emit_label(t->e, LABEL_REJECT);
		emit_alu_imm(t->e, BPF_MOV, BPF_REG_0, 0);
	}
	emit_label(t->e, LABEL_END);
	return t->e->failed ? -ENOMEM : 0;
}
