// SPDX-License-Identifier: BSD-2-Clause
#include "check.h"
#include "util/strbuf.h"

static void numbers_are_printed_as_printf_would(void)
{
	static const uint64_t v[] = { 0, 1, 9, 10, 4294967295u, UINT64_MAX };
	struct strbuf b = { 0 };

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		char want[64];

		b.len = 0;
		strbuf_u64(&b, v[i]);
		strbuf_char(&b, ' ');
		strbuf_u64_pad(&b, v[i], 6);
		strbuf_char(&b, ' ');
		strbuf_hex(&b, v[i], 4);
		snprintf(want, sizeof(want), "%" PRIu64 " %06" PRIu64 " %04" PRIx64, v[i], v[i], v[i]);
		CHECK_STR(strbuf_cstr(&b), want);
	}
	strbuf_free(&b);
}

static void a_buffer_grows_and_keeps_what_it_held(void)
{
	struct strbuf b = { 0 };

	for (int i = 0; i < 1000; i++)
		strbuf_printf(&b, "%d,", i);
	CHECK_EQ(b.len, 10 * 2 + 90 * 3 + 900 * 4);
	CHECK(!memcmp(b.s, "0,1,2,", 6));
	CHECK_STR(strbuf_cstr(&b) + b.len - 8, "998,999,");
	strbuf_free(&b);
}

int main(void)
{
	RUN(numbers_are_printed_as_printf_would);
	RUN(a_buffer_grows_and_keeps_what_it_held);
	return CHECK_DONE();
}
