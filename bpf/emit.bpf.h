/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A record to user space: onto the log of its CPU, or, where a program may not write there, onto the CPU's
 * BPF ring buffer. Every loss is counted. */
#ifndef EMIT_BPF_H
#define EMIT_BPF_H

#include "ahead.bpf.h"
#include "maps.bpf.h"
#include "order.bpf.h"

/*
 * Classes of records by the bytes of their packet. One begins on a block only where its whole class would
 * fit: so much the verifier can follow.
 */
#define EMIT_SMALL 256	  /* copied inline */
#define EMIT_SEGMENT 2048 /* with the usual MTU */
#define EMIT_JUMBO 9216
#define EMIT_HALF_GSO 32768
#define EMIT_GSO LOG_USUAL_MAX

/* Blocks that are looked at for a free one: at the first few, which are warm, then at so many at a time, all
 * of them unless they are more than the product. */
#define EMIT_WARM 8
#define EMIT_LOOK 64
#define EMIT_LOOKS 64

/* Sooner after the last one a wake-up costs more than the wait: consumer and traffic lose 10 ns a packet
 * each. */
#define EMIT_WAKE_NS 4000000
#define EMIT_FEW_BLOCKS 8

/*
 * Wakes the consumer, by an entry of the ring that it passes over. If there is no room for that, it has not
 * even seen the earlier ones. Global, as it is seldom called: the verifier looks at it once.
 */
__noinline int emit_wake(__u32 cpu_id)
{
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &cpu_id);
	void *ring = bpf_map_lookup_elem(&rings, &cpu_id), *bell;

	shared.asleep = 0;
	if (!ring || !cpu)
		return 0;
	cpu->woken_ns = bpf_ktime_get_ns();
	bell = bpf_ringbuf_reserve(ring, sizeof(__u64), 0);
	if (bell)
		bpf_ringbuf_discard(bell, BPF_RB_FORCE_WAKEUP);
	return 0;
}

/*
 * More than one may want the block: who finds himself alone has it. An atomic operation with a result would
 * be simpler, but Linux 5.10 has none.
 */
static __always_inline bool emit_take(__u32 index)
{
	__u8 *block = bpf_map_lookup_elem(&logs, &index);
	volatile __u32 *taken = (volatile __u32 *)LOG_TAKEN(block);

	if (!block || *taken)
		return false;
	__sync_fetch_and_add(LOG_TAKEN(block), 1);
	if (*taken == 1)
		return true;
	__sync_fetch_and_add(LOG_TAKEN(block), -1);
	return false;
}

/* Of n blocks from `from` on, n at most EMIT_LOOK, the first that is free and may be taken by the CPU whose
 * own begin with `first`; -1: none. Global, as it is a loop. */
__noinline int emit_free_block(__u32 first, __u32 from, __u32 n)
{
	__u32 index = from;

	for (__u32 i = 0; i < EMIT_LOOK && i < n; i++) {
		bool own = index - first < settings.blocks;

		if ((own || index % settings.blocks >= settings.kept_blocks) && emit_take(index))
			return index;
		index = index + 1 == settings.all_blocks ? 0 : index + 1;
	}
	return -1;
}

/* Few blocks in turns stay warm; where more are taken, the next around is most likely free: the oldest. Where
 * these are too many to look at, its own are not left out. */
__noinline int emit_next_block(__u32 first, __u32 now)
{
	int next = emit_free_block(first, first, EMIT_WARM < settings.blocks ? EMIT_WARM : settings.blocks);

	for (__u32 i = 0; next < 0 && i < EMIT_LOOKS && i * EMIT_LOOK < settings.all_blocks; i++)
		next = emit_free_block(first, (now + 1 + i * EMIT_LOOK) % settings.all_blocks, EMIT_LOOK);
	if (settings.all_blocks <= EMIT_LOOK * EMIT_LOOKS)
		return next;
	for (__u32 i = 0; next < 0 && i < EMIT_LOOKS && i * EMIT_LOOK < settings.blocks; i++)
		next = emit_free_block(first, first + i * EMIT_LOOK, EMIT_LOOK);
	return next;
}

/* Goes on to the next block. 0: none is free. What is tried in vain is not tried again before one is given
 * back: which of them are counted has to be known before they are looked at. */
__noinline int emit_turn(__u32 cpu_id)
{
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &cpu_id);
	__u64 now = *(volatile __u32 *)&shared.freed | FULL_SET;
	__u8 *block;
	__u32 key;
	int next;

	if (!cpu || cpu->full_at == now)
		return 0;
	now = ORDER_READ(shared.freed) | FULL_SET;
	key = cpu->block;
	block = bpf_map_lookup_elem(&logs, &key);
	next = emit_next_block(cpu->first, key);
	cpu->full_at = next < 0 ? now : 0;
	if (!block || next < 0)
		return 0;
	*(__u64 *)(block + settings.block_bytes - LOG_TRAILER) = (__u32)cpu->end | (__u64)next << 32;
	cpu->block = next;
	ORDER_ADD(cpu->end, LOG_PLACE(1, LOG_FIRST) - (__u32)cpu->end);
	return 1;
}

