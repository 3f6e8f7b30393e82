/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions to rtnetlink (RFC 3549, linux/netlink.h). */
#ifndef CAPTURE_NETLINK_H
#define CAPTURE_NETLINK_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdint.h>

/* A socket in the current network namespace; groups: RTMGRP_* to listen to. ≥ 0 or -errno. */
int netlink_open(uint32_t groups);
/* Also listens to RTNLGRP_*. */
void netlink_join(int fd, int group);

/* Sends a dump request (its header and body) and hands every answer to fn, which returns 0 or -errno. */
int netlink_dump(int fd, struct nlmsghdr *request, int (*fn)(void *arg, const struct nlmsghdr *msg),
		 void *arg);

/* Hands out what has come without waiting. 0, -ENOBUFS when messages were lost, or another -errno. */
int netlink_read(int fd, int (*fn)(void *arg, const struct nlmsghdr *msg), void *arg);

#endif
