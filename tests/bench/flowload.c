// SPDX-License-Identifier: BSD-2-Clause
/*
 * Writes a capture of whole TCP sessions: flowload SEGMENTS CONNECTIONS FILE. So many sessions run side by
 * side, each with handshake, requests and answers, and a close in four; then the next takes its place.
 * Headers only (snapshot).
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct session {
	uint32_t seq[2];
	uint32_t number;
	uint8_t step;
};

struct record {
	uint32_t sec, nsec, cap_len, wire_len;
	uint8_t eth[14];
	uint8_t ip[20];
	uint8_t tcp[20];
} __attribute__((packed));

static uint64_t now_ns = 1700000000000000000ull;

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

static void emit(FILE *f, struct session *s, int from, uint8_t flags, uint32_t len)
{
	struct record r = { .sec = (uint32_t)(now_ns / 1000000000),
			    .nsec = (uint32_t)(now_ns % 1000000000),
			    .cap_len = 54,
			    .wire_len = 54 + len };
	uint32_t ends[2] = { 0x0a000000 | (s->number & 0xffffff), 0xc0000201 + (s->number >> 24) };
	uint16_t ports[2] = { (uint16_t)(32768 + s->number % 28000), 443 };

	r.eth[12] = 8;
	r.ip[0] = 0x45;
	put16(r.ip + 2, 40 + len);
	r.ip[6] = 0x40;
	r.ip[8] = 64;
	r.ip[9] = 6;
	put32(r.ip + 12, ends[from]);
	put32(r.ip + 16, ends[!from]);
	put16(r.tcp, ports[from]);
	put16(r.tcp + 2, ports[!from]);
	put32(r.tcp + 4, s->seq[from]);
	put32(r.tcp + 8, flags & 0x10 ? s->seq[!from] : 0);
	r.tcp[12] = 0x50;
	r.tcp[13] = flags;
	put16(r.tcp + 14, 64000);
	s->seq[from] += len + (flags & 3 ? 1 : 0);
	now_ns += 700;
	fwrite(&r, sizeof(r), 1, f);
}

/* One session: handshake, eight requests answered by two segments and acknowledged, close in four. */
static int step(FILE *f, struct session *s)
{
	int n = s->step++;

	if (n == 0)
		emit(f, s, 0, 0x02, 0);
	else if (n == 1)
		emit(f, s, 1, 0x12, 0);
	else if (n == 2)
		emit(f, s, 0, 0x10, 0);
	else if (n < 35)
		emit(f, s, n % 4 == 1 || n % 4 == 0, n % 4 == 2 ? 0x10 : 0x18,
		     n % 4 == 2	  ? 0
		     : n % 4 == 3 ? 300
				  : 1448);
	else if (n == 35)
		emit(f, s, 0, 0x11, 0);
	else if (n == 36)
		emit(f, s, 1, 0x10, 0);
	else if (n == 37)
		emit(f, s, 1, 0x11, 0);
	else
		emit(f, s, 0, 0x10, 0);
	return n >= 38;
}

static void begin(struct session *s, uint32_t number)
{
	*s = (struct session){ .seq = { number * 2654435761u, number * 40503u }, .number = number };
}

int main(int argc, char **argv)
{
	uint32_t head[6] = { 0xa1b23c4d, 4 << 16 | 2, 0, 0, 262144, 1 };
	uint64_t segments = argc == 4 ? strtoull(argv[1], NULL, 10) : 0;
	uint32_t n = argc == 4 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0, next = 0, rnd = 1;
	struct session *at = calloc(n ? n : 1, sizeof(*at));
	FILE *f = argc == 4 ? fopen(argv[3], "wb") : NULL;

	if (!at || !f || !n)
		return EXIT_FAILURE;
	fwrite(head, sizeof(head), 1, f);
	for (uint32_t i = 0; i < n; i++)
		begin(&at[i], next++);
	for (uint64_t i = 0; i < segments; i++) {
		struct session *s;

		rnd = rnd * 1664525 + 1013904223;
		/* a million side by side all begin before any goes on */
		s = i < n ? &at[i] : &at[(uint64_t)rnd * n >> 32];
		if (step(f, s))
			begin(s, next++);
	}
	free(at);
	return fclose(f) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
