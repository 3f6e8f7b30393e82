#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# --decap: TCP in VXLAN, Geneve, GRE and IP is found, the expression asks the inner packet, the outer one is captured.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
cat >frames.py <<'P'
import socket, struct, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("va", 0))
ether = bytes.fromhex(sys.argv[1].replace(":", "")) + s.getsockname()[4]
def v4(body, proto, src="10.9.0.1", dst="10.9.0.2", frag=0, words=5):
    return struct.pack("!BBHHHBBH", 0x40 | words, 0, words * 4 + len(body), 7, frag, 64, proto, 0) + socket.inet_aton(src) + socket.inet_aton(dst) + bytes((words - 5) * 4) + body
def v6(body, proto, src="fd09::1", dst="fd09::2"):
    return struct.pack("!IHBB", 0x60000000, len(body), proto, 64) + socket.inet_pton(10, src) + socket.inet_pton(10, dst) + body
def tcp(port, flags, body=b"SECRET"):
    return struct.pack("!HHIIBBHHH", 4000, port, 1, 2, 0x50, flags, 512, 0, 0) + body
def udp(port, body):
    return struct.pack("!HHHH", 5555, port, 8 + len(body), 0) + body
def send(packet, kind=0x800, tag=b""):
    s.send(ether + tag + struct.pack("!H", kind) + packet)
in4 = lambda port, flags=0x18: v4(tcp(port, flags), 6, "172.16.0.1", "172.16.0.2")
in6 = lambda port, flags=0x18: v6(tcp(port, flags), 6, "fd16::1", "fd16::2")
inner_ether = bytes.fromhex("020000000001020000000002")
e4 = lambda port, tag=b"": inner_ether + tag + b"\x08\x00" + in4(port)
e6 = lambda port: inner_ether + b"\x86\xdd" + in6(port)
vxlan = lambda p, port=4789: udp(port, bytes.fromhex("0800000000006400") + p)
geneve = lambda p, kind, options=0: udp(6081, struct.pack("!BBHI", options, 0, kind, 100 << 8) + bytes(options * 4) + p)
gre = lambda p, kind, flags=0: struct.pack("!HH", flags, kind) + bytes(4 * bin(flags & 0xB000).count("1")) + p
for port in (80, 81):
    for outer in (lambda b, p: send(v4(b, p)), lambda b, p: send(v6(b, p), 0x86DD), lambda b, p: send(v4(b, p, words=8)),
                  lambda b, p: send(v4(b, p), 0x800, b"\x81\x00\x00\x05")):
        outer(vxlan(e4(port)), 17)
        outer(vxlan(e6(port), 8472), 17)
        outer(vxlan(e4(port, b"\x81\x00\x00\x07")), 17)
        outer(geneve(e4(port), 0x6558), 17)
        outer(geneve(in6(port), 0x86DD, 5), 17)
        outer(gre(in4(port), 0x800), 47)
        outer(gre(in6(port), 0x86DD, 0xB000), 47)
        outer(gre(e4(port), 0x6558, 0x2000), 47)
        outer(in4(port), 4)
        outer(in6(port), 41)
        outer(udp(port, b"SECRET" * 3), 17)                       # no tunnel
        outer(vxlan(inner_ether + b"\x08\x00" + v4(udp(port, b"x" * 20), 17)), 17)  # no TCP in it
    send(in4(port))                                               # plain
send(v4(vxlan(e4(80)), 17, frag=3))                               # a later fragment of a tunnel's packet
P
mac=$(on b ip -br link show vb | awk '{print $3}')
count() { python3 "$lib/packets.py" count "$1"; }
# NAME HOST WANT option …: how many frames are captured there
expect() {
	local name=$1 host=$2 want=$3 pid
	shift 3
	start $name $host "$dump" -i v$host -w $name.pcapng "$@"
	pid=$started
	on a python3 frames.py "$mac"
	stop $pid
	check "$name" test "$(count $name.pcapng 2>&1)" = "$want"
}
for h in a b; do
	expect everything_in_tunnels_at_$h $h $((2 * (4 * 9 + 1))) --decap 'net 172.16.0.0/16 or net fd16::/64'
	expect inner_port_at_$h $h $((4 * 9 + 1)) --decap 'tcp port 80'
	expect inner_ipv6_at_$h $h $((4 * 4)) --decap 'ip6 and dst port 81'
	expect inner_host_at_$h $h $((4 * 5 + 1)) --decap 'host 172.16.0.1 and port 80'
	expect inner_tags_are_seen_at_$h $h $((2 * (4 * 10 + 1))) --decap
	expect outer_address_is_not_asked_at_$h $h 0 --decap 'host 10.9.0.1 and tcp'
	expect without_decap_nothing_inside_at_$h $h 2 'tcp'
	expect inner_headers_only_at_$h $h $((4 * 9 + 1)) --decap --headers 'tcp port 80'
	check no_inner_payload_at_$h sh -c "! grep -q SECRET inner_headers_only_at_$h.pcapng"
done
expect by_xdp b $((4 * 9 + 1)) --mode xdp --decap 'tcp port 80'
EBPFDUMP_DISABLE=xdp-frags expect by_xdp_of_one_buffer b $((4 * 9 + 1)) --mode xdp --decap 'tcp port 80'
check outer_packets_are_captured_whole test "$(tcpdump -r inner_port_at_a.pcapng -w - 'udp port 4789' 2>/dev/null | tcpdump -nr - 2>/dev/null | grep -c 'VXLAN')" -ge 1
check what_ip_cannot_say_is_refused_by_name sh -c "! ip netns exec a '$dump' -i va --decap 'ether host 2:0:0:0:0:1' 2>err && grep -q 'IP in tunnels: ' err"
done_testing
