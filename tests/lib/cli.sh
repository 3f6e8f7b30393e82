# SPDX-License-Identifier: BSD-2-Clause
# For scripts of tests/cli that write files: sourced, it goes to a directory that ends with the script. check NAME
# COMMAND … is a test; $fails tells in the end.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
dump=$top/build/ebpfdump
dir=$(mktemp -d) && cd "$dir" || exit 1
trap 'rm -rf "$dir"' EXIT
fails=0
check() {
	local name=$1
	shift
	if "$@" >log 2>&1; then echo "ok - $name"; else
		echo "not ok - $name"
		head -12 log
		fails=1
	fi
}
equal() { [ "$1" = "$2" ] || { echo "$1 is not $2"; return 1; }; }
