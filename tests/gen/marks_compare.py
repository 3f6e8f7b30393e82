#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The marks of ebpfdump against tshark's tcp.analysis.flags, segment by segment.

marks_compare.py EBPFDUMP FILE …

What differs must be one of the corrections that flow/marks.h names; anything else is shown, and the status is 1.
The last line counts segments, marks of each kind, and the corrections that were met."""

import collections
import json
import subprocess
import sys

FIELDS = {
    "tcp.analysis.zero_window_probe": "zero-window-probe",
    "tcp.analysis.zero_window": "zero-window",
    "tcp.analysis.lost_segment": "lost-segment",
    "tcp.analysis.keep_alive": "keep-alive",
    "tcp.analysis.window_update": "window-update",
    "tcp.analysis.window_full": "window-full",
    "tcp.analysis.keep_alive_ack": "keep-alive-ack",
    "tcp.analysis.zero_window_probe_ack": "zero-window-probe-ack",
    "tcp.analysis.duplicate_ack": "dup-ack",
    "tcp.analysis.ack_lost_segment": "acked-unseen",
    "tcp.analysis.spurious_retransmission": "spurious-retransmission",
    "tcp.analysis.fast_retransmission": "fast-retransmission",
    "tcp.analysis.out_of_order": "out-of-order",
    "tcp.analysis.retransmission": "retransmission",
    "tcp.analysis.reused_ports": "reused-ports",
}
OURS = {"capture-loss", "delayed-ack", "rst-ignored", "other-isn", "copy", "damaged",
        "other-connection"}


def tshark(path):
    cmd = ["tshark", "-n", "-r", path, "-Y", "tcp && !icmp && !icmpv6", "-T", "fields", "-E", "occurrence=f",
           "-o", "tcp.check_checksum:FALSE", "-e", "tcp.analysis.duplicate_ack_num"]
    for f in FIELDS:
        cmd += ["-e", f]
    out = subprocess.run(cmd, capture_output=True, check=True, text=True).stdout
    for line in out.splitlines():
        columns = line.split("\t")
        marks = {name for value, name in zip(columns[1:], FIELDS.values()) if value}
        # tshark says retransmission beside the two that are more precise
        if marks & {"spurious-retransmission", "fast-retransmission"}:
            marks.discard("retransmission")
        yield marks, int(columns[0]) if columns[0] else 0


def ebpfdump(dump, path):
    out = subprocess.run([dump, "-n", "-r", path, "--json=segments"], capture_output=True, check=True, text=True).stdout
    for line in out.splitlines():
        s = json.loads(line)
        yield s, set(s["marks"]) - OURS, s.get("dup_ack", 0)


class Sides:
    """What the corrections depend on: the last window and number of each side."""

    def __init__(self):
        self.of = {}
        self.odd = set()  # connections whose SYN was answered with two numbers
        self.hurt = set()  # connections of which a segment was damaged

    def key(self, s, other=False):
        return (s["conn"], s["from"] if not other else ("server" if s["from"] == "client" else "client"))

    def closed(self, s):
        return self.of.get(self.key(s, True), {}).get("closed", False)

    def seen(self, s):
        return self.key(s, True) in self.of

    def last(self, s):
        return self.of.get(self.key(s), {}).get("last", s)

    def note(self, s):
        if "damaged" in s["marks"]:
            self.hurt.add(s["conn"])
        plain = not set(s["flags"]) & set("SFR")
        old = self.of.get(self.key(s), {})
        self.of[self.key(s)] = {"closed": s["win"] == 0 if plain else old.get("closed", False),
                                "syn": "S" in s["flags"], "last": s}

    def after_syn(self, s):
        return self.of.get(self.key(s), {}).get("syn", False)


def correction(sides, s, ours, theirs):
    """The name of the correction that explains the difference, or None."""
    more, less = ours - theirs, theirs - ours
    repeats = {"retransmission", "spurious-retransmission", "out-of-order", "fast-retransmission"}
    if "zero-window-probe" in more and s["len"] <= 1 and sides.closed(s) and less <= {"keep-alive"} | repeats and len(more) == 1:
        return "empty-probe"
    if more == {"zero-window-probe-ack"} and not less and s["win"] == 0 and s["len"] == 0:
        return "answer-to-empty-probe"
    if less == {"window-update"} and not more and sides.after_syn(s):
        return "window-after-syn"
    if "other-isn" in s["marks"]:
        sides.odd.add(s["conn"])
    if s["conn"] in sides.odd:  # tshark goes by the wrong answer from here on
        return "other-answer"
    if "damaged" in s["marks"] or s["conn"] in sides.hurt:  # tshark believes what it says
        return "damaged"
    if less == {"reused-ports"} and not more and s["flags"] == "S." and "R" in sides.last(s)["flags"]:
        return "let-in-after-a-refusal"
    if "zero-window-probe" in less and s["len"] == 1 and not sides.seen(s):
        return "window-never-seen"
    return None


def compare(dump, path, counts):
    sides, bad = Sides(), 0
    ours, theirs = list(ebpfdump(dump, path)), list(tshark(path))
    if len(ours) != len(theirs):
        print(f"{path}: {len(ours)} segments, tshark has {len(theirs)}")
        return 1
    for n, ((s, mine, dup), (his, his_dup)) in enumerate(zip(ours, theirs), 1):
        counts["segments"] += 1
        for m in his:
            counts[m] += 1
        if mine != his or (dup != his_dup and "dup-ack" in his):
            why = correction(sides, s, mine, his) if mine != his else None
            if why:
                counts["correction:" + why] += 1
            else:
                bad += 1
                if bad <= 10:
                    print(f"{path}: frame {n}: {sorted(mine)} {dup}, tshark {sorted(his)} {his_dup}: {s}")
        sides.note(s)
    return bad


def main():
    counts, bad = collections.Counter(), 0
    for path in sys.argv[2:]:
        bad += compare(sys.argv[1], path, counts)
    print(" ".join(f"{k}={v}" for k, v in sorted(counts.items())))
    if bad:
        print(f"{bad} segments differ")
    sys.exit(bad != 0)


main()
