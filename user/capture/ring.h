/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The records of one CPU seen by their only consumer: its BPF ring buffer and, behind what is pushed there,
 * its stage. Layout: Linux, kernel/bpf/ringbuf.c and linux/bpf.h (BPF_RINGBUF_*); ebpfdump/settings.h
 * (stage).
 */
#ifndef CAPTURE_RING_H
#define CAPTURE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ebpfdump/record.h>
#include <ebpfdump/settings.h>

/* Whole records one after the other. */
struct ring_span {
	const uint8_t *at, *end;
};

struct ring {
	int fd;			     /* the map, or -1 */
	size_t size;		     /* bytes, a power of two */
	size_t page;		     /* bytes */
	uint64_t *cons;		     /* shared: how far the consumer has come */
	const uint64_t *prod;	     /* shared: how far the producers have reserved */
	const uint8_t *data;	     /* shared, mapped twice in a row */
	uint64_t at;		     /* next entry to look at, or the one that batch lies in */
	uint64_t end;		     /* producers' position when last looked at */
	uint64_t released;	     /* what *cons was last set to */
	struct ring_span batch;	     /* what is left of the entry at `at`, if it is a batch */
	const struct cpu_state *cpu; /* shared; NULL: nothing is staged */
	uint8_t *staged;	     /* what was staged when last looked at */
	struct ring_span stage;	     /* what is left of it */
	uint64_t number;	     /* of the batch that the ring or the stage gives next */
	uint32_t taken;		     /* bytes of that batch that the stage gave already */
	bool stage_seen;	     /* since ring_look() */
};

enum ring_state { RING_EMPTY, RING_BUSY, RING_RECORD };

/* Makes the map and maps it. size_bytes: rounded up to a power of two, a page at least. 0 or -errno. */
int ring_open(struct ring *r, size_t size_bytes);
/* The ring belongs to one CPU, and its stage, which is lent, is read too. 0 or -ENOMEM. */
int ring_join_stage(struct ring *r, struct cpu_state *cpu);
void ring_close(struct ring *r);

/* Notes how far the producers have come: ring_peek() looks no farther. Records given before are gone. */
void ring_look(struct ring *r);

/* What is not the next record of a batch. */
enum ring_state ring_peek_slow(struct ring *r, const struct record **rec);
void ring_next_slow(struct ring *r);

static inline size_t record_bytes(const struct record *rec)
{
	return sizeof(*rec) + (((rec->cap_meta & RECORD_CAP_LEN_MASK) + 7) & ~7u);
}

/* The next record. RING_BUSY: reserved and not yet submitted. Discarded records are passed over. */
static inline enum ring_state ring_peek(struct ring *r, const struct record **rec)
{
	*rec = (const struct record *)r->batch.at;
	return r->batch.at < r->batch.end ? RING_RECORD : ring_peek_slow(r, rec);
}

/* Behind the record that ring_peek() gave. */
static inline void ring_next(struct ring *r)
{
	if (r->batch.at < r->batch.end)
		r->batch.at += record_bytes((const struct record *)r->batch.at);
	if (r->batch.at >= r->batch.end)
		ring_next_slow(r);
}

/* Gives the room before r->at back to the producers; lazily unless now is true. */
void ring_release(struct ring *r, bool now);

/* Records that wait, submitted or not. Looks again at the producers; r->at stays. */
uint64_t ring_count(struct ring *r);

#endif
