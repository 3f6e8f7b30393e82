// SPDX-License-Identifier: BSD-2-Clause
#include "file/output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "util/io.h"
#include "util/log.h"

#ifndef SMB2_SUPER_MAGIC /* not in older headers */
#define SMB2_SUPER_MAGIC 0xFE534D42
#define CIFS_SUPER_MAGIC 0xFF534D42
#endif
#define LOCK_WAIT_MS 2000 /* for a capture that ends */
#define LOCK_STEP_MS 50
#define BUFFER (256u << 10) /* of what is written here */

static const char *shown_name(const struct output *o)
{
	return strcmp(o->name, "-") ? o->name : "stdout";
}

static bool is_regular(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISREG(st.st_mode);
}

/* Where a lock may wait for a server, or keeps others from reading. */
static bool is_remote(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) || fs.f_type == NFS_SUPER_MAGIC || fs.f_type == SMB_SUPER_MAGIC ||
	       fs.f_type == CIFS_SUPER_MAGIC || fs.f_type == SMB2_SUPER_MAGIC || fs.f_type == AFS_SUPER_MAGIC;
}

/* Two captures into one file spoil it. One that is about to end is waited for: a restart is quick. The lock
 * is the descriptor's, ends with it, and is none of flock(1)'s. False: another has it. */
static bool lock(int fd)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (is_remote(fd))
		return true;
	for (int waited_ms = 0;; waited_ms += LOCK_STEP_MS) {
		if (!fcntl(fd, F_OFD_SETLK, &whole) || errno != EAGAIN)
			return true;
		if (waited_ms >= LOCK_WAIT_MS)
			return false;
		poll(NULL, 0, LOCK_STEP_MS);
	}
}

/* Emptied, but not under another who writes it. Or -errno. */
static int open_fd(const char *path)
{
	int fd, e = 0;

	if (!strcmp(path, "-")) {
		fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
		return fd < 0 ? -errno : fd;
	}
	fd = io_open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0 || !is_regular(fd))
		return fd;
	if (!lock(fd))
		e = -EWOULDBLOCK;
	else if (ftruncate(fd, 0))
		e = -errno;
	if (e)
		close(fd);
	return e ? e : fd;
}

/* A second descriptor of the file, to read by: the first one may be past the page cache at any time. */
static int open_look(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void release(struct output *o)
{
	if (o->look_fd >= 0)
		close(o->look_fd);
	o->look_fd = -1;
	if (!o->behind)
		free(o->at.memory);
	behind_free(o->behind);
	strbuf_free(&o->packed);
	pack_free(o->pack);
	o->pack = NULL;
	o->behind = NULL;
	o->at = (struct stretch){ 0 };
	o->limit = 0;
}

void output_abandon(struct output *o)
{
	release(o);
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
}

/* Of a regular file. Memory is written to by copying anyway. */
static bool is_on_disk(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) && fs.f_type != TMPFS_MAGIC && fs.f_type != RAMFS_MAGIC;
}

/* An empty buffer in memory; that of a large file begins where the file's next block does. */
static void begin_buffer(struct output *o, uint8_t *memory)
{
	size_t off = o->may_behind ? o->written % BEHIND_ALIGN : 0;

	o->at = (struct stretch){ .memory = memory, .bytes = memory + off };
	if (o->may_behind) {
		o->limit = BEHIND_BLOCK - off;
		o->size = BEHIND_MEMORY - off;
	}
}

int output_open(struct output *o, const char *path, enum file_format format, enum pack_kind pack)
{
	uint8_t *memory;

	*o = (struct output){ .fd = open_fd(path),
			      .look_fd = -1,
			      .name = path,
			      .format = format,
			      .limit = BUFFER,
			      .size = BUFFER };
	if (o->fd == -EWOULDBLOCK)
		return err_r(o->fd, "%s: another process captures into it: write to another file",
			     shown_name(o));
	if (o->fd < 0)
		return err_r(o->fd, "%s: %s", shown_name(o), strerror(-o->fd));
	o->is_regular = is_regular(o->fd);
	if (o->is_regular && strcmp(path, "-"))
		o->look_fd = open_look(o->fd);
	o->may_behind = pack == PACK_NONE && strcmp(path, "-") && o->is_regular && is_on_disk(o->fd);
	memory = o->may_behind ? behind_alloc() : aligned_alloc(BEHIND_ALIGN, BUFFER);
	begin_buffer(o, memory);
	if (pack != PACK_NONE)
		o->pack = pack_new(pack);
	if (memory && (o->pack || pack == PACK_NONE))
		return 0;
	output_abandon(o);
	return err_r(-ENOMEM, "%s: no memory for its buffer", shown_name(o));
}

