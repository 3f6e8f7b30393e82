// SPDX-License-Identifier: BSD-2-Clause
#include "payload_target.h"

PAYLOAD_TARGET(1723, PAYLOAD_BY_PORT)
