/* SPDX-License-Identifier: BSD-2-Clause */
/* The live source from the inside: shared by capture.c and its parts, by nothing else. */
#ifndef CAPTURE_INTERNAL_H
#define CAPTURE_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "capture/attach.h"
#include "capture/budget.h"
#include "capture/capture.h"
#include "capture/clock.h"
#include "capture/device.h"
#include "capture/load.h"
#include "capture/merge.h"
#include "capture/netns.h"
#include "capture/sll2.h"
#include "capture/wanted.h"
#include "file/iface.h"
#include "packet.h"
#include "util/cpu_list.h"

#define PORT_HOOKS 2

/* One interface while it is captured from. */
struct port {
	struct iface *iface; /* in the caller's table, which keeps it */
	struct device device;
	struct attach hooks[PORT_HOOKS];
	struct sll2_from sll2;
	uint64_t captured;
	bool told; /* to the receiver */
	bool gone; /* no longer there, or its programs were taken off */
};

struct capture {
	struct source source;
	struct capture_settings s;
	char *expr;
	struct iface_table *table;
	struct wanted wanted;
	struct load load;
	struct merge merge;
	struct consumers *consumers; /* they have the rings then, until it is stopped; NULL: this thread */
	struct cpu_list cpus;	     /* --cpu; empty: anywhere */
	struct clock clock;
	struct budget budget;
	struct port **ports;
	size_t nports;
	struct port *last_port; /* of the record before */
	struct netns netns;
	bool sll2;	    /* link types are mixed: every packet goes out as SLL2 */
	uint8_t *packet;    /* room for one in its new form */
	bool have_l3;	    /* programs for devices without a link header are loaded */
	uint32_t *left_out; /* interfaces that were looked at and not taken */
	size_t nleft_out;
	int epoll, step_timer, rtnl, promisc;
	struct clsact_slot slot;
	const struct receiver *to; /* while poll runs */
	struct packet many[MERGE_MANY];
	uint64_t captured;
	uint64_t icmp;	 /* records of ICMP errors taken from the rings */
	uint64_t strays; /* records of no interface that is known */
	bool told_lost;	 /* BLOCK_LOST is delivered */
	bool stopped;
	uint64_t quiet_ms; /* waited since the last record, or since one was held back */
};

/* The port of an interface's index, or NULL. The other one's: when the record before was of another. */
struct port *capture_other_port(struct capture *c, uint32_t ifindex);

static inline struct port *capture_port(struct capture *c, uint32_t ifindex)
{
	if (c->last_port && c->last_port->device.ifindex == ifindex)
		return c->last_port;
	return capture_other_port(c, ifindex);
}

#endif
