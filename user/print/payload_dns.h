/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the DNS printer (RFC 1035) among themselves. Each moves *at on and returns false where tcpdump
 * gives the message up with its truncation mark. */
#ifndef PRINT_PAYLOAD_DNS_H
#define PRINT_PAYLOAD_DNS_H

#include "print/payload_io.h"

struct dns {
	struct pio *io;
	size_t base;	/* where the message begins: compression pointers count from there */
	uint32_t steps; /* labels that may still be walked, see dns_name */
};

enum { DNS_TYPE_OPT = 41 };

extern const struct word dns_types[];
extern const struct word dns_classes[];

bool dns_skip_name(const struct dns *d, size_t *at);

/* Prints it. Pointers must point ever further back. A message's names together may take a million labels,
 * which no message whose names fit into 255 bytes needs, so that pointers cannot be laid out to take hours.
 */
bool dns_name(struct dns *d, size_t *at, size_t base);

bool dns_record(struct dns *d, size_t *at);
bool dns_edns_option(struct dns *d, size_t *at);

#endif
