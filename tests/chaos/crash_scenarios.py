"""Servers and containers that end without having been told to. `CRASH` holds the scenarios."""

import os
import signal
import time
from functools import partial
from typing import Callable

from figures import Figures, Noted
from group import DATA, GROUP, NOTHING_KEPT, Group, ask, say, wait_for
from nodes import PORT, Node
from scenarios import (GAP_1S, GAP_2S, NO_FAILOVER, NOTHING_LOST, ONE_MASTER, SAME_MASTER, WRITABLE_3S, Median,
                       Requirement, Scenario, crash, master_of)

FIRST = 10  # replica-priority of the replica that Sentinel promotes when it can
LOOP_KILLS, LOOP_S = 6, 20.0
QUIET_S, QUIET_SERVERS = 5.0, 3  # so many servers may be started in that time after a loop of crashes
BACK_S = 20.0

GAP_500MS = Requirement("gap below 0.5 s", lambda f: f.gap_s < 0.5 and not f.gap_open)
GAP_DOWN_AFTER = Requirement(
    "gap below down-after + 1.5 s", lambda f: f.gap_s < f.down_after_s + 1.5 and not f.gap_open)
SAME_CONTAINERS = Requirement("same PID 1", lambda f: f.containers == 0)
COPIED_KEPT = Requirement("copied lost 0", lambda f: f.copied_lost == 0)
ONE_FAILOVER = Requirement("at most one failover", lambda f: f.failovers <= 1)
HEALTHY = Requirement("healthy in the end", lambda f: f.healthy_s is not None)
OLD_MASTER_FOLLOWS = Requirement("old master follows",
                                 lambda f: f.healthy_s is not None and f.master != f.master_before)
FOLLOWS_AFTER_FAILOVER = Requirement("follows after a failover",
                                     lambda f: f.failovers == 0 or OLD_MASTER_FOLLOWS.met(f))
EXIT_137 = Requirement("exit 137", lambda f: f.exit_statuses == (137,))
PRIORITIES_KEPT = Requirement("replica-priority kept", lambda f: f.priorities_kept)
UNBROKEN = Requirement("as promised", lambda f: not f.broken)


def _gap_ms(figures: Figures) -> float:
    return figures.gap_s * 1000


def until(group: Group, what: str, seconds: float, condition: Callable[[], object]) -> None:
    """`wait_for`, while containers that end by themselves are started again."""
    wait_for(what, seconds, lambda: group.policy.tend() and bool(condition()))


def rest(group: Group, seconds: float) -> None:
    """A sleep of which the same is true."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        group.policy.tend()
        time.sleep(0.02)


def written_since(group: Group, moment: float) -> bool:
    """A client has had an acknowledgement since then."""
    return any(writer.acknowledged and writer.acknowledged[-1].time > moment for writer in group.writers)


def prefer(group: Group, replica: Node, priority: int = FIRST) -> None:
    """Returns once all Sentinels know that it is to be promoted first."""
    ask(replica, "CONFIG", "SET", "replica-priority", priority)
    for sentinel in group.sentinels.values():
        wait_for(f"{sentinel.name} knows the priority", 20,
                 lambda: group.priorities(sentinel).get(replica.address) == str(priority))


def replicas_of(group: Group) -> list[Node]:
    return [node for name, node in group.data.items() if name != group.named()]


def _prefer_last(group: Group) -> None:
    prefer(group, replicas_of(group)[-1])


def _crash_slept(group: Group) -> None:
    """The replica to be promoted first has done nothing for two seconds."""
    slept = replicas_of(group)[-1].stop_server()
    time.sleep(2)
    master_of(group).kill_server()
    slept.resume()


def _crash_behind(group: Group) -> None:
    """It has heard nothing of the master for two seconds, but everybody can ask it; and it hears the
    master's host again when it is too late."""
    master, behind = master_of(group), replicas_of(group)[-1]
    group.network.mute(behind.name, master.name, PORT)
    time.sleep(2)
    killed = time.monotonic()
    master.kill_server()
    try:
        until(group, "writes go on", 5, lambda: written_since(group, killed + 0.1))
    except TimeoutError:
        say("  no writes for 5 s")
    group.network.heal(behind.name)


def _crash_during_failover(group: Group) -> None:
    master = master_of(group)
    ask(group.chance.choice(list(group.sentinels.values())), "SENTINEL", "FAILOVER", GROUP)
    time.sleep(group.chance.uniform(0.02, 0.15))
    master.kill_server()


def _crash_during_odown(group: Group) -> None:
    stopped = master_of(group).stop_server()
    wait_for("a Sentinel finds the master down", group.settings.down_after_ms / 1000 + 5,
             lambda: any("o_down" in group.known(sentinel)["flags"] for sentinel in group.sentinels.values()))
    os.kill(stopped.process, signal.SIGKILL)


def _crash_twice(group: Group) -> None:
    """Both within 20 s, and the second one hits whoever is the master then."""
    crash(group)
    killed = time.monotonic()
    until(group, "writes go on", 12, lambda: written_since(group, killed + 0.1))
    rest(group, group.chance.uniform(0.5, 5))
    until(group, "there is a master", 5, lambda: group.master())
    say(f"  again, {time.monotonic() - killed:.1f} s after the first")
    crash(group)


