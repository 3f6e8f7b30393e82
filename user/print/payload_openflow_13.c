// SPDX-License-Identifier: BSD-2-Clause
/* OpenFlow 1.3's messages, as far as tcpdump reads them. */
#include "print/payload_openflow.h"

#define ELEMENT_SIZE 4

static const struct word capability_words[] = {
	{ 1, "FLOW_STATS" }, { 2, "TABLE_STATS" },  { 4, "PORT_STATS" },     { 8, "GROUP_STATS" },
	{ 32, "IP_REASM" },  { 64, "QUEUE_STATS" }, { 256, "PORT_BLOCKED" }, { 0, NULL },
};

static const struct word fragment_words[] = {
	{ 0, "FRAG_NORMAL" },
	{ 1, "FRAG_DROP" },
	{ 2, "FRAG_REASM" },
	{ 0, NULL },
};

static const struct word table_words[] = { { 0xfe, "MAX" }, { 0xff, "ALL" }, { 0, NULL } };
static const struct word length_words[] = { { 0xffe5, "MAX" }, { 0xffff, "NO_BUFFER" }, { 0, NULL } };
static const struct word role_words[] = {
	{ 0, "NOCHANGE" }, { 1, "EQUAL" }, { 2, "MASTER" }, { 3, "SLAVE" }, { 0, NULL },
};

static const struct word config_words[] = {
	{ 1, "PORT_DOWN" }, { 4, "NO_RECV" }, { 32, "NO_FWD" }, { 64, "NO_PACKET_IN" }, { 0, NULL },
};

static const struct word state_words[] = { { 1, "LINK_DOWN" }, { 2, "BLOCKED" }, { 4, "LIVE" }, { 0, NULL } };

static const struct word feature_words[] = {
	{ 1U << 0, "10MB_HD" },
	{ 1U << 1, "10MB_FD" },
	{ 1U << 2, "100MB_HD" },
	{ 1U << 3, "100MB_FD" },
	{ 1U << 4, "1GB_HD" },
	{ 1U << 5, "1GB_FD" },
	{ 1U << 6, "10GB_FD" },
	{ 1U << 7, "40GB_FD" },
	{ 1U << 8, "100GB_FD" },
	{ 1U << 9, "1TB_FD" },
	{ 1U << 10, "OTHER" },
	{ 1U << 11, "COPPER" },
	{ 1U << 12, "FIBER" },
	{ 1U << 13, "AUTONEG" },
	{ 1U << 14, "PAUSE" },
	{ 1U << 15, "PAUSE_ASYM" },
	{ 0, NULL },
};

static const struct word port_words[] = {
	{ 0xffffff00, "MAX" },	      { 0xfffffff8, "IN_PORT" },
	{ 0xfffffff9, "TABLE" },      { 0xfffffffa, "NORMAL" },
	{ 0xfffffffb, "FLOOD" },      { 0xfffffffc, "ALL" },
	{ 0xfffffffd, "CONTROLLER" }, { 0xfffffffe, "LOCAL" },
	{ 0xffffffff, "ANY" },	      { 0, NULL },
};

static const struct word version_bits[] = {
	{ 1, "1.0" }, { 2, "1.1" }, { 4, "1.2" }, { 8, "1.3" }, { 16, "1.4" }, { 32, "1.5" }, { 0, NULL },
};

static const struct word packet_in_bits[] = {
	{ 1, "NO_MATCH" }, { 2, "ACTION" }, { 4, "INVALID_TTL" }, { 0, NULL }
};
static const struct word change_bits[] = { { 1, "ADD" }, { 2, "DELETE" }, { 4, "MODIFY" }, { 0, NULL } };
static const struct word change_words[] = { { 0, "ADD" }, { 1, "DELETE" }, { 2, "MODIFY" }, { 0, NULL } };

