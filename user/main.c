// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "extcap.h"
#include "run.h"
#include "options.h"

/* Bits of the signals that came: 1 << number. */
static volatile sig_atomic_t arrived;

static void on_signal(int number)
{
	arrived |= 1 << number;
}

/* Taken only while a source waits, so that none is lost between a look and a wait. */
static void catch_signals(sigset_t *wait_mask)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 };
	struct sigaction act = { .sa_handler = on_signal }, old;
	sigset_t block;

	sigemptyset(&block);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		sigaddset(&block, numbers[i]);
		sigaddset(&act.sa_mask, numbers[i]);
	}
	sigprocmask(SIG_BLOCK, &block, wait_mask);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		sigaction(numbers[i], NULL, &old);
		if (old.sa_handler == SIG_IGN && numbers[i] == SIGHUP) /* nohup */
			continue;
		sigaction(numbers[i], &act, NULL);
		sigdelset(wait_mask, numbers[i]);
	}
	signal(SIGPIPE, SIG_IGN);
}

/* Called with the signals blocked: takes what came since the last call. */
static unsigned take_signals(void)
{
	unsigned bits = (unsigned)arrived, taken = 0;

	arrived = 0;
	if (bits & (1u << SIGINT | 1u << SIGTERM | 1u << SIGHUP))
		taken |= RUN_STOP;
	if (bits & 1u << SIGUSR1)
		taken |= RUN_STATISTICS;
	if (bits & 1u << SIGUSR2)
		taken |= RUN_FLUSH;
	return taken;
}

int main(int argc, char **argv)
{
	struct options o;
	sigset_t wait_mask;
	int r;

	r = extcap_asked(argc, argv) ? extcap_parse(&o, argc, argv) : options_parse(&o, argc, argv);
	if (r > 0) { /* Wireshark has its answer */
		r = 0;
	} else if (!r) {
		catch_signals(&wait_mask);
		r = run(&o, &(struct run_signals){ .wait_mask = &wait_mask, .take = take_signals });
	}
	options_free(&o);
	return r < 0 ? EXIT_FAILURE : r;
}
