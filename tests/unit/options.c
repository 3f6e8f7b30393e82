// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <unistd.h>

#include "check.h"
#include "options.h"

/* What the options say on stderr is not what is checked here. */
static int parse_quietly(struct options *o, int argc, char **argv)
{
	int err = dup(2), r;

	freopen("/dev/null", "w", stderr);
	r = options_parse(o, argc, argv);
	fflush(stderr);
	dup2(err, 2);
	close(err);
	return r;
}

#define PARSE(o, ...)                                                                                        \
	({                                                                                                   \
		char *argv_[] = { "ebpfdump", __VA_ARGS__, NULL };                                           \
		parse_quietly(o, (int)(sizeof(argv_) / sizeof(argv_[0])) - 1, argv_);                        \
	})

static void words_that_are_no_options_are_the_expression(void)
{
	struct options o;

	CHECK_EQ(PARSE(&o, "-i", "lo", "tcp", "port", "80"), 0);
	CHECK_STR(o.expression, "tcp port 80");
	CHECK_EQ(o.ifaces.n, 1);
	CHECK_STR(o.ifaces.at[0], "lo");
	options_free(&o);
}

static void options_may_stand_behind_the_expression(void)
{
	struct options o;

	CHECK_EQ(PARSE(&o, "port 80", "-nnvX", "-c5"), 0);
	CHECK_STR(o.expression, "port 80");
	CHECK_EQ(o.numeric, 2);
	CHECK_EQ(o.verbose, 1);
	CHECK_EQ(o.hex_ascii, 1);
	CHECK_EQ(o.count, 5);
	options_free(&o);
}

static void a_snaplen_of_zero_is_the_largest(void)
{
	struct options o;

	CHECK_EQ(PARSE(&o, "-s0"), 0);
	CHECK_EQ(o.snaplen, 262144);
	options_free(&o);
	CHECK_EQ(PARSE(&o, "-s", "262145"), -EINVAL);
	CHECK_EQ(PARSE(&o, "-s", "-1"), -EINVAL);
	CHECK_EQ(PARSE(&o, "-s", "96x"), -EINVAL);
}

static void what_cannot_be_is_refused(void)
{
	struct options o;

	CHECK_EQ(PARSE(&o, "-c", "0"), -EINVAL);
	CHECK_EQ(PARSE(&o, "-c", "many"), -EINVAL);
	CHECK_EQ(PARSE(&o, "-Q", "sideways"), -EINVAL);
	CHECK_EQ(PARSE(&o, "-tttttt"), -EINVAL);
	CHECK_EQ(PARSE(&o, "--no-such-option"), -EINVAL);
	CHECK_EQ(PARSE(&o, "-k"), -EINVAL);
	CHECK_EQ(PARSE(&o, "-w"), -EINVAL);
	CHECK_EQ(PARSE(&o, "-I"), -EINVAL);
	CHECK_EQ(PARSE(&o, "-V", "list", "-r", "f"), -EINVAL);
	CHECK_EQ(PARSE(&o, "-y", "NIX"), -EINVAL);
	CHECK_EQ(PARSE(&o, "-j", "quartz"), -EINVAL);
}

static void several_files_and_interfaces_are_kept_in_order(void)
{
	struct options o;

	CHECK_EQ(PARSE(&o, "-r", "a", "-r", "b", "-r", "c"), 0);
	CHECK_EQ(o.reads.n, 3);
	CHECK_STR(o.reads.at[2], "c");
	options_free(&o);
}

int main(void)
{
	RUN(words_that_are_no_options_are_the_expression);
	RUN(options_may_stand_behind_the_expression);
	RUN(a_snaplen_of_zero_is_the_largest);
	RUN(what_cannot_be_is_refused);
	RUN(several_files_and_interfaces_are_kept_in_order);
	return CHECK_DONE();
}
