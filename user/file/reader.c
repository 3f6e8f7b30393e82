// SPDX-License-Identifier: BSD-2-Clause
#include "file/reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file/bytes.h"

static __attribute__((format(printf, 3, 4))) int failed(struct reader *r, int e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
	return e;
}

static const char *unit(const struct reader *r)
{
	return r->in.unpack ? " (uncompressed)" : "";
}

static int bad(struct reader *r, uint64_t offset, const char *why)
{
	return failed(r, -EBADMSG, "malformed at offset %" PRIu64 "%s: %s", offset, unit(r), why);
}

/* An input that could not give what was needed of a thing that begins at the window's start. */
static int no_input(struct reader *r, int e, size_t needed, const char *thing)
{
	size_t have = r->in.end - r->in.at;

	if (e == -EAGAIN || e == -EINTR)
		return e;
	if (e == -EBADMSG)
		return failed(r, e, "the compressed data is damaged after %" PRIu64 " bytes (uncompressed)",
			      r->in.at_offset + have);
	if (e != -ENODATA)
		return failed(r, e, "%s", strerror(-e));
	if (have)
		return failed(r, -EBADMSG, "cut at offset %" PRIu64 "%s: %s needs %zu bytes, %zu are there",
			      r->in.at_offset, unit(r), thing, needed, have);
	if (r->in.packed_cut)
		return failed(r, -EBADMSG,
			      "the compressed data is cut after %" PRIu64 " bytes (uncompressed)",
			      r->in.at_offset);
	return -ENODATA;
}

static int next_pcap(struct reader *r, int timeout_ms, struct item *out)
{
	struct packet *p = &out->packet;
	const char *why;
	size_t need = r->pcap.record_len;
	int e;

	if (!r->told) {
		r->told = true;
		*out = (struct item){ .block = { .kind = BLOCK_IFACE, .iface = r->iface } };
		return 0;
	}
	e = input_need(&r->in, need, timeout_ms);
	if (e)
		return no_input(r, e, need, "a packet's header");
	out->is_packet = true;
	if (pcap_read_record(&r->pcap, input_at(&r->in), p, &why))
		return bad(r, r->in.at_offset, why);
	need += p->cap_len;
	e = input_need(&r->in, need, timeout_ms);
	if (e)
		return no_input(r, e, need, "a packet");
	p->data = input_at(&r->in) + r->pcap.record_len; /* it may have moved */
	p->iface = r->iface;
	if (p->cap_len > r->iface->snaplen) /* so libpcap reads them */
		p->cap_len = r->iface->snaplen;
	input_skip(&r->in, need);
	return 0;
}

static int next_pcapng(struct reader *r, int timeout_ms, struct item *out)
{
	uint64_t offset = r->in.at_offset;
	const char *why = NULL;
	uint32_t len;
	int e = input_need(&r->in, PCAPNG_HEAD, timeout_ms);

	if (e)
		return no_input(r, e, PCAPNG_HEAD, "a block's header");
	len = pcapng_head(&r->ng, input_at(&r->in), &why);
	if (!len)
		return bad(r, offset, why);
	e = input_need(&r->in, len, timeout_ms);
	if (e)
		return no_input(r, e, len, "a block");
	e = pcapng_read(&r->ng, input_at(&r->in), len, out, &why);
	if (e == -EBADMSG)
		return bad(r, offset, why);
	if (e)
		return failed(r, e, "%s", strerror(-e));
	input_skip(&r->in, len);
	return 0;
}

int reader_next(struct reader *r, int timeout_ms, struct item *out)
{
	return r->is_pcapng ? next_pcapng(r, timeout_ms, out) : next_pcap(r, timeout_ms, out);
}

static int open_pcap(struct reader *r, struct iface_table *table)
{
	const char *why;
	int e = input_need(&r->in, PCAP_HEADER, -1);

	if (e)
		return no_input(r, e, PCAP_HEADER, "the file header");
	if (pcap_read_header(&r->pcap, input_at(&r->in), &why))
		return bad(r, 0, why);
	input_skip(&r->in, PCAP_HEADER);
	r->iface = iface_table_add(table);
	if (!r->iface)
		return failed(r, -ENOMEM, "%s", strerror(ENOMEM));
	r->iface->swapped = r->pcap.swapped;
	r->iface->undirected = true;
	iface_set_link(r->iface, r->pcap.link_type, r->pcap.snaplen);
	return 0;
}

/* Looks ahead for the first interface and takes nothing: what stands before it is delivered later. */
static int look_ahead(struct reader *r, struct pcapng_reader *look)
{
	struct item item;
	size_t off = 0;

	while (!look->nidbs) {
		const char *why = NULL;
		uint32_t len;
		int e = input_need(&r->in, off + PCAPNG_HEAD, -1);

		if (e == -ENODATA && r->in.end - r->in.at == off)
			return failed(r, -EBADMSG, "the capture file has no Interface Description Blocks");
		if (e)
			return no_input(r, e, off + PCAPNG_HEAD, "what precedes the first packet");
		len = pcapng_head(look, input_at(&r->in) + off, &why);
		if (!len)
			return bad(r, off, why);
		e = input_need(&r->in, off + len, -1);
		if (e)
			return no_input(r, e, off + len, "what precedes the first packet");
		if (pcapng_read(look, input_at(&r->in) + off, len, &item, &why))
			return bad(r, off, why ? why : strerror(ENOMEM));
		off += len;
	}
	return 0;
}

static int open_pcapng(struct reader *r)
{
	struct pcapng_reader look = { .table = r->ng.table };
	int e = look_ahead(r, &look);

	if (!e)
		r->iface = r->ng.first = look.idbs[0];
	pcapng_reader_clear(&look);
	return e;
}

int reader_open(struct reader *r, const char *path, struct iface_table *table, const sigset_t *wait_mask)
{
	int e;

	*r = (struct reader){ .ng.table = table };
	e = input_open(&r->in, path, wait_mask);
	if (!e)
		e = input_need(&r->in, 4, -1);
	if (e == -ENODATA && !r->in.packed_cut)
		return failed(r, -EBADMSG,
			      "truncated dump file; tried to read 4 file header bytes, only got %zu",
			      r->in.end - r->in.at);
	if (e)
		return no_input(r, e, 4, "the file header");
	r->is_pcapng = get_u32(input_at(&r->in), false) == PCAPNG_SHB;
	if (r->is_pcapng)
		return open_pcapng(r);
	if (pcap_is_magic(input_at(&r->in)))
		return open_pcap(r, table);
	return failed(r, -EBADMSG, "unknown file format");
}

void reader_close(struct reader *r)
{
	input_close(&r->in);
	pcapng_reader_clear(&r->ng);
}
