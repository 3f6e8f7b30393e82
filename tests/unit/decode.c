// SPDX-License-Identifier: BSD-2-Clause
#include <sys/socket.h>

#include "check.h"
#include "decode/checksum.h"
#include "decode/decode.h"
#include "decode/linktype.h"

/* 192.0.2.1.53055 > 192.168.0.1.8080: Flags [S], seq 1, win 257, options [mss 1460], length 0 */
static const uint8_t syn[] = {
	0x45, 0x00, 0x00, 0x2c, 0x00, 0x01, 0x40, 0x00, 0x40, 0x06, 0x00, 0x00, 192,  0,    2,
	1,    192,  168,  0,	1,    0xcf, 0x3f, 0x1f, 0x90, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00,
	0x00, 0x00, 0x60, 0x02, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4,
};

/* 2001:db8::1 > 2001:db8::2: HBH 80 > 9999: Flags [P.], seq 16:18, ack 32, win 2, length 2 */
static const uint8_t v6[] = {
	0x60, 0,  0, 0, 0, 30, 0,    64,   0x20, 0x01, 0x0d, 0xb8, 0, 0,  0,	0,    0, 0,
	0,    0,  0, 0, 0, 1,  0x20, 0x01, 0x0d, 0xb8, 0,    0,	   0, 0,  0,	0,    0, 0,
	0,    0,  0, 2, 6, 0,  1,    4,	   0,	 0,    0,    0,	   0, 80, 0x27, 0x0f, 0, 0,
	0,    16, 0, 0, 0, 32, 0x50, 0x18, 0,	 2,    0,    0,	   0, 0,  'h',	'i',
};

static void decode(struct decoded *d, uint16_t link, const uint8_t *data, size_t cap, size_t len)
{
	struct packet p = { .data = data, .cap_len = (uint32_t)cap, .wire_len = (uint32_t)len };

	decode_packet(d, link, &p);
}

/* head, then body, in one heap block that ends where they end. */
static uint8_t *join(const uint8_t *head, size_t nhead, const uint8_t *body, size_t nbody)
{
	uint8_t *p = malloc(nhead + nbody + 1);

	memcpy(p, head, nhead);
	memcpy(p + nhead, body, nbody);
	return p;
}

static void a_syn_is_read_field_by_field(void)
{
	struct decoded d;

	decode(&d, LINKTYPE_RAW, syn, sizeof(syn), sizeof(syn));
	CHECK(d.is_tcp && d.has_ports && d.has_header);
	CHECK_EQ(d.stop, DECODE_DONE);
	CHECK_EQ(d.family, AF_INET);
	CHECK_EQ(d.sport, 53055);
	CHECK_EQ(d.dport, 8080);
	CHECK_EQ(d.flags, TCP_SYN);
	CHECK_EQ(d.seq, 1);
	CHECK_EQ(d.win, 257);
	CHECK_EQ(d.hdr_len, 24);
	CHECK_EQ(d.tcp_len, 24);
	CHECK_EQ(d.payload_len, 0);
	CHECK(d.src == syn + 12 && d.dst == syn + 16 && d.tcp == syn + 20);
}

static void ipv6_extension_headers_are_followed(void)
{
	struct decoded d;

	decode(&d, LINKTYPE_IPV6, v6, sizeof(v6), sizeof(v6));
	CHECK(d.is_tcp);
	CHECK_EQ(d.stop, DECODE_DONE);
	CHECK_EQ(d.family, AF_INET6);
	CHECK_EQ(d.sport, 80);
	CHECK_EQ(d.payload_len, 2);
	CHECK_EQ(d.payload_cap, 2);
	CHECK(d.payload && !memcmp(d.payload, "hi", 2));
}

static void any_cut_is_truncated_and_stays_inside(void)
{
	for (size_t n = 0; n < sizeof(syn); n++) {
		uint8_t *exact = join(syn, n, NULL, 0);
		struct decoded d;

		decode(&d, LINKTYPE_RAW, exact, n, sizeof(syn));
		CHECK_EQ(d.stop, DECODE_TRUNCATED);
		CHECK_EQ(d.is_tcp, n >= 10);
		CHECK_EQ(d.has_ports, n >= 24);
		CHECK_EQ(d.has_header, n >= 40);
		free(exact);
	}
}

