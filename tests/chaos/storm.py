"""Small faults at random, one after another, each one got over before the next. `STORM` holds them."""

import time
from dataclasses import dataclass
from typing import Callable, Sequence

from crash_scenarios import COPIED_KEPT, HEALTHY, UNBROKEN, replicas_of, rest
from figures import Noted
from group import CLIENT, GROUP, NOTHING_KEPT, Group, ask, say
from network import Unsupported
from nodes import Node
from resp import Refused
from scenarios import ONE_MASTER, Scenario, away, end, master_of, restart

LONG_S, SHORT_S = 600.0, 60.0
WELL_AGAIN_S = 60.0  # from the end of a fault
REST_S = (0.5, 3.0)  # between two of them
CUT_OFF_S, HANGS_S = (2.0, 15.0), (1.0, 15.0)  # how long a host is, and a server does


@dataclass(frozen=True)
class Fault:
    """Done to one node, or to the group by way of it."""

    text: str
    nodes: Callable[[Group], Sequence[Node]]
    do: Callable[[Group, Node], None]


def _data(group: Group) -> Sequence[Node]:
    return list(group.data.values())


def _sentinels(group: Group) -> Sequence[Node]:
    return list(group.sentinels.values())


def _master(group: Group) -> Sequence[Node]:
    return [master_of(group)]


def _crash(group: Group, node: Node) -> None:
    """A container that ends of it is seen, and comes back."""
    node.kill_server()
    rest(group, 0.5)


def _kill_container(group: Group, node: Node) -> None:
    node.kill()
    rest(group, group.chance.uniform(0.3, 3))
    node.start()


def _restart_empty(group: Group, node: Node) -> None:
    end([node])
    node.empty_volume()
    away(group)
    node.start()


def _cut_off(group: Group, node: Node) -> None:
    group.network.partition(node.name)
    rest(group, group.chance.uniform(*CUT_OFF_S))
    group.network.heal(node.name)


def _cut_off_with_clients(group: Group, node: Node) -> None:
    others = [one.name for one in group.everybody() if one is not node and one.name != CLIENT]
    group.network.partition(node.name, others)
    rest(group, group.chance.uniform(*CUT_OFF_S))
    group.network.heal(node.name)


def _hang(group: Group, node: Node) -> None:
    stopped = node.stop_server()
    rest(group, group.chance.uniform(*HANGS_S))
    stopped.resume()


def _failover(group: Group, sentinel: Node) -> None:
    try:
        ask(sentinel, "SENTINEL", "FAILOVER", GROUP)
    except Refused as reason:
        say(f"    refused: {reason}")


def _kill_watcher(group: Group, node: Node) -> None:
    try:
        node.kill_watcher()
    except Unsupported as reason:
        say(f"    {reason}")


FAULTS = (
    Fault("crash of the master's server", _master, _crash),
    Fault("crash of a server", _data, _crash),
    Fault("container killed", _data, _kill_container),
    Fault("restart", _data, restart),
    Fault("restart of the master", _master, restart),
    Fault("restart of a sentinel", _sentinels, restart),
    Fault("restart with an empty volume", replicas_of, _restart_empty),
    Fault("master cut off", _master, _cut_off),
    Fault("master cut off, with the clients", _master, _cut_off_with_clients),
    Fault("replica cut off", replicas_of, _cut_off),
    Fault("sentinel cut off", _sentinels, _cut_off),
    Fault("master hangs", _master, _hang),
    Fault("replica hangs", replicas_of, _hang),
    Fault("failover by hand", _sentinels, _failover),
    Fault("watcher killed", _data, _kill_watcher),
)


def _storm(group: Group) -> Noted:
    """Ends early when the group does not get over a fault: what follows would only be its echo."""
    begin = time.monotonic()
    ends, slowest = begin + (LONG_S if group.settings.long else SHORT_S), 0.0
    while time.monotonic() < ends:
        fault = group.chance.choice(FAULTS)
        node = group.chance.choice(fault.nodes(group))
        told = f"{time.monotonic() - begin:.1f} s: {fault.text}, {node.name}"
        say(f"    {told}{'' if node.name != group.named() else ' (master)'}")
        fault.do(group, node)
        took = _well_again(group)
        slowest = max(slowest, took)
        if took > WELL_AGAIN_S:
            return Noted(slowest_s=slowest, broken=(f"not healthy {WELL_AGAIN_S:.0f} s after {told}",))
        rest(group, group.chance.uniform(*REST_S))
    say(f"  healthy again after {slowest:.1f} s at most")
    return Noted(slowest_s=slowest)


def _well_again(group: Group) -> float:
    """The seconds until all run and the group is healthy; the look is taken twice, for a failover may
    only be about to begin."""
    begin, looks = time.monotonic(), 0
    while looks < 2 and time.monotonic() < begin + WELL_AGAIN_S + 1:
        looks = looks + 1 if group.policy.tend() and group.health() else 0
        rest(group, 0.3)
    return time.monotonic() - begin if looks == 2 else WELL_AGAIN_S + 1


_REQUIRED = (UNBROKEN, COPIED_KEPT, ONE_MASTER, HEALTHY)

STORM = {scenario.name: scenario for scenario in (
    Scenario("storm", _storm, 30, _REQUIRED, glued_in="n1", copies=1, restarted=True),
    Scenario("storm_no_aof", _storm, 30, _REQUIRED, glued_in="n1", copies=1, restarted=True, more_conf=NOTHING_KEPT),
)}
