#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Compares ebpfdump's text with the installed tcpdump's on generated captures, byte for byte.

parity.py --seed N --count N [--packets N] [--keep DIR]

One case is one capture and one set of options, both made from its seed; prints a line for each, and what
differs first. Environment: EBPFDUMP names the program (default build/ebpfdump)."""

import argparse
import os
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
import tcpgen  # noqa: E402

LINKS = ["ether"] * 5 + sorted(tcpgen.LINKS)
FLAGS = [("-v", .25), ("-vv", .2), ("-vvv", .15), ("-S", .2), ("-q", .15), ("-e", .4), ("-#", .2), ("-K", .15),
         ("-x", .1), ("-xx", .07), ("-X", .1), ("-XX", .07), ("-A", .1), ("-AA", .05), ("-b", .1), ("-qq", .05)]


# What is seldom given, or changes nothing of a file's text.
RARE = [["-l"], ["-U"], ["-u"], ["-p"], ["-s", "64"], ["-O"], ["--number"], ["--print"], ["--print", "-w", "/dev/null"],
        ["--absolute-tcp-sequence-numbers"], ["--dont-verify-checksums"], ["--snapshot-length=100"], ["-y", "RAW"],
        ["--time-stamp-precision=micro"], ["-i", "lo"], ["--immediate-mode"], ["-f"], ["-tttttt"], ["-xxx"], ["-AAA"]]
FILTERS = ["tcp", "ip", "ip6", "tcp port 443", "port 9999 or port 12345", "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
           "host 127.0.0.1", "src net 0.0.0.0/1", "not ip6", "greater 100", "less 80", "portrange 20000-40000", "ip[8] > 64",
           "tcp[13] == 0x10 and not dst port 993", "tcp[tcpflags] == tcp-rst or ip6", "len > 60", "vlan", "vlan and tcp", "mpls",
           "pppoes", "ip[6:2] & 0x1fff == 0", "tcp[((tcp[12] & 0xf0) >> 2):4] != 0", "not tcp", "tcp portrange 1-1023",
           "ether[0] & 1 == 0", "link[0] != 0", "ip host 127.0.0.1 or ip6 host ::1", "icmp or tcp", "port http", "ip6[6] == 6", "ip proto \\tcp and ip[1] & 3 == 0"]
ZONES = ["UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Monrovia"]


def options(r, link, names):
    """A set of options, as somebody might type them."""
    opts = ["-N"] if names and r.random() < .3 else [] if names else [r.choice(["-n", "-nn"])]
    opts += [f for f, p in FLAGS if r.random() < p]
    if r.random() < .6:
        opts.append(r.choice(["-t", "-tt", "-ttt", "-tttt", "-ttttt"]))
    if r.random() < .25:
        opts += ["-M", "secret"]
    if r.random() < .2:
        opts.append(r.choice(["--nano", "--micro", "--time-stamp-precision=nano"]))
    if r.random() < .1:
        opts += ["-c", str(r.randrange(1, 200))]
    if r.random() < .05:
        opts.append("--count")
    if r.random() < .15:
        opts += ["-T", r.choice(["resp", "zmtp1", "domain", "rtp"])]
    groups = group(opts)
    groups += r.sample(RARE, r.choice([0, 0, 0, 1, 2]))
    r.shuffle(groups)
    return [o for g in groups for o in g] + ([r.choice(FILTERS)] if r.random() < .3 else [])


def group(opts):
    """Options together with their arguments."""
    out = []
    for o in opts:
        if o.startswith("-"):
            out.append([o])
        else:
            out[-1].append(o)
    return out


def verbose(opts):
    return sum(o.count("v") for o in opts if o in ("-v", "-vv", "-vvv"))


def run(argv, zone):
    p = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ, TZ=zone), timeout=60)
    return p.stdout, p.returncode, p.stderr


def first_difference(want, got):
    a, b = want.split(b"\n"), got.split(b"\n")
    for i in range(max(len(a), len(b))):
        x = a[i] if i < len(a) else b"(ends)"
        y = b[i] if i < len(b) else b"(ends)"
        if x != y:
            return "line %d\n  tcpdump  %s\n  ebpfdump %s" % (i + 1, x.decode("latin1")[:600], y.decode("latin1")[:600])
    return "same lines"


def case(seed, packets, where):
    r = random.Random(seed)
    link = r.choice(LINKS)
    names = r.random() < .12
    opts = options(r, link, names)
    path = os.path.join(where, "parity-%d.pcap" % seed)
    sweep = r.choice(["cuts", "flags", "options"]) if r.random() < .3 else None
    without = (["msdp"] if verbose(opts) > 1 else []) + (["openflow"] if verbose(opts) > 2 else [])
    tcpgen.write(path, seed=seed, without=without, tsresol=r.choice([None, None, 0, 3, 6, 7, 9, 12, 0x80, 0x8A, 0x94, 0x9E, 0xA0]),
                 offset=r.choice([0, 0, 0, 3600, 1_600_000_000]), count=max(packets, 256) if sweep else packets, link=link, sweep=sweep, plain=r.random() < .1, nano=r.random() < .3,
                 payload=r.random() < .4, loopback=names,
                 pcapng=r.random() < .3, big=r.random() < .2)
    zone = r.choice(ZONES)
    want, want_rc, _ = run(["tcpdump", "-r", path] + opts, zone)
    got, rc, err = run([os.environ.get("EBPFDUMP", "build/ebpfdump"), "-r", path] + opts, zone)
    name = "parity seed %d: %s %s" % (seed, link, " ".join(opts))
    if want == got and want_rc == rc:
        print("ok - " + name)
        os.unlink(path)
        return True
    print("not ok - %s\n%s, status %d and %d\n  %s" % (name, first_difference(want, got), want_rc, rc,
                                                       err.decode("latin1")[-300:]))
    return False


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--count", type=int, default=120)
    a.add_argument("--packets", type=int, default=120)
    a.add_argument("--keep", help="directory for captures that differ")
    o = a.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as tmp:
        for seed in range(o.seed, o.seed + o.count):
            bad += not case(seed, o.packets, o.keep or tmp)
            sys.stdout.flush()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
