// SPDX-License-Identifier: BSD-2-Clause
#include "capture/gather.h"
#include "check.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define QUEUES 4
#define STREAM 40000

static struct record *record(uint64_t ts_ns, uint32_t len, uint32_t number)
{
	static uint64_t room[RECORD_CAP_LEN_MASK / 8];
	struct record *rec = (struct record *)room;

	*rec = (struct record){ .ts_ns = ts_ns, .cap_meta = len, .wire_len = number };
	memset(rec->data, (int)number, len);
	return rec;
}

static bool is_whole(const struct record *rec)
{
	uint32_t len = rec->cap_meta & RECORD_CAP_LEN_MASK;

	for (uint32_t i = 0; i < len; i++)
		if (rec->data[i] != (uint8_t)rec->wire_len)
			return false;
	return true;
}

static bool readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static void records_come_out_as_they_went_in(void)
{
	struct queue q;
	const struct record *rec;
	uint32_t in = 0, out = 0, bad = 0;

	CHECK_EQ(queue_open(&q, 0, -1), 0);
	CHECK_EQ(q.size, QUEUE_BYTES_MIN);
	/* Sizes that end everywhere before the memory's end, up to the largest. */
	for (int turn = 0; turn < 3000; turn++) {
		while (in - out < 3 && queue_put(&q, record(in, in * 7919 % 262145, in)))
			in++;
		queue_publish(&q, in);
		queue_look(&q);
		rec = queue_peek(&q);
		bad += !rec || rec->wire_len != out || (rec->cap_meta != out * 7919 % 262145) ||
		       !is_whole(rec);
		queue_next(&q);
		queue_release(&q, turn % 5 == 0);
		out++;
	}
	CHECK_EQ(bad, 0);
	CHECK_EQ(queue_count(&q), in - out);
	queue_close(&q);
}

static void nothing_is_seen_before_it_is_published(void)
{
	struct queue q;

	queue_open(&q, 0, -1);
	queue_put(&q, record(5, 100, 0));
	queue_look(&q);
	CHECK(!queue_peek(&q));
	queue_publish(&q, 9);
	CHECK(!queue_peek(&q));
	queue_look(&q);
	CHECK(queue_peek(&q) && queue_peek(&q)->ts_ns == 5);
	CHECK_EQ(q.done_seen_ns, 9);
	queue_close(&q);
}

static void full_queue_takes_no_more_and_says_when_it_does_again(void)
{
	struct queue q;
	uint32_t n = 0;
	int fd = eventfd(0, EFD_NONBLOCK);

	queue_open(&q, 0, fd);
	while (queue_put(&q, record(n, 1000, n)))
		n++;
	CHECK_EQ(n, QUEUE_BYTES_MIN / 1024);
	queue_publish(&q, n);
	queue_look(&q);
	CHECK(!readable(fd));
	for (uint32_t i = 0; queue_peek(&q); i++) {
		CHECK_EQ(queue_peek(&q)->wire_len, i);
		queue_next(&q);
		queue_release(&q, true);
		CHECK_EQ(readable(fd), i + 1 >= n / 2);
	}
	CHECK(queue_put(&q, record(n, 1000, n)));
	queue_close(&q);
	close(fd);
}

static void memory_is_no_less_than_asked_for(void)
{
	struct queue q;

	CHECK_EQ(queue_open(&q, 5 * 1024 * 1024, -1), 0);
	CHECK_EQ(q.size, 8 * 1024 * 1024);
	queue_close(&q);
}

struct gathering {
	struct queue q[QUEUES], *at[QUEUES];
	struct gather gather;
	uint64_t next[QUEUES]; /* number of the next record of each that should come */
	uint64_t last_ns, n, bad;
	uint64_t stop_at;
	int fail;
};

static struct gathering *gathering_new(void)
{
	struct gathering *g = aligned_alloc(_Alignof(struct gathering), sizeof(*g));

	memset(g, 0, sizeof(*g));
	for (int i = 0; i < QUEUES; i++) {
		queue_open(&g->q[i], 0, -1);
		g->at[i] = &g->q[i];
	}
	gather_init(&g->gather, g->at, QUEUES);
	return g;
}

static void gathering_free(struct gathering *g)
{
	for (int i = 0; i < QUEUES; i++)
		queue_close(&g->q[i]);
	gather_free(&g->gather);
	free(g);
}

static int take(void *arg, const struct record *rec)
{
	struct gathering *g = arg;

	if (g->fail && g->n == g->stop_at)
		return g->fail;
	g->bad += rec->ts_ns < g->last_ns || rec->wire_len != g->next[rec->ifindex]++ || !is_whole(rec);
	g->last_ns = rec->ts_ns;
	g->n++;
	return !g->fail && g->n == g->stop_at;
}

