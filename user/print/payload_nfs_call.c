// SPDX-License-Identifier: BSD-2-Clause
#include "print/payload_nfs.h"

#include <inttypes.h>

enum { TIME_CLIENTS = 2 };
enum { TYPE_BLOCK = 3, TYPE_CHARACTER = 4 };
enum { ACCESS_ALL = 0x3f };

/* Past an opaque authentication of at most *left bytes; 0 if it is cut. */
static size_t skip_auth(struct pio *io, size_t at, uint32_t *left, bool more)
{
	uint32_t n, padded;

	if (*left < 8)
		return 0;
	n = io_be32(io, at + 4);
	padded = (n + 3) & ~3U; /* wraps as tcpdump's does */
	if (!io_has(io, at + 8, padded))
		return 0;
	if ((uint64_t)padded + 8 + (more ? 1 : 0) > *left)
		return 0;
	*left -= padded + 8;
	return at + (((size_t)n + 11) & ~(size_t)3);
}

/* Where the arguments begin, behind credentials and verifier; 0: cut. */
static size_t arguments(struct pio *io, size_t rpc, uint32_t len)
{
	size_t at = skip_auth(io, rpc + 24, &len, false);

	return at ? skip_auth(io, at, &len, true) : 0;
}

/* Handle and name, as most calls have them. */
static size_t handle_name(struct pio *io, size_t at, bool v3)
{
	at = nfs_handle(io, at, v3);
	if (!at)
		return 0;
	strbuf_char(io->b, ' ');
	return nfs_name(io, at);
}

/* Version 3's settable attributes. */
struct attributes {
	uint32_t has_mode, mode, has_uid, uid, has_gid, gid;
	uint32_t atime_kind, atime[2], mtime_kind, mtime[2];
};

static uint32_t next32(struct pio *io, size_t *at)
{
	uint32_t v = io_be32(io, *at);

	*at += 4;
	return v;
}

static uint32_t optional32(struct pio *io, size_t *at, uint32_t *v)
{
	uint32_t has = next32(io, at);

	if (has)
		*v = next32(io, at);
	return has;
}

static uint32_t optional_time(struct pio *io, size_t *at, uint32_t t[2])
{
	uint32_t kind = next32(io, at);

	if (kind == TIME_CLIENTS) {
		t[0] = next32(io, at);
		t[1] = next32(io, at);
	}
	return kind;
}

static size_t take_attributes(struct pio *io, size_t at, struct attributes *a)
{
	uint32_t size;

	a->has_mode = optional32(io, &at, &a->mode);
	a->has_uid = optional32(io, &at, &a->uid);
	a->has_gid = optional32(io, &at, &a->gid);
	optional32(io, &at, &size);
	a->atime_kind = optional_time(io, &at, a->atime);
	a->mtime_kind = optional_time(io, &at, a->mtime);
	return at;
}

static void put_attributes(struct pio *io, const struct attributes *a)
{
	if (!io->set->verbose)
		return;
	if (a->has_mode)
		say(io, " mode %o", a->mode);
	if (a->has_uid)
		say(io, " uid %u", a->uid);
	if (a->has_gid)
		say(io, " gid %u", a->gid);
	if (io->set->verbose < 2)
		return;
	if (a->atime_kind == TIME_CLIENTS)
		say(io, " atime %u.%06u", a->atime[0], a->atime[1]);
	if (a->mtime_kind == TIME_CLIENTS)
		say(io, " mtime %u.%06u", a->mtime[0], a->mtime[1]);
}

static void access_bits(struct pio *io, uint32_t v)
{
	static const char *const names[] = { "READ", "LOOKUP", "MODIFY", "EXTEND", "DELETE", "EXECUTE" };
	char lead = ' ';
	size_t i;

	if (v & ~(uint32_t)ACCESS_ALL) {
		say(io, " %04x", v);
		return;
	}
	if (v == ACCESS_ALL) {
		strbuf_str(io->b, " NFS_ACCESS_FULL");
		return;
	}
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (v & 1U << i) {
			say(io, "%cNFS_ACCESS_%s", lead, names[i]);
			lead = '|';
		}
}

static void read_call(struct pio *io, size_t at, bool v3)
{
	io_need(io, at, v3 ? 12 : 8);
	if (v3)
		say(io, " %u bytes @ %" PRIu64, io_be32(io, at + 8), io_be64(io, at));
	else
		say(io, " %u bytes @ %u", io_be32(io, at + 4), io_be32(io, at));
}

