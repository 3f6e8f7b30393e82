/* SPDX-License-Identifier: BSD-2-Clause */
/* The internet checksum (RFC 1071) of headers and segments. */
#ifndef DECODE_CHECKSUM_H
#define DECODE_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What has been added up so far, in network order's 16-bit words, not yet folded. */
uint64_t checksum_add(uint64_t sum, const uint8_t *p, size_t n); /* n even, but for the last piece */
uint16_t checksum_fold(uint64_t sum); /* host order; 0xffff: what was added is right */

/* The sum over pseudo-header and len bytes of a TCP segment, folded. src, dst: addr_len bytes (4 or 16);
 * dst is the final destination. */
uint16_t checksum_tcp(const uint8_t *src, const uint8_t *dst, size_t addr_len, const uint8_t *tcp,
		      uint32_t len);

/* The field holds the sum over the pseudo-header alone: what a sender does that leaves the rest to its card.
 */
bool checksum_left_to_card(const uint8_t *src, const uint8_t *dst, size_t addr_len, uint16_t field,
			   uint32_t len);

/* What the field should hold, given what it holds and the folded sum over everything. */
uint16_t checksum_wanted(uint16_t field, uint16_t sum);

/* The final destination of a source-routed packet; without a route, the header's. ip: the header, cap bytes
 * of the packet captured from it on. */
const uint8_t *checksum_ipv4_dst(const uint8_t *ip, uint32_t cap);
/* NULL where the headers are cut before the destination is known. */
const uint8_t *checksum_ipv6_dst(const uint8_t *ip, uint32_t cap);

#endif
