/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A record onto this CPU's ring: a large one reserved as large as it must be, filled, submitted; small ones
 * gathered on the CPU's stage and pushed together. Every loss is counted. */
#ifndef EMIT_BPF_H
#define EMIT_BPF_H

#include "maps.bpf.h"

#define EMIT_RING_HEADER 8

/* A 64-bit value that the compiler cannot reason about, so that the verifier sees each use as it is written.
 */
#define OPAQUE(x) asm volatile("" : "+r"(x))

#define EMIT_STAGED_MAX 256 /* bytes of a packet that are staged */
#define EMIT_STAGE_FULL (STAGE_BYTES - sizeof(struct record) - EMIT_STAGED_MAX)

/*
 * What the consumer reads on another CPU is stored in the order written here. x86 keeps that order by itself;
 * elsewhere an atomic operation with a result does.
 */
#ifdef __TARGET_ARCH_x86
#define EMIT_ADD(where, n)                                                                                   \
	do {                                                                                                 \
		asm volatile("" ::: "memory");                                                               \
		(where) += (n);                                                                              \
		asm volatile("" ::: "memory");                                                               \
	} while (0)
#else
#define EMIT_ADD(where, n) __sync_fetch_and_add(&(where), n)
#endif

/*
 * What the ring is told of n more bytes, worked out before it is asked for room: behind a reservation each
 * branch would double the ways that the verifier follows through every size class.
 */
struct emit_plan {
	__u64 flags;   /* BPF_RB_* */
	__u64 pending; /* cpu_state.pending behind it */
};

/*
 * Wakes the consumer when enough is pending or when it sleeps. Flags that the verifier knew would part its
 * ways, so they are reckoned: BPF_RB_FORCE_WAKEUP is BPF_RB_NO_WAKEUP moved by one.
 */
static __always_inline void emit_plan(struct emit_plan *p, const struct cpu_state *cpu, __u64 n)
{
	__u64 pending = cpu->pending + n + EMIT_RING_HEADER, few = (pending - settings.wake_bytes) >> 63,
	      wake = (few ^ 1) | asleep;

	_Static_assert(BPF_RB_FORCE_WAKEUP == BPF_RB_NO_WAKEUP << 1, "flags of the ring");
	OPAQUE(wake);
	p->flags = (__u64)BPF_RB_NO_WAKEUP << (wake & 1);
	OPAQUE(p->flags);
	p->pending = pending;
	if (wake) {
		p->pending = 0;
		asleep = 0;
	}
}

/* Nothing went out: a wake-up that was planned is left to what comes next. */
static __always_inline void emit_unplan(const struct emit_plan *p)
{
	if (p->flags & BPF_RB_FORCE_WAKEUP)
		asleep = 1;
}

/*
 * Pushes what is staged on this CPU. 0: no room on the ring, it stays. Global, as it is seldom called: the
 * verifier looks at it once.
 */
__noinline int emit_push(__u32 cpu_id)
{
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &cpu_id);
	void *ring = bpf_map_lookup_elem(&rings, &cpu_id);
	struct emit_plan plan;
	__u64 n;

	if (!cpu || !ring)
		return 0;
	n = cpu->staged;
	OPAQUE(n);
	if (n > STAGE_BYTES)
		return 0;
	emit_plan(&plan, cpu, n);
	if (bpf_ringbuf_output(ring, &cpu->stage_number, sizeof(cpu->stage_number) + n, plan.flags)) {
		emit_unplan(&plan);
		return 0;
	}
	cpu->pending = plan.pending;
	EMIT_ADD(cpu->stage_number, 1);
	cpu->staged = 0;
	return 1;
}

/*
 * Records of one CPU stay in order; but one that interrupts another (where the network stack can be
 * preempted) does not wait for it, and goes to the ring by itself. True: the stage is the caller's until
 * emit_leave().
 */
static __always_inline bool emit_enter(struct cpu_state *cpu)
{
	if (cpu->busy || cpu->unstaged)
		return false;
	cpu->busy = 1;
	asm volatile("" ::: "memory");
	return true;
}

static __always_inline void emit_leave(struct cpu_state *cpu)
{
	asm volatile("" ::: "memory");
	cpu->busy = 0;
}

/* Room for a record of EMIT_STAGED_MAX bytes, or NULL: the stage is full, and so is the ring. */
static __always_inline struct record *emit_stage(struct cpu_state *cpu, __u32 cpu_id)
{
	__u64 at;

	if (cpu->staged > EMIT_STAGE_FULL && !emit_push(cpu_id))
		return NULL;
	at = cpu->staged; /* again: one state for the verifier, not two */
	OPAQUE(at);
	if (at > EMIT_STAGE_FULL)
		return NULL;
	return (struct record *)(cpu->stage + at);
}

/* The record of n bytes at emit_stage()'s place is whole. */
static __always_inline void emit_staged(struct cpu_state *cpu, __u32 cpu_id, __u64 n)
{
	EMIT_ADD(cpu->staged, (sizeof(struct record) + n + 7) & ~7ull);
	if (asleep)
		emit_push(cpu_id);
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

/* At most EMIT_STAGED_MAX bytes that are linear, without a helper. */
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
 * The verifier wants a constant size, so there is one reservation a size class, at most 1/16 apart. *room is
 * a constant to the verifier on each of the paths that leave here, and at least n.
 */
#define EMIT_TRY(bytes)                                                                                      \
	if (n <= (bytes)) {                                                                                  \
		*room = (bytes);                                                                             \
		OPAQUE(*room);                                                                               \
		return bpf_ringbuf_reserve(ring, sizeof(struct record) + *room, 0);                          \
	}
#define EMIT_FOUR(base, step)                                                                                \
	EMIT_TRY((base) + (step))                                                                            \
	EMIT_TRY((base) + 2 * (step))                                                                        \
	EMIT_TRY((base) + 3 * (step))                                                                        \
	EMIT_TRY((base) + 4 * (step))
/* The sixteen classes from base to 2 × base; steps of base / 16. */
#define EMIT_OCTAVE(base)                                                                                    \
	if (n <= 2 * (base)) {                                                                               \
		if (n <= (base) + (base) / 4) {                                                              \
			EMIT_FOUR(base, (base) / 16)                                                         \
		} else if (n <= (base) + (base) / 2) {                                                       \
			EMIT_FOUR((base) + (base) / 4, (base) / 16)                                          \
		} else if (n <= (base) + 3 * (base) / 4) {                                                   \
			EMIT_FOUR((base) + (base) / 2, (base) / 16)                                          \
		} else {                                                                                     \
			EMIT_FOUR((base) + 3 * (base) / 4, (base) / 16)                                      \
		}                                                                                            \
	}

static __always_inline struct record *emit_reserve(void *ring, __u64 n, __u64 *room)
{
	if (n <= 2048) {
		EMIT_TRY(EMIT_STAGED_MAX)
		EMIT_OCTAVE(256)
		EMIT_OCTAVE(512)
		EMIT_OCTAVE(1024)
	}
	EMIT_OCTAVE(2048)
	EMIT_OCTAVE(4096)
	EMIT_OCTAVE(8192)
	EMIT_OCTAVE(16384)
	EMIT_OCTAVE(32768)
	EMIT_OCTAVE(65536)
	EMIT_OCTAVE(131072)
	return NULL;
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
