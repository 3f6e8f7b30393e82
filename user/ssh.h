/* SPDX-License-Identifier: BSD-2-Clause */
/* The ssh session from which the program was started, so that a capture need not hold itself. */
#ifndef SSH_H
#define SSH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes a pcap-filter expression for the packets of that session. True if there is one: SSH_CONNECTION of
 * this process or, since sudo drops it, of one of its ancestors.
 */
bool ssh_session_filter(char *expr, size_t size);
/* The same of a value of SSH_CONNECTION: client address and port, server address and port. */
bool ssh_filter_of(const char *connection, char *expr, size_t size);

#endif
