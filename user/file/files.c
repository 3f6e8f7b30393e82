// SPDX-License-Identifier: BSD-2-Clause
#include "file/files.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/log.h"

#define NS_PER_S 1000000000ull
#define REAP_NS (NS_PER_S / 10)

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static int make_name(struct files *f)
{
	time_t when = (time_t)(f->since_ns / NS_PER_S);
	struct tm tm;

	f->name.len = 0;
	localtime_r(&when, &tm);
	rotation_name(&f->name, &f->r, &tm, f->n);
	strbuf_cstr(&f->name);
	f->made++;
	return f->name.failed ? err_r(-ENOMEM, "%s: out of memory", f->r.path) : 0;
}

int files_begin(struct files *f, uint64_t now_ns)
{
	f->since_ns = now_ns;
	return make_name(f);
}

const char *files_name(struct files *f)
{
	return strbuf_cstr(&f->name);
}

/* The child that began the last command ended at once. */
static void reap(struct files *f)
{
	if (f->child > 0)
		waitpid(f->child, NULL, 0);
	f->child = 0;
	f->due_ns = 0;
}

void files_tick(struct files *f, uint64_t now_ns)
{
	if (!f->due_ns || now_ns < f->due_ns)
		return;
	if (waitpid(f->child, NULL, WNOHANG) == f->child)
		f->child = 0;
	f->due_ns = f->child ? now_ns + REAP_NS : 0;
}

/* In the background, at the lowest priority, as tcpdump does. Nobody waits for it, nor, before the next one,
 * for the child that begins it: on a busy machine that alone may take long. */
void files_run(struct files *f, const char *command)
{
	const char *file = files_name(f);
	sigset_t none;

	reap(f);
	f->child = fork();
	if (f->child > 0)
		f->due_ns = now() + REAP_NS;
	if (f->child < 0)
		log_line("%s %s: %s", command, file, strerror(errno));
	if (f->child)
		return;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	if (fork() == 0) {
		setpriority(PRIO_PROCESS, 0, 19);
		execlp(command, command, file, NULL);
		log_line("%s %s: %s", command, file, strerror(errno));
	}
	_exit(EXIT_FAILURE);
}

static void drop_kept(struct files *f, size_t n)
{
	f->kept_bytes -= f->kept[n].size;
	free(f->kept[n].name);
	memmove(f->kept + n, f->kept + n + 1, (f->nkept - n - 1) * sizeof(*f->kept));
	f->nkept--;
}

static int add_kept(struct files *f, uint64_t size)
{
	struct kept_file *kept;

	for (size_t n = 0; n < f->nkept; n++)
		if (!strcmp(f->kept[n].name, files_name(f))) { /* written over */
			drop_kept(f, n);
			break;
		}
	kept = realloc(f->kept, (f->nkept + 1) * sizeof(*kept));
	if (!kept)
		return -ENOMEM;
	f->kept = kept;
	kept[f->nkept] = (struct kept_file){ strdup(files_name(f)), size };
	if (!kept[f->nkept].name)
		return -ENOMEM;
	f->nkept++;
	f->kept_bytes += size;
	return 0;
}

/* A device or a FIFO takes no room, and is not ours to delete. */
static bool takes_room(const char *name)
{
	struct stat st;

	return !lstat(name, &st) && S_ISREG(st.st_mode);
}

/* Makes room for the next file, which may grow to -C. */
static void delete_oldest(struct files *f)
{
	while (f->nkept && f->kept_bytes + f->r.bytes > f->keep) {
		if (takes_room(f->kept[0].name) && unlink(f->kept[0].name) && errno != ENOENT)
			log_line("%s: cannot be deleted: %s", f->kept[0].name, strerror(errno));
		drop_kept(f, 0);
	}
}

int files_next(struct files *f, uint64_t size, uint64_t now_ns)
{
	bool late = files_late(f, now_ns);

	if (f->command)
		files_run(f, f->command);
	if (f->keep) {
		if (add_kept(f, size))
			return err_r(-ENOMEM, "%s: out of memory", files_name(f));
		delete_oldest(f);
	}
	if (f->r.seconds && !f->r.bytes && f->r.files && f->made >= f->r.files) {
		fprintf(stderr, "Maximum file limit reached: %" PRIu64 "\n", f->r.files);
		return -ENODATA;
	}
	if (late) {
		f->since_ns += (now_ns - f->since_ns) / (f->r.seconds * NS_PER_S) * f->r.seconds * NS_PER_S;
		f->n = 0;
	} else {
		f->n++;
		if (f->r.files)
			f->n %= f->r.files;
	}
	return make_name(f);
}

void files_clear(struct files *f)
{
	reap(f);
	while (f->nkept)
		drop_kept(f, f->nkept - 1);
	free(f->kept);
	strbuf_free(&f->name);
	*f = (struct files){ 0 };
}