static void padding_behind_the_packet_is_no_payload(void)
{
	static const uint8_t eth[14] = { [12] = 0x08 };
	uint8_t frame[60] = { 0 };
	struct decoded d;

	memcpy(frame, eth, sizeof(eth));
	memcpy(frame + 14, syn, sizeof(syn));
	decode(&d, LINKTYPE_ETHERNET, frame, sizeof(frame), sizeof(frame));
	CHECK_EQ(d.tcp_len, 24);
	CHECK_EQ(d.tcp_cap, 24);
	CHECK(d.payload == NULL);
}

static void tags_and_tunnels_lead_to_the_innermost_header(void)
{
	static const uint8_t head[] = {
		0,    0, 0, 0,	0, 0, 0, 0, 0,	0,  0, 0, 0x88, 0xa8, 0, 1, 0x81, 0, 0, 2, 8, 0, /* QinQ */
		0x45, 0, 0, 68, 0, 0, 0, 0, 64, 47, 0, 0, 10,	0,    0, 1, 10,	  0, 0, 2, /* GRE within IPv4
											    */
		0,    0, 8, 0,
	};
	uint8_t *p = join(head, sizeof(head), syn, sizeof(syn));
	size_t n = sizeof(head) + sizeof(syn);
	struct decoded d;

	decode(&d, LINKTYPE_ETHERNET, p, n, n);
	CHECK(d.is_tcp);
	CHECK_EQ(d.ip_depth, 1);
	CHECK_EQ(d.stop, DECODE_DONE);
	CHECK(d.ip == p + sizeof(head));
	CHECK_EQ(d.dport, 8080);
	free(p);
}

static void a_later_fragment_is_tcp_without_a_header(void)
{
	uint8_t frag[sizeof(syn)];
	struct decoded d;

	memcpy(frag, syn, sizeof(syn));
	frag[6] = 0x00;
	frag[7] = 0xb9;
	decode(&d, LINKTYPE_RAW, frag, sizeof(frag), sizeof(frag));
	CHECK(d.is_tcp);
	CHECK_EQ(d.fragment, DECODE_LATER_FRAGMENT);
	CHECK_EQ(d.stop, DECODE_DONE);
	CHECK(d.tcp == NULL && !d.has_ports);
}

static void a_header_longer_than_its_packet_is_bad(void)
{
	uint8_t bad[sizeof(syn)];
	struct decoded d;

	memcpy(bad, syn, sizeof(syn));
	bad[32] = 0xf0;
	decode(&d, LINKTYPE_RAW, bad, sizeof(bad), sizeof(bad));
	CHECK(d.is_tcp && d.has_header);
	CHECK_EQ(d.stop, DECODE_BAD);
	CHECK_EQ(d.hdr_len, 60);
	CHECK(d.payload == NULL);
}

static void udp_is_other(void)
{
	uint8_t udp[sizeof(syn)];
	struct decoded d;

	memcpy(udp, syn, sizeof(syn));
	udp[9] = 17;
	decode(&d, LINKTYPE_RAW, udp, sizeof(udp), sizeof(udp));
	CHECK(!d.is_tcp);
	CHECK_EQ(d.stop, DECODE_OTHER);
	CHECK(!decode_knows(147));
	decode(&d, 147, syn, sizeof(syn), sizeof(syn));
	CHECK(!d.is_tcp);
}

static void options_come_one_at_a_time_until_one_is_malformed(void)
{
	static const uint8_t opts[] = { 1, 2, 4, 5, 0xb4, 3, 9, 7 }; /* nop, mss 1460, a wscale too long */
	uint8_t p[20 + 20 + sizeof(opts)];
	struct tcp_option_iter it;
	struct tcp_option o;
	struct decoded d;

	memcpy(p, syn, 40);
	p[3] = sizeof(p);
	p[32] = 0x70;
	memcpy(p + 40, opts, sizeof(opts));
	decode(&d, LINKTYPE_RAW, p, sizeof(p), sizeof(p));
	tcp_options_begin(&it, &d);
	CHECK_EQ(tcp_options_next(&it, &o), 1);
	CHECK_EQ(o.kind, 1);
	CHECK_EQ(tcp_options_next(&it, &o), 1);
	CHECK_EQ(o.kind, 2);
	CHECK_EQ(o.len, 2);
	CHECK(o.data == p + 43);
	CHECK_EQ(tcp_options_next(&it, &o), (uint64_t)-1);
}

