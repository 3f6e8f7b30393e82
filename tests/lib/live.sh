# SPDX-License-Identifier: BSD-2-Clause
# For live tests: source it first. The script runs again inside network, mount and process namespaces of its own, with
# two hosts a (10.9.0.1, fd09::1, va) and b (10.9.0.2, fd09::2, vb) joined by veth. Nothing of it outlives the script.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
dump=${EBPFDUMP:-$top/build/ebpfdump}
lib=$top/tests/lib

if [ -z "${LIVE_INSIDE:-}" ]; then
	LIVE_INSIDE=1 exec unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private "$0" "$@"
fi
mount -t tmpfs none /run && mkdir -p /run/netns
tmp=$(mktemp -d /run/live.XXXXXX)
cd "$tmp" || exit 1
ip link set lo up

fails=0
ok() { echo "ok - $1"; }
not_ok() { # NAME [why …]
	echo "not ok - $1"
	shift
	[ $# -eq 0 ] || printf '  %s\n' "$@"
	fails=$((fails + 1))
}
check() { # NAME COMMAND …: ok if the command succeeds
	local name=$1
	shift
	if "$@" >"$tmp/check.log" 2>&1; then ok "$name"; else not_ok "$name" "$(cat "$tmp/check.log")"; fi
}

done_testing() { [ "$fails" -eq 0 ]; exit $?; }

on() { ip netns exec "$@"; } # HOST COMMAND …

two_hosts() { # [options of ip link add …]
	ip netns add a
	ip netns add b
	ip link add va netns a type veth peer name vb netns b
	local h i=0
	for h in a b; do
		i=$((i + 1))
		on $h ip link set lo up
		on $h ip addr add 10.9.0.$i/24 dev v$h
		on $h ip addr add fd09::$i/64 dev v$h nodad
		on $h ip link set v$h up
	done
	for h in a b; do
		wait_until sh -c "ip -n $h link show v$h | grep -q 'state UP'"
	done
}

wait_until() { # COMMAND …: tries for ten seconds
	local i
	for i in $(seq 200); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.05
	done
	echo "never came true: $*" >&2
	return 1
}

# start LOG HOST COMMAND …: on that host, in the background; pid in $started; waits until it listens
start() {
	local log=$1
	shift
	set -- ip netns exec "$@"
	rm -f "$log.out" "$log.err"
	"$@" >"$log.out" 2>"$log.err" &
	started=$!
	wait_until grep -q -s 'listening on' "$log.err"
}

# stop PID: SIGINT, waits, gives back its status
stop() {
	sleep 0.3
	kill -INT "$1" 2>/dev/null
	wait "$1"
}

# stop_tcpdump PID FILE: when the file has stood still, since an interrupted tcpdump leaves what is in its ring
stop_tcpdump() {
	local size=-1 now
	now=$(stat -c %s "$2")
	while [ "$size" != "$now" ]; do
		sleep 1.2
		size=$now
		now=$(stat -c %s "$2")
	done
	stop "$1"
}

number() { # NAME FILE: the number that stands before NAME in a statistics text
	sed -n "s/.*\b\([0-9][0-9]*\) packets\{0,1\} $1.*/\1/p" "$2" | tail -1
}

# same_packets A B [tcpdump filter]: both files hold the same packets, byte for byte, in whatever order
same_packets() {
	python3 "$lib/packets.py" same "$@"
}
