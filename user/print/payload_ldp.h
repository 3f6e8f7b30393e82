/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PRINT_PAYLOAD_LDP_H
#define PRINT_PAYLOAD_LDP_H

#include "print/payload_io.h"

/* The TLV at `at`, of which the message has n bytes left. How many it takes; 0: more than there are. */
uint32_t ldp_tlv(struct pio *io, size_t at, uint32_t n);

/* A FEC element (RFC 5036, 3.4.1; RFC 4906) in n bytes. */
void ldp_fec(struct pio *io, size_t at, uint32_t n);

/* False, and a remark, if a TLV has less than `least` bytes left. */
bool ldp_least(struct pio *io, uint32_t n, uint32_t least);

#endif
