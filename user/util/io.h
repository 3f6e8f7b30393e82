/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing that does not stop half-way. */
#ifndef UTIL_IO_H
#define UTIL_IO_H

#include <stddef.h>

/* 0, or -errno with an unknown part written. EINTR is no reason to stop. */
int write_all(int fd, const void *bytes, size_t n);

#endif
