// SPDX-License-Identifier: BSD-2-Clause
#include "file/writer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "file/options.h"
#include "file/pcap.h"
#include "util/log.h"

#define SNAPLEN_ANY 262144u
#define SECRETS_MAX (1u << 20)

void writer_init(struct writer *w, const struct writer_settings *s, uint64_t now_ns)
{
	*w = (struct writer){ .s = *s, .start_ns = now_ns, .out = { .fd = -1, .look_fd = -1 } };
	w->usual = s->format == FORMAT_PCAPNG && !s->verdict;
	if (s->live)
		host_describe(&w->host);
}

void writer_free(struct writer *w)
{
	strbuf_free(&w->section);
	strbuf_free(&w->secrets);
	strbuf_free(&w->names);
	strbuf_free(&w->scratch);
	free(w->known);
	free(w->numbers);
	free(w->counts);
	*w = (struct writer){ .out = { .fd = -1, .look_fd = -1 } };
}

static int no_memory(struct writer *w)
{
	if (!w->out.failed)
		w->out.failed = err_r(-ENOMEM, "%s: out of memory", w->out.name);
	return w->out.failed;
}

/* What was built in scratch goes into the file. */
static int add_scratch(struct writer *w)
{
	uint8_t *to;

	if (w->scratch.failed)
		return no_memory(w);
	to = output_room(&w->out, w->scratch.len);
	if (!to)
		return w->out.failed;
	memcpy(to, w->scratch.s, w->scratch.len);
	output_add(&w->out, w->scratch.len);
	return 0;
}

static int remember(struct writer *w, const struct iface *i)
{
	const struct iface **known;

	for (size_t n = 0; n < w->nknown; n++)
		if (w->known[n] == i)
			return 0;
	known = realloc(w->known, (w->nknown + 1) * sizeof(*known));
	if (!known)
		return no_memory(w);
	w->known = known;
	known[w->nknown++] = i;
	return 0;
}

/* Room in numbers and counts for interface id. */
static int number_room(struct writer *w, uint32_t id)
{
	size_t n = id + 8u;
	uint32_t *numbers;
	uint64_t *counts;

	if (id < w->nnumbers)
		return 0;
	numbers = realloc(w->numbers, n * sizeof(*numbers));
	if (!numbers)
		return no_memory(w);
	w->numbers = numbers;
	counts = realloc(w->counts, n * sizeof(*counts));
	if (!counts)
		return no_memory(w);
	w->counts = counts;
	memset(numbers + w->nnumbers, 0, (n - w->nnumbers) * sizeof(*numbers));
	memset(counts + w->nnumbers, 0, (n - w->nnumbers) * sizeof(*counts));
	w->nnumbers = n;
	return 0;
}

/* libpcap refuses a file whose interfaces differ in link type or snaplen. first: what a pcap file must hold;
 * NULL: there is none. */
static void choose_common(struct writer *w, const struct packet *first)
{
	w->link_type = first && w->s.format == FORMAT_PCAP ? first->iface->link_type
		       : w->nknown			   ? w->known[0]->link_type
							   : w->s.link_type;
	w->snaplen = w->nknown ? w->known[0]->snaplen : w->s.snaplen;
	for (size_t n = 1; n < w->nknown; n++)
		if (w->known[n]->snaplen != w->snaplen)
			w->snaplen = SNAPLEN_ANY;
	if (first && first->cap_len > w->snaplen) /* more than its interface's description promised */
		w->snaplen = SNAPLEN_ANY;
	if (w->snaplen > SNAPLEN_ANY || !w->snaplen)
		w->snaplen = SNAPLEN_ANY;
	if (!w->first_snaplen) {
		w->first_snaplen = w->snaplen;
		w->first_link_type = w->link_type;
	} else if (w->snaplen < w->first_snaplen) {
		w->snaplen = w->first_snaplen;
	}
}

/* Once a run. */
static void tell_refused(struct writer *w, const char *why)
{
	if (!w->told_refused)
		log_line("%s: %s, so that Wireshark reads it but tcpdump does not", w->out.name, why);
	w->told_refused = true;
}

static int describe(struct writer *w, const struct iface *i)
{
	int r = number_room(w, i->id);

	if (r || w->numbers[i->id])
		return r;
	if (i->link_type != w->first_link_type)
		tell_refused(w, "its interfaces differ in link type");
	else if (w->snaplen != w->first_snaplen)
		tell_refused(w, "its interfaces differ in snapshot length");
	w->scratch.len = 0;
	pcapng_put_idb(&w->scratch, i, w->snaplen, w->host.os);
	w->numbers[i->id] = ++w->described;
	return add_scratch(w);
}

