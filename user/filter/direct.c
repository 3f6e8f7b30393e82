// SPDX-License-Identifier: BSD-2-Clause
/* Loads straight from the linear bytes, each checked against their end once. r1 context, r2 and r3 begin and
 * end of the bytes, r0 A, r5 X, r4 scratch: what a call may clobber, so that the code can stand anywhere. */
#include <errno.h>
#include <stddef.h>

#include "filter/translate.h"

enum {
	REG_CTX = BPF_REG_1,
	REG_DATA = BPF_REG_2,
	REG_END = BPF_REG_3,
	REG_TMP = BPF_REG_4,
	REG_X = BPF_REG_5
};

/* With a frame of its own */
enum { REG_SAVED_CTX = BPF_REG_6, REG_UNKNOWN = BPF_REG_7, REG_WIRE_LEN = BPF_REG_8 };

/* What the verifier follows, and what lies wholly inside or wholly outside the tag. */
static bool can_load(const struct translation *t, uint32_t size, uint8_t mode, uint32_t k)
{
	uint32_t tag_end = TAG_OFF + TAG_LEN;

	if (!t->vlan || mode == BPF_IND)
		return k + size <= DIRECT_MAX + (t->vlan ? TAG_LEN : 0);
	return k + size <= TAG_OFF || (k >= TAG_OFF && k + size <= tag_end) ||
	       (k >= tag_end && k + size <= DIRECT_MAX + TAG_LEN);
}

static void order(struct translation *t, uint8_t size, uint8_t reg)
{
	if (size != BPF_B)
		emit_from_be(t->e, reg, size == BPF_H ? 16 : 32);
}

static void load_at(struct translation *t, uint8_t size, uint8_t dst, uint32_t k, const struct fact *known)
{
	uint32_t end = k + size_bytes(size);

	if (end > known->verified) {
		emit_alu64_reg(t->e, BPF_MOV, REG_TMP, REG_DATA);
		emit_alu64_imm(t->e, BPF_ADD, REG_TMP, (int32_t)end);
		emit_jump(t->e, BPF_JMP | BPF_JGT | BPF_X, REG_TMP, REG_END, 0, LABEL_SLOW);
	}
	if (k <= INT16_MAX) {
		emit_load(t->e, size, dst, REG_DATA, (int16_t)k);
	} else {
		emit_alu64_reg(t->e, BPF_MOV, REG_TMP, REG_DATA);
		emit_alu64_imm(t->e, BPF_ADD, REG_TMP, (int32_t)k);
		emit_load(t->e, size, dst, REG_TMP, 0);
	}
	order(t, size, dst);
}

/* Bytes [k, k + size) of the tag; the same registers hold it on the way. */
static void load_tag(struct translation *t, uint8_t size, uint8_t dst, uint32_t k)
{
	uint32_t after = TAG_OFF + TAG_LEN - k - size_bytes(size);

	emit_load(t->e, BPF_W, dst, REG_CTX, offsetof(struct __sk_buff, vlan_proto));
	emit_from_be(t->e, dst, 16);
	emit_alu_imm(t->e, BPF_LSH, dst, 16);
	emit_load(t->e, BPF_W, REG_TMP, REG_CTX, offsetof(struct __sk_buff, vlan_tci));
	emit_alu_imm(t->e, BPF_AND, REG_TMP, 0xffff);
	emit_alu_reg(t->e, BPF_OR, dst, REG_TMP);
	if (after)
		emit_alu_imm(t->e, BPF_RSH, dst, after * 8);
	if (size != BPF_W)
		emit_alu_imm(t->e, BPF_AND, dst, size == BPF_H ? 0xffff : 0xff);
}

static void load_abs(struct translation *t, uint8_t size, uint8_t dst, uint32_t k, const struct fact *known)
{
	if (!t->vlan || k + size_bytes(size) <= TAG_OFF)
		load_at(t, size, dst, k, known);
	else if (k >= TAG_OFF + TAG_LEN)
		load_at(t, size, dst, k - TAG_LEN, known);
	else
		load_tag(t, size, dst, k);
}

/* At X + k: the sum is bounded first, as the verifier wants it, and never falls below the first byte. */
static void load_ind(struct translation *t, uint8_t size, uint32_t k, const struct fact *known)
{
	int32_t at = (int32_t)k - (t->vlan ? TAG_LEN : 0), bytes = (int32_t)size_bytes(size);
	int32_t room = DIRECT_MAX - bytes - at;

	if (t->vlan && k < TAG_OFF + TAG_LEN)
		emit_jump(t->e, BPF_JMP | BPF_JLT | BPF_K, REG_X, 0, (int32_t)(TAG_OFF + TAG_LEN - k),
			  LABEL_SLOW);
	if (known->x_max > (uint32_t)room)
		emit_jump(t->e, BPF_JMP | BPF_JGT | BPF_K, REG_X, 0, room, LABEL_SLOW);
	emit_alu64_reg(t->e, BPF_MOV, REG_TMP, REG_X);
	if (at)
		emit_alu64_imm(t->e, BPF_ADD, REG_TMP, at);
	emit_alu64_reg(t->e, BPF_ADD, REG_TMP, REG_DATA);
	emit_alu64_imm(t->e, BPF_ADD, REG_TMP, bytes);
	emit_jump(t->e, BPF_JMP | BPF_JGT | BPF_X, REG_TMP, REG_END, 0, LABEL_SLOW);
	emit_load(t->e, size, t->a, REG_TMP, (int16_t)-bytes);
	order(t, size, t->a);
}

