/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of a session share: session.c pumps and reads files, session_live.c captures,
 * session_sinks.c builds what the packets go to. */
#ifndef SESSION_INTERNAL_H
#define SESSION_INTERNAL_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "file/iface.h"
#include "pipeline.h"
#include "source.h"
#include "util/strbuf.h"

struct options;
struct run_signals;

#define EXIT_HAPPENED 3 /* --fail-on */

struct session {
	const struct options *o;
	const struct run_signals *signals;
	struct pipeline pipeline;
	struct iface_table ifaces;
	struct source *source;
	struct names *names;
	struct sink *following;	  /* in the pipeline; NULL without */
	bool failed;		  /* what --fail-on names happened */
	struct sink *file;	  /* one of the pipeline's, or NULL */
	struct sink *recorder;	  /* one of the pipeline's, or NULL */
	struct strbuf expression; /* of a live capture */
	bool live;
	bool running; /* it has said that it listens */
	bool interrupted;
	char ifname[IF_NAMESIZE];
	uint64_t let_in_ns; /* when signals were, on the clock that nobody sets */
	uint64_t end_ns;    /* --duration, on the clock that nobody sets; 0: none */
};

/* 0 or -errno after a message. */
int session_add_sinks(struct session *s);
bool session_prints_text(const struct options *o);

/* The files of -r and -V, each named on stderr as tcpdump does. 0 or -errno after a message. */
int session_open_files(struct session *s);

/* `, link-type …`: how tcpdump ends its first line. */
void session_print_link(const struct iface *i, const char *unit);

uint64_t session_now_ns(void);			  /* since the epoch */
uint64_t session_end_ns(const struct options *o); /* of --duration, if it began now; 0: none */
/* Until the input ends, a sink fails or has enough, the count is reached, the time is over or a signal stops
 * it. */
int session_pump(struct session *s);
/* Ends what was opened, in the order that lets files hold the last counts. The exit status, or -errno. */
int session_finish(struct session *s, int r);

#endif
