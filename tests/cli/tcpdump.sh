#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The command line against the installed tcpdump's, reading files: standard output, standard error but for the
# program's name, and exit status.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
dump=$top/build/ebpfdump
dir=$(mktemp -d) && cd "$dir" || exit 1
trap 'rm -rf "$dir"' EXIT
chmod 777 . # the installed one becomes another user
fails=0
if ! tcpdump --version 2>&1 | grep -q '^tcpdump version 4\.99\.3'; then
	echo "skip - the command line is tcpdump's: needs tcpdump 4.99.3"
	exit 0
fi

gen() { python3 "$top/tests/gen/tcpgen.py" --count 20 --plain "$@"; }
gen --seed 1 --nano a
gen --seed 5 --payload b
gen --seed 3 --link raw raw
gen --seed 4 --link sll2 sll2
gen --seed 6 --link null --big null
cp raw raw12 && printf '\14' | dd of=raw12 bs=1 seek=20 conv=notrunc status=none # Linux's number DLT_RAW
python3 "$top/tests/lib/captures.py" tcp 20 long
cp long snap0 && printf '\0\0\0\0' | dd of=snap0 bs=1 seek=16 conv=notrunc status=none
cp long snap-1 && printf '\377\377\377\377' | dd of=snap-1 bs=1 seek=16 conv=notrunc status=none
cp long snap40 && printf '\50\0\0\0' | dd of=snap40 bs=1 seek=16 conv=notrunc status=none # less than its packets have
printf 'a\nb\n' >list
printf 'ip # and no more\nor ip6' >expression
printf 'port or' >wrong
printf 'this is no capture file, is it?' >text
: >empty
head -c 1000 b >cut

# same OPTION …: both programs say the same on both outputs and end with the same status
same() {
	tcpdump "$@" >want.out 2>want.err <b
	local want=$? got
	"$dump" "$@" >got.out 2>got.err <b
	got=$?
	sed -i 's/^tcpdump: /ebpfdump: /' want.err
	if [ $want -eq $got ] && cmp -s want.out got.out && cmp -s want.err got.err; then
		echo "ok - as tcpdump: $*"
	else
		echo "not ok - as tcpdump: $*"
		echo "  status $want and $got"
		diff -a want.out got.out | head -4 | cut -c1-200
		diff -a want.err got.err | head -4 | cut -c1-200
		fails=1
	fi
}
# agree OPTION …: the same output and status; our message is another, in one line that names what is wrong
agree() {
	tcpdump "$@" >want.out 2>want.err <b
	local want=$? got
	"$dump" "$@" >got.out 2>got.err <b
	got=$?
	if [ $want -eq 1 ] && [ $got -eq 1 ] && cmp -s want.out got.out && [ "$(grep -vc '^reading from' got.err)" -eq 1 ]; then
		echo "ok - fails as tcpdump does: $*"
	else
		echo "not ok - fails as tcpdump does: $*"
		echo "  status $want and $got: $(cat got.err)"
		fails=1
	fi
}

