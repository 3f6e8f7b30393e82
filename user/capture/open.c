// SPDX-License-Identifier: BSD-2-Clause
#include "capture/open.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture/choose.h"
#include "capture/feature.h"
#include "capture/consumers.h"
#include "capture/internal.h"
#include "decode/linktype.h"
#include "capture/load_error.h"
#include "capture/netlink.h"
#include "capture/port.h"
#include "capture/threads.h"
#include "capture/wait.h"
#include "filter/filter.h"
#include "util/cleanup.h"
#include "util/log.h"

#define DEFAULT_LATENCY_MS 100
#define SLOTS_MAX 1024
#define SLOTS_ANY 256

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

/* where: what has that link type, said if the expression cannot be had for it; NULL where there is no choice
 */
static int compile(struct filter **out, const struct capture *c, uint16_t link_type, const char *where)
{
	char err[256];
	int r = filter_compile(out, c->expr, link_type, c->s.snaplen, !c->s.no_optimize, err, sizeof(err));

	return r == -EINVAL ? err_r(r, "%s%s%s", where ? where : "", where ? ": " : "", err) : r;
}

/* The expression for what ICMP errors quote. *raw: NULL where there is no need to say it, and no way. */
static int compile_quoted(struct filter **raw, struct capture *c)
{
	char err[256];
	int r;

	if (c->s.icmp == CAPTURE_ICMP_WHOLE)
		return compile(raw, c, LINKTYPE_RAW, "what ICMP errors quote");
	r = filter_compile(raw, c->expr, LINKTYPE_RAW, c->s.snaplen, !c->s.no_optimize, err, sizeof(err));
	if (r == -EINVAL)
		c->s.icmp = CAPTURE_ICMP_NONE;
	return r == -EINVAL ? 0 : r;
}

/* The expression for packets inside others: --decap, and ICMP errors. */
static int compile_inner(struct filter *f, struct capture *c)
{
	struct filter *ethernet = NULL, *raw = NULL;
	int r = 0;

	if (c->s.decap)
		r = compile(&ethernet, c, LINKTYPE_ETHERNET, "Ethernet in tunnels");
	if (r == 0 && c->s.decap)
		r = compile(&raw, c, LINKTYPE_RAW, "IP in tunnels");
	else if (r == 0 && c->s.icmp)
		r = compile_quoted(&raw, c);
	if (r)
		filter_free(ethernet);
	else
		filter_take_inner(f, ethernet, raw);
	return r;
}

static void want_programs(struct load_settings *l, const struct capture *c, bool ethernet, bool l3,
			  bool only_loopback)
{
	bool in = c->s.direction != CAPTURE_OUT,
	     out = c->s.direction != CAPTURE_IN && !(in && only_loopback), /* see port_attach() */
		xdp = c->s.mode == CAPTURE_XDP;
	bool frags = load_kernel_at_least(5, 18) && !feature_disabled("xdp-frags");

	l->want[LOAD_IN] = ethernet && in && !xdp;
	l->want[LOAD_OUT] = ethernet && out;
	l->want[LOAD_L3_IN] = l3 && in;
	l->want[LOAD_L3_OUT] = l3 && out;
	l->want[LOAD_XDP] = ethernet && in && xdp && !frags;
	l->want[LOAD_XDP_FRAGS] = ethernet && in && xdp && frags;
}

/* The first interface of that link type, if there are others to confuse it with. */
static const char *named(const struct chosen *d, enum device_link link)
{
	for (size_t i = 0; d->n > 1 && i < d->n; i++)
		if (device_link(&d->at[i]) == link)
			return d->at[i].name;
	return NULL;
}

static int compile_filters(struct capture *c, const struct chosen *d, bool ethernet, bool l3,
			   struct filter *f[2])
{
	int r = 0;

	if (ethernet)
		r = compile(&f[0], c, LINKTYPE_ETHERNET, named(d, DEVICE_ETHERNET));
	if (r == 0 && l3)
		r = compile(&f[1], c, LINKTYPE_RAW, named(d, DEVICE_L3));
	for (int i = 0; i < 2 && r == 0; i++)
		if (f[i])
			r = compile_inner(f[i], c);
	return r;
}

