#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The marks of segments are tshark's, but for the corrections that flow/marks.h names. FLOW_SEEDS: which captures.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
if ! command -v tshark >/dev/null; then
	echo "skip - marks are tshark's: tshark is not installed"
	exit 0
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
for seed in ${FLOW_SEEDS:-1 2 3}; do
	"$top/tests/gen/flowgen.py" --seed "$seed" "$tmp/$seed.pcap"
	if out=$("$top/tests/gen/marks_compare.py" "$top/build/ebpfdump" "$tmp/$seed.pcap"); then
		echo "ok - marks of capture $seed are tshark's but for the corrections"
	else
		echo "not ok - marks of capture $seed are tshark's but for the corrections"
	fi
	sed 's/^/  /' <<<"$out"
done
