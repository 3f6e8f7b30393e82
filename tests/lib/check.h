/* SPDX-License-Identifier: BSD-2-Clause */
/* A test program: functions that state a fact in their name, run by RUN(). Prints `ok - name`, `not ok -
 * name` or `skip - name: why` for each; tests/run adds them up. */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int check_failed_here, check_failed_all;
static const char *check_skipped __attribute__((unused));

#define CHECK(cond)                                                                                          \
	do {                                                                                                 \
		if (!(cond)) {                                                                               \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond);                           \
			check_failed_here++;                                                                 \
		}                                                                                            \
	} while (0)

#define CHECK_EQ(got, want)                                                                                  \
	do {                                                                                                 \
		uint64_t got_ = (uint64_t)(got), want_ = (uint64_t)(want);                                   \
		if (got_ != want_) {                                                                         \
			fprintf(stderr, "%s:%d: %s is %" PRIu64 ", not %" PRIu64 "\n", __FILE__, __LINE__,   \
				#got, got_, want_);                                                          \
			check_failed_here++;                                                                 \
		}                                                                                            \
	} while (0)

#define CHECK_STR(got, want)                                                                                 \
	do {                                                                                                 \
		const char *got_ = (got), *want_ = (want);                                                   \
		if (strcmp(got_, want_) != 0) {                                                              \
			fprintf(stderr, "%s:%d:\n got  %s\n want %s\n", __FILE__, __LINE__, got_, want_);    \
			check_failed_here++;                                                                 \
		}                                                                                            \
	} while (0)

/* Leaves the test as skipped, counted aloud. */
#define SKIP(why)                                                                                            \
	do {                                                                                                 \
		check_skipped = why;                                                                         \
		return;                                                                                      \
	} while (0)

#define RUN(test)                                                                                            \
	do {                                                                                                 \
		check_failed_here = 0;                                                                       \
		check_skipped = NULL;                                                                        \
		test();                                                                                      \
		if (check_failed_here)                                                                       \
			printf("not ok - " #test "\n");                                                      \
		else if (check_skipped)                                                                      \
			printf("skip - " #test ": %s\n", check_skipped);                                     \
		else                                                                                         \
			printf("ok - " #test "\n");                                                          \
		fflush(stdout);                                                                              \
		check_failed_all += check_failed_here != 0;                                                  \
	} while (0)

#define CHECK_DONE() (check_failed_all ? EXIT_FAILURE : EXIT_SUCCESS)

#endif
