/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing that does not stop half-way, but where a signal says that it shall. */
#ifndef UTIL_IO_H
#define UTIL_IO_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define IO_PATIENCE_S 5

enum io_stop { IO_GO_ON, IO_SOON, IO_NOW };

/*
 * Signals are blocked but while something here waits: then wait_mask holds, and asked is looked at when one
 * has come. IO_NOW: what waits fails with -EINTR. IO_SOON: it does when it has waited IO_PATIENCE_S more for
 * a reader who takes nothing; a signal that comes each second is the clock. Only for the thread that calls
 * it, and one time a process; without it, waits last.
 */
void io_interruptible(const sigset_t *wait_mask, enum io_stop (*asked)(void));

/* 0, or -errno with an unknown part written. */
int write_all(int fd, const void *bytes, size_t n);
/* Bytes written of n; less only with *e set to -errno. */
size_t io_write(int fd, const void *bytes, size_t n, int *e);
/* The same for a regular file, where no reader is waited for, with two system calls less. */
size_t io_write_regular(int fd, const void *bytes, size_t n, int *e);
/* What an error of writing means, in words. */
const char *io_error(int e);
/* open(2), which waits for the reader of a FIFO; or -errno. */
int io_open(const char *path, int flags, mode_t mode);

#endif
