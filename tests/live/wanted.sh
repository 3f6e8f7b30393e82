#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Beyond the expression: --filter-file, --flags, --headers, --rate, --head, each looked at in the kernel.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
export PYTHONPATH=$lib

# Sends raw segments: frames.py COUNT PAUSE SRC DST FLAGS PAYLOAD-BYTES; IPv6 if there is a colon.
cat >frames.py <<'P'
import socket, struct, sys, time
count, pause, src, dst, flags, size = int(sys.argv[1]), float(sys.argv[2]), *sys.argv[3:5], int(sys.argv[5], 0), int(sys.argv[6])
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("va", 0))
v6 = ":" in src
family = socket.AF_INET6 if v6 else socket.AF_INET
for i in range(count):
    tcp = struct.pack("!HHIIBBHHH", 1000, 2000, i, 1, 0x50, flags, 512, 0, 0) + b"SECRET"[:size] + bytes(max(0, size - 6))
    a, b = socket.inet_pton(family, src), socket.inet_pton(family, dst)
    if v6:
        ip = struct.pack("!IHBB", 0x60000000, len(tcp), 6, 64) + a + b
    else:
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 7, 0, 64, 6, 0) + a + b
    s.send(bytes.fromhex("02000000000202000000000a") + struct.pack("!H", 0x86DD if v6 else 0x0800) + ip + tcp)
    if pause: time.sleep(pause)
P
send() { on a python3 frames.py "$@"; }
count() { python3 "$lib/packets.py" count "$1"; }
capture() { # NAME option …: what va sends
	local name=$1
	shift
	start $name a "$dump" -i va -w $name.pcapng "$@"
}

capture flags --flags syn,fin
flags=$started
start theirs a tcpdump -i va --immediate-mode -U -w flags.pcap 'tcp[13] & 3 != 0'
theirs=$started
for f in 0x02 0x12 0x10 0x18 0x11 0x04 0x14 0x01 0xc2; do send 3 0 10.9.0.1 10.9.0.9 $f 10; done
stop $flags
stop $theirs
check flags_any_of_them same_packets flags.pcapng flags.pcap
check flags_count_only_what_has_them test "$(number 'received by filter' flags.err)" = 15
check unknown_flag_is_refused sh -c "! ip netns exec a '$dump' -i va --flags sin 2>err && grep -q 'unknown TCP flag sin' err"

capture headers --headers
headers=$started
send 5 0 10.9.0.1 10.9.0.9 0x18 500
send 5 0 fd09::1 fd09::9 0x18 500
stop $headers
check headers_hold_no_payload sh -c '! grep -q SECRET headers.pcapng'
check headers_are_whole_and_lengths_true python3 - <<'P'
import packets, sys
seen = sorted((p[1], len(p[2])) for p in packets.read("headers.pcapng"))
sys.exit(seen != [(554, 54)] * 5 + [(574, 74)] * 5)
P

cat >nets <<'T'
# comment
10.20.0.0/16   # a network
!10.20.5.0/24
10.20.5.7
2001:db8::/32
! 2001:db8:1::/48
T
capture nets --filter-file nets
nets=$started
for a in 10.20.0.1 10.20.5.1 10.20.5.7 10.21.0.1 2001:db8::5 2001:db8:1::5 2001:db9::5; do
	case $a in *:*) other=fd09::9 ;; *) other=10.9.0.9 ;; esac
	send 1 0 $a $other 0x10 0
	send 1 0 $other $a 0x10 0
done
send 1 0 10.20.0.1 10.20.5.1 0x10 0
stop $nets
check networks_listed_and_excluded test "$(tcpdump -nr nets.pcapng 2>/dev/null | sed 's/.*IP6\? \(.*\): Flags.*/\1/; s/\.[12]000//g' | sort | tr '\n' ';')" = \
	"10.20.0.1 > 10.9.0.9;10.20.5.7 > 10.9.0.9;10.9.0.9 > 10.20.0.1;10.9.0.9 > 10.20.5.7;2001:db8::5 > fd09::9;fd09::9 > 2001:db8::5;"
