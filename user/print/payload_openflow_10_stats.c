// SPDX-License-Identifier: BSD-2-Clause
/* OpenFlow 1.0's statistics. */
#include "print/payload_openflow.h"

#define FLOW_SIZE 88
#define TABLE_SIZE 64
#define PORT_SIZE 104
#define QUEUE_SIZE 32
#define DESCRIPTION_SIZE 1056

enum stats {
	STATS_DESCRIPTION,
	STATS_FLOW,
	STATS_AGGREGATE,
	STATS_TABLE,
	STATS_PORT,
	STATS_QUEUE,
	STATS_VENDOR = 0xffff
};

static const struct word stats_words[] = {
	{ STATS_DESCRIPTION, "DESC" },	  { STATS_FLOW, "FLOW" },
	{ STATS_AGGREGATE, "AGGREGATE" }, { STATS_TABLE, "TABLE" },
	{ STATS_PORT, "PORT" },		  { STATS_QUEUE, "QUEUE" },
	{ STATS_VENDOR, "VENDOR" },	  { 0, NULL },
};

static const struct word table_words[] = { { 0xfe, "EMERG" }, { 0xff, "ALL" }, { 0, NULL } };
static const struct word queue_words[] = { { 0xffffffff, "ALL" }, { 0, NULL } };
static const struct word more_words[] = { { 1, "MORE" }, { 0, NULL } };

/* The two addresses' masks have no words. */
static const struct word wildcard_words[] = {
	{ 1, "IN_PORT" },	    { 2, "DL_VLAN" },	   { 4, "DL_SRC" },  { 8, "DL_DST" },
	{ 16, "DL_TYPE" },	    { 32, "NW_PROTO" },	   { 64, "TP_SRC" }, { 128, "TP_DST" },
	{ 1 << 20, "DL_VLAN_PCP" }, { 1 << 21, "NW_TOS" }, { 0, NULL },
};

/* clang-format off */
static const struct of_field flow_request_fields[] = {
	{ OF_NAME8, "\n\t table_id ", 0, table_words, "%u" },
	{ OF_SKIP, NULL, 1 },
	{ OF_NAME16, ", out_port ", 0, of10_port_words, "%u" },
	{ OF_END },
};

static const struct of_field port_request_fields[] = {
	{ OF_NAME16, "\n\t port_no ", 0, of10_port_words, "%u" },
	{ OF_NEED, NULL, 6 },
	{ OF_END },
};

static const struct of_field queue_request_fields[] = {
	{ OF_NAME16, "\n\t port_no ", 0, of10_port_words, "%u" },
	{ OF_SKIP, NULL, 2 },
	{ OF_NAME32, ", queue_id ", 0, queue_words, "%u" },
	{ OF_END },
};

static const struct of_field description_fields[] = {
	{ OF_TEXT, "\n\t  mfr_desc ", 256 },
	{ OF_TEXT, "\n\t  hw_desc ", 256 },
	{ OF_TEXT, "\n\t  sw_desc ", 256 },
	{ OF_TEXT, "\n\t  serial_num ", 32 },
	{ OF_TEXT, "\n\t  dp_desc ", 256 },
	{ OF_END },
};

static const struct of_field flow_head_fields[] = {
	{ OF_NAME8, ", table_id ", 0, table_words, "%u" },
	{ OF_SKIP, NULL, 1 },
	{ OF_END },
};

static const struct of_field flow_fields[] = {
	{ OF_U32, "\n\t  duration_sec " },
	{ OF_U32, ", duration_nsec " },
	{ OF_U16, ", priority " },
	{ OF_U16, ", idle_timeout " },
	{ OF_U16, ", hard_timeout " },
	{ OF_SKIP, NULL, 6 },
	{ OF_X64, ", cookie " },
	{ OF_U64, ", packet_count " },
	{ OF_U64, ", byte_count " },
	{ OF_END },
};

static const struct of_field aggregate_fields[] = {
	{ OF_U64, "\n\t packet_count " },
	{ OF_U64, ", byte_count " },
	{ OF_U32, ", flow_count " },
	{ OF_NEED, NULL, 4 },
	{ OF_END },
};

static const struct of_field table_fields[] = {
	{ OF_NAME8, "\n\t table_id ", 0, table_words, "%u" },
	{ OF_SKIP, NULL, 3 },
	{ OF_TEXT, ", name ", 32 },
	{ OF_BITS32, "\n\t  wildcards ", 0x3fffff, wildcard_words },
	{ OF_U32, "\n\t  max_entries " },
	{ OF_U32, ", active_count " },
	{ OF_U64, ", lookup_count " },
	{ OF_U64, ", matched_count " },
	{ OF_END },
};

static const struct of_field port_fields[] = {
	{ OF_NAME16, "\n\t  port_no ", 0, of10_port_words, "%u" },
	{ OF_END },
};

