/* SPDX-License-Identifier: BSD-2-Clause */
/* What the printers of single layers share. Known inside user/print/ only. */
#ifndef PRINT_PRINTING_H
#define PRINT_PRINTING_H

#include <stdbool.h>
#include <stdint.h>

#include "print/fmt.h"
#include "print/payload.h"
#include "print/print.h"
#include "print/relseq.h"
#include "util/strbuf.h"

/* The second last printed, as text, and the minute that it lies in. */
struct clock_text {
	int64_t minute; /* first second of it; INT64_MIN: none yet */
	char date[11];	/* `2026-01-31 ` */
	char hms[8];	/* `23:59:00`, its seconds replaced for each line */
};

#define IFACE_NAMES_MAX 16

struct printer {
	struct print_settings set;
	bool numbers;	    /* addresses and ports need no look-up */
	uint64_t count;	    /* lines so far, for -# */
	uint64_t time_ref;  /* -ttt, -ttttt: what is counted from; 0: none yet. In units of time_unit */
	uint32_t time_unit; /* ns */
	struct clock_text clock;
	struct relseq seq4, seq6;
	struct payload_calls calls; /* of NFS */
	struct {
		uint32_t ifindex;
		char name[16];
	} ifaces[IFACE_NAMES_MAX];
	uint32_t nifaces;
	uint8_t flags_len[256];
	char flags[256][16]; /* `Flags [S.]` */
};

/* One packet being printed. */
struct printing {
	struct printer *pr;
	const struct print_settings *set;
	struct strbuf *b;
	const struct packet *p;
	const struct decoded *d;
	const char *proto;	  /* of whom a truncation mark speaks */
	const uint8_t *ip;	  /* the IP header whose payload is being printed */
	uint32_t ip_cap;	  /* captured from it on */
	bool v6;		  /* it is of version 6 */
	bool fragmented;	  /* and its packet is a fragment: no checksum is looked at */
	bool v6_hop_by_hop;	  /* a hop-by-hop header was met, … */
	bool v6_first;		  /* … or no extension header yet */
	uint32_t v6_len;	  /* bytes from the IPv6 header on, as what encloses it says */
	uint32_t v6_jumbo;	  /* RFC 2675 payload length, 0 without one */
	const struct layer *next; /* NULL where the layer at hand is the last */
};

enum printed {
	PRINTED,     /* go on with the next layer */
	PRINTED_END, /* nothing more is known */
	PRINTED_CUT, /* ran out of bytes: `[|…]` is yet to be written, and -x begins at the packet's first
			byte */
	PRINTED_CUT_MARKED, /* the same, and the mark is written */
};

typedef enum printed print_layer(struct printing *c, const struct layer *l, const uint8_t *at);

print_layer print_ether, print_llc, print_sll, print_sll2, print_null, print_raw;
print_layer print_ppp, print_ppp_serial, print_pppoe, print_mpls, print_gre;
print_layer print_ipv4, print_ipv6, print_ipv6_ext, print_ipv6_short, print_ah, print_tcp;

/* The truncation mark of a layer that stops in good order. */
enum printed print_truncated(struct printing *c);
enum printed print_invalid(struct printing *c);

void print_host(struct printing *c, bool v6, const uint8_t *addr);
void print_hosts(struct printing *c); /* `a > b` of the IP header at hand */
void print_mac(struct printing *c, const uint8_t mac[6]);
void print_ethertype_name(struct printing *c, uint16_t type, const char *unknown);
void print_escaped(struct strbuf *b, uint8_t ch); /* ^X and M-X where it is not printable ASCII */

void print_time(struct printer *pr, struct strbuf *b, uint64_t ts_ns);
/* After the text: -X, -x or -A, in that order of precedence. from: where -x without the link header begins.
 */
void print_bytes(const struct print_settings *s, struct strbuf *b, const struct packet *p, uint32_t from);

/* What options need to know of their segment. */
struct tcp_text {
	const struct layer *l;
	const uint8_t *at;
	bool reversed; /* this and base as relseq_find gave them; 0 with absolute numbers */
	struct relseq_base base;
	uint32_t payload_len;
};
enum printed print_tcp_options(struct printing *c, const struct tcp_text *t);
/* The RFC 8684 option at o, n bytes with kind and length, all captured; false: malformed. */
bool print_mptcp(struct printing *c, const uint8_t *o, uint32_t n, uint8_t flags);
/* -M: whether the digest at sig fits (RFC 2385), or why that cannot be said. */
void print_md5(struct printing *c, const struct tcp_text *t, const uint8_t sig[16]);

enum printed print_mobility(struct printing *c, const struct layer *l, const uint8_t *at);

#define put_lit(b, s) strbuf_mem((b), (s), sizeof(s) - 1)

static inline void put_u32(struct strbuf *b, uint32_t v)
{
	if (strbuf_room(b, 16))
		b->len = (size_t)(fmt_u32(b->s + b->len, v) - b->s);
}

/* `0x` and at least that many digits. */
static inline void put_x32(struct strbuf *b, uint32_t v, int min_digits)
{
	put_lit(b, "0x");
	if (strbuf_room(b, 8))
		b->len = (size_t)(fmt_x32(b->s + b->len, v, min_digits) - b->s);
}

static inline uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint64_t get64(const uint8_t *p)
{
	return (uint64_t)get32(p) << 32 | get32(p + 4);
}

#endif
