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
	bool nano;					  /* classic pcap in nanoseconds */
	bool live;					  /* packets come from interfaces of this machine */
	uint64_t (*held)(const void *arg, uint64_t *all); /* see file/sink.h */
	const void *held_arg;
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
	int refused; /* -errno of a packet that did not fit into the file: nothing more is taken */
	struct host host;
	struct strbuf secrets; /* blocks of the section that each of its files needs: keys */
	struct strbuf section; /* options of the section that was read, host byte order */
	uint32_t section_of;   /* the only file that they are from; 0: there are several, or none */
	struct strbuf names;   /* records of an NRB, for the end of each file */
	struct strbuf scratch; /* a block other than a packet */
	bool begun;	       /* the header is written */
	bool usual;	       /* live packets are EPBs without more than the usual options */
	bool told_refused, told_order;
	uint16_t link_type; /* of all interfaces of the section */
	uint32_t snaplen;
	uint16_t first_link_type; /* of the file's first section; first_snaplen 0: none yet */
	uint32_t first_snaplen;
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

/* The hot path: writes the first of n packets, as far as they are of one interface and usual, as nearly every
 * live packet is. How many; 0: the next one is writer_packet's. */
static inline size_t writer_usual_packets(struct writer *w, const struct packet *p, size_t n)
{
	struct output *o = &w->out;
	const struct iface *iface = p->iface;
	uint32_t id = iface->id, if_no;
	uint8_t *last = o->at.bytes + o->last, *to = o->at.bytes + o->at.len;
	const uint8_t *limit = o->at.bytes + o->limit;
	uint64_t packet_id = w->packet_id;
	size_t i = 0;

	if (!w->usual || !w->begun || id >= w->nnumbers || !w->numbers[id])
		return 0;
	for (if_no = w->numbers[id] - 1; i < n && p->iface == iface; i++, p++) {
		if (p->hook == HOOK_NONE || p->lost || p->comment || to + pcapng_usual_room(p) > limit)
			break;
		last = to;
		to += pcapng_put_usual(to, p, if_no, packet_id++);
	}
	o->last = (size_t)(last - o->at.bytes);
	o->at.len = (size_t)(to - o->at.bytes);
	o->packets += i;
	w->packet_id = packet_id;
	w->counts[id] += i;
	return i;
}

#endif
