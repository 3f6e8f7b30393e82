// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>

#include "check.h"
#include "filter/filter.h"
#include "packet.h"
#include "util/strbuf.h"

/* What a command prints; empty without it. */
static void output_of(const char *command, struct strbuf *to)
{
	FILE *p = popen(command, "r");
	char buf[4096];
	size_t n;

	while (p && (n = fread(buf, 1, sizeof(buf), p)) > 0)
		strbuf_mem(to, buf, n);
	if (p)
		pclose(p);
}

static bool have_tcpdump(void)
{
	return system("tcpdump --version >/dev/null 2>&1") == 0;
}

static const char *const expressions[] = {
	"",
	"tcp port 80",
	"host 192.0.2.1 and not port 22",
	"ip6 and tcp[13] & 7 != 0",
	"vlan 100 and tcp",
	"tcp[((tcp[12:1] & 0xf0) >> 2):4] = 0x47455420",
	"ip6 protochain 6",
	"len > 100 or portrange 1000-2000",
	"net 10.0.0.0/8 or 2001:db8::/32",
};

static const struct {
	const char *name;
	uint16_t link_type;
} links[] = { { "EN10MB", 1 }, { "RAW", 101 }, { "LINUX_SLL", 113 }, { "LINUX_SLL2", 276 }, { "PPP", 9 } };

static void dump_equals_tcpdump(void)
{
	if (!have_tcpdump())
		SKIP("no tcpdump");
	for (size_t l = 0; l < sizeof(links) / sizeof(links[0]); l++)
		for (size_t e = 0; e < sizeof(expressions) / sizeof(expressions[0]); e++)
			for (int how = 0; how < 6; how++) {
				struct strbuf got = { 0 }, want = { 0 };
				char command[512], err[256] = "";
				struct filter *f = NULL;
				int level = how % 3 + 1;

				snprintf(command, sizeof(command), "tcpdump -y %s %s -%.*s '%s' 2>/dev/null",
					 links[l].name, how >= 3 ? "-O" : "", level, "ddd", expressions[e]);
				output_of(command, &want);
				if (!filter_compile(&f, expressions[e], links[l].link_type, 262144, how < 3,
						    err, sizeof(err)))
					filter_dump(f, level, &got);
				if (strcmp(strbuf_cstr(&got), strbuf_cstr(&want)))
					fprintf(stderr, "%s: %s\n", command, err);
				CHECK_STR(strbuf_cstr(&got), strbuf_cstr(&want));
				filter_free(f);
				strbuf_free(&got);
				strbuf_free(&want);
			}
}

static void a_bad_expression_is_refused_in_libpcaps_words(void)
{
	struct filter *f = NULL;
	char err[256];

	CHECK_EQ(filter_compile(&f, "tcp prt 80", 1, 262144, true, err, sizeof(err)), (uint64_t)-EINVAL);
	CHECK_STR(err, "can't parse filter expression: syntax error");
	CHECK_EQ(filter_compile(&f, "ether host 2:0:0:0:0:1", 101, 262144, true, err, sizeof(err)),
		 (uint64_t)-EINVAL);
	CHECK(strstr(err, "ethernet addresses supported only on"));
	CHECK(!f);
}

/* 192.0.2.1.53055 > 192.168.0.1.8080: Flags [S], seq 1, win 257, length 0 */
static const uint8_t syn[] = {
	0x02, 0,    0,	  0,	0,    2,    0x02, 0,	0,    0,    0,	  1,	0x08, 0x00,
	0x45, 0x00, 0x00, 0x28, 0x00, 0x01, 0x00, 0x00, 0x40, 0x06, 0x00, 0x00, 192,  0,
	2,    1,    192,  168,	0,    1,    0xcf, 0x3f, 0x1f, 0x90, 0,	  0,	0,    1,
	0,    0,    0,	  0,	0x50, 0x02, 0x01, 0x01, 0,    0,    0,	  0,
};

static int match(const char *expr, uint32_t cap_len, enum packet_dir dir)
{
	struct packet p = { .data = syn, .cap_len = cap_len, .wire_len = sizeof(syn), .dir = (uint8_t)dir };
	struct filter *f;
	char err[256];
	int r;

	if (filter_compile(&f, expr, 1, 262144, true, err, sizeof(err)))
		return -EINVAL;
	r = filter_match_packet(f, &p);
	if (r >= 0 && !filter_needs_direction(f))
		CHECK_EQ(filter_match(f, syn, cap_len, sizeof(syn)), r);
	filter_free(f);
	return r;
}

static void packets_of_files_match_by_what_was_captured(void)
{
	CHECK_EQ(match("", 0, DIR_UNKNOWN), 1);
	CHECK_EQ(match("tcp port 8080", sizeof(syn), DIR_UNKNOWN), 1);
	CHECK_EQ(match("tcp port 80", sizeof(syn), DIR_UNKNOWN), 0);
	CHECK_EQ(match("tcp port 8080", 37, DIR_UNKNOWN), 0);
	CHECK_EQ(match("len = 54", 0, DIR_UNKNOWN), 1);
}

static void direction_of_a_files_packet_comes_from_its_record(void)
{
	struct filter *f;
	char err[256];

	CHECK_EQ(match("inbound and tcp", sizeof(syn), DIR_IN), 1);
	CHECK_EQ(match("inbound and tcp", sizeof(syn), DIR_OUT), 0);
	CHECK_EQ(match("outbound and tcp", sizeof(syn), DIR_OUT), 1);
	CHECK_EQ(match("inbound and tcp", sizeof(syn), DIR_UNKNOWN), (uint64_t)-EOPNOTSUPP);
	CHECK_EQ(filter_compile(&f, "inbound", 1, 262144, true, err, sizeof(err)), 0);
	filter_savefile_error(f, err, sizeof(err));
	CHECK_STR(err, "inbound/outbound not supported on Ethernet when reading savefiles");
	filter_free(f);
}

int main(void)
{
	RUN(dump_equals_tcpdump);
	RUN(a_bad_expression_is_refused_in_libpcaps_words);
	RUN(packets_of_files_match_by_what_was_captured);
	RUN(direction_of_a_files_packet_comes_from_its_record);
	return CHECK_DONE();
}
