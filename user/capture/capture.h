/* SPDX-License-Identifier: BSD-2-Clause */
/* The live source: kernel programs on interfaces, their rings, their counters. The only room that knows
 * libbpf. */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

struct iface_table; /* file/iface.h */
struct strbuf;	    /* util/strbuf.h */

enum capture_direction { CAPTURE_INOUT, CAPTURE_IN, CAPTURE_OUT };
enum capture_mode { CAPTURE_TC, CAPTURE_XDP };
/* ICMP errors that quote a segment which expr accepts, delivered with packet.icmp set. */
enum capture_icmp {
	CAPTURE_ICMP_NONE,
	CAPTURE_ICMP_HEADERS, /* as much as tells what they quote; none if expr asks for what a quote has not
			       */
	CAPTURE_ICMP_WHOLE,
};

#define CAPTURE_SNAPLEN_MAX 262144
#define CAPTURE_RING_KIB 8192
#define CAPTURE_RING_KIB_MANY 4096 /* on more CPUs than CAPTURE_FEW_CPUS */
#define CAPTURE_FEW_CPUS 8
#define CAPTURE_WAKE_BYTES (256 * 1024)

/* Zero is the default of every field. Strings are copied. */
struct capture_settings {
	const char *const *ifaces; /* names, or numbers as capture_list() prints them */
	size_t nifaces;
	bool any; /* every interface, also those that appear later; ifaces is not looked at */
	enum capture_direction direction;
	enum capture_mode mode;
	uint32_t snaplen;  /* 0: CAPTURE_SNAPLEN_MAX */
	uint32_t ring_kib; /* of each CPU's ring */
	bool promisc;
	const char *expr; /* pcap-filter; NULL takes all TCP */
	bool no_optimize;
	uint32_t sample;       /* keep one segment in so many; SYN, FIN and RST always */
	bool sample_all_flags; /* … or not always */
	uint32_t sample_flows; /* keep one connection in so many */
	double cpu_budget;     /* percent of each CPU that the capture may cost; 0: no limit */
	uint32_t sample_seed;  /* equal seeds keep equal connections */
	const char *networks;  /* a file of addresses and networks, one of which a segment must have */
	uint8_t flags;	       /* TCP flags, any of which a segment must have; 0: any */
	bool headers;	       /* no payload */
	uint32_t rate;	       /* segments a second at most; 0: no limit */
	uint64_t head;	       /* so many bytes of payload of each direction, then SYN, FIN and RST; 0: all */
	uint32_t head_directions; /* that are followed at once; 0: 131072 */
	bool decap;		  /* also TCP in tunnels; the expression is then of the inner packet */
	enum capture_icmp icmp;
	const char *netns;   /* a path, a process id, or a name of `ip netns` */
	uint32_t wake_bytes; /* wake each time so many bytes came on a CPU; a power of two */
	uint32_t latency_ms; /* how long a record may lie on its ring; 0: 100 */
	uint32_t threads;    /* that empty the rings; 0: the one that polls */
	const char *cpus; /* a list: where the opening thread is to run, and those in turn; NULL: anywhere */
	void (*attaching)(void);   /* called before the first program is attached; or NULL */
	const sigset_t *wait_mask; /* signals let through while poll waits; NULL: as they are */
};

/*
 * Loads, attaches, and begins to capture. Interfaces are entered into table, which the caller owns and keeps
 * as long as the source; those that are there now before this returns, later ones as they come. Each is told
 * to the receiver as BLOCK_IFACE before its first packet. 0, or -errno after one line on stderr.
 */
int capture_open(struct source **out, const struct capture_settings *s, struct iface_table *table);

/* How many bytes of a CPU's log, the fullest, wait or are read, of *all that it holds. From any thread. */
uint64_t capture_held(const struct source *s, uint64_t *all);

/* Every interface is captured from, also those that come later. */
bool capture_is_any(const struct source *s);

/* There are tc filters that do not go by themselves: taking them off takes CAP_NET_ADMIN. */
bool capture_uses_clsact(const struct source *s);

/* What was attached where, in one line without a newline. */
void capture_describe(const struct source *s, struct strbuf *to);

/* The interface without -i: that of the default route, else the first that is up and no loopback. 0, -ENODEV
 * or another -errno. */
int capture_default_iface(char *name, size_t len);

/* The name behind what -i takes: "any", a name, or a number that -D prints. 0, or -errno after a message. */
int capture_iface_name(const char *given, char *name, size_t len);

/* What -D prints, a line an interface. 0 or -errno. */
int capture_list(struct strbuf *to);

#endif
