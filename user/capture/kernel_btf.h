/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the capture programs need of the running kernel's BTF, looked up in its bytes: libbpf would build all
 * its types in memory for that. Format: Linux, Documentation/bpf/btf.rst.
 */
#ifndef CAPTURE_KERNEL_BTF_H
#define CAPTURE_KERNEL_BTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kernel_btf {
	bool has_ip_summed;
	uint32_t ip_summed_bit; /* in struct sk_buff */
	uint32_t cast_id;	/* of bpf_cast_to_kern_ctx (Linux 6.2); 0: not there */
};

/* In len bytes of BTF, in this machine's byte order. What is not found stays zero. 0, or -EINVAL: no BTF.
 * Pure.
 */
int kernel_btf_find(struct kernel_btf *out, const void *btf, size_t len);

/* Of the running kernel; all zero if it has none. */
void kernel_btf_read(struct kernel_btf *out);

/* A file descriptor of BTF that holds as much as libbpf needs for CO-RE, or -errno. */
int kernel_btf_trim(const struct kernel_btf *k);

#endif