static int begin_pcapng(struct writer *w)
{
	int r;

	w->scratch.len = 0;
	pcapng_put_shb(&w->scratch, &(struct pcapng_shb){ .hardware = w->host.hardware,
							  .os = w->host.os,
							  .userappl = "ebpfdump " VERSION,
							  .comments = w->s.comments,
							  .ncomments = w->s.ncomments,
							  .options = (uint8_t *)w->section.s,
							  .options_len = (uint32_t)w->section.len });
	r = add_scratch(w);
	if (w->nnumbers)
		memset(w->numbers, 0, w->nnumbers * sizeof(*w->numbers));
	w->described = 0;
	for (size_t n = 0; !r && n < w->nknown; n++)
		r = describe(w, w->known[n]);
	if (r || !w->secrets.len)
		return r;
	w->scratch.len = 0;
	strbuf_mem(&w->scratch, w->secrets.s, w->secrets.len);
	return add_scratch(w);
}

static int begin_pcap(struct writer *w)
{
	uint8_t *to = output_room(&w->out, PCAP_HEADER);

	if (!to)
		return w->out.failed;
	pcap_put_header(to, w->link_type, w->snaplen, w->s.nano);
	output_add(&w->out, PCAP_HEADER);
	return 0;
}

int writer_open(struct writer *w, const char *path)
{
	int r = output_open(&w->out, path, w->s.format, w->s.pack);

	w->begun = false;
	w->first_snaplen = 0;
	w->out.reader_may_leave = w->s.reader_may_leave;
	w->out.held = w->s.held;
	w->out.held_arg = w->s.held_arg;
	return r;
}

static int begin(struct writer *w, const struct packet *first)
{
	int r = 0;

	if (w->begun)
		return 0;
	for (size_t n = 0; !r && w->s.live && w->s.ifaces && n < w->s.ifaces->n; n++)
		r = remember(w, w->s.ifaces->at[n]);
	if (r)
		return r;
	choose_common(w, first);
	w->begun = true;
	return w->s.format == FORMAT_PCAP ? begin_pcap(w) : begin_pcapng(w);
}

int writer_begin(struct writer *w)
{
	return begin(w, NULL);
}

/* Readers cut the packets of a pcap file to the length in its header; an interface that keeps more, or more
 * than was promised, may come late in a pcapng file that is read. */
static void raise_snaplen(struct writer *w)
{
	w->snaplen = SNAPLEN_ANY;
	if (!output_put_late(&w->out, PCAP_SNAPLEN_AT, SNAPLEN_ANY))
		log_line("%s: it holds packets longer than its snapshot length, to which readers cut them",
			 w->out.name);
}

/* What is there stays. */
static int does_not_fit(struct writer *w, const char *why)
{
	uint64_t n = w->out.packets;

	return w->refused = err_r(-EINVAL,
				  "%s: %s; give it a name ending in .pcapng; it holds %" PRIu64 " packet%s",
				  w->out.name, why, n, n == 1 ? "" : "s");
}

static int pcap_packet(struct writer *w, const struct packet *p)
{
	uint8_t *to;

	if (p->iface->link_type != w->link_type)
		return does_not_fit(w, "a pcap file holds one link type, and a packet has another");
	if (p->cap_len > SNAPLEN_ANY)
		return does_not_fit(w, "readers of pcap files take no packet as long as one here");
	to = output_room(&w->out, PCAP_RECORD + (size_t)p->cap_len);
	if (!to)
		return w->out.failed;
	output_add(&w->out, pcap_put_record(to, p, w->s.nano));
	if (p->cap_len > w->snaplen)
		raise_snaplen(w);
	return 0;
}

static int pcapng_packet(struct writer *w, const struct packet *p)
{
	struct pcapng_epb e = { .packet_id = w->packet_id, .verdict = w->s.verdict, .comment = p->comment };
	uint8_t *to;

	if (p->iface->id >= w->nnumbers || !w->numbers[p->iface->id]) {
		int r = remember(w, p->iface);

		if (!r)
			r = describe(w, p->iface);
		if (r)
			return r;
	}
	if (p->cap_len > w->snaplen) /* more than was promised, or of an interface described later */
		tell_refused(w, "it holds packets longer than its snapshot length");
	e.if_no = w->numbers[p->iface->id] - 1;
	to = output_room(&w->out, pcapng_epb_room(p, &e));
	if (!to)
		return w->out.failed;
	output_add(&w->out, pcapng_put_epb(to, p, &e));
	w->counts[p->iface->id]++;
	return 0;
}

