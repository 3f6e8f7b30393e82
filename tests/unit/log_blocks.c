// SPDX-License-Identifier: BSD-2-Clause
/* How the kernel programs take blocks of the logs (bpf/emit.bpf.h), compiled for user space: with more CPUs
 * and blocks than a machine that runs the tests has. */
#include "check.h"

#include <linux/types.h>
#include <pthread.h>
#include <sys/mman.h>

#include "capture/ring.h"

#define CPUS 256
#define BLOCK 4096

/* In place of bpf/maps.bpf.h and the helpers. */
#define MAPS_BPF_H
#define __noinline __attribute__((noinline, unused))
#undef __always_inline
#define __always_inline inline __attribute__((always_inline, unused))
#define BPF_RB_FORCE_WAKEUP 2
#define BPF_RB_NO_WAKEUP 1

static struct settings settings;
static struct log_shared shared;
static struct cpu_state cpus[CPUS];
static const char logs, rings, counters;
static uint8_t *blocks;

static void *bpf_map_lookup_elem(const void *map, const __u32 *key)
{
	if (map == &logs && *key < settings.all_blocks)
		return blocks + (size_t)*key * BLOCK;
	return map == cpus || map == &cpus ? &cpus[*key] : NULL;
}

static __u64 bpf_ktime_get_ns(void)
{
	return 0;
}

static void *bpf_ringbuf_reserve(void *ring, __u64 size, __u64 flags)
{
	return NULL;
}

static void bpf_ringbuf_discard(void *entry, __u64 flags)
{
}

static void bpf_ringbuf_submit(void *entry, __u64 flags)
{
}

struct bpf_dynptr {
	void *at;
};

static long bpf_dynptr_from_mem(void *data, __u32 size, __u64 flags, struct bpf_dynptr *ptr)
{
	ptr->at = data;
	return 0;
}

static long bpf_dynptr_write(const struct bpf_dynptr *to, __u32 off, void *from, __u32 len, __u64 flags)
{
	memcpy((char *)to->at + off, from, len);
	return 0;
}

#ifdef __x86_64__
#define __TARGET_ARCH_x86
#endif
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wunknown-pragmas"
#include "../../bpf/emit.bpf.h"
#pragma GCC diagnostic pop

static struct ring log_of[CPUS];
static uint64_t nothing; /* on no ring is anything */

