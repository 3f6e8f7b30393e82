#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Real sessions of one kind each, between namespaces a and b: sockets.py KIND PORT

The server runs in b on 10.9.0.2, the client in a. Kinds are the functions below."""

import ctypes
import os
import socket
import struct
import sys
import threading
import time

HOST, LINGER0 = "10.9.0.2", struct.pack("ii", 1, 0)
libc = ctypes.CDLL(None, use_errno=True)


def enter(name):
    fd = os.open(f"/run/netns/{name}", os.O_RDONLY)
    if libc.setns(fd, 0x40000000):
        raise OSError(ctypes.get_errno(), "setns")
    os.close(fd)


def inside(name, make):
    """make() in a thread of its own, in namespace name: a socket keeps the one it was born in."""
    out = []

    def work():
        enter(name)
        out.append(make())

    t = threading.Thread(target=work)
    t.start()
    t.join()
    return out[0]


def listener(port, backlog=8, rcvbuf=0):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if rcvbuf:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, rcvbuf)
    s.bind((HOST, port))
    s.listen(backlog)
    return s


def client(source=0):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if source:
        s.bind(("10.9.0.1", source))
    s.settimeout(10)
    return s


def pair(port, source=0, rcvbuf=0):
    with inside("b", lambda: listener(port, rcvbuf=rcvbuf)) as l:
        c = inside("a", lambda: client(source))
        c.connect((HOST, port))
        s, _ = l.accept()
    s.settimeout(10)
    return c, s


def refused(port):
    try:
        inside("a", client).connect((HOST, port))
    except ConnectionRefusedError:
        return
    raise SystemExit("it was not refused")


def give_up(port, seconds=2.5):
    c = inside("a", client)
    c.settimeout(seconds)
    try:
        c.connect((HOST, port))
    except (socket.timeout, OSError):
        pass
    c.close()


def backlog_full(port):
    l = inside("b", lambda: listener(port, backlog=0))
    first = inside("a", client)
    first.connect((HOST, port))
    give_up(port)
    first.close()
    l.close()


def unread(port):
    c, s = pair(port)
    c.sendall(b"x" * 557)
    time.sleep(0.1)
    s.close()
    time.sleep(0.1)
    c.close()


def linger0(port):
    c, s = pair(port)
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER0)
    c.close()
    time.sleep(0.1)
    s.close()


def after_fin(port):
    c, s = pair(port)
    s.close()
    time.sleep(0.1)
    c.sendall(b"too late")
    time.sleep(0.1)
    c.close()


def half_close(port):
    c, s = pair(port)
    c.shutdown(socket.SHUT_WR)
    time.sleep(0.1)
    kept.append((c, s))


def still_open(port):
    c, s = pair(port)
    c.sendall(b"hello")
    s.recv(10)
    kept.append((c, s))


def three(port):
    c, s = pair(port)
    t = threading.Thread(target=lambda: (s.recv(10), s.close()))  # closes as soon as the FIN comes
    t.start()
    time.sleep(0.1)
    c.close()
    t.join()


def four(port):
    c, s = pair(port)
    c.close()
    time.sleep(0.4)
    s.close()


def crossing(port):
    """On a wire with a delay both close at once."""
    c, s = pair(port)
    time.sleep(0.2)
    c.close()
    s.close()


def zero_window(port):
    c, s = pair(port, rcvbuf=4096)
    c.setblocking(False)
    sent = 0
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        try:
            sent += c.send(b"x" * 65536)
        except BlockingIOError:
            time.sleep(0.05)
    got = 0
    s.settimeout(1)
    while got < sent:
        got += len(s.recv(65536))
    c.close()
    s.close()


def keep_alive(port):
    c, s = pair(port)
    c.sendall(b"x")
    s.recv(1)
    c.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    c.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
    c.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
    time.sleep(1.5)
    c.close()
    s.close()


def reuse(port):
    for _ in range(2):
        c, s = pair(port, source=34567)
        s.close()
        time.sleep(0.1)
        c.close()
        time.sleep(0.2)


def bulk(port):
    c, s = pair(port)
    total = 3_000_000

    def receive():
        got = 0
        while got < total:
            got += len(s.recv(1 << 20))

    s.settimeout(60)
    c.settimeout(60)
    t = threading.Thread(target=receive)
    t.start()
    c.sendall(b"y" * total)
    t.join()
    c.close()
    s.close()


kept = []
kind, number = sys.argv[1], int(sys.argv[2])
globals()[kind](number)
if kept:  # they stay open until this is killed
    print("kept", flush=True)
    time.sleep(60)
