#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What --threads costs a packet, and what it saves when the output is slower than a burst."""
import rig

ROUNDS, COUNT = 5, 1_000_000
FILE = "/run/bench.pcapng"
WAYS = {"none": [], "1": ["--threads", "1", "--cpu", "1"], "2": ["--threads", "2", "--cpu", "1"]}

rig.enter()
rig.two_hosts()
sink = rig.Sink()


def one(argv, count, pps=0):
    before = sink.count()
    capture = rig.Capture(argv)
    rig.send(118, count, pps)
    arrived = sink.count() - before
    used, text = capture.stop()
    captured = rig.said(text, "captured")
    return dict(cpu=used / max(captured, 1), lost=(arrived - captured) / arrived,
                missed=abs(arrived - captured - rig.said(text, "dropped by kernel") - rig.said(text, "left at stop")))


def compare(case, count, pps, *argv):
    runs = {way: [] for way in WAYS}
    for _ in range(ROUNDS):
        for way, more in WAYS.items():
            runs[way].append(one([rig.dump, "-i", "vb", "-p", *more, *argv], count, pps))
    cost = {way: rig.median([r["cpu"] for r in rs]) for way, rs in runs.items()}
    lost = {way: rig.median([r["lost"] for r in rs]) for way, rs in runs.items()}
    for way in WAYS:
        rig.row(case, f"threads: {way}; consumer, ns a packet", round(cost[way]), round(cost["none"]), cost[way] / cost["none"])
        rig.row(case, f"threads: {way}; share lost", lost[way], lost["none"], lost[way], unit="share")
    missed = sum(r["missed"] for rs in runs.values() for r in rs)
    rig.row(case, "packets that the sums miss", missed, None, missed, 0, unit="packets")


compare("threads, file, 118-byte frames", COUNT, 0, "-w", FILE)
# A burst of some 50 ms, as long as lines take longer than that to print.
compare("threads, -nnvX, a burst", 60_000, 0, "-nnvX")
