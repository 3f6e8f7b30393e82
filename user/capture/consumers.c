// SPDX-License-Identifier: BSD-2-Clause
#include "capture/consumers.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "capture/gather.h"
#include "capture/merge.h"
#include "util/cpu_list.h"
#include "util/log.h"

#define EVENTS 16
/* A record was reserved and not yet filled when it was its turn. */
#define BUSY_WAIT_MS 1

enum { RING_EVENT, WAKE_EVENT };

struct consumer {
	struct consumers *all;
	struct merge merge;
	struct queue queue;
	pthread_t thread;
	pthread_mutex_t turn; /* held while the rings are emptied: who counts what is left waits */
	uint64_t asked_ns;    /* shared: the other side wants all up to here */
	uint64_t answered_ns;
	enum { CAME_SO_FAR, MET_BUSY, MET_NO_ROOM } outcome; /* of the last turn */
	bool marked;					     /* as sleeping, before the turn that comes */
	bool running;
	int epoll, wake;
};

struct consumers {
	struct consumer *at;
	size_t n;
	struct gather gather;
	struct queue **queues;
	uint32_t latency_ms;
	uint32_t *asleep;
	int news;	       /* an eventfd */
	bool quit;	       /* shared */
	uint64_t last_seen_ms; /* shared: when a record came */
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t now_ms(void)
{
	return now_ns() / 1000000;
}

static int put(void *arg, const struct record *rec)
{
	return queue_put(arg, rec) ? 0 : -ENOSPC;
}

/* What is on the rings up to until_ns goes into the queue. How many. */
static uint64_t take_turn(struct consumer *c, uint64_t until_ns)
{
	uint64_t taken;
	int r;

	pthread_mutex_lock(&c->turn);
	r = merge_run(&c->merge, until_ns, put, &c->queue, &taken);
	queue_publish(&c->queue, c->merge.done_ns);
	pthread_mutex_unlock(&c->turn);
	c->outcome = r < 0 ? MET_NO_ROOM : c->merge.done_ns < until_ns ? MET_BUSY : CAME_SO_FAR;
	return taken;
}

/*
 * While records come to any thread, at most the latency. When none came, the programs are told that all
 * sleep, and the first record wakes its ring's thread. That one is then ahead of the others, so the caller
 * asks these to come as far, and they see that it is not quiet any more. The mark is never taken back here: a
 * record does that. What came before it wakes nobody: so no thread sleeps for long before it has taken all
 * that was there after the mark, however long it did not run in between.
 */
static int how_long(struct consumer *c)
{
	uint64_t seen = __atomic_load_n(&c->all->last_seen_ms, __ATOMIC_RELAXED), now = now_ms(),
		 quiet = now > seen ? now - seen : 0;
	uint32_t latency = c->all->latency_ms;
	bool was_marked = c->marked;

	c->marked = quiet >= latency && c->outcome != MET_BUSY;
	if (c->outcome == MET_BUSY)
		return BUSY_WAIT_MS;
	if (c->marked)
		__atomic_store_n(c->all->asleep, 1, __ATOMIC_SEQ_CST);
	return was_marked && quiet >= 2ull * latency ? -1 : (int)latency;
}

/* Until what time the rings are to be emptied: as far as was asked, if that alone is why it goes on. */
static uint64_t wait_for_work(struct consumer *c)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(c->epoll, events, EVENTS, how_long(c));
	bool asked_only = n > 0 && c->outcome == CAME_SO_FAR;
	eventfd_t ignored;

	for (int i = 0; i < n; i++)
		if (events[i].data.u32 == WAKE_EVENT)
			eventfd_read(c->wake, &ignored);
		else
			asked_only = false;
	c->marked &= !asked_only;
	return asked_only ? 0 : now_ns();
}

static bool answers(struct consumer *c, uint64_t asked_ns)
{
	if (c->answered_ns >= asked_ns || c->merge.done_ns < asked_ns)
		return false;
	c->answered_ns = asked_ns;
	return true;
}

static void *consumer_main(void *arg)
{
	struct consumer *c = arg;
	struct consumers *all = c->all;

	pthread_setname_np(pthread_self(), CONSUMERS_NAME);
	while (!__atomic_load_n(&all->quit, __ATOMIC_ACQUIRE)) {
		uint64_t until = wait_for_work(c), asked = __atomic_load_n(&c->asked_ns, __ATOMIC_ACQUIRE),
			 taken = take_turn(c, until > asked ? until : asked);

		if (taken)
			__atomic_store_n(&all->last_seen_ms, now_ms(), __ATOMIC_RELAXED);
		if (answers(c, asked) || taken)
			eventfd_write(all->news, 1);
	}
	return NULL;
}

static int listen_to(struct consumer *c, int fd, uint32_t events, uint32_t what)
{
	struct epoll_event e = { .events = events, .data.u32 = what };

	return epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &e) ? -errno : 0;
}

static int open_consumer(struct consumer *c, struct ring *rings, size_t nrings, size_t ring_bytes)
{
	int r;

	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	c->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->epoll < 0 || c->wake < 0)
		return -errno;
	r = listen_to(c, c->wake, EPOLLIN, WAKE_EVENT);
	/* Edges: a ring that holds anything is readable all the time. */
	for (size_t i = 0; i < nrings && r == 0; i++)
		r = listen_to(c, rings[i].fd, EPOLLIN | EPOLLET, RING_EVENT);
	if (r == 0)
		r = merge_init(&c->merge, rings, nrings);
	return r ? r : queue_open(&c->queue, nrings * ring_bytes, c->wake);
}

