/* SPDX-License-Identifier: BSD-2-Clause */
/* A fuzz target for the printer of one port. The input's first byte holds the settings, the second how many
 * bytes of the segment were not captured; the rest is the payload, in a block of exactly its size. */
#ifndef TESTS_FUZZ_PAYLOAD_TARGET_H
#define TESTS_FUZZ_PAYLOAD_TARGET_H

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "print/payload.h"
#include "util/strbuf.h"

static int payload_target(const uint8_t *input, size_t size, uint16_t port, uint8_t type)
{
	static const uint8_t address[16];
	struct payload_calls calls = { 0 };
	struct payload_settings s = { .type = type, .calls = &calls };
	struct payload p = {
		.sport = 40000, .dport = port, .family = AF_INET, .src = address, .dst = address
	};
	struct strbuf b = { 0 };
	uint8_t *data;

	if (size < 3)
		return 0;
	s.verbose = input[0] & 3;
	s.asdot = input[0] & 4;
	s.hex_ascii = input[0] & 8;
	s.raw_handles = input[0] & 16;
	p.cap_len = (uint32_t)(size - 2);
	p.len = p.cap_len + input[1];
	data = malloc(p.cap_len);
	if (!data)
		return 0;
	memcpy(data, input + 2, p.cap_len);
	p.data = data;
	payload_print(&b, &p, &s);
	p.sport = port; /* and as the other side's: what was called may be replied to */
	p.dport = 40000;
	payload_print(&b, &p, &s);
	strbuf_free(&b);
	free(data);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

#define PAYLOAD_TARGET(port, type)                                                                           \
	int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)                                        \
	{                                                                                                    \
		return payload_target(input, size, port, type);                                              \
	}

#endif
