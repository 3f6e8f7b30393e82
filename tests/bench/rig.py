# SPDX-License-Identifier: BSD-2-Clause
"""Two hosts a (va) and b (vb) in namespaces of their own, and programs that capture at b while traffic flows."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time

top = pathlib.Path(__file__).resolve().parent.parent.parent
dump = os.environ.get("EBPFDUMP", str(top / "build/ebpfdump"))
flood = str(top / "build/tests/bench/flood")


def enter():
    """Runs the script again inside namespaces that end with it."""
    if not os.environ.get("RIG_INSIDE"):
        os.environ["RIG_INSIDE"] = "1"
        os.execvp(
            "unshare",
            ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private"]
            + [sys.executable, *sys.argv],
        )
    sh("mount -t tmpfs none /run && mkdir -p /run/netns")


def sh(command):
    subprocess.run(command, shell=True, check=True)


def on(host, *argv):
    return ["ip", "netns", "exec", host, *argv]


def two_hosts():
    sh(
        """ip netns add a; ip netns add b
        ip link add va netns a type veth peer name vb netns b
        ip -n a link set va address 02:00:00:00:00:01; ip -n b link set vb address 02:00:00:00:00:02
        for h in a b; do ip -n $h link set v$h addrgenmode none; ip -n $h link set lo up; ip -n $h link set v$h up; done
        ip -n a addr add 10.9.0.1/24 dev va; ip -n b addr add 10.9.0.2/24 dev vb
        ip link add wa netns a type veth peer name wb netns b
        ip -n a link set wa address 02:00:00:00:00:01; ip -n b link set wb address 02:00:00:00:00:02
        for h in a b; do ip -n $h link set w$h addrgenmode none; ip -n $h link set w$h up; done
        for d in vb wb; do ip netns exec b ethtool -K $d gro on >/dev/null; done"""
    )
    time.sleep(1)


class Sink:
    """Stops the flood behind the capture, and counts it; what comes beside the capture is stopped too."""

    def __init__(self):
        self.p, self.beside = (
            subprocess.Popen(on("b", flood, "sink", dev), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for dev in ("vb", "wb")
        )
        for p in self.p, self.beside:
            assert p.stdout.readline() == "ready\n"

    def count(self):
        self.p.stdin.write("\n")
        self.p.stdin.flush()
        return int(self.p.stdout.readline())


def flooded(size, count, pps, beside):
    out = subprocess.run(
        on("a", "taskset", "-c", "0", flood, "send", "va", beside, str(size), str(count), str(pps)),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    return json.loads(out)


def send(size, count, pps=0):
    return flooded(size, count, pps, "-")["sent"]


def send_both(size, count):
    """A quarter goes beside the capture, batch by batch: how much longer a packet takes on the CPU that sends and
    receives where the capture is (extra), how long beside it (none), how many went where it is (sent), and how long it
    all took (wall)."""
    got = flooded(size, count, 0, "wa")
    wall = got["ns"] * got["sent"] + got["beside_ns"] * got["beside"]
    return dict(extra=got["ns"] - got["beside_ns"], none=got["beside_ns"], sent=got["sent"], wall=wall)


def warm(size):
    """Touches so much memory and frees it: a virtual machine hands free pages back to its host after some seconds, and
    then pays three times as much for each new page of a file, whoever writes."""
    block = bytes(1 << 20)
    with open("/run/warm", "wb") as f:
        for _ in range(size >> 20):
            f.write(block)
    os.unlink("/run/warm")


class Memory:
    """So much of it, touched, and given to a file that grows bit by bit: what is free for two seconds goes back to the
    host."""

    AHEAD = 256 << 20

    def __init__(self, size):
        room = os.statvfs("/run")
        size = self.left = min(size, room.f_bavail * room.f_frsize - self.AHEAD)
        self.file = open("/run/memory", "wb")
        block = bytes(1 << 20)
        for _ in range(size >> 20):
            self.file.write(block)
        self.file.flush()

    @contextlib.contextmanager
    def given_to(self, path):
        done = threading.Event()
        giver = threading.Thread(target=self.give, args=(path, self.left, done))
        giver.start()
        try:
            yield
        finally:
            done.set()
            giver.join()
            self.file.close()
            os.unlink("/run/memory")

    def give(self, path, size, done):
        while not done.wait(0.05):
            left = max(0, size - os.path.getsize(path) - self.AHEAD)
            if left < self.left:
                self.left = left
                self.file.truncate(left)


def cpu_ns(pid):
    """What all threads of a process ran."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total


class Capture:
    """A capturing program at b, on CPU 1 unless told otherwise; None captures nothing."""

    def __init__(self, argv, ready="listening on", stdout=subprocess.DEVNULL, cpus="1"):
        self.p = None
        if argv is None:
            return
        self.err = open("/run/capture.err", "w+")
        self.p = subprocess.Popen(on("b", "taskset", "-c", cpus, *argv), stdout=stdout, stderr=self.err)
        limit = time.time() + 10
        while ready not in pathlib.Path("/run/capture.err").read_text():
            if time.time() > limit or self.p.poll() is not None:
                raise RuntimeError(f"{argv}: {pathlib.Path('/run/capture.err').read_text()}")
            time.sleep(0.02)
        time.sleep(0.1)
        self.before = cpu_ns(self.p.pid)

    def stop(self):
        """CPU ns since it was ready, and what it said."""
        if not self.p:
            return 0, ""
        time.sleep(0.25)
        used = cpu_ns(self.p.pid) - self.before
        self.p.send_signal(signal.SIGINT)
        self.p.wait(30)
        return used, pathlib.Path("/run/capture.err").read_text()


def said(text, what):
    """The number in `N packets WHAT`."""
    for line in text.replace(",", "\n").splitlines():
        words = line.split()
        if len(words) >= 3 and words[1].startswith("packet") and " ".join(words[2:]) == what:
            return int(words[0])
    return 0


def have(program):
    return shutil.which(program) is not None


def row(case, what, ours, theirs, value, limit=None, better="less", unit="ratio", **more):
    print(
        json.dumps(
            dict(case=case, what=what, ours=ours, theirs=theirs, value=value, limit=limit, better=better, unit=unit, **more)
        ),
        flush=True,
    )


median = statistics.median
