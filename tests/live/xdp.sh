#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# XDP, native and generic, against a capture of the same wire with offloads off; another program that is there.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
for h in a b; do
	on $h ethtool -K v$h gro off gso off tso off lro off rxvlan off txvlan off >/dev/null 2>&1
	on $h ethtool -K v$h tx off >/dev/null 2>&1
done
cat >serve.py <<'P'
import socket
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
import random, socket, sys
c = socket.create_connection((sys.argv[1], 9000))
block = random.Random(1).randbytes(1 << 20)
c.sendall(block + block)
c.shutdown(socket.SHUT_WR)
assert c.recv(100) == b"%d" % (2 << 20)
P
on b python3 serve.py &
wait_until on a python3 -c 'import socket; socket.create_connection(("10.9.0.2", 9000), 1).close()'
sleep 0.3

capture_both() { # NAME: at b, by XDP and tcpdump at once
	start ours b env EBPFDUMP_DISABLE="$disable" "$dump" --mode xdp -i vb -B 16384 -w "$1.pcapng" tcp port 9000
	ours=$started
	start theirs b tcpdump -i vb -B 16384 -w "$1.pcap" tcp port 9000
	theirs=$started
	sleep 0.2
	check "transfer_ipv4_$1" on a python3 send.py 10.9.0.2
	check "transfer_ipv6_$1" on a python3 send.py fd09::2
	stop_tcpdump $theirs "$1.pcap"
	check "status_0_$1" stop $ours
	# What goes out is seen before its checksum is filled in, by tc; the wire is what XDP sees.
	for f in "$1.pcapng" "$1.pcap"; do
		tcpdump -r "$f" -w "in.$f.pcap" tcp dst port 9000 2>/dev/null
	done
	check "same_bytes_$1" same_packets "in.$1.pcapng.pcap" "in.$1.pcap.pcap"
	check "none_dropped_$1" test "$(number 'dropped by kernel' ours.err)" = 0
	check "captured_is_received_$1" test "$(number captured ours.err)" = "$(number 'received by filter' ours.err)"
}
disable=
capture_both native
check native_is_said grep -q 'native XDP ingress, tcx egress' ours.err
disable=xdp-native
capture_both generic
check generic_is_said grep -q 'generic XDP ingress, tcx egress' ours.err
disable=xdp-frags
capture_both one_buffer
disable=xdp-native,tcx
capture_both generic_clsact
check clsact_is_said grep -q 'generic XDP ingress, clsact egress' ours.err

# Frames of several buffers: an MTU beyond a page, which native XDP takes only with frags.
on a ip link set va mtu 9000 && on b ip link set vb mtu 9000
disable=
capture_both several_buffers
check larger_than_a_page_were_among_them sh -c \
	'python3 "$1" list several_buffers.pcapng | awk "\$2 > 8000 && \$4 == \"in\" { n++ } END { exit !n }"' - "$lib/packets.py"
on a ip link set va mtu 1500 && on b ip link set vb mtu 1500

# Another's program stays.
start first b "$dump" --mode xdp -i vb port 1
first=$started
ip netns exec b "$dump" --mode xdp -i vb >second.out 2>second.err
status=$?
check second_xdp_fails test $status = 1
check second_xdp_names_the_program grep -q 'vb: an XDP program is there already (ebpfdump_xdp.*--mode tc' second.err
check second_xdp_says_one_line test "$(wc -l <second.err)" = 1
check first_xdp_is_still_there sh -c 'ip netns exec b ip link show vb | grep -q xdp'
stop $first
check xdp_is_gone_behind_it sh -c '! ip netns exec b ip link show vb | grep -q xdp'
done_testing
