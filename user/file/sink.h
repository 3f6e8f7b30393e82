/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets into capture files: pcapng, or classic pcap where the name ends in .pcap or .cap; one file, or one
 * after the other. */
#ifndef FILE_SINK_H
#define FILE_SINK_H

#include "../sink.h"
#include "file/iface.h"
#include "file/pack.h"

/* Strings and tables are borrowed until close. 0 and NULL: not wanted. */
struct file_sink_settings {
	const char *path;	 /* "-" is stdout */
	const char *format_name; /* what the format is taken from; NULL: path */
	bool nano;		 /* of classic pcap */
	bool packet_buffered;
	bool announce;	    /* one line for each finished file */
	uint32_t snaplen;   /* of a file without interfaces */
	uint16_t link_type; /* the same */
	bool live;	    /* the header is written at once, statistics every 5 s and at the end */
	const struct iface_table *ifaces; /* live ones */
	const char *const *comments;	  /* into the section header */
	size_t ncomments;
	bool icmp;    /* also the ICMP errors that quote segments, as far as snaplen */
	bool verdict; /* write what was done with each packet: Wireshark 4.0 rewrites that option wrongly */
	bool reader_may_leave; /* a pipe that is closed is the end, not an error: then packet gives -ENODATA
				*/
	enum pack_kind compress;
	uint64_t rotate_bytes;	 /* -C */
	uint64_t rotate_seconds; /* -G */
	uint64_t max_files;	 /* -W */
	const char *postrotate;	 /* -z */
	uint64_t keep_bytes;	 /* --keep */
	uint64_t stop_bytes;	 /* --stop-size: then packet gives -ENODATA */
	/* How many bytes wait in a log while its file waits for a disk, and how many can (*all). Asked from
	 * another thread. NULL: none do. */
	uint64_t (*held)(const void *arg, uint64_t *all);
	const void *held_arg;
	/* Whether a file is read: then it is not written. NULL: none is. */
	bool (*is_read)(const void *arg, const char *path);
	const void *is_read_arg;
};

struct file_sink_counts {
	uint64_t packets; /* that stand in files */
	uint64_t bytes;	  /* of these files */
	uint64_t files;
};

/* 0, or -errno after a message. */
int file_sink_open(struct sink **out, const struct file_sink_settings *s);
/* A name that was found for an address (AF_INET, AF_INET6; network order): a pcapng file says so at its end.
 */
void file_sink_add_name(struct sink *s, int family, const uint8_t *addr, const char *name);
/* Exact when the sink has been flushed. */
void file_sink_count(const struct sink *s, struct file_sink_counts *out);

#endif
