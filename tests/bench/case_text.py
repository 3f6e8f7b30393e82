#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""-r of a million segments to text, against tcpdump: both in turn, medians."""
import json
import os
import pathlib
import random
import resource
import statistics
import struct
import subprocess
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
SEGMENTS = 1_000_000


def write_capture(path):
    r = random.Random(5)
    flows = [[bytes([10, 0, r.randrange(256), r.randrange(256)]), bytes([192, 168, 1, r.randrange(256)]),
              r.randrange(20000, 60000), r.choice([443, 8443, 5432, 9000]), r.getrandbits(32), r.getrandbits(32)]
             for _ in range(500)]
    eth = bytes(6) + b"\2\0\0\0\0\1\x08\0"
    t = 1_700_000_000 * 10**6
    with open(path, "wb", buffering=1 << 20) as f:
        f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        for i in range(SEGMENTS):
            flow = r.choice(flows)
            a, b, sport, dport, seq, ack = flow
            n = r.choice((0, 0, 0, 100, 512, 1448))
            if i & 1:
                a, b, sport, dport, seq, ack = b, a, dport, sport, ack, seq
                flow[5] = seq + n & 0xFFFFFFFF
            else:
                flow[4] = seq + n & 0xFFFFFFFF
            t += r.randrange(50)
            packet = eth + struct.pack(">BBHHHBBH4s4s", 0x45, 0, 52 + n, i & 0xFFFF, 0x4000, 64, 6, 0, a, b)
            packet += struct.pack(">HHIIBBHHHIII", sport, dport, seq, ack, 0x80, 0x18 if n else 0x10, 501, 0, 0,
                                  0x0101080A, i, i + 7)
            packet += bytes(min(n, 30))
            f.write(struct.pack("<IIII", t // 10**6, t % 10**6, len(packet), 66 + n) + packet)


def measure(argv):
    """(seconds by the clock, seconds of CPU)."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(path, options, rounds):
    """Prints the medians of both, and their ratio; only -nn has a limit."""
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(measure([str(TOP / "build/ebpfdump"), *options, "-r", path]))
        theirs.append(measure(["tcpdump", *options, "-r", path]))
    for i, what in enumerate(("clock", "CPU")):
        a = statistics.median(x[i] for x in ours) * 1e9 / SEGMENTS
        b = statistics.median(x[i] for x in theirs) * 1e9 / SEGMENTS
        row = {"case": f"-r to text, {' '.join(options)} ({what})", "what": "ns a line; value: times tcpdump's lines a second",
               "ours": round(a, 1), "theirs": round(b, 1), "value": round(b / a, 1), "better": "more", "unit": "ratio"}
        if options == ["-nn"]:
            row["limit"] = 15
        print(json.dumps(row))


def main():
    with tempfile.TemporaryDirectory() as tmp:
        path = os.path.join(tmp, "million.pcap")
        write_capture(path)
        compare(path, ["-nn"], 5)
        compare(path, ["-nn", "-v"], 1)
        compare(path, ["-nn", "-e", "-tttt"], 1)


if __name__ == "__main__":
    main()
