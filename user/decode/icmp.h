/* SPDX-License-Identifier: BSD-2-Clause */
/* The TCP segment that an ICMP or ICMPv6 error quotes (RFC 792, RFC 4443). */
#ifndef DECODE_ICMP_H
#define DECODE_ICMP_H

#include <stdbool.h>
#include <stdint.h>

#include "packet.h"

struct decoded;

/* Pointers lie inside the packet's bytes; ports and seq are host order. */
struct icmp_quote {
	uint8_t family; /* AF_INET or AF_INET6, of error and quoted segment */
	uint8_t type, code;
	const uint8_t *ip;	  /* the quoted packet: its IP header */
	const uint8_t *from;	  /* who sent the error */
	const uint8_t *src, *dst; /* of the quoted segment */
	uint16_t sport, dport;
	uint32_t seq;
};

/* False unless the innermost IP header of p carries such an error and the quote reaches the sequence number.
 */
bool decode_icmp_quote(struct icmp_quote *q, const struct packet *p, const struct decoded *d);

#endif
