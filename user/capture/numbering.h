/* SPDX-License-Identifier: BSD-2-Clause */
/* The numbers that -D gives to interfaces. */
#ifndef CAPTURE_NUMBERING_H
#define CAPTURE_NUMBERING_H

#include <stdbool.h>
#include <stddef.h>

struct device;

/* The interface with that number in a list sorted by device_sort(); NULL: not a number, or not an interface.
 */
const struct device *numbering_device(const struct device *d, size_t n, const char *number);
/* The number is that of "any". */
bool numbering_is_any(const struct device *d, size_t n, const char *number);

#endif