static void write_call(struct pio *io, size_t at, bool v3)
{
	if (!v3) {
		io_need(io, at, 16);
		say(io, " %u (%u) bytes @ %u (%u)", io_be32(io, at + 12), io_be32(io, at + 8),
		    io_be32(io, at + 4), io_be32(io, at));
		return;
	}
	io_need(io, at, 20);
	say(io, " %u (%u) bytes @ %" PRIu64, io_be32(io, at + 16), io_be32(io, at + 8), io_be64(io, at));
	if (io->set->verbose) {
		strbuf_mem(io->b, " <", 2);
		io_word(io, nfs_stable_words, io_be32(io, at + 12), "#%d");
		strbuf_char(io->b, '>');
	}
}

static void readdir_call(struct pio *io, size_t at, bool v3, bool plus)
{
	if (!v3 && !plus) {
		io_need(io, at, 8);
		say(io, " %u bytes @ %u", io_be32(io, at + 4), io_be32(io, at));
		return;
	}
	io_need(io, at, 20);
	say(io, " %u bytes @ %" PRId64, io_be32(io, at + 16), (int64_t)io_be64(io, at));
	if (!io->set->verbose)
		return;
	if (plus)
		say(io, " max %u", io_be32(io, at + 20));
	say(io, " verf %08x%08x", io_be32(io, at + 8), io_be32(io, at + 12));
}

static bool symlink_call(struct pio *io, size_t at, bool v3)
{
	struct attributes a = { 0 };

	at = handle_name(io, at, v3);
	if (!at)
		return false;
	strbuf_str(io->b, " ->");
	if (v3)
		at = take_attributes(io, at, &a);
	if (!nfs_name(io, at))
		return false;
	if (v3)
		put_attributes(io, &a);
	return true;
}

static bool mknod_call(struct pio *io, size_t at, bool v3)
{
	struct attributes a = { 0 };
	uint32_t type;

	at = handle_name(io, at, v3);
	if (!at)
		return false;
	type = io_be32(io, at);
	at = take_attributes(io, at + 4, &a);
	strbuf_char(io->b, ' ');
	io_word(io, nfs_type_words, type, "unk-ft %u");
	if (io->set->verbose && (type == TYPE_CHARACTER || type == TYPE_BLOCK)) {
		io_need(io, at, 8);
		say(io, " %u/%u", io_be32(io, at), io_be32(io, at + 4));
	}
	put_attributes(io, &a);
	return true;
}

/* From the one to the other; a link's source has no name. */
static bool two_names(struct pio *io, size_t at, bool v3, bool link)
{
	at = link ? nfs_handle(io, at, v3) : handle_name(io, at, v3);
	if (!at)
		return false;
	strbuf_str(io->b, " ->");
	return handle_name(io, at, v3) != 0;
}

/* What follows the handle. */
static void behind_handle(struct pio *io, uint32_t proc, size_t at, bool v3)
{
	switch (proc) {
	case NFS_ACCESS:
		access_bits(io, io_be32(io, at));
		break;
	case NFS_READ:
		read_call(io, at, v3);
		break;
	case NFS_WRITE:
		write_call(io, at, v3);
		break;
	case NFS_READDIR:
	case NFS_READDIRPLUS:
		readdir_call(io, at, v3, proc == NFS_READDIRPLUS);
		break;
	case NFS_COMMIT:
		read_call(io, at, true);
		break;
	default:
		break;
	}
}

/* False: cut. */
static bool call(struct pio *io, uint32_t proc, size_t rpc, uint32_t len, bool v3)
{
	size_t at;

	if (proc < NFS_GETATTR || proc > NFS_COMMIT)
		return true;
	at = arguments(io, rpc, len);
	if (!at)
		return false;
	switch (proc) {
	case NFS_LOOKUP:
	case NFS_CREATE:
	case NFS_MKDIR:
	case NFS_REMOVE:
	case NFS_RMDIR:
		return handle_name(io, at, v3) != 0;
	case NFS_SYMLINK:
		return symlink_call(io, at, v3);
	case NFS_MKNOD:
		return mknod_call(io, at, v3);
	case NFS_RENAME:
	case NFS_LINK:
		return two_names(io, at, v3, proc == NFS_LINK);
	default:
		at = nfs_handle(io, at, v3);
		if (!at)
			return false;
		behind_handle(io, proc, at, v3);
		return true;
	}
}

void nfs_call(struct pio *io, size_t rpc, uint32_t len)
{
	bool v3 = io_be32(io, rpc + 16) == NFS_VERSION_3;
	uint32_t proc = nfs_procedure(io, io_be32(io, rpc + 20), v3);

	if (!call(io, proc, rpc, len, v3))
		io_mark(io);
}
