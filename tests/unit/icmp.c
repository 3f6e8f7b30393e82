// SPDX-License-Identifier: BSD-2-Clause
#include <sys/socket.h>

#include "check.h"
#include "decode/decode.h"
#include "decode/icmp.h"
#include "decode/linktype.h"

/* IP 192.0.2.254 > 192.0.2.1: ICMP host 198.51.100.7 unreachable - admin prohibited filter; the quote ends
 * behind 40000 > 80, seq 0x01020304 */
static const uint8_t v4[] = {
	0x45, 0, 0,   56, 0, 1, 0,   0,	 64,  1,    0,	  0,	192, 0,	 2, 254,  192, 0,  2,
	1,    3, 13,  0,  0, 0, 0,   0,	 0,   0x45, 0,	  0,	60,  0,	 2, 0x40, 0,   63, 6,
	0,    0, 192, 0,  2, 1, 198, 51, 100, 7,    0x9c, 0x40, 0,   80, 1, 2,	  3,   4,
};

/* IP6 2001:db8::fe > 2001:db8::1: DSTOPT ICMP6, packet too big, mtu 1280; quoted behind a hop-by-hop header:
 * 2001:db8::1.40000 > 2001:db8::2.80, seq 0x01020304 */
static const uint8_t v6[] = {
	0x60, 0, 0,  0, 0,    72,   60,	  64,	0x20, 1,    0x0d, 0xb8, 0,  0, 0, 0, 0, 0, 0,
	0,    0, 0,  0, 0xfe, 0x20, 1,	  0x0d, 0xb8, 0,    0,	  0,	0,  0, 0, 0, 0, 0, 0,
	0,    1, 58, 0, 1,    4,    0,	  0,	0,    0,    2,	  0,	0,  0, 0, 0, 5, 0, 0x60,
	0,    0, 0,  5, 0,    0,    63,	  0x20, 1,    0x0d, 0xb8, 0,	0,  0, 0, 0, 0, 0, 0,
	0,    0, 0,  1, 0x20, 1,    0x0d, 0xb8, 0,    0,    0,	  0,	0,  0, 0, 0, 0, 0, 0,
	2,    6, 0,  1, 4,    0,    0,	  0,	0,    0x9c, 0x40, 0,	80, 1, 2, 3, 4,
};

static bool quote(struct icmp_quote *q, const uint8_t *data, size_t n)
{
	struct packet p = { .data = data, .cap_len = (uint32_t)n, .wire_len = (uint32_t)n };
	struct decoded d;

	decode_packet(&d, LINKTYPE_RAW, &p);
	return decode_icmp_quote(q, &p, &d);
}

static void an_error_tells_what_it_quotes(void)
{
	struct icmp_quote q;

	CHECK(quote(&q, v4, sizeof(v4)));
	CHECK(q.family == AF_INET && q.type == 3 && q.code == 13);
	CHECK(q.from == v4 + 12 && q.ip == v4 + 28 && q.src == v4 + 40 && q.dst == v4 + 44);
	CHECK(q.sport == 40000 && q.dport == 80 && q.seq == 0x01020304);
}

static void extension_headers_are_followed_in_both(void)
{
	struct icmp_quote q;

	CHECK(quote(&q, v6, sizeof(v6)));
	CHECK(q.family == AF_INET6 && q.type == 2 && q.code == 0);
	CHECK(q.from == v6 + 8 && q.ip == v6 + 56 && q.src == v6 + 64 && q.dst == v6 + 80);
	CHECK(q.sport == 40000 && q.dport == 80 && q.seq == 0x01020304);
}

/* data with the byte at `at` set to value, in memory of exactly n bytes */
static bool changed(const uint8_t *data, size_t n, size_t at, uint8_t value)
{
	uint8_t *p = malloc(n ? n : 1);
	struct icmp_quote q;
	bool found;

	memcpy(p, data, n);
	if (at < n)
		p[at] = value;
	found = quote(&q, p, n);
	free(p);
	return found;
}

static void a_cut_quote_is_none(void)
{
	for (size_t n = 0; n < sizeof(v4); n++)
		CHECK(!changed(v4, n, n, 0));
	for (size_t n = 0; n < sizeof(v6); n++)
		CHECK(!changed(v6, n, n, 0));
}

static void what_is_no_error_about_tcp_is_none(void)
{
	CHECK(!changed(v4, sizeof(v4), 20, 8));	      /* an echo */
	CHECK(!changed(v4, sizeof(v4), 28 + 9, 17));  /* about UDP */
	CHECK(!changed(v4, sizeof(v4), 28 + 7, 1));   /* about a later fragment */
	CHECK(!changed(v4, sizeof(v4), 7, 1));	      /* a later fragment of one */
	CHECK(!changed(v4, sizeof(v4), 28, 0x65));    /* another version */
	CHECK(!changed(v6, sizeof(v6), 48, 128));     /* an echo */
	CHECK(!changed(v6, sizeof(v6), 56 + 40, 17)); /* about UDP */
	for (int type = 0; type < 256; type++)
		CHECK_EQ(changed(v4, sizeof(v4), 20, (uint8_t)type),
			 type == 3 || type == 4 || type == 11 || type == 12);
}

int main(void)
{
	RUN(an_error_tells_what_it_quotes);
	RUN(extension_headers_are_followed_in_both);
	RUN(a_cut_quote_is_none);
	RUN(what_is_no_error_about_tcp_is_none);
	return CHECK_DONE();
}
