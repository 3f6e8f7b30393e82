#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes a capture of TCP packets, sound and broken, that depends on nothing but its arguments.

tcpgen.py --seed N --count N --link NAME [--sweep WHAT] [--plain] [--nano] [--no-cut] [--payload] [--loopback]
          [--pcapng] [--big] OUT

Every packet is TCP by the bytes that are captured of it, so that a reader without a filter shows them all:
cuts never reach into what says that it is TCP. --plain: only what a sound network carries.
--payload: half of the ports are those whose payload tcpdump reads, and half of those carry their protocol.
--sweep: instead of packets at random, cuts: packets cut at each byte; flags: each value of the flags byte; options: each
kind of option with a length at random. --loopback: every address is the host's own, so that names can be printed without asking a name server. --big: the other byte order."""

import argparse
import os
import random
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))
import payload_samples  # noqa: E402

LINKS = {
    "ether": 1, "null": 0, "ppp": 9, "ppp-serial": 50, "pppoe": 51, "raw": 101, "loop": 108, "sll": 113,
    "pppd": 166, "ipv4": 228, "ipv6": 229, "sll2": 276,
}
PAYLOAD_PORTS = [20, 21, 22, 23, 25, 43, 53, 80, 179, 323, 554, 639, 646, 1723, 2049, 3128, 5353, 6379, 6633, 6653, 8080, 8554, 10288]
TEXTS = [
    b"GET /index.html HTTP/1.1\r\nHost: a.example\r\nUser-Agent: x/1\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer: t\r\n\r\nhello",
    b"220 mail.example ESMTP\r\n", b"HELO b.example\r\n", b"USER anonymous\r\nPASS x\r\n",
    b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n", b"SSH-2.0-OpenSSH_9.2p1\r\n", b"*2\r\n$3\r\nGET\r\n$1\r\na\r\n",
    b"+OK\r\n", b"-ERR bad\r\n", b":17\r\n", b"example.org\r\n", b"\xff\xfd\x18\xff\xfb\x20login: ",
]


def be16(v):
    return struct.pack(">H", v & 0xFFFF)


def be32(v):
    return struct.pack(">I", v & 0xFFFFFFFF)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    s = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while s >> 16:
        s = (s & 0xFFFF) + (s >> 16)
    return ~s & 0xFFFF


class Made:
    """Bytes, and how many of them say that the packet is TCP."""

    def __init__(self, data, known):
        self.data = data
        self.known = known

    def behind(self, head, known=None):
        return Made(head + self.data, len(head) + self.known if known is None else known)


