#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# What is read and written: formats, rotation, compression, merging, conversion; other tools read each kind of file.
. "$(dirname "$0")/../lib/cli.sh"
captures=$top/tests/lib/captures.py
packets=$top/tests/lib/packets.py
export TZ=UTC
same_text() { # FILE A … : tcpdump says the same of FILE as of the others together
	local one=$1
	shift
	diff <(tcpdump -tttt -nnSr "$one" 2>/dev/null) <(for f; do tcpdump -tttt -nnSr "$f" 2>/dev/null; done)
}
count() { "$dump" -r "$1" --count 2>/dev/null; }
sum() { for f; do count "$f"; done | awk '{n += $1} END {print n}'; }
quiet() { "$dump" "$@" 2>/dev/null; }

"$captures" tcp 20000 big.pcap
quiet -r big.pcap -w big.pcapng
quiet -r big.pcapng -w back.pcap
check pcap_to_pcapng_keeps_every_packet python3 "$packets" same big.pcap big.pcapng
check tcpdump_says_the_same_of_the_pcapng same_text big.pcap big.pcapng
check and_back_it_is_the_same_file cmp big.pcap back.pcap
quiet -r big.pcap --nano -w nano.pcap
check nanoseconds_have_their_own_magic equal "$(head -c 4 nano.pcap | od -An -tx1)" " 4d 3c b2 a1"

# rotation
quiet -r big.pcap -w c -C 1
check files_of_C_are_numbered_from_the_second equal "$(echo c*)" "c c1 c2 c3 c4"
check each_file_of_C_is_whole_and_all_hold_everything same_text big.pcap c c1 c2 c3 c4
check a_file_of_C_ends_with_the_packet_that_passes_the_size sh -c '[ $(stat -c %s c) -gt 1000000 ] && [ $(stat -c %s c) -lt 1000500 ]'
quiet -r big.pcap -w w.pcap -C 1 -W 12
check numbers_of_W_have_leading_zeros equal "$(echo w*)" "w.pcap00 w.pcap01 w.pcap02 w.pcap03 w.pcap04"
check the_ending_counts_before_the_number equal "$(capinfos -t w.pcap03 2>/dev/null | sed -n 's/^File type: *//p')" "Wireshark/tcpdump/... - pcap"
quiet -r big.pcap -w ring -C 1 -W 2
check W_overwrites_the_oldest equal "$(echo ring*)" "ring0 ring1"
quiet -r big.pcap -w keep -C 1 --keep 2500000
check keep_deletes_the_oldest equal "$(echo keep*)" "keep3 keep4"
quiet -r big.pcap -w k2 -C 200k
check sizes_take_suffixes sh -c '[ $(stat -c %s k2) -gt 204800 ] && [ $(stat -c %s k2) -lt 205500 ]'
cat >note <<'END'
#!/bin/sh
echo "$1" >>finished
END
chmod +x note
quiet -r big.pcap -w z -C 1 -z ./note
for i in 1 2 3 4 5 6 7 8 9 10; do [ "$(wc -l <finished 2>/dev/null)" = 4 ] && break; sleep 0.1; done
check z_runs_on_each_file_that_was_rotated equal "$(sort finished | tr '\n' ' ')" "z z1 z2 z3 "
mkfifo slow && exec 8<>slow
"$dump" -r slow -w zombie -C 1 -z true 2>err &
pid=$!
cat big.pcap >&8
sleep 1
check z_leaves_no_child_behind equal "$(ls zombie2) $(ps -o stat= --ppid $pid)" "zombie2 "
kill -INT $pid
wait $pid
exec 8<&-
"$dump" -r big.pcap -w v -C 2 -v 2>err >/dev/null
check v_announces_each_finished_file equal "$(grep -c 'v[12]\?: finished, [0-9]* packets, [0-9]* bytes' err)" 3
quiet -r big.pcap -w 'g-%Y-%%' -G 3600
check G_expands_its_name_by_strftime test -s "g-$(date +%Y)-%"
quiet -r big.pcap -w stop.pcapng --stop-size 1m
check stop_size_stops sh -c '[ $(stat -c %s stop.pcapng) -ge 1048576 ] && [ $(stat -c %s stop.pcapng) -lt 1049200 ]'
check what_was_written_until_then_is_whole capinfos -c stop.pcapng

