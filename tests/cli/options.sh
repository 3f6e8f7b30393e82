#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The table behind --help, the man page and the completions list the same options.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
dump=$top/build/ebpfdump
fails=0
check() {
	local name=$1
	shift
	if "$@"; then echo "ok - $name"; else echo "not ok - $name"; fails=1; fi
}

help_options=$("$dump" --help | grep -oE -- '^ {2,6}(-., )?--?[A-Za-z#][a-z-]*' | tr -s ' ,' '\n\n' | grep . | sort -u)
man_options=$(sed -n '/^\.Sh OPTIONS/,/^\.Sh ENV/p' "$top/user/ebpfdump.8" | sed -n 's/^\.It \(Fl.*\)/\1/p' |
	grep -oE 'Fl (Fl )?[A-Za-z#][a-z-]*' | sed 's/Fl Fl /--/; s/Fl /-/' | sort -u)
same() {
	[ -n "$1" ] && diff <(echo "$1") <(echo "$2")
}
check man_page_lists_the_options_of_help same "$help_options" "$man_options"

complete_bash() {
	bash -c 'source "$1/user/completions/ebpfdump.bash"; COMP_WORDS=(ebpfdump -); COMP_CWORD=1; _ebpfdump; printf "%s\n" "${COMPREPLY[@]}"' - "$top" | sort -u
}
check bash_completes_the_options_of_help same "$help_options" "$(complete_bash)"
zsh_options=$(grep -oE "^	'\*-[a-zA-Z#-]*" "$top/user/completions/_ebpfdump" | sed "s/^	'\*//" | sort -u)
check zsh_completes_the_options_of_help same "$help_options" "$zsh_options"

made_again() {
	local dir status
	dir=$(mktemp -d) && cp "$top/user/completions/generate" "$dir" && "$dir/generate" "$dump" &&
		diff "$dir/_ebpfdump" "$top/user/completions/_ebpfdump" && diff "$dir/ebpfdump.bash" "$top/user/completions/ebpfdump.bash"
	status=$?
	rm -rf "$dir"
	return $status
}
check completions_say_what_help_says made_again

help_order=$("$dump" --help | grep -oE -- '^ {2,6}(-., )?--?[A-Za-z#][a-z-]*' | tr -s ' ,' '\n\n' | grep .)
man_order=$(sed -n '/^\.Sh OPTIONS/,/^\.Sh ENV/p' "$top/user/ebpfdump.8" | sed -n 's/^\.It \(Fl.*\)/\1/p' |
	grep -oE 'Fl (Fl )?[A-Za-z#][a-z-]*' | sed 's/Fl Fl /--/; s/Fl /-/')
check man_page_and_help_have_the_same_order same "$help_order" "$man_order"
theirs=$(zcat -f /usr/share/man/man8/tcpdump.8.gz 2>/dev/null | groff -man -Tascii -P-cbou 2>/dev/null | sed -n '/^OPTIONS/,/^EXAMPLES/p' |
	grep -oE '^ {7}-(-[a-z-]+|[A-Za-z#])' | tr -d ' ' | grep -Fxf <(echo "$man_order") | awk '!seen[$0]++')
if [ -n "$theirs" ]; then
	check man_page_has_tcpdumps_order same "$theirs" "$(grep -Fxf <(echo "$theirs") <(echo "$man_order"))"
else
	echo "skip - man_page_has_tcpdumps_order: tcpdump's man page is not there"
fi

check man_page_has_no_warnings_in_mandoc sh -c '! mandoc -T lint -W warning "$1" | grep .' - "$top/user/ebpfdump.8"
check man_page_has_no_warnings_in_groff sh -c '! groff -ww -mandoc -Tutf8 "$1" 2>&1 >/dev/null | grep .' - "$top/user/ebpfdump.8"
exit $fails
