/* SPDX-License-Identifier: BSD-2-Clause */
/* Interfaces that come, go, and change their names while the capture runs. */
#ifndef CAPTURE_WATCH_H
#define CAPTURE_WATCH_H

struct capture;

/* Reads what rtnetlink has to say and acts on it. */
void watch_read(struct capture *c);

#endif
