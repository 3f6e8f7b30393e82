#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs every fuzz target for TIME seconds (default 4) from its corpus in tests/fuzz/corpus/TARGET; what breaks it is
# kept in build/fuzz/found/TARGET.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${TIME:-4}
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1
fails=0
for source in "$top"/tests/fuzz/*.c; do
	name=$(basename "$source" .c)
	found=$top/build/fuzz/found/$name
	work=$top/build/fuzz/corpus/$name
	mkdir -p "$found" "$work"
	seeds=$top/tests/fuzz/corpus/$name
	[ -d "$seeds" ] || seeds=
	if nice -n 10 "$top/build/tests/fuzz/$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
		-max_len=4096 -artifact_prefix="$found/" -verbosity=0 -print_final_stats=0 "$work" $seeds >"$found/log" 2>&1; then
		echo "ok - fuzz $name: nothing found in $seconds s"
	else
		echo "not ok - fuzz $name: see $found"
		tail -40 "$found/log"
		fails=1
	fi
done
exit $fails
