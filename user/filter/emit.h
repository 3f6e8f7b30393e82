/* SPDX-License-Identifier: BSD-2-Clause */
/* A growing run of eBPF instructions with labels, and the instructions that the translation uses. */
#ifndef FILTER_EMIT_H
#define FILTER_EMIT_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum label {
	LABEL_REJECT,
	LABEL_SLOW, /* the linear bytes end before the load */
	LABEL_VLAN, /* a tag in metadata */
	LABEL_END,
	LABEL_INSN, /* + index in classic BPF; + length + index: the same for backward jumps */
};

struct fixup {
	size_t at;
	size_t label;
};

struct emit {
	struct bpf_insn *insns;
	size_t n, cap;
	struct fixup *fixups;
	size_t nfixups, fixups_cap;
	int32_t *labels; /* instruction, -1: not placed */
	size_t nlabels;
	bool used[LABEL_INSN]; /* somebody jumps there */
	bool failed;	       /* out of memory */
};

/* False when memory is out. insns: how many LABEL_INSN + i there may be. */
bool emit_init(struct emit *e, size_t insns);
void emit_free(struct emit *e);
void emit_insn(struct emit *e, uint8_t code, uint8_t dst, uint8_t src, int16_t off, int32_t imm);
void emit_jump(struct emit *e, uint8_t code, uint8_t dst, uint8_t src, int32_t imm, size_t label);
void emit_label(struct emit *e, size_t label);
/* Puts the offsets in. 0, or the first one that does not fit in 16 bits. */
int32_t emit_resolve(struct emit *e);

static inline void emit_alu64_imm(struct emit *e, uint8_t op, uint8_t dst, int32_t imm)
{
	emit_insn(e, BPF_ALU64 | op | BPF_K, dst, 0, 0, imm);
}

static inline void emit_alu64_reg(struct emit *e, uint8_t op, uint8_t dst, uint8_t src)
{
	emit_insn(e, BPF_ALU64 | op | BPF_X, dst, src, 0, 0);
}

static inline void emit_alu_imm(struct emit *e, uint8_t op, uint8_t dst, uint32_t imm)
{
	emit_insn(e, BPF_ALU | op | BPF_K, dst, 0, 0, (int32_t)imm);
}

static inline void emit_alu_reg(struct emit *e, uint8_t op, uint8_t dst, uint8_t src)
{
	emit_insn(e, BPF_ALU | op | BPF_X, dst, src, 0, 0);
}

static inline void emit_load(struct emit *e, uint8_t size, uint8_t dst, uint8_t src, int16_t off)
{
	emit_insn(e, BPF_LDX | size | BPF_MEM, dst, src, off, 0);
}

static inline void emit_store(struct emit *e, uint8_t size, uint8_t dst, int16_t off, uint8_t src)
{
	emit_insn(e, BPF_STX | size | BPF_MEM, dst, src, off, 0);
}

static inline void emit_goto(struct emit *e, size_t label)
{
	emit_jump(e, BPF_JMP | BPF_JA, 0, 0, 0, label);
}

/* bits: 16 or 32 */
static inline void emit_from_be(struct emit *e, uint8_t dst, int bits)
{
	emit_insn(e, BPF_ALU | BPF_END | BPF_TO_BE, dst, 0, 0, bits);
}

static inline void emit_helper(struct emit *e, int32_t helper)
{
	emit_insn(e, BPF_JMP | BPF_CALL, 0, 0, 0, helper);
}

/* function: a number that the splice turns into an offset */
static inline void emit_call(struct emit *e, int32_t function)
{
	emit_insn(e, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, function);
}

#endif
