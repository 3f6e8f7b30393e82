// SPDX-License-Identifier: BSD-2-Clause
#include "payload_target.h"

PAYLOAD_TARGET(5555, PAYLOAD_ZMTP1)
