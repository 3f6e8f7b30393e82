// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <linux/if_packet.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter/internal.h"
#include "packet.h"
#include "util/strbuf.h"

/* pcapng's numbers are libpcap's, but for those that systems number differently. */
static int link_type_dlt(uint16_t link_type)
{
	switch (link_type) {
	case 100:
		return DLT_ATM_RFC1483;
	case 101:
		return DLT_RAW;
	case 102:
		return DLT_SLIP_BSDOS;
	case 103:
		return DLT_PPP_BSDOS;
	case 106:
		return DLT_ATM_CLIP;
	default:
		return link_type;
	}
}

static void note_ancillary(struct filter *f, const struct bpf_insn *i)
{
	if (BPF_CLASS(i->code) != BPF_LD || BPF_MODE(i->code) != BPF_ABS)
		return;
	f->needs_direction |= i->k == CBPF_PKT_TYPE;
	f->needs_ifindex |= i->k == CBPF_IFINDEX;
}

static struct bpf_insn as_constant(enum packet_dir dir)
{
	return (struct bpf_insn){ .code = BPF_LD | BPF_IMM,
				  .k = dir == DIR_OUT ? PACKET_OUTGOING : PACKET_HOST };
}

static struct bpf_insn *to_run(struct filter *f, const struct bpf_program *p, enum packet_dir dir,
			       uint32_t unset)
{
	struct bpf_insn *run = calloc(1 + CBPF_MEM_WORDS + p->bf_len, sizeof(*run));
	size_t n = 0;

	if (!run)
		return NULL;
	if (unset)
		run[n++] = (struct bpf_insn){ .code = BPF_LD | BPF_IMM };
	for (uint32_t k = 0; k < CBPF_MEM_WORDS; k++)
		if (unset & 1u << k)
			run[n++] = (struct bpf_insn){ .code = BPF_ST, .k = k };
	for (u_int i = 0; i < p->bf_len; i++) {
		const struct bpf_insn *c = &p->bf_insns[i];
		bool asks =
			BPF_CLASS(c->code) == BPF_LD && BPF_MODE(c->code) == BPF_ABS && c->k == CBPF_PKT_TYPE;

		run[n++] = asks && dir != DIR_UNKNOWN ? as_constant(dir) : *c;
	}
	f->run_n = n;
	return run;
}

static int keep(struct filter *f, const struct bpf_program *p)
{
	uint32_t unset;

	f->n = p->bf_len;
	f->insns = calloc(f->n, sizeof(*f->insns));
	if (!f->insns)
		return -ENOMEM;
	for (size_t i = 0; i < f->n; i++) {
		const struct bpf_insn *from = &p->bf_insns[i];

		f->insns[i] = (struct cbpf){ from->code, from->jt, from->jf, from->k };
		note_ancillary(f, from);
		f->has_loop |= from->code == (BPF_JMP | BPF_JA) && (bpf_int32)from->k < 0;
	}
	if (filter_unset_words(f, &unset))
		return -ENOMEM;
	for (int dir = DIR_UNKNOWN; dir <= DIR_OUT; dir++) {
		f->run[dir] = to_run(f, p, dir, unset);
		if (!f->run[dir])
			return -ENOMEM;
	}
	return 0;
}

