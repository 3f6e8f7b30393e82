#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# tests/golden/flow/SESSION.WHAT.opts: what is told of the session with these options is SESSION.WHAT.txt, to the byte.
# The sessions lie there or in tests/golden/sessions, or are written by tests/gen/script.py from SESSION.script. REMAKE=1 writes the texts anew, to be reviewed by eye.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
export TZ=UTC
cd "$top/tests/golden/flow" || exit 1
fails=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
for opts in *.opts; do
	base=${opts%.opts}
	pcap=${base%%.*}.pcap
	[ -e "$pcap" ] || pcap=../sessions/$pcap
	if [ -e "${base%%.*}.script" ]; then
		pcap=$tmp/session.pcap
		"$top/tests/gen/script.py" "$pcap" <"${base%%.*}.script"
	fi
	read -ra words <"$opts"
	[ -z "${REMAKE:-}" ] || "$top/build/ebpfdump" "${words[@]}" -r "$pcap" 2>/dev/null >"$base.txt"
	if diff <("$top/build/ebpfdump" "${words[@]}" -r "$pcap" 2>/dev/null) "$base.txt"; then
		echo "ok - flow $base"
	else
		echo "not ok - flow $base"
		fails=1
	fi
done
exit $fails
