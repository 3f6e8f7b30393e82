// SPDX-License-Identifier: BSD-2-Clause
#include "decode/checksum.h"

#include <string.h>

#include "decode/numbers.h"
#include "decode/steps.h"

/* Words are added as they lie in memory and the sum is swapped once, in the end (RFC 1071, 2 (B)). */
uint64_t checksum_add(uint64_t sum, const uint8_t *p, size_t n)
{
	uint64_t sums[4] = { 0 };
	uint16_t last = 0;
	uint32_t w, words[4];

	/* four that do not wait for each other take half the time */
	for (; n >= sizeof(words); n -= sizeof(words), p += sizeof(words)) {
		memcpy(words, p, sizeof(words));
		for (int i = 0; i < 4; i++)
			sums[i] += words[i];
	}
	sum += sums[0] + sums[1] + sums[2] + sums[3];
	for (; n >= 4; n -= 4, p += 4) {
		memcpy(&w, p, 4);
		sum += w;
	}
	if (n >= 2) {
		memcpy(&last, p, 2);
		sum += last;
		p += 2;
		n -= 2;
	}
	if (n) {
		last = 0;
		memcpy(&last, p, 1);
		sum += last;
	}
	return sum;
}

uint16_t checksum_fold(uint64_t sum)
{
	uint8_t b[2];
	uint16_t folded;

	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	folded = (uint16_t)sum;
	memcpy(b, &folded, 2);
	return be16(b);
}

/* Over the pseudo-header (RFC 9293 3.1, RFC 8200 8.1). */
static uint64_t add_pseudo(const uint8_t *src, const uint8_t *dst, size_t addr_len, uint32_t len)
{
	uint8_t tail[8] = { (uint8_t)(len >> 24),
			    (uint8_t)(len >> 16),
			    (uint8_t)(len >> 8),
			    (uint8_t)len,
			    0,
			    0,
			    0,
			    PROTO_TCP };
	uint64_t sum;

	if (addr_len == 4) /* the length is a 16-bit field there */
		tail[0] = tail[1] = 0;
	sum = checksum_add(0, src, addr_len);
	sum = checksum_add(sum, dst, addr_len);
	return checksum_add(sum, tail, sizeof(tail));
}

uint16_t checksum_tcp(const uint8_t *src, const uint8_t *dst, size_t addr_len, const uint8_t *tcp,
		      uint32_t len)
{
	return checksum_fold(checksum_add(add_pseudo(src, dst, addr_len, len), tcp, len));
}

bool checksum_left_to_card(const uint8_t *src, const uint8_t *dst, size_t addr_len, uint16_t field,
			   uint32_t len)
{
	return checksum_fold(add_pseudo(src, dst, addr_len, len)) == field;
}

uint16_t checksum_wanted(uint16_t field, uint16_t sum)
{
	uint32_t want = (uint32_t)field + (uint16_t)~sum;

	want = (want & 0xffff) + (want >> 16);
	return (uint16_t)want;
}

const uint8_t *checksum_ipv4_dst(const uint8_t *ip, uint32_t cap)
{
	uint32_t end = (ip[0] & 0xfu) * 4, i = 20, len;

	while (i < end && i < cap && ip[i] != 0) {
		if (ip[i] == 1) {
			i++;
			continue;
		}
		if (i + 2 > cap || (len = ip[i + 1]) < 2 || i + len > end || i + len > cap)
			break;
		if ((ip[i] == 131 || ip[i] == 137) && len >= 7) /* loose and strict source route */
			return ip + i + len - 4;
		i += len;
	}
	return ip + 16;
}

/* Routing headers of type 0, 2 (RFC 6275) and 4 (RFC 8754): where they end. p: the header, cap captured. */
static const uint8_t *routed_dst(const uint8_t *p, uint32_t cap, const uint8_t *dst)
{
	uint32_t i, n;

	if (cap < 4 || p[1] % 2)
		return dst;
	n = p[1] / 2u;
	if (p[2] == 4)
		return cap >= 24 ? p + 8 : dst;
	if (p[2] != 0 && p[2] != 2)
		return dst;
	for (i = 0; i < n && cap >= 8 + 16 * (i + 1); i++)
		dst = p + 8 + 16 * i;
	return dst;
}

const uint8_t *checksum_ipv6_dst(const uint8_t *ip, uint32_t cap)
{
	uint8_t this, next = ip[6];
	uint32_t off = 40;

	while (next == PROTO_HOPOPTS || next == PROTO_DSTOPTS || next == PROTO_MOBILITY ||
	       next == PROTO_FRAGMENT) {
		if (cap < off + 2)
			return NULL;
		this = next;
		next = ip[off];
		off += this == PROTO_FRAGMENT ? 8 : (ip[off + 1] + 1u) * 8;
	}
	return next == PROTO_ROUTING && cap > off ? routed_dst(ip + off, cap - off, ip + 24) : ip + 24;
}
