// SPDX-License-Identifier: BSD-2-Clause
#include "check.h"
#include "flow/firstline.h"
#include "flow/hello.h"

/* A ClientHello (RFC 8446, 4.1.2) with two extensions, the second of them server_name: www.example.org. */
static const uint8_t hello[] = {
	0x16, 0x03, 0x01, 0x00, 0x4f,	    /* handshake record, 79 bytes */
	0x01, 0x00, 0x00, 0x4b, 0x03, 0x03, /* ClientHello, TLS 1.2 */
	1,    2,    3,	  4,	5,    6,    7,	  8,	9,    10,  11,	12,  13,  14,  15,  16,	  17,
	18,   19,   20,	  21,	22,   23,   24,	  25,	26,   27,  28,	29,  30,  31,  32,  0x00, /* no
												     session
												     id */
	0x00, 0x02, 0x13, 0x01,				      /* one cipher suite */
	0x01, 0x00,					      /* no compression */
	0x00, 0x20,					      /* extensions */
	0x00, 0x0a, 0x00, 0x04, 0x00, 0x02, 0x00, 0x1d,	      /* supported_groups */
	0x00, 0x00, 0x00, 0x14, 0x00, 0x12, 0x00, 0x00, 0x0f, /* server_name */
	'w',  'w',  'w',  '.',	'e',  'x',  'a',  'm',	'p',  'l', 'e', '.', 'o', 'r', 'g',
};

#define CHECK_LINE(want, bytes, n)                                                                           \
	do {                                                                                                 \
		char line_[FLOW_FIRST_LINE];                                                                 \
                                                                                                             \
		flow_first_line(line_, sizeof(line_), (const uint8_t *)(bytes), n);                          \
		CHECK_STR(line_, want);                                                                      \
	} while (0)

static void http_shows_its_first_line(void)
{
	CHECK_LINE("GET /a HTTP/1.1", "GET /a HTTP/1.1\r\nHost: b\r\n\r\n", 27);
	CHECK_LINE("HTTP/1.1 304 Not Modified", "HTTP/1.1 304 Not Modified\r\n", 27);
	CHECK_LINE("", "GETTING nowhere", 15);
	CHECK_LINE("", "", 0);
}

static void a_client_hello_shows_whom_it_asks_for(void)
{
	CHECK_LINE("TLS ClientHello www.example.org", hello, sizeof(hello));
}

/* A segment of the hello as the newest row. */
static void piece(struct flow_rows **rows, uint8_t from, size_t at, size_t n)
{
	struct flow_row *row = flow_rows_add(rows);
	struct decoded d = { .payload = hello + at, .payload_len = (uint32_t)n, .payload_cap = (uint32_t)n };

	row->from = from;
	row->seq = (uint32_t)(1 + at);
	row->len = (uint32_t)n;
	row->text = flow_first_line_dup(d.payload, n);
	flow_hello(*rows, &d);
}

static void a_hello_in_pieces_tells_its_name_where_it_began(void)
{
	for (size_t first = 9; first < sizeof(hello); first++) {
		struct flow_rows *rows = NULL;
		size_t second = (sizeof(hello) - first + 1) / 2;

		piece(&rows, 1, 0, first);
		piece(&rows, 0, first, 1);     /* of the other end */
		piece(&rows, 1, first - 1, 1); /* no number that goes on with it */
		piece(&rows, 1, first, second);
		if (first + second < sizeof(hello)) {
			CHECK(!strstr(rows->at[0].text, "www"));
			piece(&rows, 1, first + second, sizeof(hello) - first - second);
		}
		CHECK(rows->hello == NULL);
		CHECK_STR(rows->at[0].text, "TLS ClientHello www.example.org");
		flow_rows_free(rows);
	}
}

static void a_hello_that_does_not_go_on_is_given_back(void)
{
	struct flow_rows *rows = NULL;
	uint8_t huge[6] = { 22, 3, 1, 0xff, 0xff, 1 };

	piece(&rows, 1, 0, 40);
	CHECK(rows->hello != NULL);
	CHECK_STR(rows->at[0].text, "TLS ClientHello");
	flow_rows_free(rows);
	CHECK_EQ(flow_hello_bytes(huge, 6), 0);
	CHECK_EQ(flow_hello_bytes(hello, 5), 0);
	CHECK_EQ(flow_hello_bytes(hello, 6), sizeof(hello));
}

static void an_alert_says_why(void)
{
	CHECK_LINE("TLS Alert handshake_failure", "\x15\x03\x03\0\2\2\50", 7);
	CHECK_LINE("TLS Alert 200", "\x15\x03\x01\0\2\2\xc8", 7);
	CHECK_LINE("", "\x15\x03\x03\0\2\2", 6);	     /* cut */
	CHECK_LINE("", "\x15\x03\x03\0\x1a\x9f\x28\x77", 8); /* encrypted */
	CHECK_LINE("", "\x15\x15\x03\0\2\2\x28", 7);
}

static void control_bytes_end_the_line(void)
{
	CHECK_LINE("GET /", "GET /\033[31mred", 13);
}

static void a_cut_hello_stays_inside_and_says_what_it_can(void)
{
	for (size_t n = 0; n <= sizeof(hello); n++) {
		uint8_t *exact = malloc(n ? n : 1);
		char line[FLOW_FIRST_LINE];
		bool known;

		memcpy(exact, hello, n);
		known = flow_first_line(line, sizeof(line), exact, n);
		CHECK_EQ(known, n >= 9);
		CHECK(!known || strncmp(line, "TLS ClientHello", 15) == 0);
		free(exact);
	}
}

static void a_long_line_is_cut(void)
{
	char text[300], line[FLOW_FIRST_LINE];

	memset(text, 'x', sizeof(text));
	memcpy(text, "GET /", 5);
	CHECK(flow_first_line(line, sizeof(line), (const uint8_t *)text, sizeof(text)));
	CHECK_EQ(strlen(line), FLOW_FIRST_LINE - 1);
}

int main(void)
{
	RUN(http_shows_its_first_line);
	RUN(a_client_hello_shows_whom_it_asks_for);
	RUN(a_hello_in_pieces_tells_its_name_where_it_began);
	RUN(a_hello_that_does_not_go_on_is_given_back);
	RUN(an_alert_says_why);
	RUN(control_bytes_end_the_line);
	RUN(a_cut_hello_stays_inside_and_says_what_it_can);
	RUN(a_long_line_is_cut);
	return CHECK_DONE();
}
