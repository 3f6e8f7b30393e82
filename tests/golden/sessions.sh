#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Sessions of tests/golden/sessions: NAME.pcap printed with NAME.opts is NAME.txt, to the byte.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
export TZ=UTC
fails=0
for pcap in "$top"/tests/golden/sessions/*.pcap; do
	base=${pcap%.pcap}
	name=$(basename "$base")
	read -ra opts <"$base.opts"
	if diff <("$top/build/ebpfdump" "${opts[@]}" -r "$pcap" 2>/dev/null) "$base.txt"; then
		echo "ok - session $name"
	else
		echo "not ok - session $name"
		fails=1
	fi
done
exit $fails
