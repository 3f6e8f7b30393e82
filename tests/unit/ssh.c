// SPDX-License-Identifier: BSD-2-Clause
#include "check.h"
#include "ssh.h"

static void a_session_becomes_an_expression(void)
{
	char expr[256];

	CHECK(ssh_filter_of("192.0.2.7 50022 198.51.100.1 22", expr, sizeof(expr)));
	CHECK_STR(expr, "(host 192.0.2.7 and host 198.51.100.1 and tcp port 50022 and tcp port 22)");
	CHECK(ssh_filter_of("fe80::1%eth0 50022 fe80::2%eth0 22", expr, sizeof(expr)));
	CHECK_STR(expr, "(host fe80::1 and host fe80::2 and tcp port 50022 and tcp port 22)");
}

static void what_is_no_session_is_refused(void)
{
	char expr[256];

	CHECK(!ssh_filter_of("", expr, sizeof(expr)));
	CHECK(!ssh_filter_of("192.0.2.7 50022 198.51.100.1", expr, sizeof(expr)));
	CHECK(!ssh_filter_of("not an-address 1 2", expr, sizeof(expr)));
	CHECK(!ssh_filter_of("192.0.2.7 70000 198.51.100.1 22", expr, sizeof(expr)));
	CHECK(!ssh_filter_of("x)or(host 1 192.0.2.1 2", expr, sizeof(expr)));
	CHECK(!ssh_filter_of("192.0.2.7 50022 198.51.100.1 22", expr, 20));
}

static void the_environment_of_this_process_comes_first(void)
{
	char expr[256];

	setenv("SSH_CONNECTION", "192.0.2.7 1 192.0.2.8 22", 1);
	CHECK(ssh_session_filter(expr, sizeof(expr)));
	CHECK_STR(expr, "(host 192.0.2.7 and host 192.0.2.8 and tcp port 1 and tcp port 22)");
	setenv("SSH_CONNECTION", "nonsense", 1);
	CHECK(!ssh_session_filter(expr, sizeof(expr)));
}

int main(void)
{
	RUN(a_session_becomes_an_expression);
	RUN(what_is_no_session_is_refused);
	RUN(the_environment_of_this_process_comes_first);
	return CHECK_DONE();
}