/* For BSD loopback libpcap knows the other systems' AF_INET6 only of files: a file without packets. */
static pcap_t *open_as_file(uint16_t link_type, bool swapped, uint32_t snaplen)
{
	struct pcap_file_header h = { .magic = 0xa1b2c3d4, .version_major = 2, .version_minor = 4 };
	char err[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = NULL;
	FILE *f;

	h.snaplen = snaplen;
	h.linktype = link_type;
	if (swapped) {
		h.magic = __builtin_bswap32(h.magic);
		h.version_major = __builtin_bswap16(h.version_major);
		h.version_minor = __builtin_bswap16(h.version_minor);
		h.snaplen = __builtin_bswap32(h.snaplen);
		h.linktype = __builtin_bswap32(h.linktype);
	}
	f = fmemopen(&h, sizeof(h), "r");
	if (f)
		pcap = pcap_fopen_offline(f, err);
	if (f && !pcap)
		fclose(f);
	return pcap;
}

static pcap_t *open_for(uint16_t link_type, bool swapped, uint32_t snaplen)
{
	int dlt = link_type_dlt(link_type);

	if (dlt == DLT_NULL || dlt == DLT_LOOP)
		return open_as_file(link_type, swapped, snaplen);
	return pcap_open_dead(dlt, (int)snaplen);
}

int filter_compile(struct filter **out, const char *expr, uint16_t link_type, uint32_t snaplen, bool optimize,
		   char *err, size_t err_len)
{
	return filter_compile_file(out, expr, link_type, false, snaplen, optimize, err, err_len);
}

int filter_compile_file(struct filter **out, const char *expr, uint16_t link_type, bool swapped,
			uint32_t snaplen, bool optimize, char *err, size_t err_len)
{
	pcap_t *pcap = open_for(link_type, swapped, snaplen);
	struct filter *f = calloc(1, sizeof(*f));
	struct bpf_program p = { 0 };
	int r = -ENOMEM;

	snprintf(err, err_len, "out of memory");
	if (!pcap || !f)
		goto cleanup;
	if (pcap_compile(pcap, &p, expr ? expr : "", optimize, 0)) {
		snprintf(err, err_len, "%s", pcap_geterr(pcap));
		r = -EINVAL;
		goto cleanup;
	}
	f->link_type = link_type;
	r = keep(f, &p);
	if (r)
		goto cleanup;
	*out = f;
	f = NULL;
cleanup:
	pcap_freecode(&p);
	filter_free(f);
	if (pcap)
		pcap_close(pcap);
	return r;
}

void filter_free(struct filter *f)
{
	if (!f)
		return;
	for (int dir = DIR_UNKNOWN; dir <= DIR_OUT; dir++)
		free(f->run[dir]);
	filter_free(f->inner_ethernet);
	filter_free(f->inner_raw);
	free(f->insns);
	free(f);
}

void filter_take_inner(struct filter *f, struct filter *ethernet, struct filter *raw)
{
	f->inner_ethernet = ethernet;
	f->inner_raw = raw;
}

bool filter_needs_direction(const struct filter *f)
{
	return f->needs_direction;
}

bool filter_needs_ifindex(const struct filter *f)
{
	return f->needs_ifindex;
}

static bool match(const struct filter *f, enum packet_dir dir, const uint8_t *data, uint32_t cap_len,
		  uint32_t len)
{
	struct bpf_program p = { .bf_len = (u_int)f->run_n, .bf_insns = f->run[dir] };
	struct pcap_pkthdr h = { .caplen = cap_len, .len = len };

	/* libpcap's instructions have the layout of struct cbpf */
	if (f->has_loop)
		return filter_run_loop(f->run[dir], f->run_n, data, cap_len, len) != 0;
	return pcap_offline_filter(&p, &h, data) != 0;
}

bool filter_match(const struct filter *f, const uint8_t *data, uint32_t cap_len, uint32_t wire_len)
{
	return match(f, DIR_UNKNOWN, data, cap_len, wire_len);
}

int filter_match_packet(const struct filter *f, const struct packet *p)
{
	if (f->needs_ifindex || (f->needs_direction && p->dir == DIR_UNKNOWN))
		return -EOPNOTSUPP;
	return match(f, p->dir, p->data, p->cap_len, p->wire_len);
}

bool filter_never_answers(const struct filter *f, bool directed)
{
	return f->needs_ifindex || (f->needs_direction && !directed);
}

void filter_savefile_error(const struct filter *f, char *err, size_t err_len)
{
	int dlt = link_type_dlt(f->link_type);

	snprintf(err, err_len, "%s not supported on %s when reading savefiles",
		 f->needs_ifindex ? "ifindex" : "inbound/outbound",
		 pcap_datalink_val_to_description_or_dlt(dlt));
}

void filter_dump(const struct filter *f, int level, struct strbuf *to)
{
	if (level > 2)
		strbuf_printf(to, "%zu\n", f->n);
	for (size_t i = 0; i < f->n; i++) {
		const struct cbpf *c = &f->insns[i];
		struct bpf_insn insn = { c->code, c->jt, c->jf, c->k };

		if (level > 2)
			strbuf_printf(to, "%u %u %u %u\n", c->code, c->jt, c->jf, c->k);
		else if (level > 1)
			strbuf_printf(to, "{ 0x%x, %d, %d, 0x%08x },\n", c->code, c->jt, c->jf, c->k);
		else
			strbuf_printf(to, "%s\n", bpf_image(&insn, (int)i));
	}
}
