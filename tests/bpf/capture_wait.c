// SPDX-License-Identifier: BSD-2-Clause
/* A capture that sleeps: what wakes it, and what it must not sleep over. */
#include "check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/internal.h"
#include "file/iface.h"

#define LATENCY_MS 20
#define LONG_MS 3000

struct rig {
	struct source *source;
	struct iface_table table;
	struct cpu_state *other; /* of a CPU that nothing is sent on */
	uint64_t n;
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

static int on_packet(void *arg, const struct packet *p)
{
	((struct rig *)arg)->n++;
	return 0;
}

static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* The first two CPUs that this process may run on. False: it has but one. */
static bool two_cpus(int cpu[2])
{
	cpu_set_t set;
	int n = 0;

	sched_getaffinity(0, sizeof(set), &set);
	for (int i = 0; i < CPU_SETSIZE && n < 2; i++)
		if (CPU_ISSET(i, &set))
			cpu[n++] = i;
	return n == 2;
}

/* A loopback of its own. */
static int open_loopback(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd, r = unshare(CLONE_NEWNET);

	fd = socket(AF_INET, SOCK_DGRAM, 0);
	r = r || ioctl(fd, SIOCSIFFLAGS, &lo);
	close(fd);
	return r;
}

static int rig_open(struct rig *g, int other)
{
	static const char *const lo[] = { "lo" };
	const struct capture_settings s = { .ifaces = lo, .nifaces = 1, .latency_ms = LATENCY_MS };
	int r;

	*g = (struct rig){ 0 };
	r = open_loopback() ? -errno : capture_open(&g->source, &s, &g->table);
	if (r == 0)
		g->other = &((struct capture *)g->source)->load.cpus[other];
	return r;
}

static void rig_close(struct rig *g)
{
	g->source->ops->close(g->source);
	iface_table_clear(&g->table);
}

static int wait_for(struct rig *g, int ms)
{
	const struct receiver to = { .packet = on_packet, .arg = g };

	return g->source->ops->poll(g->source, ms, &to);
}

/* Nobody listens: a SYN and its RST. */
static void send_segments(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK(connect(fd, (struct sockaddr *)&to, sizeof(to)) && errno == ECONNREFUSED);
	close(fd);
}

/* While it is interrupted, whatever it had to say cannot be put in order; it ends without a record. */
static void *send_beside_a_busy_program(void *arg)
{
	struct rig *g = arg;

	usleep(10 * LATENCY_MS * 1000);
	__atomic_store_n(&g->other->busy, 1, __ATOMIC_SEQ_CST);
	send_segments();
	usleep(LATENCY_MS * 1000);
	__atomic_store_n(&g->other->busy, 0, __ATOMIC_SEQ_CST);
	return NULL;
}

static void sleeper_does_not_leave_what_a_busy_program_held_back(void)
{
	pthread_t sender;
	uint64_t began;
	struct rig g;
	int cpu[2];

	if (!two_cpus(cpu))
		SKIP("there is one CPU");
	stay_on(cpu[0]);
	if (rig_open(&g, cpu[1])) {
		CHECK(false);
		return;
	}
	CHECK_EQ(wait_for(&g, 5 * LATENCY_MS), 0);
	CHECK_EQ(pthread_create(&sender, NULL, send_beside_a_busy_program, &g), 0);
	for (began = now_ms(); g.n < 2 && now_ms() - began < LONG_MS;)
		wait_for(&g, LONG_MS);
	CHECK_EQ(g.n, 2);
	CHECK(now_ms() - began < LONG_MS / 2);
	pthread_join(sender, NULL);
	rig_close(&g);
}

/* The capture's clock, as it is when the program is kept from running in its first wait; and segments come
 * when it has looked at the logs after that, before it falls asleep. */
struct late {
	struct capture *capture;
	int calls, calls_when_quiet;
};

static uint64_t late_clock(void *arg)
{
	struct late *l = arg;

	if (++l->calls == 2)
		usleep(3 * LATENCY_MS * 1000);
	if (l->capture->quiet_ms && ++l->calls_when_quiet == 2)
		send_segments();
	return now_ns();
}

static void sleeper_does_not_leave_what_came_while_it_did_not_run(void)
{
	struct late l = { 0 };
	uint64_t began;
	struct rig g;

	if (rig_open(&g, 0)) {
		CHECK(false);
		return;
	}
	send_segments(); /* the first record of a block wakes it in any case */
	while (g.n < 2)
		CHECK(wait_for(&g, LONG_MS) > 0);
	l.capture = (struct capture *)g.source;
	l.capture->clock.now.monotonic_ns = late_clock;
	l.capture->clock.now.arg = &l;
	began = now_ms();
	while (g.n < 4 && now_ms() - began < LONG_MS)
		wait_for(&g, LONG_MS);
	CHECK(l.calls_when_quiet >= 2);
	CHECK_EQ(g.n, 4);
	CHECK(now_ms() - began < LONG_MS / 2);
	rig_close(&g);
}

int main(void)
{
	RUN(sleeper_does_not_leave_what_came_while_it_did_not_run);
	RUN(sleeper_does_not_leave_what_a_busy_program_held_back);
	return CHECK_DONE();
}
