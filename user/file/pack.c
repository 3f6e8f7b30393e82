// SPDX-License-Identifier: BSD-2-Clause
#include "file/pack.h"

#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#define GZIP_LEVEL 3 /* a capture cannot wait */
#define ROOM (64u << 10)

struct pack {
	enum pack_kind kind;
	z_stream gz;
	ZSTD_CStream *zstd;
};

const char *pack_suffix(enum pack_kind kind)
{
	return kind == PACK_GZIP ? ".gz" : kind == PACK_ZSTD ? ".zst" : "";
}

struct pack *pack_new(enum pack_kind kind)
{
	struct pack *p = calloc(1, sizeof(*p));
	bool ok;

	if (!p)
		return NULL;
	p->kind = kind;
	if (kind == PACK_GZIP)
		ok = deflateInit2(&p->gz, GZIP_LEVEL, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) ==
		     Z_OK;
	else
		ok = (p->zstd = ZSTD_createCStream()) != NULL;
	if (ok)
		return p;
	free(p);
	return NULL;
}

static bool run_gzip(struct pack *p, struct strbuf *out, const void *bytes, size_t n, bool last)
{
	p->gz.next_in = (uint8_t *)(uintptr_t)bytes;
	p->gz.avail_in = (uInt)n;
	do {
		if (!strbuf_room(out, ROOM))
			return false;
		p->gz.next_out = (uint8_t *)out->s + out->len;
		p->gz.avail_out = (uInt)(out->cap - out->len);
		deflate(&p->gz, last ? Z_FINISH : Z_SYNC_FLUSH);
		out->len = out->cap - p->gz.avail_out;
	} while (p->gz.avail_out == 0);
	return true;
}

static bool run_zstd(struct pack *p, struct strbuf *out, const void *bytes, size_t n, bool last)
{
	ZSTD_inBuffer in = { bytes, n, 0 };
	size_t left;

	do {
		ZSTD_outBuffer to;

		if (!strbuf_room(out, ROOM))
			return false;
		to = (ZSTD_outBuffer){ out->s + out->len, out->cap - out->len, 0 };
		left = ZSTD_compressStream2(p->zstd, &to, &in, last ? ZSTD_e_end : ZSTD_e_flush);
		if (ZSTD_isError(left))
			return false;
		out->len += to.pos;
	} while (left);
	return true;
}

bool pack_run(struct pack *p, struct strbuf *out, const void *bytes, size_t n, bool last)
{
	return p->kind == PACK_GZIP ? run_gzip(p, out, bytes, n, last) : run_zstd(p, out, bytes, n, last);
}

void pack_free(struct pack *p)
{
	if (!p)
		return;
	if (p->kind == PACK_GZIP)
		deflateEnd(&p->gz);
	ZSTD_freeCStream(p->zstd);
	free(p);
}
