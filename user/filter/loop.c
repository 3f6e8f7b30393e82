// SPDX-License-Identifier: BSD-2-Clause
/* Classic BPF with backward jumps (`protochain`): libpcap before 1.11 runs such a program without end on some
 * packets. Here a packet is rejected after CBPF_BACKWARD_JUMPS, as libpcap 1.11 and the kernel's translation
 * do. */
#include <linux/filter.h>

#include "filter/internal.h"

struct machine {
	uint32_t a, x, mem[CBPF_MEM_WORDS];
	const uint8_t *data;
	uint32_t cap_len, wire_len;
};

static bool bytes_at(const struct machine *m, uint64_t at, uint32_t size, uint32_t *v)
{
	if (at + size > m->cap_len)
		return false;
	*v = 0;
	for (uint32_t i = 0; i < size; i++)
		*v = *v << 8 | m->data[at + i];
	return true;
}

static bool load(struct machine *m, const struct cbpf *c)
{
	uint32_t size = BPF_SIZE(c->code) == BPF_W ? 4 : BPF_SIZE(c->code) == BPF_H ? 2 : 1, v = c->k;
	bool ok = true;

	switch (BPF_MODE(c->code)) {
	case BPF_ABS:
		ok = bytes_at(m, c->k, size, &v);
		break;
	case BPF_IND:
		ok = bytes_at(m, (uint64_t)m->x + c->k, size, &v);
		break;
	case BPF_MSH:
		ok = bytes_at(m, c->k, 1, &v);
		v = (v & 0xf) << 2;
		break;
	case BPF_MEM:
		v = m->mem[c->k % CBPF_MEM_WORDS];
		break;
	case BPF_LEN:
		v = m->wire_len;
		break;
	}
	*(BPF_CLASS(c->code) == BPF_LD ? &m->a : &m->x) = v;
	return ok;
}

static bool arithmetic(struct machine *m, const struct cbpf *c)
{
	uint32_t v = BPF_SRC(c->code) == BPF_X ? m->x : c->k;

	switch (BPF_OP(c->code)) {
	case BPF_ADD:
		m->a += v;
		break;
	case BPF_SUB:
		m->a -= v;
		break;
	case BPF_MUL:
		m->a *= v;
		break;
	case BPF_OR:
		m->a |= v;
		break;
	case BPF_AND:
		m->a &= v;
		break;
	case BPF_XOR:
		m->a ^= v;
		break;
	case BPF_NEG:
		m->a = -m->a;
		break;
	case BPF_LSH:
		m->a = v < 32 ? m->a << v : 0;
		break;
	case BPF_RSH:
		m->a = v < 32 ? m->a >> v : 0;
		break;
	default: /* BPF_DIV, BPF_MOD */
		if (!v)
			return false;
		m->a = BPF_OP(c->code) == BPF_DIV ? m->a / v : m->a % v;
	}
	return true;
}

static bool holds(const struct machine *m, const struct cbpf *c)
{
	uint32_t v = BPF_SRC(c->code) == BPF_X ? m->x : c->k;

	switch (BPF_OP(c->code)) {
	case BPF_JEQ:
		return m->a == v;
	case BPF_JGT:
		return m->a > v;
	case BPF_JGE:
		return m->a >= v;
	default:
		return m->a & v;
	}
}

uint32_t filter_run_loop(const struct cbpf *insns, size_t n, const uint8_t *data, uint32_t cap_len,
			 uint32_t wire_len)
{
	struct machine m = { .data = data, .cap_len = cap_len, .wire_len = wire_len };
	int back = 0;

	for (size_t i = 0; i < n; i++) {
		const struct cbpf *c = &insns[i];

		switch (BPF_CLASS(c->code)) {
		case BPF_LD:
		case BPF_LDX:
			if (!load(&m, c))
				return 0;
			break;
		case BPF_ST:
		case BPF_STX:
			m.mem[c->k % CBPF_MEM_WORDS] = BPF_CLASS(c->code) == BPF_ST ? m.a : m.x;
			break;
		case BPF_ALU:
			if (!arithmetic(&m, c))
				return 0;
			break;
		case BPF_JMP:
			if (BPF_OP(c->code) != BPF_JA)
				i += holds(&m, c) ? c->jt : c->jf;
			else if ((int32_t)c->k < 0 && back++ >= CBPF_BACKWARD_JUMPS)
				return 0;
			else
				i += (size_t)(int64_t)(int32_t)c->k;
			break;
		case BPF_RET:
			return BPF_RVAL(c->code) == BPF_K ? c->k : m.a;
		default: /* BPF_MISC */
			if (BPF_MISCOP(c->code) == BPF_TAX)
				m.x = m.a;
			else
				m.a = m.x;
		}
	}
	return 0;
}
