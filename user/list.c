// SPDX-License-Identifier: BSD-2-Clause
#include "list.h"

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/log.h"

/* ARPHRD_* of an interface, or -errno. */
static int hardware_type(const char *iface)
{
	struct ifreq req = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), r;

	if (fd < 0)
		return -errno;
	snprintf(req.ifr_name, sizeof(req.ifr_name), "%s", iface);
	r = ioctl(fd, SIOCGIFHWADDR, &req) ? -errno : req.ifr_hwaddr.sa_family;
	close(fd);
	return r;
}

static bool is_ethernet(int type)
{
	return type == ARPHRD_ETHER || type == ARPHRD_LOOPBACK;
}

/* Ethernet and others on the same host. */
static bool any_is_mixed(void)
{
	struct if_nameindex *all = if_nameindex();
	bool some = false, others = false;

	for (struct if_nameindex *i = all; i && i->if_index; i++) {
		int type = hardware_type(i->if_name);

		some |= is_ethernet(type);
		others |= type >= 0 && !is_ethernet(type);
	}
	if (all)
		if_freenameindex(all);
	return some && others;
}

/* As the records of a captured interface are: with an Ethernet header, or none; those of any, where there are
 * both, with a cooked one. */
int list_link_types(const char *iface)
{
	bool any = strcmp(iface, "any") == 0;
	int type = any ? ARPHRD_ETHER : hardware_type(iface);

	if (type < 0)
		return err_r(type, "%s: No such device exists", iface);
	fprintf(stderr, "Data link types for %s (use option -y to set):\n", iface);
	if (any && any_is_mixed())
		fprintf(stderr, "  LINUX_SLL2 (Linux cooked v2)\n");
	else if (is_ethernet(type))
		fprintf(stderr, "  EN10MB (Ethernet)\n");
	else
		fprintf(stderr, "  RAW (Raw IP)\n");
	return 0;
}

int list_clocks(const char *iface)
{
	fprintf(stderr, "Time stamp types for %s (use option -j to set):\n  host (Host)\n", iface);
	return 0;
}
