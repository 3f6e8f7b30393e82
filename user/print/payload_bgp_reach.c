// SPDX-License-Identifier: BSD-2-Clause
/* Multiprotocol routes (RFC 4760): family, next hops, SNPAs, NLRI. */
#include "print/payload_bgp.h"

static const struct {
	uint32_t family;
	enum bgp_form form;
} forms[] = {
	{ BGP_FAMILY(AFI_IPV4, SAFI_UNICAST), BGP_FORM_IPV4 },
	{ BGP_FAMILY(AFI_IPV4, SAFI_MULTICAST), BGP_FORM_IPV4 },
	{ BGP_FAMILY(AFI_IPV4, SAFI_BOTH), BGP_FORM_IPV4 },
	{ BGP_FAMILY(AFI_IPV4, SAFI_LABELED), BGP_FORM_IPV4_LABELED },
	{ BGP_FAMILY(AFI_IPV4, SAFI_ROUTE_TARGET), BGP_FORM_ROUTE_TARGET },
	{ BGP_FAMILY(AFI_IPV4, SAFI_VPN_UNICAST), BGP_FORM_IPV4_VPN },
	{ BGP_FAMILY(AFI_IPV4, SAFI_VPN_MULTICAST), BGP_FORM_IPV4_VPN },
	{ BGP_FAMILY(AFI_IPV4, SAFI_VPN_BOTH), BGP_FORM_IPV4_VPN },
	{ BGP_FAMILY(AFI_IPV4, SAFI_MULTICAST_VPN), BGP_FORM_MULTICAST_VPN },
	{ BGP_FAMILY(AFI_IPV4, SAFI_MDT), BGP_FORM_MDT },
	{ BGP_FAMILY(AFI_IPV6, SAFI_UNICAST), BGP_FORM_IPV6 },
	{ BGP_FAMILY(AFI_IPV6, SAFI_MULTICAST), BGP_FORM_IPV6 },
	{ BGP_FAMILY(AFI_IPV6, SAFI_BOTH), BGP_FORM_IPV6 },
	{ BGP_FAMILY(AFI_IPV6, SAFI_LABELED), BGP_FORM_IPV6_LABELED },
	{ BGP_FAMILY(AFI_IPV6, SAFI_VPN_UNICAST), BGP_FORM_IPV6_VPN },
	{ BGP_FAMILY(AFI_IPV6, SAFI_VPN_MULTICAST), BGP_FORM_IPV6_VPN },
	{ BGP_FAMILY(AFI_IPV6, SAFI_VPN_BOTH), BGP_FORM_IPV6_VPN },
	{ BGP_FAMILY(AFI_NSAP, SAFI_UNICAST), BGP_FORM_NSAP },
	{ BGP_FAMILY(AFI_NSAP, SAFI_MULTICAST), BGP_FORM_NSAP },
	{ BGP_FAMILY(AFI_NSAP, SAFI_BOTH), BGP_FORM_NSAP },
	{ BGP_FAMILY(AFI_NSAP, SAFI_VPN_UNICAST), BGP_FORM_NSAP_VPN },
	{ BGP_FAMILY(AFI_NSAP, SAFI_VPN_MULTICAST), BGP_FORM_NSAP_VPN },
	{ BGP_FAMILY(AFI_NSAP, SAFI_VPN_BOTH), BGP_FORM_NSAP_VPN },
	{ BGP_FAMILY(AFI_L2VPN, SAFI_VPN_UNICAST), BGP_FORM_L2VPN },
	{ BGP_FAMILY(AFI_L2VPN, SAFI_VPN_MULTICAST), BGP_FORM_L2VPN },
	{ BGP_FAMILY(AFI_L2VPN, SAFI_VPN_BOTH), BGP_FORM_L2VPN },
	{ BGP_FAMILY(AFI_VPLS, SAFI_VPLS), BGP_FORM_L2VPN },
};

enum bgp_form bgp_form_of(uint16_t afi, uint8_t safi)
{
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (forms[i].family == BGP_FAMILY(afi, safi))
			return forms[i].form;
	return BGP_FORM_NONE;
}

void bgp_afi_safi(struct pio *io, size_t afi_at, size_t safi_at, const char *lead)
{
	uint16_t afi = io_be16(io, afi_at);
	uint8_t safi = io_u8(io, safi_at);

	say(io, "%sAFI %s (%u), SAFI %s (%u)", lead, word_of(bgp_afi_words, afi, "Unknown"), afi,
	    word_of(bgp_safi_words, safi, "Unknown"), safi);
}

/* The three bytes in front; *known tells whether the rest can be decoded. False: cut. */
static bool family(struct pio *io, size_t at, uint32_t len, enum bgp_form *form)
{
	uint16_t afi = io_be16(io, at);
	uint8_t safi = io_u8(io, at + 2);

	say(io, "\n\t    AFI: %s (%u), %sSAFI: %s (%u)", word_of(bgp_afi_words, afi, "Unknown AFI"), afi,
	    safi > 128 ? "vendor specific " : "", word_of(bgp_safi_words, safi, "Unknown SAFI"), safi);
	*form = bgp_form_of(afi, safi);
	if (*form != BGP_FORM_NONE)
		return true;
	if (!io_has(io, at, len))
		return false;
	say(io, "\n\t    no AFI %u / SAFI %u decoder", afi, safi);
	if (io->set->verbose <= 1)
		io_unknown(io, "\n\t    ", at, len);
	return true;
}

