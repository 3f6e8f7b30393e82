/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * --cpu-budget: the programs add up what they cost, and thin what they keep when that is too much:
 * connections by halves, the same on every CPU; SYN, FIN and RST of the others when those are what costs; and
 * single packets of a connection that carries more than half of the load by itself. Without the option none
 * of this is called.
 */
#ifndef BUDGET_BPF_H
#define BUDGET_BPF_H

#include "sample.bpf.h"

#include "ebpfdump/budget.h"

#define BUDGET_VOTES_MIN 16		 /* below, nothing is said about who has most packets */
#define BUDGET_CALM 8			 /* windows */
#define BUDGET_ELAPSED_MAX 2000000000ull /* of a window; longer than debts last */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct budget_cpu);
} budget_cpus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct budget_shared);
} budget_shared SEC(".maps");

/* Apart from what it guards, since a map with a lock cannot be mapped. */
struct budget_lock {
	struct bpf_spin_lock lock;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct budget_lock);
} budget_locks SEC(".maps");

/* One packet's way through. */
struct budget_run {
	struct budget_cpu *b;
	struct budget_shared *s;
	__u64 start_ns; /* 0: this one is not timed */
	__u64 clock_ns; /* what asking the clock takes */
};

/* A window in ns: what went for each kind of packet, and what may go. */
struct budget_sum {
	__u64 kept, flagged, left_out;
	__u64 all; /* if all had been kept */
	__u64 allowed;
};

/* 0 for what is to come: other CPUs asked the clock later. */
static __always_inline __u64 budget_since(__u64 then, __u64 now)
{
	return now > then ? now - then : 0;
}

static __always_inline void budget_add_up(struct budget_sum *u, struct budget_cpu *b,
					  const struct budget_shared *s, __u64 elapsed)
{
	__u64 here = (b->mean_kept >> BUDGET_MEAN_SHIFT) + s->entry_ns, each = here + s->consumer_ns,
	      less = (b->mean_left_out >> BUDGET_MEAN_SHIFT) + s->entry_ns;
	__u64 kept = b->n[BUDGET_KEPT], flagged = b->n[BUDGET_FLAGGED], out = b->n[BUDGET_LEFT_OUT];

	u->kept = kept * each;
	u->flagged = flagged * each;
	u->left_out = out * less;
	u->all = (kept + flagged + out) * each;
	u->allowed =
		(elapsed > BUDGET_ELAPSED_MAX ? BUDGET_ELAPSED_MAX : elapsed) * settings.budget / BUDGET_ONE;
	b->spent_ns += (kept + flagged) * here + u->left_out;
}

/* Nothing is changed if somebody else was faster. */
static __always_inline void budget_change(struct budget_shared *s, const struct budget_change *to, __u64 seen)
{
	__u32 zero = 0;
	struct budget_lock *l = bpf_map_lookup_elem(&budget_locks, &zero);

	if (!l)
		return;
	bpf_spin_lock(&l->lock);
	if (s->changed_ns == seen) {
		if (s->shift != to->shift || s->flags_shift != to->flags_shift)
			s->changed_ns = to->ts_ns;
		s->shift = to->shift;
		s->flags_shift = to->flags_shift;
		s->held_ns = to->ts_ns;
		s->changes[s->nchanges % BUDGET_CHANGES] = *to;
		s->nchanges++;
	}
	bpf_spin_unlock(&l->lock);
}

/* More than half of the packets that connections were kept for are of one. */
static __always_inline bool budget_is_heavy(const struct budget_cpu *b)
{
	return b->votes >= BUDGET_VOTES_MIN && b->agree > b->votes / 2;
}

/*
 * Halves what costs most until the rest fits. Where leaving packets out costs more than the budget, as much
 * is kept as an eighth of the budget pays for: to keep nothing at all would not help.
 */
static __always_inline void budget_thin(struct budget_cpu *b, struct budget_sum *u, struct budget_change *to)
{
	__u64 room = u->allowed / 8;
	bool heavy = budget_is_heavy(b);
	int i;

	if (u->left_out + room < u->allowed)
		room = u->allowed - u->left_out;
	for (i = 0; i < BUDGET_STEPS; i++) {
		if (u->kept + u->flagged <= room)
			break;
		if (u->flagged > u->kept) {
			if (to->flags_shift < BUDGET_SHIFT_MAX)
				to->flags_shift++;
			u->flagged /= 2;
			continue;
		}
		if (heavy && b->candidate != b->heavy) {
			b->heavy = b->candidate;
			to->heavy_shift = 0;
		}
		if (heavy && to->heavy_shift < BUDGET_SHIFT_MAX)
			to->heavy_shift++;
		else if (to->shift < BUDGET_SHIFT_MAX)
			to->shift++;
		u->kept /= 2;
	}
}

