#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What stack the kernel programs need where the verifier counts most strictly: before Linux 6.8 it adds up every chain
of calls, also those that a setting rules out, and rounds each frame up to 32 bytes.

stack.py OBJECT: a line a program, its deepest chain; exit 1 if one is beyond 512 bytes or 8 frames."""
import re
import subprocess
import sys


def lines(*argv):
    return subprocess.run(argv, stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()


def functions(path):
    """name: (section, where it begins there)"""
    words = map(str.split, lines("llvm-readelf", "-s", "-W", path))
    return {w[7]: (w[6], int(w[1], 16)) for w in words if len(w) == 8 and w[3] == "FUNC"}


def frames_and_calls(path):
    names, frames, calls, at, copies = functions(path), {}, {}, None, {}
    places = {place: name for name, place in names.items()}
    text = next((s for name, (s, _) in names.items() if name.startswith("emit_")), None)
    to = 0
    for line in lines("llvm-objdump", "-dr", "--no-show-raw-insn", path):
        begins = re.match(r"[0-9a-f]+ <(\S+)>:", line)
        if begins and begins[1] in names:
            at, copies = begins[1], {}
            frames[at], calls[at] = 0, set()
        if begins or not at:
            continue
        for depth in re.findall(r"\(r10 - (\d+)\)", line):
            frames[at] = max(frames[at], int(depth))
        moved = re.search(r"\b(r\d) = (.*)", line)
        added = re.search(r"\b(r\d) \+= -(\d+)$", line)
        if added and copies.get(added[1]):
            frames[at] = max(frames[at], int(added[2]))
        if moved:
            copies[moved[1]] = moved[2] == "r10"
        call = re.search(r"\bcall (-?\d+)$", line)
        if call:
            to = (int(call[1]) + 1) * 8
        called = re.search(r"R_BPF_64_32\s+(\S+)", line)
        if called:  # a static function by its place
            calls[at].add(places[text, to] if called[1] == ".text" else called[1])
    return frames, calls


def deepest(name, frames, calls):
    below = max((deepest(c, frames, calls) for c in calls[name]), default=(0, []))
    return below[0] + (max(frames[name], 1) + 31) // 32 * 32, [name] + below[1]


def main():
    frames, calls = frames_and_calls(sys.argv[1])
    called = set().union(*calls.values())
    bad = not frames
    for name in sorted(set(frames) - called):
        depth, chain = deepest(name, frames, calls)
        bad |= depth > 512 or len(chain) > 8
        print(depth, " ".join(f"{f}:{frames[f]}" for f in chain))
    return bad


sys.exit(main())