while read -r -a words; do
	[ ${#words[@]} -eq 0 ] || same "${words[@]}"
done <<'END'
-n -r a
-n -r raw
-nve -r raw12
-n -r raw12 port 443
-n -r raw12 -w c
-nX -r snap0
-nX -r snap-1
-nX -r snap40
-n -r snap40 len > 50
-n -r sll2
-n -r -
-n -r b -
-nr b
-nnnn -r b
-N -nr b
-V list -n
-n -r a -c 5
-n -r a --count
-r a --count -c 3
-r a --count ip6 and not ip6
-r a --count -w c
-V list --count
-n -r a -# -c 3
-n -r a --number -c 3
-nt -r a
-ntt -r a
-nttt -r a
-ntttt -r a
-nttttt -r a
-ntttttt -r a
-ntt --nano -r a
-ntt --micro -r a
-ntt --nano --micro -r a
-ntt --micro --nano -r a
-ntt --time-stamp-precision=nano -r a
-ntt --time-stamp-precision nanoseconds -r b
--time-stamp-precision=pico -r a
-nqr b
-nevr b
-nvvr b
-nvvvr b
-nvK -r b
-nv --dont-verify-checksums -r b
-nSr b
-n --absolute-tcp-sequence-numbers -r b
-nxr b
-nxx -r b
-nXr b
-nXX -r b
-nAr b
-nAA -r b
-n -T RESP -r b
-n -T rtp -r b
-n -T nothing -r b
-n -M secret -v -r b
-nb -r b
-nu -r b
-a -n -r a
-n -l -r a
-n -U -r a
-n --packet-buffered -r a
-n -p -r a
-n --no-promiscuous-mode -r a
-n -B 100 -r a
-n --buffer-size=100 -r a
-n --immediate-mode -r a
-n -Q in -r a
-n --direction=inout -r a
-n -s 0 -r a
-n -s 0x20 -r a
-n --snapshot-length=64 -r a
-n --snap 64 -r a
-n --s 64 -r a
-n --s=64 -r a
-n --a -r b
-n --c -r a
-n -y RAW -r a
-n --linktype=raw -r a
-n -i lo -r a
-n -i nosuch0 -r a
-n --interface=lo -r a
-n -j adapter -r a
-n --time-stamp-type=host -r a
-n -O -r a tcp
-n --no-optimize -r a tcp
-n -r a -J
-n -r a -L
-n -r a -- tcp
-n -r a tcp -c 2
-n -r a ip or ip6
-n -r a -F expression
-n -r a -F expression udp
-n -r a -F wrong
-n -r a port or
-n -r a foo bar
-n -r a host nosuch.invalid
-n -r a inbound
-n -r a --count outbound
-r a -d inbound
-ddd -r raw ifindex 1
-r sll2 -d outbound
-n -r a ifindex 1
-n --print -r a
-n --print -w c -r a
-n --print -w c --count -r a
-n --print --count -r a
-n -w c -r a
-n -w none/c -r a
-n -w . -r a
-n -r nofile
-n -r a -Z nobody-at-all
-n -G 0 -r a
-d tcp port 80
-d
-dd port 80 and host 192.0.2.1
-ddd port 80
-dddd port 80
-d -O port 80
-d -s 100 tcp
-d -y RAW tcp
-d -y sll vlan 5
-d -y NULL ip6
-d -y LOOP tcp
-n -r null ip6
-n -r null tcp
-r null -d ip6
-y NIX -d tcp
-d port or
-r raw -d tcp
-r sll2 -ddd tcp and vlan
-r a -d port or
-f -r a
-f -V list
-V list -r a
-j quartz
-c 0 -r a
-c -1 -r a
-c many -r a
-B 0
-B -5
-C 0 -r a -w c
-C -3 -r a -w c
-C x
-C 99999999999999
-G -1
-W 0
-W -2
-W x
-s -1
-s 262145
-s 10x
-Q sideways
END

if [ "$(id -u)" -eq 0 ]; then
	same -n -r a -Z nobody
	same -n -r a --relinquish-privileges=nobody
fi
mkfifo pipe
for who in tcpdump "$dump"; do
	cat b >pipe &
	"$who" -n -r pipe >"pipe.$(basename "$who")" 2>&1
	wait
done
if cmp -s pipe.tcpdump pipe.ebpfdump; then echo "ok - as tcpdump: -n -r FIFO"; else
	echo "not ok - as tcpdump: -n -r FIFO"
	fails=1
fi

# What is rotated: the files, their sizes, and what -z is run on
python3 "$top/tests/lib/captures.py" tcp 20000 big.pcap
rotated() { # PROGRAM OPTION …
	local who=$1
	shift
	rm -rf files && mkdir -m 777 files && cd files || return
	"$who" -r ../big.pcap "$@" 2>../err | sort
	echo "status ${PIPESTATUS[0]}"
	cd ..
	(cd files && stat -c '%n %s' *)
	grep -v '^reading from' err
}
while read -r -a words; do
	rotated tcpdump "${words[@]}" >want.out
	rotated "$dump" "${words[@]}" >got.out
	if cmp -s want.out got.out; then echo "ok - as tcpdump: ${words[*]}"; else
		echo "not ok - as tcpdump: ${words[*]}"
		diff want.out got.out | head
		fails=1
	fi
done <<'END'
-w c.pcap -C 1
-w c.pcap -C 1 -W 3
-w c.pcap -C 1 -W 12
-w c.pcap -W 3
-w c.pcap -C 1 -W 2 -z true
-w c.pcap -C 1 -z echo
-w c.pcap -G 3600
-w c.pcap -G 3600 -W 1
-w c-%Y.pcap -C 2
-w c-%Y.pcap -G 3600 -C 1
-w c-%Y.pcap -G 3600 -C 1 -W 2
END

while read -r -a words; do agree "${words[@]}"; done <<'END'
-n -r cut
-n -r empty
-n -r text
-n -r .
-n -V nofile
-n -V empty
-n -F nofile -r a
-n -k
-n --nothing
-n -r
-n --interface
-n -r a --s
-n -M
--count=3 -r a
END
exit $fails
