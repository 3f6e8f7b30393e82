// SPDX-License-Identifier: BSD-2-Clause
#include "check.h"

#include <errno.h>
#include <sys/socket.h>

#include "file/bytes.h"
#include "file/pcapng_read.h"
#include "file/pcapng_write.h"

/* big endian: SHB, version 1.2, no options */
static const uint8_t shb_be[] = { 0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0,    28,   0x1a, 0x2b,
				  0x3c, 0x4d, 0,    1,	  0, 2, 0xff, 0xff, 0xff, 0xff,
				  0xff, 0xff, 0xff, 0xff, 0, 0, 0,    28 };
/* IDB: EN10MB, snaplen 96, name "a\0b" (a NUL inside), tsresol 2^-10; no endofopt */
static const uint8_t idb_be[] = { 0, 0, 0,   1, 0,   0, 0, 36, 0, 1, 0,	   0, 0, 0, 0, 96, 0, 2,
				  0, 3, 'a', 0, 'b', 0, 0, 9,  0, 1, 0x8a, 0, 0, 0, 0, 0,  0, 36 };
/* EPB: interface 0, 3 s (3072 units), 2 of 60 bytes, flags: out, multicast */
static const uint8_t epb_be[] = { 0, 0, 0, 6,	 0,    0, 0, 44, 0, 0,	0, 0, 0,  0,	0,
				  0, 0, 0, 0x0c, 0x00, 0, 0, 0,	 2, 0,	0, 0, 60, 0xaa, 0xbb,
				  0, 0, 0, 2,	 0,    4, 0, 0,	 0, 10, 0, 0, 0,  44 };

/* IDB: EN10MB, snaplen 96, tsoffset an hour; SPB: 2 bytes, all of them there */
static const uint8_t idb_hour_be[] = { 0, 0,  0, 1, 0, 0, 0, 32, 0, 1, 0,    0,	   0, 0, 0, 96,
				       0, 14, 0, 8, 0, 0, 0, 0,	 0, 0, 0x0e, 0x10, 0, 0, 0, 32 };
static const uint8_t spb_be[] = { 0, 0, 0, 3, 0, 0, 0, 20, 0, 0, 0, 2, 0xaa, 0xbb, 0, 0, 0, 0, 0, 20 };

static int read_block(struct pcapng_reader *r, const uint8_t *block, struct item *out)
{
	const char *why = NULL;
	uint32_t len = pcapng_head(r, block, &why);

	return len ? pcapng_read(r, block, len, out, &why) : -EBADMSG;
}

static void a_big_endian_section_is_read(void)
{
	struct iface_table t = { 0 };
	struct pcapng_reader r = { .table = &t };
	struct item it;

	CHECK_EQ(read_block(&r, shb_be, &it), 0);
	CHECK(!it.is_packet && it.block.kind == BLOCK_SECTION && it.block.swapped);
	CHECK_EQ(read_block(&r, idb_be, &it), 0);
	CHECK_EQ(t.n, 1);
	CHECK_EQ(t.at[0]->link_type, 1);
	CHECK_EQ(t.at[0]->snaplen, 96);
	CHECK_STR(t.at[0]->name, "a");
	CHECK_EQ(read_block(&r, epb_be, &it), 0);
	CHECK(it.is_packet);
	CHECK_EQ(it.packet.ts_ns, 3000000000u);
	CHECK_EQ(it.packet.cap_len, 2);
	CHECK_EQ(it.packet.wire_len, 60);
	CHECK_EQ(it.packet.data[1], 0xbb);
	CHECK_EQ(it.packet.dir, DIR_OUT);
	CHECK(it.packet.has_pkt_type && it.packet.pkt_type == 2); /* PACKET_MULTICAST */
	CHECK(it.packet.iface == t.at[0]);
	pcapng_reader_clear(&r);
	iface_table_clear(&t);
}

static void a_simple_packet_stands_at_its_interfaces_beginning(void)
{
	struct iface_table t = { 0 };
	struct pcapng_reader r = { .table = &t };
	struct item it;

	read_block(&r, shb_be, &it);
	CHECK_EQ(read_block(&r, idb_hour_be, &it), 0);
	CHECK_EQ(read_block(&r, spb_be, &it), 0);
	CHECK(it.is_packet);
	CHECK_EQ(it.packet.ts_ns, 3600000000000u);
	CHECK_EQ(it.packet.cap_len, 2);
	pcapng_reader_clear(&r);
	iface_table_clear(&t);
}

/* Sets a number of the big-endian packet block and says what the reader makes of it. */
static const char *complaint(size_t at, uint32_t value)
{
	struct iface_table t = { 0 };
	struct pcapng_reader r = { .table = &t };
	const char *why = NULL;
	uint8_t bad[sizeof(epb_be)];
	struct item it;
	uint32_t len;

	read_block(&r, shb_be, &it);
	read_block(&r, idb_be, &it);
	memcpy(bad, epb_be, sizeof(bad));
	put_u32(bad + at, __builtin_bswap32(value));
	len = pcapng_head(&r, bad, &why);
	if (len && len <= sizeof(bad) && !pcapng_read(&r, bad, len, &it, &why))
		why = "nothing";
	pcapng_reader_clear(&r);
	iface_table_clear(&t);
	return why ? why : "a longer block";
}

