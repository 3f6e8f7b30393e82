/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of a block that was read, written again in host byte order. Pure. */
#ifndef FILE_OPTIONS_H
#define FILE_OPTIONS_H

#include "file/pcapng.h"
#include "util/strbuf.h"

/* Writes 4 + o->len bytes, padded, or nothing of what is not to be copied; gives the place after them. type:
 * of the block it stands in. */
uint8_t *options_put_one(uint8_t *to, uint32_t type, const struct pcapng_option *o, bool swapped);
void options_copy_one(struct strbuf *b, uint32_t type, const struct pcapng_option *o, bool swapped);

#endif
