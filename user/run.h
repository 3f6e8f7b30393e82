/* SPDX-License-Identifier: BSD-2-Clause */
/* What the options ask for: options → source → sinks, until the input ends or a signal comes. */
#ifndef RUN_H
#define RUN_H

#include <signal.h>

struct options;

enum run_signal { RUN_STOP = 1, RUN_STATISTICS = 2, RUN_FLUSH = 4 };

/*
 * Until settle is called, a signal that stops ends the program at once: nothing that must be undone is begun.
 * Then the signals are blocked but in waits that use wait_mask, and in those of util/io; take gives those
 * that came since its last call.
 */
struct run_signals {
	void (*settle)(void);
	const sigset_t *wait_mask;
	unsigned (*take)(void); /* enum run_signal bits */
};

/* The exit status, or -errno after a message. */
int run(const struct options *o, const struct run_signals *signals);

#endif
