// SPDX-License-Identifier: BSD-2-Clause
#include "capture/capture.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/consumers.h"
#include "capture/internal.h"
#include "capture/load_error.h"
#include "capture/netlink.h"
#include "capture/open.h"
#include "capture/sll2.h"
#include "capture/threads.h"
#include "capture/wait.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/strbuf.h"

/* How long the programs that still ran when they were taken off may take to submit. */
#define DRAIN_TRIES 50
#define DRAIN_WAIT_US 1000

struct port *capture_other_port(struct capture *c, uint32_t ifindex)
{
	/* The latest first: an index may be used again. */
	for (size_t i = c->nports; i-- > 0;)
		if (c->ports[i]->device.ifindex == ifindex)
			return c->last_port = c->ports[i];
	return NULL;
}

static void describe_record(struct packet *p, const struct record *rec)
{
	static const uint8_t csums[] = { CSUM_UNKNOWN, CSUM_VALID, CSUM_PARTIAL, CSUM_UNKNOWN };
	uint32_t meta = rec->cap_meta;

	p->wire_len = rec->wire_len;
	p->cap_len = meta & RECORD_CAP_LEN_MASK;
	p->data = rec->data;
	p->dir = meta & RECORD_OUT ? DIR_OUT : DIR_IN;
	p->hook = meta & RECORD_XDP ? HOOK_XDP : HOOK_TC;
	p->csum = csums[meta >> RECORD_CSUM_SHIFT & RECORD_CSUM_MASK];
	/* At tc egress the skb is not marked as outgoing yet. */
	p->pkt_type =
		meta & RECORD_OUT ? PACKET_OUTGOING : meta >> RECORD_PKTTYPE_SHIFT & RECORD_PKTTYPE_MASK;
	p->has_pkt_type = !(meta & RECORD_XDP);
	p->gso = meta & RECORD_GSO;
	p->icmp = meta & RECORD_ICMP;
	p->queue = rec->queue;
	p->lost = rec->lost;
}

static int tell_port(struct capture *c, struct port *p)
{
	struct block b = { .kind = BLOCK_IFACE, .iface = p->iface };

	p->told = true;
	return c->to->block ? c->to->block(c->to->arg, &b) : 0;
}

static int deliver(void *arg, const struct record *rec)
{
	struct capture *c = arg;
	struct port *port = capture_port(c, rec->ifindex);
	struct packet p = { .ts_ns = clock_wall_ns(&c->clock, rec->ts_ns) };
	int r;

	describe_record(&p, rec);
	if (!port) {
		c->icmp += p.icmp;
		c->strays += !p.icmp;
		return 0;
	}
	p.iface = port->iface;
	if (c->budget.shared && !p.icmp)
		budget_note(&c->budget, &c->clock, rec, &p);
	if (c->sll2)
		sll2_convert(&p, &port->sll2, c->packet, p.icmp ? CAPTURE_SNAPLEN_MAX : c->s.snaplen);
	r = c->to->packet(c->to->arg, &p);
	if (r < 0) /* it stays where it is, and is counted there */
		return r;
	c->icmp += p.icmp;
	port->captured += !p.icmp;
	c->captured += !p.icmp;
	return r;
}

/* A record needs nothing but to be described: the other fields of c->many stay zero. */
static bool takes_many(const struct capture *c)
{
	return c->to->packets && !c->budget.shared && !c->sll2 && !c->s.icmp;
}

static int deliver_many(void *arg, const struct record *const *recs, size_t n)
{
	struct capture *c = arg;
	struct packet *p = c->many;

	for (size_t i = 0; i < n; i++) {
		struct port *port = capture_port(c, recs[i]->ifindex);

		if (!port) {
			c->strays++;
			continue;
		}
		p->ts_ns = clock_wall_ns(&c->clock, recs[i]->ts_ns);
		p->iface = port->iface;
		describe_record(p++, recs[i]);
		port->captured++;
	}
	n = (size_t)(p - c->many);
	c->captured += n;
	return n ? c->to->packets(c->to->arg, c->many, n) : 0;
}

static int tell_ports(struct capture *c)
{
	int r = 0;

	for (size_t i = 0; i < c->nports && r == 0; i++)
		if (!c->ports[i]->told)
			r = tell_port(c, c->ports[i]);
	return r;
}

/* In time order: from the rings, or from the threads that empty them. A busy program holds back what others
 * have woken us for, and need not wake us when it ends: until it has, it is not quiet. */
