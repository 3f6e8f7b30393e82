/* SPDX-License-Identifier: BSD-2-Clause */
/* gzip (RFC 1952) and Zstandard (RFC 8878) streams → bytes, recognised by content; several members or frames
 * in a row are one stream. */
#ifndef FILE_UNPACK_H
#define FILE_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum unpack_kind { UNPACK_NONE, UNPACK_GZIP, UNPACK_ZSTD };

struct unpack;

struct unpack_io {
	const uint8_t *in;
	size_t in_len;
	uint8_t *out;
	size_t out_room;
};

enum unpack_kind unpack_kind_of(const uint8_t *first, size_t len); /* of the first 4 bytes */
struct unpack *unpack_new(enum unpack_kind kind);		   /* NULL without memory */
/* Moves the ends of *io on by what it took and gave. 0, or -EBADMSG: not such a stream. */
int unpack_run(struct unpack *u, struct unpack_io *io);
bool unpack_whole(const struct unpack *u); /* the bytes so far end with a member or frame */
void unpack_free(struct unpack *u);

#endif
