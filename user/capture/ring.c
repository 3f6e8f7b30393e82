// SPDX-License-Identifier: BSD-2-Clause
#include "capture/ring.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

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

void ring_join_log(struct ring *r, struct cpu_state *cpu, uint8_t *blocks, uint32_t block_bytes,
		   struct log_shared *shared)
{
	r->cpu = cpu;
	r->blocks = blocks;
	r->block_bytes = block_bytes;
	r->freed_all = &shared->freed;
	r->block = r->oldest = blocks + (size_t)cpu->block * block_bytes;
	*LOG_TAKEN(r->oldest) = 1;
	r->freed = r->number;
	r->span = (struct ring_span){ r->block + LOG_FIRST, r->block + LOG_FIRST };
}

void ring_close(struct ring *r)
{
	if (r->fd < 0)
		return;
	munmap(r->cons, r->page);
	munmap((void *)r->prod, r->page + 2 * r->size);
	close(r->fd);
	r->fd = -1;
}

static uint64_t step_of(uint32_t header)
{
	uint32_t len = header & ~(uint32_t)(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);

	return (len + BPF_RINGBUF_HDR_SZ + 7) & ~7ull;
}

static uint32_t header_at(const struct ring *r, uint64_t at)
{
	return __atomic_load_n((const uint32_t *)(r->data + (at & (r->size - 1))), __ATOMIC_ACQUIRE);
}

static void skip_discarded(struct ring *r)
{
	while (r->at < r->end && header_at(r, r->at) & BPF_RINGBUF_DISCARD_BIT)
		r->at += step_of(header_at(r, r->at));
}

/* A program marks itself busy before it reads the clock: who is not seen to be has written what is older. */
static void look_at_log(struct ring *r)
{
	r->busy = __atomic_load_n(&r->cpu->busy, __ATOMIC_ACQUIRE);
	r->log_end = __atomic_load_n(&r->cpu->end, __ATOMIC_ACQUIRE);
}

void ring_look(struct ring *r)
{
	r->end = __atomic_load_n(r->prod, __ATOMIC_ACQUIRE);
	skip_discarded(r);
	r->mixed = r->at < r->end;
	if (r->cpu)
		look_at_log(r);
}

static enum ring_state peek_ring(struct ring *r, const struct record **rec)
{
	uint32_t header;

	skip_discarded(r);
	if (r->at == r->end)
		return RING_EMPTY;
	header = header_at(r, r->at);
	*rec = (const struct record *)(r->data + (r->at & (r->size - 1)) + BPF_RINGBUF_HDR_SZ);
	return header & BPF_RINGBUF_BUSY_BIT ? RING_BUSY : RING_RECORD;
}

/* How a block ends that is not the last of its log. */
static uint64_t trailer(const struct ring *r, const uint8_t *block)
{
	return *(const uint64_t *)(block + r->block_bytes - LOG_TRAILER);
}

/* The block that number counts: up to where it holds records, as far as log_end tells. */
static const uint8_t *known_end(const struct ring *r, uint32_t number, const uint8_t *block, uint64_t log_end)
{
	if (log_end >> 32 == number)
		return block + (uint32_t)log_end;
	return block + (uint32_t)trailer(r, block);
}

static uint8_t *next_block(const struct ring *r, const uint8_t *block)
{
	return r->blocks + (trailer(r, block) >> 32) * r->block_bytes;
}

/* What is left of the span, or of a block behind it, becomes the span. */
static bool extend_span(struct ring *r)
{
	for (;;) {
		r->span.end = known_end(r, r->number, r->block, r->log_end);
		if (r->span.at < r->span.end)
			return true;
		if (r->log_end >> 32 == r->number)
			return false;
		r->block = next_block(r, r->block);
		r->span.at = r->block + LOG_FIRST;
		r->number++;
	}
}

/* RING_BUSY: nothing, but something was being written when last looked at. */
static enum ring_state peek_log(struct ring *r, const struct record **rec)
{
	if (!r->cpu)
		return RING_EMPTY;
	if (r->span.at >= r->span.end && !extend_span(r))
		return r->busy ? RING_BUSY : RING_EMPTY;
	*rec = (const struct record *)r->span.at;
	return RING_RECORD;
}

enum ring_state ring_peek_slow(struct ring *r, const struct record **rec)
{
	const struct record *on_ring = NULL, *on_log = NULL;
	enum ring_state ring = peek_ring(r, &on_ring), log = peek_log(r, &on_log);

	if (log == RING_BUSY) {
		ring_look(r);
		ring = peek_ring(r, &on_ring);
		log = peek_log(r, &on_log);
	}
	r->mixed = ring != RING_EMPTY;
	if (ring == RING_BUSY || log == RING_BUSY)
		return RING_BUSY;
	r->from_ring = ring == RING_RECORD && (log == RING_EMPTY || on_ring->ts_ns <= on_log->ts_ns);
	*rec = r->from_ring ? on_ring : on_log;
	return ring == RING_EMPTY ? log : RING_RECORD;
}

void ring_next_slow(struct ring *r)
{
	if (r->from_ring)
		r->at += step_of(header_at(r, r->at));
	else
		r->span.at += record_bytes((const struct record *)r->span.at);
}

uint32_t ring_blocks_held(const struct ring *r)
{
	if (!r->cpu)
		return 0;
	return (uint32_t)(__atomic_load_n(&r->cpu->end, __ATOMIC_RELAXED) >> 32) -
	       __atomic_load_n(&r->cpu->done, __ATOMIC_RELAXED);
}

/* Those before the one that is read. */
static void give_blocks_back(struct ring *r)
{
	uint32_t n = r->number - r->freed;

	for (; r->freed != r->number; r->freed++) {
		uint8_t *block = r->oldest;

		r->oldest = next_block(r, block);
		__atomic_fetch_sub(LOG_TAKEN(block), 1, __ATOMIC_RELEASE);
	}
	__atomic_store_n(&r->cpu->done, r->number, __ATOMIC_RELEASE);
	__atomic_fetch_add(r->freed_all, n, __ATOMIC_RELEASE);
}

void ring_release(struct ring *r, bool now)
{
	if (!now && !ring_may_release(r))
		return;
	if (r->freed != r->number)
		give_blocks_back(r);
	if (r->released != r->at)
		__atomic_store_n(r->cons, r->at, __ATOMIC_RELEASE);
	r->released = r->at;
}

static uint64_t count_log(const struct ring *r)
{
	uint64_t n = __atomic_load_n(&r->cpu->busy, __ATOMIC_ACQUIRE),
		 log_end = __atomic_load_n(&r->cpu->end, __ATOMIC_ACQUIRE);
	const uint8_t *block = r->block, *at = r->span.at;

	for (uint32_t number = r->number;; number++) {
		for (; at < known_end(r, number, block, log_end); n++)
			at += record_bytes((const struct record *)at);
		if (log_end >> 32 == number)
			return n;
		block = next_block(r, block);
		at = block + LOG_FIRST;
	}
}

uint64_t ring_count(struct ring *r)
{
	uint64_t n = r->cpu ? count_log(r) : 0, end = __atomic_load_n(r->prod, __ATOMIC_ACQUIRE);

	for (uint64_t at = r->at; at < end; at += step_of(header_at(r, at)))
		n += !(header_at(r, at) & BPF_RINGBUF_DISCARD_BIT);
	return n;
}
