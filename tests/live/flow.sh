#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Real sockets end in every way; what is told of them, live and from the file that was written beside.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
for v in va vb; do on ${v#v} ethtool -K $v gro off gso off tso off >/dev/null 2>&1; done
run() { timeout 60 python3 "$lib/sockets.py" "$@"; }
drops() { printf 'table inet t {\n chain c {\n type filter hook input priority 0\n %s\n }\n}\n' "$1" | on b nft -f -; }
passes() { on b nft delete table inet t; }

start live a "$dump" -i va -n -p --connections -w live.pcapng
capture=$started
run refused 6001
run backlog_full 6002
drops 'tcp dport 6003 drop'
run give_up 6003
passes
drops 'tcp dport 6004 reject with tcp reset'
run give_up 6004
passes
run unread 6005
run linger0 6006
run after_fin 6007
run half_close 6008 >kept1 & kept="$!"
run still_open 6009 >kept2 & kept="$kept $!"
run three 6010
run four 6011
run zero_window 6012
run keep_alive 6013
run reuse 6014
drops 'tcp dport 6015 tcp flags & syn == syn limit rate 1/minute burst 1 packets drop'
run three 6015
passes
drops 'tcp dport 6016 tcp flags & fin == fin limit rate 1/minute burst 1 packets drop'
run crossing 6016
passes
sleep 1.5
kill -INT $capture
wait $capture
check the_capture_ends_well test $? -eq 0
kill -9 $kept 2>/dev/null

told() { grep " > 10.9.0.2:$1 " live.out; }
verdict() { # NAME PORT PATTERN
	if told "$2" | grep -qE "retrans [0-9]+  $3\$"; then ok "$1"; else not_ok "$1" "$(told "$2")"; fi
}
verdict a_closed_port_refuses 6001 'refused \(RST to SYN\)'
verdict a_full_backlog_gives_no_answer 6002 'no answer, SYN sent [23] times in [123]\.[0-9] s'
verdict a_drop_gives_no_answer 6003 'no answer, SYN sent [23] times in [123]\.[0-9] s'
verdict a_reject_with_reset_refuses 6004 'refused \(RST to SYN\)'
verdict unread_data_resets 6005 'reset by server after 557/0 bytes'
verdict linger_0_resets 6006 'reset by client before data'
verdict data_after_close_is_reset 6007 'reset by server after FIN'
verdict a_shutdown_half_closes 6008 'half-closed by client'
verdict nobody_closed 6009 'still open, idle [0-9.]+ s'
verdict a_close_at_once_takes_three 6010 'closed in 3, client first'
verdict a_close_later_takes_four 6011 'closed in 4, client first'
verdict a_lost_syn_is_sent_again 6015 'closed in 3, client first'
check the_lost_syn_is_counted sh -c 'grep " > 10.9.0.2:6015 " live.out | grep -q "retrans 1 "'
verdict closes_that_cross_are_simultaneous 6016 'simultaneous close'
check reused_ports_are_two_connections test "$(told 6014 | wc -l)" -eq 2

"$dump" -n -r live.pcapng --json=connections 2>/dev/null >all.json
"$dump" -n -r live.pcapng --analyze 2>/dev/null >marks.out
json() { grep "\"addr\":\"10.9.0.2\",\"port\":$1," all.json; }
check the_end_of_the_capture_counts_for_idle python3 -c '
import json
idle = [json.loads(c)["idle_ns"] for c in open("all.json")]
assert min(idle) > 1_000_000_000, idle'
check a_closed_window_is_counted sh -c 'grep "\"port\":6012," all.json | grep -oE "\"zero_windows\":[0-9]+" | tail -1 | grep -vq ":0"'
check zero_windows_are_marked grep -q '10.9.0.2.6012 > .*<.*zero window' marks.out
check probes_of_a_closed_window_are_marked grep -q '> 10.9.0.2.6012: .*<zero window probe>' marks.out
check keep_alives_are_marked grep -q '> 10.9.0.2.6013: .*<keep-alive>' marks.out
check answers_to_keep_alives_are_marked grep -q '10.9.0.2.6013 > .*<keep-alive ack>' marks.out
check reused_ports_are_marked grep -q '> 10.9.0.2.6014: Flags \[S\].*<reused ports>' marks.out
check the_file_tells_the_same sh -c '"$1" -n -r live.pcapng --connections 2>/dev/null | sed "s/, idle .*//; s/SYN sent .*//" | sort >file.txt; grep "^#" live.out | sed "s/, idle .*//; s/SYN sent .*//" | sort | diff - file.txt' - "$dump"
check the_marks_are_those_of_tshark python3 "$top/tests/gen/marks_compare.py" "$dump" live.pcapng
done_testing
