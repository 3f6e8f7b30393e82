// SPDX-License-Identifier: BSD-2-Clause
#include "file/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/log.h"

#define BUFFER (256u << 10)

static const char *shown_name(const struct output *o)
{
	return strcmp(o->name, "-") ? o->name : "stdout";
}

int output_open(struct output *o, const char *path, enum file_format format)
{
	*o = (struct output){ .fd = -1, .name = path, .format = format };
	if (strcmp(path, "-"))
		o->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	else
		o->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	if (o->fd < 0)
		return err_r(-errno, "%s: %s", shown_name(o), strerror(errno));
	o->buf = malloc(BUFFER);
	if (!o->buf) {
		close(o->fd);
		o->fd = -1;
		return err_r(-ENOMEM, "%s: no memory for its buffer", shown_name(o));
	}
	o->cap = BUFFER;
	return 0;
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

int output_flush(struct output *o)
{
	size_t done, whole;

	if (o->failed || !o->len)
		return o->failed;
	done = write_some(o->fd, o->buf, o->len, &o->failed);
	if (!o->failed) {
		o->written += o->len;
		o->len = 0;
		return 0;
	}
	whole = format_whole(o->format, !o->written, o->buf, done, o->len, &o->lost);
	cut_back(o, done - whole);
	o->written += whole;
	o->packets -= o->lost;
	o->len = 0;
	return err_r(o->failed, "%s: %s", shown_name(o), strerror(-o->failed));
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
	if (close(o->fd) && !r && errno != EINTR)
		r = err_r(-errno, "%s: %s", shown_name(o), strerror(errno));
	free(o->buf);
	o->buf = NULL;
	o->cap = o->len = 0;
	o->fd = -1;
	return r;
}
