/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said of a session by hand (segments.h). */
#ifndef TESTS_EXPLAINS_H
#define TESTS_EXPLAINS_H

#include <string.h>

#include "check.h"
#include "flow/explain.h"
#include "flow/verdict.h"
#include "segments.h"

#define HANDSHAKE                                                                                            \
	"0 C S seq 0 win 64240 mss 1460 sack ws 7", "0.010 S S. seq 0 ack 1 win 65160 mss 1460 sack ws 7",   \
		"0.020 C . seq 1 ack 1 win 502"

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
