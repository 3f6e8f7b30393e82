/* SPDX-License-Identifier: BSD-2-Clause */
/* What a section header says of the machine that captured. */
#ifndef FILE_HOST_H
#define FILE_HOST_H

struct host {
	char hardware[128]; /* the processor's name; empty if unknown */
	char os[256];
};

void host_describe(struct host *h);

#endif
