"""A group, and what a schedule has done to it so far."""

import re
import time
from contextlib import suppress
from pathlib import Path
from typing import Callable, Iterable, Iterator, Sequence

from group import GROUP, SENTINELS, Group, ask, info, ways
from keys import absent
from network import Way
from nodes import NOTE, DkrNode, Node, StoppedServer
from resp import Refused
from schedules import NODES, SLOW_AOF, Fault, Parameters

AWAY_LEAST_S = 0.5  # no container is back sooner
BEHIND_S = 1.5      # so much is missing from a file when a slow disk shall cost something
ASKED_FOR_S = 6.0   # who asks for a failover accepts what is lost for so long


class Stage:
    """The hosts go by the schedule's names. Everything is done from the main thread, and others may look.
    `safe` are the keys that must not be lost: of writes that two data nodes held, one of them with most
    sentinels."""

    def __init__(self, group: Group, parameters: Parameters) -> None:
        self.group = group
        self.parameters = parameters
        self.safe: list[str] = []
        self.disturbed = time.monotonic()
        self.forced: float | None = None  # when a failover was last asked for by hand
        self.troubled: dict[str, float] = {}  # what else is wrong until when, by kind and host
        self.drains = False  # clients take away what there is
        self.drained: set[str] = set()  # keys that must not be there any more
        self.hung: dict[str, StoppedServer] = {}
        self.jumping: list[StoppedServer] = []
        self.written: dict[Path, int] = {}  # bytes of AOFs
        self._blocked: list[Way] = []
        self._returns: dict[str, float] = {}  # when containers are started again
        self._ending: dict[str, float] = {}   # for how long those that were told to end stay away
        self.nodes = {**{host: group.data[name] for host, name in zip(NODES, group.data)},
                      **{name: group.sentinels[name] for name in SENTINELS}}

    def name_nodes(self) -> None:
        """The schedule's m is whoever is the master. Others go by their ids, where nothing else tells them
        apart: of equal replicas Sentinel prefers the smaller id, and of sentinels we do."""
        master = self.group.named()
        replicas = [node for node in self.data() if node.name != master]
        if not self.group.settings.priorities and not self.group.settings.plain:
            replicas.sort(key=lambda node: info(node)["run_id"])
        self.nodes |= dict(zip(NODES, (self.group.data[str(master)], *replicas)))
        sentinels = list(self.group.sentinels.values())
        if not self.parameters.seeds:
            sentinels.sort(key=lambda node: ask(node, "SENTINEL", "MYID"))
        self.nodes |= dict(zip(SENTINELS, sentinels))

    def data(self) -> Iterator[Node]:
        return iter(self.group.data.values())

    # The way between hosts

    def block(self, start: Iterable[str], ends: Iterable[str]) -> None:
        """The first cannot connect to the second any more."""
        blocked = self._ways(start, ends)
        self._blocked += blocked  # before it is so: what is written meanwhile is not safe
        self.group.network.block(blocked)

    def unblock(self, start: Iterable[str], ends: Iterable[str]) -> None:
        free = self._ways(start, ends)
        self.group.network.unblock(free)
        for way in free:
            self._blocked.remove(way)

    def _ways(self, start: Iterable[str], ends: Iterable[str]) -> list[Way]:
        return ways([self.nodes[host] for host in start], [self.nodes[host] for host in ends])

    def can(self, start: Node, end: Node) -> bool:
        return not set(ways([start], [end])) & set(self._blocked)

    def is_whole(self) -> bool:
        """Nothing is wrong but that containers may be away."""
        return not self._blocked and time.monotonic() > max(self.troubled.values(), default=0)

    def is_with_most(self, node: Node) -> bool:
        sentinels = self.group.sentinels.values()
        reach = [sentinel for sentinel in sentinels if sentinel.running and self.can(sentinel, node)]
        return 2 * len(reach) > len(sentinels)

    def trouble(self, fault: Fault, node: Node) -> None:
        self.troubled[f"{fault.kind} {node.name}"] = time.monotonic() + fault.lasts

    # Containers

    def back_after(self, node: Node, seconds: float) -> None:
        """A container that has ended is started so much later."""
        self._ending.pop(node.name, None)
        self._returns[node.name] = time.monotonic() + max(seconds, AWAY_LEAST_S)

    def wait_until_behind(self, node: Node) -> None:
        """Where fsync never ends, the server keeps what is written to itself for up to two seconds."""
        if self.parameters.keeps != SLOW_AOF or node.sentinel or not node.running:
            return
        file = aofs(node)[-1]
        size, since = file.stat().st_size, time.monotonic()
        while time.monotonic() < since + BEHIND_S:
            if (now := file.stat().st_size) != size:
                size, since = now, time.monotonic()
            time.sleep(0.02)

    def copy_of(self, node: Node) -> Path:
        return self.group.folder / f"{node.name}.copy"

    def stop(self, node: Node, away_s: float) -> None:
        """SIGTERM; the container is back so long after its end."""
        if node.running:
            self._ending[node.name] = away_s
            node.ask_to_end()

    def tend(self) -> None:
        """Starts what is due."""
        self.group.policy.tend()
        for node in self.nodes.values():
            if node.name in self._ending and not node.running:
                self.disturbed = time.monotonic()
                self.back_after(node, self._ending[node.name])
            elif self._returns.get(node.name, time.monotonic() + 1) < time.monotonic():
                del self._returns[node.name]
                self.disturbed = time.monotonic()
                if isinstance(node, DkrNode):
                    node.accept_notes()
                self.group.network.switch_on(node.name)
                node.start()

    def all_back(self) -> bool:
        return not self._returns and not self._ending

    # Writes

    def note_write(self, key: str) -> None:
        """It was acknowledged. Called by the clients' threads, as the next one."""
        if self._is_safe(lambda node: ask(node, "EXISTS", key) == 1):
            self.safe.append(key)

    def note_taken(self, keys: Sequence[str]) -> None:
        """So they were taken away."""
        self._forget(set(keys))
        if self._is_safe(lambda node: ask(node, "EXISTS", *keys) == 0):
            self.drained |= set(keys)

    def _is_safe(self, holds: Callable[[Node], bool]) -> bool:
        """Whether two nodes hold it, and one of them is with most sentinels."""
        holders = [node for node in self.data() if node.running and _answers(holds, node)]
        accepted = self.forced is not None and time.monotonic() - self.forced < ASKED_FOR_S
        return len(holders) >= 2 and not accepted and any(map(self.is_with_most, holders))

    def excuse_lost(self) -> None:
        """What faults have left no copy of may be lost."""
        lost = set(self.safe)
        for node in self.data():
            lost = self.missing(node, list(lost))
        self._forget(lost)

    def excuse(self, keys: set[str]) -> None:
        """These may be lost."""
        self._forget(keys)

    def _forget(self, keys: set[str]) -> None:
        """In place, because others add to it."""
        for key in keys & set(self.safe):
            self.safe.remove(key)

    def missing(self, node: Node, keys: list[str]) -> set[str]:
        """Which of them the node has neither in its server nor, while there is none, in its volume."""
        with suppress(OSError, Refused):
            if node.has_server():
                return absent(node, keys)
        return set(keys) - kept_in(node.volume)

    def is_foreign(self, node: Node) -> bool:
        """Whether it has data of its own, and knows that."""
        if not isinstance(node, DkrNode) or not self.parameters.notes:
            return False
        with suppress(OSError):
            return f"group {GROUP}\n" not in (node.volume / NOTE).read_text()
        return True


def _answers(question: Callable[[Node], bool], node: Node) -> bool:
    with suppress(OSError, Refused):
        return question(node)
    return False


def aofs(node: Node) -> list[Path]:
    """The files that the server appends to, or has, the last one at the end."""
    return [] if node.sentinel else sorted((node.volume / "appendonlydir").glob("*.incr.aof"))


def size_of(volume: Path) -> int:
    """Of the server's files."""
    return sum(file.stat().st_size for file in _files(volume))


def kept_in(volume: Path) -> set[str]:
    """The clients' keys in the server's files, which hold short texts as they are."""
    found: set[str] = set()
    for file in _files(volume):
        with suppress(OSError):  # a rewrite may take it away
            found |= {key.decode() for key in re.findall(rb"w-n\d:\d+", file.read_bytes())}
    return found


def _files(volume: Path) -> list[Path]:
    folder = volume / "appendonlydir"
    files = folder.iterdir() if folder.exists() else iter([volume / "dump.rdb"])
    return [file for file in files if file.exists()]