static uint32_t icmp_len(enum capture_icmp icmp)
{
	return icmp == CAPTURE_ICMP_WHOLE     ? SETTINGS_ICMP_WHOLE
	       : icmp == CAPTURE_ICMP_HEADERS ? SETTINGS_ICMP_HEADERS
					      : 0;
}

static int load_for(struct capture *c, const struct chosen *d)
{
	bool ethernet = c->s.any || choose_has_link(d, DEVICE_ETHERNET), l3 = choose_has_link(d, DEVICE_L3);
	struct load_settings l = { .ring_bytes = (size_t)c->s.ring_kib * 1024, .wanted = &c->wanted };
	struct filter *f[2] = { NULL, NULL };
	int r = compile_filters(c, d, ethernet, l3, f);

	l.settings = (struct settings){ .snaplen = c->s.snaplen,
					.wake_bytes = c->s.wake_bytes,
					.slot_mask = slots_for(d, c->s.any) - 1,
					.sample = c->s.sample,
					.sample_flows = c->s.sample_flows,
					.sample_seed = c->s.sample_seed,
					.budget = budget_parts(c->s.cpu_budget),
					.sample_all_flags = c->s.sample_all_flags,
					.icmp_len = icmp_len(c->s.icmp) };
	if (r == 0)
		r = wanted_open(&c->wanted, &c->s, &l.settings);
	want_programs(&l, c, ethernet, l3, !c->s.any && choose_only_loopback(d));
	for (int i = 0; i < LOAD_PROGRAMS; i++)
		l.filter[i] = f[i == LOAD_L3_IN || i == LOAD_L3_OUT];
	if (r == 0)
		r = load_open(&c->load, &l);
	if (r == 0)
		r = budget_open(&c->budget, c->s.cpu_budget, &c->load);
	if (r == 0)
		r = wanted_fill(&c->wanted, c->load.obj);
	c->have_l3 = r == 0 && l3;
	for (int i = 0; i < 2; i++)
		filter_free(f[i]);
	return r;
}

/* Interfaces with and without a link header in one capture: all packets in libpcap's form for that. */
static int mix_link_types(struct capture *c, const struct chosen *d)
{
	c->sll2 = choose_has_link(d, DEVICE_ETHERNET) && choose_has_link(d, DEVICE_L3);
	if (!c->sll2)
		return 0;
	c->packet = malloc(CAPTURE_SNAPLEN_MAX + SLL2_HLEN);
	return c->packet ? 0 : -ENOMEM;
}

static uint32_t default_ring_kib(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN) > CAPTURE_FEW_CPUS ? CAPTURE_RING_KIB_MANY : CAPTURE_RING_KIB;
}

static int copy_settings(struct capture *c, const struct capture_settings *s)
{
	c->s = *s;
	c->s.ifaces = NULL;
	c->s.expr = c->s.netns = c->s.cpus = NULL;
	if (s->expr && *s->expr && !(c->expr = strdup(s->expr)))
		return -ENOMEM;
	if (!c->s.snaplen || c->s.snaplen > CAPTURE_SNAPLEN_MAX)
		c->s.snaplen = CAPTURE_SNAPLEN_MAX;
	if (!c->s.ring_kib)
		c->s.ring_kib = default_ring_kib();
	if (!c->s.wake_bytes)
		c->s.wake_bytes = CAPTURE_WAKE_BYTES;
	/* A log must not be full before it says that it fills. */
	while (c->s.wake_bytes > c->s.ring_kib * 256)
		c->s.wake_bytes /= 2;
	if (!c->s.latency_ms)
		c->s.latency_ms = DEFAULT_LATENCY_MS;
	return 0;
}

static int open_promiscuous(struct capture *c)
{
	if (!c->s.promisc || c->s.any)
		return 0;
	c->promisc = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (c->promisc < 0 && errno == EPERM)
		log_line(
			"not promiscuous, for that needs CAP_NET_RAW: frames for other hosts may not be seen");
	else if (c->promisc < 0)
		return err_r(-errno, "cannot go promiscuous: %s; -p captures without", strerror(errno));
	return 0;
}

/* Many interfaces take long: a signal that came meanwhile ends it. */
static bool signalled(void)
{
	sigset_t set;

	return sigpending(&set) == 0 &&
	       (sigismember(&set, SIGINT) || sigismember(&set, SIGTERM) || sigismember(&set, SIGHUP));
}

