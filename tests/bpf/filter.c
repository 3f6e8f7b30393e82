// SPDX-License-Identifier: BSD-2-Clause
#include "check.h"
#include "filter_rig.h"
#include "util/strbuf.h"

static struct rig rig;

/* 192.0.2.1.53055 > 192.168.0.1.8080: Flags [S], seq 1, win 257, length 0 */
static const uint8_t syn[] = {
	0x02, 0,    0,	  0,	0,    2,    0x02, 0,	0,    0,    0,	  1,	0x08, 0x00,
	0x45, 0x00, 0x00, 0x28, 0x00, 0x01, 0x00, 0x00, 0x40, 0x06, 0x00, 0x00, 192,  0,
	2,    1,    192,  168,	0,    1,    0xcf, 0x3f, 0x1f, 0x90, 0,	  0,	0,    1,
	0,    0,    0,	  0,	0x50, 0x02, 0x01, 0x01, 0,    0,    0,	  0,
};

#define TAG_V100 (0x8100u << 16 | 0x6064) /* vlan 100, p 3 */

/* The answers of each program type and path for the packet, as bits: bit 2n direct, 2n + 1 exact. */
static unsigned answers_of(const struct filter *f, bool tagged)
{
	unsigned bits = 0;

	for (int program = 0; program < RIG_COUNT; program++)
		for (unsigned flags = 0; flags <= FILTER_EXACT; flags++) {
			int fd, r;

			if (program == RIG_TC_TWICE || (tagged && program >= RIG_XDP))
				continue;
			fd = rig_load(&rig, program, f, flags);
			r = tagged ? rig_run_tagged(&rig, fd, syn, sizeof(syn), TAG_V100)
				   : rig_run(fd, syn, sizeof(syn));
			if (fd < 0 || (r != 0 && r != 1)) {
				fprintf(stderr, "program %d flags %u: fd %d result %d\n", program, flags, fd,
					r);
				check_failed_here++;
			}
			bits |= (unsigned)(r == 1) << (2 * program + (int)flags);
			close(fd);
		}
	return bits;
}

static struct filter *compiled(const char *expr, bool optimize)
{
	struct filter *f;
	char err[256];

	if (filter_compile(&f, expr, 1, 262144, optimize, err, sizeof(err))) {
		fprintf(stderr, "%.80s: %s\n", expr, err);
		abort();
	}
	return f;
}

static unsigned answers(const char *expr, bool tagged)
{
	struct filter *f = compiled(expr, true);
	unsigned bits = answers_of(f, tagged);

	filter_free(f);
	return bits;
}

#define TC_ALL 0x00fu
#define XDP_ALL 0x3c0u
#define ALL (TC_ALL | XDP_ALL)

static void accepts_and_rejects_what_libpcap_does(void)
{
	CHECK_EQ(answers("", false), ALL);
	CHECK_EQ(answers("tcp port 8080", false), ALL);
	CHECK_EQ(answers("tcp port 80", false), 0);
	CHECK_EQ(answers("host 192.0.2.1 and tcp[tcpflags] & tcp-syn != 0", false), ALL);
	CHECK_EQ(answers("len == 54", false), ALL);
	CHECK_EQ(answers("greater 55", false), 0);
	CHECK_EQ(answers("ether[60] == 0", false), 0);
	CHECK_EQ(answers("not (ether[60] == 0)", false), 0);
	CHECK_EQ(answers("tcp[(tcp[12] >> 4) * 2] == 0", false), ALL);
	CHECK_EQ(answers("ip protochain 6", false), ALL);
}

static void a_tag_in_metadata_is_seen_as_put_back(void)
{
	CHECK_EQ(answers("vlan 100", true), TC_ALL);
	CHECK_EQ(answers("vlan 100 and tcp port 8080", true), TC_ALL);
	CHECK_EQ(answers("not vlan", true), 0);
	CHECK_EQ(answers("tcp port 8080", true), 0);
	CHECK_EQ(answers("ether[12:2] = 0x8100", true), TC_ALL);
	CHECK_EQ(answers("ether[14:2] = 0x6064 and ether[13:2] = 0x60", true), TC_ALL);
	CHECK_EQ(answers("ether[10:4] = 0x00018100 and ether[14:4] = 0x60640800", true), TC_ALL);
	CHECK_EQ(answers("len == 58", true), TC_ALL);
	CHECK_EQ(answers("ether[57] = 0", true), TC_ALL);
	CHECK_EQ(answers("ether[58] = 0", true), 0);
	CHECK_EQ(answers("vlan", false), 0);
}

static void the_hook_is_the_direction(void)
{
	CHECK_EQ(answers("inbound", false), 0x3c3);
	CHECK_EQ(answers("outbound", false), 0x00c);
}

static void two_places_in_one_program_get_the_same_filter(void)
{
	struct filter *f = compiled("tcp port 8080 or vlan 7", true);

	int fd = rig_load(&rig, RIG_TC_TWICE, f, 0);
	CHECK_EQ(rig_run(fd, syn, sizeof(syn)), 2);
	CHECK_EQ(rig_run_tagged(&rig, fd, syn, sizeof(syn), 0x81000000 | 7), 2);
	CHECK_EQ(rig_run_tagged(&rig, fd, syn, sizeof(syn), 0x81000000 | 8), 0);
	close(fd);
	filter_free(f);
}

/* (host 10.0.x.x or … host 192.0.2.1) and (port 20000 or … port last) */
static struct filter *long_filter(int hosts, int ports, int last, bool optimize)
{
	struct strbuf b = { 0 };
	struct filter *f;

	strbuf_str(&b, "(");
	for (int i = 0; i < hosts; i++)
		strbuf_printf(&b, "host 10.0.%d.%d or ", i / 256, i % 256);
	strbuf_str(&b, "host 192.0.2.1) and (");
	for (int i = 0; i < ports; i++)
		strbuf_printf(&b, "port %d or ", 20000 + 3 * i);
	strbuf_printf(&b, "port %d)", last);
	f = compiled(strbuf_cstr(&b), optimize);
	strbuf_free(&b);
	return f;
}

static void several_hundred_hosts_and_ports_are_exact(void)
{
	struct filter *matches = long_filter(300, 200, 8080, true),
		      *misses = long_filter(300, 200, 8081, true);

	CHECK_EQ(answers_of(matches, false), ALL);
	CHECK_EQ(answers_of(matches, true), 0);
	CHECK_EQ(answers_of(misses, false), 0);
	filter_free(matches);
	filter_free(misses);
}

static void a_filter_beyond_the_reach_of_jumps_is_refused_with_the_limit(void)
{
	struct filter *f = long_filter(0, 500, 8080, false);
	struct filter_prog out;
	char err[256];

	CHECK_EQ(filter_splice(&out, &rig.templates[RIG_TC_IN], f, FILTER_TC_INGRESS, 0, err, sizeof(err)),
		 (uint64_t)-E2BIG);
	CHECK(strstr(err, "filter too long") && strstr(err, "32767"));
	filter_free(f);
}

int main(void)
{
	if (!rig_open(&rig)) {
		printf("not ok - the programs load\n");
		return EXIT_FAILURE;
	}
	rig_say_what_is_not_there();
	RUN(accepts_and_rejects_what_libpcap_does);
	RUN(a_tag_in_metadata_is_seen_as_put_back);
	RUN(the_hook_is_the_direction);
	RUN(two_places_in_one_program_get_the_same_filter);
	RUN(several_hundred_hosts_and_ports_are_exact);
	RUN(a_filter_beyond_the_reach_of_jumps_is_refused_with_the_limit);
	rig_close(&rig);
	return CHECK_DONE();
}
