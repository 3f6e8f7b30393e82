/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes of a packet → where its headers are and what they say. Pure: no memory, no output, no statics. */
#ifndef DECODE_H
#define DECODE_H

#include <stdbool.h>
#include <stdint.h>

#include "packet.h"

enum decode_stop {
	DECODE_DONE,	  /* a TCP header, whole with its options */
	DECODE_TRUNCATED, /* the captured bytes end inside a header */
	DECODE_BAD,	  /* a header contradicts itself; what stands before it is valid */
	DECODE_OTHER,	  /* not TCP */
};

enum decode_fragment { DECODE_WHOLE, DECODE_FIRST_FRAGMENT, DECODE_LATER_FRAGMENT };

/* TCP header flags (RFC 9293, 3168): bits of th_flags. */
#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_PSH 0x08
#define TCP_ACK 0x10
#define TCP_URG 0x20
#define TCP_ECE 0x40
#define TCP_CWR 0x80

/* What stands one inside the other in a packet. */
enum layer_kind {
	LAYER_NONE,
	LAYER_ETHER, /* addresses, any number of VLAN tags, type or 802.3 length */
	LAYER_LLC,   /* 802.2, with SNAP where it has it */
	LAYER_SLL,   /* Linux cooked, v1, with VLAN tags */
	LAYER_SLL2,
	LAYER_NULL,	  /* BSD loopback, either byte order */
	LAYER_RAW,	  /* no link header: an IP header of either version follows at once */
	LAYER_PPP,	  /* address and control if they are there, protocol */
	LAYER_PPP_SERIAL, /* HDLC-like framing: address and control always there */
	LAYER_PPPOE,
	LAYER_MPLS, /* the whole label stack */
	LAYER_GRE,
	LAYER_IPV4,
	LAYER_IPV6,	  /* the fixed 40 bytes */
	LAYER_IPV6_EXT,	  /* one extension header; proto says which */
	LAYER_IPV6_SHORT, /* no bytes of its own: the length of the IPv6 header ends inside the headers before
			   */
	LAYER_AH,
	LAYER_TCP,
	LAYER_KINDS,
};

#define DECODE_LAYERS_MAX 48 /* a packet with more is not followed to its TCP header */

struct layer {
	uint8_t kind;  /* enum layer_kind */
	uint8_t proto; /* the IP protocol number by which it was reached, else 0 */
	uint32_t off;  /* its first byte, from the packet's */
	uint32_t cap;  /* captured bytes from there on that belong to what encloses it */
	uint32_t len;  /* bytes from there on as what encloses it says, captured or not */
};

/* Pointers lie inside the packet's bytes. All numbers are host order. */
struct decoded {
	bool is_tcp;	  /* a segment or a fragment of one, however deep it lies: it is shown */
	uint8_t stop;	  /* enum decode_stop */
	uint8_t ip_depth; /* IP headers in front of the innermost one: 0 unless tunnelled */
	uint8_t family;	  /* AF_INET or AF_INET6, of the innermost IP header */
	uint8_t fragment; /* enum decode_fragment */
	bool has_ports;	  /* sport, dport are valid */
	bool has_header;  /* the 20 fixed bytes are there: seq … urg, hdr_len are valid */
	uint8_t flags;
	uint16_t sport, dport;
	uint16_t win, urg;
	uint16_t hdr_len; /* bytes, from the data offset; may be bad (< 20 or > what IP carries) */
	uint32_t seq, ack;
	const uint8_t *src, *dst; /* 4 or 16 bytes, network order */
	const uint8_t *ip;	  /* innermost IP header */
	const uint8_t *tcp;	  /* TCP header, NULL in later fragments */
	uint32_t tcp_len;	  /* bytes of TCP that IP says there are: header + payload */
	uint32_t tcp_cap;	  /* how many of them were captured */
	const uint8_t *payload;	  /* NULL when none of it was captured */
	uint32_t payload_len;	  /* as IP says; captured or not */
	uint32_t payload_cap;	  /* captured */
	uint32_t nlayers;	  /* valid in layers; what lies behind the last is unknown or cut */
	struct layer layers[DECODE_LAYERS_MAX];
};

/* Never fails: d says how far it came. link_type is a LINKTYPE_* that decode_knows() accepts; with any other
 * a packet is DECODE_OTHER. */
void decode_packet(struct decoded *d, uint16_t link_type, const struct packet *p);
bool decode_knows(uint16_t link_type);

/* TCP options (RFC 9293, 3.1), one at a time. */
struct tcp_option {
	uint8_t kind;
	uint8_t len;	     /* of data, without kind and length */
	const uint8_t *data; /* len bytes, all captured */
};

struct tcp_option_iter {
	const uint8_t *at, *end;
};

/* 1 and *o filled; 0 at the end (or at end-of-list); -1 where an option is malformed or cut. */
void tcp_options_begin(struct tcp_option_iter *it, const struct decoded *d);
int tcp_options_next(struct tcp_option_iter *it, struct tcp_option *o);

#endif
