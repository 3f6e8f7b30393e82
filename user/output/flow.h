/* SPDX-License-Identifier: BSD-2-Clause */
/* The sink that follows connections: lines, ladders, explanations, statistics, JSON, the live table. */
#ifndef OUTPUT_FLOW_H
#define OUTPUT_FLOW_H

#include "event.h"
#include "flow/flow.h"
#include "flow/line.h"
#include "sink.h"

struct strbuf;

enum flow_picture { PICTURE_NONE, PICTURE_TEXT, PICTURE_SVG, PICTURE_MERMAID, PICTURE_JSON };

struct flow_sink_settings {
	int fd;			  /* where everything but statistics goes; stays the caller's */
	int stats_fd;		  /* where the lines of intervals go */
	int picture_fd;		  /* where an SVG goes, the sink closes it; -1: to fd */
	bool live;		  /* connections are told when they end or go quiet, not at the end */
	bool packet_lines;	  /* write after each packet */
	uint32_t max_connections; /* 0: no limit */
	bool sampled;
	bool no_checksums; /* a wrong one proves no damage */
	bool checksums;	   /* flow_sink_marks also says of which checksum the card was to make the rest */

	bool connections, explain, summary, top;
	enum flow_picture picture;
	bool all, ascii, colour; /* of the ladder */
	int width;		 /* columns; 0: 100 */
	bool json_segments, json_connections, json_events;
	uint64_t stats_ns; /* interval; 0: none */
	uint32_t follow;   /* only this connection is told; 0: all */
	enum flow_sort sort;

	bool fail_refused, fail_reset;
	uint64_t fail_retrans; /* so many or more; 0: not looked at */
	bool *failed;	       /* set when one of these happened; NULL: nobody asks */

	/* Who else wants events: 0 or -errno. NULL: nobody. */
	int (*emit)(void *arg, const struct event *e);
	void *emit_arg;
};

/* 0, or -errno after a message. */
int flow_sink_open(struct sink **out, const struct flow_sink_settings *s);

/* Appends ` <dup ack #2>` for the segment that the sink was handed last; nothing where it has no marks. arg:
 * the sink. */
void flow_sink_marks(void *arg, struct strbuf *b);

#endif