/* Takes the last n bytes, half a record, off a file; from a pipe nothing can be taken back. */
static void cut_back(const struct output *o, size_t n)
{
	off_t end = lseek(o->fd, 0, SEEK_CUR);

	if (n && end >= (off_t)n && ftruncate(o->fd, end - (off_t)n))
		log_line("%s: its last %zu bytes are half a record: %s", shown_name(o), n, strerror(errno));
}

static int failed(struct output *o, int e)
{
	o->packets -= o->lost;
	o->at.len = o->limit = 0;
	if (e == -EPIPE && o->reader_may_leave)
		return o->failed = -ENODATA;
	o->failed = e;
	return err_r(e, "%s: %s; it holds %" PRIu64 " packet%s", shown_name(o), io_error(e), o->packets,
		     o->packets == 1 ? "" : "s");
}

bool output_removed(const struct output *o)
{
	struct stat st;

	return !fstat(o->fd, &st) && S_ISREG(st.st_mode) && st.st_nlink == 0;
}

bool output_truncated(const struct output *o)
{
	uint64_t there = o->written - (o->behind ? behind_left_bytes(o->behind) : 0);
	uint8_t first = 1;
	struct stat st;

	if (!o->is_regular || !strcmp(o->name, "-") || !there)
		return false;
	return (!fstat(o->fd, &st) && (uint64_t)st.st_size < there) ||
	       (o->look_fd >= 0 && pread(o->look_fd, &first, 1, 0) == 1 && !first);
}

uint64_t output_waiting(const struct output *o, struct strbuf *records)
{
	const uint8_t *first = o->at.bytes + o->at.skip;
	size_t n = o->at.len - o->at.skip;
	uint64_t packets = 0;

	strbuf_mem(records, first, n);
	format_whole(o->format, false, first, 0, n, &packets);
	return records->failed ? 0 : packets;
}

int output_put_records(struct output *o, const struct strbuf *records)
{
	const uint8_t *at = (const uint8_t *)records->s, *end = at + (records->failed ? 0 : records->len);

	while (at < end) {
		bool is_packet;
		size_t n = format_record(o->format, at, &is_packet);
		uint8_t *to = output_room(o, n);

		if (!to)
			return o->failed;
		memcpy(to, at, n);
		output_add(o, n);
		o->packets += is_packet;
		at += n;
	}
	return 0;
}

/* Writing stopped inside s, which begins at o->written: the file ends with the last whole record. */
static void end_whole(struct output *o, const struct stretch *s)
{
	size_t rest = s->done > s->skip ? s->done - s->skip : 0;
	size_t whole =
		format_whole(o->format, !o->written, s->bytes + s->skip, rest, s->len - s->skip, &o->lost);

	if (s->done < s->skip) {
		cut_back(o, s->torn + s->done);
		o->written -= s->torn;
		o->lost++; /* as good as always it is a packet that was torn */
	} else {
		cut_back(o, rest - whole);
		o->written += s->skip + whole;
	}
}

/* None of s was written. */
static void lose(struct output *o, const struct stretch *s, bool at_start)
{
	format_whole(o->format, at_start, s->bytes + s->skip, 0, s->len - s->skip, &o->lost);
}

/* A write failed behind: what of all that was handed over does the file hold? */
static int failed_behind(struct output *o)
{
	const struct stretch *s;

	for (size_t i = 0; (s = behind_left(o->behind, i)); i++)
		o->written -= s->n;
	lose(o, &o->at, false);
	for (size_t i = 1; (s = behind_left(o->behind, i)); i++)
		lose(o, s, false);
	end_whole(o, behind_left(o->behind, 0));
	return failed(o, behind_failed(o->behind));
}

/* The first n bytes of the buffer go to the thread; what is left of the last record begins the next one. */
static int hand_over(struct output *o, size_t n)
{
	struct stretch was = o->at;
	uint8_t *memory;

	was.n = n;
	behind_put(o->behind, &was);
	o->written += n;
	o->at.len = o->at.skip = 0;
	memory = behind_memory(o->behind);
	if (!memory)
		return failed_behind(o);
	begin_buffer(o, memory);
	o->at.len = o->at.skip = was.len - n;
	o->at.torn = o->at.skip ? n - o->last : 0;
	memcpy(o->at.bytes, was.bytes + n, o->at.skip);
	return 0;
}

