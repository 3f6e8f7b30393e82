#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What capture costs when there is little to capture, how soon it starts, and what a stalled disk loses."""
import os
import pathlib
import subprocess
import threading
import time

import rig

FILE = "/run/bench.pcapng"

rig.enter()
rig.two_hosts()
sink = rig.Sink()


def switches(pid):
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for line in (task / "status").read_text().splitlines():
            if "ctxt_switches" in line:
                total += int(line.split()[1])
    return total


capture = rig.Capture([rig.dump, "-i", "vb", "-p", "-w", FILE])
pid = capture.p.pid
time.sleep(6)  # behind the first statistics block
before = switches(pid)
time.sleep(10)
woken = switches(pid) - before
rig.row("idle", "wake-ups in 10 s", woken, None, woken, 0, unit="wake-ups")



def rss_without_rings():
    """MB; the mapped rings are told apart by their name."""
    total, ours = 0, True
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        words = line.split()
        if "-" in words[0] and not words[0].endswith(":"):
            ours = "bpf-map" not in line
        elif words[0] == "Rss:" and ours:
            total += int(words[1])
    return total / 1024


rss = rss_without_rings()
rig.row("idle", "RSS without the rings, MB", rss, None, rss, 20, unit="MB")
before = rig.cpu_ns(pid)
start = time.time()
rig.send(118, 10_000, pps=1000)
share = (rig.cpu_ns(pid) - before) / 1e7 / (time.time() - start)
capture.stop()
rig.row("1,000 packets a second", "CPU to a file, % of a core", share, None, share, 0.2, unit="%")


def start_time():
    traffic = threading.Thread(target=rig.send, args=(118, 40_000, 20_000))
    traffic.start()
    time.sleep(0.3)
    start = time.time()
    p = subprocess.Popen(rig.on("b", rig.dump, "-i", "vb", "-p", "-nn", "-c", "1"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    p.stdout.readline()
    took = time.time() - start
    p.wait()
    traffic.join()
    return took * 1000


took = rig.median([start_time() for _ in range(9)])
rig.row("start", "to the first packet printed, ms", took, None, took, 300, unit="ms")


def line_latency(pps, count):
    """ms from a packet's time to its line, with -l in a pipe: the latest of all."""
    p = subprocess.Popen(rig.on("b", rig.dump, "-i", "vb", "-p", "-nn", "-l", "-tt", "-c", str(count)), stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
    while "attached" not in p.stderr.readline():
        pass
    traffic = threading.Thread(target=rig.send, args=(118, count, pps))
    traffic.start()
    latest = max(time.time() - float(line.split()[0]) for line in p.stdout)
    p.communicate()
    traffic.join()
    return latest * 1000


for pps in (20, 1000):
    latest = line_latency(pps, pps * 3)
    rig.row(f"-l, {pps} packets a second", "to the line, the latest, ms", latest, None, latest, 50, unit="ms")


def stall(*more):
    """A reader that stops for a second while a million packets come; what was sent, captured, dropped."""
    if os.path.exists("/run/fifo"):
        os.unlink("/run/fifo")
    os.mkfifo("/run/fifo")
    hold = threading.Event()

    def read():
        with open("/run/fifo", "rb", buffering=0) as f:
            while f.read(1 << 20):
                if hold.is_set():
                    time.sleep(1)
                    hold.clear()

    reader = threading.Thread(target=read)
    reader.start()
    capture = rig.Capture([rig.dump, "-i", "vb", "-p", *more, "-w", "/run/fifo"])
    before = sink.count()
    hold.set()
    rig.send(118, 1_000_000, pps=1_000_000)
    sent = sink.count() - before
    time.sleep(1.5)
    _, text = capture.stop()
    reader.join()
    return sent, rig.said(text, "captured"), rig.said(text, "dropped by kernel")


sent, captured, dropped = stall("-B", "262144")
rig.row("reader stalls for 1 s at 1 Mpps", "-B covers it: packets lost", sent - captured, None, sent - captured, 0, unit="packets")
sent, captured, dropped = stall()
off = abs(sent - captured - dropped)
rig.row("reader stalls for 1 s at 1 Mpps", f"default -B, {dropped} dropped: not counted", off, None, off, 0, unit="packets")
