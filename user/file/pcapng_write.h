/* SPDX-License-Identifier: BSD-2-Clause */
/* Blocks of pcapng as bytes, in host byte order, whole and padded (draft-ietf-opsawg-pcapng). Pure. Strings
 * are made valid UTF-8; what is unknown or empty is left out. */
#ifndef FILE_PCAPNG_WRITE_H
#define FILE_PCAPNG_WRITE_H

#include <linux/if_packet.h>
#include <stdint.h>

#include "file/bytes.h"
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
	const char *comment;					 /* or NULL */
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

/* Any other block that was read; one that is not to be copied adds nothing. False: its type is unknown and
 * its bytes are in the other order, so that nobody can say what to swap; nothing was added. */
bool pcapng_put_block_again(struct strbuf *b, const struct block *k);

/* Upper bound of what pcapng_put_epb writes. */
static inline size_t pcapng_epb_room(const struct packet *p, const struct pcapng_epb *e)
{
	return 144 + (size_t)p->cap_len + p->options_len + (e->comment ? strlen(e->comment) * 3 : 0);
}

/* Writes at to; gives the block's length. */
size_t pcapng_put_epb(uint8_t *to, const struct packet *p, const struct pcapng_epb *e);

/* The hot path, without a call: pcapng_put_epb of a live packet before which none was lost, without verdict
 * and comment. Room: pcapng_usual_room. */
static inline size_t pcapng_put_usual(uint8_t *to, const struct packet *p, uint32_t if_no,
				      uint64_t packet_id);

static inline size_t pcapng_usual_room(const struct packet *p)
{
	return 72 + (size_t)p->cap_len;
}

/* Building bricks: a block is begun, filled, and ended by its length in both places. */
size_t pcapng_begin(struct strbuf *b, uint32_t type); /* gives what pcapng_end wants */
void pcapng_end(struct strbuf *b, size_t start);
void pcapng_option(struct strbuf *b, uint16_t code, const void *data, size_t len);
void pcapng_option_str(struct strbuf *b, uint16_t code, const char *s);

/* What both ways of writing an EPB are made of. Each reads all it needs of the packet before it writes: for
 * all that the compiler knows, what it writes may be the packet. Up to the options, and where these begin. */
static inline uint8_t *pcapng_put_epb_head(uint8_t *start, const struct packet *p, uint32_t if_no)
{
	uint32_t high = (uint32_t)(p->ts_ns >> 32), low = (uint32_t)p->ts_ns, cap_len = p->cap_len,
		 wire_len = p->wire_len > cap_len ? p->wire_len : cap_len;
	const uint8_t *data = p->data;
	uint8_t *to = start + 8;

	to = put_u32(to, if_no);
	to = put_u32(to, high);
	to = put_u32(to, low);
	to = put_u32(to, cap_len);
	to = put_u32(to, wire_len);
	put_u32(to + (cap_len & ~3u), 0);
	put_short_mem(to, data, cap_len);
	return to + pad4(cap_len);
}

static inline uint32_t pcapng_epb_flags(const struct packet *p)
{
	static const uint8_t reception[8] = {
		[PACKET_HOST] = RECEPTION_UNICAST,
		[PACKET_BROADCAST] = RECEPTION_BROADCAST,
		[PACKET_MULTICAST] = RECEPTION_MULTICAST,
		[PACKET_OTHERHOST] = RECEPTION_PROMISC,
	};
	static const uint16_t checksum[] = {
		[CSUM_VALID] = EPB_FLAGS_CSUM_VALID, [CSUM_PARTIAL] = EPB_FLAGS_CSUM_PARTIAL
	};

	return (p->dir & EPB_FLAGS_DIR) |
	       (uint32_t)(p->has_pkt_type ? reception[p->pkt_type & 7] : 0) << EPB_FLAGS_RECEPTION_SHIFT |
	       checksum[p->csum] | (p->gso ? EPB_FLAGS_GSO : 0);
}

static inline uint8_t *pcapng_put_flags_and_id(uint8_t *to, uint32_t flags, uint64_t packet_id)
{
	to = put_u16(put_u16(to, EPB_FLAGS), 4);
	to = put_u32(to, flags);
	to = put_u16(put_u16(to, EPB_PACKETID), 8);
	return put_u64(to, packet_id);
}

/* Queue 0 is not written: it goes without saying. */
static inline uint8_t *pcapng_put_queue(uint8_t *to, uint16_t queue)
{
	put_u32(put_u16(put_u16(to, EPB_QUEUE), 4), queue);
	return queue ? to + 8 : to;
}

static inline size_t pcapng_end_epb(uint8_t *start, uint8_t *to, bool options)
{
	uint32_t len;

	put_u32(to, OPT_END);
	to += options ? 4 : 0;
	len = (uint32_t)(to - start) + 4;
	put_u32(to, len);
	put_u32(put_u32(start, PCAPNG_EPB), len);
	return len;
}

static inline size_t pcapng_put_usual(uint8_t *start, const struct packet *p, uint32_t if_no,
				      uint64_t packet_id)
{
	uint32_t flags = pcapng_epb_flags(p);
	uint16_t queue = p->queue;
	uint8_t *to = pcapng_put_epb_head(start, p, if_no);

	to = pcapng_put_flags_and_id(to, flags, packet_id);
	return pcapng_end_epb(start, pcapng_put_queue(to, queue), true);
}

#endif
