#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# --top in tmux: the table, sorting, pausing, a ladder, the end.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
dump=$top/build/ebpfdump
if ! command -v tmux >/dev/null; then
	echo "skip - the live table: tmux is not installed"
	exit 0
fi
tmp=$(mktemp -d)
export TMUX_TMPDIR=$tmp LC_ALL=C.UTF-8
mux() { tmux -f /dev/null -L top "$@"; }
trap 'mux kill-server 2>/dev/null; rm -rf "$tmp"' EXIT
cd "$tmp" || exit 1
fails=0
screen() { mux capture-pane -p -t top 2>/dev/null; }
shows() { # NAME PATTERN: within five seconds
	local i
	for i in $(seq 50); do
		screen | grep -qE "$2" && { echo "ok - $1"; return; }
		sleep 0.1
	done
	echo "not ok - $1"
	screen
	fails=1
}

"$top/tests/gen/script.py" two.pcap <<'END'
session 40001
0 C S 0 0 64240
1 S S. 0 1 65160
1 C . 1 1 502
1 C P. 1 1 502 GET_/_HTTP/1.1
1 S P. 1 17 502 1000
1 S R. 1001 17 0
session 40002
1 C S 0 0 64240
0.1 S R. 0 1 0
END
mux new-session -d -s top -x 110 -y 30 "sh -c '\"$dump\" -n -r two.pcap --top 2>err; echo ended with \$?; sleep 20'"
shows the_table_shows_both_connections '192.0.2.1:40002 > 198.51.100.7:80 .*refused'
shows it_begins_by_the_current_rate 'sorted by current rate'
mux send-keys -t top b
shows a_key_sorts 'sorted by bytes'
shows the_largest_has_its_bytes ' 1016 +0  #1 192.0.2.1:40001 > 198.51.100.7:80  reset by server'
if screen | sed -n 3p | grep -q '#1 '; then echo "ok - the_largest_comes_first"; else
	echo "not ok - the_largest_comes_first"
	fails=1
fi
mux resize-window -t top -x 80 -y 30
shows in_80_columns_it_says_what_became_of_each '#2 .*  refused \(RST'
mux send-keys -t top d
shows the_key_it_is_sorted_by_is_shown '0\.005 s +0  #1'
mux send-keys -t top b
mux resize-window -t top -x 110 -y 30
mux send-keys -t top p
shows p_pauses 'PAUSED'
mux send-keys -t top p Enter
shows enter_opens_the_ladder 'GET / HTTP/1.1'
shows the_ladder_has_the_verdict 'reset by server after 16/1000 bytes'
mux send-keys -t top q
shows q_goes_back 'sorted by bytes'
mux send-keys -t top Down Enter
shows down_selects_the_next '⇒ refused \(RST to SYN\)'
mux send-keys -t top q q
shows q_ends_with_status_0 'ended with 0'
if "$dump" -r two.pcap --top 2>err </dev/null | grep . || ! grep -q 'needs a terminal' err; then
	echo "not ok - without a terminal it says so"
	fails=1
else
	echo "ok - without a terminal it says so"
fi
exit $fails
