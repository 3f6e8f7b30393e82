#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# ICMP errors as evidence: firewalls and routes that reject, a path with a smaller MTU; what is told of them, and where
# they must not appear.
. "$(dirname "$0")/../lib/live.sh"
two_hosts
# A network behind b, whose link takes less.
ip netns add c
ip link add vx netns b type veth peer name vc netns c
on b sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
for h in "b x 1" "c c 2"; do
	set -- $h
	on $1 ip addr add 10.9.5.$3/24 dev v$2
	on $1 ip addr add fd05::$3/64 dev v$2 nodad
	on $1 ip link set v$2 up
done
on b ip link set vx mtu 1300 # and c does not know
on c ip link set lo up
on c ip route add default via 10.9.5.1
on c ip route add default via fd05::1
on a ip route add default via 10.9.0.2
on a ip route add default via fd09::2
on b ip route add unreachable 10.9.6.0/24
on b ip route add prohibit 10.9.7.0/24
on b ip route add unreachable fd06::/64
on b ip route add prohibit fd07::/64
for v in va vb; do on ${v#v} ethtool -K $v gro off gso off tso off >/dev/null 2>&1; done
on b nft -f - <<'N'
table inet t {
 chain in {
  type filter hook input priority 0
  tcp dport 80 reject with icmpx type port-unreachable
  tcp dport 81 reject with icmpx type admin-prohibited
 }
 chain through {
  type filter hook forward priority 0
  tcp dport 82 reject with icmpx type host-unreachable
 }
}
N
cat >dial.py <<'P'
import socket, sys
for port in sys.argv[2].split(","):
    s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET)
    s.settimeout(0.4)
    try: s.connect((sys.argv[1], int(port)))
    except OSError: pass
    s.close()
P
cat >send.py <<'P'
import socket, sys
s = socket.create_connection((sys.argv[1], 7000))
s.sendall(bytes(20000))
s.shutdown(socket.SHUT_WR)
assert s.recv(10) == b"20000"
P
cat >serve.py <<'P'
import socket
l = socket.create_server(("::", 7000), family=socket.AF_INET6, dualstack_ipv6=True)
while True:
    c, _ = l.accept()
    n = 0
    while d := c.recv(65536): n += len(d)
    c.sendall(b"%d" % n)
    c.close()
P
on c python3 serve.py &
server=$!
wait_until on c python3 -c 'import socket; socket.create_connection(("10.9.5.2", 7000), 1).close()'
dial() { on a python3 dial.py "$@"; }
running=
begin() { # NAME HOST COMMAND …
	start "$@"
	running="$running $started"
}
end() {
	local p status=0
	sleep 1
	for p in $running; do stop $p || status=$?; done
	running=
	return $status
}

begin live a "$dump" -i va -n -p --connections -w live.pcapng
begin explain a "$dump" -i va -n -p --explain 'port 82 or port 7000'
begin port81 a "$dump" -i va -n -p --connections 'port 81'
begin json a "$dump" -i va -n -p --json=events,connections
begin text a "$dump" -i va -n -p
begin both a "$dump" -i va -n -p --connections --print 'port 80'
begin saved a "$dump" -i va -n -p -s 60 -w saved.pcapng --icmp 'tcp port 81 or tcp port 82'
begin plain a "$dump" -i va -n -p -w plain.pcapng
begin tcpdump a tcpdump -i va -n -p -w all.pcap 'tcp or icmp or (icmp6 and ip6[40] < 128)'
begin classic a "$dump" -i va -n -p -w classic.pcap --icmp 'port 81'
dial 10.9.0.2 80,81
dial fd09::2 80,81
dial 10.9.5.2 82
dial fd05::2 82
for net in 6 7; do
	sleep 1.2 # the kernel sends one such error a second to a host
	dial 10.9.$net.1 90
	dial fd0$net::1 90
done
on a python3 send.py 10.9.5.2
on a python3 send.py fd05::2
check every_capture_ends_well end

