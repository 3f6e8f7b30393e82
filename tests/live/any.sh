#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Interfaces that come and go during a capture: -i any, several -i; devices without a link header.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
cat >send.py <<'P'
# send.py IFACE ID COUNT [raw]: TCP segments with the sequence numbers ID × 1000 + n, each once
import os, socket, struct, sys
name, ident, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind((name, 0x800))
for n in range(count):
    tcp = struct.pack("!HHIIBBHHH", 4000, 5000, ident * 1000 + n, 2, 0x50, 0x18, 512, 0, 0) + bytes(n)
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 7, 0, 64, 6, 0) + bytes([10, 9, 0, 1, 10, 9, 0, 2])
    s.send(b"\x02" * 6 + b"\x04" * 6 + b"\x08\x00" + ip + tcp)
P
cat >once.py <<'P'
# once.py FILE LINK_HEADER ID:COUNT …: every sequence number is there exactly once at one side, and no other
import sys
from collections import Counter
sys.path.insert(0, sys.argv[1])
import packets
skip = int(sys.argv[3])
got = Counter(int.from_bytes(p[2][skip + 24 : skip + 28], "big") for p in packets.read(sys.argv[2]) if p[4] != "skip")
want = Counter({int(i) * 1000 + n: 1 for i, c in (a.split(":") for a in sys.argv[4:]) for n in range(int(c))})
assert got == want, (got - want, want - got)
P

# Ten interfaces come, carry traffic and go. One end of each is in the namespace that is captured from.
start any a "$dump" -i any -w any.pcapng 'tcp dst port 5000 and ether src 04:04:04:04:04:04'
any=$started
want=
for i in 1 2 3 4 5 6 7 8 9 10; do
	ip link add x$i netns a type veth peer name y$i netns b
	on a ip link set x$i up
	on b ip link set y$i up
	on a python3 send.py x$i $i 20
	want="$want $i:20"
	[ $((i % 2)) = 0 ] || on a ip link del x$i
done
sleep 0.3
for i in 2 4 6 8 10; do on a ip link del x$i; done
check any_ends_with_status_0 stop $any
check each_segment_exactly_once python3 once.py "$lib" any.pcapng 14 $want
check received_is_captured test "$(number captured any.err)" = "$(number 'received by filter' any.err)" -a "$(number captured any.err)" = 200
check each_that_went_is_told test "$(grep -c '^ebpfdump: x[0-9]*: the interface is gone' any.err)" = 10
check all_ethernet_stays_ethernet grep -q 'listening on any, link-type EN10MB' any.err

# Lines tell the interface and the direction.
start text a "$dump" -i any -nn 'tcp dst port 5000'
text=$started
sleep 0.2
on b python3 send.py vb 3 2
sleep 0.3
stop $text
check lines_begin_with_interface_and_direction grep -q '^[0-9:.]* va    P   IP 10.9.0.1.4000 > 10.9.0.2.5000' text.out

# One of two goes, the other goes on; with the last the capture ends.
for i in 1 2; do
	ip link add w$i netns a type veth peer name z$i netns b
	on a ip link set w$i up
	on b ip link set z$i up
done
start two a "$dump" -i w1 -i w2 -w two.pcapng 'tcp dst port 5000'
two=$started
start both a "$dump" -nn -l -i w1 -i w2 'tcp dst port 5000'
both=$started
sleep 0.2
on a python3 send.py w1 1 5
on a ip link del w1
sleep 0.2
on a ip link set w2 down
on a ip link set w2 name renamed
on a ip link set renamed up
sleep 0.2
on a python3 send.py renamed 2 5
sleep 0.3
on a ip link set renamed netns b
wait $two
check ends_by_itself_with_the_last test $? = 0
wait $both
check lines_name_it_as_it_is_called_then sh -c '! grep -q "w2 " both.out && [ "$(grep -c "^[0-9:.]* renamed  *Out IP " both.out)" = 5 ]'
check both_are_in_the_file python3 once.py "$lib" two.pcapng 14 1:5 2:5
check gone_is_told grep -q 'w1: the interface is gone' two.err
check renamed_is_told grep -q 'w2: renamed to renamed' two.err
check moved_is_told grep -q 'renamed: the interface moved to another network namespace' two.err

