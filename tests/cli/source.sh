#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# The house rules that a machine can check.
set -u
cd "$(dirname "$0")/../.." || exit 1
fails=0
# none NAME: ok if its standard input is empty
none() {
	local found
	found=$(cat)
	if [ -z "$found" ]; then echo "ok - $1"; else
		echo "not ok - $1"
		echo "$found" | head -20
		fails=1
	fi
}
sources=$(git ls-files '*.[ch]' '*.sh' '*.py' Makefile tests/run tests/demo user/ebpfdump.8)
for f in $sources; do
	case $f in
	bpf/* | include/* | vmlinux/*.h | *.bpf.c) want='GPL-2.0-only OR BSD-2-Clause' ;;
	*) want='BSD-2-Clause' ;;
	esac
	head -3 "$f" | grep -q "SPDX-License-Identifier: $want\( \*/\)\?$" || echo "$f"
done | none every_file_has_its_licence_tag
# walk.h and quote.h ask their includer for two definitions.
asked='#include <linux/types.h>
struct walk_bytes;
int walk_load(const struct walk_bytes *b, __u32 off, void *to, __u32 len);'
for h in $(git ls-files 'user/*.h' 'include/*.h'); do
	case $h in */walk.h | */quote.h) before=$asked ;; *) before= ;; esac
	printf '%s\n#include "%s"\n' "$before" "$h" |
		${CC:-cc} -std=gnu11 -D_GNU_SOURCE -Wall -Werror -Wno-unused-function -I. -Iuser -Iinclude -fsyntax-only -x c - 2>&1 |
		grep error
done | none every_header_compiles_alone
for o in build/bpf/*.bpf.o; do
	said=$(python3 tests/bpf/stack.py "$o") || echo "$o: $said"
done | none kernel_programs_fit_on_the_stack_of_older_kernels
git ls-files '*.[ch]' | grep -v vmlinux/ | xargs wc -l | awk '$2 != "total" && $1 > 500' | none no_file_is_longer_than_500_lines
exit $fails
