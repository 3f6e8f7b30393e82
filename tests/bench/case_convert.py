#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A pcap file of 1 GB into pcapng, by us and by editcap, in interleaved rounds on one file system; then what writing
costs the processor, through the page cache and past it."""
import json
import os
import pathlib
import resource
import shutil
import statistics
import struct
import subprocess
import tempfile
import time

dump = pathlib.Path(__file__).resolve().parents[2] / "build/ebpfdump"
ROUNDS = 3
SIZE = int(os.environ.get("BENCH_CONVERT_BYTES", 10**9))


def make(path, size):
    """Segments of 66 to 1514 bytes, as a bulk transfer and its acknowledgements have."""
    out = bytearray()
    for i in range(2000):
        payload = bytes(1448) if i % 3 else b""
        tcp = struct.pack(">HHIIBBHHH", 40000 + i % 50, 443, i * 1448, 1, 0x80, 0x10, 500, 0, 0) + bytes(12) + payload
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), i, 0, 64, 6, 0, b"\xc0\0\2\1", b"\xc0\0\2\2") + tcp
        frame = b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + ip
        out += struct.pack("<IIII", 1700000000 + i // 1000, i % 1000 * 1000, len(frame), len(frame)) + frame
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        while f.tell() < size:
            f.write(out)


def run(*command):
    start, before = time.time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.time() - start, cpu


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="convert.", dir=os.environ.get("BENCH_DIR")))
    try:
        source, target = folder / "in.pcap", folder / "out.pcapng"
        make(source, SIZE)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            for side, command in (
                (ours, (str(dump), "-r", str(source), "-w", str(target))),
                (theirs, ("editcap", "-F", "pcapng", str(source), str(target))),
            ):
                target.unlink(missing_ok=True)
                side.append(run(*command))
        wall = [statistics.median(t for t, _ in side) for side in (ours, theirs)]
        cpu = [statistics.median(c for _, c in side) for side in (ours, theirs)]
        gb = SIZE / 1e9
        print(json.dumps({
            "case": "convert pcap to pcapng", "what": f"seconds for {gb:g} GB; editcap", "ours": wall[0], "theirs": wall[1],
            "value": wall[1] / wall[0], "limit": 2, "better": "more", "unit": "times as fast",
        }))
        print(json.dumps({
            "case": "convert pcap to pcapng, CPU", "what": "CPU seconds a GB; editcap", "ours": cpu[0] / gb,
            "theirs": cpu[1] / gb, "value": cpu[1] / cpu[0], "unit": "times less",
        }))
    finally:
        shutil.rmtree(folder)


main()
