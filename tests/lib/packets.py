#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Reads pcap and pcapng independently of the program under test.

packets.py same A B      both hold the same packets, as multisets of (original length, bytes)
packets.py list FILE     one line a packet: ns, original length, captured length, direction, interface
packets.py count FILE
"""
import struct
import sys
from collections import Counter


def read_pcap(data):
    magic = data[:4]
    order, scale = {
        b"\xd4\xc3\xb2\xa1": ("<", 1000),
        b"\xa1\xb2\xc3\xd4": (">", 1000),
        b"\x4d\x3c\xb2\xa1": ("<", 1),
        b"\xa1\xb2\x3c\x4d": (">", 1),
    }[magic]
    at = 24
    while at < len(data):
        sec, frac, cap, orig = struct.unpack_from(order + "IIII", data, at)
        body = data[at + 16 : at + 16 + cap]
        if len(body) != cap:
            raise ValueError(f"cut at {at}")
        yield sec * 10**9 + frac * scale, orig, body, "", ""
        at += 16 + cap


def options(data, order):
    at = 0
    while at + 4 <= len(data):
        code, length = struct.unpack_from(order + "HH", data, at)
        if code == 0:
            return
        yield code, data[at + 4 : at + 4 + length]
        at += 4 + (length + 3) // 4 * 4


def read_pcapng(data):
    at, order, ifaces = 0, "<", []
    while at < len(data):
        if data[at : at + 4] == b"\x0a\x0d\x0d\x0a":
            order = "<" if data[at + 8 : at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            ifaces = []
        kind, total = struct.unpack_from(order + "II", data, at)
        body = data[at + 8 : at + total - 4]
        if total % 4 or struct.unpack_from(order + "I", data, at + total - 4)[0] != total:
            raise ValueError(f"bad block at {at}")
        if kind == 1:
            opts = dict(options(body[8:], order))
            res = opts.get(9, b"\x06")[0]
            unit = 10**9 / (2 ** (res & 127) if res & 128 else 10**res)
            ifaces.append((opts.get(2, b"").rstrip(b"\0").decode(), unit))
        elif kind == 6:
            iface, hi, lo, cap, orig = struct.unpack_from(order + "IIIII", body)
            name, unit = ifaces[iface]
            opts = dict(options(body[20 + (cap + 3) // 4 * 4 :], order))
            flags = struct.unpack(order + "I", opts[2])[0] if 2 in opts else 0
            yield int((hi << 32 | lo) * unit), orig, body[20 : 20 + cap], ["", "in", "out", ""][flags & 3], name
        at += total


def read(path):
    data = open(path, "rb").read()
    return list((read_pcapng if data[:4] == b"\x0a\x0d\x0d\x0a" else read_pcap)(data))


def same(a, b):
    left = Counter((p[1], p[2]) for p in read(a))
    right = Counter((p[1], p[2]) for p in read(b))
    for name, extra in ((a, left - right), (b, right - left)):
        for (orig, body), n in list(extra.items())[:5]:
            print(f"only in {name}: {n} × {orig} bytes: {body[:80].hex()}")
    if not left and not right:
        print("both are empty")
    return 0 if left == right and left else 1


def main():
    what, args = sys.argv[1], sys.argv[2:]
    if what == "same":
        return same(*args)
    if what == "count":
        print(len(read(args[0])))
    elif what == "list":
        for ts, orig, body, direction, name in read(args[0]):
            print(ts, orig, len(body), direction or "-", name or "-")
    return 0


if __name__ == "__main__":
    sys.exit(main())