static const char *const hello_codes[] = { "INCOMPATIBLE", "EPERM", NULL };
static const char *const request_codes[] = {
	"BAD_VERSION",
	"BAD_TYPE",
	"BAD_MULTIPART",
	"BAD_EXPERIMENTER",
	"BAD_EXP_TYPE",
	"EPERM",
	"BAD_LEN",
	"BUFFER_EMPTY",
	"BUFFER_UNKNOWN",
	"BAD_TABLE_ID",
	"IS_SLAVE",
	"BAD_PORT",
	"BAD_PACKET",
	"MULTIPART_BUFFER_OVERFLOW",
	NULL,
};
static const char *const action_codes[] = {
	"BAD_TYPE",
	"BAD_LEN",
	"BAD_EXPERIMENTER",
	"BAD_EXP_TYPE",
	"BAD_OUT_PORT",
	"BAD_ARGUMENT",
	"EPERM",
	"TOO_MANY",
	"BAD_QUEUE",
	"BAD_OUT_GROUP",
	"MATCH_INCONSISTENT",
	"UNSUPPORTED_ORDER",
	"BAD_TAG",
	"BAD_SET_TYPE",
	"BAD_SET_LEN",
	"BAD_SET_ARGUMENT",
	NULL,
};
static const char *const instruction_codes[] = {
	"UNKNOWN_INST",	    "UNSUP_INST",   "BAD_TABLE_ID", "UNSUP_METADATA", "UNSUP_METADATA_MASK",
	"BAD_EXPERIMENTER", "BAD_EXP_TYPE", "BAD_LEN",	    "EPERM",	      NULL,
};
static const char *const match_codes[] = {
	"BAD_TYPE",	 "BAD_LEN",   "BAD_TAG",   "BAD_DL_ADDR_MASK", "BAD_NW_ADDR_MASK",
	"BAD_WILDCARDS", "BAD_FIELD", "BAD_VALUE", "BAD_MASK",	       "BAD_PREREQ",
	"DUP_FIELD",	 "EPERM",     NULL,
};
static const char *const flow_mod_codes[] = {
	"UNKNOWN",     "TABLE_FULL",  "BAD_TABLE_ID", "OVERLAP", "EPERM",
	"BAD_TIMEOUT", "BAD_COMMAND", "BAD_FLAGS",    NULL,
};
static const char *const group_mod_codes[] = {
	"GROUP_EXISTS",
	"INVALID_GROUP",
	"WEIGHT_UNSUPPORTED",
	"OUT_OF_GROUPS",
	"OUT_OF_BUCKETS",
	"CHAINING_UNSUPPORTED",
	"WATCH_UNSUPPORTED",
	"LOOP",
	"UNKNOWN_GROUP",
	"CHAINED_GROUP",
	"BAD_TYPE",
	"BAD_COMMAND",
	"BAD_BUCKET",
	"BAD_MATCH",
	"EPERM",
	NULL,
};
static const char *const port_mod_codes[] = { "BAD_PORT",      "BAD_HW_ADDR", "BAD_CONFIG",
					      "BAD_ADVERTISE", "EPERM",	      NULL };
static const char *const table_mod_codes[] = { "BAD_TABLE", "BAD_CONFIG", "EPERM", NULL };
static const char *const queue_codes[] = { "BAD_PORT", "BAD_QUEUE", "EPERM", NULL };
static const char *const switch_codes[] = { "BAD_FLAGS", "BAD_LEN", "EPERM", NULL };
static const char *const role_codes[] = { "STALE", "UNSUP", "BAD_ROLE", NULL };
static const char *const meter_codes[] = {
	"UNKNOWN",  "METER_EXISTS", "INVALID_METER", "UNKNOWN_METER",  "BAD_COMMAND",	"BAD_FLAGS",
	"BAD_RATE", "BAD_BURST",    "BAD_BAND",	     "BAD_BAND_VALUE", "OUT_OF_METERS", "OUT_OF_BANDS",
	NULL,
};
static const char *const table_feature_codes[] = {
	"BAD_TABLE", "BAD_METADATA", "BAD_TYPE", "BAD_LEN", "BAD_ARGUMENT", "EPERM", NULL,
};

static const struct of_error errors[] = {
	{ 0, "HELLO_FAILED", hello_codes },
	{ 1, "BAD_REQUEST", request_codes },
	{ 2, "BAD_ACTION", action_codes },
	{ 3, "BAD_INSTRUCTION", instruction_codes },
	{ 4, "BAD_MATCH", match_codes },
	{ 5, "FLOW_MOD_FAILED", flow_mod_codes },
	{ 6, "GROUP_MOD_FAILED", group_mod_codes },
	{ 7, "PORT_MOD_FAILED", port_mod_codes },
	{ 8, "TABLE_MOD_FAILED", table_mod_codes },
	{ 9, "QUEUE_OP_FAILED", queue_codes },
	{ 10, "SWITCH_CONFIG_FAILED", switch_codes },
	{ 11, "ROLE_REQUEST_FAILED", role_codes },
	{ 12, "METER_MOD_FAILED", meter_codes },
	{ 13, "TABLE_FEATURES_FAILED", table_feature_codes },
	{ 0xffff, "EXPERIMENTER", NULL },
};

/* clang-format off */
static const struct of_field port_fields[] = {
	{ OF_NAME32, "\n\t  port_no ", 0, port_words, "%u" },
	{ OF_SKIP, NULL, 4 },
	{ OF_MAC, ", hw_addr " },
	{ OF_SKIP, NULL, 2 },
	{ OF_TEXT, ", name ", 16 },
	{ OF_END },
};

