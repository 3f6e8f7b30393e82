// SPDX-License-Identifier: BSD-2-Clause
#include "print/names_resolver.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define QUEUE_MAX 64

enum answer { ANSWER_WAITED_FOR, ANSWER_NAME, ANSWER_NONE };

/* One address that was asked for: first in line, then looked up, then there for whoever asks again. */
struct question {
	struct name_key key;
	enum answer answer;
	bool waited; /* in vain */
	char name[NAME_SIZE];
};

struct names_resolver {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	names_resolve_fn *resolve;
	void *arg;
	uint32_t wait_ms; /* this line's */
	struct question queue[QUEUE_MAX];
	size_t first, count; /* a ring; answered ones go when their place is needed */
	size_t answered;     /* how many of them, from first on */
	int users;	     /* the owner and the thread: the last one frees */
	bool stop;
	bool has_deadline;
	struct timespec deadline; /* of this line */
};

static void put(struct names_resolver *r)
{
	bool last = --r->users == 0;

	pthread_mutex_unlock(&r->lock);
	if (!last)
		return;
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

static struct question *question_at(struct names_resolver *r, size_t i)
{
	return &r->queue[(r->first + i) % QUEUE_MAX];
}

static void *run(void *arg)
{
	struct names_resolver *r = arg;
	char name[NAME_SIZE];
	struct name_key key;
	struct question *q;
	int ret;

	pthread_mutex_lock(&r->lock);
	while (!r->stop) {
		if (r->answered == r->count) {
			pthread_cond_wait(&r->changed, &r->lock);
			continue;
		}
		key = question_at(r, r->answered)->key;
		pthread_mutex_unlock(&r->lock);
		ret = r->resolve(r->arg, key.kind == NAME_IPV4 ? AF_INET : AF_INET6, key.addr, name,
				 sizeof(name));
		pthread_mutex_lock(&r->lock);
		q = question_at(r, r->answered++);
		q->answer = ret == 0 ? ANSWER_NAME : ANSWER_NONE;
		if (ret == 0)
			memcpy(q->name, name, sizeof(name));
		pthread_cond_broadcast(&r->changed);
	}
	put(r);
	return NULL;
}

/* Detached, and deaf to signals: those are the main thread's. */
static int start(struct names_resolver *r)
{
	sigset_t all, old;
	pthread_t thread;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&thread, NULL, run, r);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (!err)
		pthread_detach(thread);
	return err;
}

struct names_resolver *names_resolver_new(names_resolve_fn *resolve, void *arg)
{
	struct names_resolver *r = calloc(1, sizeof(*r));
	pthread_condattr_t attr;

	if (!r)
		return NULL;
	r->resolve = resolve;
	r->arg = arg;
	r->users = 2;
	pthread_mutex_init(&r->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&r->changed, &attr);
	pthread_condattr_destroy(&attr);
	errno = start(r);
	if (!errno)
		return r;
	free(r);
	return NULL;
}

void names_resolver_free(struct names_resolver *r)
{
	if (!r)
		return;
	pthread_mutex_lock(&r->lock);
	r->stop = true;
	pthread_cond_broadcast(&r->changed);
	put(r);
}

void names_resolver_line(struct names_resolver *r, uint32_t wait_ms)
{
	r->wait_ms = wait_ms;
	r->has_deadline = false;
}

static struct question *find(struct names_resolver *r, const struct name_key *key)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		if (memcmp(&question_at(r, i)->key, key, sizeof(*key)) == 0)
			return question_at(r, i);
	return NULL;
}

/* NULL if as many as there is room for wait for an answer. */
static struct question *enqueue(struct names_resolver *r, const struct name_key *key)
{
	struct question *q;

	if (r->count == QUEUE_MAX) {
		if (!r->answered)
			return NULL;
		r->first = (r->first + 1) % QUEUE_MAX;
		r->count--;
		r->answered--;
	}
	q = question_at(r, r->count++);
	q->key = *key;
	q->answer = ANSWER_WAITED_FOR;
	q->waited = false;
	pthread_cond_broadcast(&r->changed);
	return q;
}

static void set_deadline(struct names_resolver *r)
{
	struct timespec *t = &r->deadline;

	if (r->has_deadline)
		return;
	clock_gettime(CLOCK_MONOTONIC, t);
	t->tv_sec += r->wait_ms / 1000;
	t->tv_nsec += (long)(r->wait_ms % 1000) * 1000000;
	if (t->tv_nsec >= 1000000000) {
		t->tv_nsec -= 1000000000;
		t->tv_sec++;
	}
	r->has_deadline = true;
}

/* Only for the question that is being looked up, and only once. */
static void wait_for(struct names_resolver *r, struct question *q)
{
	if (!r->wait_ms)
		return;
	set_deadline(r);
	while (q->answer == ANSWER_WAITED_FOR && !q->waited && q == question_at(r, r->answered))
		if (pthread_cond_timedwait(&r->changed, &r->lock, &r->deadline) == ETIMEDOUT)
			q->waited = true;
}

int names_resolver_ask(struct names_resolver *r, const struct name_key *key, char *name, size_t size)
{
	struct question *q;
	int ret = -EAGAIN;

	pthread_mutex_lock(&r->lock);
	q = find(r, key);
	if (!q)
		q = enqueue(r, key);
	if (q) {
		wait_for(r, q);
		if (q->answer == ANSWER_NAME) {
			snprintf(name, size, "%s", q->name);
			ret = 0;
		} else if (q->answer == ANSWER_NONE) {
			ret = -ENOENT;
		}
	}
	pthread_mutex_unlock(&r->lock);
	return ret;
}
