// SPDX-License-Identifier: BSD-2-Clause
#include "pipeline.h"

#include <errno.h>
#include <stdlib.h>

#include "decode/decode.h"
#include "decode/icmp.h"
#include "decode/linktype.h"
#include "file/iface.h"
#include "filter/filter.h"
#include "filter/linktype.h"
#include "util/log.h"

void pipeline_add(struct pipeline *pl, struct sink *s)
{
	pl->sinks[pl->nsinks++] = s;
	pl->decode |= s->wants_decoded;
	pl->icmp |= s->wants_icmp;
}

static int compile(const struct pipeline *pl, const struct iface *i, struct filter **out)
{
	struct filter *filter = NULL;
	char err[256], number[16];
	int r;

	if (!decode_knows(i->link_type))
		return err_r(-EOPNOTSUPP, "TCP is not looked for in packets of link-type %s",
			     linktype_name(i->link_type, number));
	r = filter_compile_file(&filter, pl->expression, i->link_type, i->swapped, 262144, pl->optimize, err,
				sizeof(err));
	if (!r && filter_never_answers(filter, !i->undirected)) {
		filter_savefile_error(filter, err, sizeof(err));
		r = -EOPNOTSUPP;
	}
	if (!r) {
		*out = filter;
		return 0;
	}
	filter_free(filter);
	return err_r(r, "%s", err);
}

static bool is_for(const struct pipeline_filter *f, const struct iface *i)
{
	return f->link_type == i->link_type && f->swapped == i->swapped;
}

static bool find(struct pipeline *pl, const struct iface *i)
{
	for (size_t n = 0; n < pl->nfilters; n++)
		if (is_for(&pl->filters[n], i)) {
			pl->filter = n;
			return true;
		}
	return false;
}

/* Takes filter over. 0 or -ENOMEM after a message. */
static int remember(struct pipeline *pl, const struct iface *i, struct filter *filter)
{
	struct pipeline_filter *filters = realloc(pl->filters, (pl->nfilters + 1) * sizeof(*filters));

	if (!filters) {
		filter_free(filter);
		return err_r(-ENOMEM, "filter expression: out of memory");
	}
	pl->filters = filters;
	pl->filter = pl->nfilters++;
	filters[pl->filter] = (struct pipeline_filter){ filter, i->link_type, i->swapped };
	return 0;
}

int pipeline_expect(struct pipeline *pl, const struct iface *i)
{
	struct filter *filter;
	int r;

	if (find(pl, i))
		return 0;
	r = compile(pl, i, &filter);
	return r ? r : remember(pl, i, filter);
}

/* Packets beside those that were expected, of an interface or a file in which no TCP is looked for: they are
 * left out, and the first says so. */
static int leave_out(struct pipeline *pl, const struct iface *i)
{
	char number[16];

	if (find(pl, i))
		return 0;
	log_line("packets of link-type %s are left out: TCP is not looked for in them",
		 linktype_name(i->link_type, number));
	return remember(pl, i, NULL);
}

/* Does the expression match what the error quotes? 1, 0, or -errno after a message. */
static int match_quote(struct pipeline *pl, const struct packet *p, const struct icmp_quote *q)
{
	uint32_t off = (uint32_t)(q->ip - p->data);
	char err[256];
	int r;

	if (!pl->from_file || !pl->expression)
		return 1;
	if (!pl->quoted) {
		r = filter_compile(&pl->quoted, pl->expression, LINKTYPE_RAW, 262144, pl->optimize, err,
				   sizeof(err));
		if (r == -EINVAL) /* it asks for a link layer, which a quote does not have */
			return pl->icmp = false;
		if (r)
			return err_r(r, "%s", err);
	}
	return filter_match(pl->quoted, q->ip, p->cap_len - off, p->cap_len - off);
}

/* An ICMP error about a segment is evidence for who follows connections, and no packet that is shown. */
static int hand_icmp(struct pipeline *pl, const struct packet *p, const struct decoded *d)
{
	struct icmp_quote q;
	int r;

	if (!decode_icmp_quote(&q, p, d))
		return 0;
	r = match_quote(pl, p, &q);
	if (r <= 0)
		return r;
	r = 0;
	for (int i = 0; !r && i < pl->nsinks; i++)
		if (pl->sinks[i]->wants_icmp)
			r = pl->sinks[i]->ops->icmp(pl->sinks[i], p, &q);
	return r == -ENODATA ? 0 : r;
}

