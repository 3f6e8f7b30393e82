// SPDX-License-Identifier: BSD-2-Clause
#include "filter/emit.h"

#include <stdlib.h>

bool emit_init(struct emit *e, size_t insns)
{
	*e = (struct emit){ .nlabels = LABEL_INSN + insns };
	e->labels = malloc(e->nlabels * sizeof(*e->labels));
	if (!e->labels)
		return false;
	for (size_t i = 0; i < e->nlabels; i++)
		e->labels[i] = -1;
	return true;
}

void emit_free(struct emit *e)
{
	free(e->insns);
	free(e->fixups);
	free(e->labels);
	*e = (struct emit){ 0 };
}

static bool grow(void **p, size_t *cap, size_t n, size_t size)
{
	size_t more = *cap ? *cap * 2 : 256;
	void *q;

	if (n < *cap)
		return true;
	q = realloc(*p, more * size);
	if (!q)
		return false;
	*p = q;
	*cap = more;
	return true;
}

void emit_insn(struct emit *e, uint8_t code, uint8_t dst, uint8_t src, int16_t off, int32_t imm)
{
	if (e->failed || !grow((void **)&e->insns, &e->cap, e->n, sizeof(*e->insns))) {
		e->failed = true;
		return;
	}
	e->insns[e->n++] = (struct bpf_insn){ code, dst, src, off, imm };
}

void emit_jump(struct emit *e, uint8_t code, uint8_t dst, uint8_t src, int32_t imm, size_t label)
{
	if (e->failed || !grow((void **)&e->fixups, &e->fixups_cap, e->nfixups, sizeof(*e->fixups))) {
		e->failed = true;
		return;
	}
	e->fixups[e->nfixups++] = (struct fixup){ e->n, label };
	if (label < LABEL_INSN)
		e->used[label] = true;
	emit_insn(e, code, dst, src, 0, imm);
}

void emit_label(struct emit *e, size_t label)
{
	e->labels[label] = (int32_t)e->n;
}

int32_t emit_resolve(struct emit *e)
{
	for (size_t i = 0; i < e->nfixups; i++) {
		const struct fixup *f = &e->fixups[i];
		int32_t off = e->labels[f->label] - (int32_t)f->at - 1;

		if (off != (int16_t)off)
			return off;
		e->insns[f->at].off = (int16_t)off;
	}
	return 0;
}
