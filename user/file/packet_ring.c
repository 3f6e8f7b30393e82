// SPDX-License-Identifier: BSD-2-Clause
#include "file/packet_ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct slot {
	struct packet packet; /* its data and options follow */
	size_t len;	      /* of the slot */
};

int packet_ring_new(struct packet_ring *r, size_t size)
{
	*r = (struct packet_ring){ .buf = malloc(size), .size = size };
	return r->buf ? 0 : -ENOMEM;
}

void packet_ring_free(struct packet_ring *r)
{
	free(r->buf);
	*r = (struct packet_ring){ 0 };
}

static struct slot *oldest(struct packet_ring *r)
{
	return (struct slot *)(void *)(r->buf + r->first);
}

static void drop_oldest(struct packet_ring *r)
{
	r->first += oldest(r)->len;
	r->n--;
	if (!r->n) {
		r->first = r->next = r->end = 0;
	} else if (r->first == r->end) { /* what comes next stands at the start */
		r->first = 0;
		r->end = r->next;
	}
}

/* Frees len bytes in a row at r->next, which may start over. */
static void make_room(struct packet_ring *r, size_t len)
{
	for (;;) {
		bool wrapped = r->n && r->next <= r->first;

		if (!wrapped && r->size - r->next >= len)
			return;
		if (!wrapped) { /* start over; what is left at the end stays unused */
			r->end = r->next;
			r->next = 0;
			if (!r->n)
				r->first = r->end = 0;
			continue;
		}
		if (r->first - r->next >= len)
			return;
		drop_oldest(r);
		r->forgotten++;
	}
}

void packet_ring_add(struct packet_ring *r, const struct packet *p)
{
	size_t comment_len = p->comment ? strlen(p->comment) + 1 : 0,
	       len = (sizeof(struct slot) + p->cap_len + p->options_len + comment_len + 15) & ~(size_t)15;
	struct slot *s;
	uint8_t *data;

	if (len > r->size) {
		r->forgotten++;
		return;
	}
	make_room(r, len);
	s = (struct slot *)(void *)(r->buf + r->next);
	data = (uint8_t *)(s + 1);
	s->packet = *p;
	s->len = len;
	s->packet.data = memcpy(data, p->data, p->cap_len);
	if (p->options)
		s->packet.options = memcpy(data + p->cap_len, p->options, p->options_len);
	if (p->comment)
		s->packet.comment = memcpy(data + p->cap_len + p->options_len, p->comment, comment_len);
	r->next += len;
	if (r->next > r->first)
		r->end = r->next;
	r->n++;
}

bool packet_ring_take(struct packet_ring *r, struct packet *out)
{
	if (!r->n)
		return false;
	*out = oldest(r)->packet;
	drop_oldest(r);
	return true;
}

bool packet_ring_next(const struct packet_ring *r, struct packet_ring_place *place, struct packet *out)
{
	const struct slot *s;

	if (place->n == r->n)
		return false;
	if (!place->n)
		place->at = r->first;
	else if (place->at == r->end)
		place->at = 0;
	s = (const struct slot *)(const void *)(r->buf + place->at);
	*out = s->packet;
	place->at += s->len;
	place->n++;
	return true;
}
