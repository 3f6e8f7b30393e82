/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the NFS printer (RFC 1094, RFC 1813) among themselves. rpc is where the RPC message begins
 * (RFC 5531); len is what the record says of its length. Offsets of 0 stand for "cut", as nothing begins
 * there. */
#ifndef PRINT_PAYLOAD_NFS_H
#define PRINT_PAYLOAD_NFS_H

#include "print/payload_io.h"

#define NFS_VERSION_3 3

/* Version 3's numbers; version 2's are turned into them. */
enum {
	NFS_GETATTR = 1,
	NFS_SETATTR,
	NFS_LOOKUP,
	NFS_ACCESS,
	NFS_READLINK,
	NFS_READ,
	NFS_WRITE,
	NFS_CREATE,
	NFS_MKDIR,
	NFS_SYMLINK,
	NFS_MKNOD,
	NFS_REMOVE,
	NFS_RMDIR,
	NFS_RENAME,
	NFS_LINK,
	NFS_READDIR,
	NFS_READDIRPLUS,
	NFS_FSSTAT,
	NFS_FSINFO,
	NFS_PATHCONF,
	NFS_COMMIT,
};

extern const struct word nfs_type_words[], nfs_stable_words[];

/* Appends the procedure's name and gives its number of version 3. */
uint32_t nfs_procedure(struct pio *io, uint32_t proc, bool v3);

size_t nfs_handle(struct pio *io, size_t at, bool v3);
size_t nfs_name(struct pio *io, size_t at);

struct nfs_reply {
	struct pio *io;
	size_t at;	 /* 0: cut */
	uint32_t status; /* of the call */
	bool failed;	 /* an error was printed: then a cut is not marked */
	bool v3;
};

void nfs_results(struct nfs_reply *r, uint32_t proc);

void nfs_call(struct pio *io, size_t rpc, uint32_t len);
void nfs_reply(struct pio *io, size_t rpc, uint32_t len);

/* What a reply answers: proc and version of the call it fits. */
bool nfs_find_call(struct pio *io, size_t rpc, uint32_t *proc, uint32_t *version);

#endif
