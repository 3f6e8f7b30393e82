// SPDX-License-Identifier: BSD-2-Clause
/* Files beside the test program: on a disk, if it stands on one, and large enough to be written behind. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/bytes.h"
#include "file/output.h"
#include "file/pcap.h"
#include "file/pcapng.h"

static char path[PATH_MAX];
static uint64_t seed;

static uint32_t below(uint32_t n)
{
	seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
	return (uint32_t)(seed % n);
}

static void make_path(void)
{
	char self[PATH_MAX - 32];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0)
		exit(1);
	self[n] = '\0';
	snprintf(path, sizeof(path), "%s/output.%d.tmp", dirname(self), (int)getpid());
}

static size_t make_record(uint8_t *to, enum file_format format, uint32_t number, uint32_t len)
{
	uint32_t all = len + 32;

	if (format == FORMAT_PCAP) {
		memset(to, 0, PCAP_RECORD);
		put_u32(to, number);
		put_u32(to + 8, len);
		memset(to + PCAP_RECORD, (uint8_t)number, len);
		return PCAP_RECORD + len;
	}
	all = pad4(all);
	memset(to, (uint8_t)number, all);
	put_u32(put_u32(put_u32(to, PCAPNG_EPB), all), number);
	put_u32(to + all - 4, all);
	return all;
}

/* A record of up to longest bytes. False after a failure. */
static bool add(struct output *o, uint32_t longest)
{
	uint32_t len = below(64) ? below(200) : below(longest);
	uint8_t *to = output_room(o, len + 64u);

	if (!to)
		return false;
	output_add(o, make_record(to, o->format, (uint32_t)o->packets, len));
	o->packets++;
	return true;
}

static bool begin(struct output *o, enum file_format format)
{
	uint8_t *to;

	if (output_open(o, path, format, PACK_NONE))
		return false;
	to = format == FORMAT_PCAP ? output_room(o, PCAP_HEADER) : NULL;
	if (to) {
		pcap_put_header(to, 1, 262144, false);
		output_add(o, PCAP_HEADER);
	}
	return true;
}

/* How many records the file holds, or UINT64_MAX if one of them is not the one that belongs there, or is cut.
 */
static uint64_t count(enum file_format format)
{
	uint64_t at = format == FORMAT_PCAP ? PCAP_HEADER : 0, n = 0, size;
	uint8_t *bytes, want[262144 + 64];
	struct stat st;
	int fd = open(path, O_RDONLY);

	if (fd < 0 || fstat(fd, &st))
		return UINT64_MAX;
	size = (uint64_t)st.st_size;
	bytes = malloc(size + 1);
	for (uint64_t got = 0; got < size;) {
		ssize_t r = read(fd, bytes + got, size - got);

		if (r <= 0)
			break;
		got += (uint64_t)r;
	}
	while (at + 16 <= size) {
		uint32_t len = get_u32(bytes + at + (format == FORMAT_PCAP ? 8 : 4), false);
		size_t all;

		len -= format == FORMAT_PCAP ? 0 : 32;
		if (len > 262144)
			break;
		all = make_record(want, format, (uint32_t)n, len);
		if (at + all > size || memcmp(bytes + at, want, all) != 0)
			break;
		at += all;
		n++;
	}
	free(bytes);
	close(fd);
	return at == size ? n : UINT64_MAX;
}

static const enum file_format formats[] = { FORMAT_PCAP, FORMAT_PCAPNG };

static void a_large_file_holds_every_record_however_it_is_flushed(void)
{
	for (seed = 1; seed < 13; seed++) {
		enum file_format format = formats[seed & 1];
		uint32_t flush_each = 100u << seed % 12, longest = seed % 3 ? 2000 : 262144;
		uint64_t keep = seed;
		struct output o;

		CHECK(begin(&o, format));
		while (output_size(&o) < (9u << 20) && add(&o, longest))
			if (!below(flush_each))
				output_flush(&o);
		CHECK_EQ(output_close(&o), 0);
		CHECK_EQ(count(format), o.packets);
		seed = keep;
	}
	unlink(path);
}

static void a_file_that_may_not_grow_holds_what_is_said(void)
{
	struct rlimit was, now;

	getrlimit(RLIMIT_FSIZE, &was);
	signal(SIGXFSZ, SIG_IGN);
	for (seed = 1; seed < 61; seed++) {
		enum file_format format = formats[seed & 1];
		uint32_t flush_each = seed % 3 ? 200 : 1u << 30, longest = seed % 5 ? 2000 : 262144;
		uint64_t keep = seed, end;
		struct output o;

		now = was;
		now.rlim_cur = seed % 4 ? (1u << 20) + below(5u << 20) : (1 + below(5)) << 20;
		setrlimit(RLIMIT_FSIZE, &now);
		end = now.rlim_cur + below(7u << 20);
		CHECK(begin(&o, format));
		while (output_size(&o) < end && add(&o, longest))
			if (!below(flush_each))
				output_flush(&o);
		CHECK_EQ(output_close(&o), (uint64_t)-EFBIG);
		setrlimit(RLIMIT_FSIZE, &was);
		CHECK_EQ(count(format), o.packets);
		seed = keep;
	}
	unlink(path);
}

