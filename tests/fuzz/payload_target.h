/* SPDX-License-Identifier: BSD-2-Clause */
/* A fuzz target for the printer of one port. The input's first byte holds the settings, the second how many
 * bytes of the segment were not captured; the rest is the payload, in a block of exactly its size. */
#ifndef TESTS_FUZZ_PAYLOAD_TARGET_H
#define TESTS_FUZZ_PAYLOAD_TARGET_H

#include <stdlib.h>
#include <string.h>

#include "print/payload.h"
#include "util/strbuf.h"

static int payload_target(const uint8_t *input, size_t size, uint16_t port, uint8_t type)
{
	struct payload_settings s = { .type = type };
	struct payload p = { .sport = 40000, .dport = port };
	struct strbuf b = { 0 };
	uint8_t *data;

	if (size < 3)
		return 0;
	s.verbose = input[0] & 3;
	s.asdot = input[0] & 4;
	s.hex_ascii = input[0] & 8;
	p.cap_len = (uint32_t)(size - 2);
	p.len = p.cap_len + input[1];
	data = malloc(p.cap_len);
	if (!data)
		return 0;
	memcpy(data, input + 2, p.cap_len);
	p.data = data;
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
