/* SPDX-License-Identifier: BSD-2-Clause */
/* The first line of what a payload begins, where it is one worth showing. Pure. */
#ifndef FLOW_FIRSTLINE_H
#define FLOW_FIRSTLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLOW_FIRST_LINE 80

/*
 * Writes at most size - 1 bytes of printable ASCII and a NUL: an HTTP/1 request or status line, the HTTP/2
 * preface, a TLS ClientHello with its server name (RFC 8446, 4.1.2; RFC 6066, 3) or ServerHello, an SSH or
 * SMTP greeting. False: nothing known, out is empty.
 */
bool flow_first_line(char *out, size_t size, const uint8_t *p, size_t len);
/* The same in memory of its own; NULL where nothing is known. */
char *flow_first_line_dup(const uint8_t *p, size_t len);
/* The number of a TLS alert (RFC 8446, 6) that is not encrypted; -1: the payload begins with none. *fatal: no
 * warning, after which the connection goes on (RFC 5246, 7.2). */
int flow_alert(const uint8_t *p, size_t len, bool *fatal);
/* `TLS Alert unknown_ca`, or with its number. */
void flow_alert_words(char *out, size_t size, int alert);
/* What is written of a ClientHello without a name. */
#define FLOW_HELLO "TLS ClientHello"
/* Of a payload that begins with a ClientHello, the bytes of its record with the record's head; else 0. */
size_t flow_hello_bytes(const uint8_t *p, size_t len);

#endif
