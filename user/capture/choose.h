/* SPDX-License-Identifier: BSD-2-Clause */
/* Which interfaces a capture begins with. */
#ifndef CAPTURE_CHOOSE_H
#define CAPTURE_CHOOSE_H

#include "capture/capture.h"
#include "capture/device.h"

struct chosen {
	struct device *at; /* the caller's to free */
	size_t n;
};

/* Those that the settings name, the default one, or with *any all; "any" among the names sets *any. 0, or
 * -errno after one line. */
int choose_devices(struct chosen *to, const struct capture_settings *s, bool *any);
/* All are loopback devices. */
bool choose_only_loopback(const struct chosen *c);
bool choose_has_link(const struct chosen *c, enum device_link link);

#endif
