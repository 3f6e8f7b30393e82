// SPDX-License-Identifier: BSD-2-Clause
#include <arpa/inet.h>
#include <errno.h>

#include "check.h"
#include "filter/netlist.h"

static int parse(struct netlist *l, const char *text, char *err)
{
	return netlist_parse(l, text, strlen(text), err, 200);
}

static void addresses_networks_comments_and_exclusions_are_read(void)
{
	struct netlist l;
	char err[200];

	CHECK_EQ(parse(&l, "# list\n\n10.0.0.1\n 192.0.2.0/24\t# a comment\r\n!2001:db8::/32\n! ::1", err),
		 0);
	CHECK_EQ(l.n, 4);
	CHECK_EQ(l.n4, 2);
	CHECK_EQ(l.n6, 2);
	CHECK_EQ(l.nlisted, 2);
	CHECK_EQ(l.at[0].bits, 32);
	CHECK(!memcmp(l.at[0].addr, (uint8_t[]){ 10, 0, 0, 1 }, 4));
	CHECK_EQ(l.at[1].bits, 24);
	CHECK(!l.at[1].excluded && !l.at[1].v6);
	CHECK(l.at[2].excluded && l.at[2].v6 && l.at[2].bits == 32);
	CHECK(l.at[3].excluded && l.at[3].bits == 128 && l.at[3].addr[15] == 1);
	netlist_free(&l);
}

static void a_bad_line_is_named_with_its_number(void)
{
	static const char *const bad[] = { "10.0.0.0/33", "10.0.0/8",	       "::/129",
					   "host",	  "10.0.0.1 10.0.0.2", "10.0.0.1/",
					   "!",		  "10.0.0.1/-1",       "/8",
					   "10.0.0.1/ 8" };
	struct netlist l;
	char err[200], want[200], text[100];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), "10.0.0.1\n\n%s\n", bad[i]);
		snprintf(want, sizeof(want), "line 3: `%s' is neither an address nor a network", bad[i]);
		CHECK_EQ(parse(&l, text, err), (uint64_t)-EINVAL);
		CHECK_STR(err, want);
	}
}

static void an_empty_text_holds_nothing(void)
{
	struct netlist l;
	char err[200];

	CHECK_EQ(netlist_parse(&l, NULL, 0, err, sizeof(err)), 0);
	CHECK_EQ(l.n, 0);
	CHECK_EQ(parse(&l, "\n\n # nothing", err), 0);
	CHECK_EQ(l.n, 0);
	netlist_free(&l);
}

int main(void)
{
	RUN(addresses_networks_comments_and_exclusions_are_read);
	RUN(a_bad_line_is_named_with_its_number);
	RUN(an_empty_text_holds_nothing);
	return CHECK_DONE();
}
