#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Sessions whose segments wander: what a capture point sees of loss, reordering, duplicates, closed windows.

flowgen.py --seed N --sessions N --segments N OUT.pcap

Numbers, windows and times are drawn near those that matter to the rules of an analysis, so that each rule is met
often and at its edges. It is seeded: the same arguments give the same file."""

import argparse
import random
import struct


class Side:
    def __init__(self, rnd, addr, port):
        self.addr, self.port = addr, port
        self.nx = self.isn = rnd.randrange(1, 1 << 32)
        self.la = 0
        self.win = rnd.choice([0, 1, 29, 502, 64240])
        self.scale = None
        self.fin = False


class Session:
    def __init__(self, rnd, number, now):
        self.rnd, self.now = rnd, now
        self.sides = (Side(rnd, b"\x0a\0" + struct.pack(">H", number), rnd.randrange(32768, 61000)),
                      Side(rnd, b"\xc0\0\2" + bytes([1 + number % 200]), rnd.choice([80, 443, 5432])))
        self.packets = []
        scaled = rnd.random() < 0.7
        self.scales = (rnd.choice([0, 2, 7]), rnd.choice([0, 1, 7])) if scaled else (None, None)

    def emit(self, i, flags, seq, ack, win, length=0, options=b""):
        s, o = self.sides[i], self.sides[1 - i]
        tcp = struct.pack(">HHIIBBHHH", s.port, o.port, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF,
                          (20 + len(options)) // 4 << 4, flags, win, 0, 0) + options + b"x" * length
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0, s.addr, o.addr)
        self.packets.append((self.now, ip + tcp))

    def handshake(self):
        c, s = self.sides
        rtt = self.rnd.choice([200_000, 2_000_000, 30_000_000])
        ws = [b"\1\3\3" + bytes([x]) if x is not None else b"" for x in self.scales]
        for _ in range(self.rnd.choice([1, 1, 1, 2])):
            self.emit(0, 0x02, c.isn, 0, 64240, options=ws[0])
            self.now += rtt
        for _ in range(self.rnd.choice([1, 1, 1, 2])):
            self.emit(1, 0x12, s.isn, c.isn + 1, 65160, options=ws[1])
            self.now += rtt // 2
        c.nx, s.nx = c.isn + 1, s.isn + 1
        c.la, s.la = s.nx, c.nx
        self.emit(0, 0x10, c.nx, c.la, c.win)

    def step(self):
        r = self.rnd
        i = r.randrange(2)
        f, o = self.sides[i], self.sides[1 - i]
        self.now += r.choice([1_000, 50_000, 400_000, 1_500_000, 2_999_999, 3_000_000, 15_000_000, 25_000_000, 300_000_000])
        length = r.choice([0, 0, 0, 0, 1, 1, 100, 100, 1460])
        seq = f.nx + r.choice([0] * 14 + [-1, -1, -1, 1, 1460, -100, -101, -1460, -r.randrange(1, 3000)])
        if r.random() < 0.1:
            seq = o.la + r.choice([0, 0, -1, -100])
        ack = r.choice([f.la] * 6 + [o.nx] * 6 + [o.nx - 100, o.nx + 1, o.nx + 1460])
        if (ack - f.la) & 0xFFFFFFFF > 0x7FFFFFFF:
            ack = f.la
        win = r.choice([f.win] * 8 + [0, 0, 1, 29, 502, 64240])
        if length and r.random() < 0.1 and o.win:
            scale = self.scales[1 - i] or 0
            edge = (o.la + (o.win << scale) - seq) & 0xFFFFFFFF
            length = edge if 0 < edge <= 1460 else length
        flags = 0x10 | (0x08 if length else 0)
        if r.random() < 0.02 and not f.fin:
            flags |= 0x01
            f.fin = True
        self.emit(i, flags, seq, ack, win, length)
        end = seq + length + (flags & 1)
        if (end - f.nx) & 0xFFFFFFFF < 0x80000000:
            f.nx = end
        f.la, f.win = ack, win


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--sessions", type=int, default=50)
    ap.add_argument("--segments", type=int, default=60)
    ap.add_argument("out")
    a = ap.parse_args()
    rnd = random.Random(a.seed)
    packets = []
    for n in range(a.sessions):
        s = Session(rnd, n, 1_700_000_000_000_000_000 + rnd.randrange(10_000_000_000))
        if rnd.random() < 0.8:
            s.handshake()
        else:
            s.sides[0].la, s.sides[1].la = s.sides[1].nx, s.sides[0].nx
        for _ in range(a.segments):
            s.step()
        packets += s.packets
    packets.sort(key=lambda p: p[0])
    with open(a.out, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 101))
        for t, data in packets:
            f.write(struct.pack("<IIII", t // 10**9, t % 10**9, len(data), len(data)) + data)


main()
