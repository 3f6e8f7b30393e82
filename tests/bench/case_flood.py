#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Whole programs while a flood of small segments comes in: what they take from the CPU that handles the packets, and
from the one that consumes them; whether the counts add up."""
import os
import re
import subprocess
import time

import rig

ROUNDS, PEER_ROUNDS, COUNT = int(os.environ.get("BENCH_ROUNDS", 7)), 2, 1_000_000
FILE = "/run/bench.pcapng"
PCAP = "/run/bench.pcap"

rig.enter()
rig.two_hosts()
sink = rig.Sink()


def one(argv, size):
    """extra: what a packet takes where the capture is, less what it takes beside it."""
    rig.warm(COUNT * (size + 100))
    before = sink.count()
    capture = rig.Capture(argv)
    flood = rig.send_both(size, COUNT)
    arrived = sink.count() - before
    used, text = capture.stop()
    captured = rig.said(text, "captured")
    terms = ("dropped by kernel", "sampled out", "unreadable", "left at stop")
    lost = sum(rig.said(text, t) for t in terms)
    return dict(flood, arrived=arrived, captured=captured, lost=lost, cpu=used / max(captured, 1),
                dropped=rig.said(text, "dropped by kernel"))


def in_file(path):
    out = subprocess.run(["capinfos", "-M", "-c", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    found = re.search(r"Number of packets: *(\d+)", out)
    return int(found[1]) if found else 0


def peers(case, size, theirs):
    """What others take, told and not judged: their loss is what is not in their file."""
    programs = {  # how each is started, what it says then, where it writes
        "netsniff-ng": (["sh", "-c", f"exec netsniff-ng --in vb --out {PCAP} --silent --no-promisc >&2"], "Running!", PCAP),
        "dumpcap": (["dumpcap", "-i", "vb", "-p", "-B", "16", "-w", FILE], "File:", FILE),
        "xdpdump": (["xdpdump", "-i", "vb", "--load-xdp-program", "-w", FILE], "listening on", FILE),
    }
    for name, (argv, ready, path) in programs.items():
        if not rig.have(name):
            continue
        took, used, lost, arrived = [], [], 0, 0
        for _ in range(PEER_ROUNDS):
            rig.warm(COUNT * (size + 100))
            before = sink.count()
            try:
                capture = rig.Capture(argv, ready)
            except RuntimeError as e:
                print(f"{name} does not start: {e}")
                break
            flood = rig.send_both(size, COUNT)
            came = sink.count() - before
            cpu, _ = capture.stop()
            got = in_file(path)
            took.append(flood["extra"])
            used.append(cpu / max(got, 1))
            lost, arrived = lost + came - got, arrived + came
        else:
            total = rig.median(took) + rig.median(used)
            what = f"{name}: ns traffic {rig.median(took):.0f} + consumer {rig.median(used):.0f}, lost {max(lost, 0) / max(arrived, 1):.1%}"
            rig.row(case, what, round(total), round(theirs), total / theirs)


def compare(case, size, programs, limits):
    runs = {name: [] for name in programs}
    for _ in range(ROUNDS):
        for name, argv in programs.items():
            runs[name].append(one(argv, size))
    out = {}
    for name, rs in runs.items():
        out[name] = dict(
            traffic=rig.median([r["extra"] for r in rs]),
            none=rig.median([r["none"] for r in rs]),
            consumer=rig.median([r["cpu"] for r in rs]),
            dropped=sum(r["dropped"] for r in rs) / sum(r["arrived"] for r in rs),
        )
        out[name]["total"] = out[name]["traffic"] + out[name]["consumer"]
    theirs = out["tcpdump"]
    for name, o in out.items():
        what = f"{name}: ns traffic {o['traffic']:.0f} + consumer {o['consumer']:.0f}"
        rig.row(case, what, round(o["total"]), round(theirs["total"]), o["total"] / theirs["total"], limits.get(name), none=round(o["none"]))
    ours = runs["ebpfdump"]
    rig.row(case, "ebpfdump: share dropped", out["ebpfdump"]["dropped"], theirs["dropped"], out["ebpfdump"]["dropped"], 0, unit="share")
    off = sum(abs(r["captured"] + r["lost"] - r["arrived"]) for r in ours)
    rig.row(case, "ebpfdump: packets the sum misses", off, None, off, 0, unit="packets")
    return out


def ours(*more):
    return [rig.dump, "-i", "vb", "-p", *more, "-w", FILE]


def tcpdump(*more):
    return ["tcpdump", "-i", "vb", "-p", "-B", "16384", *more, "-w", PCAP]


compare("file, -s 96, 118-byte frames", 118, {"ebpfdump": ours("-s", "96"), "tcpdump": tcpdump("-s", "96")}, {"ebpfdump": 0.40})
out = compare("file, whole 118-byte frames", 118, {"ebpfdump": ours(), "tcpdump": tcpdump()}, {"ebpfdump": 0.50})
peers("file, whole 118-byte frames", 118, out["tcpdump"]["total"])
compare("file, whole 1514-byte frames", 1514, {"ebpfdump": ours(), "tcpdump": tcpdump()}, {"ebpfdump": 0.60})


def ten_seconds():
    """As fast as the rig can, default settings."""
    memory = rig.Memory(9 << 30)
    before, capture = sink.count(), rig.Capture(ours())
    until = time.monotonic() + 10
    with memory.given_to(FILE):
        while time.monotonic() < until:
            rig.send(118, 2 * COUNT)
    arrived = sink.count() - before
    _, text = capture.stop()
    lost = arrived - rig.said(text, "captured")
    rig.row("10 s at the highest rate, file on tmpfs", f"packets lost of {arrived}", lost, None, lost, 0, unit="packets")


ten_seconds()


def rejecting():
    argvs = {
        "ebpfdump": [rig.dump, "-i", "vb", "-p", "-w", FILE, "tcp port 81"],
        "xdp": [rig.dump, "-i", "vb", "-p", "--mode", "xdp", "-w", FILE, "tcp port 81"],
        "tcpdump": ["tcpdump", "-i", "vb", "-p", "-w", PCAP, "tcp port 81"],
        "sampling": [rig.dump, "-i", "vb", "-p", "-w", FILE, "--sample", "100", "tcp port 80"],
    }
    runs = {name: [] for name in argvs}
    for _ in range(ROUNDS):
        for name, argv in argvs.items():
            capture = rig.Capture(argv)
            runs[name] += [rig.send_both(118, COUNT)["extra"] for _ in range(3)]
            capture.stop()
    o, x, t, s = (rig.median(runs[n]) for n in ("ebpfdump", "xdp", "tcpdump", "sampling"))
    rig.row("reject, live", "traffic, ns a packet", round(o), round(t), o / t, 0.2)
    rig.row("reject, live", "traffic, ns a packet, --mode xdp", round(x), round(t), x / t, 0.2)
    rig.row("--sample 100, live", "traffic, ns a packet; value: over rejecting", round(s), round(o), round(s - o), 25, unit="ns")


rejecting()


def printing():
    runs = {"ebpfdump": [], "tcpdump": []}
    for _ in range(5):
        for name, argv in (("ebpfdump", [rig.dump, "-i", "vb", "-p", "-nn"]),
                           ("tcpdump", ["tcpdump", "-i", "vb", "-p", "-nn", "-B", "65536"])):
            before = sink.count()
            capture = rig.Capture(argv)
            rig.send(118, COUNT, pps=1_000_000)
            arrived = sink.count() - before
            used, text = capture.stop()
            captured = rig.said(text, "captured")
            runs[name].append(dict(cpu=used / max(captured, 1), lost=arrived - captured))
    o, t = (rig.median([r["cpu"] for r in runs[n]]) for n in ("ebpfdump", "tcpdump"))
    rig.row("print -nn at 1 Mpps", "consumer, ns a line", round(o), round(t), o / t, 1 / 12)
    lost = sum(r["lost"] for r in runs["ebpfdump"])
    rig.row("print -nn at 1 Mpps", "packets lost", lost, sum(r["lost"] for r in runs["tcpdump"]), lost, 0, unit="packets")


printing()
