// SPDX-License-Identifier: BSD-2-Clause
#include "flow/firstline.h"

#include <stdio.h>
#include <string.h>

#define TLS_ALERT 21
#define TLS_HANDSHAKE 22
#define CLIENT_HELLO 1
#define SERVER_HELLO 2
#define EXT_SERVER_NAME 0
#define TLS_RECORD_MAX (1u << 14) /* RFC 8446, 5.1 */

/* What is left to read; reading past the end empties it and sets over. */
struct bytes {
	const uint8_t *at;
	size_t left;
	bool over;
};

static uint32_t take(struct bytes *b, unsigned int n)
{
	uint32_t v = 0;

	if (b->left < n) {
		b->left = 0;
		b->over = true;
		return 0;
	}
	for (unsigned int i = 0; i < n; i++)
		v = v << 8 | b->at[i];
	b->at += n;
	b->left -= n;
	return v;
}

static void skip(struct bytes *b, size_t n)
{
	if (n > b->left) {
		n = b->left;
		b->over = true;
	}
	b->at += n;
	b->left -= n;
}

static bool begins(const uint8_t *p, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(p, with, n) == 0;
}

static void copy_line(char *out, size_t size, const uint8_t *p, size_t len)
{
	size_t n = 0;

	while (n < len && n + 1 < size && p[n] >= ' ' && p[n] < 127) {
		out[n] = (char)p[n];
		n++;
	}
	out[n] = '\0';
}

static bool text_line(char *out, size_t size, const uint8_t *p, size_t len)
{
	static const char *const known[] = {
		"GET ",	    "HEAD ",	 "POST ",     "PUT ",	"DELETE ", "CONNECT ",
		"OPTIONS ", "TRACE ",	 "PATCH ",    "HTTP/1", "SSH-",	   "PRI * HTTP/2.0\r",
		"RTSP/1.0", "PROPFIND ", "DESCRIBE ", "EHLO ",	"HELO ",   "220 ",
		"220-",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!begins(p, len, known[i]))
			continue;
		copy_line(out, size, p, len);
		return true;
	}
	return false;
}

/* The first host name of a server_name extension. */
static bool server_name(char *out, size_t size, struct bytes ext)
{
	uint32_t n;

	take(&ext, 2);
	if (take(&ext, 1) != 0)
		return false;
	n = take(&ext, 2);
	if (ext.over || n > ext.left)
		return false;
	copy_line(out, size, ext.at, n);
	return out[0];
}

static bool find_server_name(char *out, size_t size, struct bytes *b)
{
	skip(b, 2 + 32);     /* version, random */
	skip(b, take(b, 1)); /* session id */
	skip(b, take(b, 2)); /* cipher suites */
	skip(b, take(b, 1)); /* compression methods */
	take(b, 2);
	while (!b->over && b->left >= 4) {
		uint32_t type = take(b, 2), n = take(b, 2);

		if (type == EXT_SERVER_NAME && n <= b->left)
			return server_name(out, size, (struct bytes){ b->at, n, false });
		skip(b, n);
	}
	return false;
}

/* RFC 8446, 6 */
static const char *alert_name(uint32_t description)
{
	static const struct {
		uint8_t number;
		const char *name;
	} names[] = {
		{ 0, "close_notify" },
		{ 10, "unexpected_message" },
		{ 20, "bad_record_mac" },
		{ 40, "handshake_failure" },
		{ 42, "bad_certificate" },
		{ 43, "unsupported_certificate" },
		{ 44, "certificate_revoked" },
		{ 45, "certificate_expired" },
		{ 46, "certificate_unknown" },
		{ 47, "illegal_parameter" },
		{ 48, "unknown_ca" },
		{ 49, "access_denied" },
		{ 50, "decode_error" },
		{ 51, "decrypt_error" },
		{ 70, "protocol_version" },
		{ 71, "insufficient_security" },
		{ 80, "internal_error" },
		{ 86, "inappropriate_fallback" },
		{ 109, "missing_extension" },
		{ 112, "unrecognized_name" },
		{ 116, "certificate_required" },
		{ 120, "no_application_protocol" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].number == description)
			return names[i].name;
	return NULL;
}

int flow_alert(const uint8_t *p, size_t len, bool *fatal)
{
	struct bytes b = { p, len, false };
	uint32_t kind = take(&b, 1), version = take(&b, 2), n = take(&b, 2), level = take(&b, 1),
		 what = take(&b, 1);

	if (b.over || kind != TLS_ALERT || version >> 8 != 3 || n != 2 || (level != 1 && level != 2))
		return -1;
	*fatal = level == 2;
	return (int)what;
}

void flow_alert_words(char *out, size_t size, int alert)
{
	const char *name = alert_name((uint32_t)alert);

	if (name)
		snprintf(out, size, "TLS Alert %s", name);
	else
		snprintf(out, size, "TLS Alert %d", alert);
}

static bool tls_line(char *out, size_t size, const uint8_t *p, size_t len)
{
	struct bytes b = { p, len, false };
	char name[256];
	uint32_t kind = take(&b, 1);
	bool fatal;
	int alert;

	alert = flow_alert(p, len, &fatal);
	if (alert >= 0) {
		flow_alert_words(out, size, alert);
		return true;
	}
	if (kind != TLS_HANDSHAKE || take(&b, 1) != 3)
		return false;
	take(&b, 1 + 2);
	kind = take(&b, 1);
	take(&b, 3);
	if (b.over)
		return false;
	if (kind == SERVER_HELLO) {
		snprintf(out, size, "TLS ServerHello");
		return true;
	}
	if (kind != CLIENT_HELLO)
		return false;
	if (find_server_name(name, sizeof(name), &b))
		snprintf(out, size, FLOW_HELLO " %s", name);
	else
		snprintf(out, size, FLOW_HELLO);
	return true;
}

size_t flow_hello_bytes(const uint8_t *p, size_t len)
{
	size_t record = len < 6 ? 0 : (size_t)(p[3] << 8 | p[4]);

	if (!record || record > TLS_RECORD_MAX || p[0] != TLS_HANDSHAKE || p[1] != 3 || p[5] != CLIENT_HELLO)
		return 0;
	return 5 + record;
}

bool flow_first_line(char *out, size_t size, const uint8_t *p, size_t len)
{
	out[0] = '\0';
	return text_line(out, size, p, len) || tls_line(out, size, p, len);
}

char *flow_first_line_dup(const uint8_t *p, size_t len)
{
	char line[FLOW_FIRST_LINE];

	return flow_first_line(line, sizeof(line), p, len) ? strdup(line) : NULL;
}
