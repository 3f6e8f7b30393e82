// SPDX-License-Identifier: BSD-2-Clause
#include "util/io.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

int write_all(int fd, const void *bytes, size_t n)
{
	const char *at = bytes;

	while (n) {
		ssize_t r = write(fd, at, n);

		if (r < 0 && errno == EAGAIN) {
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
			continue;
		}
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -errno;
		at += r;
		n -= (size_t)r;
	}
	return 0;
}
