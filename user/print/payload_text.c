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

/* Takes the token at `at` into tok (NUL-terminated) and gives the place of the next one; 0 if none stands
 * there. */
static size_t take_token(const struct pio *io, size_t at, char tok[TOKEN_MAX + 1])
{
	size_t have = io->len < io->cap ? io->len : io->cap, end = at, n;

	while (end < have && io->data[end] > ' ' && io->data[end] < 0x7f)
		end++;
	n = end > at ? end - at : 0;
	if (n == 0 || n > TOKEN_MAX || (end == have ? have < io->len : !is_blank(io->data[end])))
		return 0;
	memcpy(tok, io->data + at, n);
	tok[n] = '\0';
	while (end < have && io->data[end] == ' ')
		end++;
	return end;
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
		if (!((tok[0] ^ **methods) & ~0x20) && strcasecmp(tok, *methods) == 0)
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
