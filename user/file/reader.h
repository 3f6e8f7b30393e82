/* SPDX-License-Identifier: BSD-2-Clause */
/* One capture file, pcap or pcapng, item by item. Says nothing itself: what went wrong is kept for whoever
 * reports. */
#ifndef FILE_READER_H
#define FILE_READER_H

#include "file/input.h"
#include "file/item.h"
#include "file/pcap.h"
#include "file/pcapng_read.h"

struct reader {
	struct input in;
	bool is_pcapng;
	struct pcap_format pcap;
	bool told;	     /* of a pcap file's interface */
	struct iface *iface; /* the first */
	struct pcapng_reader ng;
	char why[256]; /* after an error: what was wrong where, without the name */
};

/* Reads as far as the first interface is known. 0 or -errno and r->why. To be closed also after a failure. */
int reader_open(struct reader *r, const char *path, struct iface_table *table, const sigset_t *wait_mask);

/* 0 and *out, whose pointers hold until the next call, of a pcap file its interface first; -ENODATA at the
 * end; -EAGAIN and -EINTR as input_fill; else -errno and r->why. */
int reader_next(struct reader *r, int timeout_ms, struct item *out);
void reader_close(struct reader *r);

#endif
