// SPDX-License-Identifier: BSD-2-Clause
#include "capture/port.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "capture/internal.h"
#include "capture/netlink.h"
#include "decode/linktype.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/strbuf.h"

/* Each program that is attached is a file. */
static const char *advice(int r, const char *else_say)
{
	return r == -EMFILE ? "; raise the limit (ulimit -n)" : else_say;
}

static int attach_tc_hook(struct capture *c, struct port *p, struct attach *a, bool egress)
{
	bool l3 = device_link(&p->device) == DEVICE_L3;
	int prog = c->load.prog[l3 ? (egress ? LOAD_L3_OUT : LOAD_L3_IN) : (egress ? LOAD_OUT : LOAD_IN)], r;

	r = attach_tc(a, &p->hooks[!egress], prog, p->device.ifindex, egress, &c->slot);
	if (r == 0 && a->kind == ATTACH_CLSACT)
		netlink_join(c->rtnl, RTNLGRP_TC);
	/* Gone before it could join. */
	if (r == -ENODEV && c->s.any)
		return r;
	if (r == -ENODEV)
		return err_r(r, "%s: No such device exists", p->device.name);
	if (r == -EUSERS)
		return err_r(r, "%s: without tcx (Linux 6.6) only 16 captures can run in a network namespace",
			     p->device.name);
	if (r)
		return err_r(r, "%s: cannot attach to tc %s: %s%s", p->device.name,
			     egress ? "egress" : "ingress", strerror(-r), advice(r, ""));
	return 0;
}

/* What is known of the program that stands in the way. */
static int report_busy(const struct port *p, int r)
{
	char name[BPF_OBJ_NAME_LEN + 1];
	uint32_t id = attach_xdp_owner(p->device.ifindex, name, sizeof(name));

	return err_r(r, "%s: an XDP program is there already (%s, id %u) and is not replaced; use --mode tc",
		     p->device.name, *name ? name : "unnamed", id);
}

static int attach_xdp_hook(struct capture *c, struct port *p, struct attach *a)
{
	int prog = c->load.prog[c->load.prog[LOAD_XDP_FRAGS] >= 0 ? LOAD_XDP_FRAGS : LOAD_XDP];
	int r = attach_xdp(a, prog, p->device.ifindex);

	if (r == -EBUSY || r == -EEXIST)
		return report_busy(p, r);
	if (r)
		return err_r(r, "%s: cannot attach by XDP: %s%s", p->device.name, strerror(-r),
			     advice(r, "; use --mode tc"));
	return 0;
}

int port_attach(struct capture *c, struct port *p)
{
	bool loopback = p->device.flags & IFF_LOOPBACK;
	bool in = c->s.direction != CAPTURE_OUT, out = c->s.direction != CAPTURE_IN;
	bool xdp = c->s.mode == CAPTURE_XDP && device_link(&p->device) == DEVICE_ETHERNET;
	int r = 0;

	/* What leaves on lo comes in on lo: seen at one of the two hooks it is seen once. */
	if (loopback && in)
		out = false;
	if (in)
		r = xdp ? attach_xdp_hook(c, p, &p->hooks[0]) : attach_tc_hook(c, p, &p->hooks[0], false);
	if (r == 0 && out)
		r = attach_tc_hook(c, p, &p->hooks[1], true);
	if (r)
		port_detach(p);
	return r;
}

void port_detach(struct port *p)
{
	/* The first may have made the qdisc, and takes it away when nothing else is left on it. */
	for (int i = PORT_HOOKS; i-- > 0;)
		attach_remove(&p->hooks[i]);
}

static bool was_taken_off(const struct attach *a)
{
	return a->kind == ATTACH_CLSACT && !clsact_stands(a);
}

bool port_restore(struct capture *c, struct port *p)
{
	int r = 0, restored = 0;

	for (int i = 0; r == 0 && i < PORT_HOOKS; i++) {
		struct attach *a = &p->hooks[i], again = { 0 };

		if (!was_taken_off(a))
			continue;
		r = attach_tc(&again, &p->hooks[!i], a->prog, a->ifindex, a->egress, &c->slot);
		if (r == 0)
			*a = again;
		restored += r == 0;
	}
	if (r && r != -ENODEV)
		log_line("%s: the tc filters of this capture were taken away, and cannot be attached again: "
			 "%s; nothing more is captured there",
			 p->device.name, strerror(-r));
	else if (restored)
		log_line("%s: the tc filters of this capture were taken away (tc qdisc del?); they are back, "
			 "and what passed meanwhile is missing",
			 p->device.name);
	return r == 0 || r == -ENODEV;
}

