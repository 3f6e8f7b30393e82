#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Files of a live capture: what stands in them, rotation while nothing arrives, the flight recorder, and what goes wrong
# underneath them.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
head -c 200000 /dev/urandom >/run/netns/page
ip netns exec b python3 -m http.server --bind 10.9.0.2 --directory /run/netns 8000 >/dev/null 2>&1 &
fetch() {
	on a python3 -c 'import urllib.request as u; u.urlopen("http://10.9.0.2:8000/page", timeout=5).read()'
}
wait_until fetch
refused() {
	on a python3 -c 'import socket; socket.create_connection(("10.9.0.2", 9), 1)' 2>/dev/null
	return 0
}
packets() { python3 "$lib/packets.py" count "$1"; }
counted() { "$dump" -r "$1" --count 2>/dev/null | sed 's/ packets*//'; }
whole() { # FILE: its packets are read without an error
	"$dump" -nn -r "$1" 2>&1 >/dev/null | grep -v '^reading from' && return 1
	capinfos -c "$1"
}

# what stands in a file
start s b "$dump" -i vb -w f.pcapng --comment 'why it was taken' --verdict tcp port 8000
fetch
sleep 6
refused
stop $started
capinfos f.pcapng >info 2>/dev/null
for line in 'Capture application: *ebpfdump [0-9.]*' 'Capture oper-sys: *Linux' 'Capture comment: *why it was taken' \
	'Name = vb' 'Description = .*ingress, .*egress' 'Time precision = nanoseconds (9)' 'Capture length = 262144' 'Filter string = tcp port 8000'; do
	check "the_file_says: ${line%%[=:]*}" grep -q "$line" info
done
tshark -n -r f.pcapng -T fields -e frame.packet_flags_direction -e frame.packet_id -e frame.verdict 2>/dev/null >fields
check each_packet_has_a_direction sh -c '! grep -v "^0x0000000[12]" fields | grep .'
check statistics_are_written_after_five_seconds_and_at_the_end test "$(sed -n 's/.*Number of stat entries = //p' info)" -ge 2
tshark -n -r f.pcapng -z capture,stat >/dev/null 2>&1
check statistics_hold_the_counts python3 - f.pcapng "$(number captured s.err)" <<'P'
import struct, sys
data, want = open(sys.argv[1], "rb").read(), int(sys.argv[2])
at, last, flags, ids, verdicts = 0, {}, set(), [], 0
while at < len(data):
    kind, length = struct.unpack_from("<II", data, at)
    if kind in (5, 6):
        o = at + 20 if kind == 5 else at + 28 + (struct.unpack_from("<I", data, at + 20)[0] + 3) // 4 * 4
        while o < at + length - 4:
            code, n = struct.unpack_from("<HH", data, o)
            value = data[o + 4 : o + 4 + n]
            if kind == 5 and n == 8:
                last[code] = struct.unpack("<Q", value)[0]
            if kind == 6 and code == 5:
                ids.append(struct.unpack("<Q", value)[0])
            verdicts += kind == 6 and code == 7
            if code == 0:
                break
            o += 4 + (n + 3) // 4 * 4
    at += length
assert ids == list(range(want)), (len(ids), want)
assert verdicts == want, verdicts
assert last[8] == want and last[6] == want and last[7] == 0, last
assert 2 in last and 3 in last, last
P

# rotation while nothing arrives
start s b "$dump" -i vb -w 'g-%s' -G 1 -v
sleep 3.5
stop $started
check G_begins_files_while_nothing_arrives test "$(ls g-* | wc -l)" -ge 3
for f in g-*; do check "an_empty_file_is_whole" capinfos -c "$f"; done
check G_announces_each test "$(grep -c 'g-[0-9]*: finished, 0 packets' s.err)" -ge 3
start s b "$dump" -i vb -w 'w-%s' -G 1 -W 2
wait $started
check W_with_G_ends_with_status_0 test $? -eq 0
check W_with_G_writes_so_many_files test "$(ls w-* | wc -l)" -eq 2
start s b "$dump" -i vb -w d.pcapng --duration 1
wait $started
check duration_ends_with_status_0 test $? -eq 0

