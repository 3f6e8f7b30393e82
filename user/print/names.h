/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for addresses and ports, as tcpdump finds them: cached, bounded, and for live captures looked up in a
 * thread of their own, so that a slow resolver holds a line for a moment only and packets never. */
#ifndef PRINT_NAMES_H
#define PRINT_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct names;
struct strbuf;

/* Writes the host's name, NUL-terminated, and returns 0; -ENOENT: it has none. May take its time. family is
 * AF_INET or AF_INET6, addr 4 or 16 bytes in network order. Called from one thread at a time. */
typedef int names_resolve_fn(void *arg, int family, const uint8_t *addr, char *name, size_t size);

struct names_settings {
	bool numeric;	       /* -n: nothing is looked up, ports neither */
	bool no_domain;	       /* -N: the host's name ends at its first dot */
	bool background;       /* live: look up in a thread, wait at most wait_ms a line */
	uint32_t wait_ms;      /* 0: 1000 */
	uint32_t local_net_be; /* -f: IPv4 addresses outside stay numeric; both 0: all are looked up */
	uint32_t local_mask_be;
	names_resolve_fn *resolve; /* NULL: the system's */
	void *resolve_arg;
	/* Told of each name that is found, whole. NULL: nobody asks. */
	void (*found)(void *arg, int family, const uint8_t *addr, const char *name);
	void *found_arg;
};

/* NULL and errno when memory or a thread cannot be had. */
struct names *names_new(const struct names_settings *s);
void names_free(struct names *n); /* does not wait for a look-up that hangs; NULL is fine */

/* Call before each line, with its packet's time: it may wait anew. Live, waiting holds up the rings, so a
 * line waits no longer than a thousand packets take to come, and not at all while lines lag behind their
 * packets. */
void names_line(struct names *n, uint64_t ts_ns);

/* Append a name, or the number. n may be NULL: numbers. */
void names_host(struct names *n, struct strbuf *b, int family, const uint8_t *addr);
void names_port(struct names *n, struct strbuf *b, uint16_t port); /* TCP */
void names_ether(struct names *n, struct strbuf *b,
		 const uint8_t mac[6]); /* -e: `… (oui X)`, /etc/ethers, Broadcast */

/* Whom an OUI belongs to; NULL if it is none of the few that tcpdump knows. */
const char *names_maker(uint32_t oui);

/* The numbers themselves. */
void names_ipv4(struct strbuf *b, const uint8_t addr[4]);
void names_ipv6(struct strbuf *b, const uint8_t addr[16]); /* RFC 5952's shape, as tcpdump writes it */

#endif
