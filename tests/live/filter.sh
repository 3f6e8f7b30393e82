#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Forty expressions at both ends of a veth, each with tcpdump beside: the same TCP packets, GSO super-packets,
# fragments, tags and IPv6 extension headers included. Where the kernel keeps a tag in metadata, a live tcpdump looks
# at the packet without it; there the packet as it is shown decides, by tcpdump -r.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
cat >expressions <<'X'
tcp
port 80
tcp port 80
src port 80
dst port 80 or dst port 4000
portrange 80-90
not port 80
host 10.9.0.1
src host 10.9.0.2
dst net 10.9.0.0/24
net fd09::/64
ip
ip6
ip6 host fd09::2 and tcp port 81
host fd09::1 or port 80
tcp[tcpflags] & (tcp-syn|tcp-fin) != 0
tcp[13] = 18
tcp[tcpflags] & tcp-push != 0 and greater 100
tcp[((tcp[12] & 0xf0) >> 2):4] = 0x47455420
tcp[2:2] = 80
ip[2:2] > 1000
ip[8] = 64 and tcp
ip[6:2] & 0x1fff != 0
ip6[6] = 6
ip6 protochain 6
ip protochain 6
less 100
greater 2000
len > 5000
len % 4 = 2 and port 80
ether src MACA
ether dst MACA
ether[0] & 1 = 0
inbound
outbound
inbound and ether[0] & 1 = 0
vlan
vlan 5
vlan 5 and tcp port 5000
tcp and not vlan
X
cat >frames.py <<'P'
import socket, struct, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("va", 0))
ends = bytes.fromhex(sys.argv[1].replace(":", "")) + s.getsockname()[4]
def tcp(payload):
    return struct.pack("!HHIIBBHHH", 4000, 5000, 1, 2, 0x50, 0x18, 512, 0, 0) + payload
def v4(body, frag=0x4000):
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 7, frag, 64, 6, 0) + bytes([10, 9, 0, 1, 10, 9, 0, 2]) + body
def v6(body, next=6):
    return struct.pack("!IHBB", 0x60000000, len(body), next, 64) + socket.inet_pton(10, "fd09::1") + socket.inet_pton(10, "fd09::2") + body
for tags in (b"", struct.pack("!HH", 0x8100, 5), struct.pack("!HH", 0x88A8, 100), struct.pack("!HHHH", 0x88A8, 100, 0x8100, 5)):
    for size in (0, 1, 700):
        body = tcp(b"GET " * 500)[: 20 + size]
        for kind, packet in ((0x800, v4(body)), (0x86DD, v6(body)), (0x800, v4(body, 0x2000)), (0x800, v4(body, 3)),
                             (0x86DD, v6(bytes([60, 0, 1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0]) + body, 0))):
            s.send(ends + tags + struct.pack("!H", kind) + packet)
P
# What tcpdump has of TCP, by a walk that knows tags, extension headers and fragments.
cat >compare.py <<'P'
import sys
from collections import Counter
import packets
def is_tcp(b):
    at, kind = 14, b[12:14]
    while kind in (b"\x81\x00", b"\x88\xa8"):
        kind, at = b[at + 2 : at + 4], at + 4
    if kind == b"\x08\x00":
        return b[at + 9] == 6
    if kind != b"\x86\xdd":
        return False
    next, at = b[at + 6], at + 40
    while next in (0, 43, 60, 44):
        if next == 44 and int.from_bytes(b[at + 2 : at + 4], "big") & 0xFFF8:
            return b[at] == 6
        next, at = b[at], at + (8 if next == 44 else (b[at + 1] + 1) * 8)
    return next == 6
def tagged(b):
    return b[12:14] in (b"\x81\x00", b"\x88\xa8")
ours = Counter((p[1], p[2]) for p in packets.read(sys.argv[1]))
live = [(p[1], p[2]) for p in packets.read(sys.argv[2]) if is_tcp(p[2])]
shown = [(p[1], p[2]) for p in packets.read(sys.argv[3]) if is_tcp(p[2])] if len(sys.argv) > 3 else live
theirs = Counter(p for p in live if not tagged(p[1])) + Counter(p for p in shown if tagged(p[1]))
for name, extra in (("ours", ours - theirs), ("theirs", theirs - ours)):
    for (length, body), n in list(extra.items())[:3]:
        print(f"only {name}: {n} × {length} bytes: {body[:80].hex()}")
print(sum(ours.values()), "packets")
sys.exit(ours != theirs)
P
export PYTHONPATH=$lib
maca=$(on a ip -br link show va | awk '{print $3}')
macb=$(on b ip -br link show vb | awk '{print $3}')
sed -i "s/MACA/$maca/" expressions
for port in 80 81; do
	ip netns exec b socat TCP6-LISTEN:$port,reuseaddr,fork,ipv6only=0 SYSTEM:'head -c 100 >/dev/null; head -c 150000 /dev/zero' >/dev/null 2>&1 &
	wait_until on b sh -c "ss -ltn | grep -q :$port"
done
traffic() {
	local to
	for to in 10.9.0.2:80 10.9.0.2:81 '[fd09::2]:80' '[fd09::2]:81'; do
		on a sh -c "printf 'GET / HTTP/1.0\r\n\r\n%080d' 0 | socat -t 2 - TCP:$to >/dev/null"
	done
	on a python3 frames.py "$macb"
}
# A dozen at a time: SIDE FIRST LAST
round() {
	local side=$1 n e pids=()
	for n in $(seq "$2" "$3"); do
		e=$(sed -n "${n}p" expressions)
		start $n.ours $side "$dump" -B 1024 -i v$side -w $n.pcapng "$e"
		pids+=("$started")
		start $n.theirs $side tcpdump --immediate-mode -s 70000 -B 16384 -U -i v$side -w $n.pcap "$e"
		pids+=("$started")
	done
	start all $side tcpdump --immediate-mode -s 70000 -B 16384 -U -i v$side -w all.pcap
	pids+=("$started")
	# libpcap looks itself at the first packet behind a new filter, and does not know its direction
	on a ping -c 1 10.9.0.2 >/dev/null
	traffic
	sleep 0.5
	kill -INT "${pids[@]}"
	wait "${pids[@]}"
	for n in $(seq "$2" "$3"); do
		e=$(sed -n "${n}p" expressions)
		rm -f $n.shown
		case $e in *bound*) ;; *) tcpdump -r all.pcap -w $n.shown "$e" 2>/dev/null ;; esac
		check "at $side: $e" python3 compare.py $n.pcapng $n.pcap $(ls $n.shown 2>/dev/null)
		grep -q '^0 packets' check.log && empty="$empty; $e"
	done
}
empty=
for side in a b; do
	for first in 1 11 21 31; do
		round $side $first $((first + 9))
	done
done
check "every expression matches somewhere: $empty" test -z "$empty"
done_testing
