/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers that headers carry to say what follows them (the IANA and IEEE registries). */
#ifndef DECODE_NUMBERS_H
#define DECODE_NUMBERS_H

#define ETHERTYPE_LENGTH_MAX 1500 /* up to here it is an 802.3 length */
#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_TEB 0x6558 /* transparent Ethernet bridging, inside GRE */
#define ETHERTYPE_VLAN 0x8100
#define ETHERTYPE_IPV6 0x86dd
#define ETHERTYPE_PPP 0x880b
#define ETHERTYPE_MPLS 0x8847
#define ETHERTYPE_MPLS_MULTICAST 0x8848
#define ETHERTYPE_PPPOE_DISCOVERY 0x8863
#define ETHERTYPE_PPPOE 0x8864
#define ETHERTYPE_JUMBO 0x8870 /* an LLC header follows */
#define ETHERTYPE_QINQ 0x88a8
#define ETHERTYPE_VLAN_9100 0x9100
#define ETHERTYPE_VLAN_9200 0x9200
#define ETHERTYPE_PPPOE_DISCOVERY_OLD 0x3c12
#define ETHERTYPE_PPPOE_OLD 0x3c13

#define PROTO_HOPOPTS 0
#define PROTO_IPIP 4
#define PROTO_TCP 6
#define PROTO_UDP 17
#define PROTO_DCCP 33
#define PROTO_IPV6 41
#define PROTO_ROUTING 43
#define PROTO_FRAGMENT 44
#define PROTO_GRE 47
#define PROTO_AH 51
#define PROTO_DSTOPTS 60
#define PROTO_SCTP 132
#define PROTO_MOBILITY 135
#define PROTO_ETHERNET 143 /* over IPv6 only */

#define PPP_PROTO_IPV4 0x0021
#define PPP_PROTO_VJ_UNCOMPRESSED 0x002f
#define PPP_PROTO_IPV6 0x0057
#define PPP_PROTO_MPLS 0x0281
#define PPP_PROTO_MPLS_MULTICAST 0x0283

#define IPV4_FLAG_RESERVED 0x8000
#define IPV4_FLAG_DF 0x4000
#define IPV4_FLAG_MF 0x2000
#define IPV4_OFFSET_MASK 0x1fff

#define LLC_SAP_IP 0x06
#define LLC_SAP_SNAP 0xaa
#define LLC_UI 0x03

#define GRE_CHECKSUM 0x8000
#define GRE_ROUTING 0x4000
#define GRE_KEY 0x2000
#define GRE_SEQUENCE 0x1000
#define GRE_SOURCE_ROUTING 0x0800
#define GRE_ACK 0x0080
#define GRE_VERSION_MASK 0x0007

#endif
