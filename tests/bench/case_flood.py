#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Whole programs while a flood of small segments comes in: what they take from the CPU that handles the packets, and
from the one that consumes them; whether the counts add up."""
import rig

ROUNDS, COUNT = 7, 1_000_000
FILE = "/run/bench.pcapng"
PCAP = "/run/bench.pcap"

rig.enter()
rig.two_hosts()
sink = rig.Sink()


def one(argv, size):
    """Extra is what remains when the round's run without capture is taken off."""
    before = sink.count()
    capture = rig.Capture(argv)
    ns, sent = rig.send(size, COUNT)
    arrived = sink.count() - before
    used, text = capture.stop()
    captured = rig.said(text, "captured")
    terms = ("dropped by kernel", "sampled out", "unreadable", "left at stop")
    lost = sum(rig.said(text, t) for t in terms)
    return dict(ns=ns, arrived=arrived, captured=captured, lost=lost, cpu=used / max(captured, 1),
                dropped=rig.said(text, "dropped by kernel"))


def compare(case, size, programs, limits):
    runs = {name: [] for name in programs}
    base = []
    for _ in range(ROUNDS):
        base.append(one(None, size)["ns"])
        for name, argv in programs.items():
            runs[name].append(one(argv, size))
    none = rig.median(base)
    out = {}
    for name, rs in runs.items():
        out[name] = dict(
            traffic=rig.median([r["ns"] for r in rs]) - none,
            consumer=rig.median([r["cpu"] for r in rs]),
            dropped=sum(r["dropped"] for r in rs) / sum(r["arrived"] for r in rs),
        )
        out[name]["total"] = out[name]["traffic"] + out[name]["consumer"]
    theirs = out["tcpdump"]
    for name, o in out.items():
        what = f"{name}: ns traffic {o['traffic']:.0f} + consumer {o['consumer']:.0f}"
        rig.row(case, what, round(o["total"]), round(theirs["total"]), o["total"] / theirs["total"], limits.get(name), none=round(none))
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
compare("file, whole 118-byte frames", 118, {"ebpfdump": ours(), "tcpdump": tcpdump()}, {"ebpfdump": 0.50})
compare("file, whole 1514-byte frames", 1514, {"ebpfdump": ours(), "tcpdump": tcpdump()}, {"ebpfdump": 0.60})


def rejecting():
    argvs = {
        "none": None,
        "ebpfdump": [rig.dump, "-i", "vb", "-p", "-w", FILE, "tcp port 81"],
        "tcpdump": ["tcpdump", "-i", "vb", "-p", "-w", PCAP, "tcp port 81"],
    }
    runs = {name: [] for name in argvs}
    for _ in range(ROUNDS + 4):
        for name, argv in argvs.items():
            runs[name].append(one(argv, 118)["ns"])
    none, o, t = (rig.median(runs[n]) for n in ("none", "ebpfdump", "tcpdump"))
    rig.row("reject, live", "traffic, ns a packet", round(o - none), round(t - none), (o - none) / (t - none), 0.2)


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
