#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Programs on hooks: in front of others and letting them run; gone with the process, killed or not; clsact where tcx is
# not; what a killed run left is removed by the next, what a living one has is not.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
segment() { # a connection attempt from a to b that b refuses
	on a python3 -c 'import socket; s = socket.socket(); s.connect_ex(("10.9.0.2", 5000))'
}
filters() { # how many of ours stand at b's clsact hooks
	(on b tc filter show dev vb ingress; on b tc filter show dev vb egress) 2>/dev/null | grep -c 'ebpfdump_'
}
no_qdisc() { ! on b tc qdisc show dev vb | grep -q clsact; }
capture() { # NAME DISABLE: one segment seen by NAME, and a clean end
	start "$1" b env EBPFDUMP_DISABLE="$2" "$dump" -nn -i vb 'tcp port 5000'
	sleep 0.1
	segment
	stop $started
	check "$1_sees_both_directions" sh -c "grep -q 'Flags \[S\]' $1.out && grep -q 'Flags \[R' $1.out"
	check "$1_counts_two" test "$(number captured "$1.err")" = 2
}

capture tcx ''
check tcx_is_said grep -q 'attached to vb: tcx ingress, tcx egress' tcx.err
capture clsact tcx
check clsact_is_said grep -q 'attached to vb: clsact ingress, clsact egress' clsact.err
check clsact_leaves_no_filter test "$(filters)" = 0
check clsact_leaves_no_qdisc no_qdisc

# Killed, it leaves its filters; the next run takes them away, and captures each segment once.
start killed b env EBPFDUMP_DISABLE=tcx "$dump" -nn -i vb 'tcp port 5000'
kill -9 $started
wait $started 2>/dev/null
check killed_run_left_filters test "$(filters)" = 2
capture after_kill tcx
check next_run_removed_them test "$(filters)" = 0

# Two at once leave each other alone.
start one b env EBPFDUMP_DISABLE=tcx "$dump" -nn -i vb 'tcp port 5000'
one=$started
capture second tcx
check first_keeps_its_filters test "$(filters)" = 2
segment
stop $one
check first_saw_all test "$(number captured one.err)" = 4
check both_gone test "$(filters)" = 0
check both_leave_no_qdisc no_qdisc

# The one that made the qdisc ends first: the last one to leave takes it away, also after a change of three.
clsact() { # LOG [OPTION …]
	local log=$1
	shift
	start "$log" b env EBPFDUMP_DISABLE=tcx "$dump" -nn -i vb "$@" 'tcp port 5000'
}
clsact first
first=$started
clsact next
next=$started
stop $first
check the_next_keeps_its_filters test "$(filters)" = 2
clsact last -Q out
stop $next
check the_last_keeps_its_filter test "$(filters)" = 1
check and_the_qdisc sh -c 'ip netns exec b tc qdisc show dev vb | grep -q clsact'
segment
stop $started
check the_last_captures test "$(number captured last.err)" = 1
check the_last_takes_the_qdisc_away no_qdisc

# So it is when one of them is killed, whichever side the next one looks at.
clsact first
first=$started
clsact killed
kill -9 $started
wait $started 2>/dev/null
stop $first
check what_the_killed_left_stays test "$(filters)" = 2
clsact last -Q in
check it_is_removed_on_both_sides test "$(filters)" = 1
stop $started
check after_a_kill_no_qdisc_is_left no_qdisc

# It stays where somebody else made it, or uses it, be it that a run was killed there.
on b tc qdisc add dev vb clsact
clsact killed
kill -9 $started
wait $started 2>/dev/null
capture in_anothers_qdisc tcx
check anothers_empty_qdisc_stays test "$(filters)" = 0 -a "$(on b tc qdisc show dev vb | grep -c clsact)" = 1
on b tc qdisc del dev vb clsact
clsact first
first=$started
clsact next
stop $first
on b tc filter add dev vb ingress prio 5 bpf da obj "$top/build/tests/bpf/drop.bpf.o" sec tc
stop $started
check anothers_filter_stays sh -c 'ip netns exec b tc filter show dev vb ingress | grep -q drop'
on b tc qdisc del dev vb clsact

# They come and go at the same time, and no one's filters go with another's qdisc.
for i in 1 2 3; do
	(for j in 1 2 3; do
		clsact "crowd.$i.$j"
		sleep "0.0$((RANDOM % 10))"
		kill -INT $started
		wait $started
	done) &
	crowd[i]=$!
