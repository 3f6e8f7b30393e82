// SPDX-License-Identifier: BSD-2-Clause
/* RESP, the protocol of Redis. Arrays nest, but an array's end prints nothing: it is enough to count how many
 * items the open ones still want, and depth costs no stack. */
#include "print/payload_io.h"

#include <limits.h>

enum { LEN_NULL = -1, LEN_CUT = -2, LEN_TOO_LARGE = -3, LEN_NEGATIVE = -4, LEN_INVALID = -5 };

static bool is_eol(uint8_t c)
{
	return c == '\r' || c == '\n';
}

static bool quoted(struct pio *io, size_t at, size_t n)
{
	strbuf_mem(io->b, " \"", 2);
	if (!io_chars(io, at, n))
		return false;
	strbuf_char(io->b, '"');
	return true;
}

/* Moves *at to the next CR LF; false if there is none. */
static bool find_crlf(const struct pio *io, size_t *at)
{
	for (; *at + 2 <= io->len; (*at)++) {
		if (!io_has(io, *at, 2))
			return false;
		if (io->data[*at] == '\r' && io->data[*at + 1] == '\n')
			return true;
	}
	return false;
}

static void skip_eols(const struct pio *io, size_t *at)
{
	while (*at < io->len && io_has(io, *at, 1) && is_eol(io->data[*at]))
		(*at)++;
}

/* The number and its CR LF; *at stands behind what was read. ≥ 0 or one of LEN_*. */
static int take_length(struct pio *io, size_t *at)
{
	bool digits = false, negative = false, large = false;
	int v = 0;
	uint8_t c;

	if (*at >= io->len)
		return LEN_CUT;
	if (io_u8(io, *at) == '-') {
		negative = true;
		(*at)++;
	}
	for (;; digits = true) {
		if (*at >= io->len)
			return LEN_CUT;
		c = io_u8(io, (*at)++);
		if (c < '0' || c > '9')
			break;
		large |= v > INT_MAX / 10 || (v == INT_MAX / 10 && c - '0' > INT_MAX % 10);
		if (!large)
			v = v * 10 + (c - '0');
	}
	if (!digits || c != '\r')
		return LEN_INVALID;
	if (*at >= io->len)
		return LEN_CUT;
	if (io_u8(io, (*at)++) != '\n')
		return LEN_INVALID;
	if (negative)
		return !large && v == 1 ? LEN_NULL : LEN_NEGATIVE;
	return large ? LEN_TOO_LARGE : v;
}

/* What there is to say of a length that is not positive; false if the item is cut. */
static bool odd_length(struct pio *io, int n)
{
	static const char *const text[] = {
		" empty", " null", NULL, " length too large", " length negative and not -1", " invalid"
	};

	if (n == LEN_CUT)
		return false;
	strbuf_str(io->b, text[-n]);
	return true;
}

/* +OK, -ERR …, :42 */
static bool simple(struct pio *io, size_t *at)
{
	size_t from = ++*at;

	if (!find_crlf(io, at) || !quoted(io, from, *at - from))
		return false;
	*at += 2;
	return true;
}

static bool bulk_string(struct pio *io, size_t *at)
{
	int n;

	++*at;
	n = take_length(io, at);
	if (n <= 0 && !odd_length(io, n))
		return false;
	if (n < 0)
		return true;
	if (n > 0) {
		if (*at + (size_t)n > io->len || !io_has(io, *at, (size_t)n) || !quoted(io, *at, (size_t)n))
			return false;
		*at += (size_t)n;
	}
	if (!find_crlf(io, at))
		return false;
	*at += 2;
	return true;
}

static bool array(struct pio *io, size_t *at, uint64_t *wanted)
{
	int n;

	++*at;
	n = take_length(io, at);
	if (n > 0) {
		*wanted += (uint64_t)n;
		return true;
	}
	return odd_length(io, n);
}

/* A command as typed into telnet: a line. */
static bool inline_command(struct pio *io, size_t *at)
{
	size_t from;

	skip_eols(io, at);
	for (from = *at; *at < io->len && !is_eol(io_u8(io, *at)); (*at)++)
		;
	if (*at >= io->len || !quoted(io, from, *at - from))
		return false;
	skip_eols(io, at);
	return true;
}

static bool item(struct pio *io, size_t *at, uint64_t *wanted)
{
	switch (io_u8(io, *at)) {
	case '+':
	case '-':
	case ':':
		return simple(io, at);
	case '$':
		return bulk_string(io, at);
	case '*':
		return array(io, at, wanted);
	default:
		return inline_command(io, at);
	}
}

void payload_resp(struct pio *io)
{
	uint64_t wanted = 0;
	size_t at = 0;

	io->proto = "resp";
	strbuf_str(io->b, ": RESP");
	while (wanted || at < io->len) {
		if (wanted)
			wanted--;
		if (at >= io->len || !item(io, &at, &wanted)) {
			io_mark(io);
			return;
		}
	}
}
