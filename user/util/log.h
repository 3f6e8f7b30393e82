/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages to the person: one line on stderr, `ebpfdump: …`. Never called by the pure rooms. */
#ifndef UTIL_LOG_H
#define UTIL_LOG_H

void log_line(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Prints and gives back r, a negative errno: return err_r(-errno, "%s: …", name); */
int err_r(int r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
