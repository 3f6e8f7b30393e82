#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# A page fetched over IPv4 and IPv6, seen by ebpfdump and tcpdump at once: the same packets, the same text.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
mkdir www && head -c 3000 /dev/urandom | base64 >www/page
on b python3 -m http.server --bind :: --directory www 8000 >/dev/null 2>&1 &
wait_until on a python3 -c 'import socket; socket.create_connection(("10.9.0.2", 8000), 1).close()'
sleep 0.3

start pcapng b "$dump" -i vb -w page.pcapng port 8000
ours=$started
start text b "$dump" -i vb -nn -tttt port 8000
text=$started
start theirs b tcpdump -U -i vb -w page.pcap port 8000
theirs=$started
sleep 0.2
for url in 'http://10.9.0.2:8000/page' 'http://[fd09::2]:8000/page'; do
	on a python3 -c 'import sys, urllib.request as u; sys.stdout.buffer.write(u.urlopen(sys.argv[1]).read())' "$url" >got
	check "page_arrives_over_${url:7:1}" cmp got www/page
done
stop_tcpdump $theirs page.pcap
check ends_with_status_0 stop $ours
check text_ends_with_status_0 stop $text

check file_holds_what_tcpdump_saw same_packets page.pcapng page.pcap
check both_directions_are_marked sh -c 'python3 "$1" list page.pcapng | cut -d" " -f4,5 | sort -u | tr "\n" " " | grep -x "in vb out vb "' - "$lib/packets.py"
tcpdump -nn -r page.pcapng >theirs.txt 2>/dev/null
"$dump" -nn -r page.pcapng >ours.txt 2>/dev/null
check text_of_the_file_is_tcpdumps cmp ours.txt theirs.txt
cut -d' ' -f3- text.out | grep . | sort >live.txt
cut -d' ' -f2- theirs.txt | sort >file.txt
check live_text_is_the_files_text cmp live.txt file.txt
check counts_add_up test "$(number captured pcapng.err)" = "$(python3 "$lib/packets.py" count page.pcapng)" -a \
	"$(number captured pcapng.err)" = "$(number 'received by filter' pcapng.err)" -a "$(number 'dropped by kernel' pcapng.err)" = 0
check times_are_of_this_minute python3 - "$lib" <<'P'
import sys, time
sys.path.insert(0, sys.argv[1])
import packets
t = [p[0] / 1e9 for p in packets.read("page.pcapng")]
assert t == sorted(t) and abs(t[-1] - time.time()) < 60, t
P
check capinfos_reads_it sh -c 'capinfos -c -M page.pcapng | grep -q "$(python3 "$1" count page.pcapng)"' - "$lib/packets.py"
done_testing
