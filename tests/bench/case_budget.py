#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""--cpu-budget under a flood of many connections: what the capture takes from the traffic's CPU and from the consumer's,
as a share of the budget. The traffic's side is what packets take longer than those beside the capture."""
import rig

ROUNDS, COUNT = 5, 2_000_000
FILE = "/run/bench.pcapng"

rig.enter()
rig.two_hosts()
sink = rig.Sink()


def one(percent):
    before = sink.count()
    capture = rig.Capture([rig.dump, "-i", "vb", "-p", "-s", "96", "--cpu-budget", str(percent), "-w", FILE])
    flood = rig.send_both(118, COUNT)
    arrived = sink.count() - before
    used, text = capture.stop()
    parts = {w: rig.said(text, w) for w in ("captured", "dropped by kernel", "sampled out", "unreadable", "left at stop")}
    return dict(flood, arrived=arrived, consumer=used, captured=parts["captured"], missed=abs(sum(parts.values()) - arrived))


def compare(budgets):
    runs = {b: [] for b in budgets}
    for _ in range(ROUNDS):
        for b in budgets:
            runs[b].append(one(b))
    for b, rs in runs.items():
        traffic = rig.median([r["extra"] * r["sent"] / r["wall"] for r in rs])
        consumer = rig.median([r["consumer"] / r["wall"] for r in rs])
        share = traffic + consumer
        kept = rig.median([r["captured"] / r["arrived"] for r in rs])
        rig.row(f"--cpu-budget {b}", f"cost: traffic {traffic:.3f} + consumer {consumer:.3f}; kept {kept:.3f}",
                round(share, 3), b / 100, share / (b / 100), 1.2)
        rig.row(f"--cpu-budget {b}", "packets the sum misses", sum(r["missed"] for r in rs), None,
                sum(r["missed"] for r in rs), 0, unit="packets")


compare((20,))
