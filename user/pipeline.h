/* SPDX-License-Identifier: BSD-2-Clause */
/* From a source to the sinks: what is not shown is left out, what is shown is decoded once, counted, handed
 * round. */
#ifndef PIPELINE_H
#define PIPELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "packet.h"
#include "sink.h"

#define PIPELINE_SINKS 8

struct filter;
struct iface;

/* The expression, compiled for packets of one link type, of files in one byte order. */
struct pipeline_filter {
	struct filter *filter; /* NULL: there is no expression, or nothing to look for */
	uint16_t link_type;
	bool swapped;
};

struct pipeline {
	struct sink *sinks[PIPELINE_SINKS]; /* owned: pipeline_close */
	int nsinks;
	uint64_t shown; /* packets handed to the sinks */
	uint64_t limit; /* stop after so many; 0: never */
	bool decode;	/* some sink wants it */
	int error;	/* of the first sink that failed */

	/* A file was not filtered by a kernel: the expression, and whether a packet is TCP, are looked at
	 * here. */
	bool from_file;
	const char *expression; /* or NULL */
	bool optimize;
	struct pipeline_filter *filters; /* one for each kind of packets that came; nfilters */
	size_t nfilters, filter;	 /* the last one used */

	bool icmp;	       /* some sink takes ICMP errors that quote segments */
	struct filter *quoted; /* the expression for what they quote: it begins with an IP header */
};

void pipeline_add(struct pipeline *pl, struct sink *s);
/* Packets like this one's are to come: compiles the expression for them, before the first of them. 0 or
 * -errno after a message. */
int pipeline_expect(struct pipeline *pl, const struct iface *i);
struct receiver pipeline_receiver(struct pipeline *pl);

/* 0 or -errno of the first sink that fails. */
int pipeline_flush(struct pipeline *pl);
int pipeline_batch(struct pipeline *pl);		 /* no more is here now */
int pipeline_tick(struct pipeline *pl, uint64_t now_ns); /* those whose time has come */
int pipeline_wait_ms(const struct pipeline *pl,
		     uint64_t now_ns); /* until the next tick; -1: none is wanted */
int pipeline_close(struct pipeline *pl);

#endif
