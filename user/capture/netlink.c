// SPDX-License-Identifier: BSD-2-Clause
#include "capture/netlink.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_BYTES 32768

int netlink_open(uint32_t groups)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = groups };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), err;

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

void netlink_join(int fd, int group)
{
	setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group));
}

/* 1 when the dump's end is in it. */
static int each(const void *buf, size_t len, int (*fn)(void *arg, const struct nlmsghdr *msg), void *arg)
{
	const struct nlmsghdr *h = buf;
	int r;

	for (; NLMSG_OK(h, len); h = NLMSG_NEXT(h, len)) {
		if (h->nlmsg_type == NLMSG_DONE)
			return 1;
		if (h->nlmsg_type == NLMSG_ERROR)
			return ((const struct nlmsgerr *)NLMSG_DATA(h))->error;
		r = fn(arg, h);
		if (r)
			return r;
	}
	return 0;
}

int netlink_dump(int fd, struct nlmsghdr *request, int (*fn)(void *arg, const struct nlmsghdr *msg),
		 void *arg)
{
	char buf[ANSWER_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
	int r;

	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	if (send(fd, request, request->nlmsg_len, 0) < 0)
		return -errno;
	do {
		ssize_t n = recv(fd, buf, sizeof(buf), 0);

		if (n < 0 && errno == EINTR) {
			r = 0;
			continue;
		}
		if (n < 0)
			return -errno;
		r = each(buf, (size_t)n, fn, arg);
	} while (r == 0);
	return r < 0 ? r : 0;
}

int netlink_read(int fd, int (*fn)(void *arg, const struct nlmsghdr *msg), void *arg)
{
	char buf[ANSWER_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));

	for (;;) {
		ssize_t n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
		int r;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		r = each(buf, (size_t)n, fn, arg);
		if (r < 0)
			return r;
	}
}
