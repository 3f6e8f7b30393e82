// SPDX-License-Identifier: BSD-2-Clause
#include "print/payload_bgp.h"

const struct word bgp_afi_words[] = {
	{ 0, "Reserved" },
	{ 1, "IPv4" },
	{ 2, "IPv6" },
	{ 3, "NSAP" },
	{ 4, "HDLC" },
	{ 5, "BBN 1822" },
	{ 6, "802" },
	{ 7, "E.163" },
	{ 8, "E.164" },
	{ 9, "F.69" },
	{ 10, "X.121" },
	{ 11, "Novell IPX" },
	{ 12, "Appletalk" },
	{ 13, "Decnet IV" },
	{ 14, "Banyan Vines" },
	{ 15, "E.164 with NSAP subaddress" },
	{ AFI_VPLS, "VPLS" },
	{ AFI_L2VPN, "Layer-2 VPN" },
	{ 0, NULL },
};

const struct word bgp_safi_words[] = {
	{ 0, "Reserved" },
	{ SAFI_UNICAST, "Unicast" },
	{ SAFI_MULTICAST, "Multicast" },
	{ SAFI_BOTH, "Unicast+Multicast" },
	{ SAFI_LABELED, "labeled Unicast" },
	{ SAFI_MULTICAST_VPN, "Multicast VPN" },
	{ 64, "Tunnel" },
	{ SAFI_VPLS, "VPLS" },
	{ SAFI_MDT, "MDT" },
	{ 70, "EVPN" },
	{ SAFI_VPN_UNICAST, "labeled VPN Unicast" },
	{ SAFI_VPN_MULTICAST, "labeled VPN Multicast" },
	{ SAFI_VPN_BOTH, "labeled VPN Unicast+Multicast" },
	{ SAFI_ROUTE_TARGET, "Route Target Routing Information" },
	{ 0, NULL },
};

const struct word bgp_message_words[] = {
	{ 1, "Open" },	    { 2, "Update" },	    { 3, "Notification" },
	{ 4, "Keepalive" }, { 5, "Route Refresh" }, { 0, NULL },
};

const struct word bgp_attribute_words[] = {
	{ 1, "Origin" },
	{ 2, "AS Path" },
	{ 3, "Next Hop" },
	{ 4, "Multi Exit Discriminator" },
	{ 5, "Local Preference" },
	{ 6, "Atomic Aggregate" },
	{ 7, "Aggregator" },
	{ 8, "Community" },
	{ 9, "Originator ID" },
	{ 10, "Cluster List" },
	{ 11, "DPA" },
	{ 12, "Advertisers" },
	{ 13, "RCID Path / Cluster ID" },
	{ 14, "Multi-Protocol Reach NLRI" },
	{ 15, "Multi-Protocol Unreach NLRI" },
	{ 16, "Extended Community" },
	{ 17, "AS4 Path" },
	{ 18, "Aggregator4" },
	{ 22, "PMSI Tunnel" },
	{ 23, "Tunnel Encapsulation" },
	{ 24, "Traffic Engineering" },
	{ 25, "IPv6 Extended Community" },
	{ 26, "Accumulated IGP Metric" },
	{ 27, "PE Distinguisher Label" },
	{ 28, "Entropy Label" },
	{ 32, "Large Community" },
	{ 128, "Attribute Set" },
	{ 255, "Reserved for development" },
	{ 0, NULL },
};

const struct word bgp_origin_words[] = { { 0, "IGP" }, { 1, "EGP" }, { 2, "Incomplete" }, { 0, NULL } };

/* Around the segments of an AS path: set, sequence, confederation sequence, confederation set. */
const struct word bgp_as_open_words[] = { { 1, "{ " }, { 2, "" }, { 3, "( " }, { 4, "({ " }, { 0, NULL } };
const struct word bgp_as_close_words[] = { { 1, "}" }, { 2, "" }, { 3, ")" }, { 4, "})" }, { 0, NULL } };

const struct word bgp_pmsi_words[] = {
	{ 1, "RSVP-TE P2MP LSP" }, { 2, "LDP P2MP LSP" },	 { 3, "PIM-SSM Tree" },	 { 4, "PIM-SM Tree" },
	{ 5, "PIM-Bidir Tree" },   { 6, "Ingress Replication" }, { 7, "LDP MP2MP LSP" }, { 0, NULL },
};

