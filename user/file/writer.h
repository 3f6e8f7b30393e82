/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands in a capture file, in order: the header, interfaces before their first packet, packets,
 * statistics. It may be closed and opened again under another name: each file is whole in itself. */
#ifndef FILE_WRITER_H
#define FILE_WRITER_H

#include "file/host.h"
#include "file/iface.h"
#include "file/output.h"
#include "file/pcapng_write.h"
#include "packet.h"
#include "util/strbuf.h"

struct writer_settings {
	enum file_format format;
	enum pack_kind pack;
	bool nano; /* classic pcap in nanoseconds */
	bool live; /* packets come from interfaces of this machine */
	bool verdict;
	bool reader_may_leave; /* EPIPE is -ENODATA, and nothing is said */
	uint32_t snaplen;      /* of a file that no interface was seen for */
	uint16_t link_type;    /* the same */
	const struct iface_table *ifaces;
	const char *const *comments; /* into the section header; ncomments of them, borrowed */
	size_t ncomments;
};

struct writer {
	struct writer_settings s;
	struct output out;
	struct host host;
	struct strbuf section; /* options of the section that was read, host byte order */
	struct strbuf names;   /* records of an NRB, for the end of each file */
	struct strbuf scratch; /* a block other than a packet */
	bool begun;	       /* the header is written */
	bool usual;	       /* live packets are EPBs without more than the usual options */
	bool told_mixed, told_order;
	uint16_t link_type; /* of all interfaces of the file */
	uint32_t snaplen;
	const struct iface **known; /* announced in this section; nknown */
	size_t nknown;
	uint32_t *numbers; /* iface id → its number in the file + 1, 0: not yet described */
	uint64_t *counts;  /* iface id → its packets in all files */
	size_t nnumbers;
	uint32_t described;
	uint64_t packet_id;
	uint64_t start_ns;
};

void writer_init(struct writer *w, const struct writer_settings *s, uint64_t now_ns);
void writer_free(struct writer *w);

/* Each: 0 or -errno after one message. path is borrowed until writer_close. */
int writer_open(struct writer *w, const char *path);
int writer_begin(struct writer *w); /* header and known interfaces, unless they stand there already */
int writer_packet(struct writer *w, const struct packet *p);
int writer_block(struct writer *w, const struct block *b);
int writer_statistics(struct writer *w, uint64_t now_ns); /* one ISB for each live interface */
int writer_names(struct writer *w);			  /* what was found, if anything */
int writer_close(struct writer *w);

/* The hot path: true if p was written, as nearly every live packet is; else it is writer_packet's. */
static inline bool writer_usual_packet(struct writer *w, const struct packet *p)
{
	struct output *o = &w->out;
	uint32_t id = p->iface->id;

	if (!w->usual || !w->begun || p->hook == HOOK_NONE || p->lost || p->comment || id >= w->nnumbers ||
	    !w->numbers[id] || o->at.len + pcapng_usual_room(p) > o->limit)
		return false;
	output_add(o, pcapng_put_usual(o->at.bytes + o->at.len, p, w->numbers[id] - 1, w->packet_id++));
	w->counts[id]++;
	o->packets++;
	return true;
}

#endif
