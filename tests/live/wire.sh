#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Bulk over wires that lose, double and delay: the marks of what was captured are tshark's, at both ends of the wire.
. "$(dirname "$0")/../lib/live.sh"
ip netns add a
ip netns add b
ip link add va type veth peer name wa
ip link add vb type veth peer name wb
ip link set va netns a
ip link set vb netns b
on a ip addr add 10.9.0.1/24 dev va
on b ip addr add 10.9.0.2/24 dev vb
for v in va vb; do
	on ${v#v} ethtool -K $v tx off gro off gso off tso off >/dev/null 2>&1
	on ${v#v} ip link set $v up
	on ${v#v} ip link set lo up
done
for v in wa wb; do
	ethtool -K $v tx off gro off gso off tso off >/dev/null 2>&1
	ip link set $v up
done

wire() { # NAME OPTION …: a bulk transfer and a short one over such a wire, captured before and behind it
	local name=$1 pid before behind
	shift
	python3 "$lib/wire.py" wa wb "$@" &
	pid=$!
	wait_until on a ping -c1 -W1 10.9.0.2
	start before a "$dump" -i va -n -p -w "$name.before.pcapng"
	before=$started
	start behind b "$dump" -i vb -n -p -w "$name.behind.pcapng"
	behind=$started
	timeout 60 python3 "$lib/sockets.py" bulk 7001
	timeout 60 python3 "$lib/sockets.py" crossing 7002
	sleep 1
	stop $before
	stop $behind
	kill $pid
	wait $pid 2>/dev/null
	for at in before behind; do
		check "${name}_${at}_is_marked_as_tshark_does" timeout 100 python3 "$top/tests/gen/marks_compare.py" "$dump" "$name.$at.pcapng"
		"$dump" -n -r "$name.$at.pcapng" --json=connections 2>/dev/null >"$name.$at.json"
		cat "$name.$at.json" >>all.json
	done
}
count() { # FIELD FILE: the sum over sides and connections
	grep -oE "\"$1\":[0-9]+" "$2" | awk -F: '{ n += $2 } END { print n + 0 }'
}

wire clean --delay 5
check a_clean_wire_has_no_retransmissions test "$(count retransmissions clean.before.json)" -eq 0
check both_ends_at_once_close_simultaneously grep -q '"port":7002,.*"verdict":"closed-simultaneous"' clean.before.json
check the_round_trip_is_that_of_the_wire python3 -c '
import json
for l in open("clean.before.json"):
    assert 10e6 < json.loads(l)["irtt_ns"] < 40e6, l'
wire lossy --delay 2 --loss 0.01 --seed 3
# what is sent again within a round trip of the newest segment looks like reordering
again=$(($(count retransmissions lossy.before.json) + $(count out_of_order lossy.before.json)))
check loss_before_the_wire_is_seen_as_sent_again test "$again" -gt 5
check loss_behind_the_wire_is_seen_as_holes test "$(count holes lossy.behind.json)" -gt 5
wire doubling --delay 2 --dup 0.03 --seed 4
check doubles_are_copies_behind test "$(count copies doubling.behind.json)" -gt 5
check nobody_is_said_to_have_sent_them_again test "$(count retransmissions doubling.behind.json)" -le 1
check doubles_are_not_seen_before test "$(count spurious_retransmissions doubling.before.json)" -eq 0
wire late --delay 2 --late 0.02 --by 1 --seed 5
check late_segments_are_out_of_order_behind test "$(count out_of_order late.behind.json)" -gt 1
refused_sums() { cat <(on a nstat -asz TcpInCsumErrors) <(on b nstat -asz TcpInCsumErrors) | awk '/InCsum/ { n += $2 } END { print n }'; }
sums=$(refused_sums)
wire hurting --delay 2 --hurt 0.02 --seed 6
check damage_is_counted_as_the_kernels_do test "$(count damaged hurting.behind.json)" -eq $(($(refused_sums) - sums))
check there_was_damage test "$(count damaged hurting.behind.json)" -gt 5
check nobody_sent_damage test "$(count damaged hurting.before.json)" -eq 0
check every_object_is_valid python3 "$lib/schema.py" "$top/docs/json-schema.json" <all.json
done_testing
