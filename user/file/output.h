/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of one capture file on their way out: whole records are built in a buffer and written together.
 * After a write that fails, a file is cut back to the last whole record. */
#ifndef FILE_OUTPUT_H
#define FILE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "file/format.h"
#include "file/pack.h"

struct output {
	int fd;
	const char *name; /* borrowed */
	enum file_format format;
	bool reader_may_leave; /* EPIPE is -ENODATA, and nothing is said */
	struct pack *pack;     /* NULL: not compressed */
	struct strbuf packed;  /* what pack made of the buffer */
	uint8_t *buf;
	size_t cap, len;
	/* Large files go past the page cache, block by block (O_DIRECT), so that the buffer may begin inside
	 * a record: torn bytes of it are in the file, skip bytes at the buffer's start. */
	bool may_direct, direct;
	size_t torn, skip;
	unsigned direct_blocks;
	uint64_t direct_since_ns;
	uint64_t written; /* bytes of the file; readable as far as they go */
	uint64_t packets; /* in the file, or in the buffer */
	uint64_t lost;	  /* packets handed in that a failed write left out */
	int failed;	  /* -errno of that write */
};

/* Creates or empties the file; "-" is stdout. bulk: nobody reads it before it is finished, so that a large
 * one may go past the page cache. 0, or -errno after a message. */
int output_open(struct output *o, const char *path, enum file_format format, enum pack_kind pack, bool bulk);
/* Writes what the buffer holds. 0, or -errno after one message; later calls fail at once and say nothing. */
int output_flush(struct output *o);
/* The file has no name any more: what is written goes nowhere. */
bool output_removed(const struct output *o);
/* Flushes, closes. -ENOENT, after a message, if the file was removed. */
int output_close(struct output *o);

/* Closes without writing what is left. */
void output_abandon(struct output *o);

/* Room for n bytes at the buffer's end, or NULL: see o->failed. */
uint8_t *output_room_slow(struct output *o, size_t n);

static inline uint8_t *output_room(struct output *o, size_t n)
{
	return o->cap - o->len >= n ? o->buf + o->len : output_room_slow(o, n);
}

/* The record built at output_room's place is n bytes long. */
static inline void output_add(struct output *o, size_t n)
{
	o->len += n;
}

static inline uint64_t output_size(const struct output *o)
{
	return o->written + o->len;
}

#endif
