// SPDX-License-Identifier: BSD-2-Clause
#include "util/io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* Signals are the process's, and so is what they mean. */
static struct {
	const sigset_t *wait_mask;
	enum io_stop (*asked)(void);
} interruption;

void io_interruptible(const sigset_t *wait_mask, enum io_stop (*asked)(void))
{
	interruption.wait_mask = wait_mask;
	interruption.asked = asked;
}

static void begin_wait(sigset_t *old)
{
	if (interruption.asked)
		sigprocmask(SIG_SETMASK, interruption.wait_mask, old);
}

static void end_wait(const sigset_t *old)
{
	int e = errno;

	if (interruption.asked)
		sigprocmask(SIG_SETMASK, old, NULL);
	errno = e;
}

/* A wait was interrupted, the how manieth time since something was taken. */
static bool must_end(unsigned times)
{
	enum io_stop stop = interruption.asked ? interruption.asked() : IO_GO_ON;

	return stop == IO_NOW || (stop == IO_SOON && times > IO_PATIENCE_S);
}

size_t io_write_regular(int fd, const void *bytes, size_t n, int *e)
{
	size_t done = 0;
	unsigned times = 0;

	while (done < n) {
		ssize_t r = write(fd, (const char *)bytes + done, n - done);

		if (r < 0 && errno == EAGAIN)
			r = poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1) < 0 ? -1 : 0;
		if (r > 0) {
			done += (size_t)r;
			times = 0;
		} else if (r < 0 && (errno != EINTR || must_end(++times))) {
			*e = -errno;
			break;
		}
	}
	return done;
}

size_t io_write(int fd, const void *bytes, size_t n, int *e)
{
	sigset_t old;
	size_t done;

	begin_wait(&old);
	done = io_write_regular(fd, bytes, n, e);
	end_wait(&old);
	return done;
}

int write_all(int fd, const void *bytes, size_t n)
{
	int e = 0;

	io_write(fd, bytes, n, &e);
	return e;
}

const char *io_error(int e)
{
	return e == -EINTR ? "a signal ended the wait for its reader" : strerror(-e);
}

int io_open(const char *path, int flags, mode_t mode)
{
	sigset_t old;
	int fd;

	begin_wait(&old);
	do
		fd = open(path, flags, mode);
	while (fd < 0 && errno == EINTR && !(interruption.asked && interruption.asked() != IO_GO_ON));
	end_wait(&old);
	return fd < 0 ? -errno : fd;
}
