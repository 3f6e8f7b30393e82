// SPDX-License-Identifier: BSD-2-Clause
/* OpenFlow 1.0's messages. */
#include "print/payload_openflow.h"

#define PORT_SIZE 48
#define QUEUE_SIZE 8
#define PROPERTY_SIZE 8
#define RATE_MAX 1000

enum { PROPERTY_NONE = 0, PROPERTY_MIN_RATE = 1 };
enum { COMMAND_ADD, COMMAND_MODIFY, COMMAND_MODIFY_STRICT, COMMAND_DELETE, COMMAND_DELETE_STRICT };

const struct word of10_port_words[] = {
	{ 0xff00, "MAX" },   { 0xfff8, "IN_PORT" }, { 0xfff9, "TABLE" },      { 0xfffa, "NORMAL" },
	{ 0xfffb, "FLOOD" }, { 0xfffc, "ALL" },	    { 0xfffd, "CONTROLLER" }, { 0xfffe, "LOCAL" },
	{ 0xffff, "NONE" },  { 0, NULL },
};

static const struct word config_words[] = {
	{ 1, "PORT_DOWN" }, { 2, "NO_STP" },  { 4, "NO_RECV" },	      { 8, "NO_RECV_STP" },
	{ 16, "NO_FLOOD" }, { 32, "NO_FWD" }, { 64, "NO_PACKET_IN" }, { 0, NULL },
};

static const struct word feature_words[] = {
	{ 1U << 0, "10MB_HD" },
	{ 1U << 1, "10MB_FD" },
	{ 1U << 2, "100MB_HD" },
	{ 1U << 3, "100MB_FD" },
	{ 1U << 4, "1GB_HD" },
	{ 1U << 5, "1GB_FD" },
	{ 1U << 6, "10GB_FD" },
	{ 1U << 7, "COPPER" },
	{ 1U << 8, "FIBER" },
	{ 1U << 9, "AUTONEG" },
	{ 1U << 10, "PAUSE" },
	{ 1U << 11, "PAUSE_ASYM" },
	{ 0, NULL },
};

static const struct word capability_words[] = {
	{ 1, "FLOW_STATS" }, { 2, "TABLE_STATS" },  { 4, "PORT_STATS" },     { 8, "STP" }, { 16, "RESERVED" },
	{ 32, "IP_REASM" },  { 64, "QUEUE_STATS" }, { 128, "ARP_MATCH_IP" }, { 0, NULL },
};

static const struct word action_bits[] = {
	{ 1U << 0, "OUTPUT" },
	{ 1U << 1, "SET_VLAN_VID" },
	{ 1U << 2, "SET_VLAN_PCP" },
	{ 1U << 3, "STRIP_VLAN" },
	{ 1U << 4, "SET_DL_SRC" },
	{ 1U << 5, "SET_DL_DST" },
	{ 1U << 6, "SET_NW_SRC" },
	{ 1U << 7, "SET_NW_DST" },
	{ 1U << 8, "SET_NW_TOS" },
	{ 1U << 9, "SET_TP_SRC" },
	{ 1U << 10, "SET_TP_DST" },
	{ 1U << 11, "ENQUEUE" },
	{ 0, NULL },
};

static const struct word fragment_words[] = {
	{ 0, "FRAG_NORMAL" },
	{ 1, "FRAG_DROP" },
	{ 2, "FRAG_REASM" },
	{ 0, NULL },
};

static const struct word command_words[] = {
	{ COMMAND_ADD, "ADD" },
	{ COMMAND_MODIFY, "MODIFY" },
	{ COMMAND_MODIFY_STRICT, "MODIFY_STRICT" },
	{ COMMAND_DELETE, "DELETE" },
	{ COMMAND_DELETE_STRICT, "DELETE_STRICT" },
	{ 0, NULL },
};

static const struct word flag_words[] = {
	{ 1, "SEND_FLOW_REM" },
	{ 2, "CHECK_OVERLAP" },
	{ 4, "EMERG" },
	{ 0, NULL },
};

static const struct word buffer_words[] = { { 0xffffffff, "NONE" }, { 0, NULL } };
static const struct word packet_in_words[] = { { 0, "NO_MATCH" }, { 1, "ACTION" }, { 0, NULL } };
static const struct word removed_words[] = {
	{ 0, "IDLE_TIMEOUT" },
	{ 1, "HARD_TIMEOUT" },
	{ 2, "DELETE" },
	{ 0, NULL },
};
static const struct word change_words[] = { { 0, "ADD" }, { 1, "DELETE" }, { 2, "MODIFY" }, { 0, NULL } };

