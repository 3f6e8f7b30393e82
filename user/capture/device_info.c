// SPDX-License-Identifier: BSD-2-Clause
#include "capture/device.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "file/iface.h"
#include "util/cleanup.h"

#define MBIT 1000000ull

/* Bits per second, 0 where the driver does not say. */
static uint64_t speed_of(const char *name)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	union {
		struct ethtool_link_settings s;
		uint32_t words[12 + 3 * 127]; /* with as many masks behind it as the kernel may have */
	} link = { .s.cmd = ETHTOOL_GLINKSETTINGS };
	struct ifreq req = { .ifr_data = (char *)&link };

	if (fd < 0)
		return 0;
	strncpy(req.ifr_name, name, sizeof(req.ifr_name) - 1);
	/* Asked with no words for the masks it answers how many it wants, negative. */
	if (ioctl(fd, SIOCETHTOOL, &req) || link.s.link_mode_masks_nwords >= 0)
		return 0;
	link.s.link_mode_masks_nwords = (int8_t)-link.s.link_mode_masks_nwords;
	if (ioctl(fd, SIOCETHTOOL, &req) || link.s.speed == (uint32_t)SPEED_UNKNOWN)
		return 0;
	return link.s.speed * MBIT;
}

static uint8_t prefix_len(const uint8_t *mask, size_t bytes)
{
	uint8_t bits = 0;

	for (size_t i = 0; i < bytes; i++)
		bits += (uint8_t)__builtin_popcount(mask[i]);
	return bits;
}

static int add_addr(struct iface *f, const struct ifaddrs *a)
{
	bool v4 = a->ifa_addr->sa_family == AF_INET;
	size_t len = v4 ? 4 : 16;
	const uint8_t *addr, *mask = NULL;
	struct iface_addr *more = reallocarray(f->addrs, f->naddrs + 1, sizeof(*more)), *to;

	if (!more)
		return -ENOMEM;
	f->addrs = more;
	addr = v4 ? (const uint8_t *)&((struct sockaddr_in *)a->ifa_addr)->sin_addr
		  : (const uint8_t *)&((struct sockaddr_in6 *)a->ifa_addr)->sin6_addr;
	if (a->ifa_netmask)
		mask = v4 ? (const uint8_t *)&((struct sockaddr_in *)a->ifa_netmask)->sin_addr
			  : (const uint8_t *)&((struct sockaddr_in6 *)a->ifa_netmask)->sin6_addr;
	to = &f->addrs[f->naddrs++];
	*to = (struct iface_addr){ .family = (uint8_t)a->ifa_addr->sa_family };
	to->prefix_len = mask ? prefix_len(mask, len) : (uint8_t)(8 * len);
	memcpy(to->addr, addr, len);
	return 0;
}

int device_fill_iface(struct iface *f, const struct device *d)
{
	struct ifaddrs *all = NULL;
	int r = 0;

	f->ifindex = d->ifindex;
	f->has_mac = d->has_mac;
	memcpy(f->mac, d->mac, sizeof(f->mac));
	f->speed = speed_of(d->name);
	free(f->name);
	f->name = malloc(sizeof(d->name)); /* of any length: it may change */
	if (!f->name)
		return -ENOMEM;
	memcpy(f->name, d->name, sizeof(d->name));
	if (getifaddrs(&all))
		return errno == ENOMEM ? -ENOMEM : 0;
	for (const struct ifaddrs *a = all; a && !r; a = a->ifa_next)
		if (a->ifa_addr && strcmp(a->ifa_name, d->name) == 0 &&
		    (a->ifa_addr->sa_family == AF_INET || a->ifa_addr->sa_family == AF_INET6))
			r = add_addr(f, a);
	freeifaddrs(all);
	return r;
}