static void what_is_handed_over_and_abandoned_is_no_harm(void)
{
	for (seed = 1; seed < 5; seed++) {
		uint64_t keep = seed;
		struct output o;

		CHECK(begin(&o, FORMAT_PCAPNG));
		while (output_size(&o) < keep << 20 && add(&o, 2000))
			;
		output_abandon(&o);
		seed = keep;
	}
	unlink(path);
}

static void a_removed_file_is_an_error(void)
{
	struct output o;

	seed = 1;
	CHECK(begin(&o, FORMAT_PCAPNG));
	unlink(path);
	while (output_size(&o) < (3u << 20) && add(&o, 2000))
		;
	CHECK(output_removed(&o));
	CHECK_EQ(output_close(&o), (uint64_t)-ENOENT);
}

/* Also where what is written then stands behind the hole, so that the file is as long as it should be. */
static void an_emptied_file_is_an_error(void)
{
	for (uint32_t more = 0; more <= 3u << 20; more += 3u << 20) {
		struct output o;

		seed = 1;
		CHECK(begin(&o, FORMAT_PCAP));
		CHECK(add(&o, 2000));
		CHECK_EQ(output_drain(&o), 0);
		CHECK(!output_truncated(&o));
		CHECK_EQ(truncate(path, 0), 0);
		while (output_size(&o) < more && add(&o, 2000))
			;
		CHECK_EQ(output_drain(&o), 0);
		CHECK(output_truncated(&o));
		CHECK_EQ(output_close(&o), (uint64_t)-EIO);
		unlink(path);
	}
}

static void a_record_longer_than_a_buffer_is_written(void)
{
	for (int i = 0; i < 2; i++) {
		enum file_format format = formats[i];
		struct output o;
		uint64_t sum = 0;
		struct stat st;

		seed = 3;
		CHECK(begin(&o, format));
		while (output_size(&o) < (3u << 20) && add(&o, 2000))
			;
		for (uint32_t len = 1u << 20; len < 5u << 20; len += 777777) {
			uint8_t *to = output_room(&o, len + 64u);

			CHECK(to != NULL);
			if (!to)
				break;
			output_add(&o, make_record(to, format, 0, len));
			sum += len;
			add(&o, 2000);
		}
		CHECK_EQ(output_close(&o), 0);
		CHECK(!stat(path, &st) && (uint64_t)st.st_size == o.written && o.written > sum + (3u << 20));
	}
	unlink(path);
}

/* A reader that takes its time, so that the buffers are all full again and again. */
static void *read_slowly(void *arg)
{
	const int *fd = arg;
	static uint8_t bytes[100000];
	uint64_t sum = 0;
	ssize_t n;

	while ((n = read(*fd, bytes, sizeof(bytes))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			sum = sum * 31 + bytes[i];
		usleep(100);
	}
	return (void *)(uintptr_t)sum;
}

static uint64_t count_asked(const void *arg, uint64_t *all)
{
	__atomic_fetch_add((uint64_t *)(uintptr_t)arg, 1, __ATOMIC_RELAXED);
	*all = 1000;
	return 0;
}

static void the_filler_waits_for_a_slow_file(void)
{
	int fds[2];
	pthread_t reader;
	uint8_t *memory = aligned_alloc(BEHIND_ALIGN, BEHIND_MEMORY);
	uint64_t sum = 0, asked = 0;
	struct behind *b;
	void *got;

	CHECK(!pipe(fds) && !pthread_create(&reader, NULL, read_slowly, &fds[0]));
	b = behind_new(fds[1], memory, count_asked, &asked);
	CHECK(b != NULL);
	for (uint32_t block = 0; b && block < 20; block++) {
		struct stretch s = { .memory = memory, .bytes = memory, .len = BEHIND_BLOCK };

		s.n = s.len - block % 3 * 1000;
		for (size_t i = 0; i < s.n; i++) {
			memory[i] = (uint8_t)(i * block >> 4);
			sum = sum * 31 + memory[i];
		}
		behind_put(b, &s);
		memory = behind_memory(b);
	}
	CHECK_EQ(behind_wait(b), 0);
	behind_free(b);
	CHECK(asked > 0); /* with others behind it */
	CHECK(asked < 20);
	close(fds[1]);
	pthread_join(reader, &got);
	CHECK_EQ((uintptr_t)got, sum);
	close(fds[0]);
}

int main(void)
{
	make_path();
	RUN(a_large_file_holds_every_record_however_it_is_flushed);
	RUN(a_file_that_may_not_grow_holds_what_is_said);
	RUN(what_is_handed_over_and_abandoned_is_no_harm);
	RUN(a_removed_file_is_an_error);
	RUN(an_emptied_file_is_an_error);
	RUN(a_record_longer_than_a_buffer_is_written);
	RUN(the_filler_waits_for_a_slow_file);
	return check_failed_all != 0;
}
