/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said of a session by hand (segments.h). */
#ifndef TESTS_TOLD_H
#define TESTS_TOLD_H

#include <string.h>

#include "check.h"
#include "flow/explain.h"
#include "flow/marks.h"
#include "flow/verdict.h"
#include "segments.h"

/* The marks of the last segment, as text. */
#define CHECK_MARKS(want, ...)                                                                               \
	do {                                                                                                 \
		struct script s_;                                                                            \
		struct strbuf b_ = { 0 };                                                                    \
                                                                                                             \
		script_begin(&s_, NULL);                                                                     \
		SCRIPT(&s_, __VA_ARGS__);                                                                    \
		flow_mark_words(&b_, s_.last.marks & ~FLOW_DELAYED_ACK, s_.last.dup_ack, s_.last.rto_ns);    \
		CHECK_STR(strbuf_cstr(&b_), want);                                                           \
		strbuf_free(&b_);                                                                            \
		script_end(&s_);                                                                             \
	} while (0)

/* What is explained has the first text, and not the second (or it is NULL). */
#define CHECK_EXPLAINS(want, never, ...)                                                                     \
	do {                                                                                                 \
		struct script s_;                                                                            \
		struct strbuf b_ = { 0 };                                                                    \
		const char *never_ = never;                                                                  \
                                                                                                             \
		script_begin(&s_, NULL);                                                                     \
		SCRIPT(&s_, __VA_ARGS__);                                                                    \
		flow_take_losses(s_.table, s_.conn);                                                         \
		flow_modifier_words(&b_, s_.conn, flow_now(s_.table), false);                                \
		flow_explain(&b_, s_.conn, flow_now(s_.table));                                              \
		CHECK(strstr(strbuf_cstr(&b_), want) != NULL);                                               \
		CHECK(!never_ || !strstr(strbuf_cstr(&b_), never_));                                         \
		strbuf_free(&b_);                                                                            \
		script_end(&s_);                                                                             \
	} while (0)

#endif
