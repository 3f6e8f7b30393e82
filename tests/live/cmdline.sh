#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The command line against the installed tcpdump's, at an interface: what is said where, and the exit status.
. "$(dirname "$0")/../lib/live.sh"
if ! tcpdump --version 2>&1 | grep -q '^tcpdump version 4\.99\.3'; then
	echo "skip - the command line is tcpdump's: needs tcpdump 4.99.3"
	exit 0
fi
chmod 755 /run "$tmp" && chmod 777 "$tmp" # the installed one becomes another user
two_hosts
on b python3 -c '
import socket
s = socket.create_server(("10.9.0.2", 8001))
while True:
    c = s.accept()[0]
    while c.recv(100): pass
    c.close()' &
talk() { # one connection, one segment after the other
	on a python3 -c 'import socket, time
s = socket.create_connection(("10.9.0.2", 8001))
for i in range(4):
    s.send(b"x")
    time.sleep(.02)
s.close()'
}
wait_until talk

our_name() { sed -i 's/^tcpdump: /ebpfdump: /' "$@"; }
# Our second line and what is said of finished files are our own.
without_ours() { sed -i '/^ebpfdump: attached to /d; /^ebpfdump: .*: finished, /d; /left at stop$/d' "$@"; }

# same OPTION …: both say the same and end with the same status
same() {
	on b timeout 10 tcpdump "$@" >want.out 2>want.err
	local want=$? got
	on b timeout 10 "$dump" "$@" >got.out 2>got.err
	got=$?
	our_name want.err
	if [ $want -eq $got ] && cmp -s want.out got.out && cmp -s want.err got.err; then
		ok "as tcpdump: $*"
	else
		not_ok "as tcpdump: $*" "status $want and $got" "$(diff -a want.out got.out | head -4)" "$(diff -a want.err got.err | head -4)"
	fi
}
ip -n b link add spare type bridge
while read -r -a words; do same "${words[@]}"; done <<'END'
-i 0
-i 99
-L -i lo
-J
-J -i lo
-J -i vb
-i vb -y NIX
-i vb -y RAW
-d -i vb
-d -i vb vlan 5 and tcp
-d -i lo inbound
-dd -i vb tcp port 80
-ddd -i any tcp port 80
-d -i vb -s 100 tcp
-d -i vb -y RAW tcp
-d -i vb port or
-i vb port or
-i vb host nosuch.invalid
-i vb -F nofile
-i vb -w none/x
-i vb -w .
-i vb -Z nobody-at-all
-i vb -j quartz
-i spare -c 1
END

on b tcpdump -D | grep -vE '\.(bluetooth|nflog|nfqueue|dbus|usbmon)' | sed 's/^[0-9]*\.//' >want.out
on b "$dump" -D | sed 's/^[0-9]*\.//' >got.out
check D_lists_the_network_interfaces_in_its_order cmp want.out got.out

# The options of a capture: both listen at once and see the same connection.
# both NAME OPTION …
both() {
	local name=$1 t e
	shift
	start want b tcpdump "$@"
	t=$started
	start got b "$dump" "$@"
	e=$started
	talk
	wait_until sh -c "! kill -0 $t"
	wait $t; t=$?
	wait_until sh -c "! kill -0 $e"
	wait $e; e=$?
	our_name want.err
	without_ours got.err
	# tcpdump received what came before it was told to stop
	sed -i '/ packets\{0,1\} received by filter$/d' want.err got.err
	if [ $t -eq $e ] && cmp -s want.out got.out && cmp -s want.err got.err; then
		ok "as tcpdump: $name"
	else
		not_ok "as tcpdump: $name" "status $t and $e" "$(diff -a want.out got.out | head -4)" "$(diff -a want.err got.err | head -6)"
	fi
}
while read -r -a words; do both "${words[*]}" --immediate-mode "${words[@]}" -c 5 tcp port 8001; done <<'END'
-t -n -i vb
-t -n -i vb -l
-t -nev -i vb
-t -n -i vb -s 80
-t -n -i vb --snapshot-length=80 -X
-t -n -i vb -Q in
-t -n -i vb --direction=out
-t -n -i vb -p
-t -n -i vb -B 1000
-t -n -i vb -O
-t -n -i vb -y EN10MB
-t -n -i vb -j host
-t -n -i vb -j adapter
-t -n -i vb -Z nobody
-t -n -i vb -v -w x.pcap --print
-t -n -i vb -w y.pcap --print
-t -n -i vb --count
-t -n -i vb -q -# -A
-i vb -w z.pcap
-i vb -w z.pcap -U
END

