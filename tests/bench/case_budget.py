#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""--cpu-budget under a flood of many connections: what the capture takes from the traffic's CPU and from the consumer's,
as a share of the budget. The traffic's side is what remains when the round's run without capture is taken off."""
import rig

ROUNDS, COUNT = 5, 2_000_000
FILE = "/run/bench.pcapng"

rig.enter()
rig.two_hosts()
sink = rig.Sink()


def one(percent):
    before = sink.count()
    capture = rig.Capture([rig.dump, "-i", "vb", "-p", "-s", "96", "--cpu-budget", str(percent), "-w", FILE] if percent else None)
    ns, sent = rig.send(118, COUNT)
    arrived = sink.count() - before
    used, text = capture.stop()
    parts = {w: rig.said(text, w) for w in ("captured", "dropped by kernel", "sampled out", "unreadable", "left at stop")}
    return dict(ns=ns, wall=ns * sent, arrived=arrived, consumer=used, captured=parts["captured"],
                missed=abs(sum(parts.values()) - arrived) if percent else 0)


def compare(budgets):
    none, runs = [], {b: [] for b in budgets}
    for _ in range(ROUNDS):
        none.append(one(0)["ns"])
        for b in budgets:
            runs[b].append(one(b))
    base = rig.median(none)
    for b, rs in runs.items():
        traffic = rig.median([r["ns"] for r in rs]) / base - 1
        consumer = rig.median([r["consumer"] / r["wall"] for r in rs])
        share = traffic / (1 + traffic) + consumer
        kept = rig.median([r["captured"] / r["arrived"] for r in rs])
        rig.row(f"--cpu-budget {b}", f"cost: traffic {traffic / (1 + traffic):.3f} + consumer {consumer:.3f}; kept {kept:.3f}",
                round(share, 3), b / 100, share / (b / 100), 1.2, none=round(base))
        rig.row(f"--cpu-budget {b}", "packets the sum misses", sum(r["missed"] for r in rs), None,
                sum(r["missed"] for r in rs), 0, unit="packets")


compare((20,))
