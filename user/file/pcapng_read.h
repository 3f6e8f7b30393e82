/* SPDX-License-Identifier: BSD-2-Clause */
/* pcapng bytes → packets, interfaces and other blocks (draft-ietf-opsawg-pcapng). Pure: no input, no
 * messages; what is wrong comes back as a phrase. */
#ifndef FILE_PCAPNG_READ_H
#define FILE_PCAPNG_READ_H

#include "file/iface.h"
#include "file/item.h"
#include "file/pcapng.h"
#include "packet.h"

#define PCAPNG_HEAD 12 /* bytes that pcapng_head looks at */

struct pcapng_reader {
	struct iface_table *table; /* borrowed; IDBs are added to it */
	struct iface **idbs;	   /* of this section */
	size_t nidbs, cap;
	struct iface *first; /* already in the table: what the next IDB says; NULL: none is */
	bool swapped;
};

/* Length of the whole block that begins at p, or 0 and *why. A section header sets the byte order. */
uint32_t pcapng_head(struct pcapng_reader *r, const uint8_t *p, const char **why);

/* A whole block of len bytes, as pcapng_head gave it. What *out points to lies in it. 0, or -EBADMSG and
 * *why, -ENOMEM. */
int pcapng_read(struct pcapng_reader *r, const uint8_t *p, uint32_t len, struct item *out, const char **why);

void pcapng_reader_clear(struct pcapng_reader *r);

#endif
