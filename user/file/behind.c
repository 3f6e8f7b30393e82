// SPDX-License-Identifier: BSD-2-Clause
#include "file/behind.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "file/pace.h"

#define BUFFERS 3
#define BURST_BYTES (8u << 20) /* may come before a block is written */
#define SLOW_NS 3750000u       /* for a block: 280 MB/s */
#define SLOW_BLOCKS 1024       /* so long a disk that was slow when stretches waited is taken for slow */

struct behind {
	int fd;
	uint64_t (*held)(const void *arg, uint64_t *all);
	const void *held_arg;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* under the lock */
	struct stretch queue[BUFFERS]; /* from done on, up to put */
	uint64_t put, done;
	int failed;
	bool stop;
	struct pace pace; /* when blocks came; the rest of it is the thread's */
	/* the filler's */
	uint8_t *memory[BUFFERS];
	/* the thread's */
	bool refused;	      /* this file system would rather not */
	unsigned slow_blocks; /* left */
};

static uint64_t monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint8_t *behind_alloc(void)
{
	uint8_t *memory = aligned_alloc(BEHIND_MEMORY, BEHIND_MEMORY);

	if (memory)
		madvise(memory, BEHIND_MEMORY, MADV_HUGEPAGE);
	return memory;
}

/* Bytes written of n; less only with *e set. */
static size_t write_here(int fd, const void *bytes, size_t n, int *e)
{
	size_t done = 0;

	while (done < n) {
		ssize_t r = write(fd, (const uint8_t *)bytes + done, n - done);

		if (r >= 0) {
			done += (size_t)r;
		} else if (errno == EAGAIN) {
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
		} else if (errno != EINTR) {
			*e = -errno;
			break;
		}
	}
	return done;
}

/* Past the cache, for bytes that begin and end at a multiple of BEHIND_ALIGN in file and memory. What is not
 * written has no error: it goes the usual way, which finds it again. */
static size_t write_direct(struct behind *b, const uint8_t *bytes, size_t n)
{
	size_t done = 0;
	int e = 0;

	if (!fcntl(b->fd, F_SETFL, O_DIRECT))
		done = write_here(b->fd, bytes, n, &e);
	else
		b->refused = true;
	b->refused |= e == -EINVAL;
	fcntl(b->fd, F_SETFL, 0);
	return done;
}

/* Records are about to be lost. */
static bool hurries(struct behind *b)
{
	uint64_t all = 0, held = b->held ? b->held(b->held_arg, &all) : 0;

	if (held < all / 8 || all == 0)
		return false;
	return held >= all / 2 || (all - held < BURST_BYTES && !pace_keeps_up(&b->pace, monotonic_ns()));
}

/* Others wait behind this one, and it hurries; or nothing comes on. */
static bool is_pressed(struct behind *b)
{
	bool waits = b->put - b->done > 1, slow = b->pace.ns[true] > SLOW_NS;

	if (waits && slow)
		b->slow_blocks = SLOW_BLOCKS;
	else if (b->slow_blocks)
		b->slow_blocks--;
	return (waits && hurries(b)) || b->slow_blocks;
}

static bool goes_direct(struct behind *b, const struct stretch *s, bool pressed)
{
	if (b->refused || ((uintptr_t)s->bytes + s->n) % BEHIND_ALIGN || s->n < BEHIND_BLOCK / 2)
		return false;
	return !pressed || pace_past(&b->pace);
}

static int write_stretch(struct behind *b, struct stretch *s, bool pressed)
{
	bool direct = goes_direct(b, s, pressed);
	uint64_t start = monotonic_ns();
	int e = 0;

	if (direct) {
		size_t head = -(uintptr_t)s->bytes % BEHIND_ALIGN;

		s->done = write_here(b->fd, s->bytes, head, &e);
		if (!e)
			s->done += write_direct(b, s->bytes + head, s->n - head);
	}
	if (!e)
		s->done += write_here(b->fd, s->bytes + s->done, s->n - s->done, &e);
	if (s->n >= BEHIND_BLOCK / 2)
		pace_took(&b->pace, direct, (monotonic_ns() - start) * BEHIND_BLOCK / s->n);
	return e;
}