verdict() { # NAME ADDRESS:PORT WORDS
	if grep -F " > $2  " live.out | grep -qF "retrans 0  rejected ($3)"; then ok "$1"; else not_ok "$1" "$(cat live.out)"; fi
}
verdict port_unreachable 10.9.0.2:80 'ICMP port unreachable'
verdict port_unreachable_ipv6 '[fd09::2]:80' 'ICMPv6 port unreachable'
verdict prohibited 10.9.0.2:81 'ICMP administratively prohibited'
verdict prohibited_ipv6 '[fd09::2]:81' 'ICMPv6 administratively prohibited'
verdict host_unreachable_by_a_router 10.9.5.2:82 'ICMP host unreachable'
verdict address_unreachable_by_a_router '[fd05::2]:82' 'ICMPv6 address unreachable'
verdict a_route_that_ends 10.9.6.1:90 'ICMP host unreachable'
verdict a_route_that_ends_ipv6 '[fd06::1]:90' 'ICMPv6 no route'
verdict a_route_that_forbids 10.9.7.1:90 'ICMP administratively prohibited'
verdict a_route_that_forbids_ipv6 '[fd07::1]:90' 'ICMPv6 administratively prohibited'

check who_rejects_is_said sh -c 'tr -s "\n " " " <explain.out | grep -q "10.9.0.2 answered the SYN with ICMP host unreachable"'
check a_smaller_mtu_is_told sh -c 'tr -s "\n " " " <explain.out >said && grep -q "ICMP fragmentation needed came from 10.9.0.2" said && grep -q "ICMPv6 packet too big came from fd09::2" said'
check a_smaller_mtu_is_explained sh -c 'tr -s "\n " " " <explain.out | grep -q "takes smaller packets"'
check another_port_is_not_told test "$(grep -c '^#' port81.out)" -eq 2
check its_errors_are_told test "$(grep -c 'rejected (ICMP.* administratively prohibited)' port81.out)" -eq 2
check events_say_rejected test "$(grep -c '"event":"rejected"' json.out)" -eq 10
check connections_say_rejected test "$(grep -c '"verdict":"rejected"' json.out)" -eq 10

errors() { tshark -r "$1" -Y 'icmp || icmpv6' 2>/dev/null | wc -l; }
segments() { tshark -r "$1" -Y 'tcp && !icmp && !icmpv6' 2>/dev/null | wc -l; }
check the_wire_had_errors test "$(errors all.pcap)" -ge 12
n=$(segments plain.pcapng)
check text_shows_segments_only test "$(grep -c Flags text.out)/$(grep -ci 'icmp\|unreachable' text.out)" = "$n/0"
check print_shows_segments_only sh -c '! grep -v "^#" both.out | grep -qi icmp && grep -q Flags both.out'
for f in live plain; do check a_file_beside_holds_segments_only_$f test "$(segments $f.pcapng)/$(errors $f.pcapng)" = "$n/0"; done
for f in live text plain json; do check only_segments_are_captured_$f test "$(number captured $f.err)" -eq "$n"; done
check the_filter_receives_only_segments test "$(number 'received by filter' live.err)" -eq "$n"
check errors_are_counted_by_themselves grep -qE '^[0-9]+ ICMP errors about them, 0 dropped by kernel$' live.err
check without_connections_none_is_looked_for sh -c '! grep -q "ICMP errors" text.err plain.err'

check asked_for_errors_are_saved test "$(errors saved.pcapng)" -eq 4
check saved_errors_obey_snaplen sh -c 'test "$(tshark -r saved.pcapng -T fields -e frame.cap_len 2>/dev/null | sort -n | tail -1)" -eq 60'
check saved_errors_are_not_captured test "$(number captured saved.err)" -eq "$(segments saved.pcapng)"
check a_classic_file_has_them_too test "$(errors classic.pcap)" -eq 2
check the_saved_file_tells_later test "$("$dump" -n -r classic.pcap --connections 2>/dev/null | grep -c 'rejected (ICMP')" -eq 2
check a_file_is_filtered_with_its_errors sh -c '"$1" -n -r all.pcap -w again.pcapng --icmp "port 82" 2>/dev/null && test "$(tshark -r again.pcapng -Y "icmp || icmpv6" 2>/dev/null | wc -l)" -eq 2' - "$dump"
check saved_whole_they_are_as_on_the_wire sh -c 'for f in classic all; do tshark -r $f.pcap -Y "tcp.port == 81 && (icmp || icmpv6)" -w - 2>/dev/null | tcpdump -nt -xx -r - 2>/dev/null >$f.hex; done; test -s all.hex && cmp classic.hex all.hex'

