/* SPDX-License-Identifier: BSD-2-Clause */
/* The classic pcap format (draft-ietf-opsawg-pcap), bytes ↔ packets. Pure. */
#ifndef FILE_PCAP_H
#define FILE_PCAP_H

#include <stdbool.h>
#include <stdint.h>

#include "packet.h"

#define PCAP_HEADER 24
#define PCAP_RECORD 16

struct pcap_format {
	bool swapped;
	bool nano;
	bool lengths_swapped; /* version 2.3 and older: the original length first, or either */
	bool lengths_unsure;
	uint32_t record_len; /* of a record's head: 16, or 24 in Kuznetzov's variant */
	uint16_t link_type;
	uint32_t snaplen;
};

bool pcap_is_magic(const uint8_t *p); /* 4 bytes */
/* PCAP_HEADER bytes; 0, or -EBADMSG and a phrase. */
int pcap_read_header(struct pcap_format *f, const uint8_t *p, const char **why);
/* A record's head, f->record_len bytes; p->data is set to what follows. 0, or -EBADMSG and a phrase. */
int pcap_read_record(const struct pcap_format *f, const uint8_t *head, struct packet *p, const char **why);

#define PCAP_SNAPLEN_AT 16 /* in the header */
void pcap_put_header(uint8_t to[PCAP_HEADER], uint16_t link_type, uint32_t snaplen, bool nano);
/* Writes PCAP_RECORD + cap_len bytes; gives their number. */
uint32_t pcap_put_record(uint8_t *to, const struct packet *p, bool nano);

#endif
