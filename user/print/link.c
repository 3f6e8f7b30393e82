// SPDX-License-Identifier: BSD-2-Clause
/* Link headers: what -e shows of them, and what SLL2 shows always. */
#include "decode/numbers.h"
#include "print/printing.h"
#include "print/tables.h"

static void put_ethertype(struct printing *c, uint16_t type)
{
	const char *name = table_find(table_ethertypes, type);

	if (c->set->quick) {
		if (name)
			strbuf_str(c->b, name);
		else
			strbuf_printf(c->b, "Unknown Ethertype (0x%04x)", type);
		return;
	}
	put_lit(c->b, "ethertype ");
	strbuf_str(c->b, name ? name : "Unknown");
	put_lit(c->b, " (");
	put_x32(c->b, type, 4);
	strbuf_char(c->b, ')');
}

static void put_vlan(struct printing *c, uint16_t tci)
{
	put_lit(c->b, "vlan ");
	put_u32(c->b, tci & 0xfff);
	put_lit(c->b, ", p ");
	put_u32(c->b, tci >> 13);
	if (tci & 0x1000)
		put_lit(c->b, ", DEI");
	put_lit(c->b, ", ");
}

static void put_length(struct printing *c, uint32_t len)
{
	put_lit(c->b, ", length ");
	put_u32(c->b, len);
	put_lit(c->b, ": ");
}

/* Ethernet's type field and what stands before it, with -e. */
static void ether_header(struct printing *c, const struct layer *l, const uint8_t *at)
{
	bool length_done = false;
	uint16_t type = get16(at + 12);
	uint32_t n = 14;

	print_mac(c, at + 6);
	put_lit(c->b, " > ");
	print_mac(c, at);
	put_lit(c->b, ", ");
	while (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_VLAN_9100 ||
	       type == ETHERTYPE_VLAN_9200) {
		put_ethertype(c, type);
		if (length_done)
			put_lit(c->b, ", ");
		else
			put_length(c, l->len);
		length_done = true;
		put_vlan(c, get16(at + n));
		type = get16(at + n + 2);
		n += 4;
	}
	if (type == ETHERTYPE_JUMBO)
		return;
	if (type <= ETHERTYPE_LENGTH_MAX) {
		put_lit(c->b, "802.3");
		if (!length_done)
			put_length(c, type < l->len - n ? type : l->len - n);
		return;
	}
	put_ethertype(c, type);
	if (length_done)
		put_lit(c->b, ", ");
	else
		put_length(c, l->len);
}

enum printed print_ether(struct printing *c, const struct layer *l, const uint8_t *at)
{
	c->proto = "ether";
	if (c->set->link_header && c->next)
		ether_header(c, l, at);
	return PRINTED;
}

static void put_snap(struct printing *c, const struct layer *l, const uint8_t *at)
{
	uint32_t org = get32(at + 2) & 0xffffff;
	uint16_t type = get16(at + 6);
	const char *org_name = table_find(table_snap_ouis, org);
	const char *name = table_find(org == 0x0080c2 ? table_bridged : table_ethertypes, type);

	strbuf_printf(c->b, "oui %s (0x%06x), %s %s (0x%04x)", org_name ? org_name : "Unknown", org,
		      org == 0 ? "ethertype" : "pid", name ? name : "Unknown", type);
	put_length(c, l->len - 8);
}

enum printed print_llc(struct printing *c, const struct layer *l, const uint8_t *at)
{
	static const char *const direction[] = { "Command", "Response" }, *const group[] = { "Individual",
											     "Group" };
	bool snap = (at[0] & ~1) == LLC_SAP_SNAP;
	const char *sap = snap ? "SNAP" : "IP";

	c->proto = "llc";
	if (c->set->link_header && c->next) {
		strbuf_printf(c->b, "LLC, dsap %s (0x%02x) %s, ssap %s (0x%02x) %s, ctrl 0x03: ", sap,
			      at[0] & 0xfe, group[at[0] & 1], sap, at[1] & 0xfe, direction[at[1] & 1]);
		if (snap)
			put_snap(c, l, at);
	}
	if (snap)
		c->proto = "snap";
	return PRINTED;
}

