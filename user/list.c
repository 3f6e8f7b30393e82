// SPDX-License-Identifier: BSD-2-Clause
#include "list.h"

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
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

/* As a captured interface's records are: with an Ethernet header, or none. */
int list_link_types(const char *iface)
{
	int type = hardware_type(iface);

	if (type < 0)
		return err_r(type, "%s: No such device exists", iface);
	fprintf(stderr, "Data link types for %s (use option -y to set):\n", iface);
	if (type == ARPHRD_ETHER || type == ARPHRD_LOOPBACK)
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
