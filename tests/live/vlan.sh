#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Frames with one and two VLAN tags, sent raw: the kernel moves the outer tag into metadata on the way in, and the
# record shows it where it was.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
cat >frames.py <<'P'
import socket, struct, sys
def tcp(payload, v6):
    head = struct.pack("!HHIIBBHHH", 4000, 5000, 1, 2, 0x50, 0x18, 512, 0, 0) + payload
    if v6:
        return struct.pack("!IHBB", 0x60000000, len(head), 6, 64) + bytes.fromhex("fd09" + "00" * 13 + "01") + bytes.fromhex("fd09" + "00" * 13 + "02") + head
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(head), 7, 0, 64, 6, 0) + bytes([10, 9, 0, 1, 10, 9, 0, 2]) + head
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("va", 0))
to = bytes.fromhex(sys.argv[1].replace(":", ""))
me = s.getsockname()[4]
for tags in ([], [(0x8100, 5)], [(0x88A8, 100)], [(0x88A8, 100), (0x8100, 0x6007)], [(0x8100, 1), (0x8100, 2)]):
    for v6 in (False, True):
        for size in (0, 1, 33, 700, 1400):
            tag = b"".join(struct.pack("!HH", t, v) for t, v in tags)
            s.send(to + me + tag + struct.pack("!H", 0x86DD if v6 else 0x0800) + tcp(bytes(range(256)) * 6, v6)[: (60 if v6 else 40) + size])
P
mac=$(on b ip -br link show vb | awk '{print $3}')
from=$(on a ip -br link show va | awk '{print $3}')
for side in a b; do
	start ours $side "$dump" -i v$side -w $side.pcapng
	ours=$started
	start theirs $side tcpdump -U -i v$side -w $side.pcap "ether src $from and not ether multicast"
	theirs=$started
	start tagged $side "$dump" -i v$side -w $side.tagged.pcapng 'vlan 5'
	tagged=$started
	sleep 0.2
	check frames_are_sent_$side on a python3 frames.py "$mac"
	stop_tcpdump $theirs $side.pcap
	stop $ours
	stop $tagged
	check count_is_what_was_sent_at_$side test "$(python3 "$lib/packets.py" count $side.pcapng)" = 50
	check tagged_frames_as_tcpdump_shows_them_at_$side same_packets $side.pcapng $side.pcap
	check vlan_filter_finds_its_frames_at_$side test "$(python3 "$lib/packets.py" count $side.tagged.pcapng)" = 10
done
done_testing
