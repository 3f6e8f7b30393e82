#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Payloads of the protocols that tcpdump prints over TCP, valid and hostile, as a pcap file.

payload_samples.py SEED COUNT FILE [PROTOCOL…]: COUNT segments, each on its protocol's port, some of them cut."""
import random
import struct
import sys


class Make:
    """One seeded source of all that follows."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.from_server = None  # which way the last sample goes, if that matters
        self.calls = []          # of NFS: (xid, procedure, version)

    def u8(self):
        return self.r.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 24, 32, 64, 96, 127, 128, 129, 130, 132, 152, 192, 255,
                              self.r.randrange(256)))

    def bytes(self, n):
        return bytes(self.r.choice((0, 1, 255, self.r.randrange(256))) for _ in range(n))

    def u16(self):
        return struct.pack('>H', self.r.choice((0, 1, 2, 3, 4, 255, 256, 65535, self.r.randrange(65536))))

    def u32(self):
        return struct.pack('>I', self.r.choice((0, 1, 0xffffffff, self.r.randrange(1 << 16), self.r.randrange(1 << 32))))

    def pick(self, *a):
        return self.r.choice(a)

    def chance(self, p):
        return self.r.random() < p

    def word(self, n=8):
        return ''.join(self.r.choice('abcdefghijklmnopqrstuvwxyz0123456789-') for _ in range(self.r.randint(1, n))).encode()

    # Text

    def lines(self, first):
        eol = self.pick(b'\r\n', b'\r\n', b'\r\n', b'\n', b'\r')
        out = first
        for _ in range(self.r.randrange(6)):
            out += eol + self.pick(b'', self.word() + b': ' + self.word(30), b'\tfolded ' + self.word(), self.bytes(5),
                                   b' ' + self.word(60))
        return out + self.pick(b'', eol, eol + eol, eol + eol + self.bytes(self.r.randrange(30)))

    def http(self):
        verbs = ('GET PUT COPY HEAD LOCK MOVE POLL POST BCOPY BMOVE MKCOL TRACE LABEL MERGE DELETE SEARCH UNLOCK REPORT '
                 'UPDATE NOTIFY BDELETE CONNECT OPTIONS CHECKIN PROPFIND CHECKOUT CCM_POST SUBSCRIBE PROPPATCH BPROPFIND '
                 'BPROPPATCH UNCHECKOUT MKACTIVITY MKWORKSPACE UNSUBSCRIBE RPC_CONNECT VERSION-CONTROL BASELINE-CONTROL '
                 'DESCRIBE PLAY get Post PATCH').split()
        verb = self.pick(*verbs).encode()
        code = self.pick(b'200', b'404', b'20', b'2000', b'2x0', b'200OK')
        gap = self.pick(b' ', b' ', b'  ', b'\t', b'')
        return self.lines(self.pick(verb + gap + b'/' + self.word(20) + b' HTTP/1.1', b'HTTP/1.1' + gap + code + b' OK',
                                    code + b' reply', verb, self.word(140) + b' ' + code, b' ' + verb, self.bytes(20)))

    def rtsp(self):
        verbs = 'DESCRIBE ANNOUNCE GET_PARAMETER OPTIONS PAUSE PLAY RECORD REDIRECT SETUP SET_PARAMETER TEARDOWN GET pause'
        verb = self.pick(*verbs.split())
        return self.lines(self.pick(verb.encode() + b' rtsp://' + self.word() + b' RTSP/1.0', b'RTSP/1.0 200 OK', self.word(),
                                    b'$' + self.bytes(30)))

    def smtp(self):
        return self.lines(self.pick(b'220 mail ESMTP', b'EHLO ' + self.word(), b'MAIL FROM:<a@b>', b'250-SIZE', self.bytes(9), b''))

    def ssh(self):
        return self.pick(b'SSH-2.0-' + self.word(40), b'SSH-', b'SSX-2.0', b'SSH', self.bytes(12)) + \
            self.pick(b'\r\n', b'\n', b'\r', b'\rx', b'', b'\x01\n', b'\r\n' + self.bytes(20))

    def beep(self):
        return self.pick(b'MSG 0 1 . 0 10\r\n', b'MSG\0', b'RPY 0', b'ERR 1', b'ANS 1', b'NUL 0', b'SEQ 0 1', b'END\r\n',
                         b'END\0', b'EN', self.bytes(6))

    def resp_item(self, depth=0):
        eol = self.pick(*[b'\r\n'] * 12, b'\n', b'\r', b'')
        kind = self.r.randrange(10)
        if kind < 3:
            return self.pick(b'+', b'-', b':') + self.word(20) + eol
        if kind < 6:
            text = self.pick(b'', self.word(30), self.bytes(10))
            n = self.pick(*[len(text)] * 8, -1, -2, 0, 99999, 99999999999, 2147483647, 2147483648)
            return b'$' + self.pick(str(n).encode(), b'', b'-', b'x', b'1x') + eol + text + eol if self.chance(.1) else \
                b'$%d' % n + eol + (text + eol if n >= 0 else b'')
        if kind < 9 and depth < 4:
            n = self.r.randrange(4)
            return b'*%d' % self.pick(n, n, n, n, -1, -5, 99) + eol + b''.join(self.resp_item(depth + 1) for _ in range(n))
        return self.pick(b'PING', b'SET a b', self.bytes(4), b'\r\n\nPING') + self.pick(eol, b'\r\n\r\n')

    def resp(self):
        return b''.join(self.resp_item() for _ in range(self.r.randint(1, 4)))

    def telnet(self):
        out = b''
        for _ in range(self.r.randint(1, 5)):
            out += bytes([255, self.pick(*range(235, 256), 250, 250, 250, 251, 253)])
            if out[-1] in (250, 251, 252, 253, 254):
                out += bytes([self.pick(*range(42), 24, 31, 34, 37, 38, 39, 200)])
            if len(out) > 2 and out[-2] == 250:
                out += self.bytes(self.r.randrange(12)).replace(b'\xff', b'\x01')
                out += self.pick(*[b'\xff\xf0'] * 6, b'\xff', b'', b'\xf0')
        return out + self.pick(b'', b'login: ', b'\xff', self.bytes(3))

    # DNS

    def dns_name(self, at):
        out = b''
        for _ in range(self.r.randrange(4)):
            label = self.pick(self.word(), self.word(), self.word(63), self.bytes(5))[:63]
            out += bytes([len(label)]) + label
            if self.chance(.02):
                out += b'\x41' + bytes([self.u8()]) + self.bytes(4)
        if self.chance(.02):
            return out + self.pick(b'\x80', b'\x42', b'\x41', b'\x3f')
        if at > 12 and self.chance(.5):
            target = self.pick(12, 12, self.r.randrange(at), at, 0x3fff)
            return out + struct.pack('>H', 0xc000 | target & 0x3fff)
        return out + b'\0'

    def edns(self):
        out = b''
        for _ in range(self.r.randrange(4)):
            code = self.pick(*range(1, 19), 8, 10, 11, 65001)
            if code == 8 and self.chance(.7):
                family, bits = self.pick((1, 24), (1, 32), (2, 56), (2, 128), (1, 0), (3, 8), (1, 33))
                data = struct.pack('>HBB', family, bits, self.pick(0, 24, 129)) + self.bytes((bits + 7) // 8)
            else:
                data = self.bytes(self.pick(0, 1, 2, 2, 4, 4, 8, 16, 24, 40, 41))
            out += struct.pack('>HH', code, len(data) + self.pick(0, 0, 0, 0, 0, 0, 1)) + data
        return out

    def rdata(self, kind, at):
        name = lambda skip=0: self.dns_name(at + skip)
        if kind == 1:
            return self.bytes(4)
        if kind == 28:
            return self.bytes(16)
        if kind in (2, 5, 12, 39):
            return name()
        if kind == 6:
            a = name()
            return a + self.dns_name(at + len(a)) + self.bytes(20)
        if kind == 15:
            return self.u16() + name(2)
        if kind in (16, 99):
            return b''.join(bytes([len(t)]) + t for t in (self.pick(self.word(), self.bytes(9)) for _ in range(self.r.randrange(4))))
        if kind == 33:
            return self.bytes(6) + name(6)
        if kind == 38:
            bits = self.pick(0, 7, 8, 64, 127, 128, 129)
            return bytes([bits]) + self.bytes(16 - min(bits, 128) // 8) + (name(17 - min(bits, 128) // 8) if bits else b'')
        if kind == 41:
            return self.edns()
        if kind == 256:
            return self.u16() + self.u16() + self.pick(self.word(30), b'')
        if kind == 250:
            a = name()
            mac = self.bytes(self.r.randrange(20))
            return a + self.bytes(8) + struct.pack('>H', len(mac)) + mac + self.bytes(6)
        return self.bytes(self.r.randrange(20))

    def rr(self, at):
        kind = self.pick(*(1, 2, 5, 6, 12, 15, 16, 28, 33, 38, 39, 41, 104, 250, 256) * 3, *range(1, 50), 99, 103, 249, 251, 255, 258)
        out = self.dns_name(at)
        out += struct.pack('>HH', kind, self.pick(1, 1, 1, 1, 3, 4, 255, 4096, 0x8001)) + self.u32()
        data = self.rdata(kind, at + len(out) + 2)
        size = len(data) if self.chance(.95) else max(0, len(data) + self.r.randint(-3, 3))
        return out + struct.pack('>H', size) + data

    def dns(self):
        flags = self.pick(0x0100, 0x8180, 0x8180, 0x8580, 0x8183, self.r.randrange(65536))
        counts = [self.pick(1, 1, 1, 0, 2), self.r.randrange(4), self.r.randrange(3), self.r.randrange(3)]
        if not flags & 0x8000 and self.chance(.7):
            counts[1:3] = 0, 0
        body = b''
        for _ in range(counts[0]):
            body += self.dns_name(12 + len(body)) + struct.pack('>HH', self.pick(1, 28, 15, 255, 65, 999), self.pick(1, 1, 1, 3, 254))
        for _ in range(sum(counts[1:])):
            body += self.rr(12 + len(body))
        if self.chance(.1):
            counts[self.r.randrange(4)] += self.pick(1, 5, 65000)
        message = struct.pack('>HHHHHH', self.r.randrange(65536), flags, *(c & 65535 for c in counts)) + body
        if self.chance(.03):
            message = message[:self.r.randrange(14)]
        return struct.pack('>H', (len(message) + (self.chance(.05) and 1)) & 65535) + message

    # BGP

    def prefix(self, most):
        bits = self.pick(0, 8, 17, 24, 32, most, most, self.r.randrange(most + 1), self.chance(.1) and 200)
        return bytes([bits]) + self.bytes((bits + 7) // 8)

    def rd(self):
        return self.pick(b'\0\0', b'\0\1', b'\0\2', b'\0\3') + self.bytes(6)

    def labeled(self, most, rd):
        head = 24 + (64 if rd else 0)
        bits = self.r.randrange(most + 1)
        return bytes([self.pick(*[min(255, bits + head)] * 9, 5)]) + self.bytes(3) + (self.rd() if rd else b'') + self.bytes((bits + 7) // 8)

    def route_target(self):
        bits = self.pick(0, 32, 40, 48, 52, 80, 96, 12, 97)
        return bytes([bits]) + (self.bytes(4) + (self.pick(b'\0\2', b'\1\2', b'\2\2', b'\3\3') + self.bytes(6))[:max(0, bits - 32 + 7) // 8]
                                if bits >= 32 else self.bytes(1))

    def multicast_vpn(self):
        kind = self.pick(*range(9))
        sg = b''.join(self.pick(b'\x20' + self.bytes(4), b'\x80' + self.bytes(16), b'\0', b'\x18' + self.bytes(3)) for _ in range(2))
        data = {1: self.rd() + self.bytes(self.pick(4, 16, 3)), 2: self.rd() + self.bytes(4), 3: self.rd() + sg + self.bytes(self.pick(4, 16)),
                5: self.rd() + sg, 6: self.rd() + self.bytes(4) + sg, 7: self.rd() + self.bytes(4) + sg}.get(kind, self.bytes(9))
        return bytes([kind, (len(data) + self.pick(0, 0, 0, 0, 1, -3)) & 255]) + data

    def l2vpn(self):
        if self.chance(.3):
            return b'\0\x0c' + self.rd() + self.bytes(4)
        tlvs = b''
        for _ in range(self.r.randrange(3)):
            bits = self.pick(0, 1, 8, 20, 64)
            tlvs += bytes([self.pick(1, 1, 2)]) + struct.pack('>H', bits) + self.bytes((bits + 7) // 8)
        body = self.rd() + self.bytes(7) + tlvs
        return struct.pack('>H', self.pick(len(body), len(body), 17, 13, 5)) + body

    def nlri(self, afi, safi):
        path_id = self.chance(.2)
        out = b''
        for _ in range(self.r.randrange(4)):
            if path_id:
                out += self.u32()
            if safi == 5:
                out += self.multicast_vpn()
            elif afi == 1 and safi == 132:
                out += self.route_target()
            elif afi == 1 and safi == 66:
                out += self.pick(b'\x80', b'\x80', b'\x80', b'\x7f') + self.rd() + self.bytes(8)
            elif safi == 4:
                out += self.labeled(128 if afi == 2 else 32, False)
            elif afi in (25, 196):
                out += self.l2vpn()
            elif safi in (128, 129, 130):
                out += self.labeled({1: 32, 2: 128}.get(afi, 152), True)
            elif afi == 3:
                out += self.prefix(152)
            else:
                out += self.prefix(128 if afi == 2 else 32)
        return out

    def family(self):
        return self.pick((1, 1), (1, 1), (1, 2), (1, 3), (1, 4), (1, 132), (1, 128), (1, 129), (1, 5), (1, 66), (2, 1), (2, 1), (2, 2), (2, 4),
                         (2, 128), (2, 5), (3, 1), (3, 128), (196, 128), (25, 65), (25, 70), (1, 200), (16388, 71))

    def mp(self, reach):
        afi, safi = self.family()
        out = struct.pack('>HB', afi, safi)
        if reach:
            n = self.pick(0, 4, 4, 4, 12, 12, 16, 16, 24, 24, 32, 48, 5, 21)
            hop = self.bytes(n)
            if n > 12 and self.chance(.3):
                hop = hop[:8] + self.pick(b'\x47\0\6\1', b'\x35\0\0\1') + hop[12:]
            out += bytes([n]) + hop
            snpa = self.pick(0, 0, 0, 1, 2)
            out += bytes([snpa]) + b''.join(bytes([k]) + self.bytes(k) for k in (self.r.randrange(5) for _ in range(snpa)))
        return out + self.nlri(afi, safi)

    def as_path(self, size):
        out = b''
        for _ in range(self.r.randrange(4)):
            n = self.r.randrange(5)
            out += bytes([self.pick(1, 2, 2, 2, 3, 4, 4, 9 if self.chance(.1) else 2), n]) + self.bytes(n * size)
        return out

    def extended_community(self):
        kinds = (0x0002, 0x0102, 0x0202, 0x0003, 0x0103, 0x0203, 0x4004, 0x0005, 0x0105, 0x0205, 0x8005, 0x0306, 0x8000, 0x030c, 0x0107,
                 0x8001, 0x800a, 0x0009, 0x010b, 0x000a, 0xf10a, 0x8800, 0x8801, 0x8802, 0x8803, 0x8804, 0x8805, 0xc123)
        body = self.bytes(6)
        if self.chance(.3):
            body = self.bytes(4) + bytes([self.pick(1, 2, 3, 5, 7, 129, 4), self.pick(0, 1)])
        if self.chance(.2):
            body = self.bytes(2) + struct.pack('>f', self.r.random() * 1e9)
        return struct.pack('>H', self.pick(*kinds)) + body

    def attribute_body(self, kind, depth):
        if kind == 1:
            return bytes([self.pick(0, 1, 2, 3)])
        if kind == 2:
            return self.as_path(self.pick(2, 4))
        if kind == 17:
            return self.as_path(4)
        if kind in (3, 4, 5, 9):
            return self.bytes(4)
        if kind == 6:
            return b''
        if kind == 7:
            return self.bytes(self.pick(6, 8))
        if kind == 18:
            return self.bytes(8)
        if kind == 8:
            return b''.join(self.pick(b'\xff\xff\xff\1', b'\xff\xff\xff\2', b'\xff\xff\xff\3', self.bytes(4)) for _ in range(self.r.randrange(4)))
        if kind == 10:
            return self.bytes(4 * self.r.randrange(4))
        if kind in (14, 15):
            return self.mp(kind == 14)
        if kind == 16:
            return b''.join(self.extended_community() for _ in range(self.r.randrange(4)))
        if kind == 22:
            return bytes([self.pick(0, 1), self.pick(*range(9))]) + self.bytes(self.pick(3, 11, 11, 7))
        if kind == 26:
            return b''.join(self.pick(b'\1\0\x0b' + self.bytes(8), b'\2\0\5ab', b'\1\0\5ab', b'\1\0\2') for _ in range(self.r.randrange(3)))
        if kind == 32:
            return self.bytes(12 * self.r.randrange(3))
        if kind == 128 and depth < 13:
            return self.bytes(4) + b''.join(self.attribute(depth + 1) for _ in range(self.r.randrange(3)))
        return self.bytes(self.r.randrange(12))

    def nested_sets(self):
        out = b'\x40\1\1\0'
        for _ in range(self.r.randint(8, 14)):
            out = b'\xd0\x80' + struct.pack('>H', len(out) + 4) + self.bytes(4) + out
        return out

    def attribute(self, depth=0):
        if not depth and self.chance(.02):
            return self.nested_sets()
        kind = self.pick(*(1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16, 16, 17, 18, 22, 26, 32, 128), *[14] * 9, *[15] * 5, 11, 12, 23, 25, 29, 40, 255)
        if depth and self.chance(.6):
            kind = 128
        body = self.attribute_body(kind, depth)
        if self.chance(.04):
            body = body[:-1] if self.chance(.5) else body + b'\0'
        flags = self.pick(0x40, 0x80, 0xc0, 0xe0, 0, 0x4f)
        if len(body) > 255 or self.chance(.2):
            return bytes([flags | 16, kind]) + struct.pack('>H', len(body)) + body
        return bytes([flags & ~16, kind, len(body)]) + body

    def capability(self):
        code = self.pick(1, 1, 2, 3, 4, 5, 8, 64, 64, 65, 67, 68, 69, 69, 70, 71, 128, 200)
        entry = lambda last: struct.pack('>HB', *self.family()) + last
        body = {1: lambda: struct.pack('>HBB', self.family()[0], 0, self.family()[1]), 65: lambda: self.bytes(4),
                64: lambda: self.u16() + b''.join(entry(self.pick(b'\0', b'\x80')) for _ in range(self.r.randrange(3))),
                69: lambda: b''.join(entry(self.pick(b'\0', b'\1', b'\2', b'\3')) for _ in range(self.r.randrange(3))),
                8: lambda: b''.join(entry(self.bytes(1)) for _ in range(self.r.randrange(3)))}.get(code, lambda: self.bytes(self.r.randrange(7)))()
        if self.chance(.1):
            body = body[:-1]
        return bytes([code, len(body)]) + body

    def bgp_open(self):
        options = b''
        for _ in range(self.r.randrange(4)):
            body = b''.join(self.capability() for _ in range(self.r.randrange(3)))
            options += bytes([self.pick(2, 2, 2, 1, 9), (len(body) + self.pick(0, 0, 0, 0, 0, 1)) & 255]) + body
        return b'\4' + self.u16() + self.u16() + self.bytes(4) + bytes([len(options) & 255]) + options

    def bgp_update(self):
        add_path = self.chance(.2)
        routes = lambda: b''.join((self.u32() if add_path else b'') + self.prefix(32) for _ in range(self.r.randrange(4)))
        withdrawn = routes() if self.chance(.4) else b''
        attributes = b''.join(self.attribute() for _ in range(self.r.randrange(5)))
        return struct.pack('>H', len(withdrawn)) + withdrawn + \
            struct.pack('>H', len(attributes) + (self.chance(.05) and self.r.randint(0, 3))) + attributes + routes()

    def bgp_message(self):
        kind = self.pick(1, 1, 2, 2, 2, 2, 2, 2, 3, 4, 5, 6)
        if kind == 3:
            major = self.pick(*range(9), 6, 6)
            minor = self.pick(*range(12), 1, 2, 4)
            text = self.word(20)
            body = bytes([major, minor]) + self.pick(b'', bytes([len(text)]) + text, bytes([len(text)]) + text + self.bytes(20), b'\0', b'\0abc',
                                                     b'\xff', b'\0\1\1\0\0\0\5')
        else:
            body = {1: self.bgp_open, 2: self.bgp_update, 4: lambda: b'', 5: lambda: struct.pack('>HBB', 1, 0, 1) + self.pick(b'', b'x')}.get(
                kind, lambda: self.bytes(7))()
        return b'\xff' * 16 + struct.pack('>HB', 19 + len(body) + (self.chance(.03) and self.r.randint(0, 9)), kind) + body

    def bgp(self):
        return self.pick(b'', b'', b'', self.bytes(4), b'\xff' * 3) + b''.join(self.bgp_message() for _ in range(self.r.randint(1, 3)))

    def zmtp1(self):
        out = b''
        for _ in range(self.r.randint(1, 4)):
            n = self.pick(0, 1, 2, 20, 140, 250)
            flags = bytes([self.pick(0, 1, 255, 128)])
            out += bytes([n]) if self.chance(.7) else b'\xff' + struct.pack('>Q', self.pick(n, n, n, (1 << 64) - 9))
            out += (flags + self.bytes(n))[:n]
        return out

    # The smaller routing protocols

    def msdp(self):
        out = b''
        for _ in range(self.r.randint(1, 4)):
            kind = self.pick(1, 1, 1, 2, 3, 4, 5, 6, 7)
            n = self.r.randrange(3)
            body = {1: lambda: bytes([n]) + self.bytes(4 + 12 * n),
                    2: lambda: self.bytes(5), 3: lambda: bytes([n]) + self.bytes(4 + 12 * n), 4: lambda: self.pick(b'', b'', b'x')}.get(
                        kind, lambda: self.bytes(self.r.randrange(8)))()
            out += bytes([kind]) + struct.pack('>H', len(body) + 3 + self.pick(*[0] * 12, 1, 1400)) + body
        return out

    def rpki_pdu(self, depth=0):
        kind = self.pick(0, 1, 2, 3, 4, 4, 6, 6, 7, 8, 10, 10, 10, 5, 9)
        if kind == 10:
            inner = self.rpki_pdu(depth + 1) if depth < 3 and self.chance(.7) else b''
            text = self.pick(b'', self.word(20), self.bytes(5))
            body = struct.pack('>I', self.pick(*[len(inner)] * 9, 0xffffffff, 3)) + inner + struct.pack('>I', self.pick(*[len(text)] * 9, 0xfffffff0)) + text
        else:
            body = {0: 4, 1: 4, 7: 4, 4: 12, 6: 24}.get(kind, 0)
            body = self.bytes(body + self.pick(*[0] * 9, 4) + (kind in (5, 9) and 8))
        return bytes([self.pick(*[0] * 20, 1), kind]) + self.u16() + struct.pack('>I', len(body) + 8 + self.pick(*[0] * 15, 1, -3)) + body

    def rpki(self):
        return b''.join(self.rpki_pdu() for _ in range(self.r.randint(1, 3))) + self.pick(b'', b'', b'', b'\0abc')

    def ldp_fec(self):
        kind = self.pick(1, 2, 2, 2, 3, 128, 128, 9)
        if kind == 2:
            afi = self.pick(1, 1, 2, 2, 6)
            return b'\2' + struct.pack('>H', afi) + self.prefix({1: 32, 2: 128}.get(afi, 32))
        if kind == 128:
            info = b''
            for _ in range(self.r.randrange(4)):
                code, body = self.pick((1, self.bytes(2)), (3, self.word(20)), (3, self.bytes(6)), (12, self.bytes(2)), (7, self.bytes(5)))
                info += bytes([code, len(body) + 2 + self.pick(*[0] * 12, -2, 4)]) + body
            size = self.pick(len(info) + 4, len(info) + 4, len(info) + 4, 0, 3)
            return b'\x80' + self.pick(b'\0\5', b'\x80\4', b'\0\x40', b'\x99\1') + bytes([size]) + self.bytes(4) + \
                (self.bytes(4) + info if size else b'')
        return bytes([kind]) + self.bytes(self.r.randrange(4))

    def ldp_tlv(self):
        kind = self.pick(0x100, 0x100, 0x100, 0x100, 0x101, 0x101, 0x103, 0x200, 0x300, 0x300, 0x400, 0x401, 0x402, 0x403, 0x500, 0x503, 0x601,
                         0x104, 0x501, 0x600, 0x777)
        body = {0x100: self.ldp_fec, 0x101: lambda: self.pick(b'\0\1' + self.bytes(8), b'\0\2' + self.bytes(32), b'\0\x63abcd'),
                0x200: lambda: self.bytes(4), 0x300: lambda: self.bytes(10), 0x400: lambda: self.bytes(4), 0x401: lambda: self.bytes(4),
                0x402: lambda: self.bytes(4), 0x403: lambda: self.bytes(16), 0x500: lambda: self.bytes(14), 0x503: lambda: self.bytes(12),
                0x601: lambda: self.bytes(2)}.get(kind, lambda: self.bytes(self.r.randrange(8)))()
        if self.chance(.05):
            body = body[:-1]
        return struct.pack('>HH', kind | self.pick(0, 0, 0x8000, 0x4000, 0xc000), len(body) + self.pick(*[0] * 30, 9)) + body

    def ldp(self):
        out = b''
        for _ in range(self.r.randint(1, 3)):
            messages = b''
            for _ in range(self.r.randint(1, 4)):
                body = self.bytes(4) + b''.join(self.ldp_tlv() for _ in range(self.r.randrange(4)))
                kind = self.pick(1, 0x100, 0x200, 0x201, 0x300, 0x301, 0x400, 0x400, 0x401, 0x402, 0x403, 0x404, 0x999) | self.pick(0, 0x8000)
                messages += struct.pack('>HH', kind, len(body) + self.pick(*[0] * 30, 3, -2)) + body
            out += struct.pack('>HH', self.pick(*[1] * 20, 2), len(messages) + 6 + self.pick(*[0] * 20, 5, -3)) + self.bytes(6) + messages
        return out

    def pptp(self):
        kind = self.pick(*range(17))
        sizes = {1: 144, 2: 144, 3: 4, 4: 4, 5: 4, 6: 8, 7: 156, 8: 20, 9: 208, 10: 12, 11: 16, 12: 4, 13: 136, 14: 28, 15: 12}
        body = bytearray(sizes.get(kind, 10))
        for _ in range(self.r.randrange(40)):
            if body:
                body[self.r.randrange(len(body))] = self.pick(0, 1, 2, 3, 65, 66, 255, 7)
        return struct.pack('>HHIHH', len(body) + 12, self.pick(1, 1, 1, 2, 3), self.pick(0x1a2b3c4d, 0x1a2b3c4d, 0x1a2b3c4d, 5), kind,
                           self.pick(0, 0, 0, 1)) + bytes(body)

    # NFS

    def opaque(self, data):
        return struct.pack('>I', len(data)) + data + b'\0' * (-len(data) % 4)

    def nfs_handle(self, v3):
        n = self.pick(32, 32, 28, 16, 64, 12, 0, 20) if v3 else 32
        data = bytearray(self.bytes(n))
        kind = self.r.randrange(9)
        if n >= 16 and kind:
            data[:16] = {1: b'\0\0\0\0\1\2\3\4\5\6\7\x08\0\0\1\2', 2: b'\1\2\0\0\5\5\0\0\0\0\0\0\7\1\0\0', 3: b'\0\0\5\6\1\0\0\0\x0c\0\1\1\1\2\3\4',
                         4: b'\0\0\5\6\0\x08\0\0\1\2\3\4\0\0\0\0', 5: b'\0\0\5\6\1\x09\0\0\1\2\3\4\0\0\1\0', 6: b'\1\2\3\4\0\0\0\2\0\x0a\0\0\0\0\1\1',
                         7: b'\1\2\3\4\0\0\0\0\0\x0a\0\0\0\0\1\1', 8: b'xDISK$USER\0\0\0\0\0\0'}[kind]
        return self.opaque(bytes(data)) if v3 else bytes(data)

    def nfs_sattr(self):
        out = b''
        for _ in range(3):
            out += self.pick(b'\0\0\0\0', b'\0\0\0\1' + self.u32())
        out += self.pick(b'\0\0\0\0', b'\0\0\0\1' + self.u32() + self.u32())
        for _ in range(2):
            out += self.pick(b'\0\0\0\0', b'\0\0\0\1', b'\0\0\0\2' + self.u32() + self.u32())
        return out

    def nfs_call(self):
        version = self.pick(2, 3, 3, 3, 3, 4)
        proc = self.r.randrange(27) if self.chance(.95) else 200
        v3 = version == 3
        h, name = lambda: self.nfs_handle(v3), lambda: self.opaque(self.pick(self.word(20), self.bytes(5), b''))
        what = proc if v3 else {1: 1, 2: 2, 4: 3, 5: 5, 6: 6, 8: 7, 9: 8, 10: 12, 11: 14, 12: 15, 13: 10, 14: 9, 15: 13, 16: 16, 17: 18}.get(proc, 0)
        body = {0: lambda: b'', 3: lambda: h() + name(), 4: lambda: h() + struct.pack('>I', self.pick(0x3f, 1, 5, 0x30, 0x40, 0, self.r.randrange(64))),
                8: lambda: h() + name(), 9: lambda: h() + name(), 12: lambda: h() + name(), 13: lambda: h() + name(),
                10: lambda: h() + name() + (self.nfs_sattr() if v3 else b'') + name(),
                11: lambda: h() + name() + struct.pack('>I', self.pick(1, 3, 4, 6, 7, 9)) + self.nfs_sattr() + self.bytes(8),
                14: lambda: h() + name() + h() + name(), 15: lambda: h() + h() + name()}.get(what, lambda: h() + self.bytes(24))()
        xid = self.r.choice((7, self.r.randrange(1 << 32)))
        self.calls = (self.calls + [(xid, proc, version)])[-80:]
        auth = struct.pack('>II', 1, 24) + self.bytes(24) if self.chance(.7) else struct.pack('>II', 0, self.pick(0, 0, 0, 3, 0xfffffffd, 900))
        return struct.pack('>IIIIII', xid, 0, 2, 100003, version, proc) + auth + b'\0' * 8 + body

    def nfs_results(self, proc):
        status = self.pick(*[b'\0\0\0\0'] * 5, b'\0\0\0\2', b'\0\0\0\x46', b'\0\0\x27\x12', b'\0\0\0\x63', b'\0\0\0\3')
        attributes = lambda: struct.pack('>I', self.pick(1, 2, 5, 9)) + self.bytes(80)
        post = lambda: self.pick(b'\0\0\0\0', b'\0\0\0\1' + attributes())
        pre = lambda: self.pick(b'\0\0\0\0', b'\0\0\0\1' + self.bytes(24))
        out = status
        for _ in range(self.r.randint(1, 5)):
            out += self.pick(post, post, pre, lambda: b'\0\0\0\1' + self.nfs_handle(True), lambda: self.nfs_handle(True), attributes,
                             lambda: self.opaque(self.word(9)), lambda: self.bytes(28), lambda: self.nfs_handle(False))()
        return out

    def nfs(self):
        self.from_server = bool(self.calls) and self.chance(.6)
        if not self.from_server:
            message = self.nfs_call()
        else:
            xid, proc, _ = self.r.choice(self.calls)
            head = struct.pack('>II', xid if self.chance(.95) else 1, self.pick(1, 1, 1, 1, 1, 1, 1, 0))
            if self.chance(.85):
                message = head + b'\0\0\0\0' + struct.pack('>II', 0, self.pick(0, 0, 0, 0, 5)) + self.pick(*[b'\0\0\0\0'] * 12, b'\0\0\0\2') + \
                    self.nfs_results(proc)
            else:
                message = head + struct.pack('>IIII', self.pick(1, 1, 1, 2), self.pick(0, 1, 1, 2), self.r.randrange(10), 5)
        return struct.pack('>I', (self.pick(0x80000000, 0x80000000, 0) | len(message)) + self.pick(0, 0, 0, 0, 5, -3)) + message

    # OpenFlow

    def of_match(self):
        wild = self.pick(0, 0x3fffff, 0x3820ff, 0xffffffff, self.r.randrange(1 << 22))
        return struct.pack('>I', wild) + self.pick(b'\xff\xfd', b'\0\1') + self.bytes(12) + self.pick(b'\xff\xff', b'\0\5', b'\x1f\0') + \
            self.pick(b'\3', b'\x0f') + b'\0' + self.pick(b'\x08\0', b'\x08\6', b'\x86\xdd') + self.bytes(1) + self.pick(b'\1', b'\6') + b'\0\0' + self.bytes(12)

    def of_action(self):
        kind = self.pick(*range(13), 0xffff, 0xffff)
        size = 16 if kind in (4, 5, 11) else self.pick(8, 16, 24, 24) if kind == 0xffff else 8
        if self.chance(.05):
            size += 8
        body = self.bytes(size - 4)
        if kind == 0xffff:
            body = self.pick(b'\0\x5c\x16\xc7' + self.pick(b'\0\0\0\1', b'\0\0\0\2') + self.bytes(4) + self.pick(b'\0\0', b'\x81\0', b'\1\1') + self.bytes(2) +
                             self.pick(b'\0', b'\1', b'\7') + b'\0\0\0', b'\0\x23\x20\0' + self.bytes(16), b'\xff\0\0\3' + self.bytes(16))[:size - 4]
        if kind == 0 and self.chance(.5):
            body = self.pick(b'\xff\xfd', b'\xff\xfb', b'\0\1') + body[2:]
        return struct.pack('>HH', kind, len(body) + 4 + self.pick(*[0] * 15, 1, -5)) + body

    def of_actions(self):
        return b''.join(self.of_action() for _ in range(self.r.randrange(4)))

    def of10_port(self):
        return self.pick(b'\xff\xfe', b'\0\1') + self.bytes(6) + self.pick(b'eth0' + b'\0' * 12, self.word(16).ljust(16, b'x'), self.bytes(16)) + self.bytes(24)

    def of10_stats(self):
        kind = self.pick(0, 1, 1, 2, 3, 4, 5, 0xffff, 9)
        n = self.r.randrange(3)
        texts = lambda *sizes: b''.join(self.word(20).ljust(size, b'\0') for size in sizes)

        def flow():
            actions = self.of_actions()
            return struct.pack('>HBB', 88 + len(actions) + self.pick(*[0] * 9, 3), self.u8(), 0) + self.of_match() + self.bytes(44) + actions
        body = {0: lambda: texts(256, 256, 256, 32, 256), 1: lambda: b''.join(flow() for _ in range(n)), 2: lambda: self.bytes(24),
                3: lambda: b''.join(self.bytes(4) + texts(32) + self.bytes(28) for _ in range(n)), 4: lambda: b''.join(self.bytes(104) for _ in range(n)),
                5: lambda: b''.join(self.bytes(32) for _ in range(n)), 0xffff: lambda: self.pick(b'\0\x5c\x16\xc7abc', b'ab', b'\xff\0\0\1')}.get(kind, lambda: self.bytes(9))
        return struct.pack('>HH', kind, self.pick(0, 1, 2, 3)) + body()

    def of10_bsn(self):
        kind = self.pick(*range(38), 0, 1, 2, 3, 6, 7, 8)
        body = {0: 8, 1: 8, 2: 8, 3: 4, 4: 4, 5: 4, 8: 4, 17: 4, 9: 0, 13: 0, 19: 0, 21: 0, 27: 0}.get(kind)
        body = self.bytes(self.r.randrange(12)) if body is None else self.bytes(body + self.pick(*[0] * 9, 1))
        return b'\0\x5c\x16\xc7' + struct.pack('>I', kind) + body

    def of10_queue(self):
        properties = b''
        for _ in range(self.r.randrange(3)):
            kind, body = self.pick((0, b''), (1, struct.pack('>H', self.pick(10, 1000, 1001, 999)) + b'\0' * 6), (1, b''), (7, self.bytes(4)))
            properties += struct.pack('>HH', kind, 8 + len(body)) + b'\0' * 4 + body
        return self.u32() + struct.pack('>H', 8 + len(properties) + self.pick(*[0] * 9, 2)) + b'\0\0' + properties

    def of_errors(self):
        return struct.pack('>HH', self.pick(*range(16), 0xffff), self.r.randrange(18)) + self.pick(b'', self.bytes(20))

    def of10_body(self, kind):
        return {0: lambda: self.pick(b'', self.bytes(6)), 1: self.of_errors, 2: lambda: self.bytes(self.r.randrange(40)), 3: lambda: self.bytes(4),
                4: lambda: self.pick(self.of10_bsn, self.of10_bsn, lambda: b'\0\x23\x20\1' + self.bytes(9))(),
                6: lambda: self.bytes(24) + b''.join(self.of10_port() for _ in range(self.r.randrange(3))) + self.pick(b'', b'', b'x'),
                8: lambda: self.bytes(4), 9: lambda: self.bytes(4), 10: lambda: self.bytes(10) + self.pick(b'', self.bytes(30)),
                11: lambda: self.of_match() + self.bytes(40), 12: lambda: self.pick(b'\0', b'\2', b'\7') + b'\0' * 7 + self.of10_port(),
                13: lambda: (lambda a: self.bytes(6) + struct.pack('>H', len(a) + self.pick(*[0] * 9, 300)) + a + self.pick(b'', self.bytes(20)))(self.of_actions()),
                14: lambda: self.of_match() + self.bytes(8) + struct.pack('>H', self.r.randrange(6)) + self.bytes(14) + self.of_actions(),
                15: lambda: self.bytes(24),
                16: lambda: (lambda k: struct.pack('>HH', k, self.pick(0, 0, 1)) + {1: lambda: self.of_match() + self.bytes(4), 2: lambda: self.of_match() + self.bytes(4),
                             4: lambda: self.bytes(8), 5: lambda: self.bytes(8), 0xffff: lambda: self.bytes(9)}.get(k, lambda: self.pick(b'', b'', b'x'))())(self.pick(0, 1, 2, 3, 4, 5, 0xffff, 7)),
                17: self.of10_stats, 20: lambda: self.bytes(4), 21: lambda: self.bytes(8) + b''.join(self.of10_queue() for _ in range(self.r.randrange(3)))}.get(kind, lambda: b'')()

    def of13_body(self, kind):
        elements = lambda: b''.join(self.pick(b'\0\1\0\x08' + self.bytes(4), b'\0\1\0\x0c' + self.bytes(8), b'\0\2\0\6ab', b'\0\1\0\2') for _ in range(self.r.randrange(3)))
        port = lambda: self.pick(b'\xff\xff\xff\xfe', self.bytes(4)) + self.bytes(12) + self.word(16).ljust(16, b'\0') + self.bytes(32)
        return {0: elements, 1: self.of_errors, 2: lambda: self.bytes(self.r.randrange(40)), 4: lambda: self.pick(b'\0\x5c\x16\xc7', b'ONF\0', b'\xff\0\0\2') + self.bytes(9),
                6: lambda: self.bytes(24), 8: lambda: self.bytes(4), 9: lambda: self.bytes(2) + self.pick(b'\xff\xff', b'\xff\xe5', b'\0\1'), 12: lambda: self.bytes(8) + port(),
                16: lambda: self.bytes(32), 17: lambda: self.bytes(8), 22: lambda: self.bytes(8), 24: lambda: self.pick(b'\0\0\0\2', b'\0\0\0\7') + self.bytes(12),
                25: lambda: self.bytes(16), 27: lambda: self.bytes(24), 28: lambda: self.bytes(24)}.get(kind, lambda: self.bytes(self.pick(0, 0, 9)))()

    def openflow(self):
        out = b''
        for _ in range(self.r.randint(1, 3)):
            version = self.pick(1, 1, 1, 4, 4, self.pick(0, 2, 3, 5, 6, 9))
            kind = self.r.randrange(32 if version == 4 else 24)
            body = self.of13_body(kind) if version == 4 else self.of10_body(kind)
            out += struct.pack('>BBH', version, kind, (len(body) + 8 + self.pick(*[0] * 20, 1, -1, 40)) & 65535) + self.u32() + body
        return out + self.pick(*[b''] * 6, b'\1', b'\1\0', b'\1\0\0\x08\0')

    # All

    def mutate(self, data):
        data = bytearray(data)
        for _ in range(self.r.randint(1, 4)):
            if not data:
                break
            i = self.r.randrange(len(data))
            how = self.r.randrange(4)
            if how == 0:
                data[i] = self.u8()
            elif how == 1:
                data[i] ^= 1 << self.r.randrange(8)
            elif how == 2:
                del data[i:i + self.r.randint(1, 4)]
            else:
                data[i:i] = self.bytes(self.r.randint(1, 3))
        return bytes(data)

    def sample(self, make):
        if self.chance(.03):
            return self.bytes(self.r.randint(1, 80))
        data = make()
        return self.mutate(data) if self.chance(.3) else data


PORTS = {
    'http': (80, 8080), 'rtsp': (554, 8554), 'smtp': (25, 43, 21), 'ssh': (22,), 'beep': (10288,), 'resp': (6379,),
    'telnet': (23,), 'dns': (53,), 'bgp': (179,), 'zmtp1': (5555,), 'msdp': (639,), 'rpki': (323,), 'ldp': (646,), 'pptp': (1723,), 'nfs': (2049,), 'openflow': (6633, 6653),
}


def segment(sport, dport, data, back, flags=0x18):
    tcp = struct.pack('>HHIIBBHHH', sport, dport, 1, 1, 0x50, flags, 512, 0, 0) + data
    ends = [b'\x0a\0\0\1', b'\x0a\0\0\2']
    if back:
        ends.reverse()
    ip = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, *ends)
    return b'\2\0\0\0\0\2\2\0\0\0\0\1\x08\0' + ip + tcp


def main():
    seed, count, name, *protocols = sys.argv[1:]
    make = Make(seed)
    with open(name, 'wb') as f:
        f.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        for i in range(int(count)):
            protocol = make.pick(*(protocols or [p for p in PORTS if p != 'zmtp1']))
            data = make.sample(getattr(make, protocol))[:60000] or b'x'
            ports = [make.r.randrange(40000, 60000), make.pick(*PORTS[protocol])]
            back = make.chance(.5) if make.from_server is None else make.from_server
            make.from_server = None
            if back:
                ports.reverse()
            packet = segment(*ports, data, back)
            keep = len(packet) if make.chance(.6) else make.r.randint(54, len(packet))
            f.write(struct.pack('<IIII', 1700000000 + i, 0, keep, len(packet)) + packet[:keep])


if __name__ == "__main__":
    main()
