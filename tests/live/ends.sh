#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Every kind of end: signals, a count, SIGKILL, a reader that goes away, a full disk, no permission.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
on b python3 -m http.server --bind 10.9.0.2 --directory /run/netns 8000 >/dev/null 2>&1 &
fetch() {
	on a python3 -c 'import urllib.request as u; u.urlopen("http://10.9.0.2:8000/").read()'
}
wait_until fetch
# The kernel programs of one process live as long as something holds them: attached, or open in the process.
programs() { bpftool prog show | grep -c ' name ebpfdump_'; }
others=$(programs)
none_of_ours() { wait_until sh -c "test \$(bpftool prog show | grep -c ' name ebpfdump_') -le $others"; }

for signal in INT TERM HUP; do
	start s b "$dump" -i vb -w $signal.pcapng
	check programs_are_loaded_before_$signal test "$(programs)" -gt $others
	fetch
	sleep 0.3
	kill -$signal $started
	wait $started
	check status_is_0_after_SIG$signal test $? -eq 0
	check SIG${signal}_finishes_the_file test "$(python3 "$lib/packets.py" count $signal.pcapng)" -ge 10
	check SIG${signal}_prints_the_counts grep -q ' packets captured' s.err
	check SIG${signal}_detaches none_of_ours
done

start s b "$dump" -i vb -nn -c 3
fetch
wait $started
check count_ends_with_status_0 test $? -eq 0
check count_prints_so_many_lines test "$(grep -c ' IP ' s.out)" -eq 3
check count_is_what_was_captured test "$(number captured s.err)" = 3

for clsact in '' tcx; do
	start s b env EBPFDUMP_DISABLE=$clsact "$dump" -i vb -w killed.pcapng
	kill -9 $started
	wait $started 2>/dev/null
	start s b env EBPFDUMP_DISABLE=$clsact "$dump" -i vb -nn
	fetch
	stop $started
	check each_segment_once_after_SIGKILL${clsact:+_without_tcx} sh -c \
		'test "$(grep -c "Flags \[S\]," s.out)" -eq 1'
	check nothing_is_left_after_SIGKILL${clsact:+_without_tcx} none_of_ours
	check no_qdisc_is_left${clsact:+_without_tcx} sh -c '! ip netns exec b tc qdisc show dev vb | grep clsact'
done

start s b "$dump" -i vb -nn
kill -USR1 $started
wait_until grep -q 'packets captured, ' s.err
check SIGUSR1_prints_one_line grep -q -x 'ebpfdump: [0-9]* packets\{0,1\} captured, [0-9]* packets\{0,1\} received by filter, [0-9]* packets\{0,1\} dropped by kernel' s.err
stop $started

mkfifo pipe
ip netns exec b "$dump" -i vb -nn -l >pipe 2>pipe.err &
writer=$!
exec 8<pipe
wait_until grep -q listening pipe.err
fetch
read -r line <&8
exec 8<&-
for _ in $(seq 20); do fetch; kill -0 $writer 2>/dev/null || break; done
wait $writer
check a_closed_stdout_ends_with_status_1 test $? -eq 1
check a_closed_stdout_is_named_once test "$(grep -c 'Unable to write output: Broken pipe' pipe.err)" -eq 1

# Nothing is begun yet: libpcap takes seconds for such an expression.
slow=$(python3 -c 'print(" or ".join(f"port {i}" for i in range(1, 401)))')
began=$(date +%s%N)
on b timeout -s INT 0.5 "$dump" -i vb -w never.pcapng "$slow" 2>/dev/null
check a_signal_ends_it_before_it_captures test $(($(date +%s%N) - began)) -lt 2000000000
check and_nothing_was_begun test ! -e never.pcapng

ip netns exec b "$dump" -i vb -nn -c 1 >&- 2>nowhere.err &
writer=$!
wait_until grep -q listening nowhere.err
fetch
wait $writer
check no_stdout_at_all_ends_with_status_1 test $? -eq 1
check no_stdout_at_all_is_named_once test "$(grep -c 'Unable to write output: Bad file descriptor' nowhere.err)" -eq 1

ip -n b link add gone type veth peer name other && ip -n b link set gone up
start s b "$dump" -i gone -w gone.pcapng
ip -n b link del gone
wait $started
check an_interface_that_goes_ends_it test $? -eq 0
check what_came_before_is_in_the_file capinfos -c gone.pcapng
check it_says_so_once test "$(grep -c '^ebpfdump: gone: the interface is gone' s.err)" -eq 1

cp "$dump" capable && setcap cap_bpf,cap_net_admin,cap_perfmon+ep capable && chmod 755 . capable
start s b setpriv --reuid 65534 --regid 65534 --clear-groups ./capable -i vb -nn
fetch
stop $started
check three_capabilities_are_enough grep -q 'Flags \[S\],' s.out
check what_it_cannot_is_said grep -q '^ebpfdump: not promiscuous, for that needs CAP_NET_RAW' s.err

mkdir full && mount -t tmpfs -o size=64k none full
start s b "$dump" -i vb -w full/f.pcapng
head -c 300000 /dev/zero >/run/netns/big
for _ in $(seq 5); do
	on a python3 -c 'import urllib.request as u; u.urlopen("http://10.9.0.2:8000/big").read()'
done
wait_until sh -c "! kill -0 $started"
wait $started
check a_full_disk_ends_with_status_1 test $? -eq 1
check a_full_disk_is_named grep -q 'full/f.pcapng: .*No space left on device' s.err
check the_file_on_a_full_disk_is_readable sh -c 'tcpdump -nn -r full/f.pcapng 2>/dev/null | grep -q "Flags \[S\]"'

# every number of files that is too small: one line, no word of memory or of the kernel's taste
open_files() (
	ulimit -n "$1"
	exec ip netns exec b timeout -s INT -k 5 0.5 "$dump" -i vb -w few.pcapng 2>few.err
)
for n in $(seq 12 40); do
	open_files "$n"
	! grep -q 'listening on' few.err || break
	# libbpf asks the kernel for features, and takes no file left for no
	[ "$(grep -c -E '^ebpfdump: .*(Too many open files|Invalid argument)' few.err) $(wc -l <few.err)" = '1 1' ] &&
		! grep -q -e 'smaller -B' -e 'too many captures' few.err && continue
	echo "$n files: $(cat few.err)"
done >few.odd
check too_few_files_are_named_as_such sh -c '! grep . few.odd'

check without_sys_it_says_what_is_missing sh -c '
	! ip netns exec b unshare -m sh -c "umount -l /sys; exec \"\$@\"" - "$1" -i vb 2>err || exit 1
	test "$(wc -l <err)" -eq 1 && grep -q "is /sys mounted" err' - "$dump"

check without_root_it_says_what_is_missing sh -c '
	setpriv --reuid=65534 --clear-groups ip -br link >/dev/null
	! setpriv --reuid=65534 --clear-groups "$1" -i lo 2>err || exit 1
	grep -E "CAP_(BPF|NET_ADMIN|PERFMON)" err | grep -q setcap && test "$(wc -l <err)" -eq 1' - "$dump"
done_testing