# a pipe gets packets as they come
mkfifo stream
python3 -c '
import os
got, data = b"", b"x"
with open("stream", "rb", buffering=0) as f:
    while data:
        data = f.read(65536)
        got += data
        open("got", "wb").write(got)
' &
ip netns exec b "$dump" -i vb -w - >stream 2>pipe.err &
started=$!
wait_until grep -q listening pipe.err
refused
check a_pipe_gets_its_packets_at_once wait_until sh -c 'tcpdump -nn -r got 2>/dev/null | grep -q "Flags \[R"'
stop $started

# the flight recorder
start s b "$dump" -i vb -w rec.pcapng --last 60,8m --after 4
check the_recorder_says_what_it_keeps grep -q 'at most 8192 KiB of memory, writes rec.pcapng on signal' s.err
fetch
sleep 0.3
check nothing_is_written_before_the_trigger test ! -e rec.pcapng
kill -USR2 $started
wait_until test -s rec.pcapng
refused
sleep 4.6
refused
sleep 0.3
check what_follows_is_written_for_a_while test "$(tcpdump -nn -r rec.pcapng 2>/dev/null | grep -c 'Flags \[R')" -eq 1
check then_it_is_finished whole rec.pcapng
kill -USR2 $started
wait_until test -s rec.pcapng1
stop $started
check the_second_file_holds_what_came_since test "$(tcpdump -nn -r rec.pcapng1 2>/dev/null | grep -c 'Flags \[R')" -eq 1
start s b "$dump" -i vb -w ref.pcapng --last 60 --trigger refused
fetch
refused
check a_refusal_triggers wait_until whole ref.pcapng
stop $started
check and_what_led_to_it_is_there sh -c 'tcpdump -nn -r ref.pcapng 2>/dev/null | grep -q "length 1448\|8000"'
start s b "$dump" -i vb -w cmd.pcapng --last 60 --trigger "cmd:test -e $tmp/now || { sleep 0.2; kill -9 \$\$; }; rm $tmp/now"
wait_until grep -q 'it triggers nothing more' s.err
stop $started
check a_command_that_fails_is_given_up_and_said_once test "$(grep -c 'triggers nothing more' s.err)" -eq 1
start s b "$dump" -i vb -w cmd.pcapng --last 60 --trigger "cmd:while ! test -e $tmp/now; do sleep 0.05; done; rm $tmp/now"
fetch
sleep 0.3
touch now
check a_command_triggers wait_until whole cmd.pcapng
refused
sleep 0.3
touch now
check and_triggers_again wait_until whole cmd.pcapng1
stop $started
check its_shell_does_not_stay sh -c '! pgrep -f "test -e $1/now"' - "$tmp"

# SIGKILL at any moment: whole packets, whatever was under way
bad=
for i in 1 2 3 4 5; do
	for name in k.pcapng k.pcap k.pcapng.gz; do
		case $name in *.gz) more='--compress gzip' ;; *) more= ;; esac
		rm -f $name
		start s b "$dump" -i vb -w $name $more
		(fetch; fetch) 2>/dev/null &
		fetches=$!
		sleep 0.$((RANDOM % 7 + 2))
		kill -9 $started
		wait $started 2>/dev/null
		"$dump" -nn -r $name >out 2>err
		grep -v -E '^reading from|: (cut|the compressed data is cut) ' err >other
		[ ! -s other ] || bad="$bad $name($(cat err))"
		cat out >>all
		wait $fetches
	done
done
check what_SIGKILL_leaves_is_readable test -z "$bad" -a -s all

# a full disk: what is said to be there is there
for name in f.pcapng f.pcap f.pcapng.zst; do
	case $name in *.zst) more='--compress zstd' ;; *) more= ;; esac
	mkdir -p full && mount -t tmpfs -o size=300k none full
	start s b "$dump" -i vb -w full/$name $more
	for _ in 1 2 3 4 5; do # another page each time, else Zstandard remembers it
		head -c 200000 /dev/urandom >/run/netns/page
		fetch
		kill -0 $started 2>/dev/null || break
	done
	wait_until sh -c "! kill -0 $started"
	wait $started
	check "a_full_disk_ends_with_status_1_$name" test $? -eq 1
	said=$(sed -n 's/.*No space left on device; it holds \([0-9]*\) packets.*/\1/p' s.err)
	check "the_packets_that_are_said_to_be_there_are_there_$name" test "${said:-none}" = "$(counted full/$name)"
	case $name in *.zst) ;; *) check "a_full_disk_leaves_no_half_packet_$name" whole full/$name ;; esac
	umount full