# nothing in it
quiet -r big.pcap -w none.pcapng 'tcp port 1'
check a_file_without_packets_is_read equal "$(count none.pcapng)" "0 packets"
check tcpdump_reads_it tcpdump -r none.pcapng
check capinfos_knows_its_link_type grep -q 'Ethernet' <(capinfos -E none.pcapng 2>/dev/null)
{ head -c 20 big.pcap && printf '\161\0\0\0'; } >cooked.pcap
quiet -r cooked.pcap -r big.pcap -w both.pcap
check of_several_the_first_packet_gives_a_pcap_its_link_type cmp both.pcap big.pcap

# compression
for kind in gzip:gz zstd:zst; do
	word=${kind%:*} end=${kind#*:}
	quiet -r big.pcap -w "p.pcap" --compress "$word"
	check "${word}_gets_its_ending" test -s "p.pcap.$end"
	check "${word}_reads_back" equal "$(count "p.pcap.$end")" "20000 packets"
	check "${word}_holds_what_the_plain_file_holds" sh -c "$word -dc p.pcap.$end | cmp - big.pcap"
	cat "p.pcap.$end" | "$dump" -r - --count >out 2>/dev/null
	check "${word}_is_read_from_a_pipe" equal "$(cat out)" "20000 packets"
	quiet -r big.pcap -w "q.pcap.$end" --compress "$word"
	check "${word}_needs_no_second_ending" test -s "q.pcap.$end"
	size=$(stat -c %s "p.pcap.$end")
	head -c $((size - 5000)) "p.pcap.$end" >"cut.$end"
	"$dump" -nn -r "cut.$end" >out 2>err
	check "${word}_cut_is_an_error" equal "$?" 1
	check "${word}_cut_gives_what_is_there" test "$(wc -l <out)" -gt 15000
	check "${word}_cut_is_said_in_one_line" equal "$(grep -c "^ebpfdump: cut.$end: .*cut" err)" 1
	quiet -r big.pcap -w r.pcapng -C 500k --compress "$word"
	check "${word}_files_rotate" equal "$(sum r.pcapng*."$end")" 20000
done
head -c 300000 /dev/zero | cat p.pcap.gz - >padded.gz
check gzip_padding_is_passed_over "$dump" -nn -r padded.gz --count
check capinfos_reads_gzip grep -q '20 k' <(capinfos -c p.pcap.gz 2>/dev/null)
quiet -r big.pcap -w s.pcapng --compress gzip
check tshark_reads_gzip equal "$(tshark -n -r s.pcapng.gz -c 5 2>/dev/null | wc -l)" 5

# several inputs
quiet -r big.pcap -w even.pcap 'ip[4:2] & 1 = 0'
quiet -r big.pcap -w odd.pcapng 'ip[4:2] & 1 = 1'
quiet -r odd.pcapng -r even.pcap -w merged.pcapng
check several_files_are_merged_by_time same_text big.pcap merged.pcapng
printf 'odd.pcapng\n\neven.pcap\n' >list
quiet -V list -w listed.pcap
check V_reads_the_files_of_a_list cmp big.pcap listed.pcap
"$dump" -r even.pcap -r nofile -r odd.pcapng >/dev/null 2>err
check a_missing_one_among_several_is_named equal "$? $(grep -c 'nofile: No such file' err)" "1 1"
{
	head -c 20 even.pcap
	printf '\334\0\0\0' # USB_LINUX_MMAPPED
	tail -c +25 even.pcap
} >usb.pcap
"$dump" -r usb.pcap -w out.pcap 2>err
check a_link_type_without_TCP_is_an_error_that_names_it equal "$? $(grep -c 'not looked for in packets of link-type USB_LINUX_MMAPPED' err)" "1 1"
"$dump" -r odd.pcapng -r usb.pcap -r even.pcap -w out.pcap 2>err
check among_others_it_is_left_out_with_one_line equal "$? $(grep -c 'USB_LINUX_MMAPPED are left out' err)" "0 1"
check and_the_others_are_read same_text big.pcap out.pcap

cp big.pcap self.pcap
ln self.pcap other.pcap
"$dump" -r self.pcap -w other.pcap 2>err
check a_file_that_is_read_is_not_written equal "$? $(grep -c '^ebpfdump: other.pcap: is read' err)" "1 1"
check and_stays_as_it_was cmp self.pcap big.pcap

# what a reader has to bear
mkdir odd bad
"$captures" odd odd
for f in odd/*; do
	name=$(basename "$f" .pcapng)
	"$dump" -nn -r "$f" >out 2>err
	check "reads_$name" equal "$? $(wc -l <out) $(grep -vc '^reading from' err)" "0 2 0"
	quiet -r "$f" -w converted.pcapng
	case $name in obsolete-packet | simple-packet) f=odd/plain.pcapng ;; esac # the same packets in today's blocks
	check "converts_$name" python3 "$packets" same "$f" converted.pcapng
	check "tshark_reads_$name" equal "$(tshark -n -r converted.pcapng -Y tcp -T fields -e tcp.len 2>/dev/null | tr '\n' ' ')" "0 1 "
	check "tcpdump_reads_$name" equal "$(tcpdump -nn -r converted.pcapng 2>/dev/null | wc -l)" 2
done
while read -r name offset; do
	"$dump" -nn -r "bad/$name" >out 2>err
	check "refuses_$name" equal "$? $(wc -l <out) $(grep -v '^reading from' err | wc -l)" "1 2 1"
	check "names_the_place_in_$name" grep -q "^ebpfdump: bad/$name: .*offset $offset\b" err
done < <("$captures" bad bad)

# snapshot lengths
"$captures" later later.pcapng
"$dump" -r later.pcapng -w later.again.pcapng 2>err
check what_tcpdump_will_refuse_is_said_once equal "$? $(grep -c '^ebpfdump: later.again.pcapng: .* snapshot length, .* tcpdump does not' err)" "0 1"
check and_is_whole_all_the_same python3 "$packets" same later.pcapng later.again.pcapng
"$dump" -r later.pcapng -w later.pcap 2>err
check a_pcap_file_is_not_cut_by_its_header cmp <(quiet -nnXXt -r later.pcapng) <(tcpdump -nnXXt -r later.pcap 2>/dev/null)
check and_nothing_is_said equal "$(grep -vc '^reading from' err)" 0
mkfifo fifo.pcap
cat fifo.pcap >later.fifo &
"$dump" -r later.pcapng -w fifo.pcap 2>err
wait
check unless_that_cannot_be_changed_which_is_said equal "$(grep -c '^ebpfdump: fifo.pcap: it holds packets longer than its snapshot length' err)" 1
quiet -r odd/snaplen-96.pcapng -w ours.pcap
tcpdump -r odd/snaplen-96.pcapng -w theirs.pcap 2>/dev/null
check a_length_that_holds_stays_as_tcpdump_leaves_it cmp ours.pcap theirs.pcap

# conversion without loss
"$captures" rich rich.pcapng
quiet -r rich.pcapng -w kept.pcapng
tshark -n -r rich.pcapng -T json 2>/dev/null | grep -v 'frame.file_off\|frame.section' >rich.json
tshark -n -r kept.pcapng -T json 2>/dev/null | grep -v 'frame.file_off\|frame.section' >kept.json
check tshark_shows_the_same_frames sh -c 'grep -q "a comment" kept.json && cmp rich.json kept.json'
capinfos rich.pcapng 2>/dev/null | grep -vE '^(File name|File size|SHA|RIPEMD|Data)' >rich.info
capinfos kept.pcapng 2>/dev/null | grep -vE '^(File name|File size|SHA|RIPEMD|Data)' >kept.info
check capinfos_shows_the_same_section sh -c 'grep -q "an app" kept.info && diff rich.info kept.info'
quiet -r kept.pcapng -w again.pcapng
check a_second_conversion_changes_nothing cmp kept.pcapng again.pcapng
for word in kept custom 'KEYS' here; do check "the_file_still_holds_$word" grep -aq "$word" kept.pcapng; done
quiet -r big.pcap -w said.pcapng --comment 'why it was taken' --comment second
check comments_are_in_the_section_header grep -q 'why it was taken' <(capinfos said.pcapng 2>/dev/null)

# machines meet in one section, names before the packets or not, and stay who they are
"$captures" machine alpha 80 1 alpha.pcapng
"$captures" machine beta 81 1 beta.pcapng
"$captures" machine raw 81 101 raw.pcapng
quiet -r alpha.pcapng -r beta.pcapng -w met.pcapng
check what_is_merged_is_one_section python3 -c 'assert open("met.pcapng", "rb").read().count(b"\n\r\r\n") == 1'
tshark -n -r met.pcapng -T fields -e frame.interface_name -e tcp.dstport 2>/dev/null | sort | uniq -c >met.who
check each_packet_keeps_its_interface equal "$(awk '{print $1, $2, $3}' met.who)" "301 eth-alpha 80
300 eth-beta 81"
check what_is_not_to_be_copied_is_not sh -c 'grep -aq secret alpha.pcapng && grep -aq told met.pcapng && ! grep -aq secret met.pcapng'
quiet -r alpha.pcapng -C 10k -w keyed.pcapng
check each_file_holds_the_keys equal "$(grep -alc KEYS keyed.pcapng* | wc -l)" "$(ls keyed.pcapng* | wc -l)"
check there_are_several test "$(ls keyed.pcapng* | wc -l)" -gt 2
check and_the_packets_once equal "$(sum keyed.pcapng*)" 301
"$captures" machine gamma 82 1 gamma.pcapng
cat beta.pcapng gamma.pcapng >both.pcapng
quiet -r both.pcapng -w one.pcapng port 82
check a_section_without_packets_leaves_nothing_behind sh -c 'grep -aq gamma one.pcapng && ! grep -aq beta one.pcapng'
quiet -r alpha.pcapng -r raw.pcapng -w mixed.pcapng
check link_types_in_turns_are_filtered equal "$(count mixed.pcapng)" "$("$dump" -r mixed.pcapng --count 'port 80 or port 81' 2>/dev/null)"

# what came before an error stays
"$dump" -r mixed.pcapng -w mixed.pcap 2>err
check another_link_type_ends_a_pcap_file equal $? 1
check that_is_said grep -q 'holds one link type.*it holds 1 packet$' err
check and_the_packet_before_it_is_there equal "$(count mixed.pcap)" "1 packet"
gzip -c c1 >spoilt.gz
python3 - <<'P'
d = bytearray(open("spoilt.gz", "rb").read())
d[-6] ^= 1
open("spoilt.gz", "wb").write(d)
P
check packets_before_a_damage_are_read equal "$(count spoilt.gz)" "$(count c1)"
"$dump" -r spoilt.gz --count >/dev/null 2>err
check the_damage_is_an_error equal $? 1
check its_place_is_said grep -q "is damaged after $(stat -c %s c1) bytes" err

# comments and names
quiet -nn -r rich.pcapng --comments >notes
printf '\tcomment: a comment\n\tprocess 77, thread 78\n\t3 packets lost before this one\n' >want
check comments_shows_what_stands_at_a_packet sh -c 'sed -n 2,4p notes | cmp - want && [ "$(wc -l <notes)" -eq 5 ]'
check without_it_the_text_is_tcpdumps sh -c 'grep -v "^	" notes >plain && "$1" -nn -r rich.pcapng 2>/dev/null | cmp - plain' - "$dump"
cp -a /etc etc # of its own: not every machine has a hosts file to mount over
printf '192.0.2.1 client.example\n192.0.2.2 server.example\n' >etc/hosts
unshare --mount sh -c 'mount --bind etc /etc && "$1" -r big.pcap -c 5 --print -w named.pcapng' - "$dump" >/dev/null 2>&1
check names_that_were_found_stand_in_the_file sh -c 'tshark -r named.pcapng -q -z hosts,ipv4 2>/dev/null | grep -q "192.0.2.2	server.example"'
check and_tcpdump_reads_it equal "$(tcpdump -nn -r named.pcapng 2>/dev/null | wc -l)" 5

# other tools take each kind
quiet -r big.pcap -c 100 -w few.pcapng
quiet -r big.pcap -c 100 -w few.pcap
for f in few.pcapng few.pcap c1 w.pcap03 merged.pcapng kept.pcapng; do
	check "tshark_takes_$f" tshark -n -r "$f" -c 3
	check "capinfos_takes_$f" capinfos "$f"
	check "editcap_takes_$f" editcap "$f" edited.pcapng
	check "mergecap_takes_$f" mergecap -w joined.pcapng "$f" few.pcap
	check "tcpdump_takes_$f" tcpdump -nn -r "$f" -c 3
done
exit $fails
