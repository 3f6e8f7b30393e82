/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs on hooks. What is attached goes away with the process, a clsact filter excepted. */
#ifndef CAPTURE_ATTACH_H
#define CAPTURE_ATTACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum attach_kind { ATTACH_NONE, ATTACH_TCX, ATTACH_CLSACT, ATTACH_XDP_NATIVE, ATTACH_XDP_GENERIC };

/* One program on one hook of one interface. */
struct attach {
	enum attach_kind kind;
	uint32_t ifindex;
	bool egress;
	int link;	 /* bpf_link, or -1 */
	int prog;	 /* lent */
	uint32_t handle; /* clsact */
	uint32_t priority;
	bool made_qdisc; /* by this run or another that was there: the last one takes it away */
};

/* What tells apart the clsact filters of programs that run at the same time, and those of one that was
 * killed: held while fd, which is the caller's to close, is open. fd < 0: not taken yet. */
struct clsact_slot {
	int fd;
	uint32_t number;
};

/* In front of all programs that are there; later ones still run. tcx, else clsact, which takes a slot if
 * there is none yet. beside: the caller's hook on the other side of the interface, attached or not.
 * 0 or -errno; -EUSERS: no slot is left. */
int attach_tc(struct attach *a, const struct attach *beside, int prog_fd, uint32_t ifindex, bool egress,
	      struct clsact_slot *slot);

/* XDP, native if the driver can, else generic. Never in place of another program: -EBUSY or -EEXIST. */
int attach_xdp(struct attach *a, int prog_fd, uint32_t ifindex);

/* The id, or 0, and the name of the XDP program that an interface has. */
uint32_t attach_xdp_owner(uint32_t ifindex, char *name, size_t len);

/* In the current network namespace, as all of these. */
void attach_remove(struct attach *a);

const char *attach_name(enum attach_kind kind);

/* tcx alone: -EINVAL or -EOPNOTSUPP where the kernel has none. */
int attach_tcx(struct attach *a, int prog_fd);

/* clsact alone. 0 or -errno. */
int clsact_take_slot(struct clsact_slot *slot); /* the first that nobody holds */
int clsact_attach(struct attach *a, const struct attach *beside, int prog_fd, uint32_t slot);
void clsact_remove(struct attach *a);
/* False: somebody took the filter away, or the qdisc with all its filters. */
bool clsact_stands(const struct attach *a);

#endif
