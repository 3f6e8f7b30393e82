// SPDX-License-Identifier: BSD-2-Clause
#include "payload_target.h"

PAYLOAD_TARGET(2049, PAYLOAD_BY_PORT)