# A tun device: no link header.
cat >tun.py <<'P'
# Makes tun0 and sends through it what a peer there would send: segments of both IP versions.
import fcntl, os, socket, struct, subprocess, sys, time
t = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(t, 0x400454CA, struct.pack("16sH", b"tun0", 0x1001))
subprocess.check_call("ip addr add 10.8.0.1/24 dev tun0; ip addr add fd08::1/64 dev tun0 nodad; ip link set tun0 up", shell=True)
print("up", flush=True)
sys.stdin.readline()
for v6 in (False, True):
    for n in range(5):
        tcp = struct.pack("!HHIIBBHHH", 4000, 5000, 9000 + n, 2, 0x50, 0x10, 512, 0, 0) + bytes(n)
        if v6:
            ip = struct.pack("!IHBB", 0x60000000, len(tcp), 6, 64) + socket.inet_pton(10, "fd08::2") + socket.inet_pton(10, "fd08::1")
        else:
            ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 7, 0, 64, 6, 0) + bytes([10, 8, 0, 2, 10, 8, 0, 1])
        os.write(t, ip + tcp)
for family, to in ((2, "10.8.0.9"), (10, "fd08::9")):
    s = socket.socket(family, socket.SOCK_STREAM)
    s.settimeout(0.3)
    try: s.connect((to, 5000))
    except OSError: pass
sys.stdin.readline()
P
if [ ! -e /dev/net/tun ]; then
	mkdir -p /dev/net && mknod /dev/net/tun c 10 200
fi
mkfifo go
ip netns exec a python3 tun.py <go >tun.out 2>tun.err &
exec 7>go
wait_until grep -q up tun.out
start ours a "$dump" -i tun0 -w tun.pcapng 'dst port 5000'
ours=$started
start theirs a tcpdump -i tun0 -w tun.pcap tcp dst port 5000
theirs=$started
start mixed a "$dump" -i any -w mixed.pcapng 'dst port 5000 and net 10.8.0.0/24'
mixed=$started
sleep 0.2
echo >&7
sleep 1
stop_tcpdump $theirs tun.pcap
check tun_ends_with_status_0 stop $ours
check mixed_ends_with_status_0 stop $mixed
# What goes out is seen before its checksum is filled in.
for f in tun.pcapng tun.pcap; do tcpdump -r $f -w in.$f.pcap src net 10.8.0.2 or src fd08::2 2>/dev/null; done
check tun_same_bytes_as_tcpdump same_packets in.tun.pcapng.pcap in.tun.pcap.pcap
check tun_sees_both_directions test "$(python3 "$lib/packets.py" list tun.pcapng | cut -d' ' -f4 | sort -u | tr '\n' ' ')" = "in out "
check tun_is_raw grep -q 'listening on tun0, link-type RAW' ours.err
check tun_has_both_versions test "$(python3 "$lib/packets.py" count tun.pcapng)" -ge 12
check mixed_is_sll2 grep -q 'listening on any, link-type LINUX_SLL2' mixed.err
check tcpdump_reads_the_mixed_file sh -c 'tcpdump -nn -r mixed.pcapng 2>/dev/null | grep -q "IP 10.8.0.2.4000 > 10.8.0.1.5000: Flags"'
echo >&7
exec 7>&-

# Another network namespace, by name, by process and by path.
ip netns exec b sleep 60 &
inside=$!
wait_until grep -q sleep /proc/$inside/comm
for ns in b "$inside" /run/netns/b; do
	"$dump" --netns "$ns" -i vb -nn -c 1 'tcp dst port 5000' >ns.out 2>ns.err &
	pid=$!
	wait_until grep -q 'listening on' ns.err
	on a python3 send.py va 1 1
	check "netns_by_${ns##*/}_sees_it" sh -c "wait_pid() { while kill -0 $pid 2>/dev/null; do sleep 0.05; done; }; wait_pid; grep -q '10.9.0.1.4000' ns.out"
	wait $pid
done
"$dump" --netns nowhere -i vb >ns.out 2>ns.err
check unknown_netns_is_named grep -q -- '--netns nowhere: .*No such file' ns.err
# Each hook is a file.
ip netns add c
for i in $(seq 20); do
	ip -n c link add f$i type veth peer name g$i
	ip -n c link set f$i up
	ip -n c link set g$i up
done
for mode in tc xdp; do
	on c sh -c "ulimit -n 50 && exec '$dump' -i any --mode $mode" >files.out 2>files.err
	check "${mode}_files_are_not_enough" test $? = 1
	check "${mode}_it_is_said_what_to_do" grep -q -x 'ebpfdump: [fg][0-9]*: cannot attach .*: Too many open files; raise the limit (ulimit -n)' files.err
	check "${mode}_in_one_line" test "$(wc -l <files.err)" = 1
done
done_testing
