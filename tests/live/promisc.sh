#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The interface is promiscuous while it is captured on, not with -p, and not afterwards; frames for other hosts are
# captured and told apart in the file.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
promiscuity() { on b ip -d link show vb | sed -n 's/.*promiscuity \([0-9]*\).*/\1/p'; }
check nothing_is_promiscuous_before test "$(promiscuity)" = 0
start plain b "$dump" -i vb -p -nn
check not_promiscuous_with_p test "$(promiscuity)" = 0
stop $started
start ours b "$dump" -i vb -w other.pcapng
check promiscuous_while_it_captures test "$(promiscuity)" = 1
on a python3 - <<'P'
import socket
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("va", 0))
s.send(bytes.fromhex("02aabbccddee" "020000000001" "0800" "4500002800000000400600000a0900010a090063" "0fa01388" "0000000100000002" "5010020000000000"))
P
check ends_with_status_0 stop $started
check no_longer_promiscuous test "$(promiscuity)" = 0
check a_frame_for_another_host_is_in_the_file test "$(python3 "$lib/packets.py" count other.pcapng)" = 1
check it_is_marked_as_such sh -c 'tshark -r other.pcapng -T fields -e frame.packet_flags_reception_type 2>/dev/null | grep -x -E "0x0*4|4"'
done_testing
