"""Which nodes accept writes, and when: a look every 20 ms from inside each node's own network.

The look is `SET probe 1 XX`: it has to pass everything a write has to pass, and leaves nothing
behind, so a node without keys stays one.
"""

import threading
import time
from typing import Protocol, Sequence

import network
import nodes
from resp import Connection, Refused

PERIOD_S = 0.02
TIMEOUT_S = 0.25
JOINED_S = 0.1  # two accepted looks at most this far apart belong to one interval

Interval = tuple[float, float]


class Looked(Protocol):
    """What a probe has to know of a node."""
    @property
    def name(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def namespace(self) -> str: ...


class Probe(threading.Thread):
    """Looks at one node. `accepted` holds the moments of sending and of the reply of each look that
    was accepted."""

    def __init__(self, node: Looked) -> None:
        super().__init__(name=node.name, daemon=True)
        self.accepted: list[Interval] = []
        self._wanted = 0.0  # when the node last wanted more replicas
        self._node = node
        self._ended = threading.Event()

    def run(self) -> None:
        network.enter(self._node.namespace)
        connection: Connection | None = None
        while not self._ended.is_set():
            sent = time.monotonic()
            try:
                connection = connection or Connection(self._node.address, nodes.PORT, TIMEOUT_S)
                connection.call("SET", "probe", 1, "XX")
                self.accepted.append((sent, time.monotonic()))
            except Refused as reason:
                if str(reason).startswith("NOREPLICAS"):
                    self._wanted = time.monotonic()
            except OSError:
                if connection is not None:
                    connection.close()
                connection = None
            self._ended.wait(max(0.0, sent + PERIOD_S - time.monotonic()))
        if connection is not None:
            connection.close()

    def end(self) -> None:
        self._ended.set()
        self.join(5)

    def is_open(self) -> bool:
        """Whether the node accepted a look just now."""
        return bool(self.accepted) and time.monotonic() - self.accepted[-1][1] < 2 * TIMEOUT_S

    def wants_replicas(self) -> bool:
        """Whether it refused one just now for want of replicas."""
        return time.monotonic() - self._wanted < 2 * TIMEOUT_S

    def intervals(self) -> list[Interval]:
        """When the node surely accepted: from the reply to a look to the sending of a later one."""
        joined: list[Interval] = []
        for sent, replied in self.accepted:
            if joined and sent - joined[-1][1] <= JOINED_S:
                joined[-1] = (joined[-1][0], max(joined[-1][1], sent))
            else:
                joined.append((replied, replied))
        return joined


def overlaps(probes: Sequence[Probe], begin: float) -> list[Interval]:
    """When two nodes or more accepted writes, since `begin`."""
    edges = sorted((time, step) for probe in probes for interval in probe.intervals()
                   for time, step in zip(interval, (1, -1)))
    found: list[Interval] = []
    open_now, since = 0, begin
    for moment, step in edges:
        if open_now >= 2 and moment > max(since, begin):
            found.append((max(since, begin), moment))
        open_now, since = open_now + step, moment
    return found


def strays(probes: Sequence[Probe], master: str | None, begin: float) -> int:
    """Looks since `begin` that another node accepted while the master of the end accepted too."""
    served = [interval for probe in probes if probe.name == master for interval in probe.intervals()]
    return sum(any(first <= sent and replied <= last for first, last in served)
               for probe in probes if probe.name != master
               for sent, replied in probe.accepted if sent >= begin)