static void set_up(uint32_t ncpus, uint32_t own, uint32_t kept)
{
	settings = (struct settings){ .snaplen = 1000,
				      .wake_bytes = 1 << 18,
				      .block_bytes = BLOCK,
				      .blocks = own,
				      .all_blocks = ncpus * own,
				      .kept_blocks = kept };
	shared = (struct log_shared){ .freed = UINT32_MAX - 3 };
	memset(cpus, 0, sizeof(cpus));
	/* Pages that nobody writes to cost nothing. */
	blocks = mmap(NULL, (size_t)settings.all_blocks * BLOCK, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (blocks == MAP_FAILED)
		abort();
}

static void tear_down(void)
{
	munmap(blocks, (size_t)settings.all_blocks * BLOCK);
}

/* Its log begins with that block; the block's number soon goes around. */
static void join(uint32_t cpu, uint32_t block)
{
	log_of[cpu] = (struct ring){
		.fd = -1, .number = UINT32_MAX - 3, .prod = &nothing, .cons = &nothing, .size = BLOCK
	};
	cpus[cpu].end = LOG_PLACE(UINT32_MAX - 3, LOG_FIRST);
	cpus[cpu].block = block;
	cpus[cpu].first = cpu * settings.blocks;
	ring_join_log(&log_of[cpu], &cpus[cpu], blocks, BLOCK, &shared);
}

static void take_all_but(uint32_t from, uint32_t to)
{
	for (uint32_t i = 0; i < settings.all_blocks; i++)
		if (i < from || i >= to)
			*LOG_TAKEN(blocks + (size_t)i * BLOCK) = 1;
}

/* False: the log is full. */
static bool put(uint32_t cpu, uint32_t len, uint64_t number)
{
	struct record *rec = emit_room(&cpus[cpu], cpu, emit_most(EMIT_SEGMENT));

	if (!rec)
		return false;
	*rec = (struct record){ .ts_ns = number, .cap_meta = len, .ifindex = cpu };
	memset(rec->data, (int)number, len);
	emit_done(&cpus[cpu], cpu, rec, len);
	return true;
}

static bool is_whole(const struct record *rec, uint32_t cpu, uint64_t number)
{
	for (uint32_t i = 0; i < (rec->cap_meta & RECORD_CAP_LEN_MASK); i++)
		if (rec->data[i] != (uint8_t)number)
			return false;
	return rec->ifindex == cpu && rec->ts_ns == number;
}

/* At most n records, the first of which has that number; how many are as they were put. */
static uint64_t take(uint32_t cpu, uint64_t n, uint64_t number)
{
	struct ring *r = &log_of[cpu];
	const struct record *rec;
	uint64_t good = 0;

	ring_look(r);
	for (; n-- && ring_peek(r, &rec) == RING_RECORD; number++) {
		good += is_whole(rec, cpu, number);
		ring_next(r);
		ring_release(r, false);
	}
	ring_release(r, true);
	return good;
}

static uint64_t fill(uint32_t cpu)
{
	uint64_t n = 0;

	while (put(cpu, 1000, n))
		n++;
	return n;
}

/* The others have taken all that is lent, and this CPU is at a block far from its own, the first of which are
 * not read yet. */
static void own_free_blocks_are_found_among_however_many(void)
{
	const uint32_t own = 512, cpu = 100, far = 150 * own + 300;
	uint64_t n;

	set_up(CPUS, own, own / 4);
	take_all_but(cpu * own + EMIT_WARM, (cpu + 1) * own);
	join(cpu, far);
	n = fill(cpu);
	CHECK_EQ(n, (own - EMIT_WARM + 1) * ((BLOCK - LOG_FIRST - LOG_TRAILER) / LOG_STEP(1000)));
	CHECK_EQ(take(cpu, UINT64_MAX, 0), n);
	tear_down();
}

struct worker {
	pthread_t producer, consumer;
	uint32_t cpu;
	bool done;
	uint64_t put, lost, got;
};

#define WORKERS 4
#define ATTEMPTS 200000

static void *produce(void *arg)
{
	struct worker *w = arg;

	for (uint32_t i = 0, x = w->cpu; i < ATTEMPTS; i++, x = x * 1664525 + 1013904223) {
		bool ok = put(w->cpu, (x >> 8) % 1000, w->put);

		w->put += ok;
		w->lost += !ok;
	}
	__atomic_store_n(&w->done, true, __ATOMIC_RELEASE);
	return NULL;
}

static void *consume(void *arg)
{
	struct worker *w = arg;
	bool done;

	do {
		done = __atomic_load_n(&w->done, __ATOMIC_ACQUIRE);
		w->got += take(w->cpu, UINT64_MAX, w->got);
	} while (!done);
	return NULL;
}

/* Few blocks, all but two of each CPU lent: who wants the same at once does not get the same. */
static void cpus_at_once_never_share_a_block(void)
{
	struct worker w[WORKERS] = { 0 };
	uint32_t taken = 0;

	set_up(WORKERS, 4, 2);
	for (uint32_t i = 0; i < WORKERS; i++) {
		w[i].cpu = i;
		join(i, i * settings.blocks);
	}
	for (uint32_t i = 0; i < WORKERS; i++) {
		CHECK_EQ(pthread_create(&w[i].producer, NULL, produce, &w[i]), 0);
		CHECK_EQ(pthread_create(&w[i].consumer, NULL, consume, &w[i]), 0);
	}
	for (uint32_t i = 0; i < WORKERS; i++) {
		pthread_join(w[i].producer, NULL);
		pthread_join(w[i].consumer, NULL);
		CHECK_EQ(w[i].got, w[i].put);
		CHECK_EQ(w[i].put + w[i].lost, ATTEMPTS);
	}
	for (uint32_t i = 0; i < settings.all_blocks; i++)
		taken += *LOG_TAKEN(blocks + (size_t)i * BLOCK);
	CHECK_EQ(taken, WORKERS);
	tear_down();
}

int main(void)
{
	RUN(own_free_blocks_are_found_among_however_many);
	RUN(cpus_at_once_never_share_a_block);
	return CHECK_DONE();
}
