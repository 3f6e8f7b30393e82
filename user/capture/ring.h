/* SPDX-License-Identifier: BSD-2-Clause */
/* One BPF ring buffer seen by its only consumer. Layout: Linux, kernel/bpf/ringbuf.c and linux/bpf.h
 * (BPF_RINGBUF_*). */
#ifndef CAPTURE_RING_H
#define CAPTURE_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ebpfdump/record.h>

struct ring {
	int fd;		      /* the map, or -1 */
	size_t size;	      /* bytes, a power of two */
	size_t page;	      /* bytes */
	uint64_t *cons;	      /* shared: how far the consumer has come */
	const uint64_t *prod; /* shared: how far the producers have reserved */
	const uint8_t *data;  /* shared, mapped twice in a row */
	uint64_t at;	      /* next record to look at */
	uint64_t end;	      /* producers' position when last looked at */
	uint64_t released;    /* what *cons was last set to */
};

enum ring_state { RING_EMPTY, RING_BUSY, RING_RECORD };

/* Makes the map and maps it. size_bytes: rounded up to a power of two, a page at least. 0 or -errno. */
int ring_open(struct ring *r, size_t size_bytes);
void ring_close(struct ring *r);

/* Notes how far the producers have come: ring_peek() looks no farther. */
void ring_look(struct ring *r);

/* The record at r->at. RING_BUSY: reserved and not yet submitted. Discarded records are passed over. */
enum ring_state ring_peek(struct ring *r, const struct record **rec);
void ring_next(struct ring *r); /* behind the record that ring_peek() gave */

/* Gives the room before r->at back to the producers; lazily unless now is true. */
void ring_release(struct ring *r, bool now);

/* Records that wait, submitted or not. Looks again at the producers; r->at stays. */
uint64_t ring_count(struct ring *r);

#endif
