// SPDX-License-Identifier: BSD-2-Clause
#include "capture/feature.h"

#include <stdlib.h>
#include <string.h>

bool feature_disabled(const char *name)
{
	const char *at = getenv("EBPFDUMP_DISABLE");
	size_t len = strlen(name);

	while (at && *at) {
		size_t n = strcspn(at, ",");

		if (n == len && strncmp(at, name, n) == 0)
			return true;
		at += n + (at[n] == ',');
	}
	return false;
}
