"""Containers that are told to end, one at a time and all at once. `STOP` holds the scenarios."""

import re
import time
from functools import partial
from typing import Callable, Sequence

from crash_scenarios import HEALTHY, PRIORITIES_KEPT, UNBROKEN, prefer, replicas_of, until, written_since
from figures import Noted
from group import RDB_ONLY, Group, ask, role, say
from nodes import PORT, Node
from scenarios import (GAP_1S, GAP_2S, NOT_WIPED, NOTHING_LOST, ONE_MASTER, Requirement, Scenario, away, end, master_of,
                       start_all)
from volumes import fill, make_room

STOP_TIMEOUT_S = 9.0  # REDIS_STOP_TIMEOUT_MS as we ship it
VOLUME_MB = 24
TOLD = re.compile(r"^.*(?:No space left|SIGKILL|did not stop|Error trying to save).*$", re.MULTILINE)


def _priority(node: Node) -> str:
    return str(ask(node, "CONFIG", "GET", "replica-priority")[1])


def _ends_in(seconds: float) -> Requirement:
    return Requirement(f"ends in {seconds:g} s", lambda f: f.slowest_s <= seconds)


NOBODY_KILLED = Requirement("none by SIGKILL", lambda f: 137 not in f.exit_statuses)


def timed_end(nodes: Sequence[Node]) -> Noted:
    """Asks all of them at once; the time of the last one."""
    begin = time.monotonic()
    end(list(nodes))
    took = time.monotonic() - begin
    codes = tuple(node.exit_status or 0 for node in nodes)
    say(f"  ended in {took:.2f} s, exit {', '.join(f'{node.name} {code}' for node, code in zip(nodes, codes))}")
    return Noted(slowest_s=took, exit_statuses=codes)


def _rolling_restart(group: Group) -> Noted:
    """The next one only when the group is whole again."""
    nodes, noted = list(group.data.values()), []
    group.chance.shuffle(nodes)
    for node in nodes:
        say(f"  {node.name}{', the master' if node.name == group.named() else ''}")
        noted.append(timed_end([node]))
        away(group)
        node.start()
        until(group, f"the group is healthy with {node.name} again", 30, group.health)
    return Noted(slowest_s=max(one.slowest_s for one in noted),
                 exit_statuses=tuple(code for one in noted for code in one.exit_statuses))


def _stop_everything(group: Group) -> Noted:
    nodes = [*group.data.values(), *group.sentinels.values()]
    noted = timed_end(nodes)
    away(group)
    start_all(group, nodes)
    return noted


def _stop_data_at_once(group: Group) -> Noted:
    """For longer or shorter than the Sentinels call down."""
    nodes = list(group.data.values())
    noted = timed_end(nodes)
    time.sleep(group.chance.uniform(1, group.settings.down_after_ms / 1000 + 3))
    start_all(group, nodes)
    return noted


def _prefer_last(group: Group) -> None:
    prefer(group, replicas_of(group)[-1], 1)


def _stop_stuck(group: Group, stuck: int) -> Noted:
    """So many replicas, the last ones first, do nothing until the master has ended."""
    master = master_of(group)
    stopped = [node.stop_server() for node in replicas_of(group)[-stuck:]]
    time.sleep(group.chance.uniform(0.1, 1))
    noted = timed_end([master])
    for server in stopped:
        server.resume()
    away(group)
    master.start()
    return noted


def _stop_behind(group: Group) -> Noted:
    """The preferred replica hears nothing of the master until that has ended."""
    master, behind = master_of(group), replicas_of(group)[-1]
    group.network.mute(behind.name, master.name, PORT)
    time.sleep(group.chance.uniform(0.5, 1))
    noted = timed_end([master])
    group.network.heal(behind.name)
    away(group)
    master.start()
    return noted


def _stop_killed(group: Group) -> Noted:
    """The preferred replica hears nothing of the master, which is killed while it holds that one back."""
    master, behind = master_of(group), replicas_of(group)[-1]
    before = _priority(behind)
    group.network.mute(behind.name, master.name, PORT)
    time.sleep(group.chance.uniform(0.5, 1))
    master.ask_to_end()
    ends = time.monotonic() + STOP_TIMEOUT_S
    while _priority(behind) == before and time.monotonic() < ends:
        time.sleep(0.005)
    held = _priority(behind) != before
    master.kill()
    group.network.heal(behind.name)
    away(group)
    master.start()
    return Noted(broken=() if held else (f"{behind.name} was not held back",))


