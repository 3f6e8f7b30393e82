// SPDX-License-Identifier: BSD-2-Clause
#include "file/rotation.h"

static int digits(uint64_t n)
{
	int d = 0;

	for (; n; n /= 10)
		d++;
	return d;
}

static void expand(struct strbuf *out, const char *format, const struct tm *when)
{
	size_t room = strlen(format) + 256, n;

	/* what strftime makes empty, or cannot make at all, is taken as it stands */
	if (!strbuf_room(out, room))
		return;
	n = strftime(out->s + out->len, room, format, when);
	if (n)
		out->len += n;
	else
		strbuf_str(out, format);
}

void rotation_name(struct strbuf *out, const struct rotation *r, const struct tm *when, uint64_t n)
{
	size_t path_len = strlen(r->path), suffix_len = strlen(r->suffix);
	struct strbuf path = { 0 };

	/* -w f.pcapng.gz --compress gzip needs no second ending */
	if (suffix_len && path_len > suffix_len && !strcmp(r->path + path_len - suffix_len, r->suffix))
		path_len -= suffix_len;
	strbuf_mem(&path, r->path, path_len);
	if (r->seconds)
		expand(out, strbuf_cstr(&path), when);
	else
		strbuf_mem(out, path.s, path.len);
	out->failed |= path.failed;
	strbuf_free(&path);
	if ((r->bytes || r->numbered) && (n || r->files))
		strbuf_u64_pad(out, n, r->files ? digits(r->files - 1) : 1);
	strbuf_str(out, r->suffix);
}
