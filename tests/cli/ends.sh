#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Outputs that take no more, that nobody reads, or that stand elsewhere already: one line, status 1, no wait without end.
. "$(dirname "$0")/../lib/cli.sh"
# ends NAME STATUS PATTERN: what the last command gave, and its one line in err
ends() { check "$1" sh -c '[ "$1" = "$2" ] && grep -v "^reading from" err >said && [ "$(wc -l <said)" = 1 ] && grep -q -E "$3" said || { echo "status $1"; cat err; exit 1; }' - "$status" "$2" "$3"; }
"$top/tests/lib/captures.py" tcp 3000 big.pcap

for words in --help --version -D '-r big.pcap --count' --extcap-interfaces '--extcap-interface ebpfdump --extcap-config'; do
	# shellcheck disable=SC2086
	"$dump" $words >/dev/full 2>err
	status=$?
	ends "full_stdout_is_named_of_${words// /_}" 1 '^ebpfdump: standard output: No space left on device'
	# shellcheck disable=SC2086
	"$dump" $words >&- 2>err
	status=$?
	ends "closed_stdout_is_named_of_${words// /_}" 1 '^ebpfdump: standard output: Bad file descriptor'
done

(ulimit -f 100 && exec "$dump" -r big.pcap -w limited.pcapng) 2>err
status=$?
ends a_limit_of_file_size_is_an_error 1 '^ebpfdump: limited.pcapng: File too large; it holds [1-9][0-9]* packets'
said=$(sed -n 's/.*it holds \([0-9]*\) packets.*/\1/p' err)
check what_is_said_to_be_there_is_there equal "$("$dump" -r limited.pcapng --count 2>/dev/null)" "$said packets"

# a FIFO without a reader, and one whose reader takes nothing
mkfifo nobody
for signal in INT TERM; do
	timeout -s $signal -k 10 0.3 "$dump" -r big.pcap -w nobody 2>err
	check "SIG${signal}_ends_the_wait_for_a_reader" equal $? 124
	check "SIG${signal}_ends_the_wait_for_a_reader_of_a_picture" equal \
		"$(timeout -s $signal -k 10 0.3 "$dump" -r big.pcap --flow=svg:nobody 2>err; echo $?)" 124
done
for words in '-n' '-w -' '-w - --compress zstd' '--connections'; do
	mkfifo stalled
	"$top/tests/lib/captures.py" tcp 20000 long.pcap
	exec 8<>stalled
	dd if=/dev/zero of=stalled bs=4096 oflag=nonblock 2>/dev/null # full from the first byte on
	# shellcheck disable=SC2086
	timeout --foreground -s KILL 20 "$dump" -r long.pcap $words >stalled 2>err &
	pid=$!
	sleep 0.5
	kill -INT $pid
	sleep 1.3
	check "one_signal_waits_for_a_slow_reader_${words// /_}" kill -0 $pid
	kill -INT $pid
	began=$SECONDS
	wait $pid
	status=$?
	ends "a_second_one_does_not_${words// /_}" 1 'a signal ended the wait for its reader'
	check "and_at_once_${words// /_}" test $((SECONDS - began)) -le 3
	exec 8<&-
	rm stalled
done
mkfifo slow
"$dump" -r long.pcap -w - >slow 2>err &
pid=$!
exec 8<slow
sleep 0.3
kill -INT $pid
kill -TERM $pid
sleep 0.5
kill -HUP $pid
cat <&8 >all.pcapng
wait $pid
check a_reader_that_goes_on_gets_whole_packets equal "$? $("$dump" -r all.pcapng --count 2>&1 | grep -c -E '^[1-9][0-9]* packets$')" '0 1'
exec 8<&-

# what is read is not written, under whatever name
"$dump" -r big.pcap -w pile.pcapng 2>/dev/null
cp pile.pcapng before.pcapng
(ulimit -f 20000 && exec "$dump" -r pile.pcapng -w - >>pile.pcapng) 2>err
status=$?
ends it_does_not_read_what_it_appends 1 '^ebpfdump: standard output: is read: write to another file'
check nothing_is_appended cmp pile.pcapng before.pcapng
cp big.pcap r1
"$dump" -r r1 -w r -C 100k 2>err
status=$?
ends rotation_stops_before_the_file_that_is_read 1 '^ebpfdump: r1: is read: write to another file'
check and_that_stays cmp r1 big.pcap
"$dump" -r pile.pcapng --flow=svg:pile.pcapng 2>err
status=$?
ends a_picture_is_not_drawn_over_the_file_that_is_read 1 '^ebpfdump: pile.pcapng: is read: draw to another file'
check and_that_stays_too cmp pile.pcapng before.pcapng
echo big.pcap >list
echo port 80 >words
for how in '-V list -w list' '-V list --flow=svg:./list' '-F words -r big.pcap -w ./words' '-F words -V - -w words' '-V - -w list'; do
	cp list list.was
	cp words words.was
	# shellcheck disable=SC2086
	"$dump" $how <list 2>err
	status=$?
	ends "a_list_is_not_written_over_${how// /_}" 1 '^ebpfdump: (./)?(list|words): is read: (write|draw) to another file'
	check and_stays_as_it_was cmp list list.was
	check and_so_does_the_other cmp words words.was
