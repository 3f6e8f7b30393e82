// SPDX-License-Identifier: BSD-2-Clause
/* What calls return. */
#include "print/payload_nfs.h"

#include <inttypes.h>

#define ATTRIBUTES_V2 68
#define ATTRIBUTES_V3 84

static const struct word status_words[] = {
	{ 1, "Operation not permitted" },
	{ 2, "No such file or directory" },
	{ 5, "Input/output error" },
	{ 6, "Device not configured" },
	{ 11, "Resource deadlock avoided" },
	{ 12, "Cannot allocate memory" },
	{ 13, "Permission denied" },
	{ 17, "File exists" },
	{ 18, "Cross-device link" },
	{ 19, "Operation not supported by device" },
	{ 20, "Not a directory" },
	{ 21, "Is a directory" },
	{ 22, "Invalid argument" },
	{ 26, "Text file busy" },
	{ 27, "File too large" },
	{ 28, "No space left on device" },
	{ 30, "Read-only file system" },
	{ 31, "Too many links" },
	{ 45, "Operation not supported" },
	{ 62, "Too many levels of symbolic links" },
	{ 63, "File name too long" },
	{ 66, "Directory not empty" },
	{ 69, "Disc quota exceeded" },
	{ 70, "Stale NFS file handle" },
	{ 71, "Too many levels of remote in path" },
	{ 99, "Write cache flushed to disk" },
	{ 10001, "Illegal NFS file handle" },
	{ 10002, "Update synchronization mismatch" },
	{ 10003, "READDIR/READDIRPLUS cookie is stale" },
	{ 10004, "Operation not supported" },
	{ 10005, "Buffer or request is too small" },
	{ 10006, "Unspecified error on server" },
	{ 10007, "Object of that type not supported" },
	{ 10008, "Request couldn't be completed in time" },
	{ 0, NULL },
};

static void take_status(struct nfs_reply *r)
{
	r->status = io_be32(r->io, r->at);
	r->at += 4;
	if (!r->status)
		return;
	strbuf_str(r->io->b, " ERROR: ");
	io_word(r->io, status_words, r->status, "unk %u");
	r->failed = true;
}

static void put_time(struct pio *io, const char *lead, size_t at)
{
	say(io, "%s %u.%06u", lead, io_be32(io, at), io_be32(io, at + 4));
}

static void more_attributes(struct nfs_reply *r, bool v3)
{
	struct pio *io = r->io;
	size_t at = r->at, times = at + (v3 ? 60 : 44);

	if (v3) {
		say(io, " nlink %u rdev %u/%u", io_be32(io, at + 8), io_be32(io, at + 36),
		    io_be32(io, at + 40));
		say(io, " fsid %" PRIx64 " fileid %" PRIx64 " a/m/ctime", io_be64(io, at + 44),
		    io_be64(io, at + 52));
	} else {
		say(io, " nlink %u rdev 0x%x fsid 0x%x nodeid 0x%x a/m/ctime", io_be32(io, at + 8),
		    io_be32(io, at + 28), io_be32(io, at + 36), io_be32(io, at + 40));
	}
	put_time(io, "", times);
	put_time(io, "", times + 8);
	put_time(io, "", times + 16);
}

static void attributes(struct nfs_reply *r, int verbose, bool v3)
{
	size_t at = r->at, size = v3 ? ATTRIBUTES_V3 : ATTRIBUTES_V2;
	struct pio *io = r->io;

	if (!io_has(io, at, 20)) {
		r->at = 0;
		return;
	}
	if (verbose) {
		strbuf_char(io->b, ' ');
		io_word(io, nfs_type_words, io_be32(io, at), "unk-ft %u ");
		say(io, " %o ids %d/%d", io_be32(io, at + 4), (int32_t)io_be32(io, at + 12),
		    (int32_t)io_be32(io, at + 16));
		if (v3)
			say(io, " sz %" PRIu64, io_be64(io, at + 20));
		else
			say(io, " sz %u", io_be32(io, at + 20));
	}
	if (verbose > 1) {
		if (!io_has(io, at, size)) {
			r->at = 0;
			return;
		}
		more_attributes(r, v3);
	}
	r->at = at + size;
}

/* Attributes that may be missing. */
static void post_op(struct nfs_reply *r)
{
	uint32_t has = io_be32(r->io, r->at);

	r->at += 4;
	if (!has)
		return;
	if (r->io->set->verbose)
		attributes(r, r->io->set->verbose, true);
	else
		r->at += ATTRIBUTES_V3;
}

static void pre_op(struct nfs_reply *r)
{
	struct pio *io = r->io;
	uint32_t has = io_be32(io, r->at);
	size_t at = r->at += 4;

	if (!has)
		return;
	if (!io_has(io, at, 24)) {
		r->at = 0;
		return;
	}
	r->at += 24;
	if (io->set->verbose < 2)
		return;
	say(io, " sz %" PRIu64, io_be64(io, at));
	put_time(io, " mtime", at + 8);
	put_time(io, " ctime", at + 16);
}