static const struct of_field port_more_fields[] = {
	{ OF_BITS32, "\n\t   config ", 0x65, config_words },
	{ OF_BITS32, "\n\t   state ", 0x7, state_words },
	{ OF_BITS32, "\n\t   curr ", 0xffff, feature_words },
	{ OF_BITS32, "\n\t   advertised ", 0xffff, feature_words },
	{ OF_BITS32, "\n\t   supported ", 0xffff, feature_words },
	{ OF_BITS32, "\n\t   peer ", 0xffff, feature_words },
	{ OF_END },
};

static const struct of_field features_fields[] = {
	{ OF_X64, "\n\t dpid " },
	{ OF_U32, ", n_buffers " },
	{ OF_U8, ", n_tables " },
	{ OF_U8, ", auxiliary_id " },
	{ OF_SKIP, NULL, 2 },
	{ OF_BITS32, "\n\t capabilities ", 0x16f, capability_words },
	{ OF_NEED, NULL, 4 },
	{ OF_END },
};

static const struct of_field config_fields[] = {
	{ OF_NAME16, "\n\t flags ", 0, fragment_words, "invalid (0x%04x)" },
	{ OF_NAME16, ", miss_send_len ", 0, length_words, "%u" },
	{ OF_END },
};

static const struct of_field role_fields[] = {
	{ OF_NAME32, "\n\t role ", 0, role_words, "invalid (0x%08x)" },
	{ OF_SKIP, NULL, 4 },
	{ OF_X64, ", generation_id " },
	{ OF_END },
};

static const struct of_field async_fields[] = {
	{ OF_BITS32, "\n\t packet_in_mask[EM] ", 7, packet_in_bits },
	{ OF_BITS32, "\n\t packet_in_mask[S] ", 7, packet_in_bits },
	{ OF_BITS32, "\n\t port_status_mask[EM] ", 7, change_bits },
	{ OF_BITS32, "\n\t port_status_mask[S] ", 7, change_bits },
	{ OF_BITS32, "\n\t flow_removed_mask[EM] ", 7, change_bits },
	{ OF_BITS32, "\n\t flow_removed_mask[S] ", 7, change_bits },
	{ OF_END },
};

static const struct of_field port_mod_fields[] = {
	{ OF_NAME32, "\n\t port_no ", 0, port_words, "%u" },
	{ OF_SKIP, NULL, 4 },
	{ OF_MAC, ", hw_addr " },
	{ OF_SKIP, NULL, 2 },
	{ OF_BITS32, "\n\t  config ", 0x65, config_words },
	{ OF_BITS32, "\n\t  mask ", 0x65, config_words },
	{ OF_BITS32, "\n\t  advertise ", 0xffff, feature_words },
	{ OF_NEED, NULL, 4 },
	{ OF_END },
};

static const struct of_field queue_config_fields[] = {
	{ OF_NAME32, "\n\t port ", 0, port_words, "%u" },
	{ OF_NEED, NULL, 4 },
	{ OF_END },
};

/* The format lacks its percent sign in tcpdump too. */
static const struct of_field reason_fields[] = {
	{ OF_NAME8, "\n\t reason ", 0, change_words, "invalid (0x02x)" },
	{ OF_SKIP, NULL, 7 },
	{ OF_END },
};
/* clang-format on */

static void table_mod(struct pio *io, size_t at, uint32_t len)
{
	static const struct of_field fields[] = {
		{ OF_NAME8, "\n\t table_id ", 0, table_words, "%u" },
		{ OF_SKIP, NULL, 3 },
		{ OF_END },
	};

	say(io, ", config 0x%08x", io_be32(io, of_fields(io, at, fields)));
}

static void port_status(struct pio *io, size_t at, uint32_t len)
{
	uint32_t speed;

	at = of_fields(io, at, reason_fields);
	at = of_fields(io, at, port_fields);
	if (io->set->verbose < 2) {
		io_need(io, at, 32);
		return;
	}
	at = of_fields(io, at, port_more_fields);
	speed = io_be32(io, at);
	say(io, "\n\t   curr_speed %ukbps", speed);
	speed = io_be32(io, at + 4);
	say(io, "\n\t   max_speed %ukbps", speed);
}

