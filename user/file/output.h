/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of one capture file on their way out: whole records are built in a buffer and written together. A
 * buffer that fills before it is flushed is a large file's, and goes to the disk from a thread of its own
 * (file/behind.h). After a write that fails, a file is cut back to the last whole record. */
#ifndef FILE_OUTPUT_H
#define FILE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "file/behind.h"
#include "file/format.h"
#include "file/pack.h"

struct output {
	int fd, look_fd;  /* to write by; to read by, or -1 */
	const char *name; /* borrowed */
	enum file_format format;
	bool reader_may_leave;				  /* EPIPE is -ENODATA, and nothing is said */
	uint64_t (*held)(const void *arg, uint64_t *all); /* see file/sink.h */
	const void *held_arg;
	struct pack *pack;     /* NULL: not compressed */
	struct strbuf packed;  /* what pack made of the buffer */
	struct stretch at;     /* the buffer */
	size_t limit;	       /* where the buffer is full */
	size_t size;	       /* so far the record may go that fills it */
	size_t last;	       /* where its last record begins */
	bool is_regular;       /* a file, which has no reader */
	bool may_behind;       /* a full buffer is handed over instead of written here */
	struct behind *behind; /* from the first on; owns the buffers */
	uint64_t blocks;       /* so many were handed over */
	uint64_t written;      /* bytes of the file before the buffer */
	uint64_t packets;      /* in the file, or on their way */
	uint64_t lost;	       /* packets handed in that a failed write left out */
	size_t late_at;	       /* where late_word is put in the end; 0: nowhere */
	uint32_t late_word;
	int failed; /* -errno of that write */
};

/* Creates or empties the file; "-" is stdout. 0, or -errno after a message. */
int output_open(struct output *o, const char *path, enum file_format format, enum pack_kind pack);
/* Writes what the buffer holds, or hands it over. 0, or -errno after one message; later calls fail at once
 * and say nothing. */
int output_flush(struct output *o);
/* Flushes, and waits until all is in the file. */
int output_drain(struct output *o);
/* Puts a word (host byte order) there when the file is closed. False: it is none that can be gone back in. */
bool output_put_late(struct output *o, size_t at, uint32_t word);
/* The file has no name any more: what is written goes nowhere. */
bool output_removed(const struct output *o);
/* It ends before bytes that were written, or begins with a hole of zeros, since some were written behind. */
bool output_truncated(const struct output *o);
/* Adds the whole records that wait in the buffer to *records; gives the packets among them. */
uint64_t output_waiting(const struct output *o, struct strbuf *records);
/* Puts them into another file of that format. 0 or -errno, as output_flush. */
int output_put_records(struct output *o, const struct strbuf *records);
/* Flushes, closes. -ENOENT, -EIO, after a message, if the file was removed, truncated. */
int output_close(struct output *o);

/* Closes without writing what is left. */
void output_abandon(struct output *o);

/* Room for n bytes at the buffer's end, or NULL: see o->failed. */
uint8_t *output_room_slow(struct output *o, size_t n);

static inline uint8_t *output_room(struct output *o, size_t n)
{
	return o->at.len + n <= o->limit ? o->at.bytes + o->at.len : output_room_slow(o, n);
}

/* The record built at output_room's place is n bytes long. */
static inline void output_add(struct output *o, size_t n)
{
	o->last = o->at.len;
	o->at.len += n;
}

static inline uint64_t output_size(const struct output *o)
{
	return o->written + o->at.len;
}

/* So much waits in the buffer that the rest of a block may be worth waiting for. */
static inline bool output_fills_blocks(const struct output *o)
{
	return o->may_behind && o->at.len >= BEHIND_BLOCK / 4;
}

#endif
