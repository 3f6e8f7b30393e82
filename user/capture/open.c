// SPDX-License-Identifier: BSD-2-Clause
#include "capture/open.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture/internal.h"
#include "capture/numbering.h"
#include "capture/netlink.h"
#include "capture/port.h"
#include "capture/wait.h"
#include "filter/filter.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/strbuf.h"

#define DEFAULT_LATENCY_MS 100
#define SLOTS_MAX 1024
#define SLOTS_ANY 256
#define LINKTYPE_ETHERNET 1
#define LINKTYPE_RAW 101

/* The interfaces to begin with. */
struct chosen {
	struct device *at;
	size_t n;
};

static int choose(struct chosen *to, const struct device *d)
{
	if (device_by_index(to->at, to->n, d->ifindex))
		return 0;
	to->at[to->n++] = *d;
	return 0;
}

static int choose_named(struct chosen *to, struct device *all, size_t n, const struct capture_settings *s)
{
	for (size_t i = 0; i < s->nifaces; i++) {
		const struct device *d = device_by_name(all, n, s->ifaces[i]);

		if (!d)
			d = numbering_device(all, n, s->ifaces[i]);
		if (!d)
			return err_r(-ENODEV, "%s: No such device exists", s->ifaces[i]);
		if (!(d->flags & IFF_UP))
			return err_r(-ENETDOWN, "%s: That device is not up", d->name);
		if (device_link(d) == DEVICE_FOREIGN)
			return err_r(-EOPNOTSUPP, "%s: its link type (ARPHRD %u) is not known here", d->name,
				     d->arphrd);
		choose(to, d);
	}
	return 0;
}

static void choose_any(struct chosen *to, const struct device *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((all[i].flags & IFF_UP) && device_link(&all[i]) != DEVICE_FOREIGN)
			choose(to, &all[i]);
}

static int choose_devices(struct capture *c, const struct capture_settings *s, struct chosen *to)
{
	_cleanup_free_ struct device *all = NULL;
	_cleanup_close_ int rtnl = netlink_open(0);
	size_t n = 0;
	int r = rtnl < 0 ? rtnl : device_list(rtnl, &all, &n);

	if (r)
		return err_r(r, "cannot list the interfaces: %s", strerror(-r));
	device_sort(all, n);
	to->at = calloc(n ? n : 1, sizeof(*to->at));
	if (!to->at)
		return -ENOMEM;
	if (!s->any)
		return choose_named(to, all, n, s);
	choose_any(to, all, n);
	return 0;
}

/* As many slots as keep the interfaces' counters apart. */
static uint32_t slots_for(const struct chosen *d, bool any)
{
	for (uint32_t n = any ? SLOTS_ANY : 1; n < SLOTS_MAX; n *= 2) {
		bool apart = true;

		for (size_t i = 0; i < d->n && apart; i++)
			for (size_t j = 0; j < i && apart; j++)
				apart = (d->at[i].ifindex ^ d->at[j].ifindex) & (n - 1);
		if (apart)
			return n;
	}
	return SLOTS_MAX;
}

static int compile(struct filter **out, const struct capture *c, uint16_t link_type)
{
	char err[256];
	int r = filter_compile(out, c->expr, link_type, c->s.snaplen, !c->s.no_optimize, err, sizeof(err));

	return r == -EINVAL ? err_r(r, "%s", err) : r;
}

static int load_for(struct capture *c, const struct chosen *d)
{
	struct filter *ethernet = NULL, *l3 = NULL;
	bool want_ethernet = c->s.any, want_l3 = false;
	struct load_settings l = { .ring_bytes = (size_t)c->s.ring_kib * 1024, .wanted = &c->wanted };
	int r = 0;

	for (size_t i = 0; i < d->n; i++) {
		want_ethernet |= device_link(&d->at[i]) == DEVICE_ETHERNET;
		want_l3 |= device_link(&d->at[i]) == DEVICE_L3;
	}
	l.settings = (struct settings){ .snaplen = c->s.snaplen,
					.wake_bytes = c->s.wake_bytes,
					.slot_mask = slots_for(d, c->s.any) - 1 };
	l.want[LOAD_IN] = want_ethernet && c->s.direction != CAPTURE_OUT;
	l.want[LOAD_OUT] = want_ethernet && c->s.direction != CAPTURE_IN;
	l.want[LOAD_L3_IN] = want_l3 && c->s.direction != CAPTURE_OUT;
	l.want[LOAD_L3_OUT] = want_l3 && c->s.direction != CAPTURE_IN;
	r = wanted_open(&c->wanted, &c->s, &l.settings);
	if (r == 0 && want_ethernet)
		r = compile(&ethernet, c, LINKTYPE_ETHERNET);
	if (r == 0 && want_l3)
		r = compile(&l3, c, LINKTYPE_RAW);
	l.filter[LOAD_IN] = l.filter[LOAD_OUT] = ethernet;
	l.filter[LOAD_L3_IN] = l.filter[LOAD_L3_OUT] = l3;
	if (r == 0)
		r = load_open(&c->load, &l);
	if (r == 0)
		r = wanted_fill(&c->wanted, c->load.obj);
	filter_free(ethernet);
	filter_free(l3);
	return r;
}