static int join_promiscuous(struct capture *c, const struct device *d)
{
	struct packet_mreq m = { .mr_ifindex = (int)d->ifindex, .mr_type = PACKET_MR_PROMISC };

	if (setsockopt(c->promisc, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &m, sizeof(m)))
		return err_r(-errno, "%s: cannot go promiscuous: %s; -p captures without", d->name,
			     strerror(errno));
	return 0;
}

static struct port *new_port(struct capture *c, const struct device *d)
{
	struct port **more = reallocarray(c->ports, c->nports + 1, sizeof(*more)), *p;

	if (!more)
		return NULL;
	c->ports = more;
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->device = *d;
	p->sll2 = (struct sll2_from){ d->ifindex, d->arphrd, device_link(d) == DEVICE_ETHERNET };
	for (int i = 0; i < PORT_HOOKS; i++)
		p->hooks[i].link = -1;
	return p;
}

/* What the file says about a sampled capture. 0, or -ENOENT without sampling, or -ENOMEM. */
static int sampling(const struct capture *c, char **comment)
{
	_cleanup_(strbuf_free) struct strbuf b = { 0 };

	if (c->s.sample_flows > 1)
		strbuf_printf(&b, "sampled: one in %u connections, seed %u", c->s.sample_flows,
			      c->s.sample_seed);
	if (c->s.sample > 1)
		strbuf_printf(&b, "%s one in %u segments%s", b.len ? "; of these" : "sampled:", c->s.sample,
			      c->s.sample_all_flags ? "" : ", SYN, FIN and RST all");
	if (c->s.rate)
		strbuf_printf(&b, "%s at most %u segments a second",
			      b.len ? "; of these" : "sampled:", c->s.rate);
	if (c->s.head)
		strbuf_printf(&b,
			      "%s segments of the first %" PRIu64
			      " bytes of each direction, and SYN, FIN and RST",
			      b.len ? "; of these" : "sampled:", c->s.head);
	if (c->s.flags)
		strbuf_printf(&b, "%s segments with any of the TCP flags 0x%02x",
			      b.len ? "; of these" : "sampled:", c->s.flags);
	if (c->budget.percent > 0)
		strbuf_printf(&b, "%sas --cpu-budget %g asks for: packets where the rate changes say so",
			      b.len ? "; and " : "sampled ", c->budget.percent);
	if (!b.len)
		return -ENOENT;
	*comment = strdup(strbuf_cstr(&b));
	return *comment ? 0 : -ENOMEM;
}

static int fill_iface(const struct capture *c, const struct port *p, const struct device *d)
{
	_cleanup_(strbuf_free) struct strbuf hooks = { 0 };
	struct iface *f = p->iface;
	char *comment;

	f->link_type = c->sll2			     ? SLL2_LINKTYPE
		       : device_link(d) == DEVICE_L3 ? LINKTYPE_RAW
						     : LINKTYPE_ETHERNET;
	f->snaplen = c->s.snaplen;
	if (c->expr && !(f->filter = strdup(c->expr)))
		return -ENOMEM;
	port_describe(&hooks, p);
	if (hooks.len && !(f->description = strdup(strbuf_cstr(&hooks))))
		return -ENOMEM;
	if (sampling(c, &comment) == 0)
		f->comment = comment;
	return device_fill_iface(f, d);
}

int port_add(struct capture *c, const struct device *d)
{
	struct port *p = new_port(c, d);
	int r;

	if (!p)
		return -ENOMEM;
	r = port_attach(c, p);
	if (r == 0 && c->promisc >= 0)
		r = join_promiscuous(c, d);
	if (r == 0 && !(p->iface = iface_table_add(c->table)))
		r = -ENOMEM;
	if (r == 0)
		r = fill_iface(c, p, d);
	if (r) {
		port_detach(p);
		free(p);
		return r;
	}
	c->ports[c->nports++] = p;
	return 0;
}
