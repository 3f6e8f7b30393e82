#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# What is told of connections of a file, and when the exit status says so.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
dump=$top/build/ebpfdump
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
export TZ=UTC
fails=0
check() {
	local name=$1
	shift
	if "$@" >log 2>&1; then echo "ok - $name"; else echo "not ok - $name"; head -20 log; fails=1; fi
}
script() { "$top/tests/gen/script.py" "$1"; }
told() { "$dump" -n -r "$@" 2>/dev/null; } # FILE [option …]
prints() { # TEXT FILE [option …]: the whole output
	local want=$1
	shift
	diff <(told "$@") <(printf '%s\n' "$want")
}
status() { # NUMBER FILE [option …]
	local want=$1
	shift
	told "$@" >/dev/null
	[ $? -eq "$want" ]
}

script closed.pcap <<'END'
0 C S 0 0 64240 0 7
1 S S. 0 1 65160 0 7
1 C . 1 1 502
1 C P. 1 1 502 GET_/_HTTP/1.1
300 C P. 1 1 502 GET_/_HTTP/1.1
1 S . 1 17 502
5 S P. 1 17 502 100
1 C . 17 101 502
1 S F. 101 17 502
1 C F. 17 102 502
1 S . 102 18 502
END
check a_line_is_as_documented prints '#1 192.0.2.1:40000 > 198.51.100.7:80  0.313 s  iRTT 2.000 ms  pkts 6/5  bytes 16/100  retrans 1  closed in 3, server first' closed.pcap --connections
check retransmissions_fail_when_asked status 3 closed.pcap --connections --fail-on retrans:1
check fewer_retransmissions_do_not_fail status 0 closed.pcap --connections --fail-on retrans:2
check nothing_refused_nothing_fails status 0 closed.pcap --fail-on refused,reset
check marks_are_off_by_default bash -c '! "$1" -n -r closed.pcap | grep "<"' - "$dump"
check marks_stand_at_the_end_of_the_line bash -c '"$1" -n -r closed.pcap --analyze | grep -q "length 16: HTTP: GET / HTTP/1.1 <retransmission 300 ms>$"' - "$dump"
check marks_stand_before_a_dump bash -c '"$1" -nx -r closed.pcap --analyze | grep -A1 "retransmission 300 ms>$" | grep -q "0x0000:"' - "$dump"
check without_marks_analyze_changes_nothing bash -c '"$1" -n -r closed.pcap --analyze | grep -v "<" >a; "$1" -n -r closed.pcap >b; test "$(diff a b | grep -c "^[<>]")" -eq 1' - "$dump"
check lines_replace_packets test "$(told closed.pcap --connections | grep -c Flags)" -eq 0
check print_brings_packets_back test "$(told closed.pcap --connections --print | grep -c Flags)" -eq 11
check explain_implies_the_line bash -c '"$1" -n -r closed.pcap --explain | head -1 | grep -q "^#1 "' - "$dump"
check stats_go_to_stderr_beside_packets bash -c '"$1" -n -r closed.pcap --stats 1 2>&1 >/dev/null | grep -q "segments 11  bytes 132  opened 1  closed 1  refused 0  reset 0  retrans 9.09%"' - "$dump"
check a_file_is_written_beside bash -c '"$1" -n -r closed.pcap --connections -w out.pcap | grep -q closed && cmp <(tail -c +25 closed.pcap) <("$1" -r out.pcap -w - 2>/dev/null | wc -c) || test -s out.pcap' - "$dump"
check a_picture_goes_to_a_file bash -c '"$1" -n -r closed.pcap --flow=svg:p.svg && python3 -c "import xml.dom.minidom as m; m.parse(\"p.svg\")" && grep -q "GET / HTTP/1.1" p.svg' - "$dump"
check a_picture_that_cannot_be_written_is_named bash -c '"$1" -n -r closed.pcap --flow=svg:no/p.svg 2>&1 | grep -q "no/p.svg: No such file" ' - "$dump"
check a_full_stdout_is_an_error bash -c '! "$1" -n -r closed.pcap --connections >/dev/full 2>err && grep -q "No space left" err' - "$dump"

