// SPDX-License-Identifier: BSD-2-Clause
#include "capture/ring.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Positions go back to the kernel in steps: each store takes the cache line from the producer. */
#define RELEASE_STEP (64 * 1024)

static size_t power_of_two(size_t n, size_t at_least)
{
	size_t p = at_least;

	while (p < n)
		p *= 2;
	return p;
}

int ring_open(struct ring *r, size_t size_bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size = power_of_two(size_bytes, page);
	void *cons, *prod;
	int fd, err;

	fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "ebpfdump_ring", 0, 0, (uint32_t)size, NULL);
	if (fd < 0)
		return -errno;
	cons = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (cons == MAP_FAILED) {
		err = -errno;
		close(fd);
		return err;
	}
	prod = mmap(NULL, page + 2 * size, PROT_READ, MAP_SHARED, fd, (off_t)page);
	if (prod == MAP_FAILED) {
		err = -errno;
		munmap(cons, page);
		close(fd);
		return err;
	}
	*r = (struct ring){ .fd = fd, .size = size, .page = page, .cons = cons, .prod = prod };
	r->data = (const uint8_t *)prod + page;
	return 0;
}

int ring_join_stage(struct ring *r, struct cpu_state *cpu)
{
	r->staged = malloc(STAGE_BYTES);
	if (!r->staged)
		return -ENOMEM;
	r->number = cpu->stage_number = RECORD_BATCH;
	r->cpu = cpu;
	return 0;
}

void ring_close(struct ring *r)
{
	free(r->staged);
	r->staged = NULL;
	if (r->fd < 0)
		return;
	munmap(r->cons, r->page);
	munmap((void *)r->prod, r->page + 2 * r->size);
	close(r->fd);
	r->fd = -1;
}

void ring_look(struct ring *r)
{
	r->end = __atomic_load_n(r->prod, __ATOMIC_ACQUIRE);
	r->stage = (struct ring_span){ 0 };
	r->stage_seen = false;
}

static uint64_t step_of(uint32_t header)
{
	uint32_t len = header & ~(uint32_t)(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);

	return (len + BPF_RINGBUF_HDR_SZ + 7) & ~7ull;
}

static const uint32_t *header_at(const struct ring *r, uint64_t at)
{
	return (const uint32_t *)(r->data + (at & (r->size - 1)));
}

/* What the entry under a header holds. */
static struct ring_span span_of(const uint32_t *h, uint32_t header)
{
	const uint8_t *first = (const uint8_t *)h + BPF_RINGBUF_HDR_SZ;

	return (struct ring_span){ first, first + (header & ~(uint32_t)BPF_RINGBUF_DISCARD_BIT) };
}

static uint64_t first_word(const struct ring_span *s)
{
	return *(const uint64_t *)s->at;
}

/* The entry at r->at is a batch: what of it the stage did not give before. */
static void enter_batch(struct ring *r, struct ring_span all)
{
	uint64_t number = first_word(&all);

	all.at += sizeof(number);
	if (number == r->number)
		all.at += r->taken;
	r->number = number + 1;
	r->taken = 0;
	r->batch = all;
	if (all.at >= all.end)
		r->at += step_of(*header_at(r, r->at));
}

/*
 * What is staged becomes visible behind what the ring holds. False: the ring holds more by now, or, with
 * *state, a record is just being staged.
 */
static bool see_stage(struct ring *r, enum ring_state *state)
{
	const struct cpu_state *cpu = r->cpu;
	uint32_t n;

	if (__atomic_load_n(&cpu->busy, __ATOMIC_ACQUIRE)) {
		*state = RING_BUSY;
		return false;
	}
	if (__atomic_load_n(&cpu->stage_number, __ATOMIC_ACQUIRE) != r->number)
		return false;
	n = __atomic_load_n(&cpu->staged, __ATOMIC_ACQUIRE);
	if (n > r->taken && n <= STAGE_BYTES) {
		memcpy(r->staged, cpu->stage + r->taken, n - r->taken);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&cpu->stage_number, __ATOMIC_RELAXED) != r->number)
			return false;
		r->stage = (struct ring_span){ r->staged, r->staged + (n - r->taken) };
	}
	r->stage_seen = true;
	return true;
}

