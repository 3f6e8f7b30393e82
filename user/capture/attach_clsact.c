// SPDX-License-Identifier: BSD-2-Clause
/*
 * A clsact filter outlives its process. So its handle carries a slot, and who holds a slot holds the abstract
 * socket of that name, which is of the same network namespace and goes away with the process: a filter whose
 * slot can be taken was left by a killed run.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/pkt_sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "capture/attach.h"
#include "capture/netlink.h"
#include "util/cleanup.h"

#define SLOTS 16
#define HANDLE 0xeb9df000u
#define PRIORITIES 8 /* tried from 1: another kind of classifier may stand there */
#define PROG_PREFIX "ebpfdump_"

int clsact_take_slot(struct clsact_slot *slot)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), r = -EUSERS;

	if (fd < 0)
		return -errno;
	for (uint32_t i = 0; i < SLOTS; i++) {
		int len = snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1, "ebpfdump/clsact/%u", i);

		if (bind(fd, (struct sockaddr *)&name,
			 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1) + (socklen_t)len) == 0) {
			*slot = (struct clsact_slot){ .fd = fd, .number = i };
			return 0;
		}
		r = errno == EADDRINUSE ? -EUSERS : -errno;
		if (r != -EUSERS)
			break;
	}
	close(fd);
	return r;
}

static bool is_ours(uint32_t prog_id)
{
	_cleanup_close_ int fd = bpf_prog_get_fd_by_id(prog_id);
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);

	return fd >= 0 && bpf_obj_get_info_by_fd(fd, &info, &len) == 0 &&
	       strncmp(info.name, PROG_PREFIX, strlen(PROG_PREFIX)) == 0;
}

static struct bpf_tc_hook hook_of(const struct attach *a)
{
	return (struct bpf_tc_hook){ .sz = sizeof(struct bpf_tc_hook),
				     .ifindex = (int)a->ifindex,
				     .attach_point = a->egress ? BPF_TC_EGRESS : BPF_TC_INGRESS };
}

static bool slot_is_free(uint32_t slot, uint32_t own)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	_cleanup_close_ int fd = -1;
	int len;

	if (slot == own)
		return true;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	len = snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1, "ebpfdump/clsact/%u", slot);
	return fd >= 0 && bind(fd, (struct sockaddr *)&name,
			       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1) + (socklen_t)len) == 0;
}

/* Filters of killed runs; how many there were. */
static unsigned remove_stale(const struct attach *a, uint32_t own)
{
	struct bpf_tc_hook hook = hook_of(a);
	unsigned n = 0;

	for (uint32_t i = 0; i < SLOTS * PRIORITIES; i++) {
		LIBBPF_OPTS(bpf_tc_opts, at, .handle = HANDLE + i / PRIORITIES,
			    .priority = 1 + i % PRIORITIES);
		LIBBPF_OPTS(bpf_tc_opts, gone, .handle = at.handle, .priority = at.priority);

		if (bpf_tc_query(&hook, &at) == 0 && is_ours(at.prog_id) && slot_is_free(i / PRIORITIES, own))
			n += bpf_tc_detach(&hook, &gone) == 0;
	}
	return n;
}

int clsact_attach(struct attach *a, int prog_fd, uint32_t slot)
{
	struct bpf_tc_hook hook = hook_of(a);
	int r;

	hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
	r = bpf_tc_hook_create(&hook);
	if (r && r != -EEXIST)
		return r;
	a->made_qdisc = r == 0;
	/* where a killed run left a filter, it left the qdisc, too */
	if (!a->made_qdisc)
		a->made_qdisc = remove_stale(a, slot) > 0;
	hook = hook_of(a);
	for (a->priority = 1; a->priority <= PRIORITIES; a->priority++) {
		LIBBPF_OPTS(bpf_tc_opts, opts, .handle = HANDLE + slot, .priority = a->priority,
			    .prog_fd = prog_fd);

		r = bpf_tc_attach(&hook, &opts);
		if (r == 0) {
			a->kind = ATTACH_CLSACT;
			a->handle = opts.handle;
			return 0;
		}
	}
	return r;
}

bool clsact_stands(const struct attach *a)
{
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = a->handle, .priority = a->priority);
	struct bpf_tc_hook hook = hook_of(a);
	int r = bpf_tc_query(&hook, &opts);

	return r != -ENOENT /* no filter */ && r != -EINVAL /* no qdisc */;
}

static int count_filter(void *arg, const struct nlmsghdr *msg)
{
	*(unsigned *)arg += msg->nlmsg_type == RTM_NEWTFILTER;
	return 0;
}

/* Filters on one side of the clsact qdisc, or more than none if that cannot be told. */
static unsigned filters_on(uint32_t ifindex, uint32_t parent)
{
	struct {
		struct nlmsghdr head;
		struct tcmsg tc;
	} request = { .head = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETTFILTER },
		      .tc = { .tcm_family = AF_UNSPEC, .tcm_ifindex = (int)ifindex, .tcm_parent = parent } };
	_cleanup_close_ int rtnl = netlink_open(0);
	unsigned n = 0;

	return rtnl < 0 || netlink_dump(rtnl, &request.head, count_filter, &n) ? 1 : n;
}

void clsact_remove(struct attach *a)
{
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = a->handle, .priority = a->priority);
	struct bpf_tc_hook hook = hook_of(a);

	bpf_tc_detach(&hook, &opts);
	if (!a->made_qdisc || filters_on(a->ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)) ||
	    filters_on(a->ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS)))
		return;
	hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
	bpf_tc_hook_destroy(&hook);
}