static void each_bad_number_gets_its_own_words(void)
{
	CHECK_STR(complaint(4, 0), "a block shorter than its own head");
	CHECK_STR(complaint(4, 0xfffffffc), "a block longer than 16 MiB");
	CHECK_STR(complaint(4, 43), "a block whose length is not a multiple of 4");
	CHECK_STR(complaint(4, 16), "a block whose two lengths differ");
	CHECK_STR(complaint(40, 48), "a block whose two lengths differ");
	CHECK_STR(complaint(8, 1), "a packet of an interface that is not described");
	CHECK_STR(complaint(20, 21), "a packet longer than its block");
	CHECK_STR(complaint(20, 0xffffffff), "a packet longer than its block");
	CHECK_STR(complaint(32, 0x00020009), "an option that runs past the end of its packet block");
	CHECK_STR(complaint(32, 0x0002ffff), "an option that runs past the end of its packet block");
	CHECK_STR(complaint(32, 0x10000004), "nothing"); /* an unknown option */
}

static void a_section_in_neither_order_is_refused(void)
{
	struct pcapng_reader r = { 0 };
	uint8_t shb[sizeof(shb_be)];
	const char *why = NULL;

	memcpy(shb, shb_be, sizeof(shb));
	shb[8] = 0x2b;
	CHECK_EQ(pcapng_head(&r, shb, &why), 0);
	CHECK_STR(why, "a section header with a bad byte-order magic");
}

static void a_new_section_forgets_the_interfaces(void)
{
	struct iface_table t = { 0 };
	struct pcapng_reader r = { .table = &t };
	struct item it;

	read_block(&r, shb_be, &it);
	read_block(&r, idb_be, &it);
	read_block(&r, shb_be, &it);
	CHECK_EQ(read_block(&r, epb_be, &it), -EBADMSG);
	read_block(&r, idb_be, &it);
	CHECK_EQ(read_block(&r, epb_be, &it), 0);
	CHECK_EQ(it.packet.iface->id, 1);
	pcapng_reader_clear(&r);
	iface_table_clear(&t);
}

static void what_is_written_reads_back(void)
{
	struct iface_addr addr = { .family = AF_INET, .prefix_len = 24, .addr = { 192, 0, 2, 7 } };
	struct iface i = { .link_type = 113,
			   .name = (char *)"wlan0",
			   .filter = (char *)"port 80",
			   .speed = 5,
			   .addrs = &addr,
			   .naddrs = 1 };
	struct iface_table t = { 0 };
	struct pcapng_reader r = { .table = &t };
	struct strbuf b = { 0 };
	struct item it;

	pcapng_put_shb(&b, &(struct pcapng_shb){ .os = "os" });
	CHECK_EQ(read_block(&r, (uint8_t *)b.s, &it), 0);
	b.len = 0;
	pcapng_put_idb(&b, &i, 1000, NULL);
	CHECK_EQ(read_block(&r, (uint8_t *)b.s, &it), 0);
	CHECK(it.block.kind == BLOCK_IFACE && it.block.iface == t.at[0]);
	CHECK_STR(t.at[0]->name, "wlan0");
	CHECK_STR(t.at[0]->filter, "port 80");
	CHECK_EQ(t.at[0]->speed, 5);
	CHECK_EQ(t.at[0]->addrs[0].prefix_len, 24);
	CHECK_EQ(t.at[0]->addrs[0].addr[3], 7);
	b.len = 0;
	pcapng_put_isb(&b, 0, &(struct pcapng_isb){ .ts_ns = 1, .ifrecv = 2 });
	CHECK_EQ(read_block(&r, (uint8_t *)b.s, &it), 0);
	CHECK(it.block.kind == BLOCK_STATISTICS && it.block.iface == t.at[0]);
	strbuf_free(&b);
	pcapng_reader_clear(&r);
	iface_table_clear(&t);
}

static uint64_t ns(uint8_t tsresol, int64_t offset_s, uint64_t ts)
{
	struct pcapng_clock c;

	pcapng_clock_set(&c, tsresol, offset_s);
	return pcapng_clock_ns(&c, ts);
}

static void every_unit_of_time_becomes_ns(void)
{
	CHECK_EQ(ns(6, 0, 1500000), 1500000000);
	CHECK_EQ(ns(9, 0, 17), 17);
	CHECK_EQ(ns(0, 0, 3), 3000000000);
	CHECK_EQ(ns(12, 0, 1999), 1);
	CHECK_EQ(ns(28, 0, UINT64_MAX), 1);
	CHECK_EQ(ns(29, 0, UINT64_MAX), 0);
	CHECK_EQ(ns(127, 0, UINT64_MAX), 0);
	CHECK_EQ(ns(0x80, 0, 2), 2000000000);
	CHECK_EQ(ns(0x80 + 32, 0, 0x180000000), 1500000000);
	CHECK_EQ(ns(0x80 + 64, 0, 1ull << 63), 500000000);
	CHECK_EQ(ns(0xff, 0, UINT64_MAX), 0);
	CHECK_EQ(ns(9, -1, 1000000001), 1);
	CHECK_EQ(ns(9, -1, 5), 0); /* before 1970 */
	CHECK_EQ(ns(9, 100, 5), 100000000005);
	CHECK_EQ(ns(0, 0, UINT64_MAX), UINT64_MAX); /* beyond 2554 */
}

int main(void)
{
	RUN(a_big_endian_section_is_read);
	RUN(a_simple_packet_stands_at_its_interfaces_beginning);
	RUN(each_bad_number_gets_its_own_words);
	RUN(a_section_in_neither_order_is_refused);
	RUN(a_new_section_forgets_the_interfaces);
	RUN(what_is_written_reads_back);
	RUN(every_unit_of_time_becomes_ns);
	return CHECK_DONE();
}
