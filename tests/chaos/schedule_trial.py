"""Runs the model's schedules against real servers, and compares what comes of it with what it expects."""

import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import Callable, Iterator, Sequence

import schedules
from group import CLIENT, DATA, RDB_ONLY, SENTINELS, Group, Settings, ask, say, wait_for
from invariants import (MEASURED, PEER_WAIT_S, Observer, Violations, complaint, is_at_rest, judge_masters,
                        judge_writes, unknowing)
from nodes import GROUP, DkrNode, Node
from probe import Probe
from resp import Connection, Refused
from schedule_faults import FAULTS, Kind
from schedules import Fault, Schedule
from slow_disk import Held
from stage import Stage
from trial import ended, machine
from volumes import freezable
from writers import TIMEOUT_S, Writer

JOBS = 4  # schedules at a time: most of the time all of them wait
FAILOVER_TIMEOUT_MS = 10000  # as the model has it
QUIET_S, CALM_S = 65.0, 4.0  # after the last fault, until all is judged; at most, and once all is well
WRITTEN_S = 7.0    # before the schedule begins: notes are written every 5 s
THINK_S = 0.5      # so that two seconds of writes are less than a kilobyte
LOAD_DELAY_US = 1500  # a key, where there is much data: 3 s for those preloaded


@dataclass(frozen=True)
class Result:
    """What came of a schedule. `reason` says why it cannot be run or broke, or what was violated."""

    schedule: Schedule
    violated: frozenset[int] | None
    reason: str
    seconds: float

    @property
    def agrees(self) -> bool:
        return self.violated is not None and self.violated == self.schedule.violated & MEASURED

    @property
    def is_wrong(self) -> bool:
        """It should be safe, and is not. What the model does not expect to be safe may be: half a second is its
        shortest time."""
        unsafe = self.violated is None or (self.violated and not self.schedule.violated)
        return bool(unsafe) and not cannot(self.schedule)

    def line(self) -> str:
        real = "-" if self.violated is None else schedules.text_of(self.violated)
        verdict = "agrees" if self.agrees else self.reason if self.violated is None else f"differs {self.reason}"
        return (f"{self.schedule.name:34} {schedules.text_of(self.schedule.violated):17} {real:14} "
                f"{self.seconds:4.0f} s  {verdict}")


def run_all(names: Sequence[str], settings: Settings, keep: bool, jobs: int) -> int:
    """Prints a line a schedule; the exit status is 1 when one is less safe than it should be, or breaks."""
    found = [schedules.read(name) for name in names]
    with ProcessPoolExecutor(jobs) as pool:
        results = []
        for result in pool.map(partial(attempt, settings=settings, keep=keep), found):
            print(result.line(), flush=True)
            results.append(result)
    impossible = sum(bool(cannot(one.schedule)) for one in results)
    agree = [one for one in results if one.agrees]
    safe = sum(not one.violated for one in agree)
    print(f"\n{len(agree)} agree, {safe} of them safe; {len(results) - len(agree) - impossible} differ; "
          f"{impossible} cannot be run")
    return int(any(one.is_wrong for one in results))


def cannot(schedule: Schedule) -> str:
    """Why it cannot be run; empty: it can."""
    for fault in schedule.faults:
        if fault.kind not in FAULTS:
            return f"cannot be run: {fault.kind}"
    if schedule.parameters.sentinels != len(SENTINELS):
        return f"cannot be run: sentinels={schedule.parameters.sentinels}"
    return ""


def attempt(schedule: Schedule, settings: Settings, keep: bool) -> Result:
    begin = time.monotonic()
    if reason := cannot(schedule):
        return Result(schedule, None, reason, 0)
    try:
        with ExitStack() as stack:
            group = stack.enter_context(machine(schedule.name, _settings(schedule, settings), schedule.name, keep))
            if any(fault.kind == "volume" for fault in schedule.faults):
                for node in group.data.values():
                    stack.enter_context(freezable(node.volume))
            stack.enter_context(ended(group))
            found = _Play(schedule, group).run()
    except (OSError, RuntimeError, AssertionError, Refused) as failure:
        return Result(schedule, None, f"broke: {failure}", time.monotonic() - begin)
    reason = "; ".join(f"I{number}: {text}" for number, text in sorted(found.items()))
    say(f"{schedule.name}: {reason or 'safe'}")
    return Result(schedule, frozenset(found), reason, time.monotonic() - begin)


def _settings(schedule: Schedule, settings: Settings) -> Settings:
    """Of a group with the schedule's parameters."""
    wanted = schedule.parameters
    members = DATA[:wanted.nodes]
    conf = [RDB_ONLY if wanted.keeps == schedules.RDB else "", f"min-replicas-to-write {wanted.min_replicas}",
            f"key-load-delay {LOAD_DELAY_US}" if wanted.big else ""]
    priorities = {members[-1]: 0} if wanted.backup else {members[1]: 10} if wanted.preferred else {}
    return replace(
        settings, down_after_ms=1000 * wanted.down_after, failover_timeout_ms=FAILOVER_TIMEOUT_MS,
        more_conf="\n".join(conf), members=members, two_addresses=wanted.second_address, names=wanted.names,
        peers=wanted.peers, seeds=wanted.seeds or len(SENTINELS), plain=members[-1:] if wanted.plain else (),
        priorities=priorities,
        more={"REDIS_PEER_WAIT_MS": str(1000 * PEER_WAIT_S), "REDIS_QUORUM": str(wanted.quorum)})


