// SPDX-License-Identifier: BSD-2-Clause
#include "print/payload_io.h"

#include <sys/socket.h>

#include "print/names.h"

const char *word_of(const struct word *words, uint32_t v, const char *other)
{
	for (; words->s; words++)
		if (words->v == v)
			return words->s;
	return other;
}

_Noreturn void io_cut(struct pio *io)
{
	io_drop(io);
	io_mark(io);
	longjmp(io->cut, 1);
}

void io_mark(struct pio *io)
{
	say(io, " [|%s]", io->proto);
}

void io_invalid(struct pio *io)
{
	strbuf_str(io->b, " (invalid)");
}

void io_word(struct pio *io, const struct word *words, uint32_t v, const char *fmt)
{
	const char *s = word_of(words, v, NULL);

	if (s)
		strbuf_str(io->b, s);
	else
		strbuf_printf(io->b, fmt, v);
}

void io_bits(struct pio *io, const struct word *words, uint32_t v)
{
	const char *between = "";

	for (; words->s; words++) {
		if (!words->v || (v & words->v) != words->v)
			continue;
		say(io, "%s%s", between, words->s);
		between = ", ";
	}
	if (!*between)
		strbuf_str(io->b, "none");
}

void io_char(struct pio *io, uint8_t c)
{
	if (c & 0x80) {
		c &= 0x7f;
		strbuf_mem(io->b, "M-", 2);
	}
	if (c < 0x20 || c == 0x7f) {
		c ^= 0x40;
		strbuf_char(io->b, '^');
	}
	strbuf_char(io->b, (char)c);
}

bool io_chars(struct pio *io, size_t at, size_t n)
{
	for (; n > 0 && io_has(io, at, 1); n--, at++)
		io_char(io, io->data[at]);
	return n == 0;
}

void io_text(struct pio *io, size_t at, size_t n)
{
	io_need(io, at, n);
	strbuf_mem(io->b, io->data + at, n);
}

void io_hex(struct pio *io, const char *ident, size_t at, size_t n, size_t shown_at)
{
	size_t have = io_has(io, at, 0) ? io->cap - at : 0;
	size_t i, end = n < have ? n : have;

	for (i = 0; i < end; i++) {
		if (i % 16 == 0)
			say(io, "%s0x%04zx: ", ident, shown_at + i);
		if (i % 2 == 0)
			strbuf_char(io->b, ' ');
		strbuf_hex(io->b, io->data[at + i], 2);
	}
	if (n > have)
		io_cut(io);
}

void io_hex_ascii(struct pio *io, const char *ident, size_t at, size_t n)
{
	size_t have = io_has(io, at, 0) ? io->cap - at : 0;
	size_t i, k, row, end = n < have ? n : have;

	for (i = 0; i < end; i += row) {
		row = end - i < 16 ? end - i : 16;
		say(io, "%s0x%04zx: ", ident, i);
		for (k = 0; k < row; k++)
			say(io, k % 2 ? "%02x" : " %02x", io->data[at + i + k]);
		say(io, "%*s", (int)(2 + 40 - (row * 2 + (row + 1) / 2)), "");
		for (k = 0; k < row; k++) {
			uint8_t c = io->data[at + i + k];

			strbuf_char(io->b, c > 0x20 && c < 0x7f ? (char)c : '.');
		}
	}
	if (n > have)
		io_cut(io);
}

void io_unknown(struct pio *io, const char *ident, size_t at, size_t n)
{
	if (!io_has(io, at, 0)) {
		say(io, "%sDissector error: print_unknown_data called with pointer past end of packet",
		    ident);
		return;
	}
	io_hex(io, ident, at, n < io->cap - at ? n : io->cap - at, 0);
}

void io_ipv4(struct pio *io, size_t at)
{
	io_need(io, at, 4);
	names_host(io->set->names, io->b, AF_INET, io->data + at);
}

void io_ipv6(struct pio *io, size_t at)
{
	io_need(io, at, 16);
	names_host(io->set->names, io->b, AF_INET6, io->data + at);
}

void io_nsap(struct pio *io, const uint8_t *nsap, size_t n)
{
	size_t i;

	if (n < 1 || n > 20) {
		strbuf_str(io->b, "isonsap_string: illegal length");
		return;
	}
	for (i = 0; i < n; i++) {
		strbuf_hex(io->b, nsap[i], 2);
		if (i % 2 == 0 && i + 1 < n)
			strbuf_char(io->b, '.');
	}
}

void io_seconds(struct pio *io, uint32_t s)
{
	static const struct {
		uint32_t s;
		char unit;
	} units[] = { { 31536000, 'y' }, { 604800, 'w' }, { 86400, 'd' },
		      { 3600, 'h' },	 { 60, 'm' },	  { 1, 's' } };
	size_t i;

	if (!s)
		strbuf_str(io->b, "0s");
	for (i = 0; s; s %= units[i++].s)
		if (s >= units[i].s)
			say(io, "%u%c", s / units[i].s, units[i].unit);
}
