/* SPDX-License-Identifier: BSD-2-Clause */
/* The flight recorder: keeps the newest packets in memory and writes them to a file of their own when
 * something happens, with what follows for a while; then waits for the next time. */
#ifndef FILE_RECORDER_H
#define FILE_RECORDER_H

#include "file/sink.h"

enum trigger {
	TRIGGER_RST = 1,
	TRIGGER_RETRANS = 2,
	TRIGGER_ZERO_WINDOW = 4,
	TRIGGER_REFUSED = 8,
	TRIGGER_SIGNAL = 16,
	TRIGGER_CMD = 32,
};

#define TRIGGERS_FLOW (TRIGGER_RST | TRIGGER_RETRANS | TRIGGER_ZERO_WINDOW | TRIGGER_REFUSED)
#define RECORDER_BYTES_DEFAULT (256ull << 20)

struct recorder_settings {
	struct file_sink_settings
		file;	  /* rotate_bytes, rotate_seconds unset: there is a file each time it fires */
	uint64_t seconds; /* 0: as many as memory holds */
	uint64_t bytes;	  /* 0: RECORDER_BYTES_DEFAULT */
	uint64_t after_seconds;
	unsigned triggers;   /* enum trigger bits; 0: TRIGGER_SIGNAL */
	const char *command; /* of TRIGGER_CMD: run by sh; it fires when it ends with status 0. Borrowed */
};

/* "rst,signal,cmd:tail -F log | grep -m1 ERROR": a command takes the rest of the word list. 0 or -EINVAL,
 * after a message. *command points into words. */
int recorder_parse_triggers(const char *words, unsigned *triggers, const char **command);
/* "30", "64m", "30,64m": seconds, and sizes with a suffix. 0 or -EINVAL, after a message. */
int recorder_parse_last(const char *words, uint64_t *seconds, uint64_t *bytes);

/* Says what it keeps. The sink takes events of flow. 0, or -errno after a message. */
int recorder_open(struct sink **out, const struct recorder_settings *s);
/* A signal came. 0, or -errno after a message. */
int recorder_signal(struct sink *s);

#endif
