// SPDX-License-Identifier: BSD-2-Clause
#include "file/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/path_list.h"
#include "file/reader.h"
#include "util/log.h"

#define FILES_BESIDE 64 /* files that are open for other ends */
#define POLL_MAX 4096	/* packets a poll delivers, so that the caller looks at signals and clocks */

struct part {
	struct reader reader;
	struct item next; /* what stands next, while has_next */
	bool has_next, done;
};

struct file_source {
	struct source base;
	struct path_list paths;
	struct part *parts;
	size_t n;
	size_t begun; /* parts whose first headers were delivered */
	int failed;   /* of the part that ended badly */
	uint64_t delivered;
};

static const char *name_of(const struct part *p)
{
	return strcmp(p->reader.in.name, "-") ? p->reader.in.name : "stdin";
}

/* Reads what stands next. 0, -ENODATA: there is no more; else as reader_next. */
static int read_next(struct file_source *f, struct part *p, int timeout_ms)
{
	int r = p->done ? -ENODATA : reader_next(&p->reader, timeout_ms, &p->next);

	p->has_next = r == 0;
	if (!r && !p->next.is_packet)
		p->next.block.file = (uint32_t)(p - f->parts) + 1;
	if (!r || r == -EAGAIN || r == -EINTR)
		return r;
	p->done = true;
	if (r != -ENODATA)
		f->failed = r;
	return -ENODATA;
}

static int give_block(struct part *p, const struct receiver *to)
{
	p->has_next = false;
	return to->block ? to->block(to->arg, &p->next.block) : 0;
}

static bool is_header(const struct item *i)
{
	return !i->is_packet && (i->block.kind == BLOCK_SECTION || i->block.kind == BLOCK_IFACE);
}

/* The first headers of all parts go out before all else, so that they meet in one section. */
static int begin(struct file_source *f, int timeout_ms, const struct receiver *to)
{
	for (; f->begun < f->n; f->begun++) {
		struct part *p = &f->parts[f->begun];
		int r = 0;

		while (!r && (p->has_next || !(r = read_next(f, p, timeout_ms))) && is_header(&p->next))
			r = give_block(p, to);
		if (r && r != -ENODATA)
			return r;
	}
	return 0;
}

/* 0: p's next packet is there, its blocks on the way to it delivered; else as read_next. */
static int advance(struct file_source *f, struct part *p, int timeout_ms, const struct receiver *to)
{
	for (;;) {
		int r = p->has_next ? 0 : read_next(f, p, timeout_ms);

		if (r || p->next.is_packet)
			return r;
		r = give_block(p, to);
		if (r < 0)
			return r;
	}
}

/* The part whose next packet is the earliest; NULL with *why as advance. */
static struct part *earliest(struct file_source *f, int timeout_ms, const struct receiver *to, int *why)
{
	struct part *best = NULL;

	*why = f->begun < f->n ? begin(f, timeout_ms, to) : 0;
	if (*why)
		return NULL;
	*why = -ENODATA;
	for (size_t i = 0; i < f->n; i++) {
		struct part *p = &f->parts[i];

		if (!p->has_next || !p->next.is_packet) {
			int r = advance(f, p, timeout_ms, to);

			if (r == -ENODATA)
				continue;
			if (r) {
				*why = r;
				return NULL;
			}
		}
		if (!best || p->next.packet.ts_ns < best->next.packet.ts_ns)
			best = p;
	}
	return best;
}

static int report(struct file_source *f)
{
	if (!f->failed)
		return -ENODATA;
	for (size_t i = 0; i < f->n; i++)
		if (f->parts[i].reader.why[0])
			log_line("%s: %s", name_of(&f->parts[i]), f->parts[i].reader.why);
	return f->failed;
}

