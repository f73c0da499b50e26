"""One trial: a scenario done once to one subject, from an empty machine to an empty machine."""

import contextlib
import math
import random
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Iterator, Sequence

import network
from figures import Figures, Noted
from group import (CLIENT, DATA, FOREIGN, PRELOADED, SENTINELS, Group, Server, Settings, say)
from keys import absent, numbered, present
from network import Network
from probe import Probe, overlaps, strays
from resp import Refused
from scenarios import FOREIGN_KEYS, Scenario
from volumes import freezable, small
from writers import Acknowledged, Writer, gap

WRITERS = 4
HEALTHY_FOR_S = 2.0  # no longer watched once all has been well for so long
LOOK_S = 0.2
HELD_BACK_S = 25  # a replica that was held back is let go in this time
SHOWN = 20  # moments at which writes were lost
FENCE_CLOSED = "fence closed"  # what the log says then


def attempt(scenario: Scenario, settings: Settings, seed: str, copies: int, keep: bool) -> Figures:
    """The figures, once everything is gone again."""
    varied = replace(settings, more_conf=scenario.more_conf, members=scenario.members,
                     two_addresses=scenario.two_addresses, names=scenario.names)
    with contextlib.ExitStack() as stack:
        group = stack.enter_context(machine(scenario.name, varied, seed, keep))
        if scenario.volume_mb:
            stack.enter_context(small(group.data["n1"].volume, scenario.volume_mb))
        for node in group.data.values() if scenario.freezable else ():
            stack.enter_context(freezable(node.volume))
        stack.enter_context(ended(group))
        return _Trial(scenario, group, copies).run()


@contextlib.contextmanager
def ended(group: Group) -> Iterator[None]:
    """Afterwards nothing of the group runs."""
    try:
        yield
    finally:
        for node in group.everybody():
            node.kill()


