// SPDX-License-Identifier: BSD-2-Clause
/*
 * A clsact filter outlives its process. So its handle carries a slot, and who holds a slot holds the abstract
 * socket of that name, which is of the same network namespace and goes away with the process: a filter whose
 * slot can be taken was left by a killed run.
 *
 * The handle also tells whether the qdisc was made by ebpfdump. Who comes to such a qdisc marks his filters
 * the same way, so that the last one to leave knows that it may go.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/pkt_cls.h>
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
#define MADE_QDISC 0x100u /* in the handle */
#define FILTERS_MAX 64	  /* of ours on one side: the living, and what killed runs left */
#define PRIORITIES 8	  /* tried from 1: another kind of classifier may stand there */
#define PROG_PREFIX "ebpfdump_"
#define LOCK_TRIES 1000
#define LOCK_WAIT_US 1000

/* Takes the abstract socket of that name. 0 or -errno; -EADDRINUSE: somebody has it. */
static int take_name(int fd, const char *what, uint32_t number)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int len = snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1, "ebpfdump/%s/%u", what, number);

	return bind(fd, (struct sockaddr *)&name,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1) + (socklen_t)len)
		       ? -errno
		       : 0;
}

static int name_socket(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

/*
 * One at a time comes to an interface's qdisc, or leaves it, so that who leaves last takes none away that
 * another one has just come to. Closing the file ends it. Who has it needs a moment; after a second it goes
 * without.
 */
static int lock_qdisc(uint32_t ifindex)
{
	int fd = name_socket();

	for (int i = 0; fd >= 0 && i < LOCK_TRIES && take_name(fd, "clsact/lock", ifindex) == -EADDRINUSE;
	     i++)
		usleep(LOCK_WAIT_US);
	return fd;
}

int clsact_take_slot(struct clsact_slot *slot)
{
	int fd = name_socket(), r = -EUSERS;

	if (fd < 0)
		return fd;
	for (uint32_t i = 0; i < SLOTS; i++) {
		r = take_name(fd, "clsact", i);
		if (r == 0) {
			*slot = (struct clsact_slot){ .fd = fd, .number = i };
			return 0;
		}
		if (r != -EADDRINUSE)
			break;
		r = -EUSERS;
	}
	close(fd);
	return r;
}

/* held: what stands there in the own slot is alive. */
static bool slot_is_free(uint32_t slot, uint32_t own, bool held)
{
	_cleanup_close_ int fd = -1;

	if (slot == own)
		return !held;
	fd = name_socket();
	return fd >= 0 && take_name(fd, "clsact", slot) == 0;
}

static struct bpf_tc_hook hook_of(uint32_t ifindex, bool egress)
{
	return (struct bpf_tc_hook){ .sz = sizeof(struct bpf_tc_hook),
				     .ifindex = (int)ifindex,
				     .attach_point = egress ? BPF_TC_EGRESS : BPF_TC_INGRESS };
}

/* What stands on one side of a clsact qdisc. */
struct found {
	unsigned n; /* filters of whomever */
	unsigned nours;
	bool made_qdisc; /* one of ours says that the qdisc is, too */
	struct {
		uint32_t handle, priority;
	} ours[FILTERS_MAX];
};

/* By the program's name, with which the filter's begins: to ask the program itself takes CAP_SYS_ADMIN. */
static bool has_our_name(const struct rtattr *options)
{
	int len = (int)RTA_PAYLOAD(options);

	for (const struct rtattr *a = RTA_DATA(options); RTA_OK(a, len); a = RTA_NEXT(a, len))
		if (a->rta_type == TCA_BPF_NAME && RTA_PAYLOAD(a) >= strlen(PROG_PREFIX) &&
		    memcmp(RTA_DATA(a), PROG_PREFIX, strlen(PROG_PREFIX)) == 0)
			return true;
	return false;
}

static bool is_ours(const struct nlmsghdr *msg)
{
	const struct tcmsg *tc = NLMSG_DATA(msg);
	int len = (int)TCA_PAYLOAD(msg);

	if ((tc->tcm_handle & ~(MADE_QDISC | (SLOTS - 1))) != HANDLE)
		return false;
	for (const struct rtattr *a = TCA_RTA(tc); RTA_OK(a, len); a = RTA_NEXT(a, len))
		if (a->rta_type == TCA_OPTIONS && has_our_name(a))
			return true;
	return false;
}

static int note_filter(void *arg, const struct nlmsghdr *msg)
{
	const struct tcmsg *tc = NLMSG_DATA(msg);
	struct found *f = arg;

	if (msg->nlmsg_type != RTM_NEWTFILTER || msg->nlmsg_len < NLMSG_LENGTH(sizeof(*tc)))
		return 0;
	f->n++;
	if (!is_ours(msg) || f->nours == FILTERS_MAX)
		return 0;
	f->made_qdisc |= (tc->tcm_handle & MADE_QDISC) != 0;
	f->ours[f->nours].handle = tc->tcm_handle;
	f->ours[f->nours++].priority = TC_H_MAJ(tc->tcm_info) >> 16;
	return 0;
}

/* 0 or -errno. */
static int find_filters(struct found *f, uint32_t ifindex, bool egress)
{
	uint32_t side = egress ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS;
	struct {
		struct nlmsghdr head;
		struct tcmsg tc;
	} request = { .head = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETTFILTER },
		      .tc = { .tcm_family = AF_UNSPEC,
			      .tcm_ifindex = (int)ifindex,
			      .tcm_parent = TC_H_MAKE(TC_H_CLSACT, side) } };
	_cleanup_close_ int rtnl = netlink_open(0);

	*f = (struct found){ 0 };
	return rtnl < 0 ? rtnl : netlink_dump(rtnl, &request.head, note_filter, f);
}