static int add_ports(struct capture *c, const struct chosen *d)
{
	int r = open_promiscuous(c);

	if (r == 0 && c->s.attaching)
		c->s.attaching();
	for (size_t i = 0; i < d->n && r == 0; i++)
		r = signalled() ? -EINTR : port_add(c, &d->at[i]);
	return r;
}

/* Each program that is attached is a file. */
static void allow_more_files(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_cur < l.rlim_max) {
		l.rlim_cur = l.rlim_max;
		setrlimit(RLIMIT_NOFILE, &l);
	}
}

/* In the interfaces' network namespace. */
static int open_there(struct capture *c, const struct capture_settings *s)
{
	struct chosen chosen = { 0 };
	int r;

	/* Listens before it looks, so that nothing that changes in between is missed. */
	c->rtnl = netlink_open(RTMGRP_LINK);
	if (c->rtnl < 0)
		r = err_r(c->rtnl, "cannot watch the interfaces: %s", strerror(-c->rtnl));
	else
		r = choose_devices(&chosen, s, &c->s.any);
	if (r == 0)
		r = mix_link_types(c, &chosen);
	if (r == 0)
		r = load_for(c, &chosen);
	if (r == 0)
		r = merge_init(&c->merge, c->load.rings, c->load.nrings);
	if (r == 0)
		r = wait_open(c);
	if (r == 0)
		r = add_ports(c, &chosen);
	free(chosen.at);
	return r;
}

int open_all(struct capture *c, const struct capture_settings *s)
{
	int r;

	allow_more_files();
	c->epoll = c->step_timer = c->rtnl = c->promisc = c->slot.fd = c->netns.there = c->netns.home = -1;
	clock_init(&c->clock, &clock_system);
	r = copy_settings(c, s);
	if (r == 0)
		r = threads_pin(c, s->cpus);
	if (r == 0)
		r = netns_open(&c->netns, s->netns);
	if (r == 0 && (r = netns_enter(&c->netns)) == 0) {
		r = open_there(c, s);
		netns_leave(&c->netns);
	}
	if (r == -ENOMEM)
		err_r(r, "out of memory");
	return r;
}

void open_detach(struct capture *c)
{
	bool there = netns_enter(&c->netns) == 0;

	/* Links are closed from anywhere. Who has clsact filters has kept what it takes to enter. */
	for (size_t i = 0; i < c->nports && (there || c->slot.fd < 0); i++)
		port_detach(c->ports[i]);
	if (there)
		netns_leave(&c->netns);
}

void open_free(struct capture *c)
{
	for (size_t i = 0; i < c->nports; i++)
		free(c->ports[i]);
	free(c->ports);
	free(c->left_out);
	free(c->packet);
	netns_close(&c->netns);
	consumers_free(c->consumers);
	cpu_list_free(&c->cpus);
	wait_close(c);
	merge_free(&c->merge);
	budget_close(&c->budget);
	load_close(&c->load);
	wanted_close(&c->wanted);
	if (c->rtnl >= 0)
		close(c->rtnl);
	if (c->promisc >= 0)
		close(c->promisc);
	if (c->slot.fd >= 0)
		close(c->slot.fd);
	free(c->expr);
	free(c);
}

static uint32_t slot_of(const struct capture *c, const struct port *p)
{
	return p->device.ifindex & (c->load.nslots - 1);
}

/* An interface that came later may have its counters where another has. */
static bool counts_alone(const struct capture *c, const struct port *p)
{
	for (size_t i = 0; i < c->nports; i++)
		if (c->ports[i] != p && slot_of(c, c->ports[i]) == slot_of(c, p))
			return false;
	return true;
}

void open_count_ports(struct capture *c)
{
	for (size_t i = 0; i < c->nports; i++) {
		struct port *p = c->ports[i];
		bool alone = counts_alone(c, p);
		struct counters sum;

		load_count(&c->load, slot_of(c, p), &sum);
		p->iface->filteraccept = alone ? sum.received : UINT64_MAX;
		p->iface->osdrop = alone ? sum.dropped + sum.unreadable : UINT64_MAX;
		p->iface->usrdeliv = p->captured;
		free(p->iface->statistics_comment);
		p->iface->statistics_comment = alone ? budget_comment(&c->budget, sum.sampled_out) : NULL;
	}
}
