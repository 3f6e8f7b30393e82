// SPDX-License-Identifier: BSD-2-Clause
#include "capture/sll2.h"
#include "check.h"

#include "packet.h"

/* 0a:00:00:00:00:02 < 0a:00:00:00:00:01, IPv4 … */
static const uint8_t frame[] = {
	0x0a, 0, 0, 0, 0, 2, 0x0a, 0, 0, 0, 0, 1, 0x08, 0x00, 0x45, 0x11, 0x22, 0x33
};
static const uint8_t tagged[] = { 0x0a, 0, 0,	 0, 0, 2,    0x0a, 0,	 0,    0,
				  0,	1, 0x81, 0, 0, 0x64, 0x08, 0x00, 0x45, 0x11 };

static void ethernet_gives_up_its_header_and_keeps_its_source(void)
{
	static const uint8_t want[] = { 0x08, 0, 0, 0, 0, 0, 0, 7, 0,	 1,    3,    6,
					0x0a, 0, 0, 0, 0, 1, 0, 0, 0x45, 0x11, 0x22, 0x33 };
	struct packet p = {
		.data = frame, .cap_len = sizeof(frame), .wire_len = 1514, .dir = DIR_IN, .pkt_type = 3
	};
	uint8_t buf[sizeof(frame) + SLL2_HLEN];

	sll2_convert(&p, &(struct sll2_from){ 7, 1, true }, buf, 262144);
	CHECK_EQ(p.cap_len, sizeof(want));
	CHECK_EQ(p.wire_len, 1520);
	CHECK(memcmp(p.data, want, sizeof(want)) == 0);
}

static void vlan_tag_stays_behind_the_header(void)
{
	static const uint8_t want[] = { 0x00, 0x64, 0x08, 0x00, 0x45, 0x11 };
	struct packet p = {
		.data = tagged, .cap_len = sizeof(tagged), .wire_len = sizeof(tagged), .dir = DIR_OUT
	};
	uint8_t buf[sizeof(tagged) + SLL2_HLEN];

	sll2_convert(&p, &(struct sll2_from){ 7, 1, true }, buf, 262144);
	CHECK(buf[0] == 0x81 && buf[1] == 0x00);
	CHECK_EQ(buf[10], 4);
	CHECK(memcmp(buf + SLL2_HLEN, want, sizeof(want)) == 0);
}

static void without_link_header_the_ip_version_gives_the_protocol(void)
{
	static const uint8_t v6[] = { 0x60, 1, 2 }, v4[] = { 0x45, 1, 2 };
	uint8_t buf[3 + SLL2_HLEN];
	struct packet p = { .data = v6, .cap_len = 3, .wire_len = 90 };

	sll2_convert(&p, &(struct sll2_from){ 70000, 0xfffe, false }, buf, 262144);
	CHECK(buf[0] == 0x86 && buf[1] == 0xdd && buf[11] == 0);
	CHECK(buf[4] == 0 && buf[5] == 1 && buf[6] == 0x11 && buf[7] == 0x70);
	CHECK(buf[8] == 0xff && buf[9] == 0xfe);
	CHECK_EQ(p.wire_len, 110);
	p = (struct packet){ .data = v4, .cap_len = 3, .wire_len = 3 };
	sll2_convert(&p, &(struct sll2_from){ 1, 0xfffe, false }, buf, 262144);
	CHECK(buf[0] == 0x08 && buf[1] == 0x00);
}

static void any_cut_and_snaplen_stay_inside(void)
{
	for (uint32_t n = 0; n <= sizeof(frame); n++)
		for (uint32_t snap = 1; snap < 50; snap++) {
			uint8_t *in = malloc(n ? n : 1), *buf = malloc(n + SLL2_HLEN);
			struct packet p = { .data = in, .cap_len = n, .wire_len = 60 };

			memcpy(in, frame, n);
			sll2_convert(&p, &(struct sll2_from){ 7, 1, true }, buf, snap);
			CHECK(p.cap_len <= snap && p.cap_len <= n + SLL2_HLEN);
			CHECK_EQ(p.wire_len, 66);
			free(in);
			free(buf);
		}
}

int main(void)
{
	RUN(ethernet_gives_up_its_header_and_keeps_its_source);
	RUN(vlan_tag_stays_behind_the_header);
	RUN(without_link_header_the_ip_version_gives_the_protocol);
	RUN(any_cut_and_snaplen_stay_inside);
	return CHECK_DONE();
}
