"""Writes through the sentinels, looks which nodes take writes, and tells at the end what was lost.

    measure.py [HOST:PORT]    a plain server, which is written to as well

Prints a line when it writes. A line `fault` on standard input is the moment from which on two masters
count, a line `written` is answered with how many writes were acknowledged by now; at the end of the input
it prints the figures as JSON.
"""

import json
import sys
import threading
import time
from typing import Any, Iterator, NamedTuple, Sequence

from members import DATA, SENTINEL_PORT, SENTINELS, GROUP, addresses, ask
from probe import Probe, overlaps
from resp import Connection
from writers import TIMEOUT_S, Writer, find_master, gap

PRELOADED = 1000
WRITERS = 4  # every second one waits for a replica
AT_ONCE = 1000
LOOK_S = 0.1
ASKED = ("redis-sentinel", *(f"redis-sentinel-{number}.{SENTINELS}" for number in range(3)))


class Node(NamedTuple):
    """A data node, as a probe looks at it; the pod has one network only."""
    name: str
    address: str
    namespace: str = ""


def reach(server: str) -> Connection:
    host, _, port = server.partition(":")
    return Connection(host, int(port), TIMEOUT_S)


class PlainWriter(Writer):
    """Writes to one server, HOST:PORT."""

    def __init__(self, name: str, server: str) -> None:
        super().__init__(name, "", ())
        self._server = server

    def _connect(self) -> Connection:
        return reach(self._server)


class Probes(threading.Thread):
    """A probe for every address that a data node has, or has had: whoever is deleted may still run."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.all: dict[str, Probe] = {}
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.is_set():
            for address in addresses(DATA) - self.all.keys():
                self.all[address] = Probe(Node(address, address))
                self.all[address].start()
            self._ended.wait(LOOK_S)

    def end(self) -> list[Probe]:
        self._ended.set()
        self.join(10)
        for probe in self.all.values():
            probe.end()
        return list(self.all.values())


def portions(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[at:at + AT_ONCE] for at in range(0, len(keys), AT_ONCE))


def absent(master: Connection, keys: Sequence[str]) -> set[str]:
    return {key for some in portions(keys)
            for key, there in zip(some, master.pipeline([("EXISTS", key) for key in some])) if not there}


def preload(master: Connection) -> list[str]:
    keys = [f"preloaded:{number}" for number in range(PRELOADED)]
    master.pipeline([("SET", key, "x") for key in keys])
    master.close()
    return keys


def config_epoch() -> int:
    words = ask("redis-sentinel", SENTINEL_PORT, "SENTINEL", "MASTER", GROUP)
    return int(words[words.index("config-epoch") + 1])


def heed(writers: Sequence[Writer]) -> float:
    """Until the input ends; the moment of the fault."""
    fault = time.monotonic()
    for line in sys.stdin:
        if line.strip() == "fault":
            fault = time.monotonic()
        print(sum(len(writer.acknowledged) for writer in writers), flush=True)
    return fault


def figures(writers: Sequence[Writer], probes: Sequence[Probe], preloaded: Sequence[str], begin: float,
            end: float, fault: float) -> dict[str, Any]:
    master = find_master(ASKED)
    silence, silence_open = gap(writers, begin, end)
    writes = [write for writer in writers for write in writer.acknowledged]
    gone = absent(master, [write.key for write in writes])
    copied = [write.key for writer in writers if writer.copies for write in writer.acknowledged]
    doubled = overlaps(probes, fault)
    return {
        "gap_ms": round(silence * 1000), "gap_open": silence_open, "acknowledged": len(writes),
        "lost": len(gone), "copied": len(copied), "copied_lost": len(gone.intersection(copied)),
        "lost_at": sorted(round(write.time - fault, 1) for write in writes if write.key in gone),
        "two_masters_ms": round(sum(until - since for since, until in doubled) * 1000),
        "two_masters_at": [round(since - fault, 2) for since, _ in doubled],
        "preloaded_lost": len(absent(master, preloaded)),
    }


def back_after(writers: Sequence[Writer], fault: float) -> float:
    """Seconds from the fault to the end of the longest silence after it: until writes were taken again."""
    times = sorted(write.time for writer in writers for write in writer.acknowledged if write.time > fault)
    ends = [(later - earlier, later) for earlier, later in zip([fault, *times], times)]
    return max(ends)[1] - fault if ends else float("inf")


def main() -> None:
    preloaded = preload(find_master(ASKED))
    epoch = config_epoch()
    writers = [Writer(f"w{number}:{time.time_ns()}", "", ASKED, copies=number % 2) for number in range(WRITERS)]
    for server in sys.argv[1:]:
        preload(reach(server))
    plain = [PlainWriter(f"p{number}:{time.time_ns()}", server) for server in sys.argv[1:] for number in range(WRITERS)]
    probes = Probes()
    begin = time.monotonic()
    for thread in (probes, *writers, *plain):
        thread.start()
    print("writing", flush=True)
    fault = heed(writers)
    end = time.monotonic()
    for writer in (*writers, *plain):
        writer.end()
    report = figures(writers, probes.end(), preloaded, begin, end, fault)
    report |= {"failovers": config_epoch() - epoch, "back_ms": round(back_after(writers, fault) * 1000)}
    if plain:
        report |= {"plain_gap_ms": round(gap(plain, begin, end)[0] * 1000),
                   "plain_back_ms": round(back_after(plain, fault) * 1000)}
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    main()