const struct word bgp_pmsi_flag_words[] = { { 1, "Leaf Information required" }, { 0, NULL } };

const struct word bgp_community_words[] = {
	{ 0x0002, "target" },
	{ 0x0102, "target" },
	{ 0x0202, "target" },
	{ 0x0003, "origin" },
	{ 0x0103, "origin" },
	{ 0x0203, "origin" },
	{ 0x4004, "link-BW" },
	{ 0x0005, "ospf-domain" },
	{ 0x0105, "ospf-domain" },
	{ 0x0205, "ospf-domain" },
	{ 0x8005, "ospf-domain" },
	{ 0x0306, "ospf-route-type" },
	{ 0x8000, "ospf-route-type" },
	{ 0x030c, "encapsulation" },
	{ 0x0107, "ospf-router-id" },
	{ 0x8001, "ospf-router-id" },
	{ 0x800a, "layer2-info" },
	{ 0x8800, "eigrp-general-route (flag, tag)" },
	{ 0x8801, "eigrp-route-metric (AS, delay)" },
	{ 0x8802, "eigrp-route-metric (reliability, nexthop, bandwidth)" },
	{ 0x8803, "eigrp-route-metric (load, MTU)" },
	{ 0x8804, "eigrp-external-route (remote-AS, remote-ID)" },
	{ 0x8805, "eigrp-external-route (remote-proto, remote-metric)" },
	{ 0x0009, "source-AS" },
	{ 0x010b, "vrf-route-import" },
	{ 0x000a, "l2vpn-id" },
	{ 0xf10a, "l2vpn-id" },
	{ 0, NULL },
};

const struct word bgp_community_flag_words[] = {
	{ 0x8000, "vendor-specific" },
	{ 0x4000, "non-transitive" },
	{ 0, NULL },
};

const struct word bgp_tunnel_words[] = {
	{ 1, "L2TPv3 over IP" },
	{ 2, "GRE" },
	{ 3, "Transmit Tunnel" },
	{ 4, "IPsec" },
	{ 5, "IP in IP with IPsec" },
	{ 6, "MPLS in IP with IPsec" },
	{ 7, "IP in IP" },
	{ 8, "VXLAN" },
	{ 9, "NVGRE" },
	{ 10, "MPLS" },
	{ 11, "MPLS in GRE" },
	{ 12, "VXLAN GPE" },
	{ 13, "MPLS in UDP" },
	{ 14, "IPv6" },
	{ 15, "SR TE" },
	{ 16, "Bare" },
	{ 17, "SR" },
	{ 0, NULL },
};

const struct word bgp_ospf_route_words[] = {
	{ 1, "Router" },	{ 2, "Network" },	  { 3, "Summary" }, { 5, "External" },
	{ 7, "NSSA External" }, { 129, "MPLS-VPN Sham" }, { 0, NULL },
};

/* RFC 6624; the misspelling is tcpdump's. */
const struct word bgp_encaps_words[] = {
	{ 0, "Reserved" },
	{ 1, "Frame Relay" },
	{ 2, "ATM AAL5 SDU VCC transport" },
	{ 3, "ATM transparent cell transport" },
	{ 4, "Ethernet (VLAN) Tagged Mode" },
	{ 5, "Ethernet Raw Mode" },
	{ 6, "Cisco HDLC" },
	{ 7, "PPP" },
	{ 8, "SONET/SDH Circuit Emulation Service over MPLS" },
	{ 9, "ATM n-to-one VCC cell transport" },
	{ 10, "ATM n-to-one VPC cell transport" },
	{ 11, "IP layer 2 transport" },
	{ 15, "Frame Relay Port mode" },
	{ 17, "Structure-agnostic E1 over packet" },
	{ 18, "Structure-agnostic T1 (DS1) over packet" },
	{ 19, "VPLS" },
	{ 20, "Structure-agnostic T3 (DS3) over packet" },
	{ 21, "Nx64kbit/s Basic Service using Structure-aware" },
	{ 25, "Frame Relay DLCI" },
	{ 40, "Structure-agnostic E3 over packet" },
	{ 41, "Octet-aligned playload for Structure-agnostic DS1 circuits" },
	{ 42, "E1 Nx64kbit/s with CAS using Structure-aware" },
	{ 43, "DS1 (ESF) Nx64kbit/s with CAS using Structure-aware" },
	{ 44, "DS1 (SF) Nx64kbit/s with CAS using Structure-aware" },
	{ 0, NULL },
};
