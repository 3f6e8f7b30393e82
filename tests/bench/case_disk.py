#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A capture of a few hundred megabytes to a disk: what the whole machine has to do for it, the kernel's write-back and
the file's way to the disk (sync) with it, over the same traffic without a capture."""
import os
import pathlib
import shutil
import tempfile
import time

import rig

ROUNDS, COUNT, SIZE = int(os.environ.get("BENCH_ROUNDS", 5)), 3_000_000, 118

rig.enter()
rig.two_hosts()
sink = rig.Sink()
folder = pathlib.Path(tempfile.mkdtemp(prefix="disk.", dir=os.environ.get("BENCH_DIR", rig.top / "build")))


def idle():
    """Seconds that all processors idled, so far."""
    words = open("/proc/stat").readline().split()
    return (int(words[4]) + int(words[5])) / os.sysconf("SC_CLK_TCK")


def one(argv):
    """CPU seconds of everything, from the first packet to the last byte on the disk."""
    capture = rig.Capture(argv)
    before, start, seen = idle(), time.monotonic(), sink.count()
    rig.send(SIZE, COUNT)
    _, text = capture.stop()
    os.sync()
    busy = (time.monotonic() - start) * os.cpu_count() - (idle() - before)
    return dict(busy=busy, arrived=sink.count() - seen, captured=rig.said(text, "captured"), dropped=rig.said(text, "dropped by kernel"))


programs = {
    "none": None,
    "ebpfdump": [rig.dump, "-i", "vb", "-p", "-w", str(folder / "ours.pcapng")],
    "tcpdump": ["tcpdump", "-i", "vb", "-p", "-B", "16384", "-w", str(folder / "theirs.pcap")],
}
runs = {name: [] for name in programs}
try:
    for _ in range(ROUNDS):
        for name, argv in programs.items():
            runs[name].append(one(argv))
            for f in folder.iterdir():
                f.unlink()
            os.sync()
finally:
    shutil.rmtree(folder)
none = rig.median([r["busy"] for r in runs["none"]])
cost = {name: (rig.median([r["busy"] for r in rs]) - none) / COUNT * 1e9 for name, rs in runs.items()}
kind = os.popen(f"stat -f -c %T {rig.top}").read().strip()
rig.row(f"file on {kind}, whole 118-byte frames", "CPU of all, ns a packet, with sync", round(cost["ebpfdump"]), round(cost["tcpdump"]),
        cost["ebpfdump"] / cost["tcpdump"], 0.30, none=round(none / COUNT * 1e9))
off = sum(abs(r["arrived"] - r["captured"] - r["dropped"]) for r in runs["ebpfdump"])
lost = sum(r["dropped"] for r in runs["ebpfdump"])
rig.row(f"file on {kind}, whole 118-byte frames", f"{lost} dropped: not counted", off, None, off, 0, unit="packets")