/* One step back, or all of them, where what is kept then still fits with an eighth to spare. */
static __always_inline void budget_restore(struct budget_cpu *b, struct budget_shared *s,
					   const struct budget_sum *u, struct budget_change *to,
					   __u64 elapsed)
{
	__u64 now = to->ts_ns, room = u->allowed - u->allowed / 8, rest = budget_since(s->held_ns, now);
	bool all = u->all <= room;

	if (b->debt_ns) {
		b->calm = 0;
		s->held_ns = now;
		return;
	}
	if (!all && 2 * u->kept + u->flagged + u->left_out > room) {
		b->calm = 0;
		if (!to->flags_shift || u->kept + 2 * u->flagged + u->left_out > room) {
			s->held_ns = now;
			return;
		}
		if (rest > BUDGET_HOLD_NS << (s->backoff & 7))
			to->flags_shift--;
		return;
	}
	if (to->heavy_shift) {
		b->calm += elapsed > BUDGET_HOLD_NS ? BUDGET_CALM : 1;
		if (b->calm >= BUDGET_CALM) {
			b->calm = 0;
			to->heavy_shift = all ? 0 : to->heavy_shift - 1;
		}
	}
	if (all && rest > BUDGET_HOLD_NS) {
		to->shift = 0;
		to->flags_shift = 0;
	} else if (!to->heavy_shift && rest > BUDGET_HOLD_NS << (s->backoff & 7)) {
		if (to->shift)
			to->shift--;
		else if (to->flags_shift)
			to->flags_shift--;
	}
}

/* A rate that had to be taken back soon is tried less often. */
static __always_inline void budget_learn(struct budget_shared *s, const struct budget_change *to)
{
	__u64 now = to->ts_ns;

	if (to->shift > s->shift || to->flags_shift > s->flags_shift) {
		if (budget_since(s->restored_ns, now) < 2 * BUDGET_HOLD_NS && s->backoff < BUDGET_BACKOFF_MAX)
			s->backoff++;
	} else if (to->shift < s->shift || to->flags_shift < s->flags_shift) {
		if (s->restored_ns && s->restored_ns == s->changed_ns)
			s->backoff = 0;
		s->restored_ns = now;
	}
}

/* What went beyond the budget is saved before more is kept again, so that bursts do not escape it. */
static __always_inline void budget_owe(struct budget_cpu *b, const struct budget_sum *u)
{
	__u64 spent = u->kept + u->flagged + u->left_out,
	      most = (BUDGET_DEBT_NS * settings.budget) / BUDGET_ONE;

	if (spent > u->allowed)
		b->debt_ns += spent - u->allowed;
	else
		b->debt_ns -= b->debt_ns < u->allowed - spent ? b->debt_ns : u->allowed - spent;
	if (b->debt_ns > most)
		b->debt_ns = most;
}

static __always_inline void budget_begin_window(struct budget_cpu *b, __u64 now)
{
	b->began_ns = now;
	b->n[BUDGET_KEPT] = b->n[BUDGET_FLAGGED] = b->n[BUDGET_LEFT_OUT] = 0;
	b->votes = b->agree = 0;
}

/* Once in a jiffy: if the window is over, what it cost, and what follows from that. */
static __noinline void budget_look(struct budget_cpu *b, struct budget_shared *s, __u32 cpu)
{
	__u64 now = bpf_ktime_get_ns(), elapsed = budget_since(b->began_ns, now), seen = s->changed_ns;
	struct budget_change to = { .ts_ns = now,
				    .cpu = cpu,
				    .shift = s->shift,
				    .flags_shift = s->flags_shift,
				    .heavy_shift = b->heavy_shift };
	struct budget_sum u;

	if (elapsed < BUDGET_WINDOW_NS)
		return;
	budget_add_up(&u, b, s, elapsed);
	budget_owe(b, &u);
	/* A window in which the rate changed tells nothing about the new one. */
	if (b->began_ns >= seen) {
		if (u.kept + u.flagged + u.left_out > u.allowed) {
			b->calm = 0;
			budget_thin(b, &u, &to);
			s->held_ns = now;
		} else if (to.shift | to.flags_shift | to.heavy_shift) {
			budget_restore(b, s, &u, &to, elapsed);
		}
	}
	if (to.shift != s->shift || to.flags_shift != s->flags_shift || to.heavy_shift != b->heavy_shift) {
		budget_learn(s, &to);
		b->heavy_shift = to.heavy_shift;
		budget_change(s, &to, seen);
	}
	budget_begin_window(b, now);
}