static uint64_t gather(struct gathering *g)
{
	uint64_t taken;

	gather_look(&g->gather);
	gather_run(&g->gather, take, g, &taken);
	return taken;
}

static bool put(struct gathering *g, uint32_t queue, uint64_t ts_ns, uint32_t len, uint32_t number)
{
	struct record *rec = record(ts_ns, len, number);

	rec->ifindex = queue;
	return queue_put(&g->q[queue], rec);
}

static void only_what_every_producer_has_passed_goes(void)
{
	struct gathering *g = gathering_new();

	put(g, 0, 10, 8, 0);
	put(g, 0, 30, 8, 1);
	queue_publish(&g->q[0], 35);
	CHECK_EQ(gather(g), 0);
	CHECK_EQ(g->gather.goal_ns, 35);
	for (uint32_t i = 1; i < QUEUES; i++)
		queue_publish(&g->q[i], 20);
	CHECK_EQ(gather(g), 1);
	put(g, 2, 25, 8, 0);
	for (uint32_t i = 1; i < QUEUES; i++)
		queue_publish(&g->q[i], 40);
	CHECK_EQ(gather(g), 2);
	CHECK_EQ(g->bad, 0);
	CHECK_EQ(gather(g), 0);
	CHECK_EQ(g->gather.goal_ns, 0);
	gathering_free(g);
}

static void receiver_that_stops_or_fails_loses_none(void)
{
	struct gathering *g = gathering_new();
	uint64_t taken;

	for (uint32_t i = 0; i < QUEUES; i++) {
		put(g, i, i, 8, 0);
		queue_publish(&g->q[i], 100);
	}
	g->stop_at = 2;
	gather_look(&g->gather);
	CHECK_EQ(gather_run(&g->gather, take, g, &taken), 1);
	CHECK_EQ(taken, 2);
	g->fail = -28;
	CHECK_EQ(gather_run(&g->gather, take, g, &taken), -28);
	CHECK_EQ(taken, 0);
	CHECK_EQ(queue_count(&g->q[2]) + queue_count(&g->q[3]), 2);
	gathering_free(g);
}

struct producing {
	struct gathering *g;
	uint32_t queue, seed;
	uint64_t *clock; /* of all */
};

/* Random pieces, some without a record, as the queue has room. */
static void *produce(void *arg)
{
	struct producing *p = arg;
	struct queue *q = &p->g->q[p->queue];
	uint64_t room[64], ts_ns = 0;
	struct record *rec = (struct record *)room;

	for (uint32_t n = 0; n < STREAM;) {
		for (uint32_t piece = (uint32_t)rand_r(&p->seed) % 400; piece && n < STREAM; piece--, n++) {
			uint32_t len = (uint32_t)rand_r(&p->seed) % 400;

			ts_ns = __atomic_add_fetch(p->clock, 1, __ATOMIC_SEQ_CST);
			*rec = (struct record){
				.ts_ns = ts_ns, .cap_meta = len, .ifindex = p->queue, .wire_len = n
			};
			memset(rec->data, (int)n, len);
			while (!queue_put(q, rec)) {
				queue_publish(q, ts_ns - 1);
				sched_yield();
			}
		}
		queue_publish(q, __atomic_load_n(p->clock, __ATOMIC_SEQ_CST));
	}
	queue_publish(q, UINT64_MAX);
	return NULL;
}

static void random_streams_of_threads_come_out_whole_and_in_order(void)
{
	for (uint32_t seed = 1; seed <= 5; seed++) {
		struct gathering *g = gathering_new();
		struct producing p[QUEUES];
		pthread_t threads[QUEUES];
		uint64_t clock = 0;

		for (uint32_t i = 0; i < QUEUES; i++) {
			p[i] = (struct producing){ g, i, seed * 100 + i, &clock };
			pthread_create(&threads[i], NULL, produce, &p[i]);
		}
		while (g->n < QUEUES * STREAM && !g->bad)
			if (!gather(g))
				sched_yield();
		CHECK_EQ(g->bad, 0);
		CHECK_EQ(g->n, QUEUES * STREAM);
		for (uint32_t i = 0; i < QUEUES; i++)
			pthread_join(threads[i], NULL);
		gathering_free(g);
	}
}

int main(void)
{
	RUN(records_come_out_as_they_went_in);
	RUN(nothing_is_seen_before_it_is_published);
	RUN(full_queue_takes_no_more_and_says_when_it_does_again);
	RUN(memory_is_no_less_than_asked_for);
	RUN(only_what_every_producer_has_passed_goes);
	RUN(receiver_that_stops_or_fails_loses_none);
	RUN(random_streams_of_threads_come_out_whole_and_in_order);
	return CHECK_DONE();
}