static const char *const hello_codes[] = { "INCOMPATIBLE", "EPERM", NULL };
static const char *const request_codes[] = {
	"BAD_VERSION", "BAD_TYPE", "BAD_STAT",	   "BAD_VENDOR",     "BAD_SUBTYPE",
	"EPERM",       "BAD_LEN",  "BUFFER_EMPTY", "BUFFER_UNKNOWN", NULL,
};
static const char *const action_codes[] = {
	"BAD_TYPE",	"BAD_LEN", "BAD_VENDOR", "BAD_VENDOR_TYPE", "BAD_OUT_PORT",
	"BAD_ARGUMENT", "EPERM",   "TOO_MANY",	 "BAD_QUEUE",	    NULL,
};
static const char *const flow_mod_codes[] = {
	"ALL_TABLES_FULL", "OVERLAP", "EPERM", "BAD_EMERG_TIMEOUT", "BAD_COMMAND", "UNSUPPORTED", NULL,
};
static const char *const port_mod_codes[] = { "BAD_PORT", "BAD_HW_ADDR", NULL };
static const char *const queue_codes[] = { "BAD_PORT", "BAD_QUEUE", "EPERM", NULL };

static const struct of_error errors[] = {
	{ 0, "HELLO_FAILED", hello_codes },	  { 1, "BAD_REQUEST", request_codes },
	{ 2, "BAD_ACTION", action_codes },	  { 3, "FLOW_MOD_FAILED", flow_mod_codes },
	{ 4, "PORT_MOD_FAILED", port_mod_codes }, { 5, "QUEUE_OP_FAILED", queue_codes },
};

/* clang-format off */
static const struct of_field features_fields[] = {
	{ OF_X64, "\n\t dpid " },
	{ OF_U32, ", n_buffers " },
	{ OF_U8, ", n_tables " },
	{ OF_SKIP, NULL, 3 },
	{ OF_BITS32, "\n\t capabilities ", 0xef, capability_words },
	{ OF_BITS32, "\n\t actions ", 0xfff, action_bits },
	{ OF_END },
};

static const struct of_field port_fields[] = {
	{ OF_NAME16, "\n\t  port_no ", 0, of10_port_words, "%u" },
	{ OF_MAC, ", hw_addr " },
	{ OF_TEXT, ", name ", 16 },
	{ OF_END },
};

static const struct of_field port_feature_fields[] = {
	{ OF_BITS32, "\n\t   curr ", 0xfff, feature_words },
	{ OF_BITS32, "\n\t   advertised ", 0xfff, feature_words },
	{ OF_BITS32, "\n\t   supported ", 0xfff, feature_words },
	{ OF_BITS32, "\n\t   peer ", 0xfff, feature_words },
	{ OF_END },
};

static const struct of_field config_fields[] = {
	{ OF_NAME16, "\n\t flags ", 0, fragment_words, "invalid (0x%04x)" },
	{ OF_U16, ", miss_send_len " },
	{ OF_END },
};

static const struct of_field flow_mod_fields[] = {
	{ OF_U16_SET, ", idle_timeout " },
	{ OF_U16_SET, ", hard_timeout " },
	{ OF_U16_SET, ", priority " },
	{ OF_END },
};

static const struct of_field port_mod_fields[] = {
	{ OF_NAME16, "\n\t port_no ", 0, of10_port_words, "%u" },
	{ OF_MAC, ", hw_addr " },
	{ OF_BITS32, "\n\t config ", 0x7f, config_words },
	{ OF_BITS32, "\n\t mask ", 0x7f, config_words },
	{ OF_BITS32, "\n\t advertise ", 0xfff, feature_words },
	{ OF_NEED, NULL, 4 },
	{ OF_END },
};

static const struct of_field queue_request_fields[] = {
	{ OF_NAME16, "\n\t port ", 0, of10_port_words, "%u" },
	{ OF_NEED, NULL, 2 },
	{ OF_END },
};

static const struct of_field queue_reply_fields[] = {
	{ OF_NAME16, "\n\t port ", 0, of10_port_words, "%u" },
	{ OF_NEED, NULL, 6 },
	{ OF_END },
};

static const struct of_field packet_in_fields[] = {
	{ OF_NAME32, "\n\t buffer_id ", 0, buffer_words, "0x%08x" },
	{ OF_U16, ", total_len " },
	{ OF_NAME16, ", in_port ", 0, of10_port_words, "%u" },
	{ OF_NAME8, ", reason ", 0, packet_in_words, "invalid (0x%02x)" },
	{ OF_NEED, NULL, 1 },
	{ OF_END },
};

