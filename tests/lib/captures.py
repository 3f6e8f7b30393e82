#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes capture files.

captures.py tcp N FILE       classic pcap of N segments, a millisecond apart, payloads of 0 … 299 bytes
captures.py odd DIR          pcapng files that are unusual but right: each is to be read whole
captures.py bad DIR          pcapng and pcap files that are wrong, each with two whole packets before the wrong place
captures.py later FILE       pcapng whose second interface is described late and keeps more of a packet
captures.py machine NAME PORT LINK FILE
                             pcapng of NAME: 300 segments (alpha: 301) to PORT, of link type 1 or 101, 2 ms apart; with
                             names, keys, and what is not to be copied, before them if it is alpha
captures.py rich FILE        one pcapng file with every kind of block and option, to be kept by a conversion
"""
import struct
import sys

T0 = 1700000000


def segment(i, payload):
    tcp = struct.pack(">HHIIBBHHH", 1024 + i % 60000, 80, i, 1, 0x50, 0x10, 1000, 0, 0) + payload
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), i & 65535, 0, 64, 6, 0, b"\xc0\0\2\1", b"\xc0\0\2\2")
    return b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + ip + tcp


def pcap_header(order="<", magic=0xA1B2C3D4, link=1, snaplen=262144):
    return struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, link)


def pcap_record(sec, frac, data, order="<", wire=None):
    return struct.pack(order + "IIII", sec, frac, len(data), wire or len(data)) + data


def tcp_file(n, path):
    with open(path, "wb") as f:
        f.write(pcap_header())
        for i in range(n):
            data = segment(i, bytes((i * j) & 255 for j in range(i % 300)))
            f.write(pcap_record(T0 + i // 1000, i % 1000 * 1000, data))


def pad(data):
    return data + bytes(-len(data) % 4)


class Section:
    """Blocks of one byte order."""

    def __init__(self, order="<"):
        self.o = order

    def block(self, kind, body):
        length = 12 + len(pad(body))
        return struct.pack(self.o + "II", kind, length) + pad(body) + struct.pack(self.o + "I", length)

    def options(self, *pairs, end=True):
        out = b"".join(struct.pack(self.o + "HH", code, len(v)) + pad(v) for code, v in pairs)
        return out + (struct.pack(self.o + "HH", 0, 0) if end else b"")

    def shb(self, *pairs, version=(1, 0), **kw):
        body = struct.pack(self.o + "IHHq", 0x1A2B3C4D, *version, -1)
        return self.block(0x0A0D0D0A, body + (self.options(*pairs, **kw) if pairs else b""))

    def idb(self, *pairs, link=1, snaplen=262144, **kw):
        return self.block(1, struct.pack(self.o + "HHI", link, 0, snaplen) + (self.options(*pairs, **kw) if pairs else b""))

    def epb(self, ts, data, *pairs, iface=0, wire=None, **kw):
        body = struct.pack(self.o + "IIIII", iface, ts >> 32, ts & 0xFFFFFFFF, len(data), wire or len(data)) + pad(data)
        return self.block(6, body + (self.options(*pairs, **kw) if pairs else b""))

    def u32(self, v):
        return struct.pack(self.o + "I", v)

    def u64(self, v):
        return struct.pack(self.o + "Q", v)


def odd_files():
    le, be = Section("<"), Section(">")
    us, ns = T0 * 10**6, T0 * 10**9
    data = [segment(i, b"x" * i) for i in range(4)]
    start = le.shb() + le.idb()
    yield "plain", start + le.epb(us, data[0]) + le.epb(us + 1, data[1])
    yield "big-endian", be.shb() + be.idb() + be.epb(us, data[0], (2, be.u32(1))) + be.epb(us + 1, data[1])
    yield "no-endofopt", le.shb((4, b"app"), end=False) + le.idb((2, b"eth0"), end=False) + le.epb(
        us, data[0], (2, le.u32(2)), end=False
    ) + le.epb(us + 1, data[1])
    yield "nul-and-bad-utf8", le.shb((1, b"a\0b\xff\xfe")) + le.idb((2, b"et\0h")) + le.epb(
        us, data[0], (1, b"\xc3(\0")
    ) + le.epb(us + 1, data[1])
    yield "unknown", start + le.block(0x80000001, b"local") + le.epb(us, data[0], (777, b"what")) + le.block(
        0x0BAD, le.u32(32473) + b"vendor"
    ) + le.epb(us + 1, data[1]) + le.block(9, b"journal")
    yield "two-orders", start + le.epb(us, data[0]) + be.shb() + be.idb() + be.epb(us + 1, data[1])
    yield "mixed-units", le.shb() + le.idb((9, b"\x09")) + le.idb((9, b"\x8a"), (14, struct.pack("<q", T0))) + le.epb(
        ns, data[0]
    ) + le.epb(1, data[1], iface=1)
    yield "late-interface", start + le.epb(us, data[0]) + le.idb((2, b"late")) + le.epb(us + 1, data[1], iface=1)
    isb = le.block(5, struct.pack("<III", 0, us >> 32, us & 0xFFFFFFFF) + le.options((4, le.u64(2))))
    yield "two-statistics", start + isb + le.epb(us, data[0]) + le.epb(us + 1, data[1]) + isb + isb
    obsolete = struct.pack("<HHIIII", 0, 7, us >> 32, us & 0xFFFFFFFF, len(data[0]), len(data[0])) + pad(data[0])
    yield "obsolete-packet", start + le.block(2, obsolete) + le.epb(us + 1, data[1])
    yield "simple-packet", start + le.block(3, struct.pack("<I", len(data[0])) + pad(data[0])) + le.epb(us + 1, data[1])
    yield "version-1.2", le.shb(version=(1, 2)) + le.idb() + le.epb(us, data[0]) + le.epb(us + 1, data[1])
    length = len(le.idb() + le.epb(us, data[0]) + le.epb(us + 1, data[1]))
    sized = le.block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, length))
    yield "snaplen-96", le.shb() + le.idb(snaplen=96) + le.epb(us, data[0]) + le.epb(us + 1, data[1])
    yield "snaplen-too-small", le.shb() + le.idb(snaplen=40) + le.epb(us, data[0]) + le.epb(us + 1, data[1])
    yield "less-kept-later", start + le.epb(us, data[0]) + le.shb() + le.idb(snaplen=96) + le.epb(us + 1, data[1])
    yield "section-length", sized + le.idb() + le.epb(us, data[0]) + le.epb(us + 1, data[1])


def bad_files():
    le = Section("<")
    us = T0 * 10**6
    data = segment(5, b"abc")
    two = le.shb() + le.idb() + le.epb(us, data) + le.epb(us + 1, data)
    whole = le.epb(us + 2, data)

    def changed(at, value, block=whole):
        return block[:at] + struct.pack("<I", value) + block[at + 4 :]

    yield "length-0.pcapng", two, changed(4, 0)
    yield "length-4g.pcapng", two, changed(4, 0xFFFFFFFC)
    yield "length-unaligned.pcapng", two, changed(4, 45)
    yield "lengths-differ.pcapng", two, changed(len(whole) - 4, 64)
    yield "packet-too-long.pcapng", two, changed(20, 0xFFFFFFF0)
    yield "interface-missing.pcapng", two, changed(8, 9)
    yield "option-past-end.pcapng", two, le.epb(us + 2, data, (2, le.u32(1)))[:-12] + b"\2\0\xff\0" + bytes(4) + whole[:4]
    yield "idb-too-short.pcapng", two, le.block(1, b"\1\0\0\0")
    yield "wrong-order.pcapng", two, Section(">").epb(us + 2, data)
    yield "section-magic.pcapng", two, changed(8, 0x12345678, le.shb())
    yield "section-version.pcapng", two, le.shb(version=(2, 0)) + le.idb()
    yield "statistics-missing.pcapng", two, le.block(5, struct.pack("<III", 3, 0, 0))
    yield "cut-head.pcapng", two, whole[:7]
    yield "cut-body.pcapng", two, whole[:-5]
    classic = pcap_header() + pcap_record(T0, 0, data) + pcap_record(T0, 1, data)
    yield "cut-head.pcap", classic, pcap_record(T0, 2, data)[:9]
    yield "cut-body.pcap", classic, pcap_record(T0, 2, data)[:-1]
    yield "too-long.pcap", classic, struct.pack("<IIII", T0, 2, 0x7FFFFFFF, 64) + data


def later_file():
    le = Section("<")
    us = T0 * 10**6
    late = le.idb() + le.epb(us + 1, segment(2, bytes(range(200))), iface=1)
    return le.shb() + le.idb(snaplen=96) + le.epb(us, segment(1, b"one")) + late


def rich_file():
    be = Section(">")
    ns = T0 * 10**9 + 123456789
    return b"".join(
        [
            be.shb((2, b"a machine"), (3, b"an os"), (4, b"an app"), (1, b"first"), (1, b"second")),
            be.idb((2, b"eth7"), (9, b"\x09"), (11, b"\0tcp"), (8, be.u64(10**9)), (2988, be.u32(32473) + b"custom")),
            be.block(4, struct.pack(">HH", 1, 10) + pad(b"\xc0\0\2\1here\0"[:10]) + struct.pack(">HH", 0, 0)),
            be.epb(ns, segment(1, b"one"), (1, b"a comment"), (2, be.u32(2)), (4, be.u64(3)), (8, be.u32(77) + be.u32(78))),
            be.block(0x0BAD, be.u32(32473) + b"kept"),
            be.block(0x0A, be.u32(0x544C534B) + be.u32(5) + pad(b"KEYS\n")),
            be.epb(ns + 1, segment(2, b"two"), (7, b"\1" + be.u64(9)), (6, be.u32(4)), wire=1500),
            be.block(5, struct.pack(">III", 0, ns >> 32, ns & 0xFFFFFFFF) + be.options((4, be.u64(9)), (2, be.u32(ns >> 32) + be.u32(ns & 0xFFFFFFFF)))),
        ]
    )


def machine_file(name, port, link):
    """Its packets stand between those of a machine whose port is odd and one whose port is even."""
    s = Section()
    packets = []
    for i in range(300):
        data = segment(i, b"x" * (i % 50))
        data = data[:36] + struct.pack(">H", port) + data[38:]
        packets.append(s.epb(T0 * 10**9 + (2 * i + port % 2) * 10**6, data[14:] if link == 101 else data))
    names = b"" if name != "alpha" else s.block(4, struct.pack("<HH", 1, 9) + pad(b"\xc0\0\2\1here\0") + struct.pack("<HH", 0, 0))
    if name == "alpha":
        names += s.block(0x40000BAD, s.u32(32473) + b"secret block")
        names += s.block(0x0A, s.u32(0x544C534B) + s.u32(5) + pad(b"KEYS\n"))
        packets.append(s.epb(T0 * 10**9 + 10**12, data, (19372, s.u32(32473) + b"secret option"), (1, b"told")))
    return s.shb((2, name.encode())) + s.idb((2, b"eth-" + name.encode()), (9, b"\x09"), link=link) + names + b"".join(packets)


def main():
    what = sys.argv[1]
    if what == "tcp":
        tcp_file(int(sys.argv[2]), sys.argv[3])
    elif what == "odd":
        for name, content in odd_files():
            open(f"{sys.argv[2]}/{name}.pcapng", "wb").write(content)
    elif what == "bad":
        for name, before, wrong in bad_files():
            open(f"{sys.argv[2]}/{name}", "wb").write(before + wrong)
            print(name, len(before))
    elif what == "later":
        open(sys.argv[2], "wb").write(later_file())
    elif what == "machine":
        open(sys.argv[5], "wb").write(machine_file(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
    elif what == "rich":
        open(sys.argv[2], "wb").write(rich_file())


if __name__ == "__main__":
    main()
