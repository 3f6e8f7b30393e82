#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# A fixed sample of make test-parity: 300 sets of options and filters, each on a capture of its own.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" && exec nice tests/gen/parity.py --seed 1 --count 300 --packets 80