static const struct of_field removed_fields[] = {
	{ OF_X64, "\n\t cookie " },
	{ OF_U16_SET, ", priority " },
	{ OF_NAME8, ", reason ", 0, removed_words, "unknown (0x%02x)" },
	{ OF_SKIP, NULL, 1 },
	{ OF_U32, ", duration_sec " },
	{ OF_U32, ", duration_nsec " },
	{ OF_U16_SET, ", idle_timeout " },
	{ OF_SKIP, NULL, 2 },
	{ OF_U64, ", packet_count " },
	{ OF_U64, ", byte_count " },
	{ OF_END },
};

static const struct of_field reason_fields[] = {
	{ OF_NAME8, "\n\t reason ", 0, change_words, "invalid (0x%02x)" },
	{ OF_SKIP, NULL, 7 },
	{ OF_END },
};
/* clang-format on */

/* A frame inside a message is told of, but not decoded. */
static void frame(struct pio *io, size_t at, uint32_t len)
{
	if (!len)
		return;
	say(io, "\n\t data (%u octets)", len);
	io_need(io, at, len);
}

/* Its state is a code and a bit. */
static void port_state(struct pio *io, uint32_t v)
{
	static const char *const stp[] = { "STP_LISTEN", "STP_LEARN", "STP_FORWARD", "STP_BLOCK" };

	say(io, "\n\t   state 0x%08x (%s%s)%s", v, stp[v >> 8 & 3], v & 1 ? ", LINK_DOWN" : "",
	    v & ~0x301U ? " (bogus)" : "");
}

static void port(struct pio *io, size_t at)
{
	static const struct of_field config[] = { { OF_BITS32, "\n\t   config ", 0x7f, config_words },
						  { OF_END } };

	at = of_fields(io, at, port_fields);
	if (io->set->verbose < 2) {
		io_need(io, at, 24);
		return;
	}
	at = of_fields(io, at, config);
	port_state(io, io_be32(io, at));
	of_fields(io, at + 4, port_feature_fields);
}

static void features(struct pio *io, size_t at, uint32_t len)
{
	at = of_fields(io, at, features_fields);
	for (len -= 24; len; len -= PORT_SIZE, at += PORT_SIZE) {
		if (len < PORT_SIZE) {
			of_invalid(io, at, len);
			return;
		}
		port(io, at);
	}
}

static void port_status(struct pio *io, size_t at, uint32_t len)
{
	port(io, of_fields(io, at, reason_fields));
}

static void flow_mod(struct pio *io, size_t at, uint32_t len)
{
	static const struct of_field flags[] = { { OF_BITS16, ", flags ", 7, flag_words }, { OF_END } };
	static const struct of_field cookie[] = { { OF_X64, "\n\t cookie " }, { OF_END } };
	uint16_t command;

	of10_match(io, "\n\t ", at);
	at = of_fields(io, at + OF10_MATCH_SIZE, cookie);
	command = io_be16(io, at);
	strbuf_str(io->b, ", command ");
	io_word(io, command_words, command, "invalid (0x%04x)");
	at = of_fields(io, at + 2, flow_mod_fields);
	if (command <= COMMAND_MODIFY_STRICT) {
		uint32_t buffer = io_be32(io, at);

		strbuf_str(io->b, ", buffer_id ");
		io_word(io, buffer_words, buffer, "0x%08x");
	}
	if (command == COMMAND_DELETE || command == COMMAND_DELETE_STRICT) {
		uint16_t out = io_be16(io, at + 4);

		strbuf_str(io->b, ", out_port ");
		io_word(io, of10_port_words, out, "%u");
	}
	at = of_fields(io, at + 6, flags);
	of10_actions(io, "\n\t ", at, len - 64);
}

static void packet_out(struct pio *io, size_t at, uint32_t len)
{
	uint32_t buffer = io_be32(io, at);
	uint16_t in, actions;

	say(io, "\n\t buffer_id 0x%08x", buffer);
	in = io_be16(io, at + 4);
	strbuf_str(io->b, ", in_port ");
	io_word(io, of10_port_words, in, "%u");
	actions = io_be16(io, at + 6);
	at += 8;
	len -= 8;
	if (actions > len) {
		of_invalid(io, at, len);
		return;
	}
	of10_actions(io, "\n\t ", at, actions);
	frame(io, at + actions, len - actions);
}

static void packet_in(struct pio *io, size_t at, uint32_t len)
{
	at = of_fields(io, at, packet_in_fields);
	frame(io, at, len - 10);
}

static void flow_removed(struct pio *io, size_t at, uint32_t len)
{
	of10_match(io, "\n\t ", at);
	of_fields(io, at + OF10_MATCH_SIZE, removed_fields);
}

static void min_rate(struct pio *io, size_t at)
{
	uint16_t rate = io_be16(io, at);

	if (rate > RATE_MAX)
		strbuf_str(io->b, ", rate disabled");
	else
		say(io, ", rate %u.%u%%", rate / 10, rate % 10);
	io_need(io, at + 2, 6);
}

