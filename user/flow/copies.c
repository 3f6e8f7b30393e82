// SPDX-License-Identifier: BSD-2-Clause
#include "flow/copies.h"

#include <sys/socket.h>

#include "flow/holes.h"
#include "flow/marks.h"

#define COPY_NS 200000000ull /* identifications come again after 65536 packets, on a busy host soon */
#define UNNAMED_COPY_NS 1000000ull
#define SYN_COPY_NS 10000000ull /* no timer sends a SYN again sooner */

static uint32_t ip_identification(const struct decoded *d)
{
	return d->ip && d->family == AF_INET ? (uint32_t)(d->ip[4] << 8 | d->ip[5]) : 0;
}

/* A checksum left to the card does not tell one window, time stamp or SACK block from the next. */
static uint32_t window_and_options(const struct decoded *d)
{
	uint32_t h = d->win;

	for (uint32_t i = 20; d->tcp && i < d->hdr_len && i < d->tcp_cap; i++)
		h = h * 31 + d->tcp[i];
	return h;
}

/* Of all that a packet keeps on its way. Never 0. */
static uint32_t identity(const struct decoded *d, uint32_t id)
{
	uint32_t sum = d->tcp && d->tcp_cap >= 20 ? (uint32_t)(d->tcp[16] << 8 | d->tcp[17]) : 0;
	uint64_t h = (uint64_t)id << 48 ^ (uint64_t)sum << 32 ^ d->seq;

	h ^= (uint64_t)window_and_options(d) << 16;
	h = (h ^ (uint64_t)d->ack << 16) * 0x9e3779b97f4a7c15ull;
	h = (h ^ h >> 29 ^ (uint64_t)d->payload_len << 8 ^ d->flags) * 0x9e3779b97f4a7c15ull;
	return (uint32_t)(h >> 32) | 1;
}

static void remember(struct flow_side *f, uint32_t id, uint32_t it)
{
	if (f->ip_id && id && id != f->ip_id)
		f->flags |= SIDE_IDS_DIFFER;
	f->ip_id = (uint16_t)id;
	for (int i = FLOW_IDENTITIES - 1; i > 0; i--)
		f->identities[i] = f->identities[i - 1];
	f->identities[0] = it;
}

/* The newest data again, sooner than the news of it can have come back. */
static bool too_soon_to_send_again(const struct flow_conn *c, const struct flow_side *f,
				   const struct decoded *d, uint64_t ts_ns)
{
	uint64_t since = ts_ns > f->nx_ns ? ts_ns - f->nx_ns : 0;

	/* a slow answer to the SYN is no long way */
	return d->payload_len && f->flags & SIDE_HAS_NX && d->seq + d->payload_len == f->nx &&
	       ts_ns >= f->nx_ns && since < COPY_NS && flow_us(since) < flow_round_trip_us(c) / 4 * 3;
}

/* Sooner than a timer, and not because of an answer that makes the client ask again at once, or of a SYN that
 * came again just when the timer of its SYN-ACK ran out. */
static bool too_soon_for_a_syn(const struct flow_conn *c, int from, const struct decoded *d, uint64_t since)
{
	if (d->flags & TCP_ACK && c->side[!from].last_ns > c->side[from].last_ns)
		return false;
	return d->flags & TCP_SYN && since < SYN_COPY_NS && !(c->flags & (CONN_OLD_HELD | CONN_REFUSED));
}

bool flow_is_copy(struct flow_conn *c, int from, const struct decoded *d, uint64_t ts_ns, bool *doubled)
{
	struct flow_side *f = &c->side[from];
	const struct flow_side *r = &c->side[!from];
	uint32_t id = ip_identification(d), it = identity(d, id);
	uint64_t since = ts_ns > f->last_ns ? ts_ns - f->last_ns : 0;

	for (int i = 0; i < FLOW_IDENTITIES; i++) {
		if (f->identities[i] != it)
			continue;
		if (id && f->flags & SIDE_IDS_DIFFER && since < COPY_NS)
			return *doubled = true;
		if (too_soon_for_a_syn(c, from, d, since) || too_soon_to_send_again(c, f, d, ts_ns))
			return *doubled = true;
		return *doubled && since < UNNAMED_COPY_NS && r->last_ns <= f->last_ns;
	}
	remember(f, id, it);
	return false;
}
