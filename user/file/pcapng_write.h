/* SPDX-License-Identifier: BSD-2-Clause */
/* Blocks of pcapng as bytes, in host byte order, whole and padded (draft-ietf-opsawg-pcapng). Pure. Strings
 * are made valid UTF-8; what is unknown or empty is left out. */
#ifndef FILE_PCAPNG_WRITE_H
#define FILE_PCAPNG_WRITE_H

#include <stdint.h>

#include "file/iface.h"
#include "file/pcapng.h"
#include "packet.h"
#include "util/strbuf.h"

struct pcapng_shb {
	const char *hardware, *os, *userappl; /* NULL: left out */
	const char *const *comments;	      /* ncomments of them */
	size_t ncomments;
	const uint8_t *options; /* of a section that was read: written first, and what they hold is not
				   written again */
	uint32_t options_len;
	bool options_swapped;
};

struct pcapng_isb {
	uint64_t ts_ns, start_ns, end_ns;			 /* start, end: 0 unknown */
	uint64_t ifrecv, ifdrop, filteraccept, osdrop, usrdeliv; /* UINT64_MAX unknown */
};

struct pcapng_epb {
	uint32_t if_no;
	uint64_t packet_id; /* of live packets */
	bool verdict;	    /* write that we let it pass; Wireshark 4.0 rewrites this option wrongly */
	const char *comment;
};

void pcapng_put_shb(struct strbuf *b, const struct pcapng_shb *s);
/* snaplen: the file's, since libpcap refuses a file whose interfaces differ. */
void pcapng_put_idb(struct strbuf *b, const struct iface *i, uint32_t snaplen, const char *os);
void pcapng_put_isb(struct strbuf *b, uint32_t if_no, const struct pcapng_isb *s);

/* One record of an NRB, and the block that n bytes of them make. */
void pcapng_put_name(struct strbuf *b, int family, const uint8_t *addr, const char *name);
void pcapng_put_nrb(struct strbuf *b, const void *records, size_t n);

/* An ISB that was read: for interface if_no now, its times become ns. */
void pcapng_put_isb_again(struct strbuf *b, uint32_t if_no, const struct block *isb);

/* Any other block that was read. False: its type is unknown and its bytes are in the other order, so that
 * nobody can say what to swap; nothing was added. */
bool pcapng_put_block_again(struct strbuf *b, const struct block *k);

/* Upper bound of what pcapng_put_epb writes. */
static inline size_t pcapng_epb_room(const struct packet *p, const struct pcapng_epb *e)
{
	return 144 + (size_t)p->cap_len + p->options_len + (e->comment ? strlen(e->comment) * 3 : 0);
}

/* Writes at to; gives the block's length. The hot path: nothing else is called for a packet. */
size_t pcapng_put_epb(uint8_t *to, const struct packet *p, const struct pcapng_epb *e);

/* Building bricks: a block is begun, filled, and ended by its length in both places. */
size_t pcapng_begin(struct strbuf *b, uint32_t type); /* gives what pcapng_end wants */
void pcapng_end(struct strbuf *b, size_t start);
void pcapng_option(struct strbuf *b, uint16_t code, const void *data, size_t len);
void pcapng_option_str(struct strbuf *b, uint16_t code, const char *s);

#endif
