#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Real TCP: one stream of iperf3, and short connections, with capture -s 96 to a file against none. The programs run
where the scheduler puts them, as the hosts do."""
import json
import os
import random
import subprocess
import time

import rig

ROUNDS = int(os.environ.get("BENCH_ROUNDS", 20))
FILE, PCAP = "/run/bench.pcapng", "/run/bench.pcap"
LOAD = str(rig.top / "build/tests/bench/connload")
PROGRAMS = {
    "none": None,
    "ebpfdump": [rig.dump, "-i", "vb", "-p", "-s", "96", "-w", FILE],
    "tcpdump": ["tcpdump", "-i", "vb", "-p", "-s", "96", "-w", PCAP],
}

rig.enter()
rig.two_hosts()
# Short connections from many addresses, see connload.c.
rig.sh("""ip -n a route add local 10.9.1.0/24 dev lo
ip -n b route add 10.9.1.0/24 via 10.9.0.1""")


def rounds():
    """The programs of each round; peers that are only told of come in every fourth."""
    for n in range(ROUNDS):
        for name, argv in PROGRAMS.items():
            if name in ("none", "ebpfdump") or n % 4 == 0:
                yield name, rig.Capture(argv, cpus=f"0-{os.cpu_count() - 1}")


def median_of_ratios(ours, none):
    """The median with its 95 % interval, by resampling with a fixed seed. A peer's rounds are every so many of none's."""
    ratios = [o / n for o, n in zip(ours, none[:: len(none) // len(ours)])]
    pick = random.Random(1)
    many = sorted(rig.median(pick.choices(ratios, k=len(ratios))) for _ in range(2000))
    return rig.median(ratios), many[50], many[1949]


def iperf():
    out = subprocess.run(rig.on("a", "iperf3", "-c", "10.9.0.2", "-n", "700M", "-J"), stdout=subprocess.PIPE, check=True).stdout
    return json.loads(out)["end"]["sum_received"]["bits_per_second"]


def stream(case, limit):
    rates = {name: [] for name in PROGRAMS}
    for name, capture in rounds():
        rates[name].append(iperf())
        capture.stop()
    for name in ("ebpfdump", "tcpdump"):
        value, low, high = median_of_ratios(rates[name], rates["none"])
        rig.row(case, f"{name}: throughput, 95 % in {low:.2f}–{high:.2f}", rig.median(rates[name]) / 1e9,
                rig.median(rates["none"]) / 1e9, value, limit if name == "ebpfdump" else None, "more")


server = subprocess.Popen(rig.on("b", "iperf3", "-s"), stdout=subprocess.DEVNULL)
time.sleep(0.5)
stream("iperf3, GSO on", 0.95)
rig.sh("""ip netns exec a ethtool -K va tso off gso off gro off >/dev/null
ip netns exec b ethtool -K vb tso off gso off gro off >/dev/null""")
stream("iperf3, GSO off", 0.88)
server.kill()


def short():
    out = subprocess.run(rig.on("a", LOAD, "run", "10.9.1.0", "10.9.0.2", "7000", "0.5"), stdout=subprocess.PIPE, check=True).stdout
    got = json.loads(out)
    return got["done"] / got["ns"] * 1e9, got["done"]


def connections():
    server = subprocess.Popen(rig.on("b", LOAD, "serve", "7000"), stdout=subprocess.PIPE)
    server.stdout.readline()
    rates, listed, made = {name: [] for name in PROGRAMS}, 0, 0
    for name, capture in rounds():
        rate, done = short()
        capture.stop()
        rates[name].append(rate)
        if name == "ebpfdump":
            made += done
            out = subprocess.run([rig.dump, "-n", "-r", FILE, "--connections"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            listed += sum("closed in" in line for line in out.stdout.decode().splitlines())
    server.kill()
    for name in ("ebpfdump", "tcpdump"):
        value, low, high = median_of_ratios(rates[name], rates["none"])
        rig.row("short connections", f"{name}: connections a second, 95 % in {low:.2f}–{high:.2f}", round(rig.median(rates[name])),
                round(rig.median(rates["none"])), value, 0.97 if name == "ebpfdump" else None, "more")
    rig.row("short connections", "listed by --connections, of those made", listed, made, listed / made, 1, "more", "share")


connections()