done
"$dump" -r big.pcap -w one.pcapng --flow=svg:./one.pcapng 2>err
status=$?
ends nor_over_the_file_that_is_written 1 '^ebpfdump: ./one.pcapng: is written by -w: draw to another file'

# nor is what another run writes, unless that ends soon
mkfifo endless
exec 8<>endless
"$dump" -r endless -w same.pcapng 2>/dev/null &
pid=$!
cat big.pcap >&8
for _ in $(seq 50); do [ -s same.pcapng ] && break; sleep 0.1; done
"$dump" -r big.pcap -w same.pcapng 2>err
status=$?
ends a_file_that_another_writes_is_not_written 1 '^ebpfdump: same.pcapng: another process captures into it: write to another file'
"$dump" -r big.pcap -w same.pcapng 'tcp port 1' 2>err &
next=$!
sleep 0.5
check it_is_not_emptied_either equal "$("$dump" -r same.pcapng --count 2>/dev/null)" '3000 packets'
kill -INT $pid
wait $pid
check the_first_ends_well equal $? 0
wait $next
check a_restart_waits_for_the_one_before equal "$? $("$dump" -r same.pcapng --count 2>/dev/null)" '0 0 packets'
check a_lock_of_the_shell_is_another equal "$(flock same.pcapng "$dump" -r big.pcap -w same.pcapng 2>/dev/null; echo $?)" 0
exec 8<&-

# --keep deletes files only
mkfifo pipe
cat pipe >/dev/null &
"$dump" -r big.pcap -w pipe -C 100k --keep 200k 2>/dev/null
check keep_leaves_what_is_no_file test -p pipe
check keep_deletes_the_files_behind_it sh -c 'test ! -e pipe1 && test -s pipe6'

# lists and expressions
printf 'port 80\0 or port 81' >zero
"$dump" -r big.pcap -F zero 2>err
status=$?
ends an_expression_does_not_end_at_a_zero_byte 1 "^ebpfdump: can't read the filter from zero: a zero byte: this is no text"
(ulimit -v 1000000 && exec timeout 10 "$dump" -r big.pcap -F /dev/zero) 2>err
status=$?
ends nor_goes_on_without_end 1 "^ebpfdump: can't read the filter from /dev/zero: a zero byte"

# an hour back after a moment
cat >step.c <<'C'
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t clock, struct timespec *t)
{
	static int n;
	int r = (int)syscall(SYS_clock_gettime, clock, t);

	if (clock == CLOCK_REALTIME && n++ > 2)
		t->tv_sec -= 3600;
	return r;
}
C
if ${CC:-cc} -shared -fPIC -o step.so step.c 2>/dev/null; then
	mkfifo late
	exec 8<>late
	cat big.pcap >late &
	LD_PRELOAD=./step.so timeout -s KILL 10 "$dump" -r late --duration 1 -w late.pcapng 2>/dev/null
	check a_clock_that_is_set_back_makes_no_duration_longer equal $? 0
	exec 8<&-
else
	echo 'skip - a_clock_that_is_set_back_makes_no_duration_longer: no compiler'
fi

# memory: each request of the program itself is refused in turn
cat >refuse.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
static int refused(void *caller)
{
	static long n, at;
	const char *s = getenv("REFUSE");
	Dl_info who;

	if (!at)
		at = s ? atol(s) : -1;
	if (!dladdr(caller, &who) || !strstr(who.dli_fname, "ebpfdump") || ++n != at)
		return 0;
	errno = ENOMEM;
	return 1;
}
#define ASKED refused(__builtin_return_address(0)) ? NULL
void *malloc(size_t n) { return ASKED : __libc_malloc(n); }
void *calloc(size_t n, size_t m) { return ASKED : __libc_calloc(n, m); }
void *realloc(void *p, size_t n) { return ASKED : __libc_realloc(p, n); }
C
refuse() { # COMMAND …: status 0, or 1 with one line
	local i status said
	for i in $(seq 1 30); do
		REFUSE=$i LD_PRELOAD=./refuse.so timeout 10 "$dump" "$@" >/dev/null 2>err
		status=$?
		said=$(grep -v -c -E '^reading from|recorder: (keeps|nothing)' err)
		[ $status = 0 ] || [ "$status $said" = '1 1' ] || { echo "request $i: status $status: $(cat err)"; return 1; }
	done
}
if ${CC:-cc} -shared -fPIC -o refuse.so refuse.c -ldl 2>/dev/null && REFUSE=1 LD_PRELOAD=./refuse.so "$dump" -d tcp 2>&1 | grep -q 'out of memory'; then
	check no_memory_is_one_line_when_text_is_read refuse -n -r big.pcap -c 3
	check no_memory_is_one_line_when_a_file_is_written refuse -r big.pcap -c 3 -w refused.pcapng
	check no_memory_is_one_line_of_a_recorder refuse -r big.pcap -r pile.pcapng -c 3 -w refused.pcapng --last 3
	check no_memory_is_one_line_of_a_list refuse -D
	check no_memory_is_one_line_of_an_answer refuse --extcap-interface ebpfdump --extcap-config
else
	echo 'skip - no_memory_is_one_line: requests cannot be refused here'
fi
exit $fails
