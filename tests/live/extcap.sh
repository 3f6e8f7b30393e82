#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Wireshark's interface: found, asked, captured from, and stopped, by tshark.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
ip netns exec b python3 -m http.server --bind 10.9.0.2 --directory /run/netns 8000 >/dev/null 2>&1 &
fetch() {
	on a python3 -c 'import urllib.request as u; u.urlopen("http://10.9.0.2:8000/", timeout=5).read()'
}
wait_until fetch
folder=$(tshark -G folders 2>/dev/null | sed -n 's/^Extcap path:[[:space:]]*//p')
mkdir extcap && ln -s "$dump" extcap/ebpfdump
mount --bind extcap "$folder"
export HOME=$tmp
as_nobody() { setpriv --reuid=65534 --clear-groups "$@"; }

check make_install_puts_it_there sh -c '
	make -s -C "$1" install DESTDIR="$2/root" PREFIX=/usr/local >/dev/null 2>&1
	test "$(readlink "$2/root$3/ebpfdump")" = /usr/local/bin/ebpfdump' - "$top" "$tmp" "$folder"
check tshark_lists_the_interface sh -c 'tshark -D 2>/dev/null | grep -q "ebpfdump (TCP by eBPF)"'
check tshark_learns_its_link_type sh -c 'tshark -i ebpfdump -L 2>&1 | grep -q "EN10MB (Ethernet)"'
check an_ordinary_user_is_answered sh -c '[ "$(setpriv --reuid=65534 --clear-groups "$1" --extcap-interfaces --extcap-version=4.0 | wc -l)" -eq 2 ]' - "$dump"
on b "$dump" --extcap-config --extcap-interface ebpfdump >config
check the_dialog_offers_the_interfaces grep -qx 'value {arg=0}{value=vb}{display=vb}' config
check each_argument_has_a_number_of_its_own test -z "$(sed -n 's/^arg {number=\([0-9]*\)}.*/\1/p' config | sort | uniq -d)"
check a_good_filter_says_nothing test -z "$("$dump" --extcap-interface ebpfdump --extcap-capture-filter 'port 80')"
check a_bad_filter_says_why test -n "$("$dump" --extcap-interface ebpfdump --extcap-capture-filter 'port or')"
check another_interface_is_refused sh -c '! "$1" --extcap-dlts --extcap-interface eth0 2>/dev/null' - "$dump"

# capture N [more of tshark's options]: in b, while a fetches; in out, err
capture() {
	local n=$1
	shift
	ip netns exec b timeout 20 tshark -n -i ebpfdump -o extcap.ebpfdump.ifname:vb "$@" -c "$n" >out 2>err &
	local shark=$!
	for _ in $(seq 40); do
		fetch
		kill -0 $shark 2>/dev/null || break
	done
	wait $shark
}
capture 3
check tshark_captures_three_segments sh -c 'cat out err; test "$(grep -c "10.9.0" out)" -eq 3'
check tshark_is_not_told_of_an_error sh -c '! grep -i -E "error|broken|fail" err'
capture 3 -f 'tcp src port 8000'
check the_capture_filter_filters sh -c 'cat out err; test "$(grep -c "10.9.0.2 → 10.9.0.1" out)" -eq 3'
capture 3 -w saved.pcapng
check what_tshark_saves_has_our_description sh -c 'capinfos -c saved.pcapng | grep -q "= *3\|: *3"'
check it_ends_with_the_reader wait_until sh -c '! pgrep -f "[-]-capture --extcap-interface ebpfdump.*$1"' - "$tmp"

mkfifo fifo
ip netns exec b "$dump" --capture --extcap-interface ebpfdump --ifname vb --fifo fifo 2>err &
started=$!
head -c 8 fifo >/dev/null
for _ in $(seq 30); do fetch; kill -0 $started 2>/dev/null || break; done
wait $started
check a_reader_that_leaves_is_no_error test $? -eq 0
check and_nothing_is_said_of_it sh -c '! grep -i "broken" err'
done_testing
