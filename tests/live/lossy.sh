#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Connections over a line that drops, doubles and reorders: the flags of their segments are tshark's but for the
# corrections, and the losses are told.
. "$(dirname "$0")/../lib/live.sh"
if ! command -v tshark >/dev/null; then
	echo "skip - segments of a bad line: tshark is not installed"
	exit 0
fi
two_hosts
cat >detour.py <<'P'
# Takes frames from the tap device and hands them back to the line some milliseconds later, with mark 7.
import fcntl, os, random, select, socket, struct, sys, time
t = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(t, 0x400454DA, struct.pack("I", 4242)) # the index that lossy.bpf.c knows
fcntl.ioctl(t, 0x400454CA, struct.pack("16sH", b"detour", 0x1002))
os.system("sysctl -qw net.ipv6.conf.detour.disable_ipv6=1; ip link set detour up")
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
s.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 7)
s.bind((sys.argv[1], 0))
print("up", flush=True)
rng, late = random.Random(3), []
while True:
    wait = max(0, min(late)[0] - time.monotonic()) if late else None
    if select.select([t], [], [], wait)[0]:
        late.append((time.monotonic() + rng.choice((0.0002, 0.001, 0.004, 0.012)), os.read(t, 65600)))
    while late and min(late)[0] <= time.monotonic():
        first = min(late)
        late.remove(first)
        s.send(first[1])
P
cat >serve.py <<'P'
import socket, threading
def answer(c):
    while d := c.recv(4096):
        c.sendall(d[: len(d) // 3 + 1])
    c.close()
l = socket.create_server(("10.9.0.2", 7000))
while True:
    threading.Thread(target=answer, args=(l.accept()[0],)).start()
P
cat >talk.py <<'P'
import random, socket, threading, time
sent = [0] * 30
def talk(n):
    rng = random.Random(n)
    c = socket.create_connection(("10.9.0.2", 7000))
    c.settimeout(20)
    reader = threading.Thread(target=lambda: [None for _ in iter(lambda: c.recv(65536), b"")])
    reader.start()
    for i in range(rng.randrange(3, 25)):
        size = rng.choice((1, 100, 1448, 9000, 60000))
        c.sendall(bytes(size))
        sent[n] += size
        time.sleep(rng.choice((0, 0.001, 0.02)))
    c.shutdown(socket.SHUT_WR)
    reader.join()
    c.close()
threads = [threading.Thread(target=talk, args=(n,)) for n in range(30)]
for t in threads:
    t.start()
    time.sleep(0.02)
for t in threads:
    t.join()
print(sorted(sent), file=open("sent", "w"))
P
if [ ! -e /dev/net/tun ]; then
	mkdir -p /dev/net && mknod /dev/net/tun c 10 200
fi
pids=
for h in a b; do
	on $h ethtool -K v$h gro off gso off tso off >/dev/null 2>&1
	on $h ip link set v$h gso_max_segs 1
	on $h python3 detour.py v$h >detour.$h.out 2>&1 &
	pids="$pids $!"
	wait_until grep -q up detour.$h.out
	on $h tc qdisc add dev v$h clsact
done
on b python3 serve.py &
pids="$pids $!"
wait_until on a python3 -c 'import socket; socket.create_connection(("10.9.0.2", 7000), 1).close()'
for h in a b; do
	on $h tc filter add dev v$h egress bpf da obj "$top/build/tests/bpf/lossy.bpf.o" sec tc || not_ok the_bad_line_can_be_had
	start at_$h $h "$dump" -i v$h -p -B 16384 -w at_$h.pcapng 'port 7000'
	eval "at_$h=$started"
done
start live b "$dump" -i vb -n -p --json=connections 'port 7000'
live=$started
check the_talk_comes_to_an_end on a timeout 90 python3 talk.py
sleep 1
check the_capture_at_a_ends_well stop $at_a
check the_capture_at_b_ends_well stop $at_b
check the_live_one_ends_well stop $live
kill $pids

for h in a b; do
	check "marks_at_${h}_are_tsharks_but_for_the_corrections" python3 "$top/tests/gen/marks_compare.py" "$dump" at_$h.pcapng
	echo "# at $h: $(tail -1 check.log)"
done
marked() { "$dump" -n -r "$1" --analyze 2>/dev/null | grep -c "<.*$2"; }
# What b's end sees has holes and comes out of order; what a sends is whole, and sent again.
check holes_are_seen_behind_the_line test "$(marked at_b.pcapng 'hole before')" -gt 5
check reordering_is_seen_behind_the_line test "$(marked at_b.pcapng 'out of order')" -gt 5
check duplicates_are_seen_behind_the_line test "$(marked at_b.pcapng 'spurious retransmission\|dup ack')" -gt 5
check retransmissions_are_seen_before_it test "$(marked at_a.pcapng 'retransmission')" -gt 5
check every_connection_is_told test "$(grep -c '"type":"connection"' live.out)" -eq 30
cat >bytes.py <<'P'
import json
got = sorted(c["client"]["bytes"] for c in map(json.loads, open("live.out")))
assert str(got) + "\n" == open("sent").read(), got
P
check bytes_count_once_however_often_they_came python3 bytes.py
done_testing
