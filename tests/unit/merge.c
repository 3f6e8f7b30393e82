// SPDX-License-Identifier: BSD-2-Clause
#include "capture/merge.h"
#include "check.h"

#include <linux/bpf.h>

#define SIZE 4096
#define RINGS 3

/* Rings in plain memory, filled as the kernel fills them. The second half mirrors the first, as mapped twice.
 */
struct rig {
	struct ring rings[RINGS];
	uint64_t cons[RINGS], prod[RINGS];
	_Alignas(8) uint8_t data[RINGS][2 * SIZE];
	struct merge merge;
	uint64_t got[512]; /* times */
	size_t ngot;
	size_t stop_at; /* after so many */
	int fail;
};

static struct rig *rig_new(void)
{
	struct rig *g = calloc(1, sizeof(*g));

	for (int i = 0; i < RINGS; i++)
		g->rings[i] = (struct ring){
			.fd = -1, .size = SIZE, .cons = &g->cons[i], .prod = &g->prod[i], .data = g->data[i]
		};
	merge_init(&g->merge, g->rings, RINGS);
	return g;
}

static void rig_free(struct rig *g)
{
	merge_free(&g->merge);
	free(g);
}

/* Where the record stands, to change its header later. */
static uint64_t put(struct rig *g, int ring, uint64_t ts_ns, uint32_t len, uint32_t marks)
{
	uint64_t at = g->prod[ring];
	uint32_t total = sizeof(struct record) + len;
	uint8_t image[SIZE] = { 0 };
	struct record rec = { .ts_ns = ts_ns, .cap_meta = len, .wire_len = len };

	*(uint32_t *)image = total | marks;
	memcpy(image + BPF_RINGBUF_HDR_SZ, &rec, sizeof(rec));
	for (uint32_t i = 0; i < BPF_RINGBUF_HDR_SZ + sizeof(rec); i++) {
		size_t p = (at + i) & (SIZE - 1);

		g->data[ring][p] = g->data[ring][p + SIZE] = image[i];
	}
	g->prod[ring] = at + ((BPF_RINGBUF_HDR_SZ + total + 7) & ~7u);
	return at;
}

static void set_header(struct rig *g, int ring, uint64_t at, uint32_t header)
{
	size_t p = at & (SIZE - 1);

	memcpy(g->data[ring] + p, &header, 4);
	memcpy(g->data[ring] + p + SIZE, &header, 4);
}

static int take(void *arg, const struct record *rec)
{
	struct rig *g = arg;

	if (g->fail && g->ngot == g->stop_at)
		return g->fail;
	g->got[g->ngot++] = rec->ts_ns;
	return !g->fail && g->stop_at && g->ngot == g->stop_at;
}

static uint64_t run(struct rig *g, uint64_t until)
{
	uint64_t taken;

	merge_run(&g->merge, until, take, g, &taken);
	return taken;
}

static void rings_come_out_in_time_order(void)
{
	struct rig *g = rig_new();

	put(g, 0, 10, 50, 0);
	put(g, 0, 40, 51, 0);
	put(g, 1, 20, 52, 0);
	put(g, 1, 50, 53, 0);
	put(g, 2, 5, 54, 0);
	CHECK_EQ(run(g, MERGE_EVERYTHING), 5);
	for (size_t i = 1; i < g->ngot; i++)
		CHECK(g->got[i - 1] <= g->got[i]);
	for (int i = 0; i < RINGS; i++)
		CHECK_EQ(g->cons[i], g->prod[i]);
	rig_free(g);
}

static void later_than_until_waits_for_the_next_turn(void)
{
	struct rig *g = rig_new();

	put(g, 0, 10, 8, 0);
	put(g, 1, 30, 8, 0);
	CHECK_EQ(run(g, 20), 1);
	CHECK_EQ(g->cons[1], 0);
	put(g, 0, 25, 8, 0);
	CHECK_EQ(run(g, 40), 2);
	CHECK_EQ(g->got[1], 25);
	CHECK_EQ(g->got[2], 30);
	rig_free(g);
}

static void busy_record_holds_back_what_may_be_later(void)
{
	struct rig *g = rig_new();
	uint64_t at = put(g, 1, 15, 8, BPF_RINGBUF_BUSY_BIT);

	put(g, 0, 20, 8, 0);
	CHECK_EQ(run(g, MERGE_EVERYTHING), 0);
	set_header(g, 1, at, sizeof(struct record) + 8);
	CHECK_EQ(run(g, MERGE_EVERYTHING), 2);
	CHECK_EQ(g->got[0], 15);
	rig_free(g);
}

static void discarded_records_are_passed_over(void)
{
	struct rig *g = rig_new();

	put(g, 0, 1, 8, BPF_RINGBUF_DISCARD_BIT);
	put(g, 0, 2, 8, 0);
	put(g, 0, 3, 80, BPF_RINGBUF_DISCARD_BIT);
	CHECK_EQ(ring_count(&g->rings[0]), 1);
	CHECK_EQ(run(g, MERGE_EVERYTHING), 1);
	CHECK_EQ(g->got[0], 2);
	CHECK_EQ(g->cons[0], g->prod[0]);
	rig_free(g);
}

static void receiver_that_stops_gets_no_more_and_loses_none(void)
{
	struct rig *g = rig_new();
	uint64_t taken;

	for (uint64_t i = 0; i < 6; i++)
		put(g, (int)(i % RINGS), i, 8, 0);
	g->stop_at = 2;
	CHECK_EQ(merge_run(&g->merge, MERGE_EVERYTHING, take, g, &taken), 1);
	CHECK_EQ(taken, 2);
	CHECK_EQ(ring_count(&g->rings[0]) + ring_count(&g->rings[1]) + ring_count(&g->rings[2]), 4);
	rig_free(g);
}

static void receiver_that_fails_leaves_the_record(void)
{
	struct rig *g = rig_new();
	uint64_t taken;

	put(g, 0, 1, 8, 0);
	put(g, 0, 2, 8, 0);
	g->fail = -28;
	g->stop_at = 1;
	CHECK_EQ(merge_run(&g->merge, MERGE_EVERYTHING, take, g, &taken), -28);
	CHECK_EQ(taken, 1);
	CHECK_EQ(ring_count(&g->rings[0]), 1);
	rig_free(g);
}

static void ring_that_wraps_many_times_loses_nothing(void)
{
	struct rig *g = rig_new();
	uint64_t ts = 0, bad = 0, want = 0;

	for (int turn = 0; turn < 300; turn++) {
		g->ngot = 0;
		for (int i = 0; i < 9; i++, ts++)
			put(g, (int)((ts * 7 + ts / 3) % RINGS), ts, (uint32_t)(ts * 13 % 200), 0);
		bad += run(g, MERGE_EVERYTHING) != 9;
		for (size_t i = 0; i < g->ngot; i++)
			bad += g->got[i] != want++;
	}
	CHECK_EQ(bad, 0);
	rig_free(g);
}

int main(void)
{
	RUN(rings_come_out_in_time_order);
	RUN(later_than_until_waits_for_the_next_turn);
	RUN(busy_record_holds_back_what_may_be_later);
	RUN(discarded_records_are_passed_over);
	RUN(receiver_that_stops_gets_no_more_and_loses_none);
	RUN(receiver_that_fails_leaves_the_record);
	RUN(ring_that_wraps_many_times_loses_nothing);
	return CHECK_DONE();
}
