#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Megabytes in super-packets (GSO, GRO), IPv4 and IPv6: byte for byte what tcpdump saw, and nothing lost silently.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
cat >serve.py <<'P'
import socket, sys
s = socket.create_server(("::", 9000), family=socket.AF_INET6, dualstack_ipv6=True)
while True:
    c, _ = s.accept()
    n = 0
    while d := c.recv(1 << 20):
        n += len(d)
    c.sendall(b"%d" % n)
    c.close()
P
cat >send.py <<'P'
import os, random, socket, sys
c = socket.create_connection((sys.argv[1], 9000))
block = random.Random(int(sys.argv[2])).randbytes(1 << 20)
for _ in range(12):
    c.sendall(block)
c.shutdown(socket.SHUT_WR)
assert c.recv(100) == b"%d" % (12 << 20)
P
on b python3 serve.py &
wait_until on a python3 -c 'import socket; socket.create_connection(("10.9.0.2", 9000), 1).close()'

for side in a b; do
	start ours $side "$dump" -i v$side -B 65536 -w $side.pcapng tcp port 9000
	ours=$started
	start theirs $side tcpdump -U -i v$side -B 65536 -w $side.pcap tcp port 9000
	theirs=$started
	sleep 0.2
	check transfer_ipv4_seen_at_$side on a python3 send.py 10.9.0.2 1
	check transfer_ipv6_seen_at_$side on a python3 send.py fd09::2 2
	sleep 0.3
	stop_tcpdump $theirs $side.pcap
	check ends_with_status_0_at_$side stop $ours
	check none_dropped_at_$side test "$(number 'dropped by kernel' ours.err)" = 0
	check same_bytes_as_tcpdump_at_$side same_packets $side.pcapng $side.pcap
	check super_packets_were_among_them_at_$side sh -c \
		'python3 "$1" list "$2" | awk "\$3 > 20000 { n++ } END { exit !n }"' - "$lib/packets.py" $side.pcapng
done

# A small snaplen cuts, and says how long the packet was.
start ours b "$dump" -i vb -s 80 -w cut.pcapng tcp port 9000
ours=$started
start theirs b tcpdump -U -i vb -s 80 -w cut.pcap tcp port 9000
theirs=$started
sleep 0.2
check transfer_with_small_snaplen on a python3 send.py 10.9.0.2 3
sleep 0.3
stop_tcpdump $theirs cut.pcap
stop $ours
check snaplen_cuts_as_tcpdump same_packets cut.pcapng cut.pcap
done_testing
