/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers and addresses into room that the caller has made sure of; each returns the end of what it wrote. */
#ifndef PRINT_FMT_H
#define PRINT_FMT_H

#include <stdint.h>
#include <string.h>

extern const char fmt_digits[200];    /* 00 01 … 99 */
extern const char fmt_octets[256][4]; /* 0 … 255, length in the last byte */
extern const char fmt_hex[16];

/* A literal's characters. */
#define fmt_lit(p, s) (memcpy((p), (s), sizeof(s) - 1), (p) + sizeof(s) - 1)

char *fmt_u32_long(char *p, uint32_t v); /* five digits and more */
char *fmt_u64(char *p, uint64_t v);	 /* 20 at most */
char *fmt_x32(char *p, uint32_t v, int min_digits);
char *fmt_x64(char *p, uint64_t v);
char *fmt_bytes(char *p, const uint8_t *b, uint32_t n); /* two hex digits each */
char *fmt_mac(char *p, const uint8_t mac[6]);		/* 17 */
char *fmt_ipv6(char *p, const uint8_t addr[16]);	/* 39 at most, or 22 with dots */

static inline char *fmt_two(char *p, unsigned v)
{
	memcpy(p, fmt_digits + 2 * v, 2);
	return p + 2;
}

static inline char *fmt_octet(char *p, uint8_t v) /* writes 4, keeps 1 to 3 */
{
	memcpy(p, fmt_octets[v], 4);
	return p + fmt_octets[v][3];
}

static inline char *fmt_u32(char *p, uint32_t v)
{
	if (v < 10) {
		*p = (char)('0' + v);
		return p + 1;
	}
	if (v < 100)
		return fmt_two(p, v);
	if (v < 1000) {
		*p = (char)('0' + v / 100);
		return fmt_two(p + 1, v % 100);
	}
	if (v < 10000)
		return fmt_two(fmt_two(p, v / 100), v % 100);
	return fmt_u32_long(p, v);
}

static inline char *fmt_ipv4(char *p, const uint8_t a[4]) /* 15 at most, room for 16 */
{
	p = fmt_octet(p, a[0]);
	*p++ = '.';
	p = fmt_octet(p, a[1]);
	*p++ = '.';
	p = fmt_octet(p, a[2]);
	*p++ = '.';
	return fmt_octet(p, a[3]);
}

#endif
