/* SPDX-License-Identifier: BSD-2-Clause */
/* One run from a source to the sinks: live, or from files. */
#ifndef SESSION_H
#define SESSION_H

struct options;
struct run_signals;

/* The exit status, or -errno after a message. */
int session_capture(const struct options *o, const struct run_signals *signals);
int session_read(const struct options *o, const struct run_signals *signals);

#endif
