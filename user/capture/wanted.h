/* SPDX-License-Identifier: BSD-2-Clause */
/* What is asked of a segment beyond the expression: options → settings and maps of the kernel programs. */
#ifndef CAPTURE_WANTED_H
#define CAPTURE_WANTED_H

#include <stdint.h>

#include "capture/capture.h"
#include "filter/netlist.h"

struct bpf_object;
struct settings; /* ebpfdump/settings.h */

struct wanted {
	struct netlist nets;
	uint32_t directions; /* that --head follows at once */
};

/* Reads --filter-file and sets what the programs are told. 0, or -errno after one line. */
int wanted_open(struct wanted *w, const struct capture_settings *s, struct settings *to);
void wanted_close(struct wanted *w);

/* Between open and load: how large the maps are. 0 or -errno. */
int wanted_size(const struct wanted *w, struct bpf_object *obj);
/* After load: what is in them. 0, or -errno after one line. */
int wanted_fill(const struct wanted *w, struct bpf_object *obj);

/* --head: directions followed now, and those that gave way to others. */
void wanted_count(const struct wanted *w, struct bpf_object *obj, uint64_t *followed, uint64_t *evicted);

#endif
