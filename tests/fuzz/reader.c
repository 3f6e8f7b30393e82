// SPDX-License-Identifier: BSD-2-Clause
/* Any bytes as a capture file: read by either reader, and what was read written again in both formats.
 * Whatever is written must be readable to its end. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "file/reader.h"
#include "file/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void path_of(char *to, size_t size, int fd)
{
	snprintf(to, size, "/proc/self/fd/%d", fd);
}

/* Every item of a file; hands them to w unless NULL. The items; *e: how it ended. */
static size_t read_all(int fd, struct writer *w, int *e)
{
	struct iface_table table = { 0 };
	struct reader r;
	struct item item;
	char path[64];
	size_t n = 0;

	path_of(path, sizeof(path), fd);
	*e = reader_open(&r, path, &table, NULL);
	while (!*e && (*e = reader_next(&r, 0, &item)) == 0) {
		n += item.is_packet;
		if (w && item.is_packet)
			writer_packet(w, &item.packet);
		else if (w)
			writer_block(w, &item.block);
	}
	if (w) /* its interfaces are the table's */
		writer_close(w);
	reader_close(&r);
	iface_table_clear(&table);
	return n;
}

static void write_again(int in, enum file_format format)
{
	struct writer_settings s = { .format = format, .link_type = 1 };
	int out = memfd_create("out", MFD_CLOEXEC), e, e2;
	struct writer w;
	char path[64];
	size_t n, again;

	path_of(path, sizeof(path), out);
	writer_init(&w, &s, 0);
	if (writer_open(&w, path))
		abort();
	n = read_all(in, &w, &e);
	e = w.out.failed;
	if (w.refused) /* a pcap file holds one link type, and what came before another */
		n = w.out.packets;
	writer_free(&w);
	again = read_all(out, NULL, &e2);
	/* classic pcap holds no packet above 256 KiB, and a file without interfaces is no pcapng file */
	if (!e && n && (again != n || e2 != -ENODATA))
		abort();
	close(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int in = memfd_create("in", MFD_CLOEXEC);

	if (in < 0 || write(in, data, size) != (ssize_t)size)
		abort();
	write_again(in, FORMAT_PCAPNG);
	write_again(in, FORMAT_PCAP);
	close(in);
	return 0;
}
