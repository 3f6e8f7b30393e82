#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# What --json and --flow=json print is what docs/json-schema.json says.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
dump=$top/build/ebpfdump
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
fails=0
check() {
	local name=$1
	shift
	if "$@" >"$tmp/log" 2>&1; then echo "ok - $name"; else echo "not ok - $name"; head -20 "$tmp/log"; fails=1; fi
}
valid() { python3 "$top/tests/lib/schema.py" "$top/docs/json-schema.json"; }

"$top/tests/gen/flowgen.py" --seed 11 "$tmp/made.pcap"
"$top/tests/gen/tcpgen.py" --seed 3 --count 2000 --link ether "$tmp/odd.pcap"
cp "$top"/tests/golden/sessions/*.pcap "$top"/tests/golden/flow/*.pcap "$tmp"
for pcap in "$tmp"/*.pcap; do
	"$dump" -n -r "$pcap" --json 2>/dev/null >>"$tmp/all.json"
	"$dump" -n -r "$pcap" --flow=json --explain 2>/dev/null >>"$tmp/all.json"
done
check every_object_is_valid valid <"$tmp/all.json"
check there_are_objects_of_each_type sh -c 'for t in segment connection event; do grep -q "^{\"type\":\"$1$t\"" "$2" || exit 1; done' - '' "$tmp/all.json"
first=$(grep -m1 '"type":"connection"' "$tmp/all.json")
for broken in 's/"irtt_ns":[0-9a-z]*,//' 's/"verdict":"[a-z0-9-]*"/"verdict":"fine"/' 's/"syns":/"sins":/' 's/"port":/"port":9/' 's/^/x/'; do
	check "the_check_sees_a_break_by_$broken" sh -c '! python3 "$1" "$2"' - "$top/tests/lib/schema.py" "$top/docs/json-schema.json" < <(sed -E "$broken" <<<"$first" | sed 's/"port":9[0-9]*/"port":99999/')
done

"$dump" -n -r "$tmp/made.pcap" --json=connections 2>/dev/null >"$tmp/c.json"
check only_what_is_asked_for sh -c '! grep -v "^{\"type\":\"connection\"" "$1"' - "$tmp/c.json"
check as_many_objects_as_lines test "$(wc -l <"$tmp/c.json")" -eq "$("$dump" -n -r "$tmp/made.pcap" --connections 2>/dev/null | wc -l)"
check follow_narrows_to_one test "$("$dump" -n -r "$tmp/made.pcap" --json=connections --follow 3 2>/dev/null | grep -c '"id":3,')" -eq 1
exit $fails
