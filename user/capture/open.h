/* SPDX-License-Identifier: BSD-2-Clause */
/* Setting up and taking down the live source. */
#ifndef CAPTURE_OPEN_H
#define CAPTURE_OPEN_H

struct capture;
struct capture_settings;
struct device;
struct port;

/* All that capture_open() promises; what was done up to a failure, open_free() undoes. */
int open_all(struct capture *c, const struct capture_settings *s);
/* Takes the programs off every interface. */
void open_detach(struct capture *c);
void open_free(struct capture *c);

/* Puts what is known of each interface into its struct iface. */
void open_count_ports(struct capture *c);

#endif
