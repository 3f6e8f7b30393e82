/* SPDX-License-Identifier: BSD-2-Clause */
/* A pcap-filter expression: compiled by libpcap to classic BPF, run on packets of files, printed as tcpdump
 * -d does, and translated to eBPF in the place that bpf/filter.bpf.h keeps for it. Pure. */
#ifndef FILTER_H
#define FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct packet; /* packet.h */
struct strbuf; /* util/strbuf.h */
struct filter;
struct bpf_insn; /* of <linux/bpf.h>: not included, since libpcap has another struct of that name */
struct bpf_func_info;
struct bpf_line_info;

/*
 * link_type: LINKTYPE_*. snaplen: what an accepting filter returns. 0, or -EINVAL with libpcap's message in
 * err (nothing else is said anywhere), or -ENOMEM. An empty or NULL expression accepts everything.
 */
int filter_compile(struct filter **out, const char *expr, uint16_t link_type, uint32_t snaplen, bool optimize,
		   char *err, size_t err_len);
/* The same for packets of a file; swapped: it is in the other byte order, and so is what a BSD loopback
 * header says. */
int filter_compile_file(struct filter **out, const char *expr, uint16_t link_type, bool swapped,
			uint32_t snaplen, bool optimize, char *err, size_t err_len);
void filter_free(struct filter *f);

/* Packets in tunnels, with an Ethernet header (LINKTYPE_ETHERNET) or without (LINKTYPE_RAW), are asked these;
 * f owns them from now on. Without them none is accepted. */
void filter_take_inner(struct filter *f, struct filter *ethernet, struct filter *raw);

/* The expression holds `inbound`, `outbound` or `ifindex`: the bytes alone do not answer it. */
bool filter_needs_direction(const struct filter *f);
bool filter_needs_ifindex(const struct filter *f);

/* What pcap_offline_filter answers. */
bool filter_match(const struct filter *f, const uint8_t *data, uint32_t cap_len, uint32_t wire_len);
/* The same with the packet's direction and interface: 1, 0, or -EOPNOTSUPP where the expression asks for one
 * that the packet does not have; filter_savefile_error() then says so in libpcap's words. */
int filter_match_packet(const struct filter *f, const struct packet *p);
/* Is that so of every packet of a file? directed: some may say which way they went. */
bool filter_never_answers(const struct filter *f, bool directed);
void filter_savefile_error(const struct filter *f, char *err, size_t err_len);

/* Appends what tcpdump prints for -d (1), -dd (2), -ddd (3). */
void filter_dump(const struct filter *f, int level, struct strbuf *to);

enum filter_hook {
	FILTER_TC_INGRESS,
	FILTER_TC_EGRESS,
	FILTER_XDP,	  /* a program that takes linear frames only */
	FILTER_XDP_FRAGS, /* one loaded with BPF_F_XDP_HAS_FRAGS, Linux 5.18 */
};

/* A program as it goes to bpf(BPF_PROG_LOAD). */
struct filter_prog {
	struct bpf_insn *insns;
	size_t ninsns;
	struct bpf_func_info *funcs; /* may be absent with nfuncs 0 */
	size_t nfuncs;
	struct bpf_line_info *lines;
	size_t nlines;
};

#define FILTER_EXACT 1u /* flags: take the exact path for every packet (tests) */

/*
 * The program `in` with the filter in each of its marked places (at least one), in memory of its own. 0, or
 * -errno with a message in err: -EINVAL no mark, -E2BIG the filter is too long, -EOPNOTSUPP an instruction
 * that cannot be had at this hook.
 */
int filter_splice(struct filter_prog *out, const struct filter_prog *in, const struct filter *f,
		  enum filter_hook hook, unsigned flags, char *err, size_t err_len);
void filter_prog_free(struct filter_prog *p);

#endif
