#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A capture of hundreds of megabytes to a disk: what the whole machine has to do for it, the kernel's write-back and
the last byte's way to the disk (sync) with it, over the same traffic without a capture. A run is some seconds long, and
what a capture's start and end cost is left out, so that minutes cost the same a packet. Then a disk that stands still."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time

import rig

ROUNDS = int(os.environ.get("BENCH_ROUNDS", 5))

rig.enter()
rig.two_hosts()
sink = rig.Sink()
folder = pathlib.Path(tempfile.mkdtemp(prefix="disk.", dir=os.environ.get("BENCH_DIR", rig.top / "build")))


def worked():
    """CPU seconds of the whole machine so far: what it was not idle. The kernel measures idle time, but only samples the
    rest, at ticks. What runs with low priority is not ours, nor what other machines took."""
    _, nice, _, idle, iowait, _, _, steal = map(int, open("/proc/stat").readline().split()[1:9])
    return time.monotonic() * os.cpu_count() - (nice + idle + iowait + steal) / os.sysconf("SC_CLK_TCK")


def one(argv, size, count, pps):
    """CPU seconds of everything while packets come and until what the capture wrote is on the disk."""
    rig.warm(count * (size + 100))
    capture = rig.Capture(argv)
    seen, before = sink.count(), worked()
    rig.send(size, count, pps)
    time.sleep(0.3)
    os.sync()
    busy = worked() - before
    _, text = capture.stop()
    for f in folder.iterdir():
        f.unlink()
    os.sync()
    return dict(busy=busy, arrived=sink.count() - seen, captured=rig.said(text, "captured"), dropped=rig.said(text, "dropped by kernel"))


def compare(kind, size, count, pps=0, more=()):
    case = f"file on {kind}, whole {size}-byte frames"
    programs = {
        "none": None,
        "ebpfdump": [rig.dump, "-i", "vb", "-p", *more, "-w", str(folder / "ours.pcapng")],
        "tcpdump": ["tcpdump", "-i", "vb", "-p", "-B", "65536", "-w", str(folder / "theirs.pcap")],
    }
    runs = {name: [] for name in programs}
    for _ in range(ROUNDS):
        for name, argv in programs.items():
            runs[name].append(one(argv, size, count, pps))
    ns = {name: rig.median([r["busy"] for r in rs]) / count * 1e9 for name, rs in runs.items()}
    cost = {name: ns[name] - ns["none"] for name in ns}
    lost = {name: sum(r["dropped"] for r in rs) for name, rs in runs.items()}
    rig.row(case, f"CPU of all, ns a packet; lost {lost['ebpfdump']}, {lost['tcpdump']}", round(cost["ebpfdump"]), round(cost["tcpdump"]),
            cost["ebpfdump"] / cost["tcpdump"], 0.30, none=round(ns["none"]))
    off = sum(abs(r["arrived"] - r["captured"] - r["dropped"]) for r in runs["ebpfdump"])
    rig.row(case, "packets the sum misses", off, None, off, 0, unit="packets")


def stands_still(disk, *more):
    """The disk's file system is frozen for a second while a million packets come."""
    capture = rig.Capture([rig.dump, "-i", "vb", "-p", *more, "-w", f"{disk}/f.pcapng"])
    before = sink.count()
    traffic = threading.Thread(target=rig.send, args=(118, 1_300_000, 1_000_000))
    traffic.start()
    time.sleep(0.3)
    rig.sh(f"fsfreeze -f {disk}")
    time.sleep(1)
    rig.sh(f"fsfreeze -u {disk}")
    traffic.join()
    sent = sink.count() - before
    _, text = capture.stop()
    return sent, rig.said(text, "captured"), rig.said(text, "dropped by kernel")


def freeze():
    case, image, disk = "disk stands still for 1 s at 1 Mpps", folder / "image", folder / "disk"
    disk.mkdir()
    rig.sh(f"truncate -s 1G {image} && mkfs.ext4 -q -F {image} 2>/dev/null")
    if subprocess.run(["mount", "-o", "loop", image, disk], stderr=subprocess.DEVNULL).returncode:
        return
    sent, captured, _ = stands_still(disk, "-B", "262144")
    rig.row(case, "-B covers it: packets lost", sent - captured, None, sent - captured, 0, unit="packets")
    sent, captured, dropped = stands_still(disk)
    off = abs(sent - captured - dropped)
    rig.row(case, f"default -B, {dropped} dropped: not counted", off, None, off, 0, unit="packets")
    rig.sh(f"umount {disk}")


try:
    kind = subprocess.run(["df", "--output=fstype", folder], stdout=subprocess.PIPE, text=True).stdout.split()[-1]
    compare(kind, 118, 3_000_000)
    compare(kind, 1514, 300_000, 250_000, ("-B", "65536"))  # both keep up
    freeze()
finally:
    shutil.rmtree(folder)