done

# the same for large files, whose blocks go past the page cache, on a file system of its own
"$lib/captures.py" tcp 30000 big.pcap
for size in 2100 2501 3333; do
	mkdir -p full && mount -t tmpfs -o size=${size}k none full
	for name in b.pcapng b.pcap; do
		"$dump" -r big.pcap -w full/$name 2>err >/dev/null
		status=$?
		said=$(sed -n 's/.*No space left on device; it holds \([0-9]*\) packets.*/\1/p' err)
		check "a_large_file_on_a_full_disk_holds_what_is_said_${size}k_$name" test "$status ${said:-none}" = "1 $(counted full/$name)"
		check "and_ends_with_a_whole_packet_${size}k_$name" whole full/$name
		rm full/$name
	done
	umount full
done
truncate -s 8M image && mkfs.ext4 -q -F image 2>/dev/null && mkdir -p full && if mount -o loop image full 2>/dev/null; then
	"$dump" -r big.pcap -r big.pcap -w full/b.pcapng 2>err >/dev/null
	said=$(sed -n 's/.*No space left on device; it holds \([0-9]*\) packets.*/\1/p' err)
	check a_large_file_on_a_full_ext4_holds_what_is_said test "${said:-none}" = "$(counted full/b.pcapng)"
	check and_ends_with_a_whole_packet whole full/b.pcapng
	umount full
else
	echo 'skip - a_large_file_on_a_full_ext4_holds_what_is_said: no loop device here'
fi

# removed underneath
start s b "$dump" -i vb -w gone.pcapng
fetch
sleep 0.3
rm gone.pcapng
refused
check a_removed_file_begins_anew wait_until test -s gone.pcapng
check that_is_said_once test "$(grep -c 'gone.pcapng: was removed while it was written' s.err)" -eq 1
refused
stop $started
check and_holds_all_that_came_since test "$(tcpdump -nn -r gone.pcapng 2>/dev/null | grep -c 'Flags \[S\]')" -eq 2
check and_it_is_said_how_much_is_gone grep -q 'was removed while it was written, with [1-9][0-9]* packets; it begins anew' s.err
check the_new_file_is_whole whole gone.pcapng

# emptied underneath, as a rotation of logs does that copies first
for more in '' -U '--compress gzip'; do
	case $more in --*) name=emptied.pcapng.gz ;; *) name=emptied.pcapng ;; esac
	start s b "$dump" -i vb -w $name $more
	fetch
	sleep 0.3
	: >$name
	refused
	check "an_emptied_file_begins_anew_${more#--}" wait_until sh -c "tcpdump -nn -r $name 2>/dev/null | grep -q 'Flags \\[S\\]' || zcat $name 2>/dev/null | tcpdump -nn -r - 2>/dev/null | grep -q 'Flags \\[S\\]'"
	sleep 0.3
	: >$name
	stop $started
	check "and_is_whole_at_the_end_${more#--}" whole $name
	check "that_is_said_${more#--}" test "$(grep -c "$name: was truncated while it was written, with [1-9][0-9]* packets; it begins anew" s.err)" -eq 2
done

# a folder that cannot be written, a reader that goes away
"$dump" -r f.pcapng -w /proc/none.pcapng >/dev/null 2>err
check an_unwritable_folder_is_named_once test "$(grep -c '^ebpfdump: /proc/none.pcapng: ' err)" -eq 1
"$dump" -r f.pcapng -w - 2>err | head -c 1 >/dev/null
for _ in $(seq 30); do cat f.pcapng; done >/dev/null
python3 - "$dump" <<'P'
import subprocess, sys
p = subprocess.Popen([sys.argv[1], "-r", "f.pcapng", "-w", "-"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
p.stdout.close()
err = p.stderr.read().decode()
open("epipe", "w").write(f"{p.wait()} {err.count('stdout: Broken pipe')}")
P
check a_reader_that_goes_away_ends_it_with_one_line test "$(cat epipe)" = '1 1'
done_testing