static const char *packet_kind(uint32_t kind)
{
	static const char *const kinds[] = { "In", "B", "M", "P", "Out" };

	return kind < 5 ? kinds[kind] : "?";
}

/* Address, type and length of a cooked header, with -e. */
static void cooked_header(struct printing *c, uint32_t addr_len, const uint8_t *addr, uint16_t type,
			  uint32_t len)
{
	if (addr_len == 6) {
		print_mac(c, addr);
		strbuf_char(c->b, ' ');
	}
	if (c->set->quick)
		return;
	if (type == 0x0001)
		put_lit(c->b, "802.3");
	else if (type == 0x0004)
		put_lit(c->b, "802.2");
	else
		put_ethertype(c, type);
	put_length(c, len);
}

/* The VLAN tags behind a cooked header; the types are shown without -e, too. */
static void cooked_vlans(struct printing *c, const struct layer *l, const uint8_t *at, uint32_t n,
			 uint16_t type)
{
	while (type == ETHERTYPE_VLAN && l->cap >= n + 4) {
		const char *name;

		if (c->set->link_header)
			put_vlan(c, get16(at + n));
		type = get16(at + n + 2);
		if (type <= ETHERTYPE_LENGTH_MAX)
			type = 0x0004;
		name = table_find(table_ethertypes, type);
		if (!c->set->quick)
			strbuf_printf(c->b, "ethertype %s, ", name ? name : "Unknown");
		n += 4;
	}
}

enum printed print_sll(struct printing *c, const struct layer *l, const uint8_t *at)
{
	c->proto = "sll";
	if (l->cap < 16)
		return PRINTED_CUT;
	if (c->set->link_header) {
		strbuf_printf(c->b, "%3s ", packet_kind(get16(at)));
		cooked_header(c, get16(at + 4), at + 6, get16(at + 14), l->len);
	}
	cooked_vlans(c, l, at, 16, get16(at + 14));
	return PRINTED;
}

static const char *iface_name(struct printing *c, uint32_t ifindex)
{
	struct printer *pr = c->pr;
	const char *name = NULL;
	uint32_t i;

	for (i = 0; i < pr->nifaces; i++)
		if (pr->ifaces[i].ifindex == ifindex)
			return pr->ifaces[i].name;
	if (c->set->iface_name)
		name = c->set->iface_name(c->set->iface_arg, ifindex);
	if (i == IFACE_NAMES_MAX)
		i = pr->nifaces = 0;
	pr->nifaces++;
	pr->ifaces[i].ifindex = ifindex;
	memset(pr->ifaces[i].name, 0, sizeof(pr->ifaces[i].name));
	strncpy(pr->ifaces[i].name, name ? name : "?", sizeof(pr->ifaces[i].name) - 1);
	return pr->ifaces[i].name;
}

enum printed print_sll2(struct printing *c, const struct layer *l, const uint8_t *at)
{
	c->proto = "sll2";
	if (l->cap < 20)
		return PRINTED_CUT;
	strbuf_printf(c->b, "%-5s %-3s ", iface_name(c, get32(at + 4)), packet_kind(at[10]));
	if (c->set->link_header) {
		put_lit(c->b, "ifindex ");
		put_u32(c->b, get32(at + 4));
		strbuf_char(c->b, ' ');
		cooked_header(c, at[11], at + 12, get16(at), l->len);
	}
	cooked_vlans(c, l, at, 20, get16(at));
	return PRINTED;
}

enum printed print_null(struct printing *c, const struct layer *l, const uint8_t *at)
{
	uint32_t family;

	c->proto = "null";
	if (!c->set->link_header || l->cap < 4)
		return l->cap < 4 ? PRINTED_CUT : PRINTED;
	memcpy(&family, at, sizeof(family));
	if (family & 0xffff0000)
		family = __builtin_bswap32(family);
	if (c->set->quick)
		strbuf_str(c->b, family == 2 ? "IPv4" : "IPv6");
	else
		strbuf_printf(c->b, "AF %s (%u)", family == 2 ? "IPv4" : "IPv6", family);
	put_length(c, l->len);
	return PRINTED;
}

enum printed print_raw(struct printing *c, const struct layer *l, const uint8_t *at)
{
	c->proto = "raw";
	if (c->set->link_header)
		put_lit(c->b, "ip: ");
	return PRINTED;
}