# What is asked of segments beyond the expression.
printf '10.9.0.2\n' >listed
printf '!10.9.0.2\n!fd09::2\n' >excluded
begin listed a "$dump" -i va -n -p --connections --filter-file listed
begin excluded a "$dump" -i va -n -p -w excluded.pcapng --icmp --filter-file excluded
begin flags a "$dump" -i va -n -p --connections --flags syn --head 10 --rate 1000 --sample 100
begin short a "$dump" -i va -n -p --connections -s 80
begin xdp a "$dump" -i va -n -p --mode xdp --connections
begin any a "$dump" -i any -n --connections
begin decap a "$dump" -i va -n -p --decap --connections 'port 80'
begin out a "$dump" -i va -n -p -Q out --connections
begin old a env EBPFDUMP_DISABLE=tcx,btf,cast "$dump" -i va -n -p --connections
begin threads a "$dump" -i va -n -p --threads 2 --connections
begin recorder a "$dump" -i va -n -p --last 10 --trigger refused --icmp -w recorded.pcapng
begin link a "$dump" -i va -n -p --connections 'ether[12] != 0 and not vlan'
dial 10.9.0.2 80
dial fd09::2 80
check every_other_capture_ends_well end
told() { grep -c 'rejected (ICMP' $1.out; }
check listed_addresses_are_those_of_the_quote test "$(told listed)" -eq 1
check excluded_addresses_are_those_of_the_quote test "$(errors excluded.pcapng)" -eq 0
for f in flags short xdp any old threads; do check rejected_with_$f test "$(told $f)" -eq 2; done
check a_rejection_triggers_and_is_recorded sh -c 'test "$(tshark -r recorded.pcapng -Y icmp 2>/dev/null | wc -l)" -ge 1 || { cat recorder.err; ls; false; }'
check rejected_with_decap test "$(told decap)" -eq 2
check what_comes_in_is_not_seen_on_the_way_out test "$(told out)" -eq 0
check a_quote_has_no_link_layer grep -q 'no answer\|rejected' link.out

begin xdpold a env EBPFDUMP_DISABLE=xdp-frags "$dump" -i va -n -p --mode xdp --connections
dial 10.9.0.2 80
dial fd09::2 80
check xdp_without_loads_ends_well end
check rejected_with_xdp_without_loads test "$(told xdpold)" -eq 2
check what_a_quote_cannot_say_is_refused_by_name sh -c '! ip netns exec a "$1" -i va --icmp -w x.pcapng "ether host 2:0:0:0:0:1" 2>err && grep -q "what ICMP errors quote: " err' - "$dump"

# A device without link header; its peer answers each SYN with an error.
cat >tun.py <<'P'
import fcntl, os, struct, subprocess
t = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(t, 0x400454CA, struct.pack("16sH", b"tun0", 0x1001))
subprocess.check_call("ip addr add 10.8.0.1/24 dev tun0; ip addr add fd08::1/64 dev tun0 nodad; ip link set tun0 up", shell=True)
print("up", flush=True)
while True:
    p = os.read(t, 2000)
    if p[0] >> 4 == 4 and p[9] == 6:
        os.write(t, struct.pack("!BBHHHBBH", 0x45, 0, 56, 7, 0, 64, 1, 0) + p[16:20] + p[12:16] + b"\3\12\0\0\0\0\0\0" + p[:28])
    elif p[0] >> 4 == 6 and p[6] == 6: # behind a destination option
        os.write(t, struct.pack("!IHBB", 0x60000000, 76, 60, 64) + p[24:40] + p[8:24] + b"\x3a\0\1\4\0\0\0\0" + b"\1\6\0\0\0\0\0\0" + p[:60])
P
if [ ! -e /dev/net/tun ]; then
	mkdir -p /dev/net && mknod /dev/net/tun c 10 200
fi
ip netns exec a python3 tun.py >tun.out 2>tun.err &
tun=$!
wait_until grep -q up tun.out
begin l3 a "$dump" -i tun0 -n --connections
begin mixed a "$dump" -i any -n -s 80 --connections 'net 10.8.0.0/24 or net fd08::/64'
dial 10.8.0.2 80
dial fd08::2 80
check captures_of_a_tun_end_well end
kill $tun
check a_tun_device_has_them sh -c 'grep -q "rejected (ICMP host administratively prohibited)" l3.out && grep -q "rejected (ICMPv6 route rejected)" l3.out'
check mixed_link_types_have_them test "$(told mixed)" -eq 2
kill $server
done_testing
