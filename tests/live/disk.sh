#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Large files of a live capture on a disk, which a thread writes past the page cache: what is readable when, and what
# happens when the disk is full, stands still, or loses the file.
. "$(dirname "$0")/../lib/live.sh"
mkdir disk
truncate -s 160M image && mkfs.ext4 -q -F image 2>/dev/null
if ! mount -o loop image disk 2>/dev/null; then
	echo 'skip - large_files_on_a_disk: no loop device here'
	exit 0
fi
two_hosts
cat >serve.py <<'P'
import socket
s = socket.create_server(("10.9.0.2", 9000))
while True:
    c, _ = s.accept()
    n = 0
    while d := c.recv(1 << 20):
        n += len(d)
    c.sendall(b"%d" % n)
    c.close()
P
cat >send.py <<'P'
import random, socket, sys
c = socket.create_connection(("10.9.0.2", 9000))
block = random.Random(1).randbytes(1 << 20)
for _ in range(int(sys.argv[1])):
    c.sendall(block)
c.shutdown(socket.SHUT_WR)
assert c.recv(100) == b"%d" % (int(sys.argv[1]) << 20)
P
on b python3 serve.py &
transfer() { on a python3 "$tmp/send.py" "$1"; }
wait_until transfer 0
threads() { ls /proc/"$1"/task | wc -l; }
counted() { python3 "$lib/packets.py" count "$1"; }

start ours b "$dump" -i vb -B 65536 -w disk/f.pcapng tcp port 9000
ours=$started
start theirs b tcpdump -U -i vb -B 65536 -w theirs.pcap tcp port 9000
theirs=$started
transfer 0
check a_small_capture_has_no_thread test "$(threads "$ours")" = 1
check transfer transfer 20
check a_large_one_has test "$(threads "$ours")" = 2
sleep 0.4
cp disk/f.pcapng soon.pcapng
stop_tcpdump $theirs theirs.pcap
check all_is_readable_while_it_runs same_packets soon.pcapng theirs.pcap
transfer 0
sleep 0.3
check then_little_is_readable_at_once test "$(counted disk/f.pcapng)" -gt "$(counted soon.pcapng)"
transfer 8
kill -USR2 "$ours"
sleep 0.1
check SIGUSR2_leaves_whole_packets counted disk/f.pcapng
transfer 8
kill -9 "$ours"
wait "$ours" 2>/dev/null
check what_SIGKILL_leaves_is_whole_or_cut_in_its_last_packet sh -c '"$1" -nn -r disk/f.pcapng 2>&1 >/dev/null | grep -v -E "^reading from|: cut" | { ! grep .; }' - "$dump"
rm disk/f.pcapng

# stands still for a second: nothing is lost that the memory holds, and what it does not hold is counted
check freezing fsfreeze -f disk
fsfreeze -u disk
for memory in 65536 64; do
	start s b "$dump" -i vb -B $memory -w disk/s.pcapng tcp port 9000
	transfer 4
	fsfreeze -f disk
	transfer 12
	sleep 1
	fsfreeze -u disk
	transfer 4
	check "a_disk_that_stands_still_ends_well_$memory" stop "$started"
	dropped=$(number 'dropped by kernel' s.err) captured=$(number captured s.err)
	check "received_is_captured_and_dropped_$memory" test $((captured + dropped)) = "$(number 'received by filter' s.err)"
	check "captured_is_in_the_file_$memory" test "$(counted disk/s.pcapng)" = "$captured"
	case $memory in
	64) check too_little_memory_loses test "$dropped" -gt 0 ;;
	*) check memory_that_covers_it_loses_none test "$dropped" = 0 ;;
	esac
	rm disk/s.pcapng
done

# removed underneath
start s b "$dump" -i vb -w disk/gone.pcapng tcp port 9000
transfer 8
rm disk/gone.pcapng
transfer 8
check a_removed_file_begins_anew wait_until test -s disk/gone.pcapng
check that_is_said_once test "$(grep -c 'was removed while it was written' s.err)" = 1
stop "$started"
check the_new_one_is_whole counted disk/gone.pcapng
rm disk/gone.pcapng

# emptied underneath
start s b "$dump" -i vb -w disk/emptied.pcapng tcp port 9000
transfer 8
: >disk/emptied.pcapng
transfer 8 # some of which may be written behind the hole before it is looked at
check an_emptied_file_begins_anew wait_until grep -q 'emptied.pcapng: was truncated while it was written' s.err
transfer 8
stop "$started"
check and_is_whole counted disk/emptied.pcapng
rm disk/emptied.pcapng

# one file after the other
start s b "$dump" -i vb -B 65536 -C 5 -w disk/r.pcapng tcp port 9000
transfer 24
check rotation_ends_well stop "$started"
sum=0
for f in disk/r.pcapng*; do sum=$((sum + $(counted "$f"))); done
check rotation_loses_none test "$sum" = "$(number captured s.err)"
check rotation_makes_files test "$(ls disk | grep -c r.pcapng)" -ge 4
rm disk/r.pcapng*

# full
fallocate -l $(($(df --output=avail -B1 disk | tail -1) - (9 << 20))) disk/ballast
for name in f.pcapng f.pcap; do
	start s b "$dump" -i vb -w disk/$name tcp port 9000
	for _ in 1 2 3; do transfer 24; done # of which some may be lost
	wait_until sh -c "! kill -0 $started"
	wait "$started"
	check "a_full_disk_ends_with_status_1_$name" test $? = 1
	said=$(sed -n 's/.*No space left on device; it holds \([0-9]*\) packets.*/\1/p' s.err)
	check "it_is_said_once_$name" test "$(grep -c 'No space left' s.err)" = 1
	check "the_packets_that_are_said_to_be_there_are_there_$name" test "${said:-none}" = "$(counted disk/$name)"
	rm disk/$name
done
umount disk
done_testing
