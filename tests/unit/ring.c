// SPDX-License-Identifier: BSD-2-Clause
#include "capture/ring.h"
#include "check.h"

#include <linux/bpf.h>

#define SIZE 16384

/* A ring and a stage in plain memory, filled as the kernel programs fill them. The second half mirrors the
 * first, as mapped twice. */
struct rig {
	struct ring ring;
	struct cpu_state cpu;
	uint64_t cons, prod;
	_Alignas(8) uint8_t data[2 * SIZE];
	uint64_t put, got; /* records; each carries its number as its time */
	uint64_t bad;	   /* out of turn, or with wrong bytes */
	uint32_t seed;
};

static struct rig *rig_new(uint32_t seed)
{
	struct rig *g = calloc(1, sizeof(*g));

	g->seed = seed;
	g->ring =
		(struct ring){ .fd = -1, .size = SIZE, .cons = &g->cons, .prod = &g->prod, .data = g->data };
	CHECK_EQ(ring_join_stage(&g->ring, &g->cpu), 0);
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
	return (sizeof(rec) + len + 7) & ~7u;
}

static void put_entry(struct rig *g, const void *bytes, uint32_t len)
{
	uint32_t header = len, total = (BPF_RINGBUF_HDR_SZ + len + 7) & ~7u;
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

static void push(struct rig *g)
{
	put_entry(g, &g->cpu.stage_number, sizeof(g->cpu.stage_number) + g->cpu.staged);
	g->cpu.stage_number++;
	g->cpu.staged = 0;
	memset(g->cpu.stage, 0xee, STAGE_BYTES);
}

static void put_staged(struct rig *g, uint32_t len)
{
	if (g->cpu.staged + sizeof(struct record) + len + 8 > STAGE_BYTES)
		push(g);
	g->cpu.staged += (uint32_t)make_record(g, g->cpu.stage + g->cpu.staged, len);
}

static void put_alone(struct rig *g, uint32_t len)
{
	_Alignas(8) uint8_t rec[2048];

	if (g->cpu.staged)
		push(g);
	make_record(g, rec, len);
	put_entry(g, rec, sizeof(struct record) + len);
}

/* At most n records; how many there were. */
static uint64_t take(struct rig *g, uint64_t n)
{
	const struct record *rec;
	uint64_t before = g->got;

	ring_look(&g->ring);
	while (n-- && ring_peek(&g->ring, &rec) == RING_RECORD) {
		g->bad += rec->ts_ns != g->got;
		for (uint32_t i = 0; i < rec->cap_meta; i++)
			g->bad += rec->data[i] != (uint8_t)g->got;
		g->got++;
		ring_next(&g->ring);
	}
	ring_release(&g->ring, true);
	return g->got - before;
}

static void staged_records_come_before_they_are_pushed(void)
{
	struct rig *g = rig_new(1);

	put_staged(g, 10);
	put_staged(g, 0);
	CHECK_EQ(take(g, 9), 2);
	put_staged(g, 100);
	CHECK_EQ(take(g, 9), 1);
	CHECK_EQ(take(g, 9), 0);
	CHECK_EQ(g->bad, 0);
	rig_free(g);
}

static void what_the_stage_gave_is_not_given_again_by_the_ring(void)
{
	struct rig *g = rig_new(1);

	for (int i = 0; i < 5; i++)
		put_staged(g, 33);
	CHECK_EQ(take(g, 2), 2);
	push(g);
	put_staged(g, 7);
	CHECK_EQ(ring_count(&g->ring), 4);
	CHECK_EQ(take(g, 9), 4);
	push(g);
	CHECK_EQ(ring_count(&g->ring), 0);
	CHECK_EQ(take(g, 9), 0);
	CHECK_EQ(g->bad, 0);
	CHECK_EQ(g->cons, g->prod);
	rig_free(g);
}

static void record_that_is_being_staged_holds_back_what_may_follow(void)
{
	struct rig *g = rig_new(1);
	const struct record *rec;

	put_alone(g, 300);
	put_staged(g, 50);
	g->cpu.busy = 1;
	CHECK_EQ(take(g, 9), 1);
	CHECK_EQ(ring_peek(&g->ring, &rec), RING_BUSY);
	CHECK_EQ(ring_count(&g->ring), 2); /* and the one that is on its way */
	g->cpu.busy = 0;
	CHECK_EQ(ring_peek(&g->ring, &rec), RING_RECORD);
	CHECK_EQ(take(g, 9), 1);
	rig_free(g);
}

/* Behind the producers' position at ring_look(), a batch is pushed and the stage begins anew. */
static void batch_pushed_since_the_look_comes_before_the_stage(void)
{
	struct rig *g = rig_new(1);
	const struct record *rec;

	put_staged(g, 1);
	ring_look(&g->ring);
	push(g);
	put_staged(g, 2);
	CHECK_EQ(ring_peek(&g->ring, &rec), RING_RECORD);
	CHECK_EQ(rec->ts_ns, 0);
	ring_next(&g->ring);
	CHECK_EQ(ring_peek(&g->ring, &rec), RING_RECORD);
	CHECK_EQ(rec->ts_ns, 1);
	ring_next(&g->ring);
	CHECK_EQ(ring_peek(&g->ring, &rec), RING_EMPTY);
	rig_free(g);
}

static void any_mixture_comes_once_and_in_order(void)
{
	for (uint32_t seed = 1; seed <= 200; seed++) {
		struct rig *g = rig_new(seed);

		for (int turn = 0; turn < 400; turn++) {
			uint32_t what = random_below(g, 10);

			if (g->prod - g->cons > SIZE / 2)
				take(g, UINT64_MAX);
			if (what < 6)
				put_staged(g, random_below(g, 257));
			else if (what == 6)
				put_alone(g, 257 + random_below(g, 1000));
			else if (what == 7 && g->cpu.staged)
				push(g);
			else
				take(g, random_below(g, 12));
			g->bad += ring_count(&g->ring) != g->put - g->got;
		}
		take(g, UINT64_MAX);
		CHECK_EQ(g->got, g->put);
		CHECK_EQ(g->bad, 0);
		rig_free(g);
	}
}

int main(void)
{
	RUN(staged_records_come_before_they_are_pushed);
	RUN(what_the_stage_gave_is_not_given_again_by_the_ring);
	RUN(record_that_is_being_staged_holds_back_what_may_follow);
	RUN(batch_pushed_since_the_look_comes_before_the_stage);
	RUN(any_mixture_comes_once_and_in_order);
	return CHECK_DONE();
}
