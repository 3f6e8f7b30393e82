/* SPDX-License-Identifier: BSD-2-Clause */
/* A TLS ClientHello in several segments, as keys for quantum computers make it: the server's name may stand
 * in any of them. */
#ifndef FLOW_HELLO_H
#define FLOW_HELLO_H

#include "decode/decode.h"
#include "flow/rows.h"

/* d is the segment of the last row. Once a hello is whole, the row where it began tells its first line. */
void flow_hello(struct flow_rows *rows, const struct decoded *d);
void flow_hello_free(struct flow_rows *rows);

#endif
