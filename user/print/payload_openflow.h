/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the OpenFlow printer among themselves. Its messages are mostly rows of fields, which a table
 * describes. */
#ifndef PRINT_PAYLOAD_OPENFLOW_H
#define PRINT_PAYLOAD_OPENFLOW_H

#include "print/payload_io.h"

#define OF_HEADER_SIZE 8

enum of_kind {
	OF_END,
	OF_SKIP, /* n bytes, captured or not */
	OF_NEED, /* n bytes, which must be captured */
	OF_U8,
	OF_U16,
	OF_U32,
	OF_U64,
	OF_U16_SET, /* shown unless 0 */
	OF_X64,
	OF_NAME8, /* one of words, else by format */
	OF_NAME16,
	OF_NAME32,
	OF_BITS16, /* in hex, then those of words; bits outside of n are bogus */
	OF_BITS32,
	OF_MAC,
	OF_TEXT, /* n bytes, up to a NUL, in quotes */
};

struct of_field {
	enum of_kind kind;
	const char *lead;
	uint32_t n;
	const struct word *words;
	const char *format;
};

/* Prints the fields and gives the place behind them. */
size_t of_fields(struct pio *io, size_t at, const struct of_field *fields);
void of_bits(struct pio *io, const struct word *words, uint32_t v, uint32_t known);

/* ` (invalid)`, and the rest must be captured. */
void of_invalid(struct pio *io, size_t at, uint32_t len);
void of_data(struct pio *io, size_t at, uint32_t len);
const char *of_vendor(uint32_t vendor);

/* A message's type. Its body is what follows the header. */
struct of_message {
	const char *name;
	void (*print)(struct pio *io, size_t at, uint32_t len); /* with -v; NULL: has none */
	const struct of_field *fields;				/* instead of print */
	enum { OF_ANY_SIZE, OF_FIXED_SIZE, OF_LEAST_SIZE } rule;
	uint32_t size;
};

extern const struct of_message of10_messages[], of13_messages[];
extern const size_t of10_messages_len, of13_messages_len;

/* Type and code, each with its words; a type without words has no codes. */
struct of_error {
	uint16_t type;
	const char *name;
	const char *const *codes; /* ends with NULL */
};
void of_error(struct pio *io, size_t at, uint32_t len, const struct of_error *errors, size_t n);

/* Version 1.0 */
extern const struct word of10_port_words[];
void of10_match(struct pio *io, const char *ident, size_t at);
void of10_actions(struct pio *io, const char *ident, size_t at, uint32_t len);
void of10_stats_request(struct pio *io, size_t at, uint32_t len);
void of10_stats_reply(struct pio *io, size_t at, uint32_t len);
void of10_vendor(struct pio *io, size_t at, uint32_t len); /* message */
void of10_vendor_action(struct pio *io, size_t at, uint32_t len);

#define OF10_MATCH_SIZE 40

#endif
