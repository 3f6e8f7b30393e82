// SPDX-License-Identifier: BSD-2-Clause
#include "check.h"

#include "file/packet_ring.h"
#include "file/recorder.h"
#include "file/rotation.h"

static void add(struct packet_ring *r, uint64_t ts_ns, uint32_t len)
{
	static const uint8_t zeros[4096];
	uint8_t data[4096];
	struct packet p = { .ts_ns = ts_ns, .cap_len = len, .wire_len = len, .data = data };

	memcpy(data, zeros, len);
	memset(data, (uint8_t)ts_ns, len);
	if (ts_ns % 3 == 0) {
		p.options = data;
		p.options_len = len < 7 ? len : 7;
	}
	packet_ring_add(r, &p);
}

static void packets_come_out_in_the_order_they_went_in(void)
{
	struct packet_ring r;
	struct packet p;

	CHECK_EQ(packet_ring_new(&r, 4096), 0);
	add(&r, 1, 10);
	add(&r, 2, 0);
	CHECK(packet_ring_take(&r, &p) && p.ts_ns == 1 && p.cap_len == 10 && p.data[9] == 1);
	CHECK(packet_ring_take(&r, &p) && p.ts_ns == 2);
	CHECK(!packet_ring_take(&r, &p));
	packet_ring_free(&r);
}

/* Whatever sizes come: what comes out is the newest, without a gap, and unharmed. */
static void the_newest_stay(void)
{
	for (uint64_t seed = 1; seed < 200; seed++) {
		struct packet_ring r;
		struct packet_ring_place place = { 0 };
		struct packet p;
		uint64_t x = seed * 0x9e3779b97f4a7c15u, first = 0, n = 0, total = 500;

		CHECK_EQ(packet_ring_new(&r, 1024 + seed * 7), 0);
		for (uint64_t ts = 1; ts <= total; ts++) {
			x ^= x << 13, x ^= x >> 7, x ^= x << 17;
			add(&r, ts, (uint32_t)(x % 700));
			if (x >> 60 == 0 && packet_ring_take(&r, &p))
				r.forgotten++;
		}
		CHECK_EQ(r.n + r.forgotten, total);
		while (packet_ring_next(&r, &place, &p)) { /* which leaves it as it is */
			CHECK_EQ(p.ts_ns, total - r.n + place.n);
			CHECK(!p.cap_len || p.data[p.cap_len - 1] == (uint8_t)p.ts_ns);
		}
		CHECK_EQ(place.n, r.n);
		while (packet_ring_take(&r, &p)) {
			if (!n)
				first = p.ts_ns;
			CHECK_EQ(p.ts_ns, first + n++);
			CHECK(!p.cap_len ||
			      (p.data[0] == (uint8_t)p.ts_ns && p.data[p.cap_len - 1] == p.data[0]));
			CHECK(!p.options_len || p.options[p.options_len - 1] == (uint8_t)p.ts_ns);
		}
		CHECK(!n || first + n == total + 1);
		packet_ring_free(&r);
	}
}

static void what_is_larger_than_the_ring_is_forgotten(void)
{
	struct packet_ring r;
	struct packet p;

	CHECK_EQ(packet_ring_new(&r, 512), 0);
	add(&r, 1, 2000);
	CHECK_EQ(r.forgotten, 1);
	CHECK(!packet_ring_take(&r, &p));
	packet_ring_free(&r);
}

static void names_of_rotated_files_are_tcpdumps(void)
{
	static const struct {
		struct rotation r;
		uint64_t n;
		const char *name;
	} cases[] = {
		{ { .path = "f", .suffix = "" }, 0, "f" },
		{ { .path = "f", .bytes = 1, .suffix = "" }, 0, "f" },
		{ { .path = "f", .bytes = 1, .suffix = "" }, 1, "f1" },
		{ { .path = "f", .bytes = 1, .suffix = "" }, 12, "f12" },
		{ { .path = "f", .bytes = 1, .files = 10, .suffix = "" }, 3, "f3" },
		{ { .path = "f", .bytes = 1, .files = 11, .suffix = "" }, 3, "f03" },
		{ { .path = "f", .bytes = 1, .files = 100, .suffix = ".gz" }, 3, "f03.gz" },
		{ { .path = "f.gz", .bytes = 1, .suffix = ".gz" }, 1, "f1.gz" },
		{ { .path = "%H-%%", .seconds = 1, .suffix = "" }, 0, "07-%" },
		{ { .path = "%H", .suffix = "" }, 0, "%H" },
		{ { .path = "%H", .seconds = 1, .bytes = 1, .suffix = "" }, 2, "072" },
	};
	struct tm when = { .tm_hour = 7 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf b = { 0 };

		rotation_name(&b, &cases[i].r, &when, cases[i].n);
		CHECK_STR(strbuf_cstr(&b), cases[i].name);
		strbuf_free(&b);
	}
}

static void triggers_and_spans_are_read(void)
{
	uint64_t seconds = 0, bytes = 0;
	const char *command = NULL;
	unsigned bits = 0;

	CHECK_EQ(recorder_parse_triggers("rst,zero-window,cmd:a,b", &bits, &command), 0);
	CHECK_EQ(bits, TRIGGER_RST | TRIGGER_ZERO_WINDOW | TRIGGER_CMD);
	CHECK_STR(command, "a,b");
	CHECK_EQ(recorder_parse_last("30", &seconds, &bytes), 0);
	CHECK(seconds == 30 && bytes == 0);
	CHECK_EQ(recorder_parse_last("64m,5s", &seconds, &bytes), 0);
	CHECK(seconds == 5 && bytes == 64 << 20);
}

int main(void)
{
	RUN(packets_come_out_in_the_order_they_went_in);
	RUN(the_newest_stay);
	RUN(what_is_larger_than_the_ring_is_forgotten);
	RUN(names_of_rotated_files_are_tcpdumps);
	RUN(triggers_and_spans_are_read);
	return CHECK_DONE();
}
