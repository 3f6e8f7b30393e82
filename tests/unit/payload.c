// SPDX-License-Identifier: BSD-2-Clause
#include <time.h>

#include "check.h"
#include "print/payload.h"
#include "util/strbuf.h"

/* What is appended for the payload; cap bytes of len are captured. The buffer is the caller's. */
static const char *text(struct strbuf *b, uint16_t port, const void *data, size_t cap, size_t len,
			const struct payload_settings *s)
{
	struct payload p = {
		.data = data, .cap_len = (uint32_t)cap, .len = (uint32_t)len, .sport = 40000, .dport = port
	};

	b->len = 0;
	payload_print(b, &p, s);
	return strbuf_cstr(b);
}

static const struct payload_settings plain = { 0 }, verbose = { .verbose = 1 }, very = { .verbose = 3 };

/* length 40: HTTP: GET / HTTP/1.1 */
static void the_first_line_stands_alone_and_with_v_all_do(void)
{
	static const char get[] = "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n";
	struct strbuf b = { 0 };
	size_t n = sizeof(get) - 1;

	CHECK_STR(text(&b, 80, get, n, n, &plain), ": HTTP: GET / HTTP/1.1");
	CHECK_STR(text(&b, 8080, get, n, n, &verbose),
		  ": HTTP, length: 37\n\tGET / HTTP/1.1\n\tHost: example.org\n\t");
	CHECK_STR(text(&b, 80, get, 10, n, &plain), ": HTTP [|http]");
	CHECK_STR(text(&b, 80, get + 16, n - 16, n - 16, &plain), ": HTTP");
	CHECK_STR(text(&b, 81, get, n, n, &plain), "");
	strbuf_free(&b);
}

static void earlier_rows_of_the_table_win(void)
{
	struct payload p = {
		.data = (const uint8_t *)"x\n", .cap_len = 2, .len = 2, .sport = 80, .dport = 25
	};
	struct strbuf b = { 0 };

	CHECK(payload_print(&b, &p, &plain));
	CHECK_STR(strbuf_cstr(&b), ": SMTP: x");
	strbuf_free(&b);
}

static void a_type_given_with_T_goes_before_ports(void)
{
	static const char ping[] = "PING\r\n";
	struct payload_settings s = { .type = PAYLOAD_RESP };
	struct strbuf b = { 0 };

	CHECK_STR(text(&b, 80, ping, 6, 6, &s), ": RESP \"PING\"");
	s.type = PAYLOAD_NONE;
	CHECK_STR(text(&b, 80, ping, 6, 6, &s), "");
	strbuf_free(&b);
}

static void running_out_of_bytes_is_told_to_the_caller(void)
{
	struct payload p = {
		.data = (const uint8_t *)"SSH", .cap_len = 3, .len = 20, .sport = 22, .dport = 40000
	};
	struct strbuf b = { 0 };

	CHECK(!payload_print(&b, &p, &plain));
	CHECK_STR(strbuf_cstr(&b), " [|ssh]");
	strbuf_free(&b);
}

/* length 31 4660+ A? example. (29) … cut at every byte */
static void any_cut_is_marked_and_stays_inside(void)
{
	static const uint8_t query[] = { 0, 25,	 0x12, 0x34, 1,	  0,   0,   1,	 0, 0, 0, 0, 0, 0,
					 7, 'e', 'x',  'a',  'm', 'p', 'l', 'e', 0, 0, 1, 0, 1 };
	struct strbuf b = { 0 };

	CHECK_STR(text(&b, 53, query, sizeof(query), sizeof(query), &plain), " 4660+ A? example. (25)");
	for (size_t n = 0; n < sizeof(query); n++) {
		uint8_t *copy = malloc(n ? n : 1);
		const char *got;

		memcpy(copy, query, n);
		got = text(&b, 53, copy, n, sizeof(query), &very);
		CHECK_STR(strrchr(got, ' '), " [|domain]");
		free(copy);
	}
	strbuf_free(&b);
}

/* 65,535 bytes of names that point into one another must not take longer than a moment. */
static void dns_cannot_be_laid_out_to_take_long(void)
{
	enum { SIZE = 65535, AT = 16384 };
	uint8_t *m = calloc(1, SIZE);
	struct strbuf b = { 0 };
	clock_t start = clock();
	size_t i;

	m[0] = (SIZE - 2) >> 8;
	m[1] = (SIZE - 2) & 0xff;
	m[4] = 0x80; /* a response with as many answers as there can be */
	memset(m + 8, 0xff, 2);
	for (i = 14; i < AT; i += 2) { /* one chain of labels, 8,000 long */
		m[i] = 1;
		m[i + 1] = 'a';
	}
	for (i = AT + 11; i + 12 <= SIZE; i += 12) { /* behind its record: answers whose names it is */
		m[i] = 0xc0;
		m[i + 1] = 12;
		m[i + 3] = 5;
		m[i + 5] = 1;
	}
	text(&b, 53, m, SIZE, SIZE, &very);
	CHECK(b.len > 100000 / 8 && b.len < 8000000);
	CHECK((clock() - start) * 10 < CLOCKS_PER_SEC * 5); /* half a second; it takes a hundredth */
	strbuf_free(&b);
	free(m);
}

static void nested_arrays_take_no_stack(void)
{
	enum { DEPTH = 16000 };
	struct strbuf b = { 0 }, data = { 0 };

	for (int i = 0; i < DEPTH; i++)
		strbuf_str(&data, "*1\r\n");
	strbuf_str(&data, "+OK\r\n");
	CHECK_STR(text(&b, 6379, data.s, data.len, data.len, &plain), ": RESP \"OK\"");
	data.len -= 5;
	CHECK_STR(text(&b, 6379, data.s, data.len, data.len, &plain), ": RESP [|resp]");
	strbuf_free(&b);
	strbuf_free(&data);
}

/* length 29: BGP … Open Message (1), length: 29 … my AS 65000 */
static void bgp_is_read_with_v_only(void)
{
	uint8_t open[29] = { [16] = 0, 29, 1, 4, 0xfd, 0xe8, 0, 180, 192, 0, 2, 1, 0 };
	struct strbuf b = { 0 };

	memset(open, 0xff, 16);
	CHECK_STR(text(&b, 179, open, sizeof(open), sizeof(open), &plain), ": BGP");
	CHECK_STR(
		text(&b, 179, open, sizeof(open), sizeof(open), &verbose),
		": BGP\n\tOpen Message (1), length: 29\n\t  Version 4, my AS 65000, Holdtime 180s, ID 192.0.2.1"
		"\n\t  Optional parameters, length: 0");
	strbuf_free(&b);
}

int main(void)
{
	RUN(the_first_line_stands_alone_and_with_v_all_do);
	RUN(earlier_rows_of_the_table_win);
	RUN(a_type_given_with_T_goes_before_ports);
	RUN(running_out_of_bytes_is_told_to_the_caller);
	RUN(any_cut_is_marked_and_stays_inside);
	RUN(dns_cannot_be_laid_out_to_take_long);
	RUN(nested_arrays_take_no_stack);
	RUN(bgp_is_read_with_v_only);
	return CHECK_DONE();
}
