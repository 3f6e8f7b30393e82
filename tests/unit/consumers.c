// SPDX-License-Identifier: BSD-2-Clause
/* The threads that empty the rings, with rings and logs in plain memory that are filled as the kernel's
 * programs fill them. */
#include "capture/consumers.h"
#include "capture/ring.h"
#include "check.h"

#include <dirent.h>
#include <linux/bpf.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define RINGS 5
#define SIZE (64 * 1024)
#define BLOCK (16 * 1024)
#define BLOCKS 4
#define WAKE_BYTES (16 * 1024)
#define LATENCY_MS 4

struct rig {
	struct ring rings[RINGS];
	uint64_t cons[RINGS], prod[RINGS], pending[RINGS];
	struct cpu_state cpus[RINGS];
	_Alignas(8) uint8_t blocks[RINGS * BLOCKS * BLOCK];
	struct log_shared shared;
	uint64_t lent; /* blocks taken of another */
	uint64_t sent[RINGS], dropped[RINGS];
	struct consumers *consumers;
	uint64_t next[RINGS], last_ns, n, bad, stop_at;
	bool slow;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void pause_us(unsigned us)
{
	nanosleep(&(struct timespec){ .tv_nsec = us * 1000l }, NULL);
}

/* Mapped twice in a row. */
static uint8_t *mirror(void)
{
	int fd = memfd_create("ring", 0);
	uint8_t *p = mmap(NULL, 2 * SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (fd < 0 || ftruncate(fd, SIZE) || p == MAP_FAILED)
		abort();
	for (int i = 0; i < 2; i++)
		mmap(p + i * SIZE, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
	close(fd);
	return p;
}

static struct rig *rig_new(size_t nthreads)
{
	struct rig *g = calloc(1, sizeof(*g));
	struct consumers_settings s = { .rings = g->rings,
					.nrings = RINGS,
					.ring_bytes = SIZE,
					.nthreads = nthreads,
					.latency_ms = LATENCY_MS,
					.asleep = &g->shared.asleep };

	for (int i = 0; i < RINGS; i++) {
		g->rings[i] = (struct ring){ .fd = eventfd(0, EFD_NONBLOCK),
					     .size = SIZE,
					     .cons = &g->cons[i],
					     .prod = &g->prod[i],
					     .data = mirror() };
		g->cpus[i].end = LOG_PLACE(0, LOG_FIRST);
		g->cpus[i].block = g->cpus[i].first = (uint32_t)i * BLOCKS;
		if (i < RINGS - 1)
			ring_join_log(&g->rings[i], &g->cpus[i], g->blocks, BLOCK, &g->shared);
	}
	CHECK_EQ(consumers_start(&g->consumers, &s), 0);
	return g;
}

static void rig_free(struct rig *g)
{
	consumers_free(g->consumers);
	for (int i = 0; i < RINGS; i++) {
		close(g->rings[i].fd);
		munmap((void *)g->rings[i].data, 2 * SIZE);
	}
	free(g);
}

static void fill(struct rig *g, int ring, struct record *rec, uint32_t len)
{
	*rec = (struct record){ .ts_ns = now_ns(), .cap_meta = len, .ifindex = (uint32_t)ring };
	rec->wire_len = (uint32_t)g->sent[ring]++;
	memset(rec->data, (int)rec->wire_len, len);
}

/* Wakes when enough is pending or all sleep. */
static void wake(struct rig *g, int ring, uint64_t step)
{
	g->pending[ring] += step;
	if (g->pending[ring] >= WAKE_BYTES || __atomic_exchange_n(&g->shared.asleep, 0, __ATOMIC_SEQ_CST)) {
		g->pending[ring] = 0;
		eventfd_write(g->rings[ring].fd, 1);
	}
}

static bool claim(struct rig *g, uint32_t index)
{
	__u32 *taken = LOG_TAKEN(g->blocks + (size_t)index * BLOCK);

	if (__atomic_load_n(taken, __ATOMIC_ACQUIRE))
		return false;
	__atomic_fetch_add(taken, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(taken, __ATOMIC_SEQ_CST) == 1)
		return true;
	__atomic_fetch_sub(taken, 1, __ATOMIC_SEQ_CST);
	return false;
}

/* To a block of its own, or any but the first of another. */
static bool turn(struct rig *g, struct cpu_state *cpu, uint8_t *block)
{
	uint32_t number = (uint32_t)(cpu->end >> 32) + 1;

	for (uint32_t i = 0; i < RINGS * BLOCKS; i++) {
		uint32_t index = (cpu->first + i) % (RINGS * BLOCKS);

		if ((i >= BLOCKS && index % BLOCKS == 0) || !claim(g, index))
			continue;
		if (i >= BLOCKS)
			__atomic_fetch_add(&g->lent, 1, __ATOMIC_RELAXED);
		*(uint64_t *)(block + BLOCK - LOG_TRAILER) = (uint32_t)cpu->end | (uint64_t)index << 32;
		cpu->block = index;
		__atomic_store_n(&cpu->end, LOG_PLACE(number, LOG_FIRST), __ATOMIC_RELEASE);
		return true;
	}
	return false;
}

/* As a program: finds room, reads the clock, fills, moves the end. */
static bool put_log(struct rig *g, int ring, uint32_t len)
{
	uint64_t step = LOG_STEP(len);
	struct cpu_state *cpu = &g->cpus[ring];
	uint8_t *block = g->blocks + (size_t)cpu->block * BLOCK;

	__atomic_store_n(&cpu->busy, 1, __ATOMIC_SEQ_CST);
	if ((uint32_t)cpu->end + step + LOG_TRAILER > BLOCK && !turn(g, cpu, block)) {
		__atomic_store_n(&cpu->busy, 0, __ATOMIC_RELEASE);
		g->dropped[ring]++;
		return false;
	}
	block = g->blocks + (size_t)cpu->block * BLOCK;
	fill(g, ring, (struct record *)(block + (uint32_t)cpu->end), len);
	__atomic_store_n(&cpu->end, cpu->end + step, __ATOMIC_RELEASE);
	wake(g, ring, step);
	__atomic_store_n(&cpu->busy, 0, __ATOMIC_RELEASE);
	return true;
}

/* As a program: reserves, reads the clock, fills, submits. */
static bool put_ring(struct rig *g, int ring, uint32_t len)
{
	uint64_t at = g->prod[ring], step = (BPF_RINGBUF_HDR_SZ + sizeof(struct record) + len + 7) & ~7u;
	uint32_t *header = (uint32_t *)(g->rings[ring].data + (at & (SIZE - 1)));
	struct record *rec = (struct record *)(header + 2);

	if (at + step - __atomic_load_n(&g->cons[ring], __ATOMIC_ACQUIRE) > SIZE - 8) {
		g->dropped[ring]++;
		return false;
	}
	__atomic_store_n(header, BPF_RINGBUF_BUSY_BIT, __ATOMIC_RELAXED);
	__atomic_store_n(&g->prod[ring], at + step, __ATOMIC_SEQ_CST);
	fill(g, ring, rec, len);
	__atomic_store_n(header, sizeof(*rec) + len, __ATOMIC_RELEASE);
	wake(g, ring, step);
	return true;
}

/* Some go to the ring where there is a log: those of programs that interrupt others. */
static bool put(struct rig *g, int ring, uint32_t len)
{
	return g->rings[ring].cpu && len % 8 ? put_log(g, ring, len) : put_ring(g, ring, len);
}

static int take(void *arg, const struct record *rec)
{
	struct rig *g = arg;

	g->bad += rec->ts_ns < g->last_ns || rec->wire_len != g->next[rec->ifindex]++;
	for (uint32_t i = 0; i < rec->cap_meta; i++)
		g->bad += rec->data[i] != (uint8_t)rec->wire_len;
	g->last_ns = rec->ts_ns;
	if (g->slow && g->n % 256 == 0)
		pause_us(2000);
	return ++g->n == g->stop_at;
}

static uint64_t run(struct rig *g)
{
	uint64_t taken;

	consumers_run(g->consumers, take, g, &taken);
	return taken;
}

/* As the caller's wait does. False: nothing in timeout_ms. */
static bool wait_and_run(struct rig *g, int timeout_ms)
{
	struct pollfd p = { .fd = consumers_fd(g->consumers), .events = POLLIN };
	uint64_t end = now_ns() + (uint64_t)timeout_ms * 1000000;

	while (now_ns() < end)
		if (poll(&p, 1, timeout_ms) == 1 && run(g))
			return true;
	return false;
}

struct producing {
	struct rig *g;
	int ring;
	unsigned seed;
	uint32_t count;
};

/* Bursts and pauses, some long enough for all to fall asleep. */
static void *produce(void *arg)
{
	struct producing *p = arg;

	while (p->count) {
		for (unsigned burst = (unsigned)rand_r(&p->seed) % 200; burst && p->count;
		     burst--, p->count--)
			put(p->g, p->ring, (uint32_t)rand_r(&p->seed) % 300);
		pause_us((unsigned)rand_r(&p->seed) % (rand_r(&p->seed) % 16 ? 300 : 12000));
	}
	return NULL;
}

static uint64_t sum(const uint64_t *n)
{
	uint64_t s = 0;

	for (int i = 0; i < RINGS; i++)
		s += n[i];
	return s;
}

static void drain(struct rig *g)
{
	consumers_join(g->consumers);
	while (run(g))
		;
}

/* Every block that no log ends in was given back. */
static uint32_t blocks_taken(const struct rig *g)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < RINGS * BLOCKS; i++)
		n += *LOG_TAKEN(g->blocks + (size_t)i * BLOCK);
	return n;
}

static void stream(size_t nthreads, unsigned seed, bool slow, uint32_t count)
{
	struct rig *g = rig_new(nthreads);
	struct producing p[RINGS];
	pthread_t threads[RINGS];

	g->slow = slow;
	for (int i = 0; i < RINGS; i++) {
		p[i] = (struct producing){ g, i, seed * 10 + (unsigned)i, count };
		pthread_create(&threads[i], NULL, produce, &p[i]);
	}
	while (wait_and_run(g, 100))
		;
	for (int i = 0; i < RINGS; i++)
		pthread_join(threads[i], NULL);
	drain(g);
	CHECK_EQ(g->bad, 0);
	CHECK_EQ(g->n, sum(g->sent));
	CHECK_EQ(g->n + sum(g->dropped), RINGS * count);
	CHECK_EQ(consumers_left(g->consumers), 0);
	CHECK_EQ(blocks_taken(g), RINGS - 1);
	CHECK(!slow || g->lent > 0);
	rig_free(g);
}

static void random_streams_come_out_whole_and_in_order(void)
{
	for (unsigned seed = 1; seed <= 3; seed++)
		stream(seed, seed, false, 20000);
	stream(RINGS, 4, false, 20000);
}

/* The queues fill, then the rings; what has no room is not lost without being counted. */
static void slow_receiver_loses_only_what_the_producers_counted(void)
{
	stream(2, 7, true, 30000);
}

static void single_records_are_delivered_from_whatever_sleep(void)
{
	struct rig *g = rig_new(3);
	unsigned seed = 11;
	uint64_t late = 0;

	for (int i = 0; i < 400; i++) {
		put(g, rand_r(&seed) % RINGS, 10);
		if (rand_r(&seed) % 4 == 0)
			put(g, rand_r(&seed) % RINGS, 10);
		while (g->n < sum(g->sent))
			if (!wait_and_run(g, 2000)) {
				late++;
				break;
			}
		pause_us((unsigned)rand_r(&seed) % (3000 * LATENCY_MS));
	}
	CHECK_EQ(late, 0);
	CHECK_EQ(g->bad, 0);
	rig_free(g);
}

#define HOGS 6

static void *hog(void *arg)
{
	while (!__atomic_load_n((bool *)arg, __ATOMIC_RELAXED))
		;
	return NULL;
}

/* Threads that are kept from running between a look and the next sleep: all on one CPU, with others that
 * never leave it. */
static void nothing_is_slept_over_where_threads_seldom_run(void)
{
	cpu_set_t one, all;
	pthread_t hogs[HOGS];
	bool quit = false;

	sched_getaffinity(0, sizeof(all), &all);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	for (int i = 0; i < HOGS; i++)
		pthread_create(&hogs[i], NULL, hog, &quit);
	single_records_are_delivered_from_whatever_sleep();
	quit = true;
	for (int i = 0; i < HOGS; i++)
		pthread_join(hogs[i], NULL);
	sched_setaffinity(0, sizeof(all), &all);
}

static uint64_t switches(void)
{
	uint64_t total = 0, n;
	DIR *d = opendir("/proc/self/task");

	for (struct dirent *e; (e = readdir(d));) {
		char path[300], line[128];
		bool ours = false;
		FILE *f;

		snprintf(path, sizeof(path), "/proc/self/task/%s/status", e->d_name);
		f = fopen(path, "r");
		while (f && fgets(line, sizeof(line), f)) {
			ours |= !strcmp(line, "Name:\t" CONSUMERS_NAME "\n");
			if (ours && sscanf(line, "voluntary_ctxt_switches: %" SCNu64, &n) == 1)
				total += n;
		}
		if (f)
			fclose(f);
	}
	closedir(d);
	return total;
}

static void idle_threads_do_not_wake(void)
{
	struct rig *g = rig_new(4);
	uint64_t before;

	put(g, 1, 10);
	CHECK(wait_and_run(g, 2000));
	pause_us(100000);
	before = switches();
	CHECK(before > 0);
	pause_us(300000);
	CHECK_EQ(switches() - before, 0);
	put(g, 4, 10);
	CHECK(wait_and_run(g, 2000));
	CHECK_EQ(g->n, 2);
	rig_free(g);
}

static void what_is_left_at_a_stop_is_counted(void)
{
	struct rig *g = rig_new(2);

	for (int i = 0; i < 1000; i++)
		put(g, i % RINGS, 20);
	g->stop_at = 300;
	while (g->n < 300 && wait_and_run(g, 2000))
		;
	consumers_join(g->consumers);
	CHECK_EQ(g->n, 300);
	CHECK_EQ(consumers_left(g->consumers), sum(g->sent) - 300);
	rig_free(g);
}

int main(void)
{
	RUN(random_streams_come_out_whole_and_in_order);
	RUN(slow_receiver_loses_only_what_the_producers_counted);
	RUN(single_records_are_delivered_from_whatever_sleep);
	RUN(nothing_is_slept_over_where_threads_seldom_run);
	RUN(idle_threads_do_not_wake);
	RUN(what_is_left_at_a_stop_is_counted);
	return CHECK_DONE();
}
