"""Clients that write through a proxy, and what must hold of the writes that were acknowledged.

    proxy_writers.py write ADDRESS PORT FILE                   until SIGTERM; a line of FILE for each reply
    proxy_writers.py check FILE BEGAN_MS SETTLED_MS OLD NEW LIMIT_MS
                                                               of a change of the master from OLD to NEW
    proxy_writers.py lost FILE BEGAN_MS UNTIL_MS ADDRESS PORT  how many of the writes between are not there

Every write asks in the same transaction which node takes it, and in which role.
"""

import signal
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "chaos"))

from resp import Connection, Refused  # noqa: E402

KEPT = 3  # writers that keep their connection; one more opens one for each write
THINK_S = 0.005
RETRY_S = 0.02
TIMEOUT_S = 1.0
BATCH = 500


@dataclass(frozen=True)
class Line:
    sent: int
    replied: int
    key: str  # - when it was not acknowledged
    node: str
    role: str  # or why it was not


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def write_one(connection: Connection, key: str) -> tuple[str, str]:
    """The address and the role of the node that took it."""
    replies = connection.pipeline(
        [("MULTI",), ("SET", key, 1), ("ROLE",), ("CLIENT", "INFO"), ("EXEC",)])[-1]
    if replies[0] != "OK":
        raise Refused(str(replies[0]))
    fields = dict(word.split("=", 1) for word in replies[2].split() if "=" in word)
    return fields["laddr"].rsplit(":", 1)[0], replies[1][0]


class Writer(threading.Thread):
    def __init__(self, name: str, target: tuple[str, int], out, *, keeps: bool) -> None:
        super().__init__(name=name)
        self._target, self._out, self._keeps = target, out, keeps
        self._ended = threading.Event()

    def run(self) -> None:
        connection, number = None, 0
        while not self._ended.is_set():
            number += 1
            sent, key, taken = now_ms(), f"{self.name}:{number}", None
            try:
                connection = connection or Connection(*self._target, TIMEOUT_S)
                taken = write_one(connection, key)
            except Refused as failure:
                self._tell(sent, "-", "-", str(failure).split()[0])
            except OSError as failure:
                self._tell(sent, "-", "-", type(failure).__name__)
            if taken:
                self._tell(sent, key, *taken)
            if connection is not None and not (taken and self._keeps):
                connection.close()
                connection = None
            self._ended.wait(THINK_S if taken else RETRY_S)

    def end(self) -> None:
        self._ended.set()

    def _tell(self, sent: int, key: str, node: str, role: str) -> None:
        self._out.write(f"{sent} {now_ms()} {key} {node} {role}\n".encode())


def write(address: str, port: str, file: str) -> None:
    with open(file, "ab", buffering=0) as out:
        target = (address, int(port))
        writers = [Writer(f"w{n}", target, out, keeps=n < KEPT) for n in range(KEPT + 1)]
        for writer in writers:
            writer.start()
        signal.sigwait({signal.SIGTERM})
        for writer in writers:
            writer.end()
        for writer in writers:
            writer.join()


def lines(file: str, began: int, until: int = sys.maxsize) -> list[Line]:
    """What was replied between, in order; the last line may be half written."""
    words = [line.split() for line in Path(file).read_text().splitlines()[:-1]]
    read = [Line(int(sent), int(replied), *rest) for sent, replied, *rest in words]
    return sorted((line for line in read if began <= line.replied <= until), key=lambda l: l.replied)


def check(file: str, began: str, settled: str, old: str, new: str, limit: str) -> str:
    """What happened, in one line. What must not happen ends the program."""
    all_lines = lines(file, int(began))
    taken = [line for line in all_lines if line.key != "-"]
    if strange := [line for line in taken if line.role != "master" or line.node not in (old, new)]:
        sys.exit(f"{len(strange)} writes were taken by another than the master: {strange[0]}")
    by_new = [line for line in taken if line.node == new]
    if not by_new:
        sys.exit(f"no write was taken by {new}; the last one: {taken[-1:]}")
    first = by_new[0].replied
    if late := [line for line in taken if line.node == old and line.sent > first]:
        sys.exit(f"{len(late)} writes were taken by {old} after {new}'s first: {late[0]}")
    times = [int(began), *(line.replied for line in taken), now_ms()]
    gap = max(later - earlier for earlier, later in zip(times, times[1:]))
    silent = {line.key.split(":")[0] for line in by_new}
    if len(silent) != KEPT + 1 or gap > int(limit):
        sys.exit(f"{gap} ms without a write, at most {limit}; {sorted(silent)} came through to {new}")
    failed = [line for line in all_lines if line.key == "-"]
    if led_astray := [line for line in failed if line.sent >= int(settled)]:
        sys.exit(f"{len(led_astray)} clients were led astray when all was well again: {led_astray[0]}")
    others = Counter(line.role for line in failed)
    return (f"{gap} ms without a write; {len(taken) - len(by_new)} by {old}, then {len(by_new)} by {new}"
            f"; not acknowledged: {dict(others)}")


def lost(file: str, began: str, until: str, address: str, port: str) -> str:
    keys = [line.key for line in lines(file, int(began), int(until)) if line.key != "-"]
    missing = []
    with Connection(address, int(port), 10) as node:
        for start in range(0, len(keys), BATCH):
            part = keys[start:start + BATCH]
            missing += [key for key, value in zip(part, node.call("MGET", *part)) if value is None]
    return f"{len(missing)} of {len(keys)}"


if __name__ == "__main__":
    # Before the first thread, so that none of them takes it.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    told = {"write": write, "check": check, "lost": lost}[sys.argv[1]](*sys.argv[2:])
    if told:
        print(told)