static const struct of_field port_more_fields[] = {
	{ OF_SKIP, NULL, 6 },
	{ OF_U64, ", rx_packets " },
	{ OF_U64, ", tx_packets " },
	{ OF_U64, ", rx_bytes " },
	{ OF_U64, ", tx_bytes " },
	{ OF_U64, ", rx_dropped " },
	{ OF_U64, ", tx_dropped " },
	{ OF_U64, ", rx_errors " },
	{ OF_U64, ", tx_errors " },
	{ OF_U64, ", rx_frame_err " },
	{ OF_U64, ", rx_over_err " },
	{ OF_U64, ", rx_crc_err " },
	{ OF_U64, ", collisions " },
	{ OF_END },
};

static const struct of_field queue_fields[] = {
	{ OF_NAME16, "\n\t  port_no ", 0, of10_port_words, "%u" },
	{ OF_SKIP, NULL, 2 },
	{ OF_U32, ", queue_id " },
	{ OF_U64, ", tx_bytes " },
	{ OF_U64, ", tx_packets " },
	{ OF_U64, ", tx_errors " },
	{ OF_END },
};
/* clang-format on */

static void vendor_data(struct pio *io, size_t at, uint32_t len)
{
	uint32_t vendor;

	if (len < 4) {
		of_invalid(io, at, len);
		return;
	}
	vendor = io_be32(io, at);
	say(io, ", vendor 0x%08x (%s)", vendor, of_vendor(vendor));
	of_data(io, at + 4, len - 4);
}

/* The size of a request's body; false: of no fixed one. */
static bool request_size(uint16_t type, uint32_t *size)
{
	static const uint8_t sizes[] = { 0, 44, 44, 0, 8, 8 };

	if (type >= sizeof(sizes))
		return false;
	*size = sizes[type];
	return true;
}

void of10_stats_request(struct pio *io, size_t at, uint32_t len)
{
	uint16_t type = io_be16(io, at), flags;
	uint32_t size;

	strbuf_str(io->b, "\n\t type ");
	io_word(io, stats_words, type, "invalid (0x%04x)");
	flags = io_be16(io, at + 2);
	say(io, ", flags 0x%04x%s", flags, flags ? " (bogus)" : "");
	at += 4;
	len -= 4;
	if (request_size(type, &size) && len != size) {
		of_invalid(io, at, len);
		return;
	}
	if (type == STATS_FLOW || type == STATS_AGGREGATE) {
		of10_match(io, "\n\t ", at);
		of_fields(io, at + OF10_MATCH_SIZE, flow_request_fields);
	} else if (type == STATS_PORT) {
		of_fields(io, at, port_request_fields);
	} else if (type == STATS_QUEUE) {
		of_fields(io, at, queue_request_fields);
	} else if (type == STATS_VENDOR) {
		vendor_data(io, at, len);
	}
}

static void flow_entries(struct pio *io, size_t at, uint32_t len)
{
	uint16_t n;

	for (; len; at += n, len -= n) {
		if (len < FLOW_SIZE) {
			of_invalid(io, at, len);
			return;
		}
		n = io_be16(io, at);
		say(io, "\n\t length %u", n);
		if (n < FLOW_SIZE || n > len) {
			of_invalid(io, at, len);
			return;
		}
		of_fields(io, at + 2, flow_head_fields);
		of10_match(io, "\n\t  ", at + 4);
		of_fields(io, at + 4 + OF10_MATCH_SIZE, flow_fields);
		of10_actions(io, "\n\t  ", at + FLOW_SIZE, n - FLOW_SIZE);
	}
}

/* Entries of one size each. */
static void entries(struct pio *io, size_t at, uint32_t len, uint32_t size, const struct of_field *fields)
{
	for (; len; at += size, len -= size) {
		if (len < size) {
			of_invalid(io, at, len);
			return;
		}
		of_fields(io, at, fields);
		if (fields != port_fields)
			continue;
		if (io->set->verbose < 2)
			io_need(io, at + 2, PORT_SIZE - 2);
		else
			of_fields(io, at + 2, port_more_fields);
	}
}

static void only(struct pio *io, size_t at, uint32_t len, uint32_t size, const struct of_field *fields)
{
	if (len == size)
		of_fields(io, at, fields);
	else
		of_invalid(io, at, len);
}

void of10_stats_reply(struct pio *io, size_t at, uint32_t len)
{
	static const struct of_field flags[] = { { OF_BITS16, ", flags ", 1, more_words }, { OF_END } };
	uint16_t type = io_be16(io, at);

	strbuf_str(io->b, "\n\t type ");
	io_word(io, stats_words, type, "invalid (0x%04x)");
	at = of_fields(io, at + 2, flags);
	len -= 4;
	switch (type) {
	case STATS_DESCRIPTION:
		only(io, at, len, DESCRIPTION_SIZE, description_fields);
		break;
	case STATS_FLOW:
		flow_entries(io, at, len);
		break;
	case STATS_AGGREGATE:
		only(io, at, len, 24, aggregate_fields);
		break;
	case STATS_TABLE:
		entries(io, at, len, TABLE_SIZE, table_fields);
		break;
	case STATS_PORT:
		entries(io, at, len, PORT_SIZE, port_fields);
		break;
	case STATS_QUEUE:
		entries(io, at, len, QUEUE_SIZE, queue_fields);
		break;
	case STATS_VENDOR:
		vendor_data(io, at, len);
		break;
	default:
		io_need(io, at, len);
		break;
	}
}
