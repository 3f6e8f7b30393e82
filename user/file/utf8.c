// SPDX-License-Identifier: BSD-2-Clause
#include "file/utf8.h"

/* Length of the character at s, 0 if there is none. */
static size_t char_len(const uint8_t *s, size_t left)
{
	size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : s[0] >= 0xe0 && s[0] < 0xf0 ? 3 : 4;

	if (n == 1)
		return 1;
	if (n > left || s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* longer than need be, surrogates, beyond U+10FFFF */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] >= 0x90))
		return 0;
	return n;
}

size_t utf8_clean_into(uint8_t *to, const char *str, size_t len, size_t max)
{
	const uint8_t *s = (const uint8_t *)str;
	size_t out = 0;

	for (size_t i = 0; i < len;) {
		size_t n = char_len(s + i, len - i);
		const void *from = n ? (const void *)(s + i) : "\xef\xbf\xbd";
		size_t take = n ? n : 3;

		if (out + take > max)
			break;
		memcpy(to + out, from, take);
		out += take;
		i += n ? n : 1;
	}
	return out;
}

void utf8_clean(struct strbuf *b, const char *s, size_t len, size_t max)
{
	size_t left = max > b->len ? max - b->len : 0;

	if (strbuf_room(b, len * 3 < left ? len * 3 : left))
		b->len += utf8_clean_into((uint8_t *)b->s + b->len, s, len, left);
}