/* 1: to be shown, 0: not, -errno after a message. */
static int look(struct pipeline *pl, const struct packet *p, struct decoded *d)
{
	char err[256];
	int r = 1;

	if (!decode_knows(p->iface->link_type))
		return leave_out(pl, p->iface);
	if (!pl->nfilters || !is_for(&pl->filters[pl->filter], p->iface)) {
		r = pipeline_expect(pl, p->iface);
		if (r)
			return r;
	}
	if (pl->expression) {
		r = filter_match_packet(pl->filters[pl->filter].filter, p);
		if (r < 0) {
			filter_savefile_error(pl->filters[pl->filter].filter, err, sizeof(err));
			return err_r(r, "%s", err);
		}
		if (!r && !pl->icmp)
			return 0;
	}
	decode_packet(d, p->iface->link_type, p);
	if (pl->icmp && !d->is_tcp)
		return hand_icmp(pl, p, d);
	return (r || !pl->expression) && d->is_tcp;
}

static int on_packet(void *arg, const struct packet *p)
{
	struct pipeline *pl = arg;
	struct decoded d;
	bool enough = false;
	int r = 1;

	if (pl->from_file)
		r = look(pl, p, &d);
	else if (pl->decode || p->icmp)
		decode_packet(&d, p->iface->link_type, p);
	if (p->icmp)
		r = hand_icmp(pl, p, &d);
	for (int i = 0; r > 0 && i < pl->nsinks; i++) {
		struct sink *s = pl->sinks[i];
		int e = s->ops->packet ? s->ops->packet(s, p, s->wants_decoded ? &d : NULL) : 0;

		enough |= e == -ENODATA;
		r = e < 0 && e != -ENODATA ? e : r;
	}
	if (r < 0)
		pl->error = r;
	if (r <= 0)
		return r;
	return ++pl->shown == pl->limit || enough;
}

/* Live packets of a pipeline that does nothing but hand them to its one sink. */
static int on_packets(void *arg, const struct packet *p, size_t n)
{
	struct pipeline *pl = arg;
	struct sink *s = pl->sinks[0];
	int r = s->ops->packets(s, p, n);

	pl->shown += n;
	if (r < 0 && r != -ENODATA)
		pl->error = r;
	return r < 0;
}

static bool hands_on_many(const struct pipeline *pl)
{
	return pl->nsinks == 1 && pl->sinks[0]->takes_many && !pl->decode && !pl->icmp && !pl->from_file &&
	       !pl->limit;
}

static int on_block(void *arg, const struct block *b)
{
	struct pipeline *pl = arg;
	int r = 0;

	for (int i = 0; !r && i < pl->nsinks; i++)
		if (pl->sinks[i]->ops->block)
			r = pl->sinks[i]->ops->block(pl->sinks[i], b);
	if (r)
		pl->error = r;
	return r;
}

struct receiver pipeline_receiver(struct pipeline *pl)
{
	return (struct receiver){ .packet = on_packet,
				  .packets = hands_on_many(pl) ? on_packets : NULL,
				  .block = on_block,
				  .arg = pl };
}

int pipeline_flush(struct pipeline *pl)
{
	int r = 0;

	for (int i = 0; !r && i < pl->nsinks; i++)
		if (pl->sinks[i]->ops->flush)
			r = pl->sinks[i]->ops->flush(pl->sinks[i]);
	return r;
}

int pipeline_batch(struct pipeline *pl)
{
	int r = 0;

	for (int i = 0; !r && i < pl->nsinks; i++) {
		const struct sink_ops *ops = pl->sinks[i]->ops;

		if (ops->batch || ops->flush)
			r = (ops->batch ? ops->batch : ops->flush)(pl->sinks[i]);
	}
	return r;
}

int pipeline_tick(struct pipeline *pl, uint64_t now_ns)
{
	int r = 0;

	for (int i = 0; !r && i < pl->nsinks; i++) {
		struct sink *s = pl->sinks[i];

		if (s->ops->tick && s->due_ns && s->due_ns <= now_ns)
			r = s->ops->tick(s, now_ns);
	}
	return r;
}

int pipeline_wait_ms(const struct pipeline *pl, uint64_t now_ns)
{
	uint64_t due = 0;

	for (int i = 0; i < pl->nsinks; i++)
		if (pl->sinks[i]->due_ns && (!due || pl->sinks[i]->due_ns < due))
			due = pl->sinks[i]->due_ns;
	if (!due)
		return -1;
	if (due <= now_ns)
		return 0;
	due = (due - now_ns + 999999) / 1000000;
	return due > 3600000 ? 3600000 : (int)due;
}

int pipeline_close(struct pipeline *pl)
{
	int r = 0;

	for (int i = 0; i < pl->nsinks; i++) {
		int e = pl->sinks[i]->ops->close(pl->sinks[i]);

		r = r ? r : e;
	}
	for (size_t n = 0; n < pl->nfilters; n++)
		filter_free(pl->filters[n].filter);
	free(pl->filters);
	filter_free(pl->quoted);
	*pl = (struct pipeline){ 0 };
	return r;
}
