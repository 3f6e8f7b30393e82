/* SPDX-License-Identifier: BSD-2-Clause */
/* A decoded packet → tcpdump 4.99.3's text. Pure but for the names that it asks for; what it remembers
 * (relative sequence numbers, the time before) lives in the printer. */
#ifndef PRINT_PRINT_H
#define PRINT_PRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/decode.h"
#include "packet.h"

struct names; /* print/names.h */
struct strbuf;
struct printer;

/* -t given so many times. */
enum print_time { TIME_OF_DAY, TIME_NONE, TIME_EPOCH, TIME_SINCE_PREVIOUS, TIME_DATE, TIME_SINCE_FIRST };

struct print_settings {
	int verbose;		/* -v, up to 3 */
	int hex;		/* -x: 1; -xx: 2, the link header too */
	int hex_ascii;		/* -X, -XX; goes before hex */
	int ascii;		/* -A, -AA; comes after hex */
	uint8_t time;		/* enum print_time */
	bool nano;		/* nine digits of a second; else six, cut off */
	bool numeric;		/* -n */
	bool absolute_seq;	/* -S */
	uint8_t quick;		/* -q, -qq */
	bool link_header;	/* -e */
	bool number;		/* -# */
	bool no_checksum;	/* -K */
	bool asdot;		/* -b */
	bool raw_handles;	/* -u */
	bool iface_prefix;	/* live any over Ethernet interfaces: `eth0  In  ` begins a line */
	uint8_t payload;	/* -T, enum payload_type of print/payload.h */
	const char *md5_secret; /* -M, or NULL; lent for the printer's life */
	struct names *names;	/* NULL: numbers; lent */
	/* LINUX_SLL2 (tcpdump asks the machine it runs on, for files too): the interface's name, or NULL.
	 * NULL: none has a name. */
	const char *(*iface_name)(void *arg, uint32_t ifindex);
	void *iface_arg;
	/* Appends what else is to be said of the packet, at the end of its line; NULL: nothing. */
	void (*marks)(void *arg, struct strbuf *b);
	void *marks_arg;
	uint32_t max_flows; /* connections whose numbers are remembered; 0: 524288. The least recent go first
			     */
};

/* NULL without memory. */
struct printer *printer_new(const struct print_settings *s);
void printer_free(struct printer *pr); /* NULL is fine */

/* Appends the packet's text, newline at the end; several lines with -v, -x, -X, -A. p->iface may be NULL. For
 * packets with d->is_tcp; link_type is the one that d was made with. */
void printer_packet(struct printer *pr, struct strbuf *out, const struct packet *p, const struct decoded *d);

#endif
