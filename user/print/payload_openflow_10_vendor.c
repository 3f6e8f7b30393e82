// SPDX-License-Identifier: BSD-2-Clause
/* Vendors' messages and actions in OpenFlow 1.0: Big Switch Networks' are read, the others' are data. */
#include "print/payload_openflow.h"

#define VENDOR_BSN 0x5c16c7

enum {
	BSN_SET_IP_MASK,
	BSN_GET_IP_MASK_REQUEST,
	BSN_GET_IP_MASK_REPLY,
	BSN_SET_MIRRORING,
	BSN_GET_MIRRORING_REQUEST,
	BSN_GET_MIRRORING_REPLY,
	BSN_SHELL_COMMAND,
	BSN_SHELL_OUTPUT,
	BSN_SHELL_STATUS,
	BSN_GET_INTERFACES_REQUEST,
	BSN_GET_L2_TABLE_REQUEST = 13,
	BSN_VIRTUAL_PORT_REMOVE_REQUEST = 17,
	BSN_BW_ENABLE_GET_REQUEST = 19,
	BSN_BW_CLEAR_DATA_REQUEST = 21,
	BSN_HYBRID_GET_REQUEST = 27
};

enum { ACTION_MIRROR = 1 };

static const struct word message_words[] = {
	{ 0, "SET_IP_MASK" },
	{ 1, "GET_IP_MASK_REQUEST" },
	{ 2, "GET_IP_MASK_REPLY" },
	{ 3, "SET_MIRRORING" },
	{ 4, "GET_MIRRORING_REQUEST" },
	{ 5, "GET_MIRRORING_REPLY" },
	{ 6, "SHELL_COMMAND" },
	{ 7, "SHELL_OUTPUT" },
	{ 8, "SHELL_STATUS" },
	{ 9, "GET_INTERFACES_REQUEST" },
	{ 10, "GET_INTERFACES_REPLY" },
	{ 11, "SET_PKTIN_SUPPRESSION_REQUEST" },
	{ 12, "SET_L2_TABLE_REQUEST" },
	{ 13, "GET_L2_TABLE_REQUEST" },
	{ 14, "GET_L2_TABLE_REPLY" },
	{ 15, "VIRTUAL_PORT_CREATE_REQUEST" },
	{ 16, "VIRTUAL_PORT_CREATE_REPLY" },
	{ 17, "VIRTUAL_PORT_REMOVE_REQUEST" },
	{ 18, "BW_ENABLE_SET_REQUEST" },
	{ 19, "BW_ENABLE_GET_REQUEST" },
	{ 20, "BW_ENABLE_GET_REPLY" },
	{ 21, "BW_CLEAR_DATA_REQUEST" },
	{ 22, "BW_CLEAR_DATA_REPLY" },
	{ 23, "BW_ENABLE_SET_REPLY" },
	{ 24, "SET_L2_TABLE_REPLY" },
	{ 25, "SET_PKTIN_SUPPRESSION_REPLY" },
	{ 26, "VIRTUAL_PORT_REMOVE_REPLY" },
	{ 27, "HYBRID_GET_REQUEST" },
	{ 28, "HYBRID_GET_REPLY" },
	{ 31, "PDU_TX_REQUEST" },
	{ 32, "PDU_TX_REPLY" },
	{ 33, "PDU_RX_REQUEST" },
	{ 34, "PDU_RX_REPLY" },
	{ 35, "PDU_RX_TIMEOUT" },
	{ 0, NULL },
};

static const struct word action_words[] = {
	{ 1, "MIRROR" }, { 2, "SET_TUNNEL_DST" }, { 4, "CHECKSUM" }, { 0, NULL }
};
static const struct word on_words[] = { { 0, "OFF" }, { 1, "ON" }, { 0, NULL } };

/* The size of a message's body; false: none is known. */
static bool body_size(uint32_t type, uint32_t *size)
{
	switch (type) {
	case BSN_SET_IP_MASK:
	case BSN_GET_IP_MASK_REQUEST:
	case BSN_GET_IP_MASK_REPLY:
		*size = 8;
		return true;
	case BSN_SET_MIRRORING:
	case BSN_GET_MIRRORING_REQUEST:
	case BSN_GET_MIRRORING_REPLY:
	case BSN_VIRTUAL_PORT_REMOVE_REQUEST:
	case BSN_SHELL_STATUS:
		*size = 4;
		return true;
	case BSN_GET_INTERFACES_REQUEST:
	case BSN_GET_L2_TABLE_REQUEST:
	case BSN_BW_ENABLE_GET_REQUEST:
	case BSN_BW_CLEAR_DATA_REQUEST:
	case BSN_HYBRID_GET_REQUEST:
		*size = 0;
		return true;
	default:
		return false;
	}
}