done
wait "${crowd[@]}"
check a_crowd_comes_and_goes test "$(cat crowd.*.err | grep -c 'packets captured')" = 9
check nothing_is_taken_from_it sh -c '! grep -e "taken away" -e cannot crowd.*.err'
check a_crowd_leaves_no_qdisc no_qdisc
# Between a look at who is left and the qdisc's end nobody comes: there is a lock, which nobody has for long.
on b python3 - <<'EOF' &
import os, socket, time
lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
lock.bind("\0ebpfdump/clsact/lock/%d" % socket.if_nametoindex("vb"))
open("locked", "w").close()
while not os.path.exists("unlock"):
    time.sleep(0.02)
EOF
holder=$!
wait_until test -e locked
strace -f -o waits.trace -e trace=bind ip netns exec b env EBPFDUMP_DISABLE=tcx "$dump" -nn -i vb >/dev/null 2>waits.err &
traced=$!
wait_until grep -q 'clsact/lock.*EADDRINUSE' waits.trace
check who_comes_waits_for_the_lock no_qdisc
touch unlock
wait $holder
wait_until grep -q 'listening on' waits.err
check and_comes_then test "$(filters)" = 2
kill -INT "$(pgrep -P $traced)"
wait $traced

# Who deletes the qdisc takes the filters with it: they come back, it is said, and nothing of it is left in the end.
start robbed b env EBPFDUMP_DISABLE=tcx "$dump" -nn -i vb 'tcp port 5000'
on b tc qdisc del dev vb clsact
wait_until grep -q 'they are back' robbed.err
check taken_filters_come_back test "$(filters)" = 2
segment
stop $started
check back_they_see_both_directions test "$(number captured robbed.err)" = 2
check it_is_said_once test "$(grep -c 'taken away' robbed.err)" = 1
check back_they_leave_no_filter test "$(filters)" = 0
check back_they_leave_no_qdisc no_qdisc

# Another's clsact filter and qdisc stay, and it still sees the packets. What it drops is ARP, too.
on a ip neigh replace 10.9.0.2 lladdr "$(on b cat /sys/class/net/vb/address)" dev va nud permanent
on b tc qdisc add dev vb clsact
on b tc filter add dev vb ingress prio 5 bpf da obj "$top/build/tests/bpf/drop.bpf.o" sec tc
capture_drop() {
	start "$1" b env EBPFDUMP_DISABLE="$2" "$dump" -nn -i vb 'tcp port 5000'
	sleep 0.1
	timeout 2 ip netns exec a python3 -c 'import socket; s = socket.socket(); s.connect_ex(("10.9.0.2", 5000))'
	stop $started
	check "$1_sees_what_a_later_filter_drops" grep -q 'Flags \[S\]' "$1.out"
	check "$1_leaves_the_drop_to_work" sh -c "! grep -q 'Flags \[R' $1.out"
	check "$1_leaves_the_others_filter" sh -c 'ip netns exec b tc filter show dev vb ingress | grep -q drop'
}
capture_drop before_clsact_filter_by_tcx ''
capture_drop before_clsact_filter_by_clsact tcx

# Without BTF, and without the cast that reads it in place, the packets are the same.
on b tc qdisc del dev vb clsact
capture no_btf btf
capture no_cast cast

# Killed with tcx nothing is left.
start killed b "$dump" -nn -i vb
kill -9 $started
wait $started 2>/dev/null
check killed_tcx_leaves_nothing wait_until sh -c '! ip netns exec b bpftool net 2>/dev/null | grep -q ebpfdump_ && ! bpftool prog | grep -q "name ebpfdump_in.*$$"'
# Before tcx another kind of filter may stand in front.
ip -n b link add before type veth peer name behind && ip -n b link set before up && ip -n b link set behind up
on b tc qdisc add dev before clsact
on b tc filter add dev before egress protocol ip prio 1 u32 match u32 0 0 flowid 1:1
start s b env EBPFDUMP_DISABLE=tcx "$dump" -i before -w before.pcapng
stop $started
check what_stands_before_it_is_told grep -q '^ebpfdump: before: tc filters of another kind stand before this one on egress' s.err
check once_for_the_side_where_it_stands test "$(grep -c 'stand before this one' s.err)" -eq 1
done_testing
