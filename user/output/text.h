/* SPDX-License-Identifier: BSD-2-Clause */
/* The sink for people: tcpdump's text, one write per batch. */
#ifndef OUTPUT_TEXT_H
#define OUTPUT_TEXT_H

#include "print/print.h"
#include "sink.h"

struct text_settings {
	struct print_settings print;
	int fd;		   /* where lines go; stays the caller's */
	bool comments;	   /* what a file says of a packet follows its line */
	bool packet_lines; /* write after each packet, not after each batch (-l on a file) */
};

/* 0, or -errno after a message. */
int text_sink_open(struct sink **out, const struct text_settings *s);

#endif
