// SPDX-License-Identifier: BSD-2-Clause
#include "capture/ring.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
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

void ring_close(struct ring *r)
{
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

enum ring_state ring_peek(struct ring *r, const struct record **rec)
{
	while (r->at < r->end) {
		const uint32_t *h = header_at(r, r->at);
		uint32_t header = __atomic_load_n(h, __ATOMIC_ACQUIRE);

		if (header & BPF_RINGBUF_BUSY_BIT)
			return RING_BUSY;
		if (!(header & BPF_RINGBUF_DISCARD_BIT)) {
			*rec = (const struct record *)((const uint8_t *)h + BPF_RINGBUF_HDR_SZ);
			return RING_RECORD;
		}
		r->at += step_of(header);
	}
	return RING_EMPTY;
}

void ring_next(struct ring *r)
{
	r->at += step_of(*header_at(r, r->at));
}

void ring_release(struct ring *r, bool now)
{
	uint64_t done = r->at - r->released;

	if (done == 0 || (!now && done < RELEASE_STEP && done < r->size / 4))
		return;
	__atomic_store_n(r->cons, r->at, __ATOMIC_RELEASE);
	r->released = r->at;
}

uint64_t ring_count(struct ring *r)
{
	uint64_t n = 0;

	ring_look(r);
	for (uint64_t at = r->at; at < r->end;) {
		uint32_t header = __atomic_load_n(header_at(r, at), __ATOMIC_ACQUIRE);

		n += !(header & BPF_RINGBUF_DISCARD_BIT);
		at += step_of(header);
	}
	return n;
}
