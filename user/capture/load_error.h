/* SPDX-License-Identifier: BSD-2-Clause */
/* Why the kernel does not take the programs, in words that say what to do. */
#ifndef CAPTURE_LOAD_ERROR_H
#define CAPTURE_LOAD_ERROR_H

#include <stdbool.h>

/* Prints one line and returns r, what a load failed with. */
int load_explain(int r);

/* Prints one line if the process may not capture at all. 0 or -EPERM. */
int load_check_privileges(void);

bool load_kernel_at_least(unsigned major, unsigned minor);

/* Whether the first line of a file, if it can be read, has the word in it. */
bool load_file_says(const char *path, const char *word);

/* libbpf's own messages are shown only with EBPFDUMP_DEBUG in the environment. */
void load_quiet(void);

#endif