static void load(struct translation *t, uint8_t size, uint8_t mode, uint32_t k, const struct fact *known)
{
	if (mode == BPF_IND)
		load_ind(t, size, k, known);
	else
		load_abs(t, size, t->a, k, known);
}

static void load_msh(struct translation *t, uint32_t k, const struct fact *known)
{
	load_abs(t, BPF_B, t->x, k, known);
	emit_alu_imm(t->e, BPF_AND, t->x, 0xf);
	emit_alu_imm(t->e, BPF_LSH, t->x, 2);
}

static void load_len(struct translation *t, uint8_t dst)
{
	if (t->hook == FILTER_XDP_FRAGS) {
		emit_alu_reg(t->e, BPF_MOV, dst, REG_WIRE_LEN);
	} else if (t->hook == FILTER_XDP) {
		emit_alu64_reg(t->e, BPF_MOV, dst, REG_END);
		emit_alu64_reg(t->e, BPF_SUB, dst, REG_DATA);
	} else {
		emit_load(t->e, BPF_W, dst, REG_CTX, offsetof(struct __sk_buff, len));
		if (t->vlan)
			emit_alu_imm(t->e, BPF_ADD, dst, TAG_LEN);
	}
}

static void prologue(struct translation *t)
{
	bool xdp = hook_is_xdp(t->hook);

	if (!xdp && !t->vlan && t->filter->link_type == LINKTYPE_ETHERNET && (t->uses_bytes || t->uses_len)) {
		emit_load(t->e, BPF_W, BPF_REG_0, REG_CTX, offsetof(struct __sk_buff, vlan_present));
		emit_jump(t->e, BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 0, LABEL_VLAN);
	}
	if (t->hook == FILTER_XDP_FRAGS && t->uses_len) {
		emit_alu64_reg(t->e, BPF_MOV, REG_SAVED_CTX, REG_CTX);
		emit_helper(t->e, BPF_FUNC_xdp_get_buff_len);
		emit_alu64_reg(t->e, BPF_MOV, REG_WIRE_LEN, BPF_REG_0);
		emit_alu64_reg(t->e, BPF_MOV, REG_CTX, REG_SAVED_CTX);
	}
	if (t->uses_bytes || (t->uses_len && t->hook == FILTER_XDP)) {
		emit_load(t->e, BPF_W, REG_DATA, REG_CTX,
			  xdp ? offsetof(struct xdp_md, data) : offsetof(struct __sk_buff, data));
		emit_load(t->e, BPF_W, REG_END, REG_CTX,
			  xdp ? offsetof(struct xdp_md, data_end) : offsetof(struct __sk_buff, data_end));
	}
}

/* Nothing behind the linear bytes: the load is out of range. Else the exact function looks again. */
static void slow(struct translation *t)
{
	emit_label(t->e, LABEL_SLOW);
	if (t->hook == FILTER_XDP)
		return; /* on to LABEL_REJECT */
	if (t->hook != FILTER_XDP_FRAGS && !t->vlan) {
		emit_alu64_reg(t->e, BPF_MOV, REG_TMP, REG_END);
		emit_alu64_reg(t->e, BPF_SUB, REG_TMP, REG_DATA);
		emit_load(t->e, BPF_W, REG_X, REG_CTX, offsetof(struct __sk_buff, len));
		emit_jump(t->e, BPF_JMP | BPF_JGE | BPF_X, REG_TMP, REG_X, 0, LABEL_REJECT);
	}
	emit_call(t->e, t->vlan ? FN_VLAN_EXACT : FN_EXACT);
	emit_goto(t->e, LABEL_END);
}

int translate_direct(struct translation *t, bool *stands_alone)
{
	int r;

	t->ctx = REG_CTX;
	t->a = BPF_REG_0;
	t->x = REG_X;
	t->tmp = REG_TMP;
	t->unknown = REG_UNKNOWN;
	t->can_load = can_load;
	t->load = load;
	t->load_msh = load_msh;
	t->load_len = load_len;
	r = translate_analyse(t);
	if (r)
		return r;
	prologue(t);
	translate_init_registers(t);
	translate_body(t);
	if (t->e->used[LABEL_VLAN]) {
		emit_label(t->e, LABEL_VLAN);
		emit_call(t->e, FN_VLAN);
		emit_goto(t->e, LABEL_END);
	}
	if (t->e->used[LABEL_SLOW])
		slow(t);
	if (t->e->used[LABEL_REJECT] || (t->e->used[LABEL_SLOW] && t->hook == FILTER_XDP)) {
		emit_label(t->e, LABEL_REJECT);
		emit_alu_imm(t->e, BPF_MOV, BPF_REG_0, 0);
	}
	emit_label(t->e, LABEL_END);
	*stands_alone = t->mem || t->has_loop || (t->hook == FILTER_XDP_FRAGS && t->uses_len);
	return t->e->failed ? -ENOMEM : 0;
}
