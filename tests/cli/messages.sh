#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Bad input gets one line that names it, and status 1.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
dump=$top/build/ebpfdump
cd "$(mktemp -d)" || exit 1
trap 'rm -rf "$PWD"' EXIT
fails=0
# says NAME PATTERN COMMAND …: status 1, and exactly one line on stderr, which matches
says() {
	local name=$1 pattern=$2 status
	shift 2
	"$@" >out 2>all </dev/null
	status=$?
	grep -v '^reading from file' all >err
	if [ $status -eq 1 ] && [ "$(wc -l <err)" -eq 1 ] && grep -q -E -- "^ebpfdump: .*$pattern" err && [ ! -s out ]; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		echo "  status $status: $(cat err)"
		fails=1
	fi
}
: >empty
printf 'this is no capture file at all, is it?' >text
mkdir dir
says unknown_option "invalid option -- 'k'" "$dump" -k
says unknown_long_option "unrecognized option '--nothing'" "$dump" --nothing
says ambiguous_long_option "option '--time' is ambiguous" "$dump" --time
says missing_argument "option requires an argument -- 'i'" "$dump" -i
says refused_option '-I is not taken' "$dump" -I
says missing_argument_of_a_long_option "option '--interface' requires an argument" "$dump" --interface
says argument_of_a_long_option_without_one "option '--count' doesn't allow an argument" "$dump" --count=3
says bad_count 'invalid packet count 0' "$dump" -c 0
says bad_snaplen 'invalid snaplen 300000' "$dump" -s 300000
for budget in 0 101 -1 abc 5x 0.001 nan inf '' 1e9; do
	says "bad_cpu_budget_$budget" "invalid CPU budget $budget \(percent of each CPU, 0.01 to 100\)" "$dump" --cpu-budget "$budget" -i lo
done
says cpu_budget_of_a_file '--cpu-budget is for a live capture' "$dump" -r text --cpu-budget 5
says unknown_interface 'nosuch0: .*[Nn]o such device' "$dump" -i nosuch0
says number_without_interface 'Invalid adapter index' "$dump" -i 4711
says bad_expression 'syntax error' "$dump" -i lo 'port or'
says bad_expression_for_d 'syntax error' "$dump" -y EN10MB -d 'port or'
says bad_expression_file 'nofile: No such file' "$dump" -F nofile
says missing_file 'nofile: No such file or directory' "$dump" -r nofile
says a_directory_is_no_file 'dir: ' "$dump" -r dir
says empty_file 'empty' "$dump" -r empty
says text_is_no_capture 'text: ' "$dump" -r text
says unknown_link_type 'invalid data link type NIX' "$dump" -y NIX -d tcp
says other_link_type 'RAW is not one of the DLTs' "$dump" -i lo -y RAW
says unknown_user 'nobody-at-all' "$dump" -i lo -Z nobody-at-all
says unwritable_folder 'none/f.pcapng: No such file or directory' "$dump" -r "$top/tests/golden/sessions/handshake-close3.pcap" -w none/f.pcapng
for words in '--sample 2' '--sample-flows 2' --not-ssh; do
	# shellcheck disable=SC2086
	says "${words%% *}_of_a_file" "${words%% *} is for a live capture" "$dump" -r text $words
done
says sample_all_flags_alone '--sample-all-flags needs --sample' "$dump" -i lo --sample-all-flags
says head_table_alone '--head-table needs --head' "$dump" -i lo --head-table 10
says verdict_without_a_file '--verdict need a file to write' "$dump" -i lo --verdict
for words in '--comment x' --verdict; do
	# shellcheck disable=SC2086
	says "${words%% *}_in_a_pcap_file" 'f.pcap.gz: a pcap file has no place for --comment and --verdict; give it a name ending in .pcapng' "$dump" -i lo -w f.pcap.gz $words
done
says sample_seed_alone '--sample-seed needs --sample-flows or --cpu-budget' "$dump" -i lo --sample-seed 3
says after_without_a_trigger '--after needs --last or --trigger' "$dump" -i lo -w f.pcapng --after 3
says a_name_of_several_lines_is_one_line 'no\?such\?\[31m: No such file' "$dump" -r "$(printf 'no\nsuch\033[31m')"
says a_name_of_any_length_leaves_the_reason 'xxx\.\.\.xxx*: File name too long$' "$dump" -r "$(printf '%05000d' 0 | tr 0 x)"
for number in 0 00 4294967296 4294967297 99999999999999999999999; do
	says "follow_$number" '--follow wants the number of a connection, from 1 to 4294967295' "$dump" -i lo --connections --follow "$number"
done
says fail_on_nothing '--fail-on names nothing' "$dump" -i lo --fail-on ''
says json_of_nothing '--json= names nothing' "$dump" -i lo --json=
says a_comment_that_no_file_holds 'comments of at most 65535 bytes' "$dump" -i lo -w f.pcapng --comment "$(printf '%065536d' 0)"

# what does nothing is told of, and no more
# tells NAME PATTERN OPTION …: status 0, and one line beside tcpdump's
tells() {
	local name=$1 pattern=$2 status
	shift 2
	"$dump" -n -r "$top/tests/golden/sessions/handshake-close3.pcap" "$@" 2>all >/dev/null </dev/null
	status=$?
	grep -v '^reading from file' all >err
	if [ $status -eq 0 ] && [ "$(wc -l <err)" -eq 1 ] && grep -q -x -E -- "ebpfdump: $pattern" err; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		echo "  status $status: $(cat err)"
		fails=1
	fi
}
tells z_without_w '-C, -G, -W and -z do nothing without -w' -z true
tells icmp_without_w '--icmp does nothing without -w' --icmp
for words in --all --ascii '--follow 1' '--sort bytes'; do
	# shellcheck disable=SC2086
	tells "${words%% *}_alone" '--all, --ascii, --follow and --sort do nothing without --connections, --flow or the like' $words
	# shellcheck disable=SC2086
	"$dump" -n -r "$top/tests/golden/sessions/handshake-close3.pcap" --connections $words 2>&1 >/dev/null | grep -v '^reading from file' >err
	if [ -s err ]; then echo "not ok - ${words%% *}_with_connections: $(cat err)" && fails=1; else echo "ok - ${words%% *}_with_connections"; fi
done
exit $fails
