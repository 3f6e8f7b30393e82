// SPDX-License-Identifier: BSD-2-Clause
#include "check.h"

#include <linux/if_packet.h>
#include <sys/socket.h>

#include "file/pcapng_write.h"
#include "file/utf8.h"

/* The layouts stand here as a little-endian machine writes them. */
static void check_bytes(const void *got, size_t len, const uint8_t *want, size_t want_len)
{
	CHECK_EQ(len, want_len);
	for (size_t i = 0; i < len && i < want_len; i++)
		if (((const uint8_t *)got)[i] != want[i]) {
			fprintf(stderr, "byte %zu is %02x, not %02x\n", i, ((const uint8_t *)got)[i],
				want[i]);
			check_failed_here++;
			return;
		}
}

static void a_live_packet_carries_flags_id_losses_and_queue(void)
{
	static const uint8_t data[] = { 1, 2, 3, 4, 5 };
	static const uint8_t want[] = {
		0x06, 0x00, 0x00, 0x00, 0x54, 0x00, 0x00, 0x00, /* EPB, 84 bytes */
		0x03, 0x00, 0x00, 0x00,				/* interface 3 */
		0x01, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, /* time, high word first: 2^32 + 2 */
		0x05, 0x00, 0x00, 0x00, 0x40, 0x00, 0x00, 0x00, /* 5 of 64 bytes */
		0x01, 0x02, 0x03, 0x04, 0x05, 0x00, 0x00, 0x00, /* padded */
		0x02, 0x00, 0x04, 0x00, 0x05, 0x0a, 0x00, 0x00, /* flags: in, unicast, checksum to come, GRO
								 */
		0x05, 0x00, 0x08, 0x00, 0x0b, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* packetid 11 */
		0x04, 0x00, 0x08, 0x00, 0x07, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* dropcount 7 */
		0x06, 0x00, 0x04, 0x00, 0x09, 0x00, 0x00, 0x00,				/* queue 9 */
		0x00, 0x00, 0x00, 0x00, 0x54, 0x00, 0x00, 0x00,				/* endofopt, 84 */
	};
	struct packet p = { .ts_ns = (1ull << 32) + 2,
			    .cap_len = 5,
			    .wire_len = 64,
			    .data = data,
			    .dir = DIR_IN,
			    .hook = HOOK_TC,
			    .csum = CSUM_PARTIAL,
			    .pkt_type = PACKET_HOST,
			    .has_pkt_type = true,
			    .gso = true,
			    .queue = 9,
			    .lost = 7 };
	struct pcapng_epb e = { .if_no = 3, .packet_id = 11 };
	uint8_t *out = malloc(pcapng_epb_room(&p, &e));

	check_bytes(out, pcapng_put_epb(out, &p, &e), want, sizeof(want));
	free(out);
}

static void a_packet_without_options_has_no_end_of_options(void)
{
	static const uint8_t data[] = { 1, 2, 3, 4 };
	static const uint8_t want[] = {
		0x06, 0x00, 0x00, 0x00, 0x24, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x04, 0x00, 0x00, 0x00,
		0x04, 0x00, 0x00, 0x00, 0x01, 0x02, 0x03, 0x04, 0x24, 0x00, 0x00, 0x00,
	};
	struct packet p = { .ts_ns = 5, .cap_len = 4, .wire_len = 4, .data = data };
	struct pcapng_epb e = { 0 };
	uint8_t out[256];

	check_bytes(out, pcapng_put_epb(out, &p, &e), want, sizeof(want));
}

static void options_of_a_packet_from_a_file_are_kept_and_turned_into_host_order(void)
{
	static const uint8_t data[4];
	/* from a big-endian section: a comment "hi", flags 2 (out), a verdict of TC 0x0102, no endofopt */
	static const uint8_t options[] = {
		0x00, 0x01, 0x00, 0x02, 'h',  'i',  0x00, 0x00, 0x00, 0x02, 0x00,
		0x04, 0x00, 0x00, 0x00, 0x02, 0x00, 0x07, 0x00, 0x09, 0x01, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x02, 0x00, 0x00, 0x00,
	};
	static const uint8_t want[] = {
		0x01, 0x00, 0x02, 0x00, 'h',  'i',  0x00, 0x00, 0x02, 0x00, 0x04, 0x00,
		0x02, 0x00, 0x00, 0x00, 0x07, 0x00, 0x09, 0x00, 0x01, 0x02, 0x01, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	};
	struct packet p = { .cap_len = 4,
			    .wire_len = 4,
			    .data = data,
			    .options = options,
			    .options_len = sizeof(options),
			    .options_swapped = true };
	struct pcapng_epb e = { 0 };
	uint8_t out[256];
	size_t n = pcapng_put_epb(out, &p, &e);

	check_bytes(out + 32, n - 36, want, sizeof(want));
}

