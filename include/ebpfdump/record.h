/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The record that the kernel programs write to a log or a ring, and capture/ reads. Host byte order. */
#ifndef EBPFDUMP_RECORD_H
#define EBPFDUMP_RECORD_H

#ifdef __bpf__
#include "vmlinux.h"
#else
#include <linux/types.h>
#endif

/*
 * One captured packet: this head, then cap_len bytes beginning with the link-layer header (a VLAN tag that
 * the kernel keeps in skb metadata is already back in its place).
 */
struct record {
	__u64 ts_ns;	/* CLOCK_MONOTONIC */
	__u32 wire_len; /* bytes on the wire, restored VLAN tag included; more than 64 KiB with BIG TCP */
	__u32 cap_meta; /* RECORD_CAP_LEN bits: bytes that follow; the rest: RECORD_* marks below */
	__u32 ifindex;
	__u16 queue; /* receive queue, or queue mapping on the way out */
	__u16 lost;  /* records lost on this CPU just before this one; what exceeds 65535 is carried on */
	__u8 data[];
};

#define RECORD_CAP_LEN_BITS 20
#define RECORD_CAP_LEN_MASK ((1u << RECORD_CAP_LEN_BITS) - 1)

/* cap_meta, bits 20 to 31 */
#define RECORD_OUT (1u << 20)	/* egress; clear: ingress */
#define RECORD_XDP (1u << 21)	/* seen by the XDP hook; clear: by tc */
#define RECORD_PKTTYPE_SHIFT 22 /* 3 bits: PACKET_HOST … PACKET_OTHERHOST of <linux/if_packet.h> */
#define RECORD_PKTTYPE_MASK 0x7u
#define RECORD_CSUM_SHIFT 25 /* 2 bits: enum record_csum */
#define RECORD_CSUM_MASK 0x3u
#define RECORD_GSO (1u << 27)  /* a super-packet of several segments (GSO on the way out, GRO in) */
#define RECORD_VLAN (1u << 28) /* a tag was put back from metadata */
#define RECORD_ICMP (1u << 29) /* no segment: an ICMP error that quotes one */

enum record_csum {
	RECORD_CSUM_NONE = 0,	 /* the kernel knows nothing: look at the bytes */
	RECORD_CSUM_VALID = 1,	 /* checked by the card or the kernel */
	RECORD_CSUM_PARTIAL = 2, /* left to the card: the bytes hold the pseudo-header's sum */
};

_Static_assert(sizeof(struct record) == 24, "record head is 24 bytes");
_Static_assert(__builtin_offsetof(struct record, ifindex) == 16, "ifindex at 16");
_Static_assert(__builtin_offsetof(struct record, lost) == 22, "lost at 22");
_Static_assert((262144 & ~RECORD_CAP_LEN_MASK) == 0, "the largest snaplen fits");

#endif
