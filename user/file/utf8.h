/* SPDX-License-Identifier: BSD-2-Clause */
/* Text made valid UTF-8 (RFC 3629): each byte that is part of no character becomes U+FFFD. Pure. */
#ifndef FILE_UTF8_H
#define FILE_UTF8_H

#include <stddef.h>

#include "util/strbuf.h"

/* At most max bytes, cut between characters. to has room for the smaller of max and 3 × len; gives the
 * length. */
size_t utf8_clean_into(uint8_t *to, const char *s, size_t len, size_t max);
/* Appends; b holds at most max bytes afterwards. */
void utf8_clean(struct strbuf *b, const char *s, size_t len, size_t max);

#endif
