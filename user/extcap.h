/* SPDX-License-Identifier: BSD-2-Clause */
/* Wireshark's extcap: the program as an interface of Wireshark. */
#ifndef EXTCAP_H
#define EXTCAP_H

#include <stdbool.h>

struct options;

/* Did Wireshark call? */
bool extcap_asked(int argc, char **argv);

/* 1: the question was answered on stdout. 0: *o says what to capture. -EINVAL, after a message. argv is used
 * by *o. */
int extcap_parse(struct options *o, int argc, char **argv);

#endif
