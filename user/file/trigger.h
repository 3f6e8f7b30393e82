/* SPDX-License-Identifier: BSD-2-Clause */
/* What makes the flight recorder write: the words for it, and a command that is waited for. */
#ifndef FILE_TRIGGER_H
#define FILE_TRIGGER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "util/strbuf.h"

struct trigger_command {
	const char *line;	/* for sh; borrowed */
	pid_t pid;		/* 0: it is not running */
	bool given_up;		/* it ended with another status than 0 */
	uint64_t started_ns;	/* the last time */
	uint64_t not_before_ns; /* is it started again */
	unsigned pause_s;	/* that follows if it ends at once; 0: it did not, the last time */
};

/* Starts it, unless it runs, pauses or has been given up. 0, or -errno after a message. */
int trigger_command_start(struct trigger_command *c, uint64_t now_ns);
/* Whether it ended with status 0 since it was started. Another end is said once, and it is given up. One that
 * ended at once waited for nothing: it pauses, longer each time, which is said once. */
bool trigger_command_fired(struct trigger_command *c, uint64_t now_ns);
void trigger_command_stop(struct trigger_command *c);

/* `rst, signal`: enum trigger bits of recorder.h. */
void trigger_words(struct strbuf *out, unsigned triggers);

#endif
