// SPDX-License-Identifier: BSD-2-Clause
/* Protocols that are lines of text: HTTP, RTSP, SMTP, FTP, whois. */
#include "print/payload_io.h"

#include <strings.h>

#define TOKEN_MAX 128

static bool is_print(uint8_t c)
{
	return c >= 0x20 && c < 0x7f;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef uint64_t words2 __attribute__((vector_size(16)));

/* How many bytes from p on are printable and no space, n at most; 32 at a time as long as all of them are.
 */
static size_t graph_run(const uint8_t *p, size_t n)
{
	size_t i = 0;

	for (bytes16 v[2]; n - i >= sizeof(v); i += sizeof(v)) {
		words2 other;

		memcpy(v, p + i, sizeof(v));
		other = (words2)(v[0] - '!' > '~' - '!') | (words2)(v[1] - '!' > '~' - '!');
		if (other[0] | other[1])
			break;
	}
	while (i < n && p[i] > ' ' && p[i] < 0x7f)
		i++;
	return i;
}

/* The length of the token at `at`, and the place of the next one; 0 if none stands there. */
static size_t token(const struct pio *io, size_t at, size_t *next)
{
	size_t have = io->len < io->cap ? io->len : io->cap, end = at, n;

	n = at < have ? graph_run(io->data + at, have - at) : 0;
	end += n;
	if (n > TOKEN_MAX || (end == have ? have < io->len : !is_blank(io->data[end])))
		return 0;
	while (end < have && io->data[end] == ' ')
		end++;
	*next = end;
	return n;
}

/* Appends the line at `at` behind prefix, without its end, and gives the place of the next one; 0 if the text
 * ends here: cut, unfinished, or no text. */
static size_t text_line(struct pio *io, const char *prefix, size_t at)
{
	size_t i = at, next = 0;

	while (i < io->len && (is_print(io_u8(io, i)) || io->data[i] == '\t'))
		i++;
	if (i < io->len) {
		if (io->data[i] == '\n')
			next = i + 1;
		else if (io->data[i] == '\r' && i + 1 < io->len && io_u8(io, i + 1) == '\n')
			next = i + 2;
		else
			return 0;
	}
	strbuf_str(io->b, prefix);
	io_text(io, at, i - at);
	if (!next)
		io_mark(io);
	return next;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* The methods of a protocol by their first letter: words with a space between. */
typedef const char *const methods_by_letter[26];

static bool is_method(methods_by_letter methods, const uint8_t *tok, size_t n)
{
	unsigned letter = (tok[0] & ~0x20u) - 'A';
	const char *words = letter < 26 ? methods[letter] : NULL;

	while (words) {
		if (strncasecmp(words, (const char *)tok, n) == 0 && (words[n] == ' ' || words[n] == '\0'))
			return true;
		words = strchr(words, ' ');
		if (words)
			words++;
	}
	return false;
}

/* Is the first line a request by one of these methods, or a reply whose second token is a code? */
static bool starts_message(const struct pio *io, methods_by_letter methods)
{
	const uint8_t *code;
	size_t at, end, n = token(io, 0, &at);

	if (n == 0)
		return false;
	if (is_method(methods, io->data, n))
		return true;
	code = io->data + at;
	return token(io, at, &end) == 3 && is_digit(code[0]) && is_digit(code[1]) && is_digit(code[2]);
}

/* methods NULL: every payload is text. With -v the whole text, else its first line. */
static void text_print(struct pio *io, const char *proto, const char *title, methods_by_letter methods)
{
	size_t at = 0;

	strbuf_str(io->b, title);
	io->proto = proto;
	if (methods && !starts_message(io, methods))
		return;
	if (!io->set->verbose) {
		text_line(io, ": ", 0);
		return;
	}
	say(io, ", length: %zu", io->len);
	do
		at = text_line(io, "\n\t", at);
	while (at && at < io->len);
}

void payload_http(struct pio *io)
{
	static methods_by_letter methods = {
		['B' - 'A'] = "BCOPY BMOVE BDELETE BPROPFIND BPROPPATCH BASELINE-CONTROL",
		['C' - 'A'] = "CONNECT COPY CHECKIN CHECKOUT CCM_POST",
		['D' - 'A'] = "DELETE",
		['G' - 'A'] = "GET",
		['H' - 'A'] = "HEAD",
		['L' - 'A'] = "LOCK LABEL",
		['M' - 'A'] = "MOVE MKCOL MERGE MKACTIVITY MKWORKSPACE",
		['N' - 'A'] = "NOTIFY",
		['O' - 'A'] = "OPTIONS",
		['P' - 'A'] = "POST PUT POLL PROPFIND PROPPATCH",
		['R' - 'A'] = "REPORT RPC_CONNECT",
		['S' - 'A'] = "SEARCH SUBSCRIBE",
		['T' - 'A'] = "TRACE",
		['U' - 'A'] = "UNLOCK UPDATE UNCHECKOUT UNSUBSCRIBE",
		['V' - 'A'] = "VERSION-CONTROL",
	};

	text_print(io, "http", ": HTTP", methods);
}

void payload_rtsp(struct pio *io)
{
	static methods_by_letter methods = {
		['A' - 'A'] = "ANNOUNCE",
		['D' - 'A'] = "DESCRIBE",
		['G' - 'A'] = "GET_PARAMETER",
		['O' - 'A'] = "OPTIONS",
		['P' - 'A'] = "PAUSE PLAY",
		['R' - 'A'] = "RECORD REDIRECT",
		['S' - 'A'] = "SETUP SET_PARAMETER",
		['T' - 'A'] = "TEARDOWN",
	};

	text_print(io, "rtsp", ": RTSP", methods);
}

void payload_smtp(struct pio *io)
{
	text_print(io, "smtp", ": SMTP", NULL);
}

void payload_ftp(struct pio *io)
{
	text_print(io, "ftp", ": FTP", NULL);
}

void payload_whois(struct pio *io)
{
	text_print(io, "whois", ": WHOIS", NULL);
}
