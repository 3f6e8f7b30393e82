#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Connections of a file of three million segments, on one core: ebpfdump, tcptrace and tshark (on a tenth) in turn, five
rounds, medians of CPU seconds. Then a million connections side by side: what they need of memory."""
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
DUMP = str(TOP / "build/ebpfdump")
LOAD = str(TOP / "build/tests/bench/flowload")
SEGMENTS = 3_000_000
SHARE = 10  # of the segments, for tshark
ROUNDS = 5


def measure(argv):
    """CPU seconds, KiB resident at most."""
    p = subprocess.Popen(["taskset", "-c", "0", *argv], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    if p.returncode:
        raise SystemExit(f"{argv[0]} ended with {p.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss


def row(case, what, ours, theirs, value, limit, better, unit):
    print(json.dumps(dict(case=case, what=what, ours=ours, theirs=theirs, value=value, limit=limit, better=better, unit=unit)))


def main():
    with tempfile.TemporaryDirectory(dir="/dev/shm") as tmp:
        whole, part = os.path.join(tmp, "whole.pcap"), os.path.join(tmp, "part.pcap")
        subprocess.run([LOAD, str(SEGMENTS), "1000", whole], check=True)
        subprocess.run([LOAD, str(SEGMENTS // SHARE), "1000", part], check=True)
        rates = {"ebpfdump": [], "tcptrace": [], "tshark": []}
        for _ in range(ROUNDS):
            rates["ebpfdump"].append(SEGMENTS / measure([DUMP, "-r", whole, "--connections"])[0])
            rates["tcptrace"].append(SEGMENTS / measure(["tcptrace", "-n", whole])[0])
        rates["tshark"].append(SEGMENTS / SHARE / measure(["tshark", "-n", "-q", "-z", "conv,tcp", "-r", part])[0])
        ours, tcptrace, tshark = (statistics.median(rates[k]) / 1e6 for k in ("ebpfdump", "tcptrace", "tshark"))
        row("connections of a file", "million segments a CPU second", ours, tcptrace, ours, 3.0, "more", "M/s")
        row("connections of a file", "against tcptrace", ours, tcptrace, ours / tcptrace, 1.0, "more", "ratio")
        row("connections of a file", "against tshark -z conv,tcp", ours, tshark, ours / tshark, 1.0, "more", "ratio")
        subprocess.run([LOAD, str(2_000_000), "1000000", whole], check=True)
        _, kib = measure([DUMP, "-r", whole, "--connections"])
        row("a million connections at once", "MiB resident at most", kib / 1024, None, kib / 1024, 1024, "less", "MiB")


main()
