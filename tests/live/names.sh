#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Resolvers that never answer, or late: lines come all the same, numeric, and no packet is lost. What is known: names.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
echo 'nameserver 10.9.0.77' >resolv.conf # nobody there
echo 'hosts: files dns' >nsswitch.conf
printf '127.0.0.1 localhost\n10.9.0.1 alpha.example alpha\n' >hosts
for f in resolv.conf nsswitch.conf hosts; do mount --bind $f /etc/$f; done
on a ip addr add 10.8.0.0/16 dev va # any address of it is a's
on b ip route add 10.8.0.0/16 dev vb
on a sysctl -qw net.ipv4.ip_nonlocal_bind=1
on a ip route add local 10.8.0.0/16 dev lo

ip netns exec b python3 - <<'P' &
import socket
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("10.9.0.2", 8001)); s.listen(200)
while True:
    s.accept()[0].close()
P
connect() { # ADDRESS …: a connection from each
	on a python3 - "$@" <<'P'
import socket, sys
for a in sys.argv[1:]:
    s = socket.socket(); s.bind((a, 0)); s.settimeout(5); s.connect(("10.9.0.2", 8001)); s.recv(1); s.close()
P
}
wait_until connect 10.9.0.1

start silent b "$dump" -i vb -l -t port 8001
silent=$started
sleep 0.3
begin=$(date +%s%N)
connect 10.9.0.1 $(seq -f 10.8.0.%g 1 60)
lines() { [ "$(grep -c '^IP ' silent.out)" -ge 360 ]; }
check all_lines_come_while_the_resolver_is_silent wait_until lines
took=$((($(date +%s%N) - begin) / 1000000))
check they_come_within_a_few_seconds test $took -lt 5000
stop $silent
check names_of_the_hosts_file_are_shown grep -q '^IP alpha\.example\.' silent.out
check the_rest_is_numeric grep -q '^IP 10\.8\.0\.60\.' silent.out
check no_packet_is_lost test "$(number 'dropped by kernel' silent.err)" = 0

echo 'nameserver 127.0.0.1' >resolv.conf
ip netns exec b python3 - <<'P' & # each answer, that there is no such name, takes 0.3 s
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 53))
while True:
    q, who = s.recvfrom(512)
    time.sleep(0.3)
    s.sendto(q[:2] + b"\x81\x83" + q[4:6] + b"\0" * 6 + q[12:], who)
P
start slow b "$dump" -i vb -l -t port 8001
slow=$started
sleep 0.3
connect $(seq -f 10.8.1.%g 1 250) $(seq -f 10.8.2.%g 1 250) $(seq -f 10.8.3.%g 1 250)
lines() { [ "$(grep -c '^IP ' slow.out)" -ge 4500 ]; }
check all_lines_come_while_the_resolver_is_slow wait_until lines
stop $slow
check no_packet_is_lost_to_a_slow_resolver test "$(number 'dropped by kernel' slow.err)" = 0
done_testing