class _Client(Writer):
    """Writes to one node as long as that takes it, and gives its replicas the time to take it, too."""

    def __init__(self, stage: Stage, node: Node) -> None:
        super().__init__(f"w-{node.name}", stage.group.network.namespace(CLIENT), (),
                         copies=len(stage.group.data) - 1, think_s=THINK_S)
        self._stage = stage
        self._node = node
        self._wait = ("WAIT", self.copies, int(TIMEOUT_S * 800))

    def _connect(self) -> Connection:
        return Connection(self._node.address, self._node.port, TIMEOUT_S)

    def _write(self, connection: Connection, key: str, number: int) -> bool:
        if self._stage.drains:
            return self._take_away(connection)
        connection.pipeline([("SET", key, number), self._wait])
        self._stage.note_write(key)
        return True

    def _take_away(self, connection: Connection) -> bool:
        if keys := connection.call("KEYS", "*"):
            connection.pipeline([("DEL", *keys), self._wait])
            self._stage.note_taken(keys)
        return False


class _Play:
    """A schedule, played to a group of which nothing runs yet."""

    def __init__(self, schedule: Schedule, group: Group) -> None:
        self._schedule = schedule
        self._group = group
        self._stage = Stage(group, schedule.parameters)

    def run(self) -> Violations:
        group, stage = self._group, self._stage
        group.set_up()
        self._settle()
        probes = [Probe(node) for node in group.data.values()]
        observer = Observer(stage, probes)
        group.writers = [_Client(stage, node) for node in group.data.values()]
        threads = [*probes, observer, *group.writers]
        for thread in threads:
            thread.start()
        try:
            self._rest(WRITTEN_S)
            for fault, kind in self._faults():
                if kind.prepare:
                    kind.prepare(stage, fault)
            group.policy.on = True
            begin = time.monotonic() + max(0.0, -min(at for at, *_ in self._agenda()))
            self._act(begin)
            why = self._wait_for_calm(probes)
        finally:
            for thread in threads:
                thread.end()
        found = observer.violations | judge_writes(stage) | judge_masters(
            stage, probes, max(begin, observer.foreign_until)) | unknowing(stage)
        return found | ({4: why} if why and 4 not in found else {})

    def _settle(self) -> None:
        """What a group has that runs for long: nobody is told the first master any more."""
        group, wanted = self._group, self._schedule.parameters
        for node in group.everybody():
            if isinstance(node, DkrNode):
                node.settings.pop("REDIS_MASTER_HOST", None)
        for _ in range(wanted.epoch):
            old = group.named()
            wait_for("a failover begins", 20, lambda: ask(group.sentinels["s1"], "SENTINEL", "FAILOVER", GROUP) == "OK")
            group.wait_for_another_master(str(old), 20)
            wait_for("all follow", 30, group.health)
        self._stage.name_nodes()
        for node in group.data.values():
            if wanted.keeps == schedules.SLOW_AOF:
                Held(node.server())
            if not wanted.notes and isinstance(node, DkrNode):
                node.refuse_notes()

    def _faults(self) -> Iterator[tuple[Fault, Kind]]:
        return ((fault, FAULTS[fault.kind]) for fault in self._schedule.faults)

    def _agenda(self) -> list[tuple[float, int, str, Callable[[], None]]]:
        """What is done when; at the same time, ends come first."""
        agenda = []
        for fault, kind in self._faults():
            text = f"{fault.at:.1f} {fault.kind} {' '.join(fault.first)}"
            if kind.lead:
                agenda.append((kind.leads_at(fault), 1, "", partial(kind.lead, self._stage, fault)))
            if kind.end:
                agenda.append((fault.ends, 0, f"end of {text}", partial(kind.end, self._stage, fault)))
            agenda.append((fault.at, 2, text, partial(kind.begin, self._stage, fault)))
        return sorted(agenda, key=lambda one: one[:2])

    def _act(self, begin: float) -> None:
        for at, order, text, do in self._agenda():
            self._rest(begin + at - time.monotonic())
            if text:
                say(f"{self._schedule.name}: {time.monotonic() - begin:.1f} s: {text}")
            do()
            if text:
                self._stage.disturbed = time.monotonic()
            if order == 2:
                self._stage.excuse_lost()
        self._rest(begin + self._schedule.ends - time.monotonic())

    def _rest(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self._stage.tend()
            time.sleep(0.02)

    def _wait_for_calm(self, probes: Sequence[Probe]) -> str:
        """What is still wrong when the time is over."""
        ends, calm_since, why = time.monotonic() + QUIET_S, None, ""
        while (now := time.monotonic()) < ends and (calm_since is None or now - calm_since < CALM_S):
            self._rest(0.3)
            why = self._complaint(probes)
            calm = not why and self._stage.all_back() and is_at_rest(self._stage)
            calm_since = (calm_since or now) if calm else None
        return why

    def _complaint(self, probes: Sequence[Probe]) -> str:
        try:
            return complaint(self._stage, probes)
        except (OSError, Refused) as failure:
            return str(failure)
