"""Small faults at random, one after another, each one got over before the next. `STORM` holds them."""

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Callable, Sequence

from crash_scenarios import COPIED_KEPT, HEALTHY, UNBROKEN, replicas_of, rest, written_since
from figures import Noted
from group import GROUP, NOTHING_KEPT, Group, ask, say, ways
from network import Unsupported, Way
from nodes import Node
from resp import Refused
from scenarios import ONE_MASTER, Scenario, away, end, master_of, restart
from slow_disk import Held
from volumes import freeze, thaw

LONG_S, SHORT_S = 600.0, 60.0
WELL_AGAIN_S = 60.0  # from the end of a fault, and twice what the Sentinels call down
REST_S = (0.5, 3.0)  # between two of them
LASTS_S = (1.0, 15.0)  # a fault that ends; sometimes as much longer as the Sentinels call down
IN_HANDOVER_S = (0.02, 1.0)  # after a SIGTERM


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


def _last(group: Group) -> None:
    rest(group, group.chance.uniform(*LASTS_S) + group.chance.choice((0, group.settings.down_after_ms / 1000)))


def _others(group: Group, node: Node) -> list[Node]:
    return [one for one in (*group.data.values(), *group.sentinels.values()) if one is not node]


def _cut_off(group: Group, node: Node) -> None:
    group.network.partition(node.name)
    _last(group)
    group.network.heal(node.name)


def _cut_off_with_clients(group: Group, node: Node) -> None:
    group.network.partition(node.name, [one.name for one in _others(group, node)])
    _last(group)
    group.network.heal(node.name)


def _blocked(group: Group, blocked: Sequence[Way]) -> None:
    group.network.block(blocked)
    _last(group)
    group.network.unblock(blocked)


def _cannot_connect(group: Group, node: Node) -> None:
    """To some of the others."""
    _blocked(group, ways([node], _some(group, _others(group, node))))


def _cannot_be_reached(group: Group, node: Node) -> None:
    """By some of the others."""
    _blocked(group, ways(_some(group, _others(group, node)), [node]))


def _some(group: Group, nodes: Sequence[Node]) -> list[Node]:
    return group.chance.sample(nodes, group.chance.randint(1, len(nodes)))


def _cut_off_without_watcher(group: Group, node: Node) -> None:
    group.network.partition(node.name)
    _kill_watcher(group, node)
    _last(group)
    group.network.heal(node.name)


def _hang(group: Group, node: Node) -> None:
    stopped = node.stop_server()
    _last(group)
    stopped.resume()


def _pause(group: Group, node: Node) -> None:
    stopped = node.stop_all()
    _last(group)
    for process in stopped:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGCONT)


def _stop_twice(group: Group, node: Node) -> None:
    """The second SIGTERM comes in the middle of the handover."""
    node.ask_to_end()
    time.sleep(group.chance.uniform(*IN_HANDOVER_S))
    if node.running:
        node.ask_to_end()
    node.wait_for_end()
    away(group)
    node.start()


def _stop_by_force(group: Group, node: Node) -> None:
    node.ask_to_end()
    time.sleep(group.chance.uniform(*IN_HANDOVER_S))
    node.kill()
    away(group)
    node.start()


def _stop_two(group: Group, node: Node) -> None:
    """The second one in the middle of the first one's handover."""
    other = group.chance.choice(replicas_of(group))
    node.ask_to_end()
    time.sleep(group.chance.uniform(*IN_HANDOVER_S))
    end([other])
    node.wait_for_end()
    away(group)
    node.start()
    other.start()


def _slow_disk(group: Group, node: Node) -> None:
    """Then the server crashes."""
    Held(node.server())
    _last(group)
    _crash(group, node)


def _hung_volume(group: Group, node: Node) -> None:
    freeze(node.volume)
    _last(group)
    thaw(node.volume)


def _silent_names(group: Group, node: Node) -> None:
    """And the watcher starts anew then."""
    group.silence_names(node)
    _kill_watcher(group, node)
    _last(group)
    group.end_silence(node)


def _move(group: Group, node: Node) -> None:
    node.kill()
    group.move(node)
    rest(group, group.chance.uniform(0.3, 3))
    node.start()


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
    Fault("master cannot connect to some", _master, _cannot_connect),
    Fault("master cannot be reached by some", _master, _cannot_be_reached),
    Fault("replica cannot connect to some", replicas_of, _cannot_connect),
    Fault("replica cannot be reached by some", replicas_of, _cannot_be_reached),
    Fault("master cut off, and its watcher killed", _master, _cut_off_without_watcher),
    Fault("sentinel cut off", _sentinels, _cut_off),
    Fault("master hangs", _master, _hang),
    Fault("replica hangs", replicas_of, _hang),
    Fault("failover by hand", _sentinels, _failover),
    Fault("watcher killed", _data, _kill_watcher),
    Fault("node paused", _data, _pause),
    Fault("stopped twice", _data, _stop_twice),
    Fault("stopped by force", _data, _stop_by_force),
    Fault("stopped, and a replica, too", _master, _stop_two),
)
OF_A_DISK = (Fault("slow disk, then a crash", _data, _slow_disk), Fault("volume hangs", _data, _hung_volume))
OF_NAMES = (Fault("name service silent", _data, _silent_names), Fault("another address", _data, _move))


def _storm(group: Group, more: tuple[Fault, ...] = ()) -> Noted:
    """Ends early when the group does not get over a fault: what follows would only be its echo."""
    begin = time.monotonic()
    ends, slowest = begin + (LONG_S if group.settings.long else SHORT_S), 0.0
    while time.monotonic() < ends:
        fault = group.chance.choice(group.chance.choice((FAULTS, more or FAULTS)))
        node = group.chance.choice(fault.nodes(group))
        told = f"{time.monotonic() - begin:.1f} s: {fault.text}, {node.name}"
        say(f"    {told}{'' if node.name != group.named() else ' (master)'}")
        fault.do(group, node)
        took = _well_again(group)
        slowest = max(slowest, took)
        if took > _patience_s(group):
            return Noted(slowest_s=slowest, broken=(f"not healthy {_patience_s(group):.0f} s after {told}",))
        rest(group, group.chance.uniform(*REST_S))
    say(f"  healthy again after {slowest:.1f} s at most")
    return Noted(slowest_s=slowest)


def _well_again(group: Group) -> float:
    """The seconds until all run, the group is healthy and writes go on; the look is taken twice, for a
    failover may only be about to begin."""
    begin, looks, patience_s = time.monotonic(), 0, _patience_s(group)
    while looks < 2 and time.monotonic() < begin + patience_s + 1:
        looks = looks + 1 if group.policy.tend() and group.health() and written_since(group, begin) else 0
        rest(group, 0.3)
    return time.monotonic() - begin if looks == 2 else patience_s + 1


def _patience_s(group: Group) -> float:
    return WELL_AGAIN_S + 2 * group.settings.down_after_ms / 1000


_REQUIRED = (UNBROKEN, COPIED_KEPT, ONE_MASTER, HEALTHY)


def _scenario(name: str, fault: Callable[[Group], Noted], **more: object) -> Scenario:
    return Scenario(name, fault, 30, _REQUIRED, glued_in="n1", copies=1, restarted=True,
                    **more)  # type: ignore[arg-type]


STORM = {scenario.name: scenario for scenario in (
    _scenario("storm", _storm),
    _scenario("storm_no_aof", _storm, more_conf=NOTHING_KEPT),
    _scenario("storm_disk", partial(_storm, more=OF_A_DISK), freezable=True),
    _scenario("storm_names", partial(_storm, more=OF_NAMES), names=True),
)}
