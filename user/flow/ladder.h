/* SPDX-License-Identifier: BSD-2-Clause */
/* A connection as a picture: every segment a row between its two ends. */
#ifndef FLOW_LADDER_H
#define FLOW_LADDER_H

#include "flow/conn.h"
#include "flow/rows.h"
#include "util/strbuf.h"

struct ladder_style {
	int width;    /* columns; 0: 100 */
	bool all;     /* runs of pure ACKs are not folded */
	bool ascii;   /* no line-drawing characters */
	bool colour;  /* SGR sequences */
	bool explain; /* the explanation follows the verdict */
	bool sampled;
	uint64_t now_ns; /* the end of the capture */
};

/* Appends the ladder of a connection whose rows were kept. */
void ladder_text(struct strbuf *b, const struct flow_conn *c, const struct ladder_style *style);
/* A whole SVG document for all connections of at, one below the other. */
void ladder_svg(struct strbuf *b, struct flow_conn *const *at, size_t n, const struct ladder_style *style);
/* A sequenceDiagram of Mermaid. */
void ladder_mermaid(struct strbuf *b, const struct flow_conn *c, const struct ladder_style *style);

/* For the renderers: one row or one folded run of them. */
struct ladder_step {
	const struct flow_row *row;  /* the first */
	const struct flow_row *last; /* of the run; row itself if it is none */
	uint32_t count;
	int closing;   /* 1 to 4: which step of the close it is; 0: none */
	bool shows[2]; /* by side: its state changed */
};

struct ladder_walk {
	const struct flow_conn *conn;
	bool all;
	uint32_t next;
	uint8_t state[2];
	uint32_t fin_end[2]; /* relative number behind the FIN */
	bool fin[2], fin_acked[2];
	int closing;
};

void ladder_walk_begin(struct ladder_walk *w, const struct flow_conn *c, bool all);
bool ladder_walk_next(struct ladder_walk *w, struct ladder_step *step);

/* Which parts of the words on an arrow: the fewer, the shorter. */
enum ladder_detail { LADDER_BARE, LADDER_ACK, LADDER_WIN, LADDER_OPTIONS };
/* `PSH 1:5 (4) ack 1 win 65536`, `SYN 0 win 64240 mss 1460 ws 7 sack`, `4 × ACK 1 … 9`. */
void ladder_words(struct strbuf *b, const struct flow_conn *c, const struct ladder_step *step,
		  enum ladder_detail detail, bool ascii);
/* Marks and what else is to be said at a row: `dup ack #2, delayed ACK`. */
void ladder_notes(struct strbuf *b, const struct ladder_step *step);

#endif