static void *run(void *arg)
{
	struct behind *b = arg;

	pthread_mutex_lock(&b->lock);
	while (!b->stop) {
		struct stretch *s = &b->queue[b->done % BUFFERS];
		bool pressed;
		int e;

		if (b->put == b->done || b->failed) {
			pthread_cond_wait(&b->changed, &b->lock);
			continue;
		}
		pressed = is_pressed(b);
		pthread_mutex_unlock(&b->lock);
		e = write_stretch(b, s, pressed);
		pthread_mutex_lock(&b->lock);
		b->failed = e;
		b->done += !e;
		pthread_cond_signal(&b->changed);
	}
	pthread_mutex_unlock(&b->lock);
	return NULL;
}

static int start(struct behind *b)
{
	sigset_t all, old;
	int e;

	sigfillset(&all); /* signals are the main thread's */
	pthread_sigmask(SIG_SETMASK, &all, &old);
	e = pthread_create(&b->thread, NULL, run, b);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return e;
}

static void release(struct behind *b)
{
	pthread_mutex_destroy(&b->lock);
	pthread_cond_destroy(&b->changed);
	for (size_t i = 0; i < BUFFERS; i++)
		free(b->memory[i]);
	free(b);
}

struct behind *behind_new(int fd, uint8_t *first, uint64_t (*held)(const void *arg, uint64_t *all),
			  const void *arg)
{
	struct behind *b = calloc(1, sizeof(*b));
	bool complete = b;

	if (!b)
		return NULL;
	b->fd = fd;
	b->held = held;
	b->held_arg = arg;
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->changed, NULL);
	for (size_t i = 1; i < BUFFERS; i++) {
		b->memory[i] = behind_alloc();
		complete &= b->memory[i] != NULL;
	}
	if (!complete || start(b)) {
		release(b);
		return NULL;
	}
	b->memory[0] = first;
	return b;
}

void behind_put(struct behind *b, const struct stretch *s)
{
	pthread_mutex_lock(&b->lock);
	b->queue[b->put++ % BUFFERS] = *s;
	pace_came(&b->pace, monotonic_ns());
	pthread_cond_signal(&b->changed);
	pthread_mutex_unlock(&b->lock);
}

/* Until at most so many stretches are left. */
static int wait_until_left(struct behind *b, uint64_t left)
{
	int e;

	pthread_mutex_lock(&b->lock);
	while (b->put - b->done > left && !b->failed)
		pthread_cond_wait(&b->changed, &b->lock);
	e = b->failed;
	pthread_mutex_unlock(&b->lock);
	return e;
}

uint8_t *behind_memory(struct behind *b)
{
	return wait_until_left(b, BUFFERS - 1) ? NULL : b->memory[b->put % BUFFERS];
}

int behind_failed(struct behind *b)
{
	return wait_until_left(b, BUFFERS);
}

int behind_wait(struct behind *b)
{
	return wait_until_left(b, 0);
}

uint64_t behind_left_bytes(struct behind *b)
{
	uint64_t n = 0;

	pthread_mutex_lock(&b->lock);
	for (uint64_t i = b->done; i < b->put; i++)
		n += b->queue[i % BUFFERS].n;
	pthread_mutex_unlock(&b->lock);
	return n;
}

const struct stretch *behind_left(const struct behind *b, size_t i)
{
	return b->done + i < b->put ? &b->queue[(b->done + i) % BUFFERS] : NULL;
}

void behind_free(struct behind *b)
{
	if (!b)
		return;
	pthread_mutex_lock(&b->lock);
	b->stop = true;
	pthread_cond_signal(&b->changed);
	pthread_mutex_unlock(&b->lock);
	pthread_join(b->thread, NULL);
	release(b);
}
