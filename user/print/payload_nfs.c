// SPDX-License-Identifier: BSD-2-Clause
/* NFS over TCP: the record mark, and what calls and replies share. */
#include "print/payload_nfs.h"

#include <sys/socket.h>

#define NFS_PORT 2049
#define NAME_PADDING_MAX 3

enum { RPC_CALL = 0, RPC_REPLY = 1 };

const struct word nfs_type_words[] = {
	{ 0, "NON" }, { 1, "REG" }, { 2, "DIR" },  { 3, "BLK" },
	{ 4, "CHR" }, { 5, "LNK" }, { 7, "FIFO" }, { 0, NULL },
};

const struct word nfs_stable_words[] = {
	{ 0, "unstable" }, { 1, "datasync" }, { 2, "filesync" }, { 0, NULL }
};

uint32_t nfs_procedure(struct pio *io, uint32_t proc, bool v3)
{
	/* 25 is a no-op of tcpdump's own, and 22 to 24 have no names. */
	static const char *const names[] = {
		"null",	  "getattr", "setattr", "lookup",      "access", "readlink", "read",
		"write",  "create",  "mkdir",	"symlink",     "mknod",	 "remove",   "rmdir",
		"rename", "link",    "readdir", "readdirplus", "fsstat", "fsinfo",   "pathconf",
		"commit", NULL,	     NULL,	NULL,	       "nop",
	};
	static const uint8_t of_version_2[] = {
		0,	   NFS_GETATTR, NFS_SETATTR, 25,	 NFS_LOOKUP, NFS_READLINK, NFS_READ,
		25,	   NFS_WRITE,	NFS_CREATE,  NFS_REMOVE, NFS_RENAME, NFS_LINK,	   NFS_SYMLINK,
		NFS_MKDIR, NFS_RMDIR,	NFS_READDIR, NFS_FSSTAT, 25,	     25,	   25,
		25,	   25,		25,	     25,	 25,
	};

	if (!v3 && proc < sizeof(of_version_2))
		proc = of_version_2[proc];
	if (proc < sizeof(names) / sizeof(names[0]) && names[proc])
		say(io, " %s", names[proc]);
	else
		say(io, " proc-%u", proc);
	return proc;
}

size_t nfs_name(struct pio *io, size_t at)
{
	uint32_t n = io_be32(io, at), padded;

	if (UINT32_MAX - n < NAME_PADDING_MAX) {
		strbuf_str(io->b, "[cannot pad to 32-bit boundaries]");
		io_invalid(io);
		return 0;
	}
	padded = (n + 3) & ~3U;
	at += 4;
	if (!io_has(io, at, padded))
		return 0;
	strbuf_char(io->b, '"');
	io_chars(io, at, n);
	strbuf_char(io->b, '"');
	return at + padded;
}

static size_t address_size(const struct pio *io)
{
	return io->payload->family == AF_INET ? 4 : 16;
}

static void remember_call(struct pio *io, size_t rpc)
{
	struct payload_calls *calls = io->set->calls;
	struct payload_call *c;

	if (!calls)
		return;
	c = &calls->calls[calls->next];
	calls->next = (calls->next + 1) % PAYLOAD_CALLS_MAX;
	c->xid = io_be32(io, rpc);
	c->version = io_be32(io, rpc + 16);
	c->proc = io_be32(io, rpc + 20);
	c->family = io->payload->family;
	memcpy(c->client, io->payload->src, address_size(io));
	memcpy(c->server, io->payload->dst, address_size(io));
}

bool nfs_find_call(struct pio *io, size_t rpc, uint32_t *proc, uint32_t *version)
{
	struct payload_calls *calls = io->set->calls;
	uint32_t xid = io_be32(io, rpc), i, k;
	const struct payload_call *c;

	for (i = 0; calls && i < PAYLOAD_CALLS_MAX; i++) {
		k = (calls->hint + i) % PAYLOAD_CALLS_MAX;
		c = &calls->calls[k];
		if (c->family != io->payload->family || c->xid != xid ||
		    memcmp(c->server, io->payload->src, address_size(io)) != 0 ||
		    memcmp(c->client, io->payload->dst, address_size(io)) != 0)
			continue;
		calls->hint = k;
		*proc = c->proc;
		*version = c->version;
		return true;
	}
	return false;
}

void payload_nfs(struct pio *io)
{
	const size_t rpc = 4;
	uint32_t len, direction;

	if (!io_has(io, 0, 4) || !io_has(io, rpc + 4, 4))
		return;
	len = io_be32(io, 0) & 0x7fffffff;
	if (len > io->len - 4)
		len = (uint32_t)io->len - 4;
	direction = io_be32(io, rpc + 4);
	if (io->payload->dport == NFS_PORT && direction == RPC_CALL) {
		say(io, ": NFS request xid %u %u", io_be32(io, rpc), len);
		io->proto = "nfs";
		if (!io_has(io, rpc + 20, 4)) {
			io_mark(io);
			return;
		}
		remember_call(io, rpc);
		nfs_call(io, rpc, len);
	} else if (io->payload->sport == NFS_PORT && direction == RPC_REPLY) {
		say(io, ": NFS reply xid %u ", io_be32(io, rpc));
		io->proto = "nfs";
		nfs_reply(io, rpc, len);
	}
}
