// SPDX-License-Identifier: BSD-2-Clause
#include "capture/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture/internal.h"
#include "capture/netlink.h"
#include "capture/port.h"
#include "util/cleanup.h"
#include "util/log.h"

static struct port *live_port(struct capture *c, uint32_t ifindex)
{
	for (size_t i = 0; i < c->nports; i++)
		if (c->ports[i]->device.ifindex == ifindex && !c->ports[i]->gone)
			return c->ports[i];
	return NULL;
}

static void port_gone(struct capture *c, struct port *p, bool moved)
{
	p->gone = true;
	c->last_port = NULL; /* another may come with its index */
	port_detach(p);
	log_line("%s: the interface %s", p->device.name,
		 moved ? "moved to another network namespace" : "is gone");
}

static bool is_left_out(const struct capture *c, uint32_t ifindex)
{
	for (size_t i = 0; i < c->nleft_out; i++)
		if (c->left_out[i] == ifindex)
			return true;
	return false;
}

/* Why is said once an interface. */
static void leave_out(struct capture *c, uint32_t ifindex)
{
	uint32_t *more = reallocarray(c->left_out, c->nleft_out + 1, sizeof(*more));

	if (!more)
		return;
	c->left_out = more;
	c->left_out[c->nleft_out++] = ifindex;
}

static void forget_left_out(struct capture *c, uint32_t ifindex)
{
	for (size_t i = 0; i < c->nleft_out; i++)
		if (c->left_out[i] == ifindex)
			c->left_out[i--] = c->left_out[--c->nleft_out];
}

/* One more for `any`, if it fits what is captured. */
static void port_joins(struct capture *c, const struct device *d)
{
	enum device_link link = device_link(d);

	if (link == DEVICE_FOREIGN || is_left_out(c, d->ifindex))
		return;
	if (link == DEVICE_L3 && !(c->have_l3 && c->sll2)) {
		log_line(
			"%s: it has no link header, which this capture's filter or file cannot take; left out",
			d->name);
		leave_out(c, d->ifindex);
	} else if (port_add(c, d)) {
		leave_out(c, d->ifindex);
	}
}

static void port_changes(struct capture *c, struct port *p, const struct device *d)
{
	if (strcmp(p->device.name, d->name) == 0)
		return;
	log_line("%s: renamed to %s", p->device.name, d->name);
	memcpy(p->device.name, d->name, sizeof(d->name));
	memcpy(p->iface->name, d->name,
	       sizeof(d->name)); /* for lines, and for files that begin from now on */
}

/* Who deletes the clsact qdisc takes our filters with it. */
static void look_at_filters(struct capture *c, struct port *p)
{
	if (!port_restore(c, p)) {
		p->gone = true;
		port_detach(p);
	}
}

static void filters_change(struct capture *c, const struct nlmsghdr *msg)
{
	const struct tcmsg *tc = NLMSG_DATA(msg);
	struct port *p = NULL;

	if (msg->nlmsg_len >= NLMSG_LENGTH(sizeof(*tc)))
		p = live_port(c, (uint32_t)tc->tcm_ifindex);
	if (p)
		look_at_filters(c, p);
}

static int on_message(void *arg, const struct nlmsghdr *msg)
{
	struct capture *c = arg;
	struct device d;
	int what = device_from_message(&d, msg);
	struct port *p = what ? live_port(c, d.ifindex) : NULL;

	if (msg->nlmsg_type == RTM_DELQDISC || msg->nlmsg_type == RTM_DELTFILTER)
		filters_change(c, msg);
	else if (what == 2 && p)
		port_gone(c, p, d.moved);
	else if (what == 2)
		forget_left_out(c, d.ifindex);
	else if (what == 1 && p)
		port_changes(c, p, &d);
	else if (what == 1 && c->s.any)
		port_joins(c, &d);
	return 0;
}

/* Messages were lost: compares with what there is. */
static void look_again(struct capture *c)
{
	_cleanup_free_ struct device *all = NULL;
	_cleanup_close_ int rtnl = netlink_open(0);
	size_t n = 0;

	if (rtnl < 0 || device_list(rtnl, &all, &n))
		return;
	for (size_t i = 0; i < c->nports; i++)
		if (!c->ports[i]->gone && !device_by_index(all, n, c->ports[i]->device.ifindex))
			port_gone(c, c->ports[i], false);
	for (size_t i = 0; i < n; i++) {
		struct port *p = live_port(c, all[i].ifindex);

		if (p) {
			port_changes(c, p, &all[i]);
			look_at_filters(c, p);
		} else if (c->s.any) {
			port_joins(c, &all[i]);
		}
	}
}

/* Without the privilege to enter, the messages are read all the same: what they take then is no more than to
 * close links. */
void watch_read(struct capture *c)
{
	bool there = netns_enter(&c->netns) == 0;
	int r = netlink_read(c->rtnl, on_message, c);

	if (r == -ENOBUFS && there)
		look_again(c);
	if (there)
		netns_leave(&c->netns);
}
