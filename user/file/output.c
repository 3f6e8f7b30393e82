// SPDX-License-Identifier: BSD-2-Clause
#include "file/output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/log.h"

#define BUFFER (256u << 10)

static const char *shown_name(const struct output *o)
{
	return strcmp(o->name, "-") ? o->name : "stdout";
}

static int open_fd(const char *path)
{
	if (!strcmp(path, "-"))
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

static void release(struct output *o)
{
	free(o->buf);
	strbuf_free(&o->packed);
	pack_free(o->pack);
	o->pack = NULL;
	o->buf = NULL;
	o->cap = o->len = 0;
	o->fd = -1;
}

void output_abandon(struct output *o)
{
	if (o->fd >= 0)
		close(o->fd);
	release(o);
}

int output_open(struct output *o, const char *path, enum file_format format, enum pack_kind pack)
{
	*o = (struct output){ .fd = open_fd(path), .name = path, .format = format };
	if (o->fd < 0)
		return err_r(-errno, "%s: %s", shown_name(o), strerror(errno));
	o->buf = malloc(BUFFER);
	o->cap = BUFFER;
	if (pack != PACK_NONE)
		o->pack = pack_new(pack);
	if (o->buf && (o->pack || pack == PACK_NONE))
		return 0;
	output_abandon(o);
	return err_r(-ENOMEM, "%s: no memory for its buffer", shown_name(o));
}

/* Bytes written of n; less only with *e set. */
static size_t write_some(int fd, const uint8_t *at, size_t n, int *e)
{
	size_t done = 0;

	while (done < n) {
		ssize_t r = write(fd, at + done, n - done);

		if (r >= 0) {
			done += (size_t)r;
		} else if (errno == EAGAIN) {
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
		} else if (errno != EINTR) {
			*e = -errno;
			break;
		}
	}
	return done;
}

/* Takes the last n bytes, half a record, off a file; from a pipe nothing can be taken back. */
static void cut_back(const struct output *o, size_t n)
{
	off_t end = lseek(o->fd, 0, SEEK_CUR);

	if (n && end >= (off_t)n && ftruncate(o->fd, end - (off_t)n))
		log_line("%s: its last %zu bytes are half a record: %s", shown_name(o), n, strerror(errno));
}

static int failed(struct output *o, int e)
{
	o->packets -= o->lost;
	o->len = 0;
	if (e == -EPIPE && o->reader_may_leave)
		return o->failed = -ENODATA;
	o->failed = e;
	return err_r(e, "%s: %s; it holds %" PRIu64 " packet%s", shown_name(o), strerror(-e), o->packets,
		     o->packets == 1 ? "" : "s");
}

bool output_removed(const struct output *o)
{
	struct stat st;

	return !fstat(o->fd, &st) && S_ISREG(st.st_mode) && st.st_nlink == 0;
}

static int flush_plain(struct output *o)
{
	int e = 0;
	size_t done = write_some(o->fd, o->buf, o->len, &e);

	if (e) {
		size_t whole = format_whole(o->format, !o->written, o->buf, done, o->len, &o->lost);

		cut_back(o, done - whole);
		o->written += whole;
		return failed(o, e);
	}
	o->written += o->len;
	o->len = 0;
	return 0;
}

/* A stream is readable up to a flush, so the file is cut back to the last one. */
static int flush_packed(struct output *o, bool last)
{
	int e = 0;
	size_t done;

	o->packed.len = 0;
	if (!pack_run(o->pack, &o->packed, o->buf, o->len, last))
		e = -ENOMEM;
	done = e ? 0 : write_some(o->fd, (uint8_t *)o->packed.s, o->packed.len, &e);
	if (e) {
		format_whole(o->format, !o->written, o->buf, 0, o->len, &o->lost);
		cut_back(o, done);
		return failed(o, e);
	}
	o->written += done;
	o->len = 0;
	return 0;
}

int output_flush(struct output *o)
{
	if (o->failed || !o->len)
		return o->failed;
	return o->pack ? flush_packed(o, false) : flush_plain(o);
}

uint8_t *output_room_slow(struct output *o, size_t n)
{
	uint8_t *buf;

	if (output_flush(o))
		return NULL;
	if (o->cap >= n)
		return o->buf;
	buf = realloc(o->buf, n);
	if (!buf) {
		o->failed = err_r(-ENOMEM, "%s: no memory for a block of %zu bytes", shown_name(o), n);
		return NULL;
	}
	o->buf = buf;
	o->cap = n;
	return o->buf;
}

int output_close(struct output *o)
{
	int r;

	if (o->fd < 0)
		return 0;
	r = output_flush(o);
	if (!r && o->pack)
		r = flush_packed(o, true);
	if (!r && output_removed(o))
		r = err_r(-ENOENT, "%s: was removed while it was written; its %" PRIu64 " packets are gone",
			  shown_name(o), o->packets);
	if (close(o->fd) && !r && errno != EINTR)
		r = err_r(-errno, "%s: %s", shown_name(o), strerror(errno));
	release(o);
	return r == -ENODATA ? 0 : r;
}