@contextlib.contextmanager
def machine(name: str, settings: Settings, seed: str, keep: bool) -> Iterator[Group]:
    """A group of which nothing runs yet, and the main thread in the network of its clients. Afterwards
    everything is gone; with `keep` volumes and logs stay."""
    folder = Path(tempfile.mkdtemp(prefix=f"chaos-{name}-{settings.subject}-"))
    folder.chmod(0o755)  # the server runs as a user of its own
    hosts = Network((*DATA, *SENTINELS, FOREIGN, CLIENT))
    try:
        with network.inside(hosts.namespace(CLIENT)):
            yield Group(hosts, folder, settings, random.Random(seed))
    finally:
        hosts.close()
        if keep:
            say(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


class _Trial:
    def __init__(self, scenario: Scenario, group: Group, copies: int) -> None:
        self._scenario = scenario
        self._group = group
        self._copied = [self._writer(f"w{number}", CLIENT, copies=max(copies, scenario.copies))
                        for number in range(WRITERS // 2)]
        self._clients = [*self._copied, *(self._writer(f"w{number}", CLIENT, copies=copies)
                                          for number in range(WRITERS // 2, WRITERS))]
        self._glued = [self._writer("glued", host, glued=True)] if (host := scenario.glued_in) else []
        group.writers = [*self._clients, *self._glued]
        self._probes = [Probe(node) for node in group.data.values()]

    def _writer(self, name: str, host: str, glued: bool = False, copies: int = 0) -> Writer:
        return Writer(name, self._group.network.namespace(host), self._group.sentinel_addresses(),
                      glued=glued, copies=copies, locate=self._group.address)

    def run(self) -> Figures:
        group, scenario = self._group, self._scenario
        if not scenario.fresh:
            group.set_up()
        scenario.prepare(group)
        master_before = None if scenario.fresh else group.named()
        epoch_before = 0 if scenario.fresh else group.epoch()
        servers_before = {} if scenario.fresh else group.servers()
        threads = [*self._clients, *self._glued, *self._probes]
        begin = time.monotonic()
        for thread in threads:
            thread.start()
        try:
            time.sleep(0 if scenario.fresh else scenario.written_s + group.chance.uniform(0.7, 1.7))
            say("  fault")
            fault = time.monotonic()
            log_ends = {name: node.log_end() for name, node in group.data.items()}
            group.policy.on = scenario.restarted
            noted = scenario.fault(group) or Noted()
            healthy_at = self._watch()
            end = time.monotonic()
        finally:
            for thread in threads:
                thread.end()
        logs = {name: node.log_since(log_ends[name]) for name, node in group.data.items()}
        return self._figures(begin, end, fault, healthy_at, master_before, epoch_before,
                             servers_before, logs, noted)

    def _watch(self) -> float | None:
        """Since when all is well, if it is."""
        begin = time.monotonic()
        watch_s = min(self._scenario.watch_s, self._group.settings.watch_at_most_s)
        since: float | None = None
        while (now := time.monotonic()) < begin + watch_s:
            since = (since or now) if self._group.policy.tend() and self._group.health() else None
            if since and now > max(since + HEALTHY_FOR_S, begin + self._scenario.least_s):
                break
            time.sleep(LOOK_S)
        return since

    def _figures(self, begin: float, end: float, fault: float, healthy_at: float | None,
                 master_before: str | None, epoch_before: int, servers_before: dict[str, Server],
                 logs: dict[str, str], noted: Noted) -> Figures:
        group = self._group
        master = group.master()
        before = [write.key for writer in self._clients for write in writer.acknowledged
                  if write.time < fault]
        silence, silence_open = gap(self._clients, begin, end)
        doubled = overlaps(self._probes, fault)
        for since, until in doubled:
            say(f"  two masters for {(until - since) * 1000:.0f} ms, {since - fault:.2f} s after the fault began")
        for complaint in noted.broken:
            say(f"  {complaint}")
        servers = self._servers_with_priorities_of(servers_before)
        copied = [writer for writer in self._copied if writer.copies]
        glued = [write.key for writer in self._glued for write in writer.acknowledged
                 if noted.glued_from <= write.time <= noted.glued_until]
        glued_lost = self._absent(glued, master)
        if noted.glued_from < math.inf:
            say(f"  the glued client wrote {len(glued)} times in the time noted, {glued_lost} are lost")
        return Figures(
            gap_s=silence, gap_open=silence_open,
            acknowledged=_acknowledged(self._clients), lost=self._lost(self._clients, master, fault),
            copied_acknowledged=_acknowledged(copied), copied_lost=self._lost(copied, master),
            glued_acknowledged=_acknowledged(self._glued), glued_lost=self._lost(self._glued, master),
            two_masters_s=sum(until - since for since, until in doubled), strays=strays(self._probes, master, fault),
            preloaded=0 if self._scenario.fresh else PRELOADED, preloaded_left=self._preloaded_left(),
            preloaded_on_master=self._on_master(numbered("preloaded", PRELOADED), master),
            before_left=self._on_master(before, master), foreign_left=self._foreign_left(),
            master_before=master_before, master=master, failovers=group.epoch() - epoch_before,
            healthy_s=None if healthy_at is None else healthy_at - fault,
            refused=sum(moment >= fault for writer in group.writers for moment in writer.refused),
            fences=sum(log.count(FENCE_CLOSED) for log in logs.values()),
            restarts=sum(name in servers and servers[name].run_id != before.run_id
                         for name, before in servers_before.items()),
            containers=sum(name not in servers or servers[name].first_process != before.first_process
                           for name, before in servers_before.items()),
            limits_kept=all(name not in servers or servers[name].limits == before.limits
                            for name, before in servers_before.items()),
            priorities_kept=all(name not in servers or servers[name].priority == before.priority
                                for name, before in servers_before.items()),
            glued_noted=len(glued), glued_noted_lost=glued_lost,
            slowest_s=noted.slowest_s, exit_statuses=(*noted.exit_statuses, *group.policy.exit_statuses),
            broken=noted.broken, down_after_s=group.settings.down_after_ms / 1000)

    def _servers_with_priorities_of(self, before: dict[str, Server]) -> dict[str, Server]:
        """The servers, once their watchers have put back the priorities of those that were held back."""
        ends = time.monotonic() + HELD_BACK_S
        while True:
            servers = self._group.servers()
            if time.monotonic() > ends or all(name not in servers or servers[name].priority == server.priority
                                              for name, server in before.items()):
                return servers
            time.sleep(LOOK_S)

    def _lost(self, writers: list[Writer], master: str | None, fault: float | None = None) -> int | None:
        """When the fault's time is given, the progress tells when what is lost was acknowledged."""
        writes = [write for writer in writers for write in writer.acknowledged]
        lost = self._absent([write.key for write in writes], master)
        if lost and master and fault is not None:
            say(f"  lost, by when it was acknowledged after the fault began: {self._when(writes, master, fault)}")
        return lost

    def _when(self, writes: Sequence[Acknowledged], master: str, fault: float) -> str:
        """Which of the writes are absent, put together by tenths of a second."""
        gone = absent(self._group.data[master], [write.key for write in writes])
        counts = Counter(round(write.time - fault, 1) for write in writes if write.key in gone)
        return ", ".join(f"{moment:.1f} s: {count}" for moment, count in sorted(counts.items())[:SHOWN])

    def _absent(self, keys: Sequence[str], master: str | None) -> int | None:
        left = self._on_master(keys, master)
        return None if left is None else len(keys) - left

    def _on_master(self, keys: Sequence[str], master: str | None) -> int | None:
        return None if master is None else present(self._group.data[master], keys)

    def _preloaded_left(self) -> int:
        left = [0]
        for node in self._group.data.values():
            try:
                left.append(present(node, numbered("preloaded", PRELOADED)))
            except (OSError, Refused):
                continue
        return max(left)

    def _foreign_left(self) -> int | None:
        if not self._group.foreign.running:
            return None
        return present(self._group.foreign, numbered(FOREIGN, FOREIGN_KEYS))


def _acknowledged(writers: list[Writer]) -> int:
    return sum(len(writer.acknowledged) for writer in writers)
