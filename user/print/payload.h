/* SPDX-License-Identifier: BSD-2-Clause */
/* What a segment's payload says, as tcpdump 4.99.3 appends it after `length N`. Pure, but for the names it
 * asks for. */
#ifndef PRINT_PAYLOAD_H
#define PRINT_PAYLOAD_H

#include <stdbool.h>
#include <stdint.h>

struct names; /* print/names.h */
struct strbuf;

/* -T. Of tcpdump's types these three say something about TCP; with any other, a payload is left unread. */
enum payload_type { PAYLOAD_BY_PORT, PAYLOAD_RESP, PAYLOAD_ZMTP1, PAYLOAD_DOMAIN, PAYLOAD_NONE };

/* Calls of NFS that await their replies, which do not say what they reply to. Begins all zero; belongs to one
 * printer. */
#define PAYLOAD_CALLS_MAX 64
struct payload_calls {
	struct payload_call {
		uint32_t xid, proc, version;
		uint8_t family; /* 0: none */
		uint8_t client[16], server[16];
	} calls[PAYLOAD_CALLS_MAX];
	uint32_t next, hint;
};

struct payload_settings {
	int verbose;		     /* how many -v */
	bool asdot;		     /* -b: four-byte AS numbers as high.low */
	bool raw_handles;	     /* -u: NFS file handles as they are */
	bool hex_ascii;		     /* -X: telnet's commands with -vvv look different then */
	uint8_t type;		     /* enum payload_type */
	struct names *names;	     /* NULL: addresses stay numeric */
	struct payload_calls *calls; /* NULL: replies stay unread */
};

struct payload {
	const uint8_t *data; /* cap_len bytes; NULL if cap_len is 0 */
	uint32_t cap_len;    /* captured, and not past the end of the IP packet */
	uint32_t len;	     /* as IP says; > 0 */
	uint16_t sport, dport;
	uint8_t family; /* AF_INET or AF_INET6 */
	const uint8_t *src,
		*dst; /* 4 or 16 bytes, network order; may be NULL if there are no calls to match */
};

/* By port, not 0: its payload is read. */
extern const uint8_t payload_place[65536];

/* Appends everything, a truncation mark included. False if a printer ran out of captured bytes: what encloses
 * the segment then prints nothing more of its own either, only -x, -X or -A follow, and those begin at the
 * link layer. */
bool payload_print(struct strbuf *b, const struct payload *p, const struct payload_settings *s);

#endif
