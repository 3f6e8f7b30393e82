/* SPDX-License-Identifier: BSD-2-Clause */
/* The user's filter, put into programs between libbpf's relocation and their load. */
#ifndef CAPTURE_SPLICE_H
#define CAPTURE_SPLICE_H

#include <bpf/libbpf.h>

#include "filter/filter.h"

#define SPLICE_SECTIONS 4

struct splice;

struct splice_section {
	struct splice *splice;
	enum filter_hook hook;
	int handler; /* libbpf's number */
};

/* The caller sets pick, arg, flags and cast_id, the rest is zero. */
struct splice {
	/* The filter of a program, lent until splice_end(). */
	const struct filter *(*pick)(void *arg, const struct bpf_program *prog);
	void *arg;
	unsigned flags;	  /* FILTER_EXACT */
	uint32_t cast_id; /* of bpf_cast_to_kern_ctx in the kernel's BTF; 0: it is not called */
	char err[256];	  /* why a load failed; empty: not because of the filter */
	struct splice_section sections[SPLICE_SECTIONS];
	struct filter_prog *made; /* lent to libbpf while it loads */
	size_t nmade;
};

/* From before the object is opened until after it is loaded, the programs in SEC("ebpfdump/tc_in"),
 * "…/tc_out", "…/xdp" and "…/xdp.frags" get their filter. 0 or -errno. */
int splice_begin(struct splice *s);
void splice_end(struct splice *s);

#endif
