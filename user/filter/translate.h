/* SPDX-License-Identifier: BSD-2-Clause */
/* Classic BPF → eBPF, one piece of the program at a time. */
#ifndef FILTER_TRANSLATE_H
#define FILTER_TRANSLATE_H

#include <linux/filter.h>

#include "filter/emit.h"
#include "filter/internal.h"

/* The functions that bpf/filter.bpf.h names after its mark, in that order. */
enum filter_function {
	FN_DIRECT,
	FN_EXACT,
	FN_VLAN, /* tc only from here */
	FN_VLAN_EXACT,
	FN_VLAN_LOAD, /* in C: stays as it is */
	FN_COUNT,
};

#define FN_XDP_COUNT (FN_EXACT + 1)

/* What is known in front of an instruction, whichever way it was reached. */
struct fact {
	bool reached;
	bool loop_head;	   /* a backward jump leads here */
	uint32_t set;	   /* SET_A, SET_X, 1 << n for M[n]: written before */
	uint32_t verified; /* bytes known to lie in the linear part */
	uint32_t x_max;
};

#define SET_A (1u << 16)
#define SET_X (1u << 17)
#define SET_MEM ((1u << CBPF_MEM_WORDS) - 1)

struct translation {
	const struct filter *filter;
	enum filter_hook hook;
	bool vlan;	 /* for packets with a tag in metadata */
	bool inner;	 /* exact: the packet begins at the offset that is the second argument */
	bool linear_too; /* exact: the direct translation was not asked before */
	struct emit *e;
	struct fact *facts;
	uint32_t unset; /* SET_*: read before they are written */
	uint32_t mem;	/* M[] words in use */
	bool has_loop, uses_bytes, uses_len;
	uint8_t a, x;	      /* registers */
	uint8_t tmp, unknown; /* registers, free at a backward jump */
	/* False: such a load always leads elsewhere, and what follows is reached by other ways only. */
	bool (*can_load)(const struct translation *t, uint32_t size, uint8_t mode, uint32_t k);
	void (*load)(struct translation *t, uint8_t size, uint8_t mode, uint32_t k, const struct fact *known);
	void (*load_msh)(struct translation *t, uint32_t k, const struct fact *known);
	void (*load_len)(struct translation *t, uint8_t dst);
	uint8_t ctx; /* register */
};

static inline bool hook_is_xdp(enum filter_hook h)
{
	return h == FILTER_XDP || h == FILTER_XDP_FRAGS;
}

static inline uint32_t size_bytes(uint8_t size)
{
	return size == BPF_W ? 4 : size == BPF_H ? 2 : 1;
}

/* The tag of metadata is as if it stood here. */
#define TAG_OFF 12
#define TAG_LEN 4

#define LINKTYPE_ETHERNET 1
#define DIRECT_MAX 0xffff   /* the verifier follows the linear bytes no further */
#define REG_LOOPS BPF_REG_9 /* backward jumps so far */

/* Fills facts and what follows it. 0 or -ENOMEM. */
int translate_analyse(struct translation *t);
/* A, X, M[] that are read before they are written. */
void translate_init_registers(struct translation *t);
/* Every reached instruction; ends in jumps to LABEL_END with the verdict in r0, or to LABEL_REJECT. */
void translate_body(struct translation *t);

/* The piece for one function or, with FN_DIRECT, for the marked place itself. *stands_alone: it needs
 * registers or a stack of its own and cannot stand inside another function. 0 or -ENOMEM. */
int translate_direct(struct translation *t, bool *stands_alone);
int translate_exact(struct translation *t);

#endif
