/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes → a gzip (RFC 1952) or Zstandard (RFC 8878) stream that can be read up to its last flush. */
#ifndef FILE_PACK_H
#define FILE_PACK_H

#include <stdbool.h>
#include <stddef.h>

#include "util/strbuf.h"

enum pack_kind { PACK_NONE, PACK_GZIP, PACK_ZSTD };

struct pack;

const char *pack_suffix(enum pack_kind kind); /* ".gz", ".zst", "" */
struct pack *pack_new(enum pack_kind kind);   /* NULL without memory */
/* Appends what n bytes become, flushed; last: and the stream's end. False without memory. */
bool pack_run(struct pack *p, struct strbuf *out, const void *bytes, size_t n, bool last);
void pack_free(struct pack *p);

#endif
