/* SPDX-License-Identifier: BSD-2-Clause */
/* A packet on its way from a source to the sinks, and the blocks of a file that are no packets. */
#ifndef PACKET_H
#define PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct iface; /* file/iface.h */

enum packet_dir { DIR_UNKNOWN, DIR_IN, DIR_OUT };	     /* as the pcapng EPB flags word numbers them */
enum packet_hook { HOOK_NONE, HOOK_TC, HOOK_XDP };	     /* HOOK_NONE: read from a file */
enum packet_csum { CSUM_UNKNOWN, CSUM_VALID, CSUM_PARTIAL }; /* CSUM_PARTIAL: left to the card */

/* Bytes and the pointers in it are lent until the receiver returns; to keep is to copy. */
struct packet {
	uint64_t ts_ns;	   /* since the epoch */
	uint32_t wire_len; /* on the wire */
	uint32_t cap_len;  /* in data; ≤ wire_len unless a file says otherwise */
	const uint8_t *data;
	const struct iface *iface; /* where it was seen; its link type is the packet's */
	uint8_t dir;		   /* enum packet_dir */
	uint8_t hook;		   /* enum packet_hook */
	uint8_t csum;		   /* enum packet_csum */
	uint8_t pkt_type;	   /* PACKET_HOST … of <linux/if_packet.h>; meaningful if has_pkt_type */
	bool has_pkt_type;
	bool gso;	     /* a super-packet of several segments */
	bool icmp;	     /* live only: no segment, an ICMP error that quotes a wanted one */
	uint16_t queue;	     /* live only */
	const char *comment; /* live: what the capture says here, e.g. of a new rate; or NULL */
	uint64_t sampled_ns; /* live: until then, since the epoch, packets were left out to save CPU; 0: never
			      */
	uint32_t lost;	     /* records lost just before this one, on its ring (live) or as the EPB says */
	const uint8_t *options; /* the EPB's options as they stand in a pcapng file, or NULL */
	uint32_t options_len;
	bool options_swapped; /* they are in the other byte order */
};

enum block_kind {
	BLOCK_SECTION,	  /* a section header; options are the SHB's */
	BLOCK_IFACE,	  /* a new interface; iface is set */
	BLOCK_NAMES,	  /* NRB */
	BLOCK_STATISTICS, /* ISB; iface is set */
	BLOCK_LOST,	  /* live, at the end: lost is set */
	BLOCK_OTHER,	  /* any other type, body as it stands */
};

/* What a source meets besides packets. Lent until the receiver returns. */
struct block {
	enum block_kind kind;
	uint32_t type; /* pcapng block type */
	const struct iface *iface;
	const uint8_t *body; /* between the two length fields, as in the file; NULL for live interfaces */
	uint32_t body_len;
	bool swapped;	/* body is in the other byte order */
	uint32_t file;	/* of those that are read, from 1 on; 0: it comes from none */
	uint64_t ts_ns; /* BLOCK_STATISTICS: when they were taken, since the epoch */
	uint64_t lost;	/* records behind the last packets of their rings */
};

/*
 * Where a source delivers. packet: 0 to go on, 1 to stop after this one, -errno. packets: the same for n at
 * once, which are all taken: 0, or 1 to stop after them; NULL: one by one. block: 0 or -errno.
 */
struct receiver {
	int (*packet)(void *arg, const struct packet *p);
	int (*packets)(void *arg, const struct packet *p, size_t n);
	int (*block)(void *arg, const struct block *b);
	void *arg;
};

#endif
