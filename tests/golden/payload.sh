#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Payload text against the installed tcpdump's, byte for byte: each protocol with several sets of options.
# SEED and COUNT (segments a protocol) choose the samples.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
prog=${EBPFDUMP:-$top/build/ebpfdump}
seed=${SEED:-1}
count=${COUNT:-400}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

if ! tcpdump --version 2>&1 | grep -q '^tcpdump version 4\.99\.3'; then
	echo "skip - payload text is tcpdump's: needs tcpdump 4.99.3"
	exit 0
fi

# compare NAME OPTION…: the text of $dir/NAME.pcap
compare() {
	local name=$1
	shift
	tcpdump -r "$dir/$name.pcap" "$@" >"$dir/want" 2>/dev/null
	"$prog" -r "$dir/$name.pcap" "$@" >"$dir/got" 2>"$dir/err"
	if [ -s "$dir/want" ] && cmp -s "$dir/want" "$dir/got"; then
		echo "ok - $name $*: $(wc -l <"$dir/want") lines"
	else
		echo "not ok - $name $* (seed $seed)"
		diff -a "$dir/want" "$dir/got" | head -8 | cut -c1-400
		fails=1
	fi
}

fails=0
for name in http rtsp smtp ssh beep resp telnet dns bgp pptp ldp rpki msdp nfs openflow zmtp1; do
	python3 "$top/tests/golden/payload_samples.py" "$seed-$name" "$count" "$dir/$name.pcap" "$name"
	type=()
	[ "$name" = zmtp1 ] && type=(-T zmtp1)
	compare "$name" -nn "${type[@]}"
	compare "$name" -n -v -e -# "${type[@]}"
	[ "$name" = msdp ] && continue # with -vv tcpdump prints the datagram inside, whatever it is
	compare "$name" -nn -vv -b -t "${type[@]}"
	[ "$name" = openflow ] && continue # so with -vvv
	compare "$name" -nn -vvv -X "${type[@]}"
done
python3 "$top/tests/golden/payload_samples.py" "$seed" "$count" "$dir/all.pcap" http dns resp bgp telnet
compare all -nn -q
compare all -nn -A
compare all -nn -T resp
compare all -nn -v -T domain
compare all -nn -T rtp
compare nfs -nn -u -v
exit $fails
