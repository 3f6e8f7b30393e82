/* SPDX-License-Identifier: BSD-2-Clause */
/* One interface that is captured from. */
#ifndef CAPTURE_PORT_H
#define CAPTURE_PORT_H

#include <stdbool.h>

struct strbuf;
struct capture;
struct device;
struct port;

/* Enters the interface into the table and attaches to it. 0, or -errno after one line. */
int port_add(struct capture *c, const struct device *d);
void port_detach(struct port *p);
/* Attaches again what somebody took off, and says so. False: nothing more comes from the interface. */
bool port_restore(struct capture *c, struct port *p);

/* Attaches the programs that the settings ask for. 0, or -errno after one line. */
int port_attach(struct capture *c, struct port *p);
/* Appends `tcx ingress, tcx egress`. */
void port_describe(struct strbuf *to, const struct port *p);

#endif
