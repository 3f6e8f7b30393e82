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
#include "util/io.h"
#include "util/log.h"

/* Bits of the signals that came: 1 << number. */
static volatile sig_atomic_t arrived;
static volatile sig_atomic_t settled;
/* Those that stop, a second apart: what sends one to a group of processes may reach us twice at once. */
static volatile sig_atomic_t stops, ticked = 1;
static sigset_t ours;
static sigset_t wait_mask;

/* From the first one that stops on, each second: what waits for a reader looks whether to go on. */
static void on_tick(int number)
{
	ticked = 1;
	alarm(1);
}

static void on_signal(int number)
{
	arrived |= 1 << number;
	if (number == SIGUSR1 || number == SIGUSR2)
		return;
	if (!settled) {
		signal(number, SIG_DFL);
		raise(number);
	}
	stops += ticked;
	ticked = 0;
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_tick }, NULL);
	alarm(1);
}

static enum io_stop asked_to_stop(void)
{
	return stops > 1 ? IO_NOW : stops ? IO_SOON : IO_GO_ON;
}

/* Taken only while a source waits, so that none is lost between a look and a wait. */
static void settle(void)
{
	sigprocmask(SIG_BLOCK, &ours, NULL);
	settled = 1;
	io_interruptible(&wait_mask, asked_to_stop);
}

static void catch_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 };
	struct sigaction act = { .sa_handler = on_signal }, old;

	sigemptyset(&ours);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&ours, numbers[i]);
	sigaddset(&ours, SIGALRM);
	act.sa_mask = ours;
	sigprocmask(SIG_BLOCK, NULL, &wait_mask);
	sigdelset(&wait_mask, SIGALRM);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		sigaction(numbers[i], NULL, &old);
		if (old.sa_handler == SIG_IGN && numbers[i] == SIGHUP) /* nohup */
			continue;
		sigaction(numbers[i], &act, NULL);
		sigdelset(&wait_mask, numbers[i]);
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* the write says so */
}

/* Called with the signals blocked: takes what came since the last call. Of several at once a wait lets in the
 * first alone, and that may be the one that ends the run. */
static unsigned take_signals(void)
{
	unsigned bits, taken = 0;
	sigset_t others = ours;
	int number;

	sigdelset(&others, SIGALRM);
	while (arrived && (number = sigtimedwait(&others, NULL, &(struct timespec){ 0 })) > 0)
		on_signal(number);
	bits = (unsigned)arrived;
	arrived = 0;
	if (bits & (1u << SIGINT | 1u << SIGTERM | 1u << SIGHUP))
		taken |= RUN_STOP;
	if (bits & 1u << SIGUSR1)
		taken |= RUN_STATISTICS;
	if (bits & 1u << SIGUSR2)
		taken |= RUN_FLUSH;
	return taken;
}

/* Lists and answers go through stdio; what is captured does not. */
static int end_output(void)
{
	if (!ferror(stdout) && !fflush(stdout))
		return 0;
	return err_r(-EIO, "standard output: %s", strerror(errno));
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
	int r;

	hold_standard_files();
	r = extcap_asked(argc, argv) ? extcap_parse(&o, argc, argv) : options_parse(&o, argc, argv);
	if (r > 0) { /* Wireshark has its answer */
		r = 0;
	} else if (!r) {
		catch_signals();
		r = run(&o, &(struct run_signals){
				    .settle = settle, .wait_mask = &wait_mask, .take = take_signals });
	}
	options_free(&o);
	if (r >= 0 && end_output())
		r = -EIO;
	return r < 0 ? EXIT_FAILURE : r;
}
