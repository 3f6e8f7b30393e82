/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Settings, rings, counters: what the capture programs share with user space. */
#ifndef MAPS_BPF_H
#define MAPS_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#include "ebpfdump/record.h"
#include "ebpfdump/settings.h"

const volatile struct settings settings = { .snaplen = SETTINGS_SNAPLEN_MAX };

struct log_shared shared;

/* The blocks of the logs: each CPU's own are consecutive. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, 4096);
} logs SEC(".maps");

/* One ring a CPU, filled in before the programs are attached: it wakes the consumer, and takes the records
 * for which the log cannot be used. */
struct ring_type {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct ring_type);
} rings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct cpu_state);
} cpus SEC(".maps");

/* Index: CPU × slots + slot. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct counters);
} counters SEC(".maps");

#endif
