// SPDX-License-Identifier: BSD-2-Clause
#include "capture/queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

/* Positions are shown to the other side in steps: each store takes the cache line from it. */
#define RELEASE_STEP (64 * 1024)
/* In place of a time: the next record is where the memory begins. */
#define SKIP UINT64_MAX

int queue_open(struct queue *q, size_t bytes, int room_fd)
{
	size_t size = QUEUE_BYTES_MIN;
	void *data;

	while (size < bytes)
		size *= 2;
	/* Pages that are not used yet cost nothing. */
	data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (data == MAP_FAILED)
		return -ENOMEM;
	*q = (struct queue){ .data = data, .size = size, .room_fd = room_fd };
	return 0;
}

void queue_close(struct queue *q)
{
	if (q->data)
		munmap(q->data, q->size);
	q->data = NULL;
}

static size_t bytes_of(const struct record *rec)
{
	return (sizeof(*rec) + (rec->cap_meta & RECORD_CAP_LEN_MASK) + 7) & ~(size_t)7;
}

static bool has_room(struct queue *q, size_t need)
{
	return q->put_at + need - q->head_seen <= q->size;
}

/* The mark is set before the last look, and the consumer looks at the mark after it has given room. */
static bool find_room(struct queue *q, size_t need)
{
	if (has_room(q, need))
		return true;
	q->head_seen = __atomic_load_n(&q->head, __ATOMIC_ACQUIRE);
	if (has_room(q, need))
		return true;
	__atomic_store_n(&q->starved, 1, __ATOMIC_SEQ_CST);
	q->head_seen = __atomic_load_n(&q->head, __ATOMIC_SEQ_CST);
	return has_room(q, need);
}

bool queue_put(struct queue *q, const struct record *rec)
{
	size_t need = bytes_of(rec), off = q->put_at & (q->size - 1), rest = q->size - off,
	       skip = rest < need ? rest : 0;

	if (!find_room(q, skip + need))
		return false;
	if (skip) {
		((struct record *)(q->data + off))->ts_ns = SKIP;
		off = 0;
	}
	memcpy(q->data + off, rec, sizeof(*rec) + (rec->cap_meta & RECORD_CAP_LEN_MASK));
	q->put_at += skip + need;
	q->put++;
	return true;
}

void queue_publish(struct queue *q, uint64_t done_ns)
{
	__atomic_store_n(&q->tail, q->put_at, __ATOMIC_RELEASE);
	__atomic_store_n(&q->done_ns, done_ns, __ATOMIC_RELEASE);
}

void queue_look(struct queue *q)
{
	q->done_seen_ns = __atomic_load_n(&q->done_ns, __ATOMIC_ACQUIRE);
	q->tail_seen = __atomic_load_n(&q->tail, __ATOMIC_ACQUIRE);
}

static struct record *record_at(const struct queue *q)
{
	return (struct record *)(q->data + (q->at & (q->size - 1)));
}

const struct record *queue_peek(struct queue *q)
{
	if (q->at == q->tail_seen)
		return NULL;
	if (record_at(q)->ts_ns == SKIP)
		q->at = (q->at | (q->size - 1)) + 1;
	return record_at(q);
}

void queue_next(struct queue *q)
{
	q->at += bytes_of(record_at(q));
	q->got++;
}

void queue_release(struct queue *q, bool now)
{
	if (q->at == q->head || (!now && q->at - q->head < RELEASE_STEP))
		return;
	__atomic_store_n(&q->head, q->at, __ATOMIC_SEQ_CST);
	/* A producer that waited is woken for a good piece of work. */
	if (__atomic_load_n(&q->starved, __ATOMIC_SEQ_CST) &&
	    (q->at == q->tail_seen || q->tail_seen - q->at <= q->size / 2)) {
		__atomic_store_n(&q->starved, 0, __ATOMIC_SEQ_CST);
		if (q->room_fd >= 0)
			eventfd_write(q->room_fd, 1);
	}
}

uint64_t queue_count(const struct queue *q)
{
	return q->put - q->got;
}
