// SPDX-License-Identifier: BSD-2-Clause
/* Protocols that are lines of text: HTTP, RTSP, SMTP, FTP, whois. */
#include "print/payload_io.h"

#include <strings.h>

#define TOKEN_MAX 128

static bool is_print(uint8_t c)
{
	return c >= 0x20 && c < 0x7f;
}

/* Takes the token at `at` into tok (NUL-terminated) and gives the place of the next one; 0 if none stands
 * there. */
static size_t take_token(const struct pio *io, size_t at, char tok[TOKEN_MAX + 1])
{
	size_t n = 0;
	uint8_t c;

	for (; at < io->len; at++) {
		if (at >= io->cap)
			return 0;
		c = io->data[at];
		if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			break;
		if (!is_print(c) || n == TOKEN_MAX)
			return 0;
		tok[n++] = (char)c;
	}
	tok[n] = '\0';
	while (at < io->len && at < io->cap && io->data[at] == ' ')
		at++;
	return n ? at : 0;
}

/* Appends the line at `at` behind prefix, without its end, and gives the place of the next one; 0 if the text
 * ends here: cut, unfinished, or no text. */
static size_t text_line(struct pio *io, const char *prefix, size_t at)
{
	size_t i, next = 0;

	for (i = at; i < io->len; i++) {
		uint8_t c = io_u8(io, i);

		if (c == '\n') {
			next = i + 1;
			break;
		}
		if (c == '\r') {
			if (i + 1 >= io->len || io_u8(io, i + 1) != '\n')
				return 0;
			next = i + 2;
			break;
		}
		if (!is_print(c) && c != '\t')
			return 0;
	}
	strbuf_str(io->b, prefix);
	io_text(io, at, i - at);
	if (!next)
		io_mark(io);
	return next;
}

static bool is_reply_code(const char *tok)
{
	return strspn(tok, "0123456789") == 3 && tok[3] == '\0';
}

/* Is the first line a request by one of these methods, or a reply whose second token is a code? */
static bool starts_message(const struct pio *io, const char *const *methods)
{
	char tok[TOKEN_MAX + 1];
	size_t at = take_token(io, 0, tok);

	if (!at)
		return false;
	for (; *methods; methods++)
		if (strcasecmp(tok, *methods) == 0)
			return true;
	return take_token(io, at, tok) && is_reply_code(tok);
}

/* methods NULL: every payload is text. With -v the whole text, else its first line. */
static void text_print(struct pio *io, const char *proto, const char *const *methods)
{
	size_t at = 0;

	strbuf_mem(io->b, ": ", 2);
	io->proto = proto;
	io_proto_caps(io);
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
	static const char *const methods[] = {
		"GET",
		"HEAD",
		"POST",
		"PUT",
		"DELETE",
		"OPTIONS",
		"CONNECT",
		"TRACE",
		"COPY",
		"LOCK",
		"MOVE",
		"POLL",
		"BCOPY",
		"BMOVE",
		"MKCOL",
		"LABEL",
		"MERGE",
		"SEARCH",
		"UNLOCK",
		"REPORT",
		"UPDATE",
		"NOTIFY",
		"BDELETE",
		"CHECKIN",
		"PROPFIND",
		"CHECKOUT",
		"CCM_POST",
		"SUBSCRIBE",
		"PROPPATCH",
		"BPROPFIND",
		"BPROPPATCH",
		"UNCHECKOUT",
		"MKACTIVITY",
		"MKWORKSPACE",
		"UNSUBSCRIBE",
		"RPC_CONNECT",
		"VERSION-CONTROL",
		"BASELINE-CONTROL",
		NULL,
	};

	text_print(io, "http", methods);
}

void payload_rtsp(struct pio *io)
{
	static const char *const methods[] = {
		"DESCRIBE", "ANNOUNCE", "GET_PARAMETER", "OPTIONS",	  "PAUSE",    "PLAY",
		"RECORD",   "REDIRECT", "SETUP",	 "SET_PARAMETER", "TEARDOWN", NULL,
	};

	text_print(io, "rtsp", methods);
}

void payload_smtp(struct pio *io)
{
	text_print(io, "smtp", NULL);
}

void payload_ftp(struct pio *io)
{
	text_print(io, "ftp", NULL);
}

void payload_whois(struct pio *io)
{
	text_print(io, "whois", NULL);
}
