/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets of unlike devices in one form: LINKTYPE_LINUX_SLL2, as libpcap's "any" makes them. Pure.
 * https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html */
#ifndef CAPTURE_SLL2_H
#define CAPTURE_SLL2_H

#include <stdint.h>

struct packet;

#define SLL2_LINKTYPE 276
#define SLL2_HLEN 20

struct sll2_from {
	uint32_t ifindex;
	uint16_t arphrd;
	uint8_t ethernet; /* the packet begins with an Ethernet header; else with an IP header */
};

/*
 * Writes *p in its new form to buf, which has room for p->cap_len + SLL2_HLEN, and lets *p describe it. At
 * most snaplen bytes.
 */
void sll2_convert(struct packet *p, const struct sll2_from *from, uint8_t *buf, uint32_t snaplen);

#endif