def _crash_after_hang(group: Group) -> None:
    stopped = master_of(group).stop_server()
    time.sleep(0.7 * group.settings.down_after_ms / 1000)
    stopped.resume()
    os.kill(stopped.process, signal.SIGKILL)


def _container_killed(group: Group, after_down: bool) -> None:
    master = master_of(group)
    master.kill()
    time.sleep(group.settings.down_after_ms / 1000 + 3 if after_down else group.chance.uniform(1, 3))
    master.start()


def _replica_crash(group: Group) -> None:
    """Watched from the moment when its end has been seen."""
    replica = group.chance.choice(replicas_of(group))
    replica.kill_server()
    wait_for(f"{replica.name} ends", 5, lambda: not replica.running or not group.policy.tend())
    group.policy.tend()


def _crash_loop(group: Group) -> Noted:
    """Always the same node's server, as soon as there is another one."""
    node, ends = master_of(group), time.monotonic() + LOOP_S
    killed: set[int] = set()
    while len(killed) < LOOP_KILLS and time.monotonic() < ends:
        if group.policy.tend() and (server := _server_of(node)) and server not in killed:
            os.kill(server, signal.SIGKILL)
            killed.add(server)
        time.sleep(0.01)
    say(f"  {len(killed)} servers killed")
    started = _servers_started(group, node, QUIET_S, killed)
    hot = () if started <= QUIET_SERVERS else (f"{started} servers in {QUIET_S:.0f} s after the last crash",)
    few = () if len(killed) >= 2 else ("the server was not started again",)
    return Noted(broken=hot + few)


def _server_of(node: Node) -> int | None:
    try:
        return node.server()
    except (OSError, IndexError):
        return None


def _servers_started(group: Group, node: Node, seconds: float, known: set[int]) -> int:
    ends, seen = time.monotonic() + seconds, set(known)
    while time.monotonic() < ends:
        if group.policy.tend() and (server := _server_of(node)):
            seen.add(server)
        time.sleep(0.02)
    return len(seen - known)


_SAFE = (ONE_MASTER, HEALTHY, PRIORITIES_KEPT)
_REPLACED = (COPIED_KEPT, OLD_MASTER_FOLLOWS, *_SAFE)
_IN_PLACE = (NOTHING_LOST, ONE_MASTER, NO_FAILOVER, SAME_MASTER, GAP_500MS, SAME_CONTAINERS, HEALTHY)
_AT_ONCE = (Median("median gap below 200 ms", _gap_ms, 200),)
_SOON = (Median("median gap below 1.3 s", _gap_ms, 1300),)


def _scenario(name: str, fault: Callable[[Group], Noted | None], required: tuple[Requirement, ...],
              *, watch_s: float = 25, **more: object) -> Scenario:
    return Scenario(name, fault, watch_s, required, copies=1, restarted=True, **more)  # type: ignore[arg-type]


CRASH = {scenario.name: scenario for scenario in (
    Scenario("crash_aof", crash, 25, _IN_PLACE, restarted=True, medians=_AT_ONCE),
    _scenario("crash_aof_waited", crash, _IN_PLACE, written_s=5, medians=_AT_ONCE),
    _scenario("crash_no_aof", crash, (*_REPLACED, GAP_2S), more_conf=NOTHING_KEPT, medians=_SOON),
    _scenario("crash_no_aof_lagging", _crash_slept, (*_REPLACED, WRITABLE_3S), prepare=_prefer_last,
              more_conf=NOTHING_KEPT),
    _scenario("crash_no_aof_behind", _crash_behind, (*_REPLACED, WRITABLE_3S), prepare=_prefer_last,
              more_conf=NOTHING_KEPT),
    _scenario("crash_during_failover", _crash_during_failover, (NOTHING_LOST, ONE_FAILOVER, *_SAFE)),
    _scenario("crash_during_odown", _crash_during_odown, (COPIED_KEPT, *_SAFE)),
    _scenario("crash_twice", _crash_twice, (NOTHING_LOST, *_SAFE)),
    _scenario("crash_after_hang", _crash_after_hang, (NOTHING_LOST, *_SAFE)),
    _scenario("container_killed", partial(_container_killed, after_down=False),
              (NOTHING_LOST, FOLLOWS_AFTER_FAILOVER, GAP_DOWN_AFTER, *_SAFE)),
    _scenario("container_killed_long", partial(_container_killed, after_down=True),
              (COPIED_KEPT, FOLLOWS_AFTER_FAILOVER, GAP_DOWN_AFTER, *_SAFE)),
    _scenario("replica_crash", _replica_crash, (NOTHING_LOST, NO_FAILOVER, GAP_1S, EXIT_137, *_SAFE)),
    Scenario("single_crash", crash, 15, (NOTHING_LOST, WRITABLE_3S, *_SAFE), restarted=True, members=DATA[:1]),
    _scenario("crash_loop", _crash_loop, (UNBROKEN, COPIED_KEPT, *_SAFE), watch_s=40),
)}
