// SPDX-License-Identifier: BSD-2-Clause
/* RPC's part of a reply (RFC 5531, 9). */
#include "print/payload_nfs.h"

enum { ACCEPTED = 0, DENIED = 1, DENIED_VERSION = 0, DENIED_AUTH = 1 };

static const struct word auth_words[] = {
	{ 0, "OK" },
	{ 1, "Bogus Credentials (seal broken)" },
	{ 2, "Rejected Credentials (client should begin new session)" },
	{ 3, "Bogus Verifier (seal broken)" },
	{ 4, "Verifier expired or was replayed" },
	{ 5, "Credentials are too weak" },
	{ 6, "Bogus response verifier" },
	{ 7, "Unknown failure" },
	{ 0, NULL },
};

static const struct word accept_words[] = {
	{ 1, "PROG_UNAVAIL" }, { 2, "PROG_MISMATCH" }, { 3, "PROC_UNAVAIL" },
	{ 4, "GARBAGE_ARGS" }, { 5, "SYSTEM_ERR" },    { 0, NULL },
};

/* Past the verifier to the results. */
static void begin(struct nfs_reply *r, size_t rpc, uint32_t len)
{
	uint32_t n = io_be32(r->io, rpc + 16), stat;

	r->at = 0;
	if (n >= len)
		return;
	rpc += 12 + (((size_t)n + 11) & ~(size_t)3);
	stat = io_be32(r->io, rpc);
	if (stat) {
		strbuf_char(r->io->b, ' ');
		io_word(r->io, accept_words, stat, "ar_stat %u");
		r->failed = true;
		return;
	}
	r->at = rpc + 4;
}

static void accepted(struct pio *io, size_t rpc, uint32_t len)
{
	struct nfs_reply r = { .io = io };
	uint32_t proc, version;

	say(io, "reply ok %u", len);
	if (!nfs_find_call(io, rpc, &proc, &version))
		return;
	r.v3 = version == NFS_VERSION_3;
	proc = nfs_procedure(io, proc, r.v3);
	if (proc < NFS_GETATTR || proc > NFS_COMMIT)
		return;
	begin(&r, rpc, len);
	if (r.at)
		nfs_results(&r, proc);
	if (!r.at && !r.failed)
		io_mark(io);
}

static bool denied(struct pio *io, size_t rpc, uint32_t len)
{
	uint32_t why;

	say(io, "reply ERR %u: ", len);
	if (!io_has(io, rpc + 12, 4))
		return false;
	why = io_be32(io, rpc + 12);
	if (why > DENIED_AUTH) {
		say(io, "Unknown reason for rejecting rpc message %u", why);
		return true;
	}
	if (!io_has(io, rpc + 16, why == DENIED_VERSION ? 8 : 4))
		return false;
	if (why == DENIED_VERSION) {
		say(io, "RPC Version mismatch (%u-%u)", io_be32(io, rpc + 16), io_be32(io, rpc + 20));
	} else {
		strbuf_str(io->b, "Auth ");
		io_word(io, auth_words, io_be32(io, rpc + 16), "Invalid failure code %u");
	}
	return true;
}

void nfs_reply(struct pio *io, size_t rpc, uint32_t len)
{
	uint32_t stat;

	if (!io_has(io, rpc + 8, 4)) {
		io_mark(io);
		return;
	}
	stat = io_be32(io, rpc + 8);
	if (stat == ACCEPTED)
		accepted(io, rpc, len);
	else if (stat != DENIED)
		say(io, "reply Unknown rpc response code=%u %u", stat, len);
	else if (!denied(io, rpc, len))
		io_mark(io);
}
