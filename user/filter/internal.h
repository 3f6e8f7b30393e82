/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of filter/ share: the compiled expression, in a form that neither libpcap's nor Linux' names
 * collide with. */
#ifndef FILTER_INTERNAL_H
#define FILTER_INTERNAL_H

#include "filter/filter.h"

/* One instruction of classic BPF. */
struct cbpf {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

#define CBPF_MEM_WORDS 16
#define CBPF_BACKWARD_JUMPS 64 /* in one `protochain`, then the packet is rejected, as in libpcap 1.11 */

/* Ancillary loads that libpcap emits: absolute, at these offsets (SKF_AD_OFF + … of <linux/filter.h>). */
#define CBPF_PKT_TYPE 0xfffff004u
#define CBPF_IFINDEX 0xfffff008u

struct filter {
	struct cbpf *insns;
	size_t n;
	uint16_t link_type;
	bool needs_direction, needs_ifindex;
	/* What runs on files: libpcap's instructions by enum packet_dir, the direction put in as a constant,
	 * and in front of them stores of 0 to the words of M[] that they read unset. */
	void *run[3];
	size_t run_n;
	bool has_loop;				   /* backward jumps: run by filter_run_loop() */
	struct filter *inner_ethernet, *inner_raw; /* owned, or NULL */
};

/* What the program returns; see loop.c. */
uint32_t filter_run_loop(const struct cbpf *insns, size_t n, const uint8_t *data, uint32_t cap_len,
			 uint32_t wire_len);

/* Words of M[] (bit n: M[n]) that may be read before they are written: libpcap's code for `geneve` after a
 * link header of variable length does so. *unset. 0 or -ENOMEM. */
int filter_unset_words(const struct filter *f, uint32_t *unset);

#endif