bool bgp_has_path_ids(const struct pio *io, size_t at, uint32_t len, uint32_t bits_max)
{
	uint32_t i, bits;

	if (len < 5)
		return false;
	/* With identifiers everything must fit … */
	for (i = 0; i < len; i += 1 + (bits + 7) / 8) {
		i += 4;
		if (!io_has(io, at + i, 1))
			break;
		bits = io->data[at + i];
		if (bits > bits_max)
			return false;
	}
	if (i > len)
		return false;
	/* … and without them it must not. An empty prefix among others speaks for identifiers. */
	for (i = 0; i < len; i += 1 + (bits + 7) / 8) {
		if (!io_has(io, at + i, 1))
			break;
		bits = io->data[at + i];
		if (bits < 1 || bits > bits_max)
			return true;
	}
	return i > len;
}

/* Behind the route distinguisher; two kinds of IP addresses are mapped into NSAPs (RFC 986, RFC 1888). */
static void nsap_vpn_hop(struct pio *io, size_t at, uint32_t n)
{
	strbuf_mem(io->b, "RD: ", 4);
	bgp_rd(io, at);
	at += BGP_RD_SIZE;
	n -= BGP_RD_SIZE;
	strbuf_mem(io->b, ", ", 2);
	io_nsap(io, io->data + at, n);
	if (io_be32(io, at) == 0x47000601) {
		io_need(io, at + 4, 4);
		strbuf_mem(io->b, " = ", 3);
		io_ipv4(io, at + 4);
	} else if (io_be24(io, at) == 0x350000) {
		io_need(io, at + 3, 16);
		strbuf_mem(io->b, " = ", 3);
		io_ipv6(io, at + 3);
	}
}

static void ip_hop(struct pio *io, size_t at, bool rd, bool ipv6)
{
	io_hold(io);
	if (rd) {
		strbuf_mem(io->b, "RD: ", 4);
		bgp_rd(io, at);
		strbuf_mem(io->b, ", ", 2);
		at += BGP_RD_SIZE;
	}
	if (ipv6)
		io_ipv6(io, at);
	else
		io_ipv4(io, at);
	io_keep(io);
}

/* One of the next hops in n bytes; *took is how many it takes. False: cut. */
static bool next_hop(struct pio *io, enum bgp_form form, size_t at, uint32_t n, uint32_t *took)
{
	bool rd = form == BGP_FORM_IPV4_VPN || form == BGP_FORM_IPV6_VPN;
	bool ipv6 = form == BGP_FORM_IPV6 || form == BGP_FORM_IPV6_LABELED || form == BGP_FORM_IPV6_VPN;
	uint32_t least = (ipv6 ? 16 : 4) + (rd ? BGP_RD_SIZE : 0);

	*took = n;
	if (form == BGP_FORM_NSAP) {
		io_need(io, at, n);
		io_nsap(io, io->data + at, n);
		return true;
	}
	if (form == BGP_FORM_NSAP_VPN)
		least = BGP_RD_SIZE + 1;
	if (n < least) {
		strbuf_str(io->b, "invalid len");
		return true;
	}
	if (form == BGP_FORM_NSAP_VPN) {
		if (!io_has(io, at, n))
			return false;
		nsap_vpn_hop(io, at, n);
		return true;
	}
	ip_hop(io, at, rd, ipv6);
	*took = least;
	return true;
}

static bool next_hops(struct pio *io, enum bgp_form form, size_t at, uint32_t n)
{
	const char *lead = "\n\t    nexthop: ";
	uint32_t took;

	for (; n; n -= took, at += took) {
		strbuf_str(io->b, lead);
		lead = ", ";
		if (!next_hop(io, form, at, n, &took))
			return false;
	}
	return true;
}

/* RFC 2858's sub-network points of attachment, reserved since. */
static bool snpas(struct pio *io, size_t *at, size_t end)
{
	uint8_t count, n;

	if (*at >= end)
		return false;
	count = io_u8(io, (*at)++);
	if (!count) {
		strbuf_str(io->b, ", no SNPA");
		return true;
	}
	say(io, "\n\t    %u SNPA", count);
	for (; count; count--) {
		if (*at >= end)
			return false;
		n = io_u8(io, (*at)++);
		say(io, "\n\t      %u bytes", n);
		if (end - *at < n || !io_has(io, *at, n))
			return false;
		*at += n;
	}
	return true;
}

static bool routes(struct pio *io, enum bgp_form form, size_t at, size_t end, uint32_t len)
{
	bool ids4 = bgp_has_path_ids(io, at, (uint32_t)(end - at), 32);
	bool ids6 = bgp_has_path_ids(io, at, (uint32_t)(end - at), 128);
	int took;

	while (at < end) {
		took = bgp_route(io, form, at, len, ids4, ids6);
		if (took == BGP_CUT)
			return false;
		if (took < 0)
			return true;
		at += (size_t)took;
	}
	return true;
}

bool bgp_reach(struct pio *io, size_t at, uint32_t len)
{
	size_t end = at + len;
	enum bgp_form form;
	uint8_t n;

	if (!io_has(io, at, 3) || len < 3 || !family(io, at, len, &form))
		return false;
	if (form == BGP_FORM_NONE)
		return true;
	at += 3;
	if (!io_has(io, at, 1) || at >= end)
		return false;
	n = io_u8(io, at++);
	if (end - at < n || !next_hops(io, form, at, n))
		return false;
	at += n;
	say(io, ", nh-length: %u", n);
	return snpas(io, &at, end) && routes(io, form, at, end, len);
}

bool bgp_unreach(struct pio *io, size_t at, uint32_t len)
{
	enum bgp_form form;

	if (!io_has(io, at, 3) || !family(io, at, len, &form))
		return false;
	if (form == BGP_FORM_NONE)
		return true;
	if (len == 3)
		strbuf_str(io->b, "\n\t      End-of-Rib Marker (empty NLRI)");
	return routes(io, form, at + 3, at + len, len);
}