static size_t put(const struct output *o, const void *bytes, size_t n, int *e)
{
	return o->is_regular ? io_write_regular(o->fd, bytes, n, e) : io_write(o->fd, bytes, n, e);
}

static int flush_plain(struct output *o)
{
	int e = 0;

	o->at.done = put(o, o->at.bytes, o->at.len, &e);
	if (e) {
		end_whole(o, &o->at);
		return failed(o, e);
	}
	o->written += o->at.len;
	begin_buffer(o, o->at.memory);
	return 0;
}

/* A stream is readable up to a flush, so the file is cut back to the last one. */
static int flush_packed(struct output *o, bool last)
{
	int e = 0;
	size_t done;

	o->packed.len = 0;
	if (!pack_run(o->pack, &o->packed, o->at.bytes, o->at.len, last))
		e = -ENOMEM;
	done = e ? 0 : put(o, o->packed.s, o->packed.len, &e);
	if (e) {
		lose(o, &o->at, !o->written);
		cut_back(o, done);
		return failed(o, e);
	}
	o->written += done;
	o->at.len = 0;
	return 0;
}

int output_flush(struct output *o)
{
	if (!o->failed && o->behind && behind_failed(o->behind))
		failed_behind(o);
	if (o->failed || !o->at.len)
		return o->failed;
	if (o->pack)
		return flush_packed(o, false);
	return o->behind ? hand_over(o, o->at.len) : flush_plain(o);
}

int output_drain(struct output *o)
{
	int r = output_flush(o);

	return !r && o->behind && behind_wait(o->behind) ? failed_behind(o) : r;
}

/* A record longer than buffers are: from now on all is written here. */
static int grow(struct output *o, size_t n)
{
	uint8_t *memory;

	if (output_drain(o))
		return o->failed;
	memory = malloc(n);
	if (!memory)
		return o->failed = err_r(-ENOMEM, "%s: no memory for a block of %zu bytes", shown_name(o), n);
	if (!o->behind)
		free(o->at.memory);
	behind_free(o->behind);
	o->behind = NULL;
	o->may_behind = false;
	o->limit = o->size = n;
	begin_buffer(o, memory);
	return 0;
}

static void hand_over_block(struct output *o)
{
	if (!o->behind)
		o->behind = behind_new(o->fd, o->at.memory, o->held, o->held_arg);
	if (!o->behind) { /* then as well here */
		o->may_behind = false;
		return;
	}
	o->blocks++;
	hand_over(o, o->limit);
}

uint8_t *output_room_slow(struct output *o, size_t n)
{
	if (!o->failed && o->may_behind && o->at.len >= o->limit)
		hand_over_block(o);
	if (!o->failed && o->at.len + n > o->size)
		output_flush(o);
	if (!o->failed && n > o->size)
		grow(o, n);
	return o->failed ? NULL : o->at.bytes + o->at.len;
}

bool output_put_late(struct output *o, size_t at, uint32_t word)
{
	if (!o->is_regular || o->pack || !strcmp(o->name, "-"))
		return false;
	o->late_at = at;
	o->late_word = word;
	return true;
}

static int put_late(const struct output *o)
{
	if (!o->late_at || pwrite(o->fd, &o->late_word, 4, (off_t)o->late_at) == 4)
		return 0;
	return err_r(-EIO, "%s: its header could not be written again: %s", shown_name(o), strerror(errno));
}

static int spoilt(const struct output *o, int e, const char *how)
{
	return err_r(e, "%s: was %s while it was written, with %" PRIu64 " packet%s", shown_name(o), how,
		     o->packets, o->packets == 1 ? "" : "s");
}

int output_close(struct output *o)
{
	int r;

	if (o->fd < 0)
		return 0;
	r = output_drain(o);
	if (!r)
		r = put_late(o);
	if (!r && o->pack)
		r = flush_packed(o, true);
	if (!r && output_removed(o))
		r = spoilt(o, -ENOENT, "removed");
	else if (!r && output_truncated(o))
		r = spoilt(o, -EIO, "truncated");
	release(o);
	if (close(o->fd) && !r && errno != EINTR)
		r = err_r(-errno, "%s: %s", shown_name(o), strerror(errno));
	o->fd = -1;
	return r == -ENODATA ? 0 : r;
}
