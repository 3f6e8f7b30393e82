/* SPDX-License-Identifier: BSD-2-Clause */
/* The numbers of pcapng (draft-ietf-opsawg-pcapng) and the walk over a block's options. */
#ifndef FILE_PCAPNG_H
#define FILE_PCAPNG_H

#include <stdbool.h>
#include <stdint.h>

#define PCAPNG_MAGIC 0x1a2b3c4du
#define PCAPNG_BLOCK_MAX (16u << 20) /* libpcap and Wireshark refuse more */
#define PCAPNG_BLOCK_MIN 12u	     /* type, length, length again */

enum pcapng_type {
	PCAPNG_SHB = 0x0a0d0d0a,
	PCAPNG_IDB = 1,
	PCAPNG_PB = 2, /* obsolete: read, never written */
	PCAPNG_SPB = 3,
	PCAPNG_NRB = 4,
	PCAPNG_ISB = 5,
	PCAPNG_EPB = 6,
	PCAPNG_DSB = 0xa,
	PCAPNG_CUSTOM = 0xbad,
	PCAPNG_CUSTOM_NOCOPY = 0x40000bad,
};

enum pcapng_opt {
	OPT_END = 0,
	OPT_COMMENT = 1,
	OPT_CUSTOM_STR = 2988,
	OPT_CUSTOM_BIN = 2989,
	OPT_CUSTOM_STR_NOCOPY = 19372,
	OPT_CUSTOM_BIN_NOCOPY = 19373,

	SHB_HARDWARE = 2,
	SHB_OS = 3,
	SHB_USERAPPL = 4,

	IDB_NAME = 2,
	IDB_DESCRIPTION = 3,
	IDB_IPV4 = 4,
	IDB_IPV6 = 5,
	IDB_MAC = 6,
	IDB_EUI = 7,
	IDB_SPEED = 8,
	IDB_TSRESOL = 9,
	IDB_TZONE = 10,
	IDB_FILTER = 11,
	IDB_OS = 12,
	IDB_FCSLEN = 13,
	IDB_TSOFFSET = 14,
	IDB_HARDWARE = 15,
	IDB_TXSPEED = 16,
	IDB_RXSPEED = 17,

	EPB_FLAGS = 2,
	EPB_HASH = 3,
	EPB_DROPCOUNT = 4,
	EPB_PACKETID = 5,
	EPB_QUEUE = 6,
	EPB_VERDICT = 7,
	EPB_PROCESS = 8,

	ISB_STARTTIME = 2,
	ISB_ENDTIME = 3,
	ISB_IFRECV = 4,
	ISB_IFDROP = 5,
	ISB_FILTERACCEPT = 6,
	ISB_OSDROP = 7,
	ISB_USRDELIV = 8,
};

/* The EPB flags word. */
#define EPB_FLAGS_DIR 0x3u
#define EPB_FLAGS_RECEPTION_SHIFT 2
#define EPB_FLAGS_CSUM_PARTIAL (1u << 9)
#define EPB_FLAGS_CSUM_VALID (1u << 10)
#define EPB_FLAGS_GSO (1u << 11)

enum epb_reception {
	RECEPTION_UNKNOWN,
	RECEPTION_UNICAST,
	RECEPTION_MULTICAST,
	RECEPTION_BROADCAST,
	RECEPTION_PROMISC
};

struct pcapng_option {
	uint16_t code, len;
	const uint8_t *data; /* len bytes */
};

struct pcapng_options {
	const uint8_t *at, *end;
	bool swapped;
};

/* Over len bytes of options; bytes may be NULL when there are none. */
static inline struct pcapng_options pcapng_options_in(const uint8_t *bytes, uint32_t len, bool swapped)
{
	return (struct pcapng_options){ bytes, len ? bytes + len : bytes, swapped };
}

/* 1 and *o filled; 0 at endofopt or where the bytes end without one; -1 where an option runs past the end. */
int pcapng_option_next(struct pcapng_options *it, struct pcapng_option *o);

/* Where the options of a block's body begin, or body_len where this type has none; at most body_len. */
uint32_t pcapng_options_off(uint32_t type, const uint8_t *body, uint32_t body_len, bool swapped);

#endif
