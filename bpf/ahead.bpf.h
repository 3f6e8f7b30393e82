/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Pages of a log that are fetched before records come to them. What the consumer has read belongs to his CPU,
 * and where that shares no cache with this one, a record's first store to each line waits a quarter of a
 * microsecond. A page is fetched as a whole: its lines come side by side. Where the consumer is near, a
 * record's stores do not wait, and fetching is lost time; so it is tried, now and then, which of the two it
 * is.
 */
#ifndef AHEAD_BPF_H
#define AHEAD_BPF_H

#include "maps.bpf.h"
#include "order.bpf.h"

#define AHEAD_PAGE 4096 /* of less, x86 reads what a copy is about to overwrite */
#define AHEAD_LINE 64
#define AHEAD_NS_MOST 0xffff

/* So many pages in so many, the first, are a trial: fetched by turns or not, and their records timed. Powers
 * of two. */
#define AHEAD_TRIAL 4
#define AHEAD_TRIAL_OF 512

/* The page behind the one that is written to, in the same block; or NULL. */
static __always_inline __u8 *ahead_next(struct cpu_state *cpu)
{
	__u64 page, last = settings.block_bytes - 2 * AHEAD_PAGE;
	__u32 key = cpu->block;
	__u8 *block;

	if (settings.block_bytes < 2 * AHEAD_PAGE)
		return NULL;
	block = bpf_map_lookup_elem(&logs, &key);
	page = (__u32)cpu->end / AHEAD_PAGE * AHEAD_PAGE;
	OPAQUE(page);
	return block && page <= last ? block + page + AHEAD_PAGE : NULL;
}

/* Fetches it by copying over it what lies before it, which does not read it. Global: Linux 6.1 takes one
 * dynptr a function; and looked at by itself, so that it has to tell an older one that it is not used. */
__noinline int ahead_copy(__u32 cpu_id)
{
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &cpu_id);
	__u8 *next = cpu && settings.dynptr ? ahead_next(cpu) : NULL;
	struct bpf_dynptr to;

	if (!next || bpf_dynptr_from_mem(next, AHEAD_PAGE, 0, &to))
		return 0;
	return !bpf_dynptr_write(&to, 0, next - AHEAD_PAGE, AHEAD_PAGE, 0);
}

/* The same by stores to its lines, where there are no dynptrs. */
__noinline int ahead_store(__u32 cpu_id)
{
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &cpu_id);
	__u8 *next = cpu ? ahead_next(cpu) : NULL;

	if (!next)
		return 0;
#pragma unroll
	for (int line = 0; line < AHEAD_PAGE; line += AHEAD_LINE)
		*(volatile __u64 *)(next + line) = 0;
	return 1;
}

/* What a trial's records store reaches two pages beyond it. */
static __always_inline bool ahead_wants(const struct cpu_state *cpu, __u32 page)
{
	if (page % AHEAD_TRIAL_OF < AHEAD_TRIAL + 2)
		return page / AHEAD_TRIAL_OF & 1;
	return cpu->fetched_ns < cpu->unfetched_ns;
}

/* A record has begun a page of the log. Global, as it is called once a page. */
__noinline int ahead_page(__u32 cpu_id)
{
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &cpu_id);

	if (!cpu)
		return 0;
	cpu->pages++;
	if (!ahead_wants(cpu, cpu->pages + 1))
		return 0;
	return settings.dynptr ? ahead_copy(cpu_id) : ahead_store(cpu_id);
}

static __always_inline bool ahead_tries(const struct cpu_state *cpu)
{
	return cpu->pages % AHEAD_TRIAL_OF < AHEAD_TRIAL;
}

/* When a record of a trial begins; 0: it is none. */
static __always_inline __u64 ahead_begins(const struct cpu_state *cpu)
{
	return ahead_tries(cpu) ? bpf_ktime_get_ns() : 0;
}

/* The mean of such times of late. One that is far off, since something else took the CPU, counts less. */
static __always_inline __u16 ahead_mean(__u64 mean, __u64 ns)
{
	if (!mean)
		mean = ns;
	if (ns > 2 * mean)
		ns = 2 * mean;
	mean = (3 * mean + ns) / 4;
	return mean < AHEAD_NS_MOST ? mean : AHEAD_NS_MOST;
}

/* A record of a trial began then. It has its time when its stores are there; and none if it woke the
 * consumer, or was lost. Global, as it is seldom called. */
__noinline int ahead_timed(__u32 cpu_id, __u64 since_ns)
{
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &cpu_id);

	if (!cpu)
		return 0;
	ORDER_SETTLE(cpu->trial_ns);
	cpu->trial_ns--;
	if (cpu->woken_ns < since_ns && !cpu->lost)
		cpu->trial_ns += bpf_ktime_get_ns() - since_ns;
	if (ahead_tries(cpu))
		return 0;
	if (cpu->pages / AHEAD_TRIAL_OF & 1)
		cpu->fetched_ns = ahead_mean(cpu->fetched_ns, cpu->trial_ns);
	else
		cpu->unfetched_ns = ahead_mean(cpu->unfetched_ns, cpu->trial_ns);
	cpu->trial_ns = 0;
	return 0;
}

#endif
