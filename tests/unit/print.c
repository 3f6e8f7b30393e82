// SPDX-License-Identifier: BSD-2-Clause
#include "check.h"
#include "decode/linktype.h"
#include "file/iface.h"
#include "print/fmt.h"
#include "print/print.h"
#include "print/relseq.h"
#include "util/md5.h"
#include "util/strbuf.h"

#define EPOCH 1700000000000000000u /* 2023-11-14 22:13:20 UTC */

/* 192.0.2.1.53055 > 192.168.0.1.8080, 20 bytes of TCP header, `hi` */
static const uint8_t sample[] = {
	0x45, 0x00, 0x00, 0x2a, 0x00, 0x01, 0x40, 0x00, 0x40, 0x06, 0x00, 0x00, 192,  0,
	2,    1,    192,  168,	0,    1,    0xcf, 0x3f, 0x1f, 0x90, 0x00, 0x00, 0x00, 0x64,
	0x00, 0x00, 0x00, 0xc8, 0x50, 0x18, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 'h',  'i',
};

struct lines {
	struct printer *pr;
	struct strbuf text;
};

static struct lines begin(const struct print_settings *s)
{
	struct lines l = { .pr = printer_new(s) };

	return l;
}

static void end(struct lines *l, const char *want)
{
	CHECK_STR(strbuf_cstr(&l->text), want);
	printer_free(l->pr);
	strbuf_free(&l->text);
}

static void add(struct lines *l, const uint8_t *data, uint32_t cap, uint32_t len, uint64_t ts_ns)
{
	struct packet p = { .ts_ns = ts_ns, .data = data, .cap_len = cap, .wire_len = len };
	struct decoded d;

	decode_packet(&d, LINKTYPE_RAW, &p);
	CHECK(d.is_tcp);
	printer_packet(l->pr, &l->text, &p, &d);
}

static void a_line_is_tcpdumps(void)
{
	struct print_settings s = { .numeric = true };
	struct lines l = begin(&s);

	add(&l, sample, sizeof(sample), sizeof(sample), EPOCH + 1234567);
	end(&l,
	    "22:13:20.001234 IP 192.0.2.1.53055 > 192.168.0.1.8080: Flags [P.], seq 100:102, ack 200, win 257,"
	    " length 2: HTTP\n");
}

static void numbers_are_relative_from_the_second_segment_on(void)
{
	struct print_settings s = { .numeric = true, .time = TIME_NONE };
	struct lines l = begin(&s);
	uint8_t p[40];

	memcpy(p, sample, sizeof(p));
	p[3] = sizeof(p);
	p[22] = 0x1f;
	p[23] = 0x91;
	add(&l, p, sizeof(p), sizeof(p), EPOCH);
	p[27] += 2;
	add(&l, p, sizeof(p), sizeof(p), EPOCH);
	p[33] = TCP_FIN | TCP_ACK;
	add(&l, p, sizeof(p), sizeof(p), EPOCH);
	end(&l, "IP 192.0.2.1.53055 > 192.168.0.1.8081: Flags [P.], ack 200, win 257, length 0\n"
		"IP 192.0.2.1.53055 > 192.168.0.1.8081: Flags [P.], ack 1, win 257, length 0\n"
		"IP 192.0.2.1.53055 > 192.168.0.1.8081: Flags [F.], seq 2, ack 1, win 257, length 0\n");
}

static void deltas_are_between_times_as_shown(void)
{
	struct print_settings s = { .numeric = true, .quick = true, .time = TIME_SINCE_PREVIOUS };
	struct lines l = begin(&s);

	add(&l, sample, sizeof(sample), sizeof(sample), EPOCH + 999);
	add(&l, sample, sizeof(sample), sizeof(sample), EPOCH + 1001);
	add(&l, sample, sizeof(sample), sizeof(sample), EPOCH);
	end(&l, " 00:00:00.000000 IP 192.0.2.1.53055 > 192.168.0.1.8080: tcp 2\n"
		" 00:00:00.000001 IP 192.0.2.1.53055 > 192.168.0.1.8080: tcp 2\n"
		"-00:00:00.000001 IP 192.0.2.1.53055 > 192.168.0.1.8080: tcp 2\n");
}

static void with_a_prefix_the_interface_and_the_way_begin_the_line(void)
{
	struct print_settings s = { .numeric = true, .quick = true, .time = TIME_NONE, .iface_prefix = true };
	struct lines l = begin(&s);
	struct iface eth0 = { .name = (char *)"eth0" };
	struct packet p = {
		.data = sample, .cap_len = sizeof(sample), .wire_len = sizeof(sample), .iface = &eth0
	};
	struct decoded d;

	decode_packet(&d, LINKTYPE_RAW, &p);
	p.dir = DIR_IN;
	printer_packet(l.pr, &l.text, &p, &d);
	p.dir = DIR_OUT;
	printer_packet(l.pr, &l.text, &p, &d);
	p.dir = DIR_IN;
	p.has_pkt_type = true;
	p.pkt_type = 3; /* PACKET_OTHERHOST */
	printer_packet(l.pr, &l.text, &p, &d);
	end(&l, "eth0  In  IP 192.0.2.1.53055 > 192.168.0.1.8080: tcp 2\n"
		"eth0  Out IP 192.0.2.1.53055 > 192.168.0.1.8080: tcp 2\n"
		"eth0  P   IP 192.0.2.1.53055 > 192.168.0.1.8080: tcp 2\n");
}

