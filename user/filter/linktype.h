/* SPDX-License-Identifier: BSD-2-Clause */
/* Link types: the numbers of files (LINKTYPE_*), libpcap's numbers (DLT_*) and names. */
#ifndef FILTER_LINKTYPE_H
#define FILTER_LINKTYPE_H

#include <stdint.h>

int linktype_dlt(uint16_t link_type);
/* "EN10MB", "Ethernet"; a number as text in buf for those without a name, NULL for those without description.
 */
const char *linktype_name(uint16_t link_type, char buf[16]);
const char *linktype_description(uint16_t link_type);
/* The LINKTYPE of a name in any case; -1 if there is none. */
int linktype_by_name(const char *name);

#endif
