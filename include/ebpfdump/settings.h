/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What capture/ tells the kernel programs before they are loaded, and what they tell back outside the rings.
 */
#ifndef EBPFDUMP_SETTINGS_H
#define EBPFDUMP_SETTINGS_H

#ifdef __bpf__
#include "vmlinux.h"
#else
#include <linux/types.h>
#endif

/* Read-only data of the programs: the verifier knows it, so a feature that is off leaves no instruction. */
struct settings {
	__u32 snaplen;	    /* 1 to SETTINGS_SNAPLEN_MAX */
	__u32 wake_bytes;   /* so many bytes on a CPU wake the consumer; a power of two */
	__u32 block_bytes;  /* of a log; a multiple of 4096 */
	__u32 blocks;	    /* of each CPU */
	__u32 all_blocks;   /* of all */
	__u32 kept_blocks;  /* of each CPU, the first, that no other may take */
	__u32 wake_blocks;  /* a block whose number has none of these bits wakes the consumer */
	__u32 slot_mask;    /* counters of an interface: slot ifindex & slot_mask of each CPU */
	__u32 sample;	    /* keep one segment in so many; 0 or 1: all */
	__u32 sample_flows; /* keep one connection in so many; 0 or 1: all */
	__u32 sample_seed;
	__u32 budget;		/* of each CPU's time, in 1/BUDGET_ONE; 0: none */
	__u8 sample_all_flags;	/* SYN, FIN and RST are sampled like the rest */
	__u8 csum_source;	/* enum settings_csum_source */
	__u8 xdp_load;		/* bpf_xdp_load_bytes is there, frames may lie in several buffers (5.18) */
	__u8 wants;		/* SETTINGS_WANT_* */
	__u8 flags;		/* TCP flags, any of which a segment must have */
	__u8 beyond;		/* SETTINGS_WANT_DECAP or icmp_len */
	__u8 realtime;		/* PREEMPT_RT: programs on a CPU may interrupt each other anywhere */
	__u8 dynptr;		/* bpf_dynptr_write is there (5.19) */
	__u64 head;		/* bytes of payload in each direction of a connection */
	__u64 rate_interval_ns; /* between two segments in the long run */
	__u64 rate_burst_ns;	/* so much of it may be saved up */
	__u32 icmp_len;		/* bytes of an ICMP error that quotes a segment; 0: none is looked for */
};

#define SETTINGS_WANT_ADDRESSES 0x01 /* by the networks in nets4 and nets6, */
#define SETTINGS_WANT_LISTED 0x02    /* some of which are not exclusions */
#define SETTINGS_WANT_FLAGS 0x04
#define SETTINGS_WANT_HEADERS 0x08 /* no payload */
#define SETTINGS_WANT_RATE 0x10
#define SETTINGS_WANT_HEAD 0x20
#define SETTINGS_WANT_DECAP 0x40 /* also TCP in tunnels */

/* No helper has that number: see skb.bpf.h and capture/splice.c. */
#define SETTINGS_CAST_CALL 0x6b637478

#define SETTINGS_SNAPLEN_MAX 262144

/* icmp_len */
#define SETTINGS_ICMP_HEADERS 256 /* of the link, of both IP headers, ICMP and TCP */
#define SETTINGS_ICMP_WHOLE 1536  /* RFC 4443 allows an error 1280 bytes of IPv6 */

enum settings_csum_source {
	SETTINGS_CSUM_NONE,
	SETTINGS_CSUM_CAST,  /* read sk_buff through bpf_cast_to_kern_ctx */
	SETTINGS_CSUM_PROBE, /* … through bpf_probe_read_kernel */
};

/*
 * Each CPU that is online at the start has a log: a chain of blocks of settings.block_bytes. It takes the
 * next that is free, of its own settings.blocks or of those that another lends; its consumer gives each
 * back once it is read. A block begins with a word (LOG_TAKEN) that is 0 while it is free, and holds records
 * one behind the other from LOG_FIRST on; where the next may not fit, the block ends, and its last
 * LOG_TRAILER bytes say where the last record does, and in their upper half which block is next.
 */
#define LOG_TAKEN(block) ((__u32 *)(block))
#define LOG_USUAL_MAX 69632 /* bytes of a packet that any block holds: GSO without BIG TCP, with headers */
#define LOG_FIRST 8
#define LOG_TRAILER 8

/* From a record with so many bytes of a packet to the next. With LOG_FIRST it makes packets begin at
 * multiples of 32: where they do not, x86 takes twice as long to copy large ones. */
#define LOG_STEP(cap_len) ((sizeof(struct record) + (cap_len) + 31) & ~31ull)

/* A place on a log: the block's number, counted on and on, in the upper half; the offset in it. */
#define LOG_PLACE(number, at) ((__u64)(number) << 32 | (at))

/* What belongs to one CPU alone. The second line is the consumer's. */
struct cpu_state {
	__u64 end;	 /* up to here there are whole records */
	__u32 block;	 /* the one that is written to: its index in the map */
	__u32 first;	 /* … of the first of this CPU's own */
	__u32 no_log;	 /* a CPU that came online later: each record goes to a ring */
	__u32 busy;	 /* a program writes to the log */
	__u32 lost;	 /* records lost since the last one that went out */
	__u32 sample_at; /* segments since the last one kept */
	__u32 pending;	 /* bytes put on the ring since the last wake-up */
	__u32 pages;	 /* of the log that records have begun */
	__u64 woken_ns;	 /* when a record on the log last woke the consumer */
	__u64 full_at;	 /* log_shared.freed when no block was free, and FULL_SET; 0: one was */
	/* Of trials (ahead.bpf.h): */
	__u32 trial_ns;	    /* this one's records so far */
	__u16 fetched_ns;   /* what one took of late whose pages were fetched, */
	__u16 unfetched_ns; /* … or not */
	__u32 done;	    /* number of the block that is read; those before it were given back */
	__u32 pad32[15];
};

#define FULL_SET (1ull << 32)

/* What programs and consumers on all CPUs share. */
struct log_shared {
	__u32 asleep; /* the consumer sleeps until it is woken: the first record does that */
	__u32 freed;  /* blocks that were given back */
};

/* Counters of one slot on one CPU. One cache line, so that no two CPUs write to the same. */
struct counters {
	__u64 received;	   /* TCP and wanted by the filter; the others are parts of it */
	__u64 dropped;	   /* no room on log or ring */
	__u64 sampled_out; /* by --sample and --sample-flows */
	__u64 unreadable;  /* its bytes could not be copied */
	/* ICMP errors that quote a wanted segment: no part of the sum */
	__u64 icmp;	    /* on log or ring */
	__u64 icmp_dropped; /* no room there, or unreadable */
	__u64 pad[2];
};

_Static_assert(__builtin_offsetof(struct cpu_state, done) == 64, "a cache line for each side");
_Static_assert(sizeof(struct cpu_state) == 128, "no CPU writes to another's lines");
_Static_assert(sizeof(struct counters) == 64, "one cache line");

#endif
