#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# --threads and --cpu: the same packets as without, in time order, each accounted for; nobody wakes when nothing comes.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
cpus=$(python3 -c 'import os; print(*sorted(os.sched_getaffinity(0)))')
set -- $cpus
first=$1
second=${2:-$1}
last=${*: -1}
cat >send.py <<'P'
# MAC COUNT CPU: numbered segments from a port that is the CPU's, on that CPU
import os, socket, struct, sys
def sum16(b):
    s = sum(struct.unpack("!%dH" % (len(b) // 2), b[: len(b) & ~1])) + (b[-1] << 8 if len(b) & 1 else 0)
    s = (s & 0xFFFF) + (s >> 16)
    return ~((s & 0xFFFF) + (s >> 16)) & 0xFFFF
cpu = int(sys.argv[3])
os.sched_setaffinity(0, {cpu})
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("va", 0x800))
to = bytes.fromhex(sys.argv[1].replace(":", ""))
pair = bytes([10, 9, 0, 1, 10, 9, 0, 2])
for n in range(int(sys.argv[2])):
    tcp = struct.pack("!HHIIBBHHH", 1024 + cpu, 5000, n, 2, 0x50, 0x10, 512, 0, 0) + bytes(n % 300)
    tcp = tcp[:16] + struct.pack("!H", sum16(pair + struct.pack("!HH", 6, len(tcp)) + tcp)) + tcp[18:]
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 7, 0, 64, 6, 0) + pair
    ip = ip[:10] + struct.pack("!H", sum16(ip)) + ip[12:]
    s.send(to + b"\x04" * 6 + b"\x08\x00" + ip + tcp)
P
cat >look.py <<'P'
# FILE: times do not go back, and each CPU's numbers go up; FILE N: and there are N of each, without a gap
import struct, sys
sys.path.insert(0, sys.argv[1])
import packets
last, numbers = 0, {}
for ts, _, body, _, _ in packets.read(sys.argv[2]):
    assert ts >= last, f"{last} before {ts}"
    last = ts
    port, seq = struct.unpack_from("!H2xI", body, 34)
    seen = numbers.setdefault(port, [])
    assert not seen or seq > seen[-1], f"port {port}: {seen[-1]} before {seq}"
    seen.append(seq)
assert numbers
for port, seen in numbers.items():
    assert len(sys.argv) < 4 or seen == list(range(int(sys.argv[3]))), f"port {port}: {len(seen)}"
P
mac=$(on b ip -br link show vb | awk '{print $3}')
sent=20000

both_cpus() { # COUNT: sends on two CPUs at once
	on a python3 send.py "$mac" "$1" "$first" &
	local one=$!
	on a python3 send.py "$mac" "$1" "$second"
	wait $one
}
term() { number "$1" run.err | grep . || echo 0; }
adds_up() { # NAME SENT
	local received captured rest
	received=$(term 'received by filter') captured=$(term captured)
	rest=$(($(term 'dropped by kernel') + $(term 'sampled out') + $(term unreadable) + $(term 'left at stop')))
	echo "# $1: received $received, captured $captured, dropped $(term 'dropped by kernel'), left $(term 'left at stop')"
	check "$1_received_is_sent" test "$received" = "$2"
	check "$1_parts_add_up" test $((captured + rest)) = "$received"
}

# Beside a capture without threads: what real sockets and two busy senders do.
start plain b "$dump" -i vb -B 65536 -w plain.pcapng tcp
plain=$started
start run b "$dump" -i vb -B 65536 --threads 2 -w run.pcapng tcp
pid=$started
check threads_are_said grep -q '; [12] threads*$' run.err
check each_thread_is_there test "$(ls "/proc/$pid/task" | wc -l)" = $(($(grep -o '[0-9]* thread' run.err | cut -d' ' -f1) + 1))
cat >serve.py <<'P'
import socket
s = socket.create_server(("10.9.0.2", 9000))
while True:
    c, _ = s.accept()
    while d := c.recv(1 << 16):
        c.sendall(d[::-1])
    c.close()
P
on b python3 serve.py &
served=$!
cat >talk.py <<'P'
import socket
for n in range(200):
    c = socket.create_connection(("10.9.0.2", 9000), 5)
    c.sendall(b"x" * (n * 37))
    c.shutdown(socket.SHUT_WR)
    while c.recv(1 << 16):
        pass
P
wait_until on b sh -c 'ss -ltn | grep -q :9000'
both_cpus 5000 &
check real_sockets_talk on a python3 talk.py
wait $!
sleep 0.3
check plain_ends_with_status_0 stop $plain
check threads_end_with_status_0 stop $pid
check same_packets_as_without_threads same_packets plain.pcapng run.pcapng
check nothing_is_dropped test "$(term 'dropped by kernel')" = 0
cat >ordered.py <<'P'
import sys
sys.path.insert(0, sys.argv[1])
import packets
times = [p[0] for p in packets.read(sys.argv[2])]
assert times and times == sorted(times)
P
check real_sockets_are_in_time_order python3 ordered.py "$lib" run.pcapng
kill $served

# Interrupted at once: what was sent before is in the file.
start run b "$dump" -i vb -Q in --threads 2 --cpu "$first,$second" -w run.pcapng 'dst port 5000'
pid=$started
where() { for t in /proc/"$1"/task/*; do grep Cpus_allowed_list "$t/status"; done | awk '{print $2}' | sort | tr '\n' ' '; }
threads=$(grep -o '[0-9]* thread' run.err | cut -d' ' -f1)
want=$(for i in $(seq 0 "$threads"); do [ $((i % 2)) = 0 ] && echo "$first" || echo "$second"; done | sort | tr '\n' ' ')
check threads_run_where_they_are_told test "$(where $pid)" = "$want"
both_cpus $sent
kill -INT $pid
wait $pid
senders=$([ "$first" = "$second" ] && echo 1 || echo 2)
adds_up interrupted $((2 * sent))
check interrupted_captured_all test "$(term captured)" = $((2 * sent))
[ $senders = 2 ] && check file_is_in_order_and_whole python3 look.py "$lib" run.pcapng $sent
check captured_is_in_the_file test "$(python3 "$lib/packets.py" count run.pcapng)" = $((2 * sent))

# Nobody to take the packets: the pipe, the queues and the rings fill, the rest is counted.
mkfifo fifo
sh -c 'exec 8<fifo; until [ -e go ]; do sleep 0.05; done; cat <&8 >stalled.pcapng' &
reader=$!
start run b "$dump" -i vb -Q in -B 64 --threads 2 -w fifo 'dst port 5000'
pid=$started
both_cpus $sent
touch go
kill -INT $pid
wait $pid
check stalled_ends_with_status_0 test $? = 0
wait $reader
adds_up stalled $((2 * sent))
check stalled_loses_some test "$(term 'dropped by kernel')" -gt 0
check stalled_captured_is_in_the_file test "$(python3 "$lib/packets.py" count stalled.pcapng)" = "$(term captured)"
check stalled_file_is_in_order python3 look.py "$lib" stalled.pcapng

# -c: no more than were asked for; what was taken off the rings and not wanted is told.
start run b "$dump" -i vb -Q in --threads 2 -c 100 -w run.pcapng 'dst port 5000'
pid=$started
both_cpus 1000
wait $pid
check count_is_kept test "$(python3 "$lib/packets.py" count run.pcapng)" = 100
received=$(term 'received by filter')
check count_parts_add_up test $(($(term captured) + $(term 'left at stop') + $(term 'dropped by kernel'))) = "$received"

# Idle: no thread is switched to. A single packet is on the list soon, and again after a sleep.
start run b "$dump" -l -nn -i vb -Q in --threads 1000 'dst port 5000'
pid=$started
check no_more_threads_than_rings test "$(ls "/proc/$pid/task" | wc -l)" = $(($(getconf _NPROCESSORS_ONLN) + 1))
switches() { cat /proc/"$1"/task/*/status | awk '/ctxt_switches/ { n += $2 } END { print n }'; }
sleep 1
before=$(switches $pid)
sleep 2
check idle_threads_are_never_switched_to test "$(switches $pid)" = "$before"
for i in 1 2 3; do
	on a python3 send.py "$mac" 1 "$([ $i = 2 ] && echo "$last" || echo "$first")"
	sleep 0.2
	check "packet_${i}_is_shown_at_once" test "$(wc -l <run.out)" = $i
	sleep 0.6
done
on a python3 send.py "$mac" 50 "$first"
sleep 0.2
kill -USR1 $pid
wait_until grep -q 'captured, ' run.err
check statistics_while_they_run grep -q '53 packets captured, 53 packets received by filter, 0 packets dropped' run.err
check idle_ends_with_status_0 stop $pid

# Privileges are given up before they start.
start z b "$dump" -i vb --threads 2 -Z nobody -w - tcp
pid=$started
wait_until sh -c 'grep -q ebpfdump-rings /proc/$1/task/*/comm' - $pid
privileges() { awk '/^Uid:|^CapEff:/ { print $1, $2 }' /proc/"$1"/task/*/status | sort -u | tr '\n' ' '; }
check threads_have_no_privileges test "$(privileges $pid)" = "CapEff: 0000000000000000 Uid: $(id -u nobody) "
check privileged_no_more_ends_with_status_0 stop $pid

refused() { # NAME MESSAGE OPTIONS …
	local name=$1 message=$2
	shift 2
	on b timeout 5 "$dump" -i vb "$@" >bad.out 2>bad.err
	check "$name" test $? = 1 -a "$(cat bad.err)" = "ebpfdump: $message"
}
online=$(cat /sys/devices/system/cpu/online)
refused cpu_that_is_not_there "--cpu $first,1000: CPU 1000 is not online (online: $online)" --cpu "$first,1000"
refused cpu_that_is_no_number "--cpu x: not a list of CPUs, such as 3 or 0,2-5 (online: $online)" --cpu x
refused cpus_backwards "--cpu 5-2: not a list of CPUs, such as 3 or 0,2-5 (online: $online)" --cpu 5-2
refused too_many_threads 'invalid number of threads 4000000000' --threads 4000000000
refused no_cpu "--cpu : not a list of CPUs, such as 3 or 0,2-5 (online: $online)" --cpu ''
done_testing