static void ip_mask(struct pio *io, size_t at, bool request)
{
	uint8_t index = io_u8(io, at);

	say(io, ", index %u", index);
	if (request) {
		io_need(io, at + 1, 7);
		return;
	}
	io_need(io, at + 4, 4);
	strbuf_str(io->b, ", mask ");
	io_ipv4(io, at + 4);
}

static void shell_text(struct pio *io, size_t at, uint32_t len)
{
	strbuf_str(io->b, ", data '");
	if (!io_chars(io, at, len))
		io_cut(io);
	strbuf_char(io->b, '\'');
}

static void shell_command(struct pio *io, size_t at, uint32_t len)
{
	uint32_t service;

	if (len < 4) {
		of_invalid(io, at, len);
		return;
	}
	service = io_be32(io, at);
	say(io, ", service %u", service);
	shell_text(io, at + 4, len - 4);
}

static void bsn_body(struct pio *io, uint32_t type, size_t at, uint32_t len)
{
	static const struct of_field mirroring[] = {
		{ OF_NAME8, ", report_mirror_ports ", 0, on_words, "bogus (%u)" },
		{ OF_NEED, NULL, 3 },
		{ OF_END },
	};
	uint32_t v;

	switch (type) {
	case BSN_SET_IP_MASK:
	case BSN_GET_IP_MASK_REQUEST:
	case BSN_GET_IP_MASK_REPLY:
		ip_mask(io, at, type == BSN_GET_IP_MASK_REQUEST);
		break;
	case BSN_SET_MIRRORING:
	case BSN_GET_MIRRORING_REQUEST:
	case BSN_GET_MIRRORING_REPLY:
		of_fields(io, at, mirroring);
		break;
	case BSN_VIRTUAL_PORT_REMOVE_REQUEST:
		v = io_be32(io, at);
		say(io, ", vport_no %u", v);
		break;
	case BSN_SHELL_COMMAND:
		shell_command(io, at, len);
		break;
	case BSN_SHELL_OUTPUT:
		shell_text(io, at, len);
		break;
	case BSN_SHELL_STATUS:
		v = io_be32(io, at);
		say(io, ", status 0x%08x", v);
		break;
	default:
		io_need(io, at, len);
		break;
	}
}

static void bsn_message(struct pio *io, size_t at, uint32_t len)
{
	uint32_t type, size;

	if (len < 4) {
		of_invalid(io, at, len);
		return;
	}
	type = io_be32(io, at);
	strbuf_str(io->b, "\n\t subtype ");
	io_word(io, message_words, type, "unknown (0x%08x)");
	at += 4;
	len -= 4;
	if (body_size(type, &size) && len != size)
		of_invalid(io, at, len);
	else
		bsn_body(io, type, at, len);
}

static void mirror(struct pio *io, size_t at)
{
	uint32_t v = io_be32(io, at);
	uint8_t stage;

	say(io, ", dest_port %u", v);
	v = io_be32(io, at + 4);
	if (v >> 16 == 0)
		strbuf_str(io->b, ", vlan_tag none");
	else if (v >> 16 == 0x8100)
		say(io, ", vlan_tag 802.1Q (vlan %u, p %u%s)", v & 0xfff, v >> 13 & 7,
		    v & 0x1000 ? ", DEI" : "");
	else
		say(io, ", vlan_tag unknown (0x%04x)", v >> 16);
	stage = io_u8(io, at + 8);
	if (stage > 1)
		say(io, ", copy_stage unknown (%u)", stage);
	else
		say(io, ", copy_stage %s", stage ? "EGRESS" : "INGRESS");
	io_need(io, at + 9, 3);
}

static void bsn_action(struct pio *io, size_t at, uint32_t len)
{
	uint32_t type;

	if (len < 4) {
		of_invalid(io, at, len);
		return;
	}
	type = io_be32(io, at);
	strbuf_str(io->b, "\n\t  subtype ");
	io_word(io, action_words, type, "unknown (0x%08x)");
	at += 4;
	len -= 4;
	if (type != ACTION_MIRROR)
		io_need(io, at, len);
	else if (len != 12)
		of_invalid(io, at, len);
	else
		mirror(io, at);
}

static void vendor(struct pio *io, size_t at, uint32_t len, void (*bsn)(struct pio *, size_t, uint32_t))
{
	uint32_t v = io_be32(io, at);

	say(io, ", vendor 0x%08x (%s)", v, of_vendor(v));
	if (v == VENDOR_BSN)
		bsn(io, at + 4, len - 4);
	else
		of_data(io, at + 4, len - 4);
}

void of10_vendor(struct pio *io, size_t at, uint32_t len)
{
	vendor(io, at, len, bsn_message);
}

void of10_vendor_action(struct pio *io, size_t at, uint32_t len)
{
	vendor(io, at, len, bsn_action);
}