int writer_packet(struct writer *w, const struct packet *p)
{
	int r = w->out.failed ? w->out.failed : w->refused;

	if (r)
		return r;
	if (!w->begun) {
		r = remember(w, p->iface);
		if (!r)
			r = begin(w, p);
		if (r)
			return r;
	}
	r = w->s.format == FORMAT_PCAP ? pcap_packet(w, p) : pcapng_packet(w, p);
	if (r)
		return r;
	w->packet_id++;
	w->out.packets++;
	return 0;
}

/* A section that was read: its options become the header's. Where several meet in one, the first to name the
 * hardware, the system and the program is believed, and all comments stay. */
static int begin_section(struct writer *w, const struct block *b)
{
	struct pcapng_options it = { b->body + 16, b->body + b->body_len, b->swapped };
	struct pcapng_options have;
	struct pcapng_option o, h;
	bool named[SHB_USERAPPL + 1] = { false };

	/* the next packet or block opens it; one of the same file that nothing was written of is over */
	if (w->begun || (b->file && w->section_of == b->file)) {
		w->begun = false;
		w->section.len = w->secrets.len = 0;
		w->nknown = 0;
	}
	w->section_of = w->section.len ? 0 : b->file;
	have = pcapng_options_in((uint8_t *)w->section.s, (uint32_t)w->section.len, false);
	while (w->section.len && pcapng_option_next(&have, &h) > 0)
		if (h.code >= SHB_HARDWARE && h.code <= SHB_USERAPPL)
			named[h.code] = true;
	while (pcapng_option_next(&it, &o) > 0)
		if (o.code < SHB_HARDWARE || o.code > SHB_USERAPPL || !named[o.code])
			options_copy_one(&w->section, PCAPNG_SHB, &o, it.swapped);
	return w->section.failed ? no_memory(w) : 0;
}

static int block_again(struct writer *w, const struct block *b)
{
	int r = writer_begin(w);

	if (!r && b->iface)
		r = describe(w, b->iface);
	if (r)
		return r;
	w->scratch.len = 0;
	if (b->kind == BLOCK_STATISTICS) {
		pcapng_put_isb_again(&w->scratch, w->numbers[b->iface->id] - 1, b);
	} else if (!pcapng_put_block_again(&w->scratch, b)) {
		if (!w->told_order)
			log_line("%s: blocks of unknown type are in the other byte order and are left out",
				 w->out.name);
		w->told_order = true;
		return 0;
	}
	if (b->type == PCAPNG_DSB && w->secrets.len + w->scratch.len <= SECRETS_MAX)
		strbuf_mem(&w->secrets, w->scratch.s, w->scratch.len);
	return add_scratch(w);
}

int writer_block(struct writer *w, const struct block *b)
{
	int r;

	if (w->out.failed)
		return w->out.failed;
	if (w->s.format == FORMAT_PCAP)
		return b->kind == BLOCK_IFACE && !w->begun ? remember(w, b->iface) : 0;
	switch (b->kind) {
	case BLOCK_SECTION:
		return begin_section(w, b);
	case BLOCK_IFACE:
		r = remember(w, b->iface);
		return !r && w->begun ? describe(w, b->iface) : r;
	default:
		return b->body ? block_again(w, b) : 0;
	}
}

int writer_statistics(struct writer *w, uint64_t now_ns)
{
	int r = 0;

	if (!w->s.live || !w->begun || w->s.format == FORMAT_PCAP)
		return w->out.failed;
	for (size_t n = 0; !r && n < w->nknown; n++) {
		const struct iface *i = w->known[n];
		struct pcapng_isb isb = { .ts_ns = now_ns,
					  .start_ns = w->start_ns,
					  .end_ns = now_ns,
					  .ifrecv = i->ifrecv,
					  .ifdrop = UINT64_MAX,
					  .filteraccept = i->filteraccept,
					  .osdrop = i->osdrop,
					  .usrdeliv = w->counts[i->id],
					  .comment = i->statistics_comment };

		w->scratch.len = 0;
		pcapng_put_isb(&w->scratch, w->numbers[i->id] - 1, &isb);
		r = add_scratch(w);
	}
	return r;
}

int writer_names(struct writer *w)
{
	if (!w->begun || !w->names.len || w->names.failed || w->s.format == FORMAT_PCAP)
		return w->out.failed;
	w->scratch.len = 0;
	pcapng_put_nrb(&w->scratch, w->names.s, w->names.len);
	return add_scratch(w);
}

int writer_close(struct writer *w)
{
	int r = w->out.fd < 0 ? 0 : writer_begin(w);
	int e = output_close(&w->out);

	return r ? r : e;
}
