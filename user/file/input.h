/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of a capture file, from a path or stdin, unpacked: a window that holds as many as are asked for.
 */
#ifndef FILE_INPUT_H
#define FILE_INPUT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct unpack;

struct input {
	int fd;
	const char *name; /* borrowed; of stdin: "-" */
	uint8_t *buf;
	size_t cap, at, end; /* the window is buf[at … end) */
	uint64_t at_offset;  /* of buf[at] in the (unpacked) file */
	bool waits;	     /* not a regular file: reading may block */
	bool eof;
	bool packed_cut;       /* the compressed stream ended before its end */
	int packed_bad;	       /* -errno of what is damaged; what came before goes out first */
	struct unpack *unpack; /* NULL: plain */
	uint8_t *raw;	       /* compressed bytes */
	size_t raw_at, raw_end;
	const sigset_t *wait_mask; /* borrowed; signals that may come in while it waits; NULL: as they are */
};

/* Opens and looks whether it is compressed. *in is to be closed, also after a failure. 0 or -errno. */
int input_open(struct input *in, const char *path, const sigset_t *wait_mask);
void input_close(struct input *in);

/* Reads until the window holds n bytes. 0; -ENODATA: the file ends before; -EAGAIN: they did not come within
 * timeout_ms (-1: no limit); -EINTR: a signal; -EBADMSG: not a sound gzip or zstd stream; else -errno. What
 * was in the window may have moved. */
int input_fill(struct input *in, size_t n, int timeout_ms);

static inline int input_need(struct input *in, size_t n, int timeout_ms)
{
	return in->end - in->at >= n ? 0 : input_fill(in, n, timeout_ms);
}

static inline const uint8_t *input_at(const struct input *in)
{
	return in->buf + in->at;
}

static inline void input_skip(struct input *in, size_t n)
{
	in->at += n;
	in->at_offset += n;
}

#endif
