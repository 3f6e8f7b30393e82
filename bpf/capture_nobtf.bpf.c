// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The same programs for kernels that carry no BTF: nothing in them is relocated. */
#define WITHOUT_BTF
#include "capture.bpf.c"
