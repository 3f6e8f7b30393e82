/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of numbers as tcpdump writes them. */
#ifndef PRINT_TABLES_H
#define PRINT_TABLES_H

#include <stdint.h>

struct table_entry {
	uint32_t value;
	const char *name; /* NULL ends a table */
};

extern const struct table_entry table_ethertypes[], table_snap_ouis[], table_bridged[], table_ppp[],
	table_ip_protos[];

/* The first entry's name, or NULL. */
const char *table_find(const struct table_entry *t, uint32_t value);

/* As /etc/protocols would call it, from a table of tcpdump's own; NULL for a number without a name. */
const char *table_ip_proto_name(uint8_t proto);

#endif