/* Takes away the filters of killed runs. True: a filter, theirs or a living one's, says that the qdisc is
 * ours.
 */
static bool look_around(const struct attach *a, const struct attach *beside, uint32_t own)
{
	bool made_qdisc = false;

	for (int egress = 0; egress < 2; egress++) {
		struct bpf_tc_hook hook = hook_of(a->ifindex, egress);
		bool mine = egress != a->egress && beside->kind == ATTACH_CLSACT;
		struct found f;

		if (find_filters(&f, a->ifindex, egress))
			continue;
		made_qdisc |= f.made_qdisc;
		for (unsigned i = 0; i < f.nours; i++) {
			LIBBPF_OPTS(bpf_tc_opts, at, .handle = f.ours[i].handle,
				    .priority = f.ours[i].priority);

			if (slot_is_free(at.handle & (SLOTS - 1), own, mine))
				bpf_tc_detach(&hook, &at);
		}
	}
	return made_qdisc;
}

static int add_filter(struct attach *a, int prog_fd, uint32_t handle)
{
	struct bpf_tc_hook hook = hook_of(a->ifindex, a->egress);
	int r = -EINVAL;

	for (a->priority = 1; a->priority <= PRIORITIES; a->priority++) {
		LIBBPF_OPTS(bpf_tc_opts, opts, .handle = handle, .priority = a->priority, .prog_fd = prog_fd);

		r = bpf_tc_attach(&hook, &opts);
		if (r == 0) {
			a->kind = ATTACH_CLSACT;
			a->handle = opts.handle;
			return 0;
		}
	}
	return r;
}

int clsact_attach(struct attach *a, const struct attach *beside, int prog_fd, uint32_t slot)
{
	_cleanup_close_ int lock = lock_qdisc(a->ifindex);
	struct bpf_tc_hook hook = hook_of(a->ifindex, a->egress);
	int r;

	hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
	r = bpf_tc_hook_create(&hook);
	if (r && r != -EEXIST)
		return r;
	a->made_qdisc = r == 0 || look_around(a, beside, slot);
	return add_filter(a, prog_fd, HANDLE + slot + (a->made_qdisc ? MADE_QDISC : 0));
}

bool clsact_stands(const struct attach *a)
{
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = a->handle, .priority = a->priority);
	struct bpf_tc_hook hook = hook_of(a->ifindex, a->egress);
	int r = bpf_tc_query(&hook, &opts);

	return r != -ENOENT /* no filter */ && r != -EINVAL /* no qdisc */;
}

/* Also where that cannot be told. */
static bool filters_stand(uint32_t ifindex, bool egress)
{
	struct found f;

	return find_filters(&f, ifindex, egress) || f.n;
}

void clsact_remove(struct attach *a)
{
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = a->handle, .priority = a->priority);
	_cleanup_close_ int lock = lock_qdisc(a->ifindex);
	struct bpf_tc_hook hook = hook_of(a->ifindex, a->egress);

	bpf_tc_detach(&hook, &opts);
	if (!a->made_qdisc || filters_stand(a->ifindex, false) || filters_stand(a->ifindex, true))
		return;
	hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
	bpf_tc_hook_destroy(&hook);
}
