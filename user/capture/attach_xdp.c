// SPDX-License-Identifier: BSD-2-Clause
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <bpf/libbpf.h>
#include <stdio.h>

#include "capture/attach.h"
#include "capture/feature.h"
#include "util/cleanup.h"

static int link_in_mode(struct attach *a, int prog_fd, uint32_t flags, enum attach_kind kind)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = flags);
	int fd = bpf_link_create(prog_fd, (int)a->ifindex, BPF_XDP, &opts);

	if (fd < 0)
		return -errno;
	a->link = fd;
	a->kind = kind;
	return 0;
}

int attach_xdp(struct attach *a, int prog_fd, uint32_t ifindex)
{
	int native = -EOPNOTSUPP;

	*a = (struct attach){ .ifindex = ifindex, .link = -1 };
	if (!feature_disabled("xdp-native"))
		native = link_in_mode(a, prog_fd, XDP_FLAGS_DRV_MODE, ATTACH_XDP_NATIVE);
	if (native == 0 || native == -EBUSY || native == -EEXIST || native == -ENODEV)
		return native;
	return link_in_mode(a, prog_fd, XDP_FLAGS_SKB_MODE, ATTACH_XDP_GENERIC);
}

uint32_t attach_xdp_owner(uint32_t ifindex, char *name, size_t len)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, q);
	_cleanup_close_ int fd = -1;
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info), id;

	*name = '\0';
	if (bpf_xdp_query((int)ifindex, 0, &q))
		return 0;
	id = q.drv_prog_id ? q.drv_prog_id : q.skb_prog_id ? q.skb_prog_id : q.hw_prog_id;
	fd = id ? bpf_prog_get_fd_by_id(id) : -1;
	if (fd >= 0 && bpf_obj_get_info_by_fd(fd, &info, &size) == 0)
		snprintf(name, len, "%s", info.name);
	return id;
}
