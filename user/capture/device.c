// SPDX-License-Identifier: BSD-2-Clause
#include "capture/device.h"

#include <errno.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "capture/netlink.h"
#include "util/cleanup.h"

/* linux/if.h, which net/if.h excludes */
#define OPERSTATE_UNKNOWN 0
#define OPERSTATE_UP 6

enum device_link device_link(const struct device *d)
{
	switch (d->arphrd) {
	case ARPHRD_ETHER:
	case ARPHRD_LOOPBACK:
		return DEVICE_ETHERNET;
	case ARPHRD_NONE:
	case ARPHRD_RAWIP:
	case ARPHRD_PPP:
	case ARPHRD_TUNNEL:
	case ARPHRD_TUNNEL6:
	case ARPHRD_SIT:
	case ARPHRD_IPGRE:
	case ARPHRD_IP6GRE:
		return DEVICE_L3;
	}
	return DEVICE_FOREIGN;
}

static void take_attribute(struct device *d, const struct rtattr *a)
{
	size_t len = RTA_PAYLOAD(a);

	switch (a->rta_type) {
	case IFLA_IFNAME:
		strncpy(d->name, RTA_DATA(a), sizeof(d->name) - 1);
		break;
	case IFLA_ADDRESS:
		if (len != sizeof(d->mac) || d->arphrd != ARPHRD_ETHER)
			break;
		memcpy(d->mac, RTA_DATA(a), sizeof(d->mac));
		d->has_mac = true;
		break;
	case IFLA_OPERSTATE:
		d->connected = *(const uint8_t *)RTA_DATA(a) == OPERSTATE_UP ||
			       *(const uint8_t *)RTA_DATA(a) == OPERSTATE_UNKNOWN;
		break;
	case IFLA_NEW_NETNSID:
		d->moved = true;
		break;
	}
}

int device_from_message(struct device *d, const struct nlmsghdr *msg)
{
	const struct ifinfomsg *info = NLMSG_DATA(msg);
	size_t len;

	if (msg->nlmsg_type != RTM_NEWLINK && msg->nlmsg_type != RTM_DELLINK)
		return 0;
	if (msg->nlmsg_len < NLMSG_LENGTH(sizeof(*info)) || info->ifi_family != AF_UNSPEC)
		return 0;
	*d = (struct device){ .ifindex = (uint32_t)info->ifi_index,
			      .flags = info->ifi_flags,
			      .arphrd = info->ifi_type };
	len = msg->nlmsg_len - NLMSG_LENGTH(sizeof(*info));
	for (const struct rtattr *a = IFLA_RTA(info); RTA_OK(a, len); a = RTA_NEXT(a, len))
		take_attribute(d, a);
	return msg->nlmsg_type == RTM_NEWLINK ? 1 : 2;
}

struct list {
	struct device *at;
	size_t n;
};

static int add_device(void *arg, const struct nlmsghdr *msg)
{
	struct list *l = arg;
	struct device d, *more;

	if (device_from_message(&d, msg) != 1)
		return 0;
	more = reallocarray(l->at, l->n + 1, sizeof(d));
	if (!more)
		return -ENOMEM;
	l->at = more;
	l->at[l->n++] = d;
	return 0;
}

int device_list(int rtnl, struct device **out, size_t *n)
{
	struct {
		struct nlmsghdr head;
		struct ifinfomsg info;
	} request = { .head = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETLINK },
		      .info = { .ifi_family = AF_UNSPEC } };
	struct list l = { 0 };
	int r = netlink_dump(rtnl, &request.head, add_device, &l);

	if (r) {
		free(l.at);
		return r;
	}
	*out = l.at;
	*n = l.n;
	return 0;
}

bool device_connected(const struct device *d)
{
	return d->connected && d->flags & IFF_UP;
}

/* libpcap's order: the less, the earlier. */
static uint32_t merit(const struct device *d)
{
	uint32_t m = 0;

	if (!(d->flags & IFF_RUNNING))
		m |= 0x80000000;
	if (!(d->flags & IFF_UP))
		m |= 0x40000000;
	if (!device_connected(d))
		m |= 0x20000000;
	if (d->flags & IFF_LOOPBACK)
		m |= 0x10000000;
	return m;
}

static int compare(const void *a, const void *b)
{
	const struct device *x = a, *y = b;
	uint32_t mx = merit(x), my = merit(y);

	if (mx != my)
		return mx < my ? -1 : 1;
	return x->ifindex < y->ifindex ? -1 : x->ifindex > y->ifindex;
}

void device_sort(struct device *d, size_t n)
{
	if (n)
		qsort(d, n, sizeof(*d), compare);
}

const struct device *device_by_name(const struct device *d, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(d[i].name, name) == 0)
			return &d[i];
	return NULL;
}

const struct device *device_by_index(const struct device *d, size_t n, uint32_t ifindex)
{
	for (size_t i = 0; i < n; i++)
		if (d[i].ifindex == ifindex)
			return &d[i];
	return NULL;
}

struct route {
	uint32_t ifindex, metric;
};

static int best_route(void *arg, const struct nlmsghdr *msg)
{
	const struct rtmsg *m = NLMSG_DATA(msg);
	struct route r = { 0 }, *best = arg;
	size_t len;

	if (msg->nlmsg_type != RTM_NEWROUTE || m->rtm_dst_len || m->rtm_type != RTN_UNICAST)
		return 0;
	len = msg->nlmsg_len - NLMSG_LENGTH(sizeof(*m));
	for (const struct rtattr *a = RTM_RTA(m); RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		if (a->rta_type == RTA_OIF)
			memcpy(&r.ifindex, RTA_DATA(a), sizeof(r.ifindex));
		else if (a->rta_type == RTA_PRIORITY)
			memcpy(&r.metric, RTA_DATA(a), sizeof(r.metric));
	}
	if (r.ifindex && (!best->ifindex || r.metric < best->metric))
		*best = r;
	return 0;
}

int device_default_route(int rtnl, uint32_t *ifindex)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	struct route best = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(families) && !best.ifindex; i++) {
		struct {
			struct nlmsghdr head;
			struct rtmsg m;
		} request = { .head = { .nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETROUTE },
			      .m = { .rtm_family = families[i] } };
		int r = netlink_dump(rtnl, &request.head, best_route, &best);

		if (r && r != -EAFNOSUPPORT && r != -EOPNOTSUPP)
			return r;
	}
	*ifindex = best.ifindex;
	return 0;
}
