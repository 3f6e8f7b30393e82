// SPDX-License-Identifier: BSD-2-Clause
#include <errno.h>
#include <fcntl.h>
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
static volatile sig_atomic_t settled;
static sigset_t ours;

static void on_signal(int number)
{
	arrived |= 1 << number;
	if (!settled && number != SIGUSR1 && number != SIGUSR2) {
		signal(number, SIG_DFL);
		raise(number);
	}
}

/* Taken only while a source waits, so that none is lost between a look and a wait. */
static void settle(void)
{
	sigprocmask(SIG_BLOCK, &ours, NULL);
	settled = 1;
}

static void catch_signals(sigset_t *wait_mask)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 };
	struct sigaction act = { .sa_handler = on_signal }, old;

	sigemptyset(&ours);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&ours, numbers[i]);
	act.sa_mask = ours;
	sigprocmask(SIG_BLOCK, NULL, wait_mask);
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

/* What is closed stays so: a file or socket of our own in its place would take what is printed. */
static void hold_standard_files(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd)
			_exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
	struct options o;
	sigset_t wait_mask;
	int r;

	hold_standard_files();
	r = extcap_asked(argc, argv) ? extcap_parse(&o, argc, argv) : options_parse(&o, argc, argv);
	if (r > 0) { /* Wireshark has its answer */
		r = 0;
	} else if (!r) {
		catch_signals(&wait_mask);
		r = run(&o, &(struct run_signals){
				    .settle = settle, .wait_mask = &wait_mask, .take = take_signals });
	}
	options_free(&o);
	return r < 0 ? EXIT_FAILURE : r;
}
