/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The records of one CPU seen by their only consumer: its log (ebpfdump/settings.h), and its BPF ring buffer
 * (layout: Linux, kernel/bpf/ringbuf.c and linux/bpf.h, BPF_RINGBUF_*), on which stands what a program could
 * not write to the log. What stands on both comes in time order.
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
	int fd;		       /* the map, or -1 */
	size_t size;	       /* bytes, a power of two */
	size_t page;	       /* bytes */
	uint64_t *cons;	       /* shared: how far the consumer has come */
	const uint64_t *prod;  /* shared: how far the producers have reserved */
	const uint8_t *data;   /* shared, mapped twice in a row */
	uint64_t at;	       /* next entry to look at */
	uint64_t end;	       /* producers' position when last looked at */
	uint64_t released;     /* what *cons was last set to */
	bool mixed;	       /* the next record may be the ring's */
	bool from_ring;	       /* … and it was */
	struct cpu_state *cpu; /* shared; NULL: there is no log */
	uint8_t *blocks;       /* shared: of all logs */
	uint32_t block_bytes;
	uint32_t *freed_all;   /* shared: log_shared.freed */
	uint32_t number;       /* of the block that is read */
	uint32_t freed;	       /* what cpu->done was last set to */
	const uint8_t *block;  /* that is read */
	uint8_t *oldest;       /* that was not given back */
	uint64_t log_end;      /* cpu->end when last looked at */
	bool busy;	       /* a program was writing to the log then */
	struct ring_span span; /* what is left of what is known of the block */
};

enum ring_state { RING_EMPTY, RING_BUSY, RING_RECORD };

/* Makes the map and maps it. size_bytes: rounded up to a power of two, a page at least. 0 or -errno. */
int ring_open(struct ring *r, size_t size_bytes);
/* Before it are the records of that CPU's log, whose state is lent; its first block, taken here, is
 * cpu->block. */
void ring_join_log(struct ring *r, struct cpu_state *cpu, uint8_t *blocks, uint32_t block_bytes,
		   struct log_shared *shared);
void ring_close(struct ring *r);

/* Notes how far the producers have come: ring_peek() looks no farther. Records given before are gone. */
void ring_look(struct ring *r);

/* What is not the next record of what is known of a block. */
enum ring_state ring_peek_slow(struct ring *r, const struct record **rec);
void ring_next_slow(struct ring *r);

static inline size_t record_bytes(const struct record *rec)
{
	return LOG_STEP(rec->cap_meta & RECORD_CAP_LEN_MASK);
}

/* The next record. RING_BUSY: one that may be older is being written. Discarded records are passed over. */
static inline enum ring_state ring_peek(struct ring *r, const struct record **rec)
{
	*rec = (const struct record *)r->span.at;
	return r->span.at < r->span.end && !r->mixed ? RING_RECORD : ring_peek_slow(r, rec);
}

/* A record's bytes come from the cache of another CPU. Where records are small, the hardware's guesses are
 * too late: so far ahead they are asked for. Of large ones not all may be looked at. */
#define RING_AHEAD 4096
#define RING_AHEAD_MOST 512

/* As many bytes ahead of the span's first as are taken from it. Beyond its end, they may be being written.
 * Always inline: gcc 12 drops calls of functions that do nothing but this. */
static inline __attribute__((always_inline)) void ring_ask_ahead(const struct ring *r, size_t taken)
{
	const uint8_t *at = r->span.at + RING_AHEAD;

	if (taken > RING_AHEAD_MOST || (size_t)(r->span.end - r->span.at) < RING_AHEAD + taken)
		return;
	for (size_t n = 0; n < taken; n += 64)
		__builtin_prefetch(at + n);
}

/* Behind the record that ring_peek() gave. */
static inline void ring_next(struct ring *r)
{
	if (!r->mixed) {
		size_t taken = record_bytes((const struct record *)r->span.at);

		ring_ask_ahead(r, taken);
		r->span.at += taken;
	} else {
		ring_next_slow(r);
	}
}

/* Positions go back to the kernel in steps: each store takes the cache line from the producer. */
#define RING_RELEASE_STEP (64 * 1024)

/* ring_release() would give something back, if only lazily. */
static inline bool ring_may_release(const struct ring *r)
{
	uint64_t done = r->at - r->released;

	return r->freed != r->number || done >= RING_RELEASE_STEP || done >= r->size / 4;
}

/* Gives the room of what was read back to the producers; lazily unless now is true. */
void ring_release(struct ring *r, bool now);

/* Blocks of its log that are written and not given back. From any thread. */
uint32_t ring_blocks_held(const struct ring *r);

/* Records that wait, whole or not. Looks again at the producers; the next record stays what it is. */
uint64_t ring_count(struct ring *r);

#endif