static void hello(struct pio *io, size_t at, uint32_t len)
{
	uint16_t type, n;

	for (; len; at += n, len -= n) {
		if (len < ELEMENT_SIZE) {
			of_invalid(io, at, len);
			return;
		}
		type = io_be16(io, at);
		if (type == 1)
			strbuf_str(io->b, "\n\t type VERSIONBITMAP");
		else
			say(io, "\n\t type unknown (0x%04x)", type);
		n = io_be16(io, at + 2);
		say(io, ", length %u", n);
		if (n < ELEMENT_SIZE || n > len) {
			of_invalid(io, at + ELEMENT_SIZE, len - ELEMENT_SIZE);
			return;
		}
		if (type == 1 && n == ELEMENT_SIZE + 4) {
			say(io, ", bitmap 0x%08x", io_be32(io, at + ELEMENT_SIZE));
			of_bits(io, version_bits, io_be32(io, at + ELEMENT_SIZE), 0x3f);
			continue;
		}
		if (type == 1)
			strbuf_str(io->b, " (bogus)");
		io_need(io, at + ELEMENT_SIZE, n - ELEMENT_SIZE);
	}
}

static void experimenter(struct pio *io, size_t at, uint32_t len)
{
	uint32_t v = io_be32(io, at);

	say(io, "\n\t experimenter 0x%08x (%s)", v, of_vendor(v));
	v = io_be32(io, at + 4);
	say(io, ", exp_type 0x%08x", v);
	of_data(io, at + 8, len - 8);
}

static void error(struct pio *io, size_t at, uint32_t len)
{
	of_error(io, at, len, errors, sizeof(errors) / sizeof(errors[0]));
}

const struct of_message of13_messages[] = {
	{ "HELLO", hello, NULL, OF_ANY_SIZE, 0 },
	{ "ERROR", error, NULL, OF_LEAST_SIZE, 4 },
	{ "ECHO_REQUEST", of_data, NULL, OF_ANY_SIZE, 0 },
	{ "ECHO_REPLY", of_data, NULL, OF_ANY_SIZE, 0 },
	{ "EXPERIMENTER", experimenter, NULL, OF_LEAST_SIZE, 8 },
	{ "FEATURES_REQUEST", NULL, NULL, OF_FIXED_SIZE, 0 },
	{ "FEATURES_REPLY", NULL, features_fields, OF_FIXED_SIZE, 24 },
	{ "GET_CONFIG_REQUEST", NULL, NULL, OF_FIXED_SIZE, 0 },
	{ "GET_CONFIG_REPLY", NULL, config_fields, OF_FIXED_SIZE, 4 },
	{ "SET_CONFIG", NULL, config_fields, OF_FIXED_SIZE, 4 },
	{ "PACKET_IN", NULL, NULL, OF_ANY_SIZE, 0 },
	{ "FLOW_REMOVED", NULL, NULL, OF_ANY_SIZE, 0 },
	{ "PORT_STATUS", port_status, NULL, OF_FIXED_SIZE, 72 },
	{ "PACKET_OUT", NULL, NULL, OF_ANY_SIZE, 0 },
	{ "FLOW_MOD", NULL, NULL, OF_ANY_SIZE, 0 },
	{ "GROUP_MOD", NULL, NULL, OF_ANY_SIZE, 0 },
	{ "PORT_MOD", NULL, port_mod_fields, OF_FIXED_SIZE, 32 },
	{ "TABLE_MOD", table_mod, NULL, OF_FIXED_SIZE, 8 },
	{ "MULTIPART_REQUEST", NULL, NULL, OF_ANY_SIZE, 0 },
	{ "MULTIPART_REPLY", NULL, NULL, OF_ANY_SIZE, 0 },
	{ "BARRIER_REQUEST", NULL, NULL, OF_FIXED_SIZE, 0 },
	{ "BARRIER_REPLY", NULL, NULL, OF_FIXED_SIZE, 0 },
	{ "QUEUE_GET_CONFIG_REQUEST", NULL, queue_config_fields, OF_FIXED_SIZE, 8 },
	{ "QUEUE_GET_CONFIG_REPLY", NULL, NULL, OF_ANY_SIZE, 0 },
	{ "ROLE_REQUEST", NULL, role_fields, OF_FIXED_SIZE, 16 },
	{ "ROLE_REPLY", NULL, role_fields, OF_FIXED_SIZE, 16 },
	{ "GET_ASYNC_REQUEST", NULL, NULL, OF_FIXED_SIZE, 0 },
	{ "GET_ASYNC_REPLY", NULL, async_fields, OF_FIXED_SIZE, 24 },
	{ "SET_ASYNC", NULL, async_fields, OF_FIXED_SIZE, 24 },
	{ "METER_MOD", NULL, NULL, OF_ANY_SIZE, 0 },
};

const size_t of13_messages_len = sizeof(of13_messages) / sizeof(of13_messages[0]);
