#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Sessions by hand: script.py OUT.pcap <LINES

A line: MILLISECONDS-SINCE-THE-LAST C|S FLAGS SEQ ACK WIN [LEN [SHIFT]]   flags as tcpdump writes them, numbers relative
     or: MILLISECONDS icmp TYPE CODE          an error about the client's last segment, from a router
     or: session PORT [6]                     what follows is another session (6: over IPv6), from that client port
Empty lines and # are passed over. LEN may be text: the payload."""

import struct
import sys

ISN = (4294967200, 77000)


class Session:
    def __init__(self, port, six):
        self.port, self.six = port, six
        net = b"\x20\1\x0d\xb8" + bytes(11)
        self.addr = (net + b"\1", net + b"\2") if six else (bytes([192, 0, 2, 1]), bytes([198, 51, 100, 7]))
        self.router = net + b"\xfe" if six else bytes([192, 0, 2, 254])
        self.last = b""

    def ip(self, src, dst, proto, body):
        if self.six:
            return struct.pack(">IHBB", 6 << 28, len(body), proto, 64) + src + dst + body
        return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 1, 0x4000, 64, proto, 0, src, dst) + body

    def segment(self, words):
        i = 0 if words[0] == "C" else 1
        flags = sum({"S": 2, "F": 1, "R": 4, "P": 8, ".": 16, "U": 32}[c] for c in words[1])
        seq, ack = ISN[i] + int(words[2]), ISN[1 - i] + int(words[3]) if "." in words[1] else 0
        payload = b""
        if len(words) > 5:
            payload = b"x" * int(words[5]) if words[5].isdigit() else words[5].replace("_", " ").encode() + b"\r\n"
        options = b"\1\3\3" + bytes([int(words[6])]) if len(words) > 6 else b""
        ports = (self.port, 80)
        tcp = struct.pack(">HHIIBBHHH", ports[i], ports[1 - i], seq & 0xFFFFFFFF, ack & 0xFFFFFFFF,
                          (20 + len(options)) // 4 << 4, flags, int(words[4]), 0, 0) + options + payload
        data = self.ip(self.addr[i], self.addr[1 - i], 6, tcp)
        if i == 0:
            self.last = data
        return data

    def icmp(self, kind, code):
        return self.ip(self.router, self.addr[0], 58 if self.six else 1, struct.pack(">BBHI", kind, code, 0, 0) + self.last)


def main():
    now, session = 1_700_000_000 * 10**9, Session(40000, False)
    with open(sys.argv[1], "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 101))
        for line in sys.stdin:
            words = line.split("#")[0].split()
            if not words:
                continue
            if words[0] == "session":
                session = Session(int(words[1]), len(words) > 2)
                continue
            now += int(float(words[0]) * 1e6)
            data = session.icmp(int(words[2]), int(words[3])) if words[1] == "icmp" else session.segment(words[1:])
            out.write(struct.pack("<IIII", now // 10**9, now % 10**9, len(data), len(data)) + data)


main()
