/* SPDX-License-Identifier: BSD-2-Clause */
/* A ring and a log in plain memory, filled as the kernel programs fill them. */
#ifndef LOG_RIG_H
#define LOG_RIG_H

#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "capture/ring.h"
#include "check.h"

#define SIZE 4096
#define BLOCK 1024
#define BLOCKS 3

/* The second half of the ring mirrors the first, as mapped twice. */
struct rig {
	struct ring ring;
	struct cpu_state cpu;
	uint64_t cons, prod;
	_Alignas(8) uint8_t data[2 * SIZE];
	_Alignas(8) uint8_t blocks[BLOCKS * BLOCK];
	struct log_shared shared;
	uint64_t put, got; /* records; each carries its number as its time, and in its bytes */
	uint64_t bad;	   /* out of turn, or with wrong bytes */
	uint32_t seed;
};

static struct rig *rig_new(uint32_t seed)
{
	struct rig *g = calloc(1, sizeof(*g));

	g->seed = seed;
	g->cpu.end = LOG_PLACE(UINT32_MAX - seed % 5, LOG_FIRST); /* the number goes around */
	g->cpu.done = g->ring.number = UINT32_MAX - seed % 5;
	g->ring = (struct ring){ .fd = -1,
				 .size = SIZE,
				 .cons = &g->cons,
				 .prod = &g->prod,
				 .data = g->data,
				 .number = g->cpu.done };
	g->cpu.block = seed % BLOCKS;
	ring_join_log(&g->ring, &g->cpu, g->blocks, BLOCK, &g->shared);
	return g;
}

static void rig_free(struct rig *g)
{
	ring_close(&g->ring);
	free(g);
}

static uint32_t random_below(struct rig *g, uint32_t n)
{
	g->seed = g->seed * 1664525 + 1013904223;
	return (g->seed >> 8) % n;
}

static size_t make_record(struct rig *g, void *to, uint32_t len)
{
	struct record rec = { .ts_ns = g->put, .cap_meta = len, .wire_len = len };

	memcpy(to, &rec, sizeof(rec));
	memset((uint8_t *)to + sizeof(rec), (int)g->put, len);
	g->put++;
	return LOG_STEP(len);
}

/* To any block that is free. */
static bool turn(struct rig *g)
{
	uint32_t number = (uint32_t)(g->cpu.end >> 32) + 1, next = random_below(g, BLOCKS);
	uint64_t trailer;

	for (int i = 0; *LOG_TAKEN(g->blocks + next * BLOCK); i++, next = (next + 1) % BLOCKS)
		if (i == BLOCKS)
			return false;
	trailer = (uint32_t)g->cpu.end | (uint64_t)next << 32;
	memcpy(g->blocks + g->cpu.block * BLOCK + BLOCK - LOG_TRAILER, &trailer, sizeof(trailer));
	g->cpu.block = next;
	memset(g->blocks + next * BLOCK, 0xee, BLOCK);
	*LOG_TAKEN(g->blocks + next * BLOCK) = 1;
	g->cpu.end = LOG_PLACE(number, LOG_FIRST);
	return true;
}

/* most: how long the program thought that it might be. False: there is no room. */
static bool put_log(struct rig *g, uint32_t len, uint32_t most)
{
	uint8_t *to;

	if ((uint32_t)g->cpu.end + sizeof(struct record) + most + LOG_TRAILER > BLOCK && !turn(g))
		return false;
	to = g->blocks + g->cpu.block * BLOCK + (uint32_t)g->cpu.end;
	g->cpu.end += make_record(g, to, len);
	return true;
}

static void put_entry(struct rig *g, const void *bytes, uint32_t len, uint32_t marks)
{
	uint32_t header = len | marks, total = (BPF_RINGBUF_HDR_SZ + len + 7) & ~7u;
	uint8_t image[SIZE] = { 0 };

	CHECK(g->prod + total - g->cons <= SIZE);
	memcpy(image, &header, 4);
	memcpy(image + BPF_RINGBUF_HDR_SZ, bytes, len);
	for (uint32_t i = 0; i < total; i++) {
		size_t p = (g->prod + i) & (SIZE - 1);

		g->data[p] = g->data[p + SIZE] = image[i];
	}
	g->prod += total;
}

static void put_ring(struct rig *g, uint32_t len)
{
	_Alignas(8) uint8_t rec[2048];

	make_record(g, rec, len);
	put_entry(g, rec, sizeof(struct record) + len, 0);
}

static __attribute__((unused)) void put_bell(struct rig *g)
{
	put_entry(g, "no recs", 8, BPF_RINGBUF_DISCARD_BIT);
}

static bool is_whole(const struct record *rec, uint64_t number)
{
	for (uint32_t i = 0; i < rec->cap_meta; i++)
		if (rec->data[i] != (uint8_t)number)
			return false;
	return rec->ts_ns == number;
}

#endif