static int copy_settings(struct capture *c, const struct capture_settings *s)
{
	c->s = *s;
	c->s.ifaces = NULL;
	c->s.expr = NULL;
	if (s->expr && *s->expr && !(c->expr = strdup(s->expr)))
		return -ENOMEM;
	if (!c->s.snaplen || c->s.snaplen > CAPTURE_SNAPLEN_MAX)
		c->s.snaplen = CAPTURE_SNAPLEN_MAX;
	if (!c->s.ring_kib)
		c->s.ring_kib = CAPTURE_RING_KIB;
	if (!c->s.wake_bytes)
		c->s.wake_bytes = CAPTURE_WAKE_BYTES;
	/* A ring must not be full before it says that it fills. */
	if (c->s.wake_bytes > c->s.ring_kib * 256)
		c->s.wake_bytes = c->s.ring_kib * 256;
	if (!c->s.latency_ms)
		c->s.latency_ms = DEFAULT_LATENCY_MS;
	return 0;
}

static int open_promiscuous(struct capture *c)
{
	if (!c->s.promisc || c->s.any)
		return 0;
	c->promisc = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (c->promisc < 0)
		return err_r(-errno, "cannot go promiscuous: %s (CAP_NET_RAW); -p captures without",
			     strerror(errno));
	return 0;
}

static int add_ports(struct capture *c, const struct chosen *d)
{
	int r = open_promiscuous(c);

	for (size_t i = 0; i < d->n && r == 0; i++)
		r = port_add(c, &d->at[i]);
	return r;
}

int open_all(struct capture *c, const struct capture_settings *s)
{
	struct chosen chosen = { 0 };
	int r;

	c->epoll = c->step_timer = c->rtnl = c->promisc = c->slot_fd = -1;
	r = copy_settings(c, s);
	/* Listens before it looks, so that nothing that changes in between is missed. */
	if (r == 0)
		r = c->rtnl = netlink_open(RTMGRP_LINK);
	if (r >= 0)
		r = choose_devices(c, s, &chosen);
	if (r == 0)
		r = load_for(c, &chosen);
	if (r == 0)
		r = merge_init(&c->merge, c->load.rings, c->load.nrings);
	clock_init(&c->clock, &clock_system);
	if (r == 0)
		r = wait_open(c);
	if (r == 0)
		r = add_ports(c, &chosen);
	free(chosen.at);
	if (r == -ENOMEM)
		err_r(r, "out of memory");
	return r;
}

void open_detach(struct capture *c)
{
	for (size_t i = 0; i < c->nports; i++)
		port_detach(c->ports[i]);
}

void open_free(struct capture *c)
{
	for (size_t i = 0; i < c->nports; i++)
		free(c->ports[i]);
	free(c->ports);
	wait_close(c);
	merge_free(&c->merge);
	load_close(&c->load);
	wanted_close(&c->wanted);
	if (c->rtnl >= 0)
		close(c->rtnl);
	if (c->promisc >= 0)
		close(c->promisc);
	if (c->slot_fd >= 0)
		close(c->slot_fd);
	free(c->expr);
	free(c);
}

void open_count_ports(struct capture *c)
{
	for (size_t i = 0; i < c->nports; i++) {
		struct port *p = c->ports[i];
		struct counters sum;

		load_count(&c->load, p->device.ifindex & (c->load.nslots - 1), &sum);
		p->iface->filteraccept = sum.received;
		p->iface->osdrop = sum.dropped + sum.unreadable;
		p->iface->usrdeliv = p->captured;
	}
}

void capture_describe(const struct source *s, struct strbuf *to)
{
	const struct capture *c = (const struct capture *)s;

	for (size_t i = 0; i < c->nports; i++) {
		const struct port *p = c->ports[i];
		const struct attach *in = &p->hooks[0], *out = &p->hooks[1];

		strbuf_printf(to, "%s%s: ", i ? "; " : "attached to ", p->device.name);
		if (in->kind != ATTACH_NONE)
			strbuf_printf(to, "%s ingress", attach_name(in->kind));
		if (out->kind != ATTACH_NONE)
			strbuf_printf(to, "%s%s egress", in->kind != ATTACH_NONE ? ", " : "",
				      attach_name(out->kind));
	}
	strbuf_printf(to, "; %zu ring%s of %zu KiB", c->load.nrings, c->load.nrings == 1 ? "" : "s",
		      c->load.nrings ? c->load.rings[0].size / 1024 : 0);
}
