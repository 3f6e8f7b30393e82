// SPDX-License-Identifier: BSD-2-Clause
#include "capture/attach.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <net/if.h>
#include <unistd.h>

#include "capture/feature.h"
#include "util/log.h"

/* linux/bpf.h of Linux 6.6; the build machine's may be older. */
#define TCX_INGRESS 46
#define TCX_EGRESS 47
#define F_BEFORE (1u << 3)

int attach_tcx(struct attach *a, int prog_fd)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = F_BEFORE);
	int fd;

	if (feature_disabled("tcx"))
		return -EOPNOTSUPP;
	fd = bpf_link_create(prog_fd, (int)a->ifindex, a->egress ? TCX_EGRESS : TCX_INGRESS, &opts);
	if (fd < 0)
		return -errno;
	a->link = fd;
	a->kind = ATTACH_TCX;
	return 0;
}

static int attach_clsact(struct attach *a, const struct attach *beside, int prog_fd, struct clsact_slot *slot)
{
	int r = slot->fd < 0 ? clsact_take_slot(slot) : 0;

	return r ? r : clsact_attach(a, beside, prog_fd, slot->number);
}

int attach_tc(struct attach *a, const struct attach *beside, int prog_fd, uint32_t ifindex, bool egress,
	      struct clsact_slot *slot)
{
	char name[IF_NAMESIZE];
	int r;

	*a = (struct attach){ .ifindex = ifindex, .egress = egress, .link = -1, .prog = prog_fd };
	r = attach_tcx(a, prog_fd);
	if (r == -EINVAL || r == -EOPNOTSUPP)
		r = attach_clsact(a, beside, prog_fd, slot);
	if (r == 0 && a->kind == ATTACH_CLSACT && a->priority > 1)
		log_line(
			"%s: tc filters of another kind stand before this one on %s: what they take is not seen",
			if_indextoname(ifindex, name) ? name : "?", egress ? "egress" : "ingress");
	return r;
}

void attach_remove(struct attach *a)
{
	if (a->kind == ATTACH_CLSACT)
		clsact_remove(a);
	if (a->link >= 0)
		close(a->link);
	a->link = -1;
	a->kind = ATTACH_NONE;
}

const char *attach_name(enum attach_kind kind)
{
	switch (kind) {
	case ATTACH_TCX:
		return "tcx";
	case ATTACH_CLSACT:
		return "clsact";
	case ATTACH_XDP_NATIVE:
		return "native XDP";
	case ATTACH_XDP_GENERIC:
		return "generic XDP";
	case ATTACH_NONE:
		break;
	}
	return "nothing";
}