static void queue_properties(struct pio *io, size_t at, uint32_t len)
{
	uint16_t type, n;

	for (; len; at += n, len -= n) {
		if (len < PROPERTY_SIZE) {
			of_invalid(io, at, len);
			return;
		}
		type = io_be16(io, at);
		if (type <= PROPERTY_MIN_RATE)
			say(io, "\n\t   property %s", type == PROPERTY_NONE ? "NONE" : "MIN_RATE");
		else
			say(io, "\n\t   property invalid (0x%04x)", type);
		n = io_be16(io, at + 2);
		say(io, ", len %u", n);
		if (n < PROPERTY_SIZE || n > len) {
			of_invalid(io, at + 4, len - 4);
			return;
		}
		io_need(io, at + 4, 4);
		if (type <= PROPERTY_MIN_RATE && n != (type == PROPERTY_NONE ? 8 : 16))
			strbuf_str(io->b, " (bogus)");
		else if (type == PROPERTY_MIN_RATE)
			min_rate(io, at + 8);
		io_need(io, at + 8, n - 8U);
	}
}

static void queues(struct pio *io, size_t at, uint32_t len)
{
	uint32_t id;
	uint16_t n;

	at = of_fields(io, at, queue_reply_fields);
	for (len -= 8; len; at += n, len -= n) {
		if (len < QUEUE_SIZE) {
			of_invalid(io, at, len);
			return;
		}
		id = io_be32(io, at);
		say(io, "\n\t  queue_id %u", id);
		n = io_be16(io, at + 4);
		say(io, ", len %u", n);
		if (n < QUEUE_SIZE || n > len) {
			of_invalid(io, at + 6, len - 6);
			return;
		}
		io_need(io, at + 6, 2);
		if (io->set->verbose >= 2)
			queue_properties(io, at + QUEUE_SIZE, n - QUEUE_SIZE);
		else
			io_need(io, at + QUEUE_SIZE, n - QUEUE_SIZE);
	}
}

static void error(struct pio *io, size_t at, uint32_t len)
{
	of_error(io, at, len, errors, sizeof(errors) / sizeof(errors[0]));
}

const struct of_message of10_messages[] = {
	{ "HELLO", of_data, NULL, OF_ANY_SIZE, 0 },
	{ "ERROR", error, NULL, OF_LEAST_SIZE, 4 },
	{ "ECHO_REQUEST", of_data, NULL, OF_ANY_SIZE, 0 },
	{ "ECHO_REPLY", of_data, NULL, OF_ANY_SIZE, 0 },
	{ "VENDOR", of10_vendor, NULL, OF_LEAST_SIZE, 4 },
	{ "FEATURES_REQUEST", NULL, NULL, OF_FIXED_SIZE, 0 },
	{ "FEATURES_REPLY", features, NULL, OF_LEAST_SIZE, 24 },
	{ "GET_CONFIG_REQUEST", NULL, NULL, OF_FIXED_SIZE, 0 },
	{ "GET_CONFIG_REPLY", NULL, config_fields, OF_FIXED_SIZE, 4 },
	{ "SET_CONFIG", NULL, config_fields, OF_FIXED_SIZE, 4 },
	{ "PACKET_IN", packet_in, NULL, OF_LEAST_SIZE, 10 },
	{ "FLOW_REMOVED", flow_removed, NULL, OF_FIXED_SIZE, 80 },
	{ "PORT_STATUS", port_status, NULL, OF_FIXED_SIZE, 56 },
	{ "PACKET_OUT", packet_out, NULL, OF_LEAST_SIZE, 8 },
	{ "FLOW_MOD", flow_mod, NULL, OF_LEAST_SIZE, 64 },
	{ "PORT_MOD", NULL, port_mod_fields, OF_FIXED_SIZE, 24 },
	{ "STATS_REQUEST", of10_stats_request, NULL, OF_LEAST_SIZE, 4 },
	{ "STATS_REPLY", of10_stats_reply, NULL, OF_LEAST_SIZE, 4 },
	{ "BARRIER_REQUEST", NULL, NULL, OF_FIXED_SIZE, 0 },
	{ "BARRIER_REPLY", NULL, NULL, OF_FIXED_SIZE, 0 },
	{ "QUEUE_GET_CONFIG_REQUEST", NULL, queue_request_fields, OF_FIXED_SIZE, 4 },
	{ "QUEUE_GET_CONFIG_REPLY", queues, NULL, OF_LEAST_SIZE, 8 },
};

const size_t of10_messages_len = sizeof(of10_messages) / sizeof(of10_messages[0]);
