// SPDX-License-Identifier: BSD-2-Clause
#include "file/unpack.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

struct unpack {
	enum unpack_kind kind;
	bool whole;
	z_stream gz;
	ZSTD_DStream *zstd;
};

enum unpack_kind unpack_kind_of(const uint8_t *p, size_t len)
{
	if (len >= 2 && p[0] == 0x1f && p[1] == 0x8b)
		return UNPACK_GZIP;
	if (len >= 4 && p[0] == 0x28 && p[1] == 0xb5 && p[2] == 0x2f && p[3] == 0xfd)
		return UNPACK_ZSTD;
	if (len >= 4 && p[0] >> 4 == 5 && p[1] == 0x2a && p[2] == 0x4d && p[3] == 0x18)
		return UNPACK_ZSTD; /* a frame that is passed over, as pzstd begins */
	return UNPACK_NONE;
}

struct unpack *unpack_new(enum unpack_kind kind)
{
	struct unpack *u = calloc(1, sizeof(*u));
	bool ok;

	if (!u)
		return NULL;
	u->kind = kind;
	if (kind == UNPACK_GZIP)
		ok = inflateInit2(&u->gz, 16 + MAX_WBITS) == Z_OK;
	else
		ok = (u->zstd = ZSTD_createDStream()) != NULL;
	if (ok)
		return u;
	free(u);
	return NULL;
}

static int run_gzip(struct unpack *u, struct unpack_io *io)
{
	int r;

	if (u->whole) { /* another member */
		inflateReset(&u->gz);
		u->whole = false;
	}
	u->gz.next_in = (uint8_t *)(uintptr_t)io->in;
	u->gz.avail_in = (uInt)io->in_len;
	u->gz.next_out = io->out;
	u->gz.avail_out = (uInt)io->out_room;
	r = inflate(&u->gz, Z_NO_FLUSH);
	io->in = u->gz.next_in;
	io->in_len = u->gz.avail_in;
	io->out = u->gz.next_out;
	io->out_room = u->gz.avail_out;
	u->whole = r == Z_STREAM_END;
	return r == Z_OK || r == Z_STREAM_END || r == Z_BUF_ERROR ? 0 : -EBADMSG;
}

static int run_zstd(struct unpack *u, struct unpack_io *io)
{
	ZSTD_inBuffer in = { io->in, io->in_len, 0 };
	ZSTD_outBuffer out = { io->out, io->out_room, 0 };
	size_t r = ZSTD_decompressStream(u->zstd, &out, &in);

	io->in += in.pos;
	io->in_len -= in.pos;
	io->out += out.pos;
	io->out_room -= out.pos;
	u->whole = r == 0;
	return ZSTD_isError(r) ? -EBADMSG : 0;
}

/* Zeros behind a member fill the last block of a tape or disk, and are passed over as by gzip(1). */
static void skip_padding(struct unpack_io *io)
{
	for (; io->in_len && !*io->in; io->in_len--)
		io->in++;
}

int unpack_run(struct unpack *u, struct unpack_io *io)
{
	if (u->whole && u->kind == UNPACK_GZIP)
		skip_padding(io);
	if (!io->in_len && u->whole)
		return 0;
	return u->kind == UNPACK_GZIP ? run_gzip(u, io) : run_zstd(u, io);
}

bool unpack_whole(const struct unpack *u)
{
	return u->whole;
}

void unpack_free(struct unpack *u)
{
	if (!u)
		return;
	if (u->kind == UNPACK_GZIP)
		inflateEnd(&u->gz);
	ZSTD_freeDStream(u->zstd);
	free(u);
}