static int open_all(struct consumers *cs, const struct consumers_settings *s)
{
	int r = 0;

	cs->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	cs->queues = calloc(cs->n, sizeof(*cs->queues));
	if (cs->news < 0 || !cs->queues)
		return -ENOMEM;
	for (size_t i = 0; i < cs->n && r == 0; i++) {
		size_t first = i * s->nrings / cs->n, behind = (i + 1) * s->nrings / cs->n;

		cs->queues[i] = &cs->at[i].queue;
		r = open_consumer(&cs->at[i], &s->rings[first], behind - first, s->ring_bytes);
	}
	return r ? r : gather_init(&cs->gather, cs->queues, cs->n);
}

static int start_thread(struct consumer *c, const struct consumers_settings *s, size_t i)
{
	sigset_t all, before;
	cpu_set_t set;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = -pthread_create(&c->thread, NULL, consumer_main, c);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	c->running = r == 0;
	if (r || !s->ncpus)
		return r;
	CPU_ZERO(&set);
	CPU_SET(s->cpus[(i + 1) % s->ncpus], &set);
	return -pthread_setaffinity_np(c->thread, sizeof(set), &set);
}

static struct consumers *new_consumers(const struct consumers_settings *s)
{
	struct consumers *cs = calloc(1, sizeof(*cs));

	if (!cs)
		return NULL;
	*cs = (struct consumers){
		.latency_ms = s->latency_ms, .asleep = s->asleep, .news = -1, .last_seen_ms = now_ms()
	};
	cs->at = aligned_alloc(_Alignof(struct consumer), s->nthreads * sizeof(*cs->at));
	if (!cs->at) {
		free(cs);
		return NULL;
	}
	memset(cs->at, 0, s->nthreads * sizeof(*cs->at));
	for (; cs->n < s->nthreads; cs->n++) {
		cs->at[cs->n].all = cs;
		cs->at[cs->n].epoll = cs->at[cs->n].wake = -1;
		pthread_mutex_init(&cs->at[cs->n].turn, NULL);
	}
	return cs;
}

int consumers_start(struct consumers **out, const struct consumers_settings *s)
{
	struct consumers *cs = new_consumers(s);
	int r = cs ? open_all(cs, s) : -ENOMEM;

	for (size_t i = 0; i < s->nthreads && r == 0; i++)
		r = start_thread(&cs->at[i], s, i);
	if (r) {
		consumers_free(cs);
		return err_r(r, "cannot start %zu threads: %s", s->nthreads, strerror(-r));
	}
	*out = cs;
	return 0;
}

int consumers_fd(const struct consumers *cs)
{
	return cs->news;
}

/* All that waits can be handed out when every thread has come as far as those that it waits with. */
static void ask(struct consumers *cs)
{
	for (size_t i = 0; i < cs->n; i++) {
		struct consumer *c = &cs->at[i];

		if (c->queue.done_seen_ns >= cs->gather.goal_ns || c->asked_ns >= cs->gather.goal_ns)
			continue;
		__atomic_store_n(&c->asked_ns, cs->gather.goal_ns, __ATOMIC_RELEASE);
		eventfd_write(c->wake, 1);
	}
}

int consumers_run(struct consumers *cs, int (*fn)(void *arg, const struct record *rec), void *arg,
		  uint64_t *taken)
{
	eventfd_t ignored;

	eventfd_read(cs->news, &ignored);
	for (size_t i = 0; i < cs->n; i++)
		if (!cs->at[i].running)
			take_turn(&cs->at[i], MERGE_EVERYTHING);
	gather_look(&cs->gather);
	ask(cs);
	return gather_run(&cs->gather, fn, arg, taken);
}

void consumers_join(struct consumers *cs)
{
	__atomic_store_n(&cs->quit, true, __ATOMIC_RELEASE);
	for (size_t i = 0; i < cs->n; i++)
		if (cs->at[i].running)
			eventfd_write(cs->at[i].wake, 1);
	for (size_t i = 0; i < cs->n; i++)
		if (cs->at[i].running)
			pthread_join(cs->at[i].thread, NULL);
	for (size_t i = 0; i < cs->n; i++)
		cs->at[i].running = false;
}

uint64_t consumers_left(struct consumers *cs)
{
	uint64_t left = 0;

	for (size_t i = 0; i < cs->n; i++) {
		struct consumer *c = &cs->at[i];

		pthread_mutex_lock(&c->turn);
		left += queue_count(&c->queue);
		for (size_t j = 0; j < c->merge.nrings; j++)
			left += ring_count(&c->merge.rings[j]);
		pthread_mutex_unlock(&c->turn);
	}
	return left;
}

static void close_consumer(struct consumer *c)
{
	queue_close(&c->queue);
	merge_free(&c->merge);
	pthread_mutex_destroy(&c->turn);
	if (c->epoll >= 0)
		close(c->epoll);
	if (c->wake >= 0)
		close(c->wake);
}

void consumers_free(struct consumers *cs)
{
	if (!cs)
		return;
	consumers_join(cs);
	for (size_t i = 0; i < cs->n; i++)
		close_consumer(&cs->at[i]);
	gather_free(&cs->gather);
	if (cs->news >= 0)
		close(cs->news);
	free(cs->queues);
	free(cs->at);
	free(cs);
}
