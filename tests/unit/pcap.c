// SPDX-License-Identifier: BSD-2-Clause
#include "check.h"

#include <errno.h>

#include "file/format.h"
#include "file/pcap.h"

/* magic, 2.4, zone 0, sigfigs 0, snaplen 65535, EN10MB */
static const uint8_t nano_le[] = { 0x4d, 0x3c, 0xb2, 0xa1, 2,	 0,    4, 0, 0, 0, 0, 0,
				   0,	 0,    0,    0,	   0xff, 0xff, 0, 0, 1, 0, 0, 0 };
static const uint8_t micro_be[] = { 0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0,	4,    0, 0, 0, 0,
				    0,	  0,	0,    0,    0, 0, 0xff, 0xff, 0, 0, 0, 113 };

static void both_byte_orders_and_both_resolutions_are_read(void)
{
	/* 3 s + 7 units, 2 of 60 bytes */
	static const uint8_t le[] = { 3, 0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0, 60, 0, 0, 0 };
	static const uint8_t be[] = { 0, 0, 0, 3, 0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0, 60 };
	const char *why;
	struct pcap_format f;
	struct packet p;

	CHECK(pcap_is_magic(nano_le) && pcap_is_magic(micro_be));
	CHECK_EQ(pcap_read_header(&f, nano_le, &why), 0);
	CHECK_EQ(pcap_read_record(&f, le, &p, &why), 0);
	CHECK_EQ(p.ts_ns, 3000000007);
	CHECK_EQ(pcap_read_header(&f, micro_be, &why), 0);
	CHECK_EQ(f.link_type, 113);
	CHECK_EQ(f.snaplen, 65535);
	CHECK_EQ(pcap_read_record(&f, be, &p, &why), 0);
	CHECK_EQ(p.ts_ns, 3000007000);
	CHECK_EQ(p.cap_len, 2);
	CHECK_EQ(p.wire_len, 60);
	CHECK(p.data == be + 16);
}

static void kuznetzov_records_have_a_longer_head(void)
{
	static const uint8_t header[] = { 0x34, 0xcd, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0,
					  0,	0,    0,    0,	  0, 1, 0, 0, 1, 0, 0, 0 };
	static const uint8_t record[24] = { 1, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0 };
	const char *why;
	struct pcap_format f;
	struct packet p;

	CHECK_EQ(pcap_read_header(&f, header, &why), 0);
	CHECK_EQ(pcap_read_record(&f, record, &p, &why), 0);
	CHECK(p.data == record + 24);
	CHECK_EQ(f.snaplen, 256 + 14); /* those kernels did not count the link header */
}

static void dg_ux_has_a_version_of_its_own(void)
{
	uint8_t header[sizeof(nano_le)];
	const char *why;
	struct pcap_format f;

	memcpy(header, nano_le, sizeof(header));
	header[4] = 543 & 255, header[5] = 543 >> 8, header[6] = 0;
	CHECK_EQ(pcap_read_header(&f, header, &why), 0);
	CHECK(f.lengths_swapped);
	header[6] = 4;
	CHECK_EQ(pcap_read_header(&f, header, &why), -EBADMSG);
}

static void a_link_type_has_sixteen_bits(void)
{
	uint8_t header[sizeof(nano_le)];
	const char *why;
	struct pcap_format f;

	memcpy(header, nano_le, sizeof(header));
	header[22] = 1;
	CHECK_EQ(pcap_read_header(&f, header, &why), -EBADMSG);
	header[22] = 0, header[23] = 0x14; /* a frame check sequence of 4 bytes */
	CHECK_EQ(pcap_read_header(&f, header, &why), 0);
	CHECK_EQ(f.link_type, 1);
}

static void a_length_beyond_any_capture_is_refused(void)
{
	static const uint8_t record[] = { 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 4, 0, 1, 0, 4, 0 }; /* 262145 */
	const char *why = NULL;
	struct pcap_format f;
	struct packet p;

	pcap_read_header(&f, nano_le, &why);
	CHECK_EQ(pcap_read_record(&f, record, &p, &why), -EBADMSG);
	CHECK_STR(why, "a packet longer than any capture makes it");
}

static void what_is_written_is_the_format(void)
{
	static const uint8_t data[] = { 0xaa, 0xbb };
	static const uint8_t want[] = { 3, 0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0, 60, 0, 0, 0, 0xaa, 0xbb };
	struct packet p = { .ts_ns = 3000000007, .cap_len = 2, .wire_len = 60, .data = data };
	uint8_t out[64];

	pcap_put_header(out, 1, 65535, true);
	CHECK(!memcmp(out, nano_le, sizeof(nano_le)));
	CHECK_EQ(pcap_put_record(out, &p, true), sizeof(want));
	CHECK(!memcmp(out, want, sizeof(want)));
	p.ts_ns = 3000007999;
	pcap_put_record(out, &p, false);
	CHECK(!memcmp(out, want, sizeof(want))); /* rounded down, as everyone does */
}

static void a_cut_run_of_records_is_whole_up_to_the_last_record(void)
{
	static const uint8_t data[10];
	struct packet p = { .cap_len = 10, .wire_len = 10, .data = data };
	uint8_t run[PCAP_HEADER + 2 * 26];
	uint64_t cut = 0;

	pcap_put_header(run, 1, 65535, false);
	pcap_put_record(run + 24, &p, false);
	pcap_put_record(run + 50, &p, false);
	CHECK_EQ(format_whole(FORMAT_PCAP, true, run, 10, 76, &cut), 0);
	CHECK_EQ(cut, 2);
	cut = 0;
	CHECK_EQ(format_whole(FORMAT_PCAP, true, run, 75, 76, &cut), 50);
	CHECK_EQ(cut, 1);
	cut = 0;
	CHECK_EQ(format_whole(FORMAT_PCAP, false, run + 24, 26, 52, &cut), 26);
	CHECK_EQ(cut, 1);
}

static void the_ending_of_the_name_chooses_the_format(void)
{
	CHECK_EQ(format_of_name("a.pcap"), FORMAT_PCAP);
	CHECK_EQ(format_of_name("dir.d/a.cap"), FORMAT_PCAP);
	CHECK_EQ(format_of_name("a.pcapng"), FORMAT_PCAPNG);
	CHECK_EQ(format_of_name("a"), FORMAT_PCAPNG);
	CHECK_EQ(format_of_name("dir.pcap/a"), FORMAT_PCAPNG);
	CHECK_EQ(format_of_name("-"), FORMAT_PCAPNG);
}

int main(void)
{
	RUN(both_byte_orders_and_both_resolutions_are_read);
	RUN(kuznetzov_records_have_a_longer_head);
	RUN(dg_ux_has_a_version_of_its_own);
	RUN(a_link_type_has_sixteen_bits);
	RUN(a_length_beyond_any_capture_is_refused);
	RUN(what_is_written_is_the_format);
	RUN(a_cut_run_of_records_is_whole_up_to_the_last_record);
	RUN(the_ending_of_the_name_chooses_the_format);
	return CHECK_DONE();
}