static int deliver_waiting(struct capture *c, uint64_t *taken)
{
	uint64_t until;
	int r;

	if (c->consumers)
		return consumers_run(c->consumers, deliver, c, taken);
	until = c->stopped ? MERGE_EVERYTHING : c->clock.now.monotonic_ns(c->clock.now.arg);
	if (takes_many(c))
		r = merge_run_many(&c->merge, until, deliver_many, c, taken);
	else
		r = merge_run(&c->merge, until, deliver, c, taken);
	if (*taken || c->merge.done_ns < until)
		c->quiet_ms = 0;
	return r;
}

/* Packets delivered, -ECANCELED when the receiver wants no more, or -errno. */
static int deliver_all(struct capture *c)
{
	uint64_t taken = 0;
	int r = tell_ports(c);

	if (r == 0)
		r = deliver_waiting(c, &taken);
	if (r > 0)
		return -ECANCELED;
	if (r < 0)
		return r;
	return taken > INT32_MAX ? INT32_MAX : (int)taken;
}

/* icmp: records among those that wait which are no packets of the sum. */
static uint64_t count_left(struct capture *c, uint64_t icmp)
{
	uint64_t left = 0;

	if (c->consumers)
		left = consumers_left(c->consumers);
	for (size_t i = 0; i < c->load.nrings && !c->consumers; i++)
		left += ring_count(&c->load.rings[i]);
	return left > icmp ? left - icmp : 0;
}

static bool anything_waits(struct capture *c)
{
	for (size_t i = 0; i < c->load.nrings; i++)
		if (ring_count(&c->load.rings[i]))
			return true;
	return false;
}

/* What was lost behind the last record of each CPU, which no packet tells any more. */
static int tell_lost(struct capture *c)
{
	struct block b = { .kind = BLOCK_LOST };

	for (size_t i = 0; i < c->load.ncpus && !c->told_lost; i++)
		b.lost += c->load.cpus[i].lost;
	c->told_lost = true;
	return b.lost && c->to->block ? c->to->block(c->to->arg, &b) : 0;
}

static int end_of_records(struct capture *c)
{
	int r = tell_lost(c);

	return r < 0 ? r : -ENODATA;
}

static int poll_stopped(struct capture *c)
{
	int n = 0;

	for (int i = 0; i < DRAIN_TRIES && n == 0; i++) {
		n = deliver_all(c);
		if (n == 0 && !anything_waits(c))
			return end_of_records(c);
		if (n == 0)
			usleep(DRAIN_WAIT_US);
	}
	return n == 0 ? end_of_records(c) : n;
}

static bool any_port_left(const struct capture *c)
{
	for (size_t i = 0; i < c->nports; i++)
		if (!c->ports[i]->gone)
			return true;
	return c->s.any;
}

static int source_poll(struct source *s, int timeout_ms, const struct receiver *to)
{
	struct capture *c = (struct capture *)s;
	int n;

	c->to = to;
	budget_feed(&c->budget, c->captured);
	if (c->stopped)
		return poll_stopped(c);
	/* Not before: by now what privileges are to be given up are. */
	if (c->s.threads && !c->consumers && (n = threads_start(c)))
		return n;
	do {
		bool interrupted = wait_for_records(c, &timeout_ms);

		n = deliver_all(c);
		if (n == 0 && !any_port_left(c))
			return -ENODATA;
		if (interrupted)
			break;
	} while (n == 0 && timeout_ms != 0);
	return n;
}

static void source_stop(struct source *s)
{
	struct capture *c = (struct capture *)s;

	open_detach(c);
	if (c->consumers)
		consumers_join(c->consumers);
	c->stopped = true;
}

static int source_stats(struct source *s, struct capture_stats *out)
{
	struct capture *c = (struct capture *)s;
	struct counters sum;

	load_count_all(&c->load, &sum);
	*out = (struct capture_stats){ .received = sum.received,
				       .captured = c->captured,
				       .dropped = sum.dropped,
				       .sampled_out = sum.sampled_out,
				       .unreadable = sum.unreadable + c->strays,
				       .left = count_left(c, sum.icmp - c->icmp),
				       .icmp = sum.icmp,
				       .icmp_dropped = sum.icmp_dropped };
	budget_count(&c->budget, &out->budget);
	wanted_count(&c->wanted, c->load.obj, &out->followed, &out->evicted);
	open_count_ports(c);
	return 0;
}

static void source_close(struct source *s)
{
	struct capture *c = (struct capture *)s;

	open_detach(c);
	open_free(c);
}

static const struct source_ops ops = {
	.poll = source_poll, .stop = source_stop, .stats = source_stats, .close = source_close
};

int capture_open(struct source **out, const struct capture_settings *s, struct iface_table *table)
{
	struct capture *c;
	int r = load_check_privileges();

	if (r)
		return r;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->source.ops = &ops;
	c->table = table;
	r = open_all(c, s);
	if (r) {
		open_detach(c);
		open_free(c);
		return r;
	}
	*out = &c->source;
	return 0;
}
