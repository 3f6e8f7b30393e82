// SPDX-License-Identifier: BSD-2-Clause
#include "file/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file/unpack.h"

#define WINDOW (256u << 10)
#define RAW (128u << 10)

static int wait_readable(const struct input *in, int timeout_ms)
{
	struct timespec t = { timeout_ms / 1000, timeout_ms % 1000 * 1000000L };
	struct pollfd fd = { .fd = in->fd, .events = POLLIN };
	int r = ppoll(&fd, 1, timeout_ms < 0 ? NULL : &t, in->wait_mask);

	if (r < 0)
		return -errno;
	return r ? 0 : -EAGAIN;
}

/* Bytes read, 0 at the end, else -errno as input_fill. */
static ssize_t read_file(const struct input *in, void *to, size_t room, int timeout_ms)
{
	ssize_t n;
	int r = in->waits ? wait_readable(in, timeout_ms) : 0;

	if (r)
		return r;
	n = read(in->fd, to, room);
	return n < 0 ? -errno : n;
}

/* As read_file, unpacked; 0 only at the end. */
static ssize_t read_packed(struct input *in, uint8_t *to, size_t room, int timeout_ms)
{
	for (;;) {
		struct unpack_io io = { in->raw + in->raw_at, in->raw_end - in->raw_at, to, room };
		ssize_t n;

		if (!in->packed_bad)
			in->packed_bad = unpack_run(in->unpack, &io);
		in->raw_at = in->raw_end - io.in_len;
		if (io.out_room < room) /* what stands before the damage is whole */
			return (ssize_t)(room - io.out_room);
		if (in->packed_bad)
			return in->packed_bad;
		if (io.in_len)
			continue;
		n = read_file(in, in->raw, RAW, timeout_ms);
		if (n <= 0) {
			in->packed_cut = n == 0 && !unpack_whole(in->unpack);
			return n;
		}
		in->raw_at = 0;
		in->raw_end = (size_t)n;
	}
}

static int make_room(struct input *in, size_t n)
{
	size_t cap = in->cap;
	uint8_t *buf;

	memmove(in->buf, in->buf + in->at, in->end - in->at);
	in->end -= in->at;
	in->at = 0;
	while (cap < n)
		cap *= 2;
	if (cap == in->cap)
		return 0;
	buf = realloc(in->buf, cap);
	if (!buf)
		return -ENOMEM;
	in->buf = buf;
	in->cap = cap;
	return 0;
}

int input_fill(struct input *in, size_t n, int timeout_ms)
{
	while (in->end - in->at < n) {
		/* doubles as bytes arrive, so that a length that lies costs nothing */
		size_t have = in->end - in->at, want = have * 2 < n ? have * 2 + 1 : n;
		ssize_t got;
		int r;

		if (in->eof)
			return -ENODATA;
		r = make_room(in, want);
		if (r)
			return r;
		if (in->unpack)
			got = read_packed(in, in->buf + in->end, in->cap - in->end, timeout_ms);
		else
			got = read_file(in, in->buf + in->end, in->cap - in->end, timeout_ms);
		if (got < 0)
			return (int)got;
		in->end += (size_t)got;
		in->eof = got == 0;
	}
	return 0;
}

/* The window's bytes become the compressed ones. */
static int start_unpacking(struct input *in, enum unpack_kind kind)
{
	in->raw = malloc(in->cap > RAW ? in->cap : RAW);
	in->unpack = unpack_new(kind);
	if (!in->raw || !in->unpack)
		return -ENOMEM;
	in->raw_end = in->end - in->at;
	memcpy(in->raw, in->buf + in->at, in->raw_end);
	in->at = in->end = 0;
	in->eof = false;
	return 0;
}

int input_open(struct input *in, const char *path, const sigset_t *wait_mask)
{
	enum unpack_kind kind;
	struct stat st;
	int r;

	*in = (struct input){ .fd = -1, .name = path, .wait_mask = wait_mask };
	in->fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC)
				   : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	if (in->fd < 0 || fstat(in->fd, &st))
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	in->waits = !S_ISREG(st.st_mode);
	if (!in->waits)
		posix_fadvise(in->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	in->buf = malloc(WINDOW);
	if (!in->buf)
		return -ENOMEM;
	in->cap = WINDOW;
	r = input_fill(in, 4, -1);
	if (r && r != -ENODATA)
		return r;
	kind = unpack_kind_of(input_at(in), in->end - in->at);
	return kind == UNPACK_NONE ? 0 : start_unpacking(in, kind);
}

void input_close(struct input *in)
{
	if (in->fd >= 0)
		close(in->fd);
	unpack_free(in->unpack);
	free(in->raw);
	free(in->buf);
	*in = (struct input){ .fd = -1 };
}