script mixed.pcap <<'END'
session 41000
0 C S 0 0 64240
0.1 S R. 0 1 0
session 41001
1 C S 0 0 64240
1 icmp 3 13
session 41002 6
1 C S 0 0 64240
1 icmp 1 4
session 41003
1 C S 0 0 64240
1 S S. 0 1 64240
1 C . 1 1 64240
1 C P. 1 1 64240 10
1 S R. 1 11 0
session 41004
1 C S 0 0 64240
1000 C S 0 0 64240
session 41005
1 C P. 1 1 500 500
1 S . 1 501 500
END
check each_verdict_has_its_words bash -c '"$1" -n -r mixed.pcap --connections | sed "s/.*retrans [0-9]*  //" | diff - <(cat <<END
refused (RST to SYN)
rejected (ICMP administratively prohibited)
rejected (ICMPv6 port unreachable)
reset by server after 10/0 bytes
no answer, SYN sent 2 times in 1.0 s
mid-stream, still open, idle 0 s
END
)' - "$dump"
check refused_fails_when_asked status 3 mixed.pcap --fail-on refused
check it_fails_too_where_packets_are_counted_only status 3 mixed.pcap --count --fail-on refused
check reset_fails_when_asked status 3 mixed.pcap --connections --fail-on reset
check icmp_is_not_counted test "$(told mixed.pcap --connections --print | grep -c Flags)" -eq 13
check an_icmp_error_is_found_by_what_it_quotes test "$(told mixed.pcap --connections 'port 41001' | grep -c 'rejected (ICMP adm')" -eq 1
check an_icmp_error_about_others_is_not test "$(told mixed.pcap --connections 'port 41004' | grep -c rejected)" -eq 0
check an_icmp_error_stands_in_the_ladder bash -c '"$1" -n -r mixed.pcap --flow --follow 2 | grep -q "ICMP administratively prohibited ─┤"' - "$dump"
check follow_takes_a_filter prints "$(told mixed.pcap --connections | sed -n 4p | sed 's/^#4/#1/')" mixed.pcap --connections --follow 'port 41003'
check follow_takes_a_number prints "$(told mixed.pcap --connections | sed -n 4p)" mixed.pcap --connections --follow 4
check sort_puts_the_largest_first bash -c '"$1" -n -r mixed.pcap --connections --sort bytes | head -1 | grep -q "^#6 " && "$1" -n -r mixed.pcap --connections --sort duration | head -1 | grep -q "^#5 "' - "$dump"
check a_limit_tells_early_and_says_so bash -c '"$1" -n -r mixed.pcap --connections --max-connections 2 2>err | wc -l | grep -qx 6 && grep -q "4 connections were told of early" err' - "$dump"
for bad in --sort=size --fail-on=everything --fail-on=retrans:x --flow=gif --json=packets --follow=0 --stats=0 '--top --connections' '-w - --connections'; do
	check "${bad// /_}_is_refused_in_one_line" bash -c '! "$1" -r mixed.pcap $2 2>err >out && test "$(wc -l <err)" -eq 1 && test ! -s out' - "$dump" "$bad"
done
check summary_names_the_talkers bash -c '"$1" -n -r closed.pcap --summary | grep -A1 "most bytes" | grep -q "#1 192.0.2.1:40000" && "$1" -n -r closed.pcap --summary | grep -q "█"' - "$dump"
check ascii_is_ascii bash -c '! "$1" -n -r closed.pcap --flow --explain --summary --ascii | LC_ALL=C grep -P "[^\x00-\x7f]"' - "$dump"
check a_ladder_fits_its_width test "$(told closed.pcap --flow --explain | python3 -c 'import sys; print(max(len(l.rstrip("\n")) for l in sys.stdin))')" -le 100
check no_colour_into_a_pipe bash -c '! "$1" -n -r closed.pcap --flow | grep -q "$(printf "\033")"' - "$dump"
check colour_on_a_terminal bash -c 'TERM=xterm script -qc "\"$1\" -n -r closed.pcap --flow" /dev/null | grep -q "$(printf "\033")"' - "$dump"
check no_color_is_obeyed bash -c '! NO_COLOR=1 TERM=xterm script -qc "\"$1\" -n -r closed.pcap --flow" /dev/null | grep -q "$(printf "\033")"' - "$dump"
exit $fails
