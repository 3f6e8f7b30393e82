/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of networks of --filter-file: an address or CIDR a line, `#` begins a comment, `!` excludes. Pure.
 */
#ifndef FILTER_NETLIST_H
#define FILTER_NETLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct net {
	uint8_t addr[16]; /* network order; IPv4 in the first four */
	uint8_t bits;	  /* of the prefix */
	bool v6;
	bool excluded;
};

struct netlist {
	struct net *at;
	size_t n;
	size_t n4, n6;	/* of each family */
	size_t nlisted; /* those without `!` */
};

/* 0; -EINVAL with the line and its fault in err; -ENOMEM. */
int netlist_parse(struct netlist *out, const char *text, size_t len, char *err, size_t err_len);
void netlist_free(struct netlist *l);

#endif
