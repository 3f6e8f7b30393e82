// SPDX-License-Identifier: BSD-2-Clause
#include "file/trigger.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file/recorder.h"
#include "util/cleanup.h"
#include "util/log.h"

#define NS_PER_S 1000000000ull
#define AT_ONCE_NS NS_PER_S
#define PAUSE_MAX_S 60

static const struct {
	const char *word;
	unsigned bit;
} triggers[] = {
	{ "rst", TRIGGER_RST },
	{ "retrans", TRIGGER_RETRANS },
	{ "zero-window", TRIGGER_ZERO_WINDOW },
	{ "refused", TRIGGER_REFUSED },
	{ "signal", TRIGGER_SIGNAL },
	{ "cmd", TRIGGER_CMD },
};

void trigger_words(struct strbuf *out, unsigned bits)
{
	for (size_t i = 0; i < ARRAY_LEN(triggers); i++)
		if (bits & triggers[i].bit)
			strbuf_printf(out, "%s%s", out->len ? ", " : "", triggers[i].word);
}

int recorder_parse_triggers(const char *words, unsigned *bits, const char **command)
{
	for (const char *at = words; *at;) {
		size_t n = strcspn(at, ","), i = 0;

		if (!strncmp(at, "cmd:", 4) && at[4]) {
			*command = at + 4;
			*bits |= TRIGGER_CMD;
			return 0;
		}
		while (i < ARRAY_LEN(triggers) &&
		       (triggers[i].bit == TRIGGER_CMD || strlen(triggers[i].word) != n ||
			memcmp(triggers[i].word, at, n)))
			i++;
		if (i == ARRAY_LEN(triggers))
			return err_r(
				-EINVAL,
				"unknown trigger `%.*s'; there are rst, retrans, zero-window, refused, signal "
				"and cmd:COMMAND",
				(int)n, at);
		*bits |= triggers[i].bit;
		at += n + (at[n] == ',');
	}
	return *bits ? 0 : err_r(-EINVAL, "--trigger names nothing");
}

int recorder_parse_last(const char *words, uint64_t *seconds, uint64_t *bytes)
{
	static const char suffixes[] = "kmg";
	const char *at = words;

	for (;;) {
		char *end;
		unsigned long long n = strtoull(at, &end, 10);
		const char *suffix = *end ? strchr(suffixes, *end | 0x20) : NULL;
		int shift = suffix ? 10 * (int)(suffix - suffixes + 1) : 0;

		if (end == at || *at == '-' || !n || n > (1ull << 30))
			break;
		end += *end && (suffix || *end == 's');
		if (*end && *end != ',')
			break;
		if (suffix)
			*bytes = n << shift;
		else
			*seconds = n;
		if (!*end)
			return 0;
		at = end + 1;
	}
	return err_r(-EINVAL, "invalid --last %s; it takes seconds (30), a size (64m), or both (30,64m)",
		     words);
}

int trigger_command_start(struct trigger_command *c, uint64_t now_ns)
{
	sigset_t none;
	pid_t pid;

	if (c->pid || c->given_up || !c->line || now_ns < c->not_before_ns)
		return 0;
	pid = fork();
	if (pid < 0)
		return err_r(-errno, "%s: %s", c->line, strerror(errno));
	if (pid > 0) {
		setpgid(pid, pid); /* here and there, whoever is first */
		c->pid = pid;
		c->started_ns = now_ns;
		return 0;
	}
	setpgid(0, 0); /* ends as a whole; ^C is not for it */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	execl("/bin/sh", "sh", "-c", c->line, NULL);
	_exit(127);
}

/* The next start comes after a pause: a second, twice as long each time. */
static void pause_if_at_once(struct trigger_command *c, uint64_t now_ns)
{
	if (now_ns - c->started_ns >= AT_ONCE_NS) {
		c->pause_s = 0;
		return;
	}
	if (!c->pause_s)
		log_line(
			"%s: ended within a second; it is started again after a pause, of a minute in the end",
			c->line);
	c->pause_s = !c->pause_s ? 1 : c->pause_s < PAUSE_MAX_S / 2 ? 2 * c->pause_s : PAUSE_MAX_S;
	c->not_before_ns = now_ns + c->pause_s * NS_PER_S;
}

bool trigger_command_fired(struct trigger_command *c, uint64_t now_ns)
{
	int status;

	if (!c->pid || waitpid(c->pid, &status, WNOHANG) != c->pid)
		return false;
	c->pid = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		pause_if_at_once(c, now_ns);
		return true;
	}
	c->given_up = true;
	if (WIFEXITED(status))
		log_line("%s: ended with status %d; it triggers nothing more", c->line, WEXITSTATUS(status));
	else
		log_line("%s: ended by signal %d; it triggers nothing more", c->line, WTERMSIG(status));
	return false;
}

void trigger_command_stop(struct trigger_command *c)
{
	if (!c->pid)
		return;
	kill(-c->pid, SIGKILL);
	waitpid(c->pid, NULL, 0);
	c->pid = 0;
}