/* Where tasks on a CPU take turns at any time: who finds himself alone has the log. */
static __always_inline bool emit_claim(struct cpu_state *cpu)
{
	__sync_fetch_and_add(&cpu->busy, 1);
	if (*(volatile __u32 *)&cpu->busy == 1)
		return true;
	__sync_fetch_and_add(&cpu->busy, -1);
	return false;
}

/*
 * Records of one CPU stay in order; but one that interrupts another (where the network stack can be
 * preempted) does not wait for it, and goes to the ring. True: the log is the caller's until emit_leave().
 */
static __always_inline bool emit_enter(struct cpu_state *cpu)
{
	if (cpu->no_log)
		return false;
	if (settings.realtime)
		return emit_claim(cpu);
	if (cpu->busy)
		return false;
	cpu->busy = 1;
	asm volatile("" ::: "memory");
	return true;
}

static __always_inline void emit_leave(struct cpu_state *cpu)
{
	asm volatile("" ::: "memory");
	if (settings.realtime)
		__sync_fetch_and_add(&cpu->busy, -1);
	else
		cpu->busy = 0;
}

/* What of a class a block holds. */
static __always_inline __u64 emit_fit(__u64 class)
{
	__u64 block = settings.block_bytes - LOG_FIRST - LOG_TRAILER - sizeof(struct record);

	return class < block ? class : block;
}

/* A class, if neither packets nor blocks are smaller; the smallest holds what is copied inline. */
static __always_inline __u64 emit_most(__u64 class)
{
	__u64 most = class < settings.snaplen ? class : settings.snaplen;

	return emit_fit(most > EMIT_SMALL ? most : EMIT_SMALL);
}

/* Room on the log for a record of at most `most` bytes, or NULL: the log is full, or its blocks are smaller.
 * most and last are constants to the verifier. */
static __always_inline struct record *emit_room(struct cpu_state *cpu, __u32 cpu_id, __u64 most)
{
	__u64 last = settings.block_bytes - LOG_TRAILER - sizeof(struct record) - most, at;
	__u32 key;
	__u8 *block;

	if (settings.block_bytes < LOG_FIRST + LOG_TRAILER + sizeof(struct record) + most)
		return NULL;
	if ((__u32)cpu->end > last && !emit_turn(cpu_id))
		return NULL;
	key = cpu->block;
	block = bpf_map_lookup_elem(&logs, &key);
	at = (__u32)cpu->end; /* again: one state for the verifier, not two */
	OPAQUE(at);
	if (!block || at > last)
		return NULL;
	return (struct record *)(block + at);
}

/* put(…, most) with the class that n bytes are of: once for each, so that it is a constant to the verifier.
 */
#define EMIT_BY_CLASS(n, put, ...)                                                                           \
	do {                                                                                                 \
		if ((n) <= EMIT_SEGMENT)                                                                     \
			put(__VA_ARGS__, emit_most(EMIT_SEGMENT));                                           \
		else if ((n) <= EMIT_JUMBO)                                                                  \
			put(__VA_ARGS__, emit_most(EMIT_JUMBO));                                             \
		else if ((n) <= EMIT_HALF_GSO)                                                               \
			put(__VA_ARGS__, emit_most(EMIT_HALF_GSO));                                          \
		else if ((n) <= EMIT_GSO)                                                                    \
			put(__VA_ARGS__, emit_most(EMIT_GSO));                                               \
		else                                                                                         \
			put(__VA_ARGS__, emit_most(SETTINGS_SNAPLEN_MAX));                                   \
	} while (0)

/* The record of n bytes at emit_room()'s place is whole. Each wake_bytes wake the consumer; where records
 * come so fast that he has hardly fallen asleep, only one block in a few, unless there are only a few. */
static __always_inline void emit_done(struct cpu_state *cpu, __u32 cpu_id, const struct record *rec, __u64 n)
{
	__u64 was = cpu->end, size = LOG_STEP(n);

	ORDER_ADD(cpu->end, size);
	if (n <= EMIT_SEGMENT && (was ^ (was + size)) >= AHEAD_PAGE)
		ahead_page(cpu_id);
	if (shared.asleep || ((__u32)was == LOG_FIRST && !(was >> 32 & settings.wake_blocks)) ||
	    ((was ^ (was + size)) >= settings.wake_bytes &&
	     (settings.blocks < EMIT_FEW_BLOCKS || rec->ts_ns - cpu->woken_ns >= EMIT_WAKE_NS)))
		emit_wake(cpu_id);
}

