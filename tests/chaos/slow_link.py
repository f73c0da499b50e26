"""A link that is slow one way, and loses frames that way; for kernels without netem too.

    slow_link.py PORT TAP DELAY_MS LOSS_PERCENT SEED

What comes in at the network device PORT leaves at TAP, so much later or not at all; what comes in at
TAP leaves at PORT at once. Both devices are there already, in the network of this process, which ends
when its standard input does. TAP has a carrier from when frames pass.

Each frame goes with its virtio header, which tells what is still to be done to it: in a network of
veths checksums are missing, and a frame may be several packets in one.
"""

import errno
import fcntl
import os
import random
import select
import signal
import socket
import struct
import sys
import time
from collections import deque
from typing import Callable

_SOL_PACKET, _PACKET_VNET_HDR, _PACKET_IGNORE_OUTGOING = 263, 15, 23
_SO_RCVBUFFORCE = 33
_ETH_P_ALL = 3
_TUNSETIFF, _TUNSETOFFLOAD = 0x400454CA, 0x400454D0
_IFF_TAP, _IFF_NO_PI, _IFF_VNET_HDR = 0x0002, 0x1000, 0x4000
_TUN_F_CSUM, _TUN_F_TSO4 = 0x01, 0x02
_LONGEST = 1 << 17  # bytes of a frame
_WAITING_BYTES = 1 << 23  # in the kernel, before more is lost than shall be
_AT_ONCE = 64  # frames, before the other way has its turn


class SlowLink:
    """Passes frames both ways. What is on its way when it ends is lost."""

    def __init__(self, port: str, tap: str, delay_s: float, loss: float, chance: random.Random) -> None:
        self._port = _open_port(port)
        self._tap = _open_tap(tap)
        self._delay_s = delay_s
        self._loss = loss
        self._chance = chance
        self._late: deque[tuple[float, bytes]] = deque()  # when it is due, and the frame

    def run(self, until: int) -> None:
        """Returns when that descriptor has something to read, its end for example."""
        while until not in (readable := self._readable(until)):
            if self._port in readable:
                _read_some(lambda: self._port.recv(_LONGEST), self._take)
            if self._tap in readable:
                _read_some(lambda: os.read(self._tap, _LONGEST), lambda frame: _send(self._port.send, frame))
            self._send_due()

    def _readable(self, until: int) -> list[object]:
        """Of those three, at the latest when a frame is due."""
        wait_s = max(0.0, self._late[0][0] - time.monotonic()) if self._late else None
        return select.select([until, self._port, self._tap], [], [], wait_s)[0]

    def _take(self, frame: bytes) -> None:
        if self._chance.random() >= self._loss:
            self._late.append((time.monotonic() + self._delay_s, frame))

    def _send_due(self) -> None:
        while self._late and self._late[0][0] <= time.monotonic():
            _send(lambda frame: os.write(self._tap, frame), self._late.popleft()[1])


def _open_port(name: str) -> socket.socket:
    """Hears what comes in at the device, and not what is sent there."""
    port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
    port.setsockopt(_SOL_PACKET, _PACKET_VNET_HDR, 1)
    port.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
    port.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _WAITING_BYTES)
    port.bind((name, _ETH_P_ALL))
    return port


def _open_tap(name: str) -> int:
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    flags = _IFF_TAP | _IFF_NO_PI | _IFF_VNET_HDR
    fcntl.ioctl(tap, _TUNSETIFF, struct.pack("16sH22x", name.encode(), flags))
    fcntl.ioctl(tap, _TUNSETOFFLOAD, _TUN_F_CSUM | _TUN_F_TSO4)
    return tap


def _read_some(read: Callable[[], bytes], take: Callable[[bytes], None]) -> None:
    for _ in range(_AT_ONCE):
        try:
            frame = read()
        except BlockingIOError:
            return
        take(frame)


def _send(send: Callable[[bytes], int], frame: bytes) -> None:
    """A frame that the kernel has no room for is lost, as on any link."""
    try:
        send(frame)
    except OSError as failure:
        if failure.errno not in (errno.EAGAIN, errno.ENOBUFS):
            raise


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who gets it too closes our standard input
    port, tap, delay_ms, loss_percent, seed = sys.argv[1:]
    link = SlowLink(port, tap, float(delay_ms) / 1000, float(loss_percent) / 100, random.Random(seed))
    link.run(until=sys.stdin.fileno())


if __name__ == "__main__":
    main()