static void layers_without_end_are_given_up(void)
{
	uint8_t p[20 * 100];
	struct decoded d;

	for (int i = 0; i < 100; i++) {
		memcpy(p + 20 * i, syn, 20);
		p[20 * i + 2] = (uint8_t)((sizeof(p) - 20 * (size_t)i) >> 8);
		p[20 * i + 3] = (uint8_t)(sizeof(p) - 20 * (size_t)i);
		p[20 * i + 9] = 4;
	}
	decode(&d, LINKTYPE_RAW, p, sizeof(p), sizeof(p));
	CHECK(!d.is_tcp);
	CHECK_EQ(d.nlayers, DECODE_LAYERS_MAX);
}

/* RFC 1071, section 3: 0001 f203 f4f5 f6f7 add up to ddf2. */
static void the_sum_is_that_of_rfc_1071(void)
{
	static const uint8_t p[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7, 0x80 };

	CHECK_EQ(checksum_fold(checksum_add(0, p, 8)), 0xddf2);
	CHECK_EQ(checksum_fold(checksum_add(0, p, 9)), 0x5df3);
	CHECK_EQ(checksum_fold(checksum_add(checksum_add(0, p, 2), p + 2, 6)), 0xddf2);
}

/* The field that makes the sum right is what is wanted, whatever it holds. */
static void a_wanted_checksum_makes_the_sum_right(void)
{
	uint8_t tcp[24];
	uint16_t sum, want;

	memcpy(tcp, syn + 20, sizeof(tcp));
	tcp[16] = 0x12;
	sum = checksum_tcp(syn + 12, syn + 16, 4, tcp, sizeof(tcp));
	CHECK(sum != 0xffff);
	want = checksum_wanted(0x1200, sum);
	tcp[16] = (uint8_t)(want >> 8);
	tcp[17] = (uint8_t)want;
	CHECK_EQ(checksum_tcp(syn + 12, syn + 16, 4, tcp, sizeof(tcp)), 0xffff);
}

/* 127.0.0.1.58224 > 127.0.0.1.2013: Flags [S], cksum 0xfe30 (incorrect -> 0x0427), 40 bytes: Linux' loopback.
 */
static void a_checksum_may_be_left_to_the_card(void)
{
	static const uint8_t lo[4] = { 127, 0, 0, 1 }, lo6[16] = { [15] = 1 };

	CHECK(checksum_left_to_card(lo, lo, 4, 0xfe30, 40));
	CHECK(!checksum_left_to_card(lo, lo, 4, 0xfe30, 44));
	CHECK(!checksum_left_to_card(lo, lo, 4, 0x0427, 40));
	CHECK(checksum_left_to_card(lo6, lo6, 16, 0x0030, 40));
}

int main(void)
{
	RUN(a_syn_is_read_field_by_field);
	RUN(ipv6_extension_headers_are_followed);
	RUN(any_cut_is_truncated_and_stays_inside);
	RUN(padding_behind_the_packet_is_no_payload);
	RUN(tags_and_tunnels_lead_to_the_innermost_header);
	RUN(a_later_fragment_is_tcp_without_a_header);
	RUN(a_header_longer_than_its_packet_is_bad);
	RUN(udp_is_other);
	RUN(options_come_one_at_a_time_until_one_is_malformed);
	RUN(layers_without_end_are_given_up);
	RUN(the_sum_is_that_of_rfc_1071);
	RUN(a_wanted_checksum_makes_the_sum_right);
	RUN(a_checksum_may_be_left_to_the_card);
	return CHECK_DONE();
}
