/* SPDX-License-Identifier: BSD-2-Clause */
/* Records on their way from one thread to one other, in order: a ring of bytes without a lock. */
#ifndef CAPTURE_QUEUE_H
#define CAPTURE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ebpfdump/record.h>

/* Room for the largest record, wherever the end of the memory falls. */
#define QUEUE_BYTES_MIN (1024 * 1024)

struct queue {
	uint8_t *data;
	size_t size; /* bytes, a power of two */
	int room_fd; /* an eventfd, written to when the producer found no room and there is some again; or -1
		      */

	/* the producer's */
	_Alignas(64) uint64_t put_at; /* behind the last record put */
	uint64_t head_seen;
	uint64_t put; /* records */

	/* shared, stored by the producer */
	_Alignas(64) uint64_t tail; /* how far the consumer may go */
	uint64_t done_ns;	    /* what comes later is not older */
	uint32_t starved;	    /* … and cleared by the consumer */

	/* shared, stored by the consumer */
	_Alignas(64) uint64_t head;

	/* the consumer's */
	_Alignas(64) uint64_t at; /* the next record to look at */
	uint64_t tail_seen, done_seen_ns;
	uint64_t got; /* records */
};

/* At least `bytes` and QUEUE_BYTES_MIN. 0 or -ENOMEM. */
int queue_open(struct queue *q, size_t bytes, int room_fd);
void queue_close(struct queue *q);

/* Producer. A copy of the record; false: no room, the consumer will write to room_fd. */
bool queue_put(struct queue *q, const struct record *rec);
/* Producer. Shows the consumer all that was put. */
void queue_publish(struct queue *q, uint64_t done_ns);

/* Consumer. Notes how far the producer has come: queue_peek() looks no farther. */
void queue_look(struct queue *q);
/* Consumer. The next record, lent until queue_release(); NULL: none. */
const struct record *queue_peek(struct queue *q);
void queue_next(struct queue *q); /* behind the record that queue_peek() gave */
/* Consumer. Gives room back; lazily unless now is true. */
void queue_release(struct queue *q, bool now);

/* Records that wait. Only while neither side is at it. */
uint64_t queue_count(const struct queue *q);

#endif