/* False: the maps are not there, which cannot be. */
static __always_inline bool budget_begin(struct budget_run *r, __u32 cpu)
{
	__u32 zero = 0;
	__u64 jiffy = bpf_jiffies64();

	r->b = bpf_map_lookup_elem(&budget_cpus, &cpu);
	r->s = bpf_map_lookup_elem(&budget_shared, &zero);
	if (!r->b || !r->s)
		return false;
	if (jiffy != r->b->jiffy) {
		r->b->jiffy = jiffy;
		budget_look(r->b, r->s, cpu);
	}
	r->start_ns = 0;
	if (r->b->until_timed-- == 0) {
		r->clock_ns = bpf_ktime_get_ns();
		r->start_ns = bpf_ktime_get_ns();
		r->clock_ns = r->start_ns - r->clock_ns;
		/* By chance, so that no pattern of the packets is met. */
		r->b->until_timed = BUDGET_MEASURE / 2 + r->start_ns % BUDGET_MEASURE;
	}
	return true;
}

/* Some packets cost many times the mean, as those that push what others gathered; an interrupt or a
 * hypervisor more than that. */
static __always_inline void budget_time(__u32 *scaled, __u64 ns)
{
	__u32 mean = *scaled >> BUDGET_MEAN_SHIFT, most = 32 * mean + 1024;

	*scaled += (ns > most ? most : (__u32)ns) - mean;
}

static __always_inline void budget_end(struct budget_run *r, enum budget_fate fate)
{
	struct budget_cpu *b = r->b;

	if (fate == BUDGET_KEPT)
		b->n[BUDGET_KEPT]++;
	else if (fate == BUDGET_FLAGGED)
		b->n[BUDGET_FLAGGED]++;
	else
		b->n[BUDGET_LEFT_OUT]++;
	if (r->start_ns) {
		__u64 ns = bpf_ktime_get_ns() - r->start_ns;

		ns = ns > r->clock_ns ? ns - r->clock_ns : 0;
		budget_time(fate == BUDGET_LEFT_OUT ? &b->mean_left_out : &b->mean_kept, ns);
	}
}

/* The vote of Boyer and Moore: who has more than half of the packets is the candidate in the end. */
static __always_inline void budget_vote(struct budget_cpu *b, __u32 hash)
{
	b->votes++;
	if (b->candidate == hash) {
		b->lead++;
		b->agree++;
	} else if (b->lead) {
		b->lead--;
	} else {
		b->candidate = hash;
		b->lead = 1;
		b->agree = 1;
	}
}

/* In a tunnel, or cut: one packet in so many. */
static __always_inline __u32 budget_hash(__u64 key, const struct budget_cpu *b)
{
	return key & SAMPLE_READ ? SAMPLE_HASH(key) : sample_mix(b->n[BUDGET_KEPT] + b->n[BUDGET_LEFT_OUT]);
}

/* key: the segment's, as sample_key() gives it. */
static __always_inline enum budget_fate budget_judge(const struct budget_run *r, __u64 key)
{
	__u32 one_in = settings.sample_flows ? settings.sample_flows : 1, hash = budget_hash(key, r->b);
	bool flagged = !settings.sample_all_flags && SAMPLE_FLAGS(key) & SAMPLE_FIN_SYN_RST;
	struct budget_cpu *b = r->b;

	if (!sample_keeps_hash(hash, one_in, r->s->shift & 31)) {
		if (flagged && sample_keeps_hash(hash, one_in, r->s->flags_shift & 31))
			return BUDGET_FLAGGED;
		return BUDGET_LEFT_OUT;
	}
	budget_vote(b, hash);
	if (!b->heavy_shift || hash != b->heavy || flagged)
		return BUDGET_KEPT;
	if (++b->heavy_at < 1u << (b->heavy_shift & 31))
		return BUDGET_LEFT_OUT;
	b->heavy_at = 0;
	return BUDGET_KEPT;
}

/* At the full rate only those packets are looked at that are timed. */
static __always_inline bool budget_must_judge(const struct budget_run *r)
{
	return r->start_ns || r->s->shift || r->b->heavy_shift;
}

#endif
