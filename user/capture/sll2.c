// SPDX-License-Identifier: BSD-2-Clause
#include "capture/sll2.h"

#include <string.h>

#include "packet.h"

#define ETH_HLEN 14
#define ETH_ALEN 6
#define PACKET_OUTGOING 4
#define TYPE_IPV4 0x0800
#define TYPE_IPV6 0x86dd

static void put16(uint8_t *to, uint16_t v)
{
	to[0] = (uint8_t)(v >> 8);
	to[1] = (uint8_t)v;
}

static void put32(uint8_t *to, uint32_t v)
{
	put16(to, (uint16_t)(v >> 16));
	put16(to + 2, (uint16_t)v);
}

void sll2_convert(struct packet *p, const struct sll2_from *from, uint8_t *buf, uint32_t snaplen)
{
	uint32_t skip = from->ethernet ? ETH_HLEN : 0, body = p->cap_len > skip ? p->cap_len - skip : 0;

	memset(buf, 0, SLL2_HLEN);
	if (from->ethernet && p->cap_len >= ETH_HLEN) {
		memcpy(buf, p->data + 2 * ETH_ALEN, 2);
		buf[11] = ETH_ALEN;
		memcpy(buf + 12, p->data + ETH_ALEN, ETH_ALEN);
	} else if (!from->ethernet && body) {
		put16(buf, p->data[0] >> 4 == 6 ? TYPE_IPV6 : TYPE_IPV4);
	}
	put32(buf + 4, from->ifindex);
	put16(buf + 8, from->arphrd);
	buf[10] = p->dir == DIR_OUT ? PACKET_OUTGOING : p->pkt_type;
	memcpy(buf + SLL2_HLEN, p->data + skip, body);
	p->data = buf;
	p->cap_len = body + SLL2_HLEN < snaplen ? body + SLL2_HLEN : snaplen;
	p->wire_len = (p->wire_len > skip ? p->wire_len - skip : 0) + SLL2_HLEN;
}
