"""Clients that write all the time and remember what was acknowledged, and when."""

import threading
import time
from dataclasses import dataclass
from typing import Callable, Sequence

import network
import nodes
from resp import Connection, Refused

TIMEOUT_S = 0.5
THINK_S = 0.002
RETRY_S = 0.05


@dataclass(frozen=True)
class Acknowledged:
    """A write that the server said it took."""

    time: float
    key: str


def find_master(sentinels: Sequence[str], locate: Callable[[str], str] = str) -> Connection:
    """Asks the Sentinels in order, as a good client does, until the node one of them names says
    itself that it is the master. `locate` looks up the address of a name."""
    for sentinel in sentinels:
        try:
            with Connection(sentinel, nodes.SENTINEL_PORT, TIMEOUT_S) as asked:
                named = asked.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", nodes.GROUP)
            if named is None:
                continue
            node = Connection(locate(named[0]), int(named[1]), TIMEOUT_S)
            if node.call("ROLE")[0] == "master":
                return node
            node.close()
        except (OSError, Refused):
            continue
    raise ConnectionError("no Sentinel names a master")


class Writer(threading.Thread):
    """Writes its own sequence of keys in a closed loop, in the network of one host.

    A glued writer finds the master once, and then comes back to the same address whatever happens.
    Who holds `writing` keeps it from writing; no write is under way then.
    """

    def __init__(self, name: str, namespace: str, sentinels: Sequence[str], *, glued: bool = False,
                 copies: int = 0, think_s: float = THINK_S, locate: Callable[[str], str] = str) -> None:
        super().__init__(name=name, daemon=True)
        self.acknowledged: list[Acknowledged] = []
        self.refused: list[float] = []  # when the server wanted more replicas
        self.writing = threading.Lock()
        self._namespace = namespace
        self._sentinels = sentinels
        self._glued = glued
        self._address: str | None = None
        self.copies = copies
        self._think_s = think_s
        self._locate = locate
        self._ended = threading.Event()

    def run(self) -> None:
        network.enter(self._namespace)
        connection: Connection | None = None
        number = 0
        while not self._ended.is_set():
            number += 1
            try:
                with self.writing:
                    connection = connection or self._connect()
                    if self._write(connection, key := f"{self.name}:{number}", number):
                        self.acknowledged.append(Acknowledged(time.monotonic(), key))
                self._ended.wait(self._think_s)
            except (OSError, Refused) as failure:
                if str(failure).startswith("NOREPLICAS"):
                    self.refused.append(time.monotonic())
                if connection is not None:
                    connection.close()
                connection = None
                self._ended.wait(RETRY_S)
        if connection is not None:
            connection.close()

    def end(self) -> None:
        """Returns once nothing is written any more."""
        self._ended.set()
        self.join(10)

    def _connect(self) -> Connection:
        if self._glued and self._address is not None:
            return Connection(self._address, nodes.PORT, TIMEOUT_S)
        connection = find_master(self._sentinels, self._locate)
        self._address = connection.address
        return connection

    def _write(self, connection: Connection, key: str, number: int) -> bool:
        if self.copies == 0:
            return connection.call("SET", key, number) == "OK"
        reply, copies = connection.pipeline(
            [("SET", key, number), ("WAIT", self.copies, int(TIMEOUT_S * 800))])
        return reply == "OK" and copies >= self.copies


def gap(writers: Sequence[Writer], begin: float, end: float) -> tuple[float, bool]:
    """The longest silence between two acknowledged writes, in seconds; and whether it is the last
    one, which nobody ended."""
    times = sorted(write.time for writer in writers for write in writer.acknowledged)
    times = [begin, *(time for time in times if begin <= time <= end), end]
    silences = [later - earlier for earlier, later in zip(times, times[1:])]
    longest = max(silences)
    return longest, longest == silences[-1]
