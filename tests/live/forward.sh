#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# A router sees each segment twice, on the way in and on the way out: it is one segment, and none was sent again.
. "$(dirname "$0")/../lib/live.sh"
for h in a r b; do
	ip netns add $h
	ip -n $h link set lo up
done
ip link add va netns a type veth peer name ra netns r
ip link add vb netns b type veth peer name rb netns r
ip -n a addr add 10.9.1.2/24 dev va
ip -n r addr add 10.9.1.1/24 dev ra
ip -n r addr add 10.9.2.1/24 dev rb
ip -n b addr add 10.9.2.2/24 dev vb
ip -n a link set va up
ip -n r link set ra up
ip -n r link set rb up
ip -n b link set vb up
on a ip route add default via 10.9.1.1
on b ip route add default via 10.9.2.1
on r sysctl -qw net.ipv4.ip_forward=1
on b python3 -c '
import socket
l = socket.create_server(("10.9.2.2", 80))
while True:
    c = l.accept()[0]
    if c.recv(1000):
        c.sendall(bytes(300000))
    c.close()' &
server=$!
wait_until on a python3 -c 'import socket; socket.create_connection(("10.9.2.2", 80), 1).close()'
start live r "$dump" -i any -n -p --connections --explain -w r.pcapng 'port 80'
live=$started
check the_page_arrives on a timeout 20 python3 -c '
import socket
c = socket.create_connection(("10.9.2.2", 80))
c.sendall(b"GET / HTTP/1.0\r\n\r\n")
got = 0
while d := c.recv(65536):
    got += len(d)
assert got == 300000, got'
sleep 1
check the_capture_ends_well stop $live
kill $server
check nothing_was_sent_again grep -qE 'bytes 18/300000  retrans 0  closed in [34], server first' live.out
check that_it_passed_twice_is_said grep -q 'passed several interfaces, followed at the first' live.out
check nothing_is_explained_by_loss sh -c '! grep -qE "lost|sent again|SYN was sent" live.out'
check the_file_tells_the_same bash -c '"$1" -n -r r.pcapng --connections 2>/dev/null | diff - <(grep ^# live.out)' - "$dump"
done_testing