echo '!10.20.5.0/24' >nets
capture excluded --filter-file nets
excluded=$started
send 2 0 10.20.5.1 10.9.0.9 0x10 0
send 3 0 10.20.6.1 10.9.0.9 0x10 0
stop $excluded
check a_file_that_only_excludes_lets_the_rest_through test "$(count excluded.pcapng)" = 3
printf '10.0.0.0/8\n10.0.0.0/33\n' >nets
check a_bad_line_is_named sh -c "! ip netns exec a '$dump' -i va --filter-file nets 2>err && grep -q 'nets: line 2: .10.0.0.0/33. is neither' err"
check a_missing_file_is_named sh -c "! ip netns exec a '$dump' -i va --filter-file none 2>err && grep -q 'none: No such file' err"
python3 -c 'for i in range(200000): print(f"11.{i >> 16}.{i >> 8 & 255}.{i & 255}")' >nets
capture many --filter-file nets
many=$started
send 1 0 11.3.13.63 10.9.0.9 0x10 0
send 1 0 11.3.13.64 10.9.0.9 0x10 0
stop $many
check two_hundred_thousand_networks test "$(tcpdump -nr many.pcapng 2>/dev/null | grep -c '11.3.13.63')$(count many.pcapng)" = 11

capture rate --rate 50
rate=$started
begin=$(date +%s%N)
send 1500 0.001 10.9.0.1 10.9.0.9 0x10 0
took=$((($(date +%s%N) - begin) / 1000000))
stop $rate
check rate_is_kept_and_the_rest_counted sh -c "
	c=$(number captured rate.err) r=$(number 'received by filter' rate.err) s=$(number 'sampled out' rate.err)
	[ \$r = 1500 ] && [ \$((c + s)) = 1500 ] && [ \$c -le $((took * 50 / 1000 + 7)) ] && [ \$c -ge 45 ]"

capture head --head 1000
head=$started
on b timeout 10 socat -u TCP-LISTEN:80,reuseaddr SYSTEM:'sleep 0.2; cat >/dev/null' &
wait_until on b sh -c 'ss -ltn | grep -q :80'
on a sh -c 'head -c 300000 /dev/zero | socat -u - TCP:10.9.0.2:80'
stop $head
check head_is_the_first_bytes_then_syn_fin_rst python3 - <<'P'
import packets, struct, sys
covered, flags, first, late = set(), 0, None, 0
for p in packets.read("head.pcapng"):
    b = p[2]
    if b[12:14] != b"\x08\x00": continue
    ip = b[14:]; tcp = ip[(ip[0] & 15) * 4:]
    sport, dport, seq, ack, off, fl = struct.unpack_from("!HHIIBB", tcp)
    if dport != 80: continue
    if fl & 2: first = seq + 1
    start = seq + (fl & 2 != 0)
    body = len(tcp) - (off >> 4) * 4
    covered |= set(range(start - first & 0xffffffff, (start - first & 0xffffffff) + body))
    flags |= fl
print(len(covered), max(covered), flags)
sys.exit(not (covered == set(range(1000)) and flags & 3 == 3))
P
check head_counts_what_it_leaves_out sh -c "[ $(number 'sampled out' head.err) -gt 3 ] && [ $(($(number captured head.err) + $(number 'sampled out' head.err))) = $(number 'received by filter' head.err) ]"
check head_tells_its_table grep -q '2 directions followed, 0 evicted' head.err
capture table --head 10 --head-table 64
table=$started
for i in $(seq 5); do for j in $(seq 60); do echo "10.9.$i.$j"; done; done >hosts
on a python3 -c '
import runpy, sys
for a in open("hosts"):
    sys.argv = ["frames.py", "1", "0", a.strip(), "10.9.0.9", "0x18", "5"]
    runpy.run_path("frames.py")'
stop $table

check a_small_table_tells_its_evictions sh -c "grep -qE '^[1-9][0-9]* directions followed, [1-9][0-9]* evicted' table.err"
done_testing
