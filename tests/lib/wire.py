#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A wire with faults between two interfaces of this namespace: wire.py IFA IFB [--delay MS] [--loss P] [--dup P]
[--late P --by MS] [--hurt P] [--seed N]

Each frame is lost, doubled, held back, or gets one bit of its payload wrong by chance; the rest goes on in order after the delay. Ends with SIGTERM."""

import argparse
import heapq
import random
import select
import socket
import time

ap = argparse.ArgumentParser()
ap.add_argument("a")
ap.add_argument("b")
ap.add_argument("--delay", type=float, default=0)
ap.add_argument("--loss", type=float, default=0)
ap.add_argument("--dup", type=float, default=0)
ap.add_argument("--late", type=float, default=0)
ap.add_argument("--by", type=float, default=5)
ap.add_argument("--hurt", type=float, default=0)
ap.add_argument("--seed", type=int, default=1)
o = ap.parse_args()
rnd = random.Random(o.seed)
ends = []
for name in (o.a, o.b):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.bind((name, 0))
    s.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE: only what is meant to be lost is lost
    s.setblocking(False)
    ends.append(s)
queue, order = [], 0


def put(to, frame, wait):
    global order
    order += 1
    heapq.heappush(queue, (time.monotonic() + wait / 1000, order, to, frame))


def hurt(frame):
    """Behind the headers, so that it stays in its connection."""
    at = 14 + 20 + 60
    if len(frame) <= at:
        return frame
    frame = bytearray(frame)
    frame[rnd.randrange(at, len(frame))] ^= 1 << rnd.randrange(8)
    return bytes(frame)


def take(i):
    while True:
        try:
            frame, where = ends[i].recvfrom(65536)
        except BlockingIOError:
            return
        if where[2] == socket.PACKET_OUTGOING:
            continue
        if frame[12:14] == b"\x08\x06":  # ARP is spared
            put(1 - i, frame, 0)
            continue
        if rnd.random() < o.loss:
            continue
        if rnd.random() < o.hurt:
            frame = hurt(frame)
        put(1 - i, frame, o.delay + (o.by if rnd.random() < o.late else 0))
        if rnd.random() < o.dup:
            put(1 - i, frame, o.delay)


while True:
    wait = max(0, queue[0][0] - time.monotonic()) if queue else None
    ready, _, _ = select.select(ends, [], [], wait)
    for s in ready:
        take(ends.index(s))
    while queue and queue[0][0] <= time.monotonic():
        _, _, to, frame = heapq.heappop(queue)
        try:
            ends[to].send(frame)
        except OSError:
            pass