/* Weak cache consistency: what was before, what is now. */
static void wcc(struct nfs_reply *r)
{
	if (r->io->set->verbose > 1)
		strbuf_str(r->io->b, " PRE:");
	pre_op(r);
	if (!r->at)
		return;
	if (r->io->set->verbose)
		strbuf_str(r->io->b, " POST:");
	post_op(r);
}

static void status_wcc(struct nfs_reply *r)
{
	take_status(r);
	wcc(r);
}

static void status_attributes(struct nfs_reply *r, int verbose)
{
	take_status(r);
	if (!r->status)
		attributes(r, verbose, r->v3);
}

/* Version 2's handle and attributes. */
static void directory_operation(struct nfs_reply *r)
{
	take_status(r);
	if (r->status)
		return;
	r->at = nfs_handle(r->io, r->at, false);
	if (r->at)
		attributes(r, r->io->set->verbose, false);
}

static void create(struct nfs_reply *r)
{
	uint32_t has;

	take_status(r);
	if (r->status) {
		wcc(r);
		return;
	}
	has = io_be32(r->io, r->at);
	r->at += 4;
	if (has)
		r->at = nfs_handle(r->io, r->at, true);
	if (!has || !r->at || !r->io->set->verbose)
		return;
	post_op(r);
	if (r->at && r->io->set->verbose > 1) {
		strbuf_str(r->io->b, " dir attr:");
		wcc(r);
	}
}

static void lookup(struct nfs_reply *r)
{
	if (!r->v3) {
		directory_operation(r);
		return;
	}
	take_status(r);
	if (!r->status) {
		r->at = nfs_handle(r->io, r->at, true);
		if (r->at)
			post_op(r);
	}
	if (r->at && r->io->set->verbose > 1) {
		strbuf_str(r->io->b, " post dattr:");
		post_op(r);
	}
}

static void access_reply(struct nfs_reply *r)
{
	take_status(r);
	if (r->io->set->verbose)
		strbuf_str(r->io->b, " attr:");
	post_op(r);
	if (r->at && !r->status)
		say(r->io, " c %04x", io_be32(r->io, r->at));
}

static void readlink_reply(struct nfs_reply *r)
{
	take_status(r);
	if (r->status)
		return;
	if (r->v3)
		post_op(r);
	if (!r->at)
		return;
	strbuf_char(r->io->b, ' ');
	r->at = nfs_name(r->io, r->at);
}

static void read_reply(struct nfs_reply *r)
{
	struct pio *io = r->io;

	if (!r->v3) {
		status_attributes(r, io->set->verbose);
		return;
	}
	take_status(r);
	post_op(r);
	if (!r->at || r->status || !io->set->verbose)
		return;
	say(io, " %u bytes", io_be32(io, r->at));
	if (io_be32(io, r->at + 4))
		strbuf_str(io->b, " EOF");
}

static void write_reply(struct nfs_reply *r)
{
	struct pio *io = r->io;
	uint32_t stable;

	if (!r->v3) {
		status_attributes(r, io->set->verbose);
		return;
	}
	status_wcc(r);
	if (!r->at || r->status || !io->set->verbose)
		return;
	say(io, " %u bytes", io_be32(io, r->at));
	if (io->set->verbose < 2)
		return;
	stable = io_be32(io, r->at + 4);
	strbuf_mem(io->b, " <", 2);
	io_word(io, nfs_stable_words, stable, "#%d");
	strbuf_char(io->b, '>');
	say(io, " verf %" PRIx64, io_be64(io, r->at + 8));
}

static void commit_reply(struct nfs_reply *r)
{
	status_wcc(r);
	if (r->at && r->io->set->verbose > 1)
		say(r->io, " verf %" PRIx64, io_be64(r->io, r->at));
}

static void rename_reply(struct nfs_reply *r)
{
	take_status(r);
	if (!r->v3 || !r->io->set->verbose)
		return;
	strbuf_str(r->io->b, " from:");
	wcc(r);
	if (!r->at)
		return;
	strbuf_str(r->io->b, " to:");
	wcc(r);
}

static void link_reply(struct nfs_reply *r)
{
	take_status(r);
	if (!r->v3 || !r->io->set->verbose)
		return;
	strbuf_str(r->io->b, " file POST:");
	post_op(r);
	if (!r->at)
		return;
	strbuf_str(r->io->b, " dir:");
	wcc(r);
}

static void status_post(struct nfs_reply *r)
{
	take_status(r);
	if (r->io->set->verbose)
		strbuf_str(r->io->b, " POST:");
	post_op(r);
}

