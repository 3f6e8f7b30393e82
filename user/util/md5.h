/* SPDX-License-Identifier: BSD-2-Clause */
/* MD5 (RFC 1321), for TCP's signature option (RFC 2385). */
#ifndef UTIL_MD5_H
#define UTIL_MD5_H

#include <stddef.h>
#include <stdint.h>

struct md5 {
	uint32_t state[4];
	uint64_t len; /* bytes so far */
	uint8_t block[64];
};

void md5_begin(struct md5 *m);
void md5_add(struct md5 *m, const void *data, size_t n);
void md5_end(struct md5 *m, uint8_t digest[16]);

#endif