static void every_cut_ends_in_a_mark_and_a_newline(void)
{
	struct print_settings s = { .numeric = true, .verbose = 3, .hex_ascii = 1 };

	for (uint32_t n = 10; n < 40; n++) {
		struct lines l = begin(&s);
		uint8_t *exact = malloc(n);

		memcpy(exact, sample, n);
		add(&l, exact, n, sizeof(sample), EPOCH);
		CHECK(strstr(strbuf_cstr(&l.text), n < 20 ? " [|ip]" : " [|tcp]"));
		CHECK_EQ(l.text.s[l.text.len - 1], '\n');
		printer_free(l.pr);
		strbuf_free(&l.text);
		free(exact);
	}
}

static void the_least_recent_connection_is_forgotten(void)
{
	static const uint8_t a[4] = { 10, 0, 0, 1 }, b[4] = { 10, 0, 0, 2 };
	struct relseq t;
	bool reversed, is_new;

	relseq_init(&t, 4, 4);
	for (uint16_t port = 1000; port < 1006; port++) {
		relseq_find(&t, a, b, port, 9, &reversed, &is_new)->seq = port;
		CHECK(is_new);
		CHECK(reversed);
		CHECK_EQ(relseq_find(&t, b, a, 9, 1000, &reversed, &is_new)->seq, 1000);
		CHECK(!is_new && !reversed);
	}
	for (uint16_t port = 2000; port < 2010; port++)
		relseq_find(&t, a, b, port, 9, &reversed, &is_new);
	relseq_find(&t, a, b, 1005, 9, &reversed, &is_new);
	CHECK(is_new);
	CHECK(t.slots <= 1024 && t.older_slots <= 1024);
	relseq_clear(&t);
}

static void numbers_are_written_as_printf_would(void)
{
	static const uint64_t v[] = { 0,
				      9,
				      10,
				      99,
				      100,
				      999,
				      1000,
				      9999,
				      10000,
				      99999,
				      100000,
				      1234567,
				      99999999,
				      100000000,
				      4294967295u,
				      4294967296u,
				      99999999999999999u,
				      UINT64_MAX };

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		char got[64], want[64];

		*fmt_u64(got, v[i]) = '\0';
		snprintf(want, sizeof(want), "%" PRIu64, v[i]);
		CHECK_STR(got, want);
		*fmt_x64(got, v[i]) = '\0';
		snprintf(want, sizeof(want), "%" PRIx64, v[i]);
		CHECK_STR(got, want);
	}
	for (unsigned i = 0; i < 256; i++) {
		char got[8], want[8];

		*fmt_octet(got, (uint8_t)i) = '\0';
		snprintf(want, sizeof(want), "%u", i);
		CHECK_STR(got, want);
	}
}

static void ipv6_addresses_are_shortened_at_the_first_longest_run(void)
{
	static const struct {
		uint8_t addr[16];
		const char *text;
	} cases[] = {
		{ { 0 }, "::" },
		{ { [15] = 1 }, "::1" },
		{ { 0x20, 1, [15] = 1 }, "2001::1" },
		{ { 0x20, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0 }, "2001:0:1::1:0:0" },
		{ { 0xfe, 0x80, [8] = 1, [15] = 2 }, "fe80::100:0:0:2" },
		{ { [10] = 0xff, 0xff, 192, 0, 2, 1 }, "::ffff:192.0.2.1" },
		{ { [12] = 1, 2, 3, 4 }, "::1.2.3.4" },
		{ { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0, 0 }, "102:304:506:708:90a:b0c:d0e:0" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char got[64];

		*fmt_ipv6(got, cases[i].addr) = '\0';
		CHECK_STR(got, cases[i].text);
	}
}

/* RFC 1321, A.5 */
static void md5_of_the_rfcs_texts(void)
{
	static const struct {
		const char *text, *digest;
	} cases[] = {
		{ "", "d41d8cd98f00b204e9800998ecf8427e" },
		{ "abc", "900150983cd24fb0d6963f7d28e17f72" },
		{ "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
		  "57edf4a22be3c955ac49da2e2107b67a" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t digest[16];
		char got[33];
		struct md5 m;

		md5_begin(&m);
		for (const char *p = cases[i].text; *p; p++)
			md5_add(&m, p, 1);
		md5_end(&m, digest);
		*fmt_bytes(got, digest, 16) = '\0';
		CHECK_STR(got, cases[i].digest);
	}
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	RUN(a_line_is_tcpdumps);
	RUN(numbers_are_relative_from_the_second_segment_on);
	RUN(deltas_are_between_times_as_shown);
	RUN(with_a_prefix_the_interface_and_the_way_begin_the_line);
	RUN(every_cut_ends_in_a_mark_and_a_newline);
	RUN(the_least_recent_connection_is_forgotten);
	RUN(numbers_are_written_as_printf_would);
	RUN(ipv6_addresses_are_shortened_at_the_first_longest_run);
	RUN(md5_of_the_rfcs_texts);
	return CHECK_DONE();
}