/*
 * n bytes, n in (8 × (words - 1), 8 × words]: all words but the last, then the last 8 bytes over what they
 * overlap. False: they are not all linear.
 */
static __always_inline bool emit_copy_words(struct record *rec, const void *data, const void *end,
					    const __u64 words, __u64 n)
{
	const __u64 *from = data;
	__u64 *to = (__u64 *)rec->data;
	__u64 last = n - 8;
	const __u8 *p;

	if ((void *)(from + words - 1) > end)
		return false;
#pragma unroll
	for (__u64 i = 0; i + 1 < words; i++)
		to[i] = from[i];
	OPAQUE(last);
	if (last > (words - 1) * 8)
		return false;
	p = (const __u8 *)data + last;
	if (p + 8 > (const __u8 *)end)
		return false;
	*(__u64 *)(rec->data + last) = *(const __u64 *)p;
	return true;
}

#define EMIT_WORDS(k)                                                                                        \
	case k:                                                                                              \
		return emit_copy_words(rec, data, end, k, n);
#define EMIT_WORDS8(k)                                                                                       \
	EMIT_WORDS(k)                                                                                        \
	EMIT_WORDS(k + 1)                                                                                    \
	EMIT_WORDS(k + 2)                                                                                    \
	EMIT_WORDS(k + 3)                                                                                    \
	EMIT_WORDS(k + 4)                                                                                    \
	EMIT_WORDS(k + 5)                                                                                    \
	EMIT_WORDS(k + 6)                                                                                    \
	EMIT_WORDS(k + 7)

/* At most EMIT_SMALL bytes that are linear, without a helper. */
static __always_inline bool emit_copy(struct record *rec, const void *data, const void *end, __u64 n)
{
	switch ((n + 7) >> 3) {
		EMIT_WORDS8(1)
		EMIT_WORDS8(9)
		EMIT_WORDS8(17)
		EMIT_WORDS8(25)
	}
	return false;
}

/*
 * On the ring the verifier wants a constant size, so there is one reservation a size class. *room is a
 * constant to the verifier on each of the paths that leave here, and at least n.
 */
#define EMIT_TRY(bytes)                                                                                      \
	if (n <= (bytes)) {                                                                                  \
		*room = (bytes);                                                                             \
		OPAQUE(*room);                                                                               \
		return bpf_ringbuf_reserve(ring, sizeof(struct record) + *room, 0);                          \
	}

static __always_inline struct record *emit_reserve(void *ring, __u64 n, __u64 *room)
{
	EMIT_TRY(256)
	EMIT_TRY(512)
	EMIT_TRY(1024)
	EMIT_TRY(2048)
	EMIT_TRY(4096)
	EMIT_TRY(9216)
	EMIT_TRY(16384)
	EMIT_TRY(32768)
	EMIT_TRY(LOG_USUAL_MAX)
	EMIT_TRY(SETTINGS_SNAPLEN_MAX)
	return NULL;
}

/* The record on the ring is whole, which has room for so many bytes. A ring is smaller than a log. */
static __always_inline void emit_submit(struct cpu_state *cpu, struct record *rec, __u64 room)
{
	__u64 flags = BPF_RB_NO_WAKEUP;

	cpu->pending += room;
	if (shared.asleep || cpu->pending >= settings.wake_bytes / 16) {
		flags = BPF_RB_FORCE_WAKEUP;
		cpu->pending = 0;
		shared.asleep = 0;
	}
	bpf_ringbuf_submit(rec, flags);
}

static __always_inline struct counters *emit_counters(__u32 cpu, __u32 ifindex)
{
	__u32 slot = cpu * (settings.slot_mask + 1) + (ifindex & settings.slot_mask);

	return bpf_map_lookup_elem(&counters, &slot);
}

/* The record's head but for the clock's time, which is read when its place is taken. */
struct emit_head {
	__u32 wire_len, cap_meta, ifindex;
	__u16 queue;
};

/* The record is whole. What was lost before it, it tells as far as it can. */
static __always_inline void emit_seal(struct record *rec, const struct emit_head *h, struct cpu_state *cpu)
{
	__u64 lost = cpu->lost, over = 0xffff - lost;

	OPAQUE(over);
	lost = (lost | -(over >> 63)) & 0xffff; /* at most that, without a branch */
	cpu->lost -= lost;
	rec->ts_ns = bpf_ktime_get_ns();
	rec->wire_len = h->wire_len;
	rec->cap_meta = h->cap_meta;
	rec->ifindex = h->ifindex;
	rec->queue = h->queue;
	rec->lost = lost;
}

static __always_inline void emit_lose(struct cpu_state *cpu, __u64 *cause)
{
	cpu->lost++;
	(*cause)++;
}

#endif