static void a_block_never_exceeds_its_room(void)
{
	static uint8_t data[64];
	struct pcapng_epb e = { .verdict = true, .comment = "\xff\xff\xff!" };
	struct packet p = { .data = data, .hook = HOOK_XDP, .lost = 1, .queue = 1 };

	for (p.cap_len = 0; p.cap_len < 64; p.cap_len++) {
		size_t room = pcapng_epb_room(&p, &e);
		uint8_t *out = malloc(room); /* exact, so that a sanitizer sees the first byte too many */
		size_t n = pcapng_put_epb(out, &p, &e);

		CHECK(n <= room && n % 4 == 0);
		free(out);
	}
}

static void the_short_way_writes_what_the_long_one_does(void)
{
	uint8_t data[600], usual[1024], any[1024];
	uint64_t x = 88172645463325252ull;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	for (uint32_t len = 0; len < 600; len++) {
		struct packet p = { .data = data + len % 16, .cap_len = len < 580 ? len : 580 };
		struct pcapng_epb e;
		size_t n;

		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		p.ts_ns = x;
		p.wire_len = (uint32_t)(x >> 20) % 2000;
		p.dir = x & 1 ? DIR_IN : DIR_OUT;
		p.hook = x & 2 ? HOOK_TC : HOOK_XDP;
		p.has_pkt_type = x & 4;
		p.pkt_type = x >> 3 & 7;
		p.csum = (uint8_t)((x >> 6) % 3);
		p.gso = x & 256;
		p.queue = x & 512 ? (uint16_t)(x >> 40) : 0;
		e = (struct pcapng_epb){ .if_no = (uint32_t)(x >> 10), .packet_id = x >> 5 };
		memset(usual, 0xaa, sizeof(usual));
		n = pcapng_put_usual(usual, &p, e.if_no, e.packet_id);
		CHECK(n <= pcapng_usual_room(&p) && usual[pcapng_usual_room(&p)] == 0xaa);
		check_bytes(usual, n, any, pcapng_put_epb(any, &p, &e));
	}
}

static void an_interface_says_all_that_is_known(void)
{
	struct iface_addr addrs[] = {
		{ .family = AF_INET, .prefix_len = 20, .addr = { 192, 0, 2, 1 } },
		{ .family = AF_INET6, .prefix_len = 64, .addr = { 0x20, 1, 0xd, 0xb8 } }
	};
	struct iface i = { .link_type = 1,
			   .name = (char *)"eth0",
			   .filter = (char *)"tcp",
			   .mac = { 2, 0, 0, 0, 0, 1 },
			   .has_mac = true,
			   .speed = 1000000000,
			   .addrs = addrs,
			   .naddrs = 2 };
	static const uint8_t want[] = {
		0x01, 0x00, 0x00, 0x00, 0x6c, 0x00, 0x00, 0x00, /* IDB, 108 bytes */
		0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, /* EN10MB, 262144 */
		0x09, 0x00, 0x01, 0x00, 0x09, 0x00, 0x00, 0x00, /* tsresol 10^-9 */
		0x02, 0x00, 0x04, 0x00, 'e',  't',  'h',  '0',	/* name */
		0x04, 0x00, 0x08, 0x00, 192,  0,    2,	  1,	255, 255, 240, 0,
		0x05, 0x00, 0x11, 0x00, 0x20, 0x01, 0x0d, 0xb8, 0,   0,	  0,   0,
		0,    0,    0,	  0,	0,    0,    0,	  0,	64,  0,	  0,   0, /* 2001:db8::/64 */
		0x06, 0x00, 0x06, 0x00, 2,    0,    0,	  0,	0,   1,	  0,   0,
		0x08, 0x00, 0x08, 0x00, 0x00, 0xca, 0x9a, 0x3b, 0,   0,	  0,   0,
		0x0b, 0x00, 0x04, 0x00, 0x00, 't',  'c',  'p', /* filter: 0, then the expression */
		0x00, 0x00, 0x00, 0x00, 0x6c, 0x00, 0x00, 0x00,
	};
	struct strbuf b = { 0 };

	pcapng_put_idb(&b, &i, 262144, NULL);
	check_bytes(b.s, b.len, want, sizeof(want));
	strbuf_free(&b);
}

