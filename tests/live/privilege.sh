#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# -Z: what still has to be done with the privileges of root is done, in another network namespace, too, and no more
# of them is kept than that takes.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
chmod 755 .
segment() { # a connection attempt from a to b that b refuses: two segments
	on a python3 -c 'import socket; s = socket.socket(); s.connect_ex(("10.9.0.2", 5000))'
}
here() { # NAME DISABLE OPTION …: in namespace b
	local name=$1 disable=$2
	shift 2
	start "$name" b env EBPFDUMP_DISABLE="$disable" "$dump" -nn -l -Z nobody "$@" 'tcp port 5000'
}
from_outside() { # the same, into namespace b
	local name=$1 disable=$2
	shift 2
	rm -f "$name.out" "$name.err"
	EBPFDUMP_DISABLE="$disable" "$dump" --netns b -nn -l -Z nobody "$@" 'tcp port 5000' >"$name.out" 2>"$name.err" &
	started=$!
	wait_until grep -q -s 'listening on' "$name.err"
}
holds() { # NAME CAPABILITIES: those that it has, and whose it is
	check "$1" test "$(awk '/^Uid:|^CapPrm:|^CapEff:/ { print $2 }' /proc/$started/status | sort -u | xargs)" = \
		"$(printf '%s\n' "$2" "$(id -u nobody)" | sort -u | xargs)"
}
none=0000000000000000 net=000000c000001000 netns=000000c000201000
nothing_left() { ! on b tc qdisc show | grep clsact; }
ends() { # NAME PACKETS: by a signal, having seen so many, with nothing left behind
	stop $started
	check "$1_ends_with_status_0" test $? = 0
	check "$1_counts" test "$(number captured "$1.err") $(number 'received by filter' "$1.err")" = "$2 $2"
	check "$1_leaves_nothing" nothing_left
}

for how in here from_outside; do
	for without in '' tcx; do
		name=${how}_${without:-with_tcx}
		kept=$net
		[ $how = here ] || kept=$netns
		[ "$without" ] || kept=$none
		$how "$name" "$without" -i vb
		holds "${name}_holds_what_it_needs" $kept
		# News of other interfaces are read, and cost no time.
		ip -n b link add x type veth peer name y
		ip -n b link set x up
		sleep 1
		ticks=$(awk '{ print $14 + $15 }' /proc/$started/stat)
		ip -n b link del x
		check "${name}_takes_no_time_when_idle" test "$ticks" -lt 50
		segment
		ends "$name" 2
	done

	name=${how}_any
	$how $name '' -i any
	[ $how = here ] && kept=$net || kept=$netns
	holds "${name}_holds_what_it_needs" $kept
	ip -n b link add x netns b type veth peer name y netns a
	ip -n b addr add 10.8.0.2/24 dev x
	ip -n b link set x up
	ip -n a addr add 10.8.0.1/24 dev y
	ip -n a link set y up
	wait_until sh -c "ip -n b link show x | grep -q 'state UP'"
	sleep 0.3
	on a python3 -c 'import socket; s = socket.socket(); s.connect_ex(("10.8.0.2", 5000))'
	ip -n b link del x
	wait_until grep -q 'x: the interface is gone' $name.err
	check "${name}_takes_what_appears_later" grep -q 'x  *In  IP 10.8.0.1' $name.out
	ends $name 2
done

# The name of the interface changes where nothing may be entered any more.
from_outside renamed '' -i vb
ip -n b link set vb name vbb
check a_new_name_is_told wait_until grep -q 'vb: renamed to vbb' renamed.err
ip -n b link del vbb
wait $started
check the_last_interface_gone_ends_it test $? = 0
check and_it_is_told grep -q 'vbb: the interface is gone' renamed.err
done_testing
