/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A record onto this CPU's ring: reserved as large as it must be, filled, submitted; every loss counted. */
#ifndef EMIT_BPF_H
#define EMIT_BPF_H

#include "maps.bpf.h"

#define EMIT_RING_HEADER 8

/* A 64-bit value that the compiler cannot reason about, so that the verifier sees each use as it is written.
 */
#define OPAQUE(x) asm volatile("" : "+r"(x))

#define EMIT_INLINE_MAX 256 /* as many bytes are copied without a helper if they are linear */

/*
 * The verifier wants a constant size, so there is one reservation a size class. Small classes are 8 bytes
 * apart, which is what the ring rounds to; large ones at most 1/16 of their size. *room is a constant to the
 * verifier on each of the paths that leave here, and at least n.
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

static __always_inline struct record *emit_reserve_large(void *ring, __u64 n, __u64 *room)
{
	if (n <= 2048) {
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

/* What became of a reservation. */
#define EMIT_NONE 0   /* no room */
#define EMIT_ROOM 1   /* *rec is there, its bytes are not */
#define EMIT_COPIED 2 /* … and its bytes */

/*
 * The pointer is compared with NULL once, here: verifiers before 6.8 believe that a record could be NULL when
 * it is compared again. OPAQUE keeps the compiler from folding that comparison into others, or making it
 * anew.
 */
#define EMIT_WORDS(k)                                                                                        \
	case k:                                                                                              \
		*room = 8 * (k);                                                                             \
		OPAQUE(*room);                                                                               \
		*rec = bpf_ringbuf_reserve(ring, sizeof(struct record) + *room, 0);                          \
		if (!*rec)                                                                                   \
			break;                                                                               \
		state = EMIT_ROOM;                                                                           \
		OPAQUE(state);                                                                               \
		if (!restore_tag && emit_copy_words(*rec, data, end, k, n))                                  \
			state = EMIT_COPIED;                                                                 \
		break;
#define EMIT_WORDS8(k)                                                                                       \
	EMIT_WORDS(k)                                                                                        \
	EMIT_WORDS(k + 1)                                                                                    \
	EMIT_WORDS(k + 2)                                                                                    \
	EMIT_WORDS(k + 3)                                                                                    \
	EMIT_WORDS(k + 4)                                                                                    \
	EMIT_WORDS(k + 5)                                                                                    \
	EMIT_WORDS(k + 6)                                                                                    \
	EMIT_WORDS(k + 7)

static __always_inline __u64 emit_reserve_copy(void *ring, const void *data, const void *end, __u64 n,
					       bool restore_tag, struct record **rec, __u64 *room)
{
	__u64 state = EMIT_NONE;

	if (n > EMIT_INLINE_MAX) {
		*rec = emit_reserve_large(ring, n, room);
		if (*rec) {
			state = EMIT_ROOM;
			OPAQUE(state);
		}
	} else {
		switch ((n + 7) >> 3) {
			EMIT_WORDS8(1)
			EMIT_WORDS8(9)
			EMIT_WORDS8(17)
			EMIT_WORDS8(25)
		}
	}
	OPAQUE(state);
	return state;
}

static __always_inline struct counters *emit_counters(__u32 cpu, __u32 ifindex)
{
	__u32 slot = cpu * (settings.slot_mask + 1) + (ifindex & settings.slot_mask);

	return bpf_map_lookup_elem(&counters, &slot);
}

/*
 * What a record needs besides its bytes, worked out before the ring is asked for room: behind the reservation
 * each branch would double the ways that the verifier follows through every size class.
 */
struct emit_plan {
	__u64 flags;   /* BPF_RB_* for the submission */
	__u32 pending; /* cpu_state.pending behind it */
	__u32 lost;    /* records lost since the last one, as many as the record can tell */
};

/* Wakes the consumer when enough is pending or when it sleeps. */
static __always_inline void emit_plan(struct emit_plan *p, const struct cpu_state *cpu, __u64 n)
{
	p->lost = cpu->lost > 0xffff ? 0xffff : cpu->lost;
	p->pending = cpu->pending + n + sizeof(struct record) + EMIT_RING_HEADER;
	p->flags = BPF_RB_NO_WAKEUP;
	if (p->pending >= settings.wake_bytes || asleep) {
		p->pending = 0;
		p->flags = BPF_RB_FORCE_WAKEUP;
		asleep = 0;
	}
}

static __always_inline void emit_submit(struct record *rec, struct cpu_state *cpu, const struct emit_plan *p)
{
	rec->lost = p->lost;
	cpu->lost -= p->lost;
	cpu->pending = p->pending;
	bpf_ringbuf_submit(rec, p->flags);
}

/* Nothing went out: a wake-up that was planned is left to the next record. */
static __always_inline void emit_failed(struct cpu_state *cpu, const struct emit_plan *p, __u64 *cause)
{
	if (p->flags == BPF_RB_FORCE_WAKEUP)
		asleep = 1;
	cpu->lost++;
	(*cause)++;
}

#endif
