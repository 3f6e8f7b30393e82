/* SPDX-License-Identifier: BSD-2-Clause */
/* The two formats of capture files, as far as one must know which. Pure. */
#ifndef FILE_FORMAT_H
#define FILE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum file_format { FORMAT_PCAPNG, FORMAT_PCAP };

/* By the name's ending, that of a compression (.gz, .zst) set aside: .pcap and .cap are classic. */
enum file_format format_of_name(const char *path);

/* Length of the record that begins at p, and whether it is a packet. */
size_t format_record(enum file_format format, const uint8_t *p, bool *is_packet);

/* How many of the first n bytes of a run of whole records are whole records; adds the packets among the
 * others, up to all, to *cut. at_start: the run begins with the file, and the header of a pcap file counts as
 * a record. */
size_t format_whole(enum file_format format, bool at_start, const uint8_t *bytes, size_t n, size_t all,
		    uint64_t *cut);

#endif
