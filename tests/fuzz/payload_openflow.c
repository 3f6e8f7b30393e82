// SPDX-License-Identifier: BSD-2-Clause
#include "payload_target.h"

PAYLOAD_TARGET(6653, PAYLOAD_BY_PORT)
