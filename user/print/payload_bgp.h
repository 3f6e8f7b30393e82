/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the BGP printer (RFC 4271) among themselves. */
#ifndef PRINT_PAYLOAD_BGP_H
#define PRINT_PAYLOAD_BGP_H

#include "print/payload_io.h"

/* Address families (RFC 4760) as one number. */
#define BGP_FAMILY(afi, safi) ((uint32_t)(afi) << 8 | (safi))

enum { AFI_IPV4 = 1, AFI_IPV6 = 2, AFI_NSAP = 3, AFI_VPLS = 25, AFI_L2VPN = 196 };
enum {
	SAFI_UNICAST = 1,
	SAFI_MULTICAST = 2,
	SAFI_BOTH = 3,
	SAFI_LABELED = 4,
	SAFI_MULTICAST_VPN = 5,
	SAFI_VPLS = 65,
	SAFI_MDT = 66,
	SAFI_VPN_UNICAST = 128,
	SAFI_VPN_MULTICAST = 129,
	SAFI_VPN_BOTH = 130,
	SAFI_ROUTE_TARGET = 132
};

/* How a route is written, with its next hop. */
enum bgp_form {
	BGP_FORM_NONE, /* no decoder */
	BGP_FORM_IPV4,
	BGP_FORM_IPV4_LABELED,
	BGP_FORM_IPV4_VPN,
	BGP_FORM_IPV6,
	BGP_FORM_IPV6_LABELED,
	BGP_FORM_IPV6_VPN,
	BGP_FORM_NSAP,
	BGP_FORM_NSAP_VPN,
	BGP_FORM_L2VPN,
	BGP_FORM_ROUTE_TARGET,
	BGP_FORM_MULTICAST_VPN,
	BGP_FORM_MDT,
};

enum bgp_form bgp_form_of(uint16_t afi, uint8_t safi);

/* What a route's decoder returns instead of the bytes it took. */
enum { BGP_ILLEGAL = -1, BGP_CUT = -2, BGP_SHORT = -3 };

#define BGP_RD_SIZE 8

extern const struct word bgp_afi_words[], bgp_safi_words[], bgp_message_words[], bgp_attribute_words[],
	bgp_origin_words[], bgp_as_open_words[], bgp_as_close_words[], bgp_pmsi_words[],
	bgp_pmsi_flag_words[], bgp_community_words[], bgp_community_flag_words[], bgp_tunnel_words[],
	bgp_ospf_route_words[], bgp_encaps_words[];

void bgp_as_number(struct pio *io, uint32_t as);
void bgp_afi_safi(struct pio *io, size_t afi_at, size_t safi_at,
		  const char *lead);			/* lead AFI x (n), SAFI y (n) */
void bgp_rd(struct pio *io, size_t at);			/* route distinguisher (RFC 4364, 4.2) */
void bgp_extended_community(struct pio *io, size_t at); /* RFC 4360, its 8 bytes */

/* A guess: do the routes carry path identifiers (RFC 7911)? */
bool bgp_has_path_ids(const struct pio *io, size_t at, uint32_t len, uint32_t bits_max);

/* A route's text behind ident, cut at text_max, or nothing where BGP_* is returned. */
int bgp_prefix(struct pio *io, const char *ident, enum bgp_form form, size_t at, uint32_t left,
	       size_t text_max);
/* One route of the form, indented; left is what the prefix may take. Bytes taken, or BGP_*. */
int bgp_route(struct pio *io, enum bgp_form form, size_t at, uint32_t left, bool ids4, bool ids6);
/* An IPv4 prefix behind ident, as UPDATE carries it outside of attributes. */
int bgp_plain_prefix(struct pio *io, const char *ident, size_t at, uint32_t left);

/* MP_REACH_NLRI and MP_UNREACH_NLRI; false: cut. */
bool bgp_reach(struct pio *io, size_t at, uint32_t len);
bool bgp_unreach(struct pio *io, size_t at, uint32_t len);

/* A path attribute's value; level counts nested ATTR_SETs. False: cut. */
bool bgp_attribute(struct pio *io, uint8_t type, size_t at, uint32_t len, unsigned level);
void bgp_attribute_flags(struct pio *io, uint8_t flags);

void bgp_open(struct pio *io, size_t at, uint32_t len);
void bgp_update(struct pio *io, size_t at, uint32_t len);

#endif
