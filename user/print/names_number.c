// SPDX-License-Identifier: BSD-2-Clause
#include "print/names.h"
#include "util/strbuf.h"

static char *put_octet(char *to, uint8_t v)
{
	if (v >= 100)
		*to++ = (char)('0' + v / 100);
	if (v >= 10)
		*to++ = (char)('0' + v / 10 % 10);
	*to++ = (char)('0' + v % 10);
	return to;
}

void names_ipv4(struct strbuf *b, const uint8_t addr[4])
{
	char text[16], *at = text;
	int i;

	for (i = 0; i < 4; i++) {
		if (i)
			*at++ = '.';
		at = put_octet(at, addr[i]);
	}
	strbuf_mem(b, text, (size_t)(at - text));
}

/* The first of the longest runs of at least two zero words. */
static int longest_zeros(const uint16_t w[8], int *len)
{
	int i, k, at = -1;

	*len = 1;
	for (i = 0; i < 8; i = k + 1) {
		for (k = i; k < 8 && !w[k]; k++)
			;
		if (k - i > *len) {
			*len = k - i;
			at = i;
		}
	}
	if (at < 0)
		*len = 0;
	return at;
}

void names_ipv6(struct strbuf *b, const uint8_t addr[16])
{
	uint16_t w[8];
	int i, zeros, len;

	for (i = 0; i < 8; i++)
		w[i] = (uint16_t)(addr[2 * i] << 8 | addr[2 * i + 1]);
	zeros = longest_zeros(w, &len);
	for (i = 0; i < 8; i++) {
		if (i == zeros) {
			strbuf_mem(b, "::", 2);
			i += len - 1;
			continue;
		}
		if (i && (zeros < 0 || i != zeros + len))
			strbuf_char(b, ':');
		if (i == 6 && zeros == 0 && (len == 6 || (len == 5 && w[5] == 0xffff))) {
			names_ipv4(b, addr + 12);
			return;
		}
		strbuf_hex(b, w[i], 1);
	}
}
