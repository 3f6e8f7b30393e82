// SPDX-License-Identifier: BSD-2-Clause
#include "capture/wait.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "capture/consumers.h"
#include "capture/internal.h"
#include "capture/watch.h"
#include "util/cleanup.h"
#include "util/log.h"

#define EVENTS 16
#define FAR_FUTURE_S (1ll << 40)

/* What an event is about, in epoll's data. */
enum { RING_EVENT, NEWS_EVENT, STEP_EVENT, LINK_EVENT };

static int listen_to(int epoll, int fd, uint32_t events, uint32_t what)
{
	struct epoll_event e = { .events = events, .data.u32 = what };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) ? -errno : 0;
}

/* A timer that never ends, but is cancelled when the wall clock is set. */
static int arm_step_timer(int fd)
{
	struct itimerspec far = { .it_value.tv_sec = FAR_FUTURE_S };

	return timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far, NULL) ? -errno : 0;
}

static int open_files(struct capture *c)
{
	int r = 0;

	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (c->epoll < 0)
		return -errno;
	c->step_timer = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (c->step_timer < 0)
		return -errno;
	r = arm_step_timer(c->step_timer);
	if (r == 0)
		r = listen_to(c->epoll, c->step_timer, EPOLLIN, STEP_EVENT);
	if (r == 0 && c->rtnl >= 0)
		r = listen_to(c->epoll, c->rtnl, EPOLLIN, LINK_EVENT);
	/* Edges: a ring that holds anything is readable all the time. */
	for (size_t i = 0; i < c->load.nrings && r == 0 && !c->s.threads; i++)
		r = listen_to(c->epoll, c->load.rings[i].fd, EPOLLIN | EPOLLET, RING_EVENT);
	return r;
}

int wait_open(struct capture *c)
{
	int r = open_files(c);

	return r ? err_r(r, "cannot wait for packets: %s", strerror(-r)) : 0;
}

int wait_for_consumers(struct capture *c)
{
	int r = listen_to(c->epoll, consumers_fd(c->consumers), EPOLLIN, NEWS_EVENT);

	return r ? err_r(r, "cannot listen to the threads: %s", strerror(-r)) : 0;
}

void wait_close(struct capture *c)
{
	if (c->epoll >= 0)
		close(c->epoll);
	if (c->step_timer >= 0)
		close(c->step_timer);
}

static void handle(struct capture *c, const struct epoll_event *e)
{
	uint64_t ticks;

	if (e->data.u32 == LINK_EVENT) {
		watch_read(c);
	} else if (e->data.u32 == STEP_EVENT) {
		/* ECANCELED: the clock was set. */
		if (read(c->step_timer, &ticks, sizeof(ticks)) < 0)
			arm_step_timer(c->step_timer);
	}
}

/*
 * Marked as sleeping, once more the latency goes by before a wait without it: by then every program has seen
 * the mark, or its record is on the ring.
 */
static int how_long(struct capture *c, int timeout_ms)
{
	int latency = (int)c->s.latency_ms;

	if (c->consumers)
		return timeout_ms;
	__atomic_store_n(&c->load.shared->asleep, c->quiet_ms >= c->s.latency_ms, __ATOMIC_SEQ_CST);
	if (c->quiet_ms >= 2ull * c->s.latency_ms)
		return timeout_ms;
	return timeout_ms >= 0 && timeout_ms < latency ? timeout_ms : latency;
}

static uint64_t now_ms(struct capture *c)
{
	return c->clock.now.monotonic_ns(c->clock.now.arg) / 1000000;
}

bool wait_for_records(struct capture *c, int *timeout_ms)
{
	struct epoll_event events[EVENTS];
	uint64_t began = now_ms(c), passed;
	int n = epoll_pwait(c->epoll, events, EVENTS, how_long(c, *timeout_ms), c->s.wait_mask);
	bool interrupted = n < 0 && errno == EINTR;

	for (int i = 0; i < n; i++)
		handle(c, &events[i]);
	clock_refresh(&c->clock);
	passed = now_ms(c) - began;
	/* However long it did not run: once marked as sleeping, it looks once more. */
	c->quiet_ms += passed < c->s.latency_ms ? passed : c->s.latency_ms;
	if (*timeout_ms > 0)
		*timeout_ms = passed >= (uint64_t)*timeout_ms ? 0 : *timeout_ms - (int)passed;
	return interrupted;
}