class Generator:
    def __init__(self, seed, plain, payload, loopback, without=()):
        self.r = random.Random(seed)
        self.plain = plain
        self.payload = payload
        self.loopback = loopback
        self.flags = None  # where a sweep sets them
        self.first_option = None
        self.samples = payload_samples.Make("%s-samples" % seed)
        self.protocols = {port: name for name, ports in payload_samples.PORTS.items() for port in ports
                          if name not in without}
        r = self.r
        self.v4 = [bytes(r.randrange(256) for _ in range(4)) for _ in range(6)] + [b"\x7f\0\0\1"]
        self.v6 = [bytes(r.randrange(256) for _ in range(16)) for _ in range(4)]
        self.v6 += [b"\0" * 15 + b"\1", b"\xfe\x80" + b"\0" * 6 + b"\2\x11\x22\xff\xfe\x33\x44\x55",
                    b"\0" * 10 + b"\xff\xff\xc0\0\2\1", b"\x20\x01\x0d\xb8" + b"\0" * 4 + b"\0\1" + b"\0" * 6,
                    b"\0" * 12 + b"\1\2\3\4", b"\0" * 16, b"\x20\x01" + b"\0" * 12 + b"\0\1"]
        if loopback:
            self.v4 = [b"\x7f\0\0\1"] * 2
            self.v6 = [b"\0" * 15 + b"\1"] * 2
        self.ports = [r.randrange(20000, 65536) for _ in range(5)] + [1, 443, 993, 9999, 12345]
        # around the end of summer time in several zones, the beginning of the epoch, and of its 33rd bit
        begin = r.choice([1_700_000_000] * 5 + [1_699_163_900, 1_698_505_100, 0, 63_593_000, 2**31 + 20])
        self.time = begin * 10**9 + r.randrange(10**9)

    def chance(self, p):
        return self.r.random() < p

    def odd(self, p):
        """Something that a sound network does not carry."""
        return not self.plain and self.chance(p)

    def bytes(self, n):
        return bytes(self.r.getrandbits(8) for _ in range(n))

    def port(self):
        if self.payload and self.chance(0.5):
            return self.r.choice(PAYLOAD_PORTS)
        return self.r.choice(self.ports)

    # TCP

    def sound_option(self):
        r = self.r
        kind = r.randrange(26)
        if self.loopback and 18 <= kind < 23:
            kind = 0
        if kind < 3:
            return b"\1"
        if kind == 3:
            return b"\2\4" + self.bytes(2)
        if kind == 4:
            return b"\3\3" + self.bytes(1)
        if kind == 5:
            return b"\4\2"
        if kind in (6, 7):
            n = r.randrange(0, 4)
            return bytes([5, 2 + 8 * n]) + self.bytes(8 * n)
        if kind in (8, 9):
            return b"\x08\x0a" + self.bytes(8)
        if kind == 10:
            return bytes([r.choice([6, 7, 11, 12, 13]), 6]) + self.bytes(4)
        if kind == 11:
            return b"\x13\x12" + self.bytes(16)
        if kind == 12:
            return b"\x14\4" + self.bytes(2)
        if kind == 13:
            return b"\x1c\4" + self.bytes(2)
        if kind == 14:
            n = r.choice([2, 3, 4, 6, 14, 18])
            return bytes([29, 2 + n]) + self.bytes(n)
        if kind == 15:
            n = r.choice([0, 4, 6, 8, 16, 3, 2, 18])
            return bytes([34, 2 + n]) + self.bytes(n)
        if kind == 16:
            n = r.choice([0, 4, 8, 16, 5])
            return bytes([254, 4 + n]) + b"\xf9\x89" + self.bytes(n)
        if kind == 17:
            n = r.randrange(2, 8)
            return bytes([254, 2 + n]) + self.bytes(n)
        if kind < 23:
            return self.mptcp()
        n = r.choice([0, 1, 2, 5, 10])
        return bytes([r.choice([9, 10, 14, 15, 18, 21, 27, 33, 77, 253, 255]), 2 + n]) + self.bytes(n)

    def mptcp(self):
        r = self.r
        sub = r.randrange(10)
        lengths = {0: [4, 12, 20, 22], 1: [12, 16, 24], 2: [4, 8, 12, 16, 18, 20, 24, 26, 28], 6: [12], 7: [12],
                   3: [8, 10, 16, 18, 20, 22, 28, 30], 4: [4, 5, 8], 5: [3, 4]}
        n = r.choice(lengths.get(sub, [3, 8]))
        if self.chance(0.1):
            n = r.randrange(2, 31)
        data = bytearray(self.bytes(n))
        data[0:2] = bytes([30, n])
        if n > 2:
            data[2] = sub << 4 | (r.choice([0, 1, 1, 4, 6, 2]) if self.chance(0.8) else data[2] & 15)
        if sub == 2 and n > 3 and self.chance(0.8):
            for flags in (1, 5, 7, 13, 15, 4, 12, 0, 3, 0x11, 0x15):
                size = 4 + (flags & 1 and (8 if flags & 2 else 4)) + (flags & 4 and (8 if flags & 8 else 4) + 6)
                if n - size in (0, 2):
                    data[3] = flags
        return bytes(data)

    def options(self):
        r = self.r
        if self.chance(0.3):
            return b""
        if self.chance(0.4):
            return b"\1\1\x08\x0a" + self.bytes(8)
        out = b""
        for _ in range(r.randrange(1, 8)):
            o = self.sound_option()
            if self.odd(0.08):
                o = bytes([o[0], r.randrange(256)]) + o[2:]
            elif self.odd(0.05) and len(o) > 2:
                o = bytes([o[0], max(2, len(o) + r.randrange(-2, 3))]) + o[2:]
            if len(out) + len(o) > 40:
                break
            out += o
        if self.chance(0.2) and len(out) < 40:
            out += b"\0"
        while len(out) % 4:
            out += r.choice([b"\0", b"\1"])
        return out

    def content(self, port):
        r = self.r
        if self.chance(0.35):
            return b""
        if port in self.protocols and self.chance(0.5):
            return self.samples.sample(getattr(self.samples, self.protocols[port]))[:1400]
        if self.payload and self.chance(0.7):
            text = r.choice(TEXTS)
            return text[: r.randrange(1, len(text) + 1)] if self.chance(0.2) else text
        n = r.choice([1, 2, 3, 6, 10, 31, 100, 536, 1400])
        return self.bytes(n) if self.chance(0.6) else (b"reason: no such thing, go away\r\n" * 50)[:n]

    def tcp(self, pseudo, sport, dport):
        r = self.r
        flags = r.choice([2, 0x12, 0x10, 0x10, 0x10, 0x18, 0x18, 0x11, 4, 0x14]) if self.chance(0.7) else r.randrange(256)
        if self.flags is not None:
            flags = self.flags
        opts = self.options()
        if self.first_option is not None:
            opts = (self.first_option + opts)[:40]
            opts += b"\1" * (-len(opts) % 4)
        off = 5 + len(opts) // 4
        if self.odd(0.06):
            off = r.randrange(16)
        seq = r.choice([1000, 1001, 5000, 0, 0xFFFFFFFF, 0x80000000, r.getrandbits(32)])
        ack = r.choice([77, 78, 5000, 0, 0xFFFFFFFF, r.getrandbits(32)])
        head = be16(sport) + be16(dport) + be32(seq) + be32(ack) + bytes([off << 4 | r.randrange(16), flags])
        head += be16(r.getrandbits(16)) + be16(0) + be16(r.getrandbits(16) if self.chance(0.3) else 0)
        body = opts + self.content(dport if self.payload and dport in self.protocols else sport)
        cks = checksum(pseudo(len(head) + len(body)) + head + body) if self.chance(0.85) else r.getrandbits(16)
        return Made(head[:16] + be16(cks) + head[18:] + body, 0)

    # IP

    def ipv4_options(self):
        r = self.r
        out = b""
        for _ in range(r.randrange(1, 4)):
            k = r.randrange(9)
            if k < 2:
                o = b"\1"
            elif k == 2:
                n = r.randrange(1, 4)
                o = bytes([r.choice([7, 131, 137]), 3 + 4 * n, r.choice([4, 8, 12, 16])]) + self.bytes(4 * n)
            elif k == 3:
                kind = r.choice([0, 1, 3])
                n = r.randrange(1, 3) * (8 if kind else 4)
                o = bytes([68, 4 + n, r.choice([5, 9, 13]), r.choice([0, 0x30]) | kind]) + self.bytes(n)
            elif k == 4:
                o = b"\x94\4" + r.choice([b"\0\0", b"\0\1"])
            elif k == 5:
                o = b"\x82\x0b" + self.bytes(9)
            elif k == 6:
                o = b"\x52\x0c" + self.bytes(10)
            elif k == 7:
                n = r.randrange(0, 6)
                o = bytes([r.randrange(20, 60), 2 + n]) + self.bytes(n)
            else:
                o = b"\0"
            if self.odd(0.15) and len(o) > 1:
                o = bytes([o[0], r.randrange(45)]) + o[2:]
            if self.odd(0.1) and len(o) > 3:
                o = o[:2] + self.bytes(2) + o[4:]
            if len(out) + len(o) <= 40:
                out += o
        while len(out) % 4:
            out += b"\0"
        return out

    def ipv4_header(self, src, dst, proto, inner_len, fragment=True):
        r = self.r
        opts = self.ipv4_options() if self.chance(0.12) and not self.loopback else b""
        length = 20 + len(opts) + inner_len
        ihl = 5 + len(opts) // 4
        if proto == 6 and self.odd(0.03):
            length = r.choice([0, 19, 20, 21, 24, 39, 40, 43, length + 1, length + 100, 65535, max(0, length - 3)])
        if proto == 6 and self.odd(0.02):
            ihl = r.randrange(16)
        frag = r.choice([0x4000, 0x4000, 0, 0x8000, 0xC000])
        if fragment and self.chance(0.06):
            frag = r.choice([0x2000, 0x2001, 0x00B9, 0x6000, 0x1FFF, 0xA010])
        tos = r.choice([0, 0, 0, 1, 2, 3, 0x10, 0xB8, 0xFF])
        h = bytes([0x40 | ihl, tos]) + be16(length) + be16(r.getrandbits(16)) + be16(frag)
        h += bytes([r.choice([64, 1, 255, 0, 128]), proto]) + be16(0) + src + dst + opts
        cks = checksum(h) if self.chance(0.9) else r.getrandbits(16)
        return h[:10] + be16(cks) + h[12:], frag

    def ipv4(self):
        r = self.r
        src, dst = r.sample(self.v4, 2) if self.chance(0.95) else [self.v4[0]] * 2
        sport, dport = self.port(), self.port()
        inner = self.tcp(lambda n: src + dst + b"\0\6" + be16(n), sport, dport)
        proto = 6
        if self.odd(0.03):
            inner, proto = self.ah(inner, 6, 4), 51
        head, frag = self.ipv4_header(src, dst, proto, len(inner.data), fragment=proto == 6)
        return inner.behind(head, 10 if proto == 6 else None)

    def ah(self, inner, proto, known):
        n = self.r.choice([4, 4, 4, 1, 2, 7])
        head = bytes([proto, n]) + be16(self.r.choice([0, 0, 5])) + self.bytes(8 + 4 * (n - 1))
        return inner.behind(head, known if proto == 6 else None)

    def v6_options(self, hop_by_hop):
        r = self.r
        out = b""
        for _ in range(r.randrange(0, 4)):
            k = r.randrange(7)
            if k == 0:
                o = b"\0"
            elif k == 1:
                n = r.randrange(0, 5)
                o = bytes([1, n]) + b"\0" * n
            elif k == 2:
                o = b"\5\2" + self.bytes(2)
            elif k == 3:
                o = b"\xc2\4" + r.choice([be32(70000), be32(100)])
            elif k == 4:
                n = r.choice([16, 16, 19])
                o = bytes([0xC9, n]) + self.bytes(16) + (b"\1\1\0" if n == 19 else b"")
            else:
                n = r.randrange(0, 7)
                o = bytes([r.choice([0x1E, 0x3E, 0x8A, 0x26]), n]) + self.bytes(n)
            if self.odd(0.1) and len(o) > 1:
                o = bytes([o[0], r.randrange(30)]) + o[2:]
            out += o
        while (len(out) + 2) % 8:
            out += b"\0" if self.chance(0.5) or (len(out) + 3) % 8 == 0 else b"\1\0"
        return out

    def v6_extension(self, inner, proto, first):
        """(inner with one more header, its number)."""
        r = self.r
        k = r.choice([0, 43, 43, 44, 60, 60, 51, 0 if not first else 60, 135 if self.odd(0.3) else 60])
        known = 4 if proto == 6 else None
        if k in (0, 60):
            o = self.v6_options(k == 0)
            if k == 0 and not first and not self.odd(0.3):
                k = 60
            head = bytes([proto, (len(o) + 2) // 8 - 1]) + o
        elif k == 43:
            kind = r.choice([0, 2, 4, 4, 3 if self.odd(0.3) else 4])
            n = r.randrange(0, 3) * 2
            if kind == 4 and n == 0:
                n = 2
            if self.odd(0.1):
                n += 1
            head = bytes([proto, n, kind, r.randrange(3)]) + r.choice([be32(0), self.bytes(4)])
            head += b"".join(r.choice(self.v6) for _ in range((n + 1) // 2))[: 8 * n]
        elif k == 44:
            head = bytes([proto, 0]) + be16(r.choice([0, 1, 1, 0 if proto != 6 else 0x5A9, 6])) + self.bytes(4)
            if proto != 6:
                head = head[:2] + be16(r.choice([0, 1])) + head[4:]
        elif k == 51:
            return self.ah(inner, proto, 4), 51
        else:
            n = r.choice([0, 1, 1, 2, 3])
            head = bytes([proto, n, r.randrange(10), 0]) + self.bytes(4 + 8 * n)
        return inner.behind(head, known), k

    def jumbo(self, src, dst):
        """More payload than 16 bits can tell (RFC 2675)."""
        content, self.content = self.content, lambda port: bytes(66000)
        inner = self.tcp(lambda n: src + dst + be32(n) + b"\0\0\0\6", self.port(), self.port())
        self.content = content
        n = len(inner.data) + 8 + self.r.choice([0, 0, 0, 100, -100])
        inner = inner.behind(b"\6\0\xc2\4" + be32(n), 4)
        return inner.behind(be32(6 << 28) + b"\0\0\0\x40" + src + dst)

    def jumbo_link(self, name):
        p = self.jumbo(*self.r.sample(self.v6, 2))
        heads = {"raw": b"", "null": struct.pack("<I", 28), "ether": bytes(12) + be16(0x86DD),
                 "sll": bytes(14) + be16(0x86DD)}
        return p.behind(heads[name])

    def ipv6(self):
        r = self.r
        src, dst = r.sample(self.v6, 2)
        sport, dport = self.port(), self.port()
        inner = self.tcp(lambda n: src + dst + be32(n) + b"\0\0\0\6", sport, dport)
        proto = 6
        if not self.loopback and self.chance(0.3):
            n = r.randrange(1, 4)
            for i in range(n):
                inner, proto = self.v6_extension(inner, proto, i == n - 1)
        head = self.ipv6_header(src, dst, proto, len(inner.data))
        return inner.behind(head, 7 if proto == 6 else None)

    def ipv6_header(self, src, dst, proto, n):
        r = self.r
        if self.odd(0.04):
            n = r.choice([0, 1, 8, 19, 20, 21, n + 1, n + 500, 65535, max(0, n - 3)])
        word = 6 << 28 | r.choice([0, 0, 1, 2, 3, 0xB8, 0xFF]) << 20 | r.choice([0, 0, 0x12345, 0xFFFFF, 7])
        return be32(word) + be16(n) + bytes([proto, r.choice([64, 255, 1, 0])]) + src + dst

    def ip(self):
        """A packet and its version; sometimes tunnelled."""
        v6 = self.chance(0.35)
        p = self.ipv6() if v6 else self.ipv4()
        if self.chance(0.1):
            return self.tunnel(p, v6)
        return p, v6

    def tunnel(self, p, v6):
        """Around a packet: headers without fault, or they would hide it."""
        plain, self.plain = self.plain, True
        made = self.sound_tunnel(p, v6)
        self.plain = plain
        return made

    def sound_tunnel(self, p, v6):
        r = self.r
        outer6 = self.chance(0.3)
        k = r.randrange(8)
        if k < 3:
            proto = 41 if v6 else 4
        elif k == 7 and outer6:
            p, proto = self.ether(p, v6, tags=False), 143
        else:
            p, proto = self.gre(p, v6), 47
        if outer6:
            a, b = r.sample(self.v6, 2)
            return p.behind(self.ipv6_header(a, b, proto, len(p.data))), True
        a, b = r.sample(self.v4, 2)
        return p.behind(self.ipv4_header(a, b, proto, len(p.data), fragment=False)[0]), False

    def gre(self, p, v6):
        r = self.r
        flags = 0
        body = b""
        if self.chance(0.15):
            flags = 1 | 0x1000 | r.choice([0, 0x2000]) | r.choice([0, 0x80])
            body += self.bytes(4) if flags & 0x2000 else b""
            body += self.bytes(4) + (self.bytes(4) if flags & 0x80 else b"")
            return self.ppp(p, v6).behind(be16(flags) + be16(0x880B) + body)
        flags = r.choice([0, 0, 0x8000, 0x2000, 0x1000, 0xB000, 0x3000, 0x4000])
        body += self.bytes(4) if flags & 0xC000 else b""
        body += self.bytes(4) if flags & 0x2000 else b""
        body += self.bytes(4) if flags & 0x1000 else b""
        if flags & 0x4000:
            for _ in range(r.randrange(0, 3)):
                n = r.choice([4, 8])
                off = r.choice([0, 4, 2]) if self.odd(0.9) else 0
                body += be16(r.choice([0x0800, 0xFFFE, 0x1234])) + bytes([off, n]) + self.bytes(n)
            body += b"\0\0\0\0"
        k = r.randrange(4)
        if k == 0:
            return self.mpls(p, v6).behind(be16(flags) + be16(0x8847) + body)
        if k == 1:
            return self.ether(p, v6).behind(be16(flags) + be16(0x6558) + body)
        return p.behind(be16(flags) + be16(0x86DD if v6 else 0x0800) + body)

    # links

    def mpls(self, p, v6):
        r = self.r
        n = r.randrange(1, 4)
        head = b""
        for i in range(n):
            label = r.choice([16, 1000, 0xFFFFF, 1, 7, 14])
            if i == n - 1 and (self.chance(0.4) or not 0x45 <= p.data[0] <= 0x6F or 0x50 <= p.data[0] < 0x60):
                label = 2 if v6 else r.choice([0, 3])
            head += be32(label << 12 | r.randrange(8) << 9 | (i == n - 1) << 8 | r.randrange(256))
        return p.behind(head)

    def ppp(self, p, v6, control=None):
        r = self.r
        if self.chance(0.15):
            p = self.mpls(p, v6)
            proto = be16(r.choice([0x0281, 0x0283]))
        else:
            proto = be16(0x57 if v6 else r.choice([0x21, 0x21, 0x2F]))
            if self.chance(0.3):
                proto = proto[1:]
        if control is None:
            control = b"\xff\3" if self.chance(0.5) else b""
        return p.behind(control + proto)

    def pppoe(self, p, v6):
        r = self.r
        p = self.ppp(p, v6, b"")
        n = len(p.data) + (r.choice([1, 100, -4]) if self.odd(0.1) else 0)
        first = r.choice([0x12, 0x21]) if self.odd(0.05) else 0x11
        return p.behind(bytes([first, 0]) + be16(r.choice([0, 1, 0x1234])) + be16(n))

    def typed(self, p, v6):
        """What an EtherType names: (packet, type)."""
        k = self.r.randrange(20)
        if k == 0:
            return self.mpls(p, v6), self.r.choice([0x8847, 0x8848])
        if k == 1:
            return self.pppoe(p, v6), 0x8864
        if k == 2:
            return self.ppp(p, v6), 0x880B
        return p, 0x86DD if v6 else 0x0800

    def llc(self, p, v6):
        r = self.r
        if not v6 and self.chance(0.3):
            return p.behind(bytes([6, 6 | r.randrange(2), 3]))
        if self.chance(0.2):
            return self.ether(p, v6, tags=False).behind(b"\xaa\xaa\3\0\x80\xc2" + r.choice([b"\0\1", b"\0\7"]) + b"\0\0")
        p, kind = self.typed(p, v6)
        return p.behind(bytes([0xAA | r.randrange(2), 0xAA | r.randrange(2), 3]) + r.choice([b"\0\0\0", b"\0\0\xf8"]) + be16(kind))

    def ether(self, p, v6, tags=True):
        r = self.r
        macs = self.bytes(6) + r.choice([b"\0\0\x0c", b"\0\x1b\x21", b"\0\0\0"]) + self.bytes(3)
        if self.chance(0.1):
            macs = b"\xff" * 6 + macs[6:]
        k = r.random()
        if k < 0.06:
            p = self.llc(p, v6)
            n = len(p.data) + (r.choice([-3, 5]) if self.odd(0.1) else 0)
            kind = be16(min(n, 1500))
            if self.chance(0.2):
                kind = be16(0x8870)
        else:
            p, kind = self.typed(p, v6)
            kind = be16(kind)
        head = b""
        if tags and self.chance(0.2):
            for _ in range(r.choice([1, 1, 2, 3])):
                head += be16(r.choice([0x8100, 0x8100, 0x88A8, 0x9100, 0x9200])) + self.bytes(2)
        pad = b"\0" * max(0, 46 - len(p.data)) if self.chance(0.5) else b""
        return Made(macs + head + kind + p.data + pad, len(macs + head + kind) + p.known)

    def cooked_type(self, p, v6):
        if self.chance(0.05):
            return self.llc(p, v6), 4
        p, kind = self.typed(p, v6)
        if self.chance(0.15):
            return p.behind(self.bytes(2) + be16(kind)), 0x8100
        return p, kind

    def link(self, name):
        r = self.r
        if name in ("ipv4", "ipv6"):
            v6 = name == "ipv6"
            return self.ipv6() if v6 else self.ipv4()
        if name in ("raw", "ether", "null", "sll") and self.chance(0.003):
            return self.jumbo_link(name)
        p, v6 = self.ip()
        if name == "ether":
            return self.ether(p, v6)
        if name == "raw":
            return p
        if name in ("null", "loop"):
            family = r.choice([24, 28, 30]) if v6 else 2
            return p.behind(struct.pack(">I" if name == "loop" or self.chance(0.2) else "<I", family))
        if name == "ppp":
            return self.ppp(p, v6)
        if name == "pppd":
            return self.ppp(p, v6, r.choice([b"\0\3", b"\1\3", b"\xff\3"]))
        if name == "ppp-serial":
            return p.behind(b"\xff\3" + be16(0x57 if v6 else 0x21))
        if name == "pppoe":
            return self.pppoe(p, v6)
        p, kind = self.cooked_type(p, v6)
        addr = r.choice([6, 6, 0, 8])
        if name == "sll":
            return p.behind(be16(r.choice([0, 1, 2, 3, 4, 9])) + be16(1) + be16(addr) + self.bytes(8) + be16(kind))
        return p.behind(be16(kind) + be16(0) + be32(r.choice([1, 1, 4000000])) + be16(1) +
                        bytes([r.choice([0, 1, 2, 3, 4, 9]), addr]) + self.bytes(8))

    def tick(self):
        r = self.r
        self.time += r.choice([0, 1, 999, 1000, 1001, 12345, 10**6, 10**9, 61 * 10**9, 3600 * 10**9])
        if self.chance(0.02):
            self.time = max(0, self.time - r.choice([5, 1500, 10**9]))
        return self.time

    def packet(self, name, cuts):
        """(bytes captured, length on the wire)."""
        r = self.r
        p = self.link(name)
        data, wire = p.data, len(p.data)
        known = p.known
        if cuts and self.odd(0.2) and known < len(data):
            data = bytearray(data)
            for _ in range(r.randrange(1, 5)):
                data[r.randrange(known, min(len(data), known + 80))] = r.choice([0, 1, 0xFF, r.randrange(256)])
            data = bytes(data)
        if cuts and self.chance(0.3) and known < len(data):
            if self.chance(0.7):
                data = data[: r.randrange(known, min(len(data), known + 100) + 1)]
            else:
                data = data[: r.randrange(known, len(data) + 1)]
        if cuts and self.odd(0.005):
            wire = r.choice([0, len(data) - 1, 262145, 300000])
        return data, wire


    def sweep(self, what, name, count):
        """Packets of which each differs from the last in one thing."""
        r = self.r
        while what == "cuts" and count > 0:
            p = self.link(name)
            first = max(p.known, len(p.data) - count, 1)
            for n in range(first, min(len(p.data), first + 160) + 1):
                yield p.data[:n], len(p.data)
                count -= 1
            count -= 1
        for i in range(count):
            if what == "flags":
                self.flags = i & 255
            else:
                kind, n = i & 255, r.choice([0, 1, 2, 3, 4, 6, 8, 10, 12, 16, 18, 20, 22, r.randrange(41)])
                self.first_option = (bytes([kind, n]) + self.bytes(max(0, n - 2)))[:40]
            p = self.link(name)
            yield p.data, len(p.data)

    def packets(self, what, name, count, cuts):
        if what:
            yield from self.sweep(what, name, count)
        else:
            for _ in range(count):
                yield self.packet(name, cuts)


def pcap_file(order, link, nano, packets):
    yield struct.pack(order + "IHHiIII", 0xA1B23C4D if nano else 0xA1B2C3D4, 2, 4, 0, 0, 262144, LINKS[link])
    for t, data, wire in packets:
        yield struct.pack(order + "IIII", t // 10**9, t % 10**9 // (1 if nano else 1000), len(data), wire) + data


def pcapng_file(order, link, nano, packets, tsresol=None, offset=0):
    """tsresol: as in the option if_tsresol."""
    def block(kind, body):
        n = 12 + len(body)
        return struct.pack(order + "II", kind, n) + body + struct.pack(order + "I", n)

    if tsresol is None:
        tsresol = 9 if nano else 6
    per_second = 2 ** (tsresol & 127) if tsresol & 128 else 10 ** tsresol
    yield block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    options = struct.pack(order + "HHBxxx", 9, 1, tsresol)
    options += struct.pack(order + "HHq", 14, 8, offset) if offset else b""
    yield block(1, struct.pack(order + "HHI", LINKS[link], 0, 262144) + options + struct.pack(order + "HH", 0, 0))
    for t, data, wire in packets:
        t = max(0, t - offset * 10**9) * per_second // 10**9
        head = struct.pack(order + "IIIII", 0, t >> 32 & 0xFFFFFFFF, t & 0xFFFFFFFF, len(data), wire)
        yield block(6, head + data + bytes(-len(data) % 4))


def write(path, seed=1, count=200, link="ether", plain=False, nano=False, cuts=True, payload=False, loopback=False,
          sweep=None, pcapng=False, big=False, tsresol=None, offset=0, without=()):
    g = Generator(seed, plain, payload, loopback, without)
    packets = ((g.tick(), data, wire) for data, wire in g.packets(sweep, link, count, cuts and not plain))
    with open(path, "wb") as f:
        order = ">" if big else "<"
        for piece in pcapng_file(order, link, nano, packets, tsresol, offset) if pcapng else pcap_file(order, link, nano, packets):
            f.write(piece)


def main():
    a = argparse.ArgumentParser(description=__doc__)
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--count", type=int, default=200)
    a.add_argument("--link", choices=LINKS, default="ether")
    a.add_argument("--sweep", choices=["cuts", "flags", "options"])
    a.add_argument("--plain", action="store_true")
    a.add_argument("--nano", action="store_true")
    a.add_argument("--no-cut", action="store_true")
    a.add_argument("--payload", action="store_true")
    a.add_argument("--loopback", action="store_true")
    a.add_argument("--pcapng", action="store_true")
    a.add_argument("--big", action="store_true")
    a.add_argument("out")
    o = a.parse_args()
    write(o.out, o.seed, o.count, o.link, o.plain, o.nano, not o.no_cut, o.payload, o.loopback, o.sweep,
          o.pcapng, o.big)


if __name__ == "__main__":
    main()
