#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# --cpu-budget: a load that costs more is thinned by the kernel, all of it is accounted for, the file says when, and
# when the load is over everything is kept again.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
export PYTHONPATH=$lib

# Sends 60000 segments of 4096 connections as fast as it can, waits, and sends 40 slowly.
cat >send.py <<'P'
import socket, struct, sys, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("va", 0x800))
to = bytes.fromhex(sys.argv[1].replace(":", ""))
def frame(n, port, flags):
    tcp = struct.pack("!HHIIBBHHH", port, 5000, n, 2, 0x50, flags, 512, 0, 0) + bytes(20)
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 7, 0, 64, 6, 0) + bytes([10, 9, 0, 1, 10, 9, 0, 2])
    return to + b"\x04" * 6 + b"\x08\x00" + ip + tcp
frames = [frame(n, 1024 + n % 4096, 0x02 if n % 10 == 0 else 0x10) for n in range(60000)]
for f in frames:
    s.send(f)
time.sleep(2)
for n in range(40):
    s.send(frame(n, 6000 + n, 0x10))
    time.sleep(0.03)
P
mac=$(on b ip -br link show vb | awk '{print $3}')
term() { number "$1" run.err | grep . || echo 0; }

flood() { # NAME OPTIONS …
	local name=$1 received captured dropped sampled rest
	shift
	start run b "$dump" -i vb -Q in -w run.pcapng "$@" 'dst port 5000'
	local pid=$started
	on a python3 send.py "$mac"
	kill -USR1 "$pid"
	check "${name}_ends_with_status_0" stop "$pid"
	received=$(term 'received by filter') captured=$(term captured) dropped=$(term 'dropped by kernel')
	sampled=$(term 'sampled out') rest=$(($(term unreadable) + $(term 'left at stop')))
	echo "# $name: received $received, captured $captured, dropped $dropped, sampled out $sampled, else $rest"
	check "${name}_received_is_sent" test "$received" = 60040
	check "${name}_parts_add_up" test $((captured + dropped + sampled + rest)) = "$received"
	check "${name}_captured_is_in_the_file" test "$(python3 "$lib/packets.py" count run.pcapng)" = "$captured"
	last_sampled=$sampled
}

# Far too little for any machine, and more than 60000 packets can take.
for mode in tc xdp; do
	flood ${mode}_little --mode $mode --cpu-budget 0.1
	check ${mode}_most_is_left_out test "$last_sampled" -gt 30000
	check ${mode}_everything_is_kept_when_the_load_is_over python3 - <<'P'
import packets
ports = [int.from_bytes(p[2][34:36], "big") for p in packets.read("run.pcapng")]
late = [p for p in ports if p >= 6000]
assert late[-20:] == list(range(6020, 6040)), late
P
	check ${mode}_the_file_says_when sh -c '
		tshark -r run.pcapng -Y frame.comment -T fields -e frame.comment >comments &&
		head -1 comments | grep -q "^sampled from here on: one in [0-9]* connections.*(--cpu-budget 0.1)" &&
		tail -1 comments | grep -q "^no longer sampled from here on (--cpu-budget 0.1)"'
	check ${mode}_so_do_the_interface_and_its_statistics sh -c "
		grep -aq 'sampled as --cpu-budget 0.1 asks for' run.pcapng &&
		grep -aq -- '--cpu-budget 0.1: $last_sampled packets sampled out, [0-9]* changes of the rate' run.pcapng"
	check ${mode}_and_who_looks_on sh -c "
		grep -q '^ebpfdump: sampled from here on: ' run.err &&
		grep -q '^ebpfdump: .* captured, .*, budget 0.1% of each CPU: ' run.err &&
		grep -q '^budget 0.1% of each CPU: all connections kept now, one in [0-9]* at worst, [0-9]* changes; CPU used: ' run.err"
done
flood enough --cpu-budget 100
check enough_keeps_everything test "$last_sampled" = 0
check enough_says_nothing_of_sampling sh -c "! grep -aq 'sampled from here' run.pcapng run.err && grep -q '^budget 100% of each CPU: all connections kept now; CPU used' run.err"
check it_is_printed_under_the_packet sh -c "
	'$dump' -r run.pcapng --comments -n -c 1 >/dev/null 2>&1
	ip netns exec b timeout 20 '$dump' -i vb -Q in -n --comments --cpu-budget 0.1 >text 2>text.err 'dst port 5000' &
	pid=\$!; i=0
	until grep -qs 'listening on' text.err || [ \$i = 100 ]; do sleep 0.1; i=\$((i + 1)); done
	ip netns exec a python3 send.py '$mac'; sleep 0.3; kill -INT \$pid; wait \$pid
	grep -q '^	comment: sampled from here on: one in ' text && tail -45 text | grep -q '^	comment: no longer sampled'"

# What is missing from a connection is then nobody's loss.
on b timeout 60 socat -u TCP-LISTEN:80,reuseaddr OPEN:/dev/null &
wait_until on b sh -c 'ss -ltn | grep -q :80'
start flow b "$dump" -i vb -n --connections --explain --cpu-budget 0.01
flow=$started
on a sh -c 'head -c 300000000 /dev/zero | timeout 60 socat -u - TCP:10.9.0.2:80'
sleep 0.5
stop $flow
check it_was_thinned test "$(number 'sampled out' flow.err)" -gt 100
check holes_are_not_the_networks sh -c 'grep -q "10.9.0.1:.* > 10.9.0.2:80" flow.out && grep -q "sampled: loss not judged" flow.out && ! grep -qE "hole|lost between|sent again" flow.out'
done_testing
