/* SPDX-License-Identifier: BSD-2-Clause */
/* Where packets go: text, files, flow, JSON. */
#ifndef SINK_H
#define SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "packet.h"

struct decoded;
struct icmp_quote; /* decode/icmp.h */
struct event;	   /* from flow and trace */
struct sink;

/* Each returns 0 or -errno, after one message that names the thing; packet, packets, tick, flush and batch
 * also -ENODATA, without one: the sink has what it wanted, the run ends well. NULL where a sink has no use
 * for a call. */
struct sink_ops {
	int (*packet)(struct sink *s, const struct packet *p,
		      const struct decoded *d); /* d: NULL unless wants_decoded */
	/* packet for each of n, all of which count as taken; asked only with takes_many */
	int (*packets)(struct sink *s, const struct packet *p, size_t n);
	/* an ICMP error that quotes a segment: evidence, no segment itself; asked only with wants_icmp */
	int (*icmp)(struct sink *s, const struct packet *p, const struct icmp_quote *q);
	int (*block)(struct sink *s, const struct block *b);
	int (*event)(struct sink *s, const struct event *e);
	int (*tick)(struct sink *s, uint64_t now_ns); /* the one clock, ns since the epoch */
	int (*flush)(struct sink *s);
	int (*batch)(struct sink *s); /* nothing more is here now: flush, or soon by tick. NULL: as flush */
	int (*close)(struct sink *s); /* writes what is left, frees it whatever it returns */
};

struct sink {
	const struct sink_ops *ops;
	bool wants_decoded;
	bool wants_icmp;
	bool takes_many;
	uint64_t due_ns; /* when tick is wanted next, ns since the epoch; 0: not at all, so that idle means
			    idle */
};

#endif
