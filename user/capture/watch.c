// SPDX-License-Identifier: BSD-2-Clause
#include "capture/watch.h"

#include <errno.h>
#include <string.h>

#include "capture/internal.h"
#include "capture/netlink.h"
#include "capture/port.h"
#include "util/log.h"

static struct port *live_port(struct capture *c, uint32_t ifindex)
{
	for (size_t i = 0; i < c->nports; i++)
		if (c->ports[i]->device.ifindex == ifindex && !c->ports[i]->gone)
			return c->ports[i];
	return NULL;
}

static void port_gone(struct port *p)
{
	p->gone = true;
	port_detach(p);
	log_line("%s: the interface is gone", p->device.name);
}

static int on_message(void *arg, const struct nlmsghdr *msg)
{
	struct capture *c = arg;
	struct device d;
	int what = device_from_message(&d, msg);
	struct port *p = what ? live_port(c, d.ifindex) : NULL;

	if (what == 2 && p)
		port_gone(p);
	else if (what == 1 && p && strcmp(p->device.name, d.name) != 0) {
		log_line("%s: renamed to %s", p->device.name, d.name);
		memcpy(p->device.name, d.name, sizeof(d.name));
	} else if (what == 1 && !p && c->s.any && (d.flags & IFF_UP) && device_link(&d) == DEVICE_ETHERNET)
		port_add(c, &d);
	return 0;
}

void watch_read(struct capture *c)
{
	netlink_read(c->rtnl, on_message, c);
}
