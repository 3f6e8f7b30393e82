#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The flight recorder, fed by a FIFO: what it holds outlives a file that cannot be written; a command that does not wait.
. "$(dirname "$0")/../lib/cli.sh"
wait_until() {
	for _ in $(seq 100); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.05
	done
	echo "never came true: $*"
	return 1
}
count() { "$dump" -r "$1" --count 2>/dev/null | sed 's/ packets*//'; }
said() { grep -c -E "$1" err; }
"$top/tests/lib/captures.py" tcp 3000 big.pcap
"$dump" -r big.pcap -w second.pcap 'ip[4:2] & 1 = 1' 2>/dev/null
all=$(count big.pcap)
mkdir place
mkfifo in

# begin OPTION …: a recorder in $pid that has read big.pcap and waits for more, which goes to descriptor 8
begin() {
	exec 8<>in
	"$dump" -r in --last 1000000 "$@" 2>err &
	pid=$!
	cat big.pcap >&8
	wait_until sh -c "! dd if=in iflag=nonblock count=0 2>/dev/null; test \"\$(cut -d' ' -f3 /proc/$pid/stat)\" = S"
	sleep 0.3
}
# more FILE: its packets come, too
more() {
	tail -c +25 "$1" | timeout 5 tee >&8
	sleep 0.3
}
# end: no more comes; status in $status
end() {
	kill -INT $pid
	wait $pid
	status=$?
	exec 8<&-
}

begin -w place/f.pcapng
mv place away
kill -USR2 $pid
check a_place_that_is_gone_is_named wait_until said '^ebpfdump: place/f.pcapng: No such file or directory$'
check and_that_memory_keeps_the_packets wait_until said '^ebpfdump: recorder: the packets stay in memory; a file is tried again in 10 s, at a signal and at the end$'
more second.pcap
mv away place
kill -USR2 $pid
check the_next_trigger_writes_them wait_until said "^ebpfdump: signal: place/f.pcapng gets $((all + $(count second.pcap))) packets$"
end
check all_are_there equal "$status $(count place/f.pcapng)" "0 $((all + $(count second.pcap)))"
rm place/*

begin -w place/f.pcapng
mv place away
kill -USR2 $pid
wait_until said 'stay in memory'
mv away place
end
check the_end_is_the_last_chance equal "$status $(count place/f.pcapng)" "0 $all"
check and_says_so equal "$(said "^ebpfdump: at the end: place/f.pcapng gets $all packets")" 1
rm place/*

begin -w place/f.pcapng
mv place away
kill -USR2 $pid
wait_until said 'stay in memory'
end
check what_was_never_written_is_an_error equal "$status" 1
check and_is_said equal "$(said '^ebpfdump: recorder: what place/f.pcapng was to hold could not be written to the end')" 1
mv away place

begin -w place/f.pcapng
mv place away
kill -USR2 $pid
wait_until said 'stay in memory'
mv away place
check it_is_tried_again_without_a_trigger sh -c 'for _ in $(seq 24); do [ -s place/f.pcapng ] && exit; sleep 0.5; done; exit 1'
end
check that_is_enough equal "$status $(count place/f.pcapng)" "0 $all"
rm place/*

# a trigger and the end in the same moment
begin -w place/f.pcapng
kill -STOP $pid
kill -USR2 $pid
kill -INT $pid
kill -CONT $pid
end
check a_signal_that_comes_with_the_last_one_counts equal "$status $(count place/f.pcapng)" "0 $all"
rm place/*

# a file that may not grow: what it holds stands, and the next one holds everything
for more in '' '--compress zstd'; do
	# shellcheck disable=SC2086
	begin -w place/f.pcapng $more
	prlimit --fsize=60000: --pid $pid
	kill -USR2 $pid
	check "a_file_that_fails_is_told_of${more:+_compressed}" wait_until said 'f.pcapng.*: File too large; it holds [0-9]* packets'
	held=$(sed -n 's/.*it holds \([0-9]*\) packets.*/\1/p' err)
	wait_until said 'stay in memory'
	prlimit --fsize=unlimited: --pid $pid
	kill -USR2 $pid
	wait_until said '^ebpfdump: signal: .* gets'
	end
	check "and_the_packets_come_in_the_next${more:+_compressed}" equal \
		"$status $(count "$(ls place/* | tail -1)")" "0 $all"
	case $held in
	0) check "a_name_without_packets_is_used_again${more:+_compressed}" equal "$(ls place | wc -l)" 1 ;;
	*) check "the_first_holds_what_was_said${more:+_compressed}" equal "$(count "$(ls place/* | head -1)")" "$held" ;;
	esac
	rm place/*
done

# memory is free for the next file when the last is finished
editcap -F pcap -t 100000 second.pcap later.pcap
begin -w place/f.pcapng
kill -USR2 $pid
wait_until test -s place/f.pcapng
more later.pcap
kill -USR2 $pid
end
check the_next_file_holds_what_came_since equal "$status $(ls place | tr '\n' ' ')$(count place/f.pcapng) $(count place/f.pcapng1)" \
	"0 f.pcapng f.pcapng1 $all $(count second.pcap)"
rm place/*

# -z
printf '#!/bin/sh\necho "$1" >>finished\n' >note && chmod +x note
begin -w place/z.pcapng -z ./note --compress gzip
kill -USR2 $pid
wait_until test -s place/z.pcapng.gz
end
check z_runs_on_each_finished_file wait_until grep -q -x place/z.pcapng.gz finished
rm place/*

check a_trigger_fires_beside_count equal "$("$dump" -r "$top/tests/golden/sessions/merchant-reset.pcap" --count --last 60 --trigger rst -w place/t.pcapng 2>/dev/null) $(count place/t.pcapng)" '5 packets 5'
rm place/*

# a command that does not wait
begin -w place/c.pcapng --trigger 'cmd:echo x >>runs'
for n in 1 2 3 4 5 6 7 8 9 10; do # so that a file is finished and another may begin
	editcap -F pcap -t ${n}00000 -r big.pcap later.pcap 1
	more later.pcap
done
check a_command_that_ends_at_once_pauses test "$(wc -l <runs)" -ge 2 -a "$(wc -l <runs)" -le 5
check and_that_is_said_once equal "$(said '^ebpfdump: echo x >>runs: ended within a second; it is started again after a pause')" 1
end
exit $fails