static int file_poll(struct source *s, int timeout_ms, const struct receiver *to)
{
	struct file_source *f = (struct file_source *)s;
	int n = 0;

	while (n < POLL_MAX) {
		int why, r;
		/* what is there already goes out before it waits */
		struct part *p = earliest(f, n ? 0 : timeout_ms, to, &why);

		if (!p && (why == -EAGAIN || why == -EINTR))
			break;
		if (!p && why == -ENODATA && n)
			break;
		if (!p)
			return why == -ENODATA ? report(f) : why;
		p->has_next = false;
		n++;
		f->delivered++;
		r = to->packet(to->arg, &p->next.packet);
		if (r)
			return r < 0 ? r : -ECANCELED;
	}
	return n;
}

static int file_stats(struct source *s, struct capture_stats *out)
{
	const struct file_source *f = (const struct file_source *)s;

	*out = (struct capture_stats){ .received = f->delivered, .captured = f->delivered };
	return 0;
}

static void file_close(struct source *s)
{
	struct file_source *f = (struct file_source *)s;

	for (size_t i = 0; i < f->n; i++)
		reader_close(&f->parts[i].reader);
	free(f->parts);
	path_list_clear(&f->paths);
	free(f);
}

static const struct source_ops file_ops = { .poll = file_poll, .stats = file_stats, .close = file_close };

/* Each file stays open while its packets may come. */
static void allow_files(size_t n)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l) || l.rlim_cur >= n + FILES_BESIDE)
		return;
	l.rlim_cur = n + FILES_BESIDE < l.rlim_max ? n + FILES_BESIDE : l.rlim_max;
	setrlimit(RLIMIT_NOFILE, &l);
}

static int open_parts(struct file_source *f, const sigset_t *wait_mask, struct iface_table *table)
{
	f->parts = calloc(f->paths.n, sizeof(*f->parts));
	if (!f->parts)
		return err_r(-ENOMEM, "files to read: out of memory");
	allow_files(f->paths.n);
	while (f->n < f->paths.n) {
		struct part *p = &f->parts[f->n++];
		int r = reader_open(&p->reader, f->paths.at[f->n - 1], table, wait_mask);

		if (r)
			return r == -EINTR ? r : err_r(r, "%s: %s", name_of(p), p->reader.why);
	}
	return 0;
}

int file_source_open(struct source **out, const struct file_source_settings *s, struct iface_table *table)
{
	struct file_source *f = calloc(1, sizeof(*f));
	int r = 0;

	if (!f)
		return err_r(-ENOMEM, "files to read: out of memory");
	f->base.ops = &file_ops;
	for (size_t i = 0; !r && i < s->npaths; i++)
		r = path_list_add(&f->paths, s->paths[i]);
	if (!r && s->list)
		r = path_list_read(&f->paths, s->list);
	if (!r)
		r = open_parts(f, s->wait_mask, table);
	if (r) {
		file_close(&f->base);
		return r;
	}
	*out = &f->base;
	return 0;
}

const char *file_source_name(const struct source *s, size_t n)
{
	const struct file_source *f = (const struct file_source *)s;

	return n < f->n ? f->paths.at[n] : NULL;
}

const struct iface *file_source_iface(const struct source *s, size_t n)
{
	const struct file_source *f = (const struct file_source *)s;

	return n < f->n ? f->parts[n].reader.iface : NULL;
}

bool file_source_reads(const struct source *s, const char *path)
{
	const struct file_source *f = (const struct file_source *)s;
	struct stat to, from;

	if ((strcmp(path, "-") ? stat(path, &to) : fstat(STDOUT_FILENO, &to)) || !S_ISREG(to.st_mode))
		return false;
	for (size_t i = 0; i < f->n; i++)
		if (!fstat(f->parts[i].reader.in.fd, &from) && from.st_dev == to.st_dev &&
		    from.st_ino == to.st_ino)
			return true;
	return false;
}

bool file_source_is_regular(const struct source *s)
{
	const struct file_source *f = (const struct file_source *)s;

	for (size_t i = 0; i < f->n; i++)
		if (f->parts[i].reader.in.waits)
			return false;
	return true;
}
