// SPDX-License-Identifier: BSD-2-Clause
#include "file/output.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "util/log.h"

#define BUFFER (256u << 10)
#define BLOCK (1u << 20) /* written at once past the page cache */
#define BULK_BUFFER (BLOCK + (512u << 10))
#define ALIGN 4096u
#define DIRECT_TRIAL 32		  /* blocks after which a disk is judged */
#define DIRECT_SLOW_NS 120000000u /* for so many: slower than 280 MB/s */

static const char *shown_name(const struct output *o)
{
	return strcmp(o->name, "-") ? o->name : "stdout";
}

static int open_fd(const char *path)
{
	if (!strcmp(path, "-"))
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

static void release(struct output *o)
{
	free(o->buf);
	strbuf_free(&o->packed);
	pack_free(o->pack);
	o->pack = NULL;
	o->buf = NULL;
	o->cap = o->len = 0;
	o->fd = -1;
}

void output_abandon(struct output *o)
{
	if (o->fd >= 0)
		close(o->fd);
	release(o);
}

int output_open(struct output *o, const char *path, enum file_format format, enum pack_kind pack, bool bulk)
{
	struct stat st;

	*o = (struct output){ .fd = open_fd(path), .name = path, .format = format };
	if (o->fd < 0)
		return err_r(-errno, "%s: %s", shown_name(o), strerror(errno));
	o->may_direct =
		bulk && pack == PACK_NONE && strcmp(path, "-") && !fstat(o->fd, &st) && S_ISREG(st.st_mode);
	o->cap = o->may_direct ? BULK_BUFFER : BUFFER;
	o->buf = aligned_alloc(ALIGN, o->cap);
	if (pack != PACK_NONE)
		o->pack = pack_new(pack);
	if (o->buf && (o->pack || pack == PACK_NONE))
		return 0;
	output_abandon(o);
	return err_r(-ENOMEM, "%s: no memory for its buffer", shown_name(o));
}

static uint64_t monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void leave_direct(struct output *o)
{
	if (o->direct)
		fcntl(o->fd, F_SETFL, 0);
	o->direct = o->may_direct = false;
}

/* Whether the buffer's first block goes past the page cache. A disk that is slower than it is left to it. */
static bool goes_direct(struct output *o)
{
	if (!o->may_direct || o->len < BLOCK)
		return false;
	if (!o->direct && (o->written % ALIGN || fcntl(o->fd, F_SETFL, O_DIRECT))) {
		o->may_direct = false;
		return false;
	}
	if (!o->direct) {
		o->direct = true;
		o->direct_since_ns = monotonic_ns();
	}
	if (o->direct_blocks++ == DIRECT_TRIAL && monotonic_ns() - o->direct_since_ns > DIRECT_SLOW_NS)
		leave_direct(o);
	return o->direct;
}

/* Bytes written of n; less only with *e set. */
static size_t write_some(struct output *o, const void *bytes, size_t n, int *e)
{
	size_t done = 0;

	while (done < n) {
		ssize_t r = write(o->fd, (const uint8_t *)bytes + done, n - done);

		if (r >= 0) {
			done += (size_t)r;
		} else if (errno == EAGAIN) {
			poll(&(struct pollfd){ .fd = o->fd, .events = POLLOUT }, 1, -1);
		} else if (errno == EINVAL && o->direct) { /* this file system would rather not */
			leave_direct(o);
		} else if (errno != EINTR) {
			*e = -errno;
			break;
		}
	}
	return done;
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
	o->len = 0;
	if (e == -EPIPE && o->reader_may_leave)
		return o->failed = -ENODATA;
	o->failed = e;
	return err_r(e, "%s: %s; it holds %" PRIu64 " packet%s", shown_name(o), strerror(-e), o->packets,
		     o->packets == 1 ? "" : "s");
}

bool output_removed(const struct output *o)
{
	struct stat st;

	return !fstat(o->fd, &st) && S_ISREG(st.st_mode) && st.st_nlink == 0;
}

/* The first n bytes of the buffer are in the file: where does that leave the record at n? */
static void note_torn(struct output *o, size_t n)
{
	size_t whole;
	uint64_t cut;
	bool is_packet;

	if (n == o->len) {
		o->torn = o->skip = 0;
		return;
	}
	if (n <= o->skip) {
		o->torn += n;
		o->skip -= n;
		return;
	}
	whole = o->skip +
		format_whole(o->format, !o->written, o->buf + o->skip, n - o->skip, n - o->skip, &cut);
	o->torn = n - whole;
	o->skip = o->torn ? format_record(o->format, o->buf + whole, &is_packet) - o->torn : 0;
}

/* Writing stopped after done bytes of the buffer: the file ends with the last whole record. */
static void end_whole(struct output *o, size_t done)
{
	size_t rest = done > o->skip ? done - o->skip : 0;
	size_t whole =
		format_whole(o->format, !o->written, o->buf + o->skip, rest, o->len - o->skip, &o->lost);

	if (done < o->skip) {
		cut_back(o, o->torn + done);
		o->written -= o->torn;
		o->lost++; /* as good as always it is a packet that was torn */
	} else {
		cut_back(o, rest - whole);
		o->written += o->skip + whole;
	}
}

/* Writes the first n bytes of the buffer. */
static int write_head(struct output *o, size_t n)
{
	int e = 0;
	size_t done = write_some(o, o->buf, n, &e);

	if (e) {
		leave_direct(o);
		end_whole(o, done);
		return failed(o, e);
	}
	note_torn(o, n);
	o->written += n;
	o->len -= n;
	memmove(o->buf, o->buf + n, o->len);
	return 0;
}

static int flush_plain(struct output *o)
{
	leave_direct(o); /* what is left is no block */
	return write_head(o, o->len);
}

/* A stream is readable up to a flush, so the file is cut back to the last one. */
static int flush_packed(struct output *o, bool last)
{
	int e = 0;
	size_t done;

	o->packed.len = 0;
	if (!pack_run(o->pack, &o->packed, o->buf, o->len, last))
		e = -ENOMEM;
	done = e ? 0 : write_some(o, o->packed.s, o->packed.len, &e);
	if (e) {
		format_whole(o->format, !o->written, o->buf, 0, o->len, &o->lost);
		cut_back(o, done);
		return failed(o, e);
	}
	o->written += done;
	o->len = 0;
	return 0;
}

int output_flush(struct output *o)
{
	if (o->failed || !o->len)
		return o->failed;
	return o->pack ? flush_packed(o, false) : flush_plain(o);
}

static int grow(struct output *o, size_t n)
{
	uint8_t *buf = realloc(o->buf, n);

	if (!buf)
		return o->failed = err_r(-ENOMEM, "%s: no memory for a block of %zu bytes", shown_name(o), n);
	o->buf = buf;
	o->cap = n;
	o->may_direct = false; /* it is no longer aligned */
	return 0;
}

uint8_t *output_room_slow(struct output *o, size_t n)
{
	while (!o->failed && o->cap - o->len < n && goes_direct(o))
		write_head(o, BLOCK);
	if (o->cap - o->len < n)
		output_flush(o);
	if (!o->failed && o->cap < n)
		grow(o, n);
	return o->failed ? NULL : o->buf + o->len;
}

int output_close(struct output *o)
{
	int r;

	if (o->fd < 0)
		return 0;
	r = output_flush(o);
	if (!r && o->pack)
		r = flush_packed(o, true);
	if (!r && output_removed(o))
		r = err_r(-ENOENT, "%s: was removed while it was written; its %" PRIu64 " packets are gone",
			  shown_name(o), o->packets);
	if (close(o->fd) && !r && errno != EINTR)
		r = err_r(-errno, "%s: %s", shown_name(o), strerror(errno));
	release(o);
	return r == -ENODATA ? 0 : r;
}
