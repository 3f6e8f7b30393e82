/* SPDX-License-Identifier: BSD-2-Clause */
/* How addresses, spans of time and amounts read in everything that flow/ says. */
#ifndef FLOW_WORDS_H
#define FLOW_WORDS_H

#include "flow/conn.h"
#include "util/strbuf.h"

/* A span in the unit that suits it: `0.018 ms`, `204 ms`, `12.5 s`. Negative: `-`. */
void flow_words_time(struct strbuf *b, int64_t ns);
/* Milliseconds with three decimals; negative: `-`. */
void flow_words_ms(struct strbuf *b, int64_t ns);
/* Seconds, short: `0`, `0.02`, `3.1`, `63`; no unit. */
void flow_words_s(struct strbuf *b, int64_t ns);
/* 1.2.3.4 or 2001:db8::1. */
void flow_words_addr(struct strbuf *b, uint8_t family, const uint8_t *addr);
/* 1.2.3.4:80 or [2001:db8::1]:80. */
void flow_words_end(struct strbuf *b, const struct flow_conn *c, int side);
/* `1 segment`, `2 segments`. */
void flow_words_count(struct strbuf *b, uint64_t n, const char *one);
/* `client` or `server`. */
const char *flow_words_side(const struct flow_conn *c, int side);
const char *flow_words_state(uint8_t state);
/* `port unreachable`, `administratively prohibited` … of an ICMP or ICMPv6 error. */
void flow_words_icmp(struct strbuf *b, const struct flow_conn *c);

#endif
