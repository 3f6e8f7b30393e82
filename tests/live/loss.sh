#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Whatever is sent is accounted for: a stopped consumer, rings that are too small, sampling, both modes.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
cat >send.py <<'P'
import socket, struct, sys
def sum16(b):
    s = sum(struct.unpack("!%dH" % (len(b) // 2), b[: len(b) & ~1])) + (b[-1] << 8 if len(b) & 1 else 0)
    s = (s & 0xFFFF) + (s >> 16)
    return ~((s & 0xFFFF) + (s >> 16)) & 0xFFFF
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("va", 0x800))
to, flows = bytes.fromhex(sys.argv[1].replace(":", "")), int(sys.argv[3])
for n in range(int(sys.argv[2])):
    flags = 0x02 if n % 10 == 0 and flows > 1 else 0x10
    tcp = struct.pack("!HHIIBBHHH", 1024 + n % flows, 5000, n, 2, 0x50, flags, 512, 0, 0) + bytes(n % 300)
    pair = bytes([10, 9, 0, 1, 10, 9, 0, 2])
    tcp = tcp[:16] + struct.pack("!H", sum16(pair + struct.pack("!HH", 6, len(tcp)) + tcp)) + tcp[18:]
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 7, 0, 64, 6, 0) + pair
    ip = ip[:10] + struct.pack("!H", sum16(ip)) + ip[12:]
    s.send(to + b"\x04" * 6 + b"\x08\x00" + ip + tcp)
P
mac=$(on b ip -br link show vb | awk '{print $3}')
sent=20000 flows=4096

term() { number "$1" run.err | grep . || echo 0; }
account() { # NAME STOPPED OPTIONS …: sends, and adds the statistics up
	local name=$1 stopped=$2
	shift 2
	start run b "$dump" -i vb -Q in -w run.pcapng "$@" 'dst port 5000'
	local pid=$started
	[ "$stopped" = 0 ] || kill -STOP "$pid"
	on a python3 send.py "$mac" $sent $flows
	[ "$stopped" = 0 ] || kill -CONT "$pid"
	sleep 1
	check "${name}_ends_with_status_0" stop "$pid"
	local received captured dropped sampled rest
	received=$(term 'received by filter') captured=$(term captured) dropped=$(term 'dropped by kernel')
	sampled=$(term 'sampled out') rest=$(($(term unreadable) + $(term 'left at stop')))
	echo "# $name: received $received, captured $captured, dropped $dropped, sampled out $sampled, else $rest"
	check "${name}_received_is_sent" test "$received" = $sent
	check "${name}_parts_add_up" test $((captured + dropped + sampled + rest)) = "$received"
	check "${name}_captured_is_in_the_file" test "$(python3 "$lib/packets.py" count run.pcapng)" = "$captured"
	last_dropped=$dropped last_sampled=$sampled last_captured=$captured
}
account default 0
check default_loses_none test "$last_dropped" = 0
account small_rings_stopped 1 -B 64
check small_rings_lose_most test "$last_dropped" -gt $((sent / 2))
account xdp_stopped 1 -B 64 --mode xdp
check xdp_loses_most test "$last_dropped" -gt $((sent / 2))
account xdp 0 --mode xdp
check xdp_loses_none test "$last_dropped" = 0

# The connection whose segments they were is told of all, also of those behind the last record of a ring.
flows=1
account one_connection 1 -B 64 --explain
check its_losses_are_those_of_the_capture grep -q "capture itself lost $last_dropped packets" run.out
account one_connection_threads 1 -B 64 --explain --threads 1
check its_losses_are_told_by_threads grep -q "capture itself lost $last_dropped packets" run.out
flows=4096

# One in ten of 18000 without SYN, and 2000 with: on each CPU a counter.
account sample 0 --sample 10
check sample_keeps_its_share test "$last_captured" -le 3800 -a "$last_captured" -ge $((3800 - $(nproc --all)))
check file_says_how_it_was_sampled sh -c 'tshark -r run.pcapng -T fields -e frame.number -c 1 >/dev/null 2>&1; grep -aq "sampled: one in 10 segments, SYN, FIN and RST all" run.pcapng'
check a_sampled_file_judges_no_loss sh -c '"$1" -n -r run.pcapng --json=connections 2>/dev/null | head -1 | grep -q "\"sampled\":true"' - "$dump"
account sample_all_flags 0 --sample 10 --sample-all-flags
check sample_all_flags_keeps_its_share test "$last_captured" -le 2000 -a "$last_captured" -ge $((2000 - $(nproc --all)))

# Connections whole, the same at both ends: 4096 of them, one in eight kept.
start ends_a a "$dump" -i va --sample-flows 8 --sample-seed 5 -w a.pcapng 'port 5000'
a=$started
start ends_b b "$dump" -i vb --sample-flows 8 --sample-seed 5 -w b.pcapng 'port 5000'
b=$started
on a python3 send.py "$mac" $sent $flows
sleep 0.5
stop $a
stop $b
cat >flows.py <<'P'
import sys
from collections import Counter
sys.path.insert(0, sys.argv[1])
import packets
def flows(f, way):
    return Counter(int.from_bytes(p[2][34:36], "big") for p in packets.read(f) if p[2][36:38] == b"\x13\x88")
a, b = flows("a.pcapng", "out"), flows("b.pcapng", "in")
assert a == b, (a - b, b - a)
assert 400 < len(a) < 624, len(a)  # 512, five standard deviations of 21
whole = Counter(1024 + n % 4096 for n in range(20000))
assert all(a[p] == whole[p] for p in a), "a connection is not whole"
back = {int.from_bytes(p[2][36:38], "big") for p in packets.read("b.pcapng") if p[2][34:36] == b"\x13\x88"}
assert back and back <= set(a), back - set(a)  # resets to them, and to no others
P
check both_ends_keep_the_same_whole_connections python3 flows.py "$lib"
done_testing
