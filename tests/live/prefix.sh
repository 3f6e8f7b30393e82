#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Lines of -i any begin as tcpdump's do: interface and direction.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
on b python3 -m http.server --bind 10.9.0.2 --directory /run/netns 8000 >/dev/null 2>&1 &
fetch() { on "$1" python3 -c 'import urllib.request as u; u.urlopen("http://10.9.0.2:8000/").read()'; }
wait_until fetch a
start ours b "$dump" -i any -nn -t port 8000
ours=$started
start theirs b tcpdump -l -i any -nn -t port 8000
theirs=$started
fetch a
fetch b
stop_tcpdump $theirs theirs.out
check any_ends_with_status_0 stop $ours
grep . ours.out | sort >ours.txt
grep . theirs.out | sort >theirs.txt
check both_interfaces_and_directions_are_named sh -c 'cut -c1-10 ours.txt | sort -u | tr "\n" "," | grep -x "lo    In  ,vb    In  ,vb    Out ,"'
check lines_of_any_are_tcpdumps diff ours.txt theirs.txt
done_testing