static void an_interface_from_a_file_keeps_its_options_but_counts_in_ns(void)
{
	/* tsresol 6, tsoffset 1, name "x", an unknown option 4242 */
	static uint8_t options[] = { 0x09, 0, 1, 0, 6,	  0,	0, 0, 0x0e, 0,	 8, 0,
				     1,	   0, 0, 0, 0,	  0,	0, 0, 0x02, 0,	 1, 0,
				     'x',  0, 0, 0, 0x92, 0x10, 2, 0, 'o',  'k', 0, 0 };
	static const uint8_t want[] = { 0x09, 0, 1,    0,    9, 0, 0,	0,   0x02, 0, 1, 0, 'x', 0,
					0,    0, 0x92, 0x10, 2, 0, 'o', 'k', 0,	   0, 0, 0, 0,	 0 };
	struct iface i = { .link_type = 1, .options = options, .options_len = sizeof(options) };
	struct strbuf b = { 0 };

	pcapng_put_idb(&b, &i, 100, "not ours");
	check_bytes(b.s + 16, b.len - 20, want, sizeof(want));
	strbuf_free(&b);
}

static void statistics_leave_out_what_is_unknown(void)
{
	static const uint8_t want[] = {
		0x05, 0x00, 0x00, 0x00, 0x28, 0x00, 0x00, 0x00, /* ISB, 40 bytes */
		0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x09, 0x00, 0x00, 0x00, /* interface 2, time 9 */
		0x04, 0x00, 0x08, 0x00, 0x2a, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, /* ifrecv 42 */
		0x00, 0x00, 0x00, 0x00, 0x28, 0x00, 0x00, 0x00,
	};
	struct pcapng_isb s = { .ts_ns = 9,
				.ifrecv = 42,
				.ifdrop = UINT64_MAX,
				.filteraccept = UINT64_MAX,
				.osdrop = UINT64_MAX,
				.usrdeliv = UINT64_MAX };
	struct strbuf b = { 0 };

	pcapng_put_isb(&b, 2, &s);
	check_bytes(b.s, b.len, want, sizeof(want));
	strbuf_free(&b);
}

static void text_becomes_valid_utf8(void)
{
	static const struct {
		const char *in, *out;
	} pairs[] = {
		{ "plain", "plain" },
		{ "\xc3\xa9", "\xc3\xa9" },		    /* é */
		{ "\xf0\x9f\x90\x9d", "\xf0\x9f\x90\x9d" }, /* a bee */
		{ "a\xff"
		  "b",
		  "a\xef\xbf\xbd"
		  "b" },						    /* no UTF-8 at all */
		{ "\xc3", "\xef\xbf\xbd" },				    /* cut */
		{ "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },		    /* longer than need be */
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* a surrogate */
		{ "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct strbuf b = { 0 };

		utf8_clean(&b, pairs[i].in, strlen(pairs[i].in), 65535);
		CHECK_STR(strbuf_cstr(&b), pairs[i].out);
		strbuf_free(&b);
	}
}

static void long_text_is_cut_between_characters(void)
{
	struct strbuf b = { 0 };

	utf8_clean(&b, "ab\xc3\xa9", 4, 3);
	CHECK_STR(strbuf_cstr(&b), "ab");
	strbuf_free(&b);
}

int main(void)
{
	RUN(a_live_packet_carries_flags_id_losses_and_queue);
	RUN(a_packet_without_options_has_no_end_of_options);
	RUN(options_of_a_packet_from_a_file_are_kept_and_turned_into_host_order);
	RUN(a_block_never_exceeds_its_room);
	RUN(the_short_way_writes_what_the_long_one_does);
	RUN(an_interface_says_all_that_is_known);
	RUN(an_interface_from_a_file_keeps_its_options_but_counts_in_ns);
	RUN(statistics_leave_out_what_is_unknown);
	RUN(text_becomes_valid_utf8);
	RUN(long_text_is_cut_between_characters);
	return CHECK_DONE();
}