# Got N: nothing has come, then a connection, then nothing
progress() { # NAME COMMAND …: a file of what COMMAND says of its progress
	local name=$1
	shift
	start "$name" b "$@" -i vb -w "$name.pcap" tcp port 8001
}
progress t tcpdump -v
t=$started
progress e "$dump" -v
e=$started
progress q "$dump"
q=$started
progress p "$dump" -v --print -n
p=$started
sleep 1.5
talk
sleep 2.5
stop $t; stop $e; stop $q; stop $p
said() { tr '\r' '\n' <"$1.err" | grep -a '^Got ' | tr '\n' ' '; }
# a second may end while the segments come
for who in t e; do
	check "Got_N_is_said_by_$([ $who = t ] && echo tcpdump || echo ebpfdump): first 0, at last all" sh -c \
		'echo "$1" && echo "$1" | grep -qxE "Got 0 (Got [0-9]+ )?Got $2 "' - "$(said $who)" "$(number captured $who.err)"
done
for f in t e; do tr '\n' '|' <$f.err >$f.bytes; done
check what_follows_Got_stands_behind_a_carriage_return sh -c "grep -qP 'Got 0\r.*Got [0-9]*\r[0-9]* packets captured\|' t.bytes && grep -qP 'Got 0\r.*Got [0-9]*\rebpfdump: e.pcap: finished, [^|]*\|[0-9]* packets captured\|' e.bytes"
check Got_is_not_said_without_v sh -c '! grep -a Got q.err'
check Got_is_not_said_with_print sh -c '! grep -a Got p.err'

# the last of -W's files
for who in tcpdump "$dump"; do
	start w b "$who" -i vb --immediate-mode -w 'w-%s.pcap' -G 1 -W 2 tcp port 8001
	for _ in 1 2 3 4 5 6; do talk; sleep .4; done
	wait $started
	echo "status $?" >"limit.$(basename "$who")"
	grep '^Maximum' w.err >>"limit.$(basename "$who")"
done
check W_with_G_says_that_the_limit_is_reached sh -c 'cat limit.tcpdump && grep -q Maximum limit.tcpdump && cmp limit.tcpdump limit.ebpfdump'

# SIGUSR1, SIGUSR2
start t b tcpdump --immediate-mode -i vb -w t.pcap tcp port 8001
t=$started
start e b "$dump" -i vb -w e.pcap tcp port 8001
e=$started
talk
sleep 1.2
kill -USR1 $t $e
kill -USR2 $t $e
sleep 0.3
check SIGUSR1_says_the_same_line sh -c '[ "$(sed -n "s/^tcpdump\(: .* captured, \)/ebpfdump\1/p" t.err)" = "$(grep "captured, " e.err)" ]'
check SIGUSR2_flushes_the_file sh -c 'test "$(tcpdump -nn -r t.pcap 2>/dev/null | wc -l)" = "$(tcpdump -nn -r e.pcap 2>/dev/null | wc -l)"'
stop $t; stop $e
check the_counts_at_the_end_are_the_same sh -c '[ "$(tail -3 t.err)" = "$(tail -3 e.err)" ] || { cat t.err e.err; false; }'

# interrupted: a newline of its own where packets are printed, none where -w is given
for words in '-nt' '-w i.pcap' '-ntw i.pcap --print' '--count'; do
	start t b tcpdump -i vb $words tcp port 8001
	stop $started
	start e b "$dump" -i vb $words tcp port 8001
	stop $started
	check "interrupted_it_prints_what_tcpdump_prints: $words" cmp t.out e.out
done

# who may not capture
for who in tcpdump "$dump"; do
	on b setpriv --reuid 65534 --clear-groups --inh-caps=-all --bounding-set=-all "$who" -i vb -c 1 >out 2>"perm.$(basename "$who")"
	echo $? >"status.$(basename "$who")"
done
check without_permission_both_end_with_1 sh -c '[ "$(cat status.tcpdump status.ebpfdump)" = "1
1" ]'
check without_permission_one_line_says_what_is_missing sh -c '[ "$(wc -l <perm.ebpfdump)" -eq 1 ] && grep -q CAP_ perm.ebpfdump'
done_testing