static void readdir_reply(struct nfs_reply *r, bool v3)
{
	struct pio *io = r->io;

	if (v3) {
		status_post(r);
		if (!r->at || r->status || !io->set->verbose)
			return;
		io_need(io, r->at, 8);
		say(io, " verf %08x%08x", io_be32(io, r->at), io_be32(io, r->at + 4));
		return;
	}
	take_status(r);
	if (r->status)
		return;
	io_need(io, r->at, 8);
	say(io, " offset 0x%x size %u ", io_be32(io, r->at), io_be32(io, r->at + 4));
	if (io_be32(io, r->at + 8))
		strbuf_str(io->b, " eof");
}

static bool has_body(struct nfs_reply *r, size_t n)
{
	if (r->at && !io_has(r->io, r->at, n))
		r->at = 0;
	return r->at;
}

static void fsstat_v3(struct nfs_reply *r)
{
	struct pio *io = r->io;
	size_t at;

	status_post(r);
	if (!has_body(r, 52))
		return;
	at = r->at;
	say(io, " tbytes %" PRIu64 " fbytes %" PRIu64 " abytes %" PRIu64, io_be64(io, at),
	    io_be64(io, at + 8), io_be64(io, at + 16));
	if (io->set->verbose)
		say(io, " tfiles %" PRIu64 " ffiles %" PRIu64 " afiles %" PRIu64 " invar %u",
		    io_be64(io, at + 24), io_be64(io, at + 32), io_be64(io, at + 40), io_be32(io, at + 48));
}

static void fsstat_v2(struct nfs_reply *r)
{
	struct pio *io = r->io;
	size_t at;

	take_status(r);
	if (r->status || !has_body(r, 20))
		return;
	at = r->at;
	say(io, " tsize %u bsize %u blocks %u bfree %u bavail %u", io_be32(io, at), io_be32(io, at + 4),
	    io_be32(io, at + 8), io_be32(io, at + 12), io_be32(io, at + 16));
}

static void fsinfo(struct nfs_reply *r)
{
	struct pio *io = r->io;
	size_t at;

	status_post(r);
	if (r->status || !has_body(r, 48))
		return;
	at = r->at;
	say(io, " rtmax %u rtpref %u wtmax %u wtpref %u dtpref %u", io_be32(io, at), io_be32(io, at + 4),
	    io_be32(io, at + 12), io_be32(io, at + 16), io_be32(io, at + 24));
	if (!io->set->verbose)
		return;
	say(io, " rtmult %u wtmult %u maxfsz %" PRIu64, io_be32(io, at + 8), io_be32(io, at + 20),
	    io_be64(io, at + 28));
	put_time(io, " delta", at + 36);
	strbuf_char(io->b, ' ');
}

static void pathconf(struct nfs_reply *r)
{
	static const char *const words[] = { "notrunc", "chownres", "igncase", "keepcase" };
	struct pio *io = r->io;
	size_t i;

	status_post(r);
	if (r->status || !has_body(r, 24))
		return;
	say(io, " linkmax %u namemax %u", io_be32(io, r->at), io_be32(io, r->at + 4));
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		say(io, " %s", io_be32(io, r->at + 8 + 4 * i) ? words[i] : "");
}

void nfs_results(struct nfs_reply *r, uint32_t proc)
{
	switch (proc) {
	case NFS_GETATTR:
		status_attributes(r, 1);
		break;
	case NFS_SETATTR:
		if (r->v3)
			status_wcc(r);
		else
			status_attributes(r, 1);
		break;
	case NFS_LOOKUP:
		lookup(r);
		break;
	case NFS_ACCESS:
		access_reply(r);
		break;
	case NFS_READLINK:
		readlink_reply(r);
		break;
	case NFS_READ:
		read_reply(r);
		break;
	case NFS_WRITE:
		write_reply(r);
		break;
	case NFS_CREATE:
	case NFS_MKDIR:
		if (r->v3)
			create(r);
		else
			directory_operation(r);
		break;
	case NFS_SYMLINK:
		if (r->v3)
			create(r);
		else
			take_status(r);
		break;
	case NFS_MKNOD:
		create(r);
		break;
	case NFS_REMOVE:
	case NFS_RMDIR:
		if (r->v3)
			status_wcc(r);
		else
			take_status(r);
		break;
	case NFS_RENAME:
		rename_reply(r);
		break;
	case NFS_LINK:
		link_reply(r);
		break;
	case NFS_READDIR:
	case NFS_READDIRPLUS:
		readdir_reply(r, r->v3 || proc == NFS_READDIRPLUS);
		break;
	case NFS_FSSTAT:
		if (r->v3)
			fsstat_v3(r);
		else
			fsstat_v2(r);
		break;
	case NFS_FSINFO:
		fsinfo(r);
		break;
	case NFS_PATHCONF:
		pathconf(r);
		break;
	case NFS_COMMIT:
		commit_reply(r);
		break;
	}
}
