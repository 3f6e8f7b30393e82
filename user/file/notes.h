/* SPDX-License-Identifier: BSD-2-Clause */
/* What a file says of a packet besides its bytes, as text. Pure. */
#ifndef FILE_NOTES_H
#define FILE_NOTES_H

#include "packet.h"
#include "util/strbuf.h"

/* Appends tab-indented lines: comments, the process, packets lost before this one. Nothing where a file says
 * nothing. */
void notes_append(struct strbuf *b, const struct packet *p);

#endif