def _stop_disk_full(group: Group) -> Noted:
    """Nobody can take over, and nothing can be saved: what was written last is lost."""
    master, replicas = master_of(group), replicas_of(group)
    end(replicas)
    fill(master.volume)
    log_end = master.log_end()
    noted = timed_end([master])
    told = TOLD.findall(master.log_since(log_end))
    for line in told[:2] + told[-1:]:
        say(f"  {line}")
    make_room(master.volume)
    start_all(group, [*replicas, master])
    return Noted(slowest_s=noted.slowest_s, exit_statuses=noted.exit_statuses,
                 broken=() if told else (f"{master.name} told nothing of it",))


def _tell_twice(master: Node) -> None:
    master.ask_to_end()
    time.sleep(0.1)
    if master.running:
        master.ask_to_end()


def _stop(tell: Callable[[Node], None], group: Group) -> Noted:
    """The master is told to end, and comes back."""
    master, begin = master_of(group), time.monotonic()
    tell(master)
    master.wait_for_end()
    took = time.monotonic() - begin
    say(f"  ended in {took:.2f} s, exit {master.exit_status}")
    away(group)
    master.start()
    return Noted(slowest_s=took, exit_statuses=(master.exit_status or 0,))


def _stop_promoted_dies(group: Group) -> None:
    """Whoever is promoted is killed before a Sentinel has seen that."""
    master, replicas = master_of(group), replicas_of(group)
    master.ask_to_end()
    ends = time.monotonic() + STOP_TIMEOUT_S
    while not (promoted := [node for node in replicas if role(node) == "master"]) and time.monotonic() < ends:
        time.sleep(0.005)
    for node in promoted:
        node.kill()
    master.wait_for_end()
    away(group)
    start_all(group, [master, *promoted])
    until(group, "writes go on", 240, partial(written_since, group, time.monotonic()))


GAP_30S = Requirement("gap below 30 s", lambda f: f.gap_s < 30 and not f.gap_open)
_SAFE = (NOTHING_LOST, NOT_WIPED, ONE_MASTER, HEALTHY, PRIORITIES_KEPT)

STOP = {scenario.name: scenario for scenario in (
    Scenario("rolling_restart", _rolling_restart, 20, (*_SAFE, GAP_2S, NOBODY_KILLED)),
    Scenario("stop_everything", _stop_everything, 40, (*_SAFE, _ends_in(3), NOBODY_KILLED)),
    Scenario("stop_data_at_once", _stop_data_at_once, 40, (*_SAFE, _ends_in(3), NOBODY_KILLED)),
    Scenario("stop_lagging", partial(_stop_stuck, stuck=1), 25, (*_SAFE, _ends_in(10)), prepare=_prefer_last),
    Scenario("stop_behind", _stop_behind, 25, (*_SAFE, _ends_in(10)), prepare=_prefer_last),
    Scenario("stop_killed", _stop_killed, 40, (*_SAFE, UNBROKEN), prepare=_prefer_last),
    Scenario("stop_stuck_replica", partial(_stop_stuck, stuck=2), 25, (*_SAFE, _ends_in(STOP_TIMEOUT_S + 0.5))),
    Scenario("stop_stuck_replica_rdb", partial(_stop_stuck, stuck=2), 25,
             (*_SAFE, _ends_in(STOP_TIMEOUT_S + 0.5), NOBODY_KILLED), more_conf=RDB_ONLY),
    Scenario("stop_disk_full", _stop_disk_full, 40,
             (UNBROKEN, NOT_WIPED, ONE_MASTER, HEALTHY, _ends_in(STOP_TIMEOUT_S + 0.5)),
             more_conf=RDB_ONLY, volume_mb=VOLUME_MB),
    Scenario("stop_promoted_dies", _stop_promoted_dies, 25, (ONE_MASTER, NOT_WIPED, HEALTHY, GAP_30S)),
    Scenario("stop_second_term", partial(_stop, _tell_twice), 25, (*_SAFE, _ends_in(2))),
    Scenario("stop_all_processes", partial(_stop, Node.tell_all_to_end), 25, (*_SAFE, GAP_1S, _ends_in(2), NOBODY_KILLED)),
)}
