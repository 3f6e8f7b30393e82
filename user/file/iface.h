/* SPDX-License-Identifier: BSD-2-Clause */
/* The one table of interfaces: of a live capture, or as a file describes them. */
#ifndef FILE_IFACE_H
#define FILE_IFACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "file/clock.h"

struct iface_addr {
	uint8_t family; /* AF_INET, AF_INET6 */
	uint8_t prefix_len;
	uint8_t addr[16];
};

struct iface {
	uint32_t id;	    /* index in its table: the IDB's number in the file that is written */
	uint16_t link_type; /* LINKTYPE_*, e.g. 1 EN10MB, 101 RAW, 276 LINUX_SLL2 */
	bool swapped;	    /* the file it comes from is in the other byte order */
	bool sampled;	    /* from a file: segments of its connections were left out on purpose */
	bool undirected;    /* classic pcap: none of its packets says which way it went */
	uint32_t snaplen;
	uint32_t ifindex; /* live; 0 from a file */
	char *name;	  /* NULL where a file gives none */
	char *description;
	char *filter;	/* pcap-filter expression, NULL without one */
	char *comment;	/* e.g. how it was sampled */
	uint64_t speed; /* bits per second, 0 unknown */
	uint8_t mac[6];
	bool has_mac;
	struct iface_addr *addrs;
	size_t naddrs;
	uint8_t *options; /* the IDB's options as they stand in a file, or NULL */
	uint32_t options_len;
	bool options_swapped;
	struct pcapng_clock clock; /* units of time in the file it comes from */
	char *statistics_comment;  /* for the ISB, or NULL */
	/* counted by the source for the ISB; what is unknown stays UINT64_MAX */
	uint64_t ifrecv, filteraccept, osdrop, usrdeliv;
};

/* Entries are owned by the table and keep their address until it is freed. */
struct iface_table {
	struct iface **at;
	size_t n;
};

/* A new entry, id set, counters unknown; NULL without memory. */
struct iface *iface_table_add(struct iface_table *t);
/* What a file's header says, as libpcap takes it. */
void iface_set_link(struct iface *i, uint16_t link_type, uint32_t snaplen);
struct iface *iface_table_by_ifindex(const struct iface_table *t, uint32_t ifindex);
void iface_table_clear(struct iface_table *t);

#endif
