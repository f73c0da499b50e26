"""The model's schedules of faults, as tests/model keeps them: a group, what is expected, and a fault a line."""

import re
from dataclasses import dataclass, fields, replace
from typing import Sequence

from group import DATA, REPOSITORY, SENTINELS

FOLDER = REPOSITORY / "tests/model/schedules"
NODES = ("m", "r1", "r2")  # how a schedule calls data nodes
AOF, SLOW_AOF, RDB = KEEPING = ("aof", "slow-aof", "rdb")  # how they keep what they have

_BETWEEN = {"cut": "|", "block": ">", "clone": ">"}  # what stands between the two sides of a fault


@dataclass(frozen=True)
class Parameters:
    """What the group is like; tests/model/parameters.hpp says what each means."""

    nodes: int = len(DATA)
    sentinels: int = len(SENTINELS)
    quorum: int = 2
    down_after: int = 5
    epoch: int = 0
    keeps: str = AOF
    names: bool = False
    peers: bool = True
    backup: bool = False
    preferred: bool = False
    plain: bool = False
    min_replicas: int = 0
    seeds: int = 0
    second_address: bool = False
    big: bool = False
    sentinel_volumes: bool = True
    notes: bool = True
    refuses: bool = True  # here hosts always do


@dataclass(frozen=True)
class Fault:
    """`first` and `second` are hosts, as the schedule calls them. Times are in seconds."""

    kind: str
    at: float
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    lasts: float = 0

    @property
    def ends(self) -> float:
        return self.at + self.lasts


@dataclass(frozen=True)
class Schedule:
    name: str
    parameters: Parameters = Parameters()
    violated: frozenset[int] = frozenset()  # the invariants that the model expects to be; none: it is safe
    faults: tuple[Fault, ...] = ()

    @property
    def ends(self) -> float:
        return max((fault.ends for fault in self.faults), default=0)


def names() -> list[str]:
    """Of all schedules that are kept."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def read(name: str) -> Schedule:
    """ValueError: a line is not understood."""
    schedule = Schedule(name)
    for line in (FOLDER / f"{name}.txt").read_text().splitlines():
        try:
            schedule = _take(schedule, line)
        except (ValueError, KeyError, IndexError) as reason:
            raise ValueError(f"{name}: this line is not understood: {line}") from reason
    return schedule


def text_of(violated: frozenset[int]) -> str:
    return " ".join(["violates", *(f"I{number}" for number in sorted(violated))]) if violated else "safe"


def _take(schedule: Schedule, line: str) -> Schedule:
    word, *rest = line.split() or ["#"]
    if word.startswith("#"):
        return schedule
    if word == "group":
        return replace(schedule, parameters=_parameters(rest))
    if word == "expect":
        return replace(schedule, violated=_expected(*rest))
    return replace(schedule, faults=(*schedule.faults, _fault(word, *rest, parameters=schedule.parameters)))


def _parameters(words: Sequence[str]) -> Parameters:
    known = {field.name: field.type for field in fields(Parameters)}
    values = {name.replace("-", "_"): text for name, text in (word.split("=") for word in words)}
    return Parameters(**{name: _value(known[name], text) for name, text in values.items()})


def _value(kind: object, text: str) -> bool | int | str:
    if kind is bool:
        return {"yes": True, "no": False}[text]
    if kind is str and text not in KEEPING:
        raise ValueError(text)
    return int(text) if kind is int else text


def _expected(word: str, *invariants: str) -> frozenset[int]:
    if (word == "safe") == bool(invariants) or word not in ("safe", "violates"):
        raise ValueError(word)
    return frozenset(int(re.fullmatch("I([1-7])", one)[1]) for one in invariants)  # type: ignore[index]


def _fault(at: str, kind: str, *words: str, parameters: Parameters) -> Fault:
    hosts, lasts = words, "0"
    if "for" in words:
        *hosts, _, lasts = words  # type: ignore[assignment]
    middle = list(hosts).index(between) if (between := _BETWEEN.get(kind)) else len(hosts)
    everybody = (*NODES[:parameters.nodes], *SENTINELS[:parameters.sentinels])
    first = _hosts(hosts[:middle], everybody)
    second = _hosts(hosts[middle + 1:], [host for host in everybody if host not in first])
    return Fault(kind, float(at), first, second, float(lasts))


def _hosts(words: Sequence[str], rest: Sequence[str]) -> tuple[str, ...]:
    if list(words) == ["*"]:
        return tuple(rest)
    if unknown := [word for word in words if word not in (*NODES, *SENTINELS)]:
        raise ValueError(unknown)
    return tuple(words)