static enum ring_state peek_ring(struct ring *r, const struct record **rec)
{
	while (r->at < r->end) {
		const uint32_t *h = header_at(r, r->at);
		uint32_t header = __atomic_load_n(h, __ATOMIC_ACQUIRE);
		struct ring_span all;

		if (header & BPF_RINGBUF_BUSY_BIT)
			return RING_BUSY;
		all = span_of(h, header);
		*rec = (const struct record *)all.at;
		if (header & BPF_RINGBUF_DISCARD_BIT) {
			r->at += step_of(header);
		} else if (!(first_word(&all) & RECORD_BATCH)) {
			return RING_RECORD;
		} else {
			enter_batch(r, all);
			*rec = (const struct record *)r->batch.at;
			if (r->batch.at < r->batch.end)
				return RING_RECORD;
		}
	}
	return RING_EMPTY;
}

enum ring_state ring_peek_slow(struct ring *r, const struct record **rec)
{
	enum ring_state state = peek_ring(r, rec);

	while (state == RING_EMPTY && r->cpu && !r->stage_seen && !see_stage(r, &state)) {
		if (state == RING_BUSY)
			break;
		r->end = __atomic_load_n(r->prod, __ATOMIC_ACQUIRE);
		state = peek_ring(r, rec);
	}
	if (state != RING_EMPTY || r->stage.at >= r->stage.end)
		return state;
	*rec = (const struct record *)r->stage.at;
	return RING_RECORD;
}

/* Behind the last record of a batch, a record of the stage, or one that is alone. */
void ring_next_slow(struct ring *r)
{
	if (r->stage.at < r->stage.end) {
		size_t n = record_bytes((const struct record *)r->stage.at);

		r->stage.at += n;
		r->taken += (uint32_t)n;
	} else {
		r->at += step_of(*header_at(r, r->at));
	}
}

void ring_release(struct ring *r, bool now)
{
	uint64_t done = r->at - r->released;

	if (done == 0 || (!now && done < RELEASE_STEP && done < r->size / 4))
		return;
	__atomic_store_n(r->cons, r->at, __ATOMIC_RELEASE);
	r->released = r->at;
}

static uint64_t count_span(struct ring_span s)
{
	uint64_t n = 0;

	for (; s.at < s.end; n++)
		s.at += record_bytes((const struct record *)s.at);
	return n;
}

/* The batch at a place of the ring, where the one that is being read may have been read in part. */
static uint64_t count_batch(const struct ring *r, uint64_t at, struct ring_span all)
{
	if (at == r->at && r->batch.at < r->batch.end)
		return count_span(r->batch);
	if (first_word(&all) == r->number)
		all.at += r->taken;
	all.at += sizeof(uint64_t);
	return count_span(all);
}

static uint64_t count_stage(const struct cpu_state *cpu, uint64_t number, uint32_t taken)
{
	uint32_t n = cpu->staged;

	if (cpu->stage_number != number || n <= taken || n > STAGE_BYTES)
		return cpu->busy;
	return count_span((struct ring_span){ cpu->stage + taken, cpu->stage + n }) + cpu->busy;
}

uint64_t ring_count(struct ring *r)
{
	uint64_t n = 0, number = r->number;
	uint32_t taken = r->taken;

	ring_look(r);
	for (uint64_t at = r->at; at < r->end;) {
		const uint32_t *h = header_at(r, at);
		uint32_t header = __atomic_load_n(h, __ATOMIC_ACQUIRE);
		struct ring_span all = span_of(h, header);

		if (header & BPF_RINGBUF_BUSY_BIT || !(first_word(&all) & RECORD_BATCH)) {
			n += !(header & BPF_RINGBUF_DISCARD_BIT);
		} else if (!(header & BPF_RINGBUF_DISCARD_BIT)) {
			n += count_batch(r, at, all);
			number = first_word(&all) + 1;
			taken = 0;
		}
		at += step_of(header);
	}
	return r->cpu ? n + count_stage(r->cpu, number, taken) : n;
}
