/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel features that EBPFDUMP_DISABLE=tcx,btf,… takes away, so that the fallbacks can be tested. */
#ifndef CAPTURE_FEATURE_H
#define CAPTURE_FEATURE_H

#include <stdbool.h>

/* tcx, btf, cast (bpf_cast_to_kern_ctx), xdp-native, xdp-frags, dynptr (bpf_dynptr_write) */
bool feature_disabled(const char *name);

#endif
