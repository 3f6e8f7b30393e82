/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands next in a capture file: a packet or another block. */
#ifndef FILE_ITEM_H
#define FILE_ITEM_H

#include "packet.h"

struct item {
	bool is_packet;
	union {
		struct packet packet;
		struct block block;
	};
};

#endif
