/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers in file bytes that need not be aligned; swapped: they are in the byte order that is not ours. */
#ifndef FILE_BYTES_H
#define FILE_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t get_u16(const uint8_t *p, bool swapped)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return swapped ? __builtin_bswap16(v) : v;
}

static inline uint32_t get_u32(const uint8_t *p, bool swapped)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return swapped ? __builtin_bswap32(v) : v;
}

static inline uint64_t get_u64(const uint8_t *p, bool swapped)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return swapped ? __builtin_bswap64(v) : v;
}

/* Each gives the place after what it wrote. */
static inline uint8_t *put_u16(uint8_t *to, uint16_t v)
{
	memcpy(to, &v, sizeof(v));
	return to + sizeof(v);
}

static inline uint8_t *put_u32(uint8_t *to, uint32_t v)
{
	memcpy(to, &v, sizeof(v));
	return to + sizeof(v);
}

static inline uint8_t *put_u64(uint8_t *to, uint64_t v)
{
	memcpy(to, &v, sizeof(v));
	return to + sizeof(v);
}

static inline uint8_t *put_mem(uint8_t *to, const void *from, size_t n)
{
	memcpy(to, from, n);
	return to + n;
}

/* put_mem without a call where n is a few dozen. */
static inline uint8_t *put_short_mem(uint8_t *to, const uint8_t *from, size_t n)
{
	if (n < 16 || n > 256)
		return put_mem(to, from, n);
	for (size_t at = 0; at + 16 < n; at += 16)
		memcpy(to + at, from + at, 16);
	memcpy(to + n - 16, from + n - 16, 16);
	return to + n;
}

/* Rounded up to 4, the unit of pcapng. */
static inline uint32_t pad4(uint32_t n)
{
	return (n + 3) & ~3u;
}

#endif
