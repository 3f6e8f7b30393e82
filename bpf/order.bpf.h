/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* In which order another CPU sees what a program stores; and what the compiler is not to see through. Maps
 * and types come first. */
#ifndef ORDER_BPF_H
#define ORDER_BPF_H

/* A 64-bit value that the compiler cannot reason about, so that the verifier sees each use as it is written.
 */
#define OPAQUE(x) asm volatile("" : "+r"(x))

/*
 * What the consumer reads on another CPU is stored in the order written here, and what he stores is read in
 * that (ORDER_READ: before what follows). ORDER_SETTLE adds 1, and waits until all before it is stored.
 * (Adding 0 becomes an instruction that Linux 5.10 has not.) x86 keeps that order by itself; elsewhere an
 * atomic operation with a result does (one whose result nobody uses orders nothing).
 */
#ifdef __TARGET_ARCH_x86
#define ORDER_ADD(where, n)                                                                                  \
	do {                                                                                                 \
		asm volatile("" ::: "memory");                                                               \
		(where) += (n);                                                                              \
		asm volatile("" ::: "memory");                                                               \
	} while (0)
#define ORDER_READ(where) (*(volatile __u32 *)&(where))
#define ORDER_SETTLE(where) __sync_fetch_and_add(&(where), 1)
#else
#define ORDER_ADD(where, n)                                                                                  \
	do {                                                                                                 \
		__u64 was = __sync_fetch_and_add(&(where), n);                                               \
                                                                                                             \
		asm volatile("" ::"r"(was) : "memory");                                                      \
	} while (0)
#define ORDER_READ(where) __sync_fetch_and_add(&(where), 0)
#define ORDER_SETTLE(where) ORDER_ADD(where, 1)
#endif

#endif
