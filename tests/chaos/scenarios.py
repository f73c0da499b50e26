"""What is done to the group, and what dkr-redis owes us then. `SCENARIOS` holds them all."""

import time
from dataclasses import dataclass
from typing import Callable, Sequence

from figures import Figures, Noted
from group import (AOF, CLIENT, DATA, FOREIGN, GROUP, NOTHING_KEPT, RDB_ONLY, Group, ask, info, say,
                   wait_for)
from nodes import SENTINEL_PORT, DkrNode, Node

FOREIGN_KEYS = 500
SLOW_KEYS = 4000
LOAD_S, LOAD_OFF_S = 10.0, 2.0  # how long loading shall take, and may be off
OLD_COPY = "old-copy"


@dataclass(frozen=True)
class Requirement:
    """A figure that must be so."""

    text: str
    met: Callable[[Figures], bool]


@dataclass(frozen=True)
class Median:
    """A figure whose median over several runs must be below a bound."""

    text: str
    of: Callable[[Figures], float]
    below: float


@dataclass(frozen=True)
class Scenario:
    """A fault and what follows. The group is set up (unless `fresh`) and written to before, for a
    second or so longer than `written_s`; it is watched for `watch_s` after the last act, or until it
    has been healthy for a while, but for `least_s` in any case. `glued_in` is the host of a client
    that never looks for a new master. Half of the writers WAIT for so many `copies`; a `restarted`
    container that ends by itself is started again; only the `members` are there, and the first of them
    has a volume of `volume_mb`, when that is given. With `two_addresses` the data nodes are given two
    of each Sentinel; with `names` the group goes by host names; `freezable` volumes can hang."""

    name: str
    fault: Callable[[Group], Noted | None]
    watch_s: float
    required: tuple[Requirement, ...] = ()
    least_s: float = 0
    prepare: Callable[[Group], None] = lambda group: None
    fresh: bool = False
    written_s: float = 0
    more_conf: str = AOF
    glued_in: str | None = None
    copies: int = 0
    restarted: bool = False
    members: tuple[str, ...] = DATA
    volume_mb: int = 0
    two_addresses: bool = False
    names: bool = False
    freezable: bool = False
    medians: tuple[Median, ...] = ()


NOTHING_LOST = Requirement("lost 0", lambda f: f.lost == 0)
NOT_WIPED = Requirement("not wiped", lambda f: f.preloaded_left == f.preloaded)
WRITABLE_3S = Requirement("writable in 3 s", lambda f: f.gap_s < 3 and not f.gap_open)
# Where the sentinels are about to fail over, nobody asks for another failover: down-after and what a failover takes.
WRITABLE_4S = Requirement("writable in 4 s", lambda f: f.gap_s < 4 and not f.gap_open)
GAP_1S = Requirement("gap below 1 s", lambda f: f.gap_s < 1 and not f.gap_open)
GAP_2S = Requirement("gap below 2 s", lambda f: f.gap_s < 2 and not f.gap_open)
ONE_MASTER = Requirement("two masters 0 ms", lambda f: f.two_masters_s == 0)
NOTHING_STRAY = Requirement("stray writes 0", lambda f: f.strays == 0)
HEALTHY_10S = Requirement("healthy in 10 s", lambda f: f.healthy_s is not None and f.healthy_s < 10)
SAME_MASTER = Requirement("same master", lambda f: f.master == f.master_before)
NO_FAILOVER = Requirement("no failover", lambda f: f.failovers == 0)
OLD_COPY_SERVED = Requirement(
    "old copy served", lambda f: f.preloaded_on_master == f.preloaded and f.before_left == 0)
FOREIGN_KEPT = Requirement("foreign keys kept", lambda f: f.foreign_left == FOREIGN_KEYS)


def master_of(group: Group) -> Node:
    name = group.named()
    assert name is not None
    return group.data[name]


def away(group: Group) -> None:
    """Below a second: as long as a container takes to come back."""
    time.sleep(group.chance.uniform(0.3, 0.9))


def _empty_restart(group: Group) -> None:
    master = master_of(group)
    master.kill()
    master.empty_volume()
    away(group)
    master.start()


def _cold_start_empty(group: Group) -> None:
    """The writers rest first, for nobody could give back what only the emptied volume had."""
    master = master_of(group)
    running = [node for node in group.everybody() if node.running]
    with group.writers_rest():
        end(running)
    master.empty_volume()
    late = [node for node in group.data.values() if node is not master]
    for node in running:
        if node not in late:
            node.start()
    time.sleep(20)
    for node in late:
        node.start()


def _keep_old_copy(group: Group) -> None:
    group.data["n1"].copy_volume(group.folder / OLD_COPY)


def _keep_old_rdb(group: Group) -> None:
    """Saved while replicas are linked, so that it tells its place in their history."""
    master = group.data["n1"]
    ask(master, "BGSAVE")
    wait_for("the RDB is saved", 10, lambda: info(master)["rdb_changes_since_last_save"] == "0")
    _keep_old_copy(group)


def _put_old_copy(group: Group) -> None:
    master = group.data["n1"]
    master.kill()
    master.replace_volume(group.folder / OLD_COPY)
    away(group)
    master.start()


def _put_old_copy_on_purpose(group: Group) -> None:
    if isinstance(master := group.data["n1"], DkrNode):
        master.settings["REDIS_ACCEPT_DATA_LOSS"] = "yes"
    _put_old_copy(group)


def _old_master_returns(group: Group) -> None:
    master = master_of(group)
    master.kill()
    group.wait_for_another_master(master.name, group.settings.down_after_ms / 1000 + 15)
    time.sleep(group.chance.uniform(0.5, 1))
    master.start()


def _all_at_once_fresh(group: Group) -> None:
    start_all(group, [*group.data.values(), *group.sentinels.values()])


def _restart_all(group: Group) -> None:
    running = [node for node in group.everybody() if node.running]
    end(running)
    start_all(group, running)


def end(containers: list[Node]) -> None:
    for container in containers:
        container.ask_to_end()
    for container in containers:
        container.wait_for_end()


def restart(group: Group, node: Node) -> None:
    end([node])
    away(group)
    node.start()


def start_all(group: Group, nodes: Sequence[Node]) -> None:
    """In any order."""
    shuffled = list(nodes)
    group.chance.shuffle(shuffled)
    for node in shuffled:
        node.start()


def _fill_foreign(group: Group) -> None:
    foreign = group.foreign
    foreign.start()
    wait_for("the foreign node answers", 10, lambda: ask(foreign, "PING") == "PONG")
    group.preload(foreign, FOREIGN, FOREIGN_KEYS)


def _foreign_cache(group: Group) -> None:
    """Kubernetes tells every pod of a namespace of every service in it."""
    foreign, sentinel = group.foreign, group.sentinels["s1"].address
    end([foreign])
    if isinstance(foreign, DkrNode):
        foreign.settings |= {
            "REDIS_SENTINEL_SERVICE_HOST": sentinel,
            "REDIS_SENTINEL_SERVICE_PORT": str(SENTINEL_PORT),
            "REDIS_SENTINEL_PORT": f"tcp://{sentinel}:{SENTINEL_PORT}",
            f"REDIS_SENTINEL_PORT_{SENTINEL_PORT}_TCP_ADDR": sentinel,
        }
    foreign.start()


def _slow_load(group: Group) -> None:
    """About ten seconds of LOADING, an answer at least every second and a bit. All that was written
    is in the AOF."""
    master = master_of(group)
    group.preload(master, "slow", SLOW_KEYS)
    with group.writers_rest():
        wait_for("the AOF has all", 5, lambda: info(master)["aof_buffer_length"] == "0")
        keys = ask(master, "DBSIZE")
        master.kill()
    # A sleep takes about 0.15 ms longer than asked for.
    master.configure(f"key-load-delay {LOAD_S / keys * 1e6 - 150:.0f}")
    master.start()
    wait_for(f"{master.name} has loaded", 30, lambda: info(master)["loading"] == "0")
    ask(master, "CONFIG", "SET", "key-load-delay", 0)
    say(f"  loaded for {(took_s := master.loading_took_s()):.1f} s")
    if abs(took_s - LOAD_S) > LOAD_OFF_S:
        raise RuntimeError(f"loading took {took_s:.1f} s, not {LOAD_S:.0f}")


def _named_replica(group: Group) -> None:
    old, new, third = group.data.values()
    ask(new, "REPLICAOF", "NO", "ONE")
    for node in (old, third):
        ask(node, "REPLICAOF", new.address, new.port)
    for node in (old, new, third):
        ask(node, "CONFIG", "REWRITE")


def crash(group: Group) -> None:
    master_of(group).kill_server()


def _graceful_stop(group: Group) -> None:
    end([master_of(group)])


def _sigstop(group: Group) -> None:
    server = master_of(group).stop_server()
    time.sleep(30)
    server.resume()


def _partition_master(group: Group) -> None:
    master = master_of(group)
    group.network.partition(master.name)
    time.sleep(60 if group.settings.long else 15)
    group.network.heal(master.name)


def _sentinel_failover_by_hand(group: Group) -> None:
    ask(group.sentinels["s1"], "SENTINEL", "FAILOVER", GROUP)


_KEPT = (NOTHING_LOST, NOT_WIPED)

SCENARIOS = {scenario.name: scenario for scenario in (
    Scenario("empty_restart", _empty_restart, 14, (*_KEPT, WRITABLE_4S)),
    Scenario("empty_restart_nopersist", _empty_restart, 14, (*_KEPT, WRITABLE_4S),
             more_conf=NOTHING_KEPT),
    Scenario("cold_start_empty", _cold_start_empty, 40, _KEPT),
    Scenario("old_rdb", _put_old_copy, 14, (NOTHING_LOST,), prepare=_keep_old_copy),
    Scenario("old_rdb_only", _put_old_copy, 14, (NOTHING_LOST,), prepare=_keep_old_rdb,
             more_conf=RDB_ONLY),
    Scenario("restored_backup", _put_old_copy, 14, (NOTHING_LOST,), prepare=_keep_old_copy, written_s=15),
    Scenario("restored_backup_accepted", _put_old_copy_on_purpose, 14, (SAME_MASTER, OLD_COPY_SERVED),
             prepare=_keep_old_copy, written_s=15),
    Scenario("old_master_returns", _old_master_returns, 20, (ONE_MASTER, NOTHING_STRAY)),
    Scenario("all_at_once_fresh", _all_at_once_fresh, 10.5, (HEALTHY_10S,), fresh=True),
    Scenario("restart_all", _restart_all, 20, (SAME_MASTER, NOTHING_LOST)),
    Scenario("foreign_cache", _foreign_cache, 12, (FOREIGN_KEPT,), least_s=12, prepare=_fill_foreign),
    Scenario("slow_load", _slow_load, 25, (NO_FAILOVER,)),
    Scenario("named_replica", _named_replica, 12, (HEALTHY_10S,)),
    Scenario("crash_unrestarted", crash, 20),
    Scenario("graceful_stop", _graceful_stop, 20, (NOTHING_LOST, ONE_MASTER, GAP_2S)),
    Scenario("sigstop_30s", _sigstop, 25, (NOTHING_LOST, ONE_MASTER), glued_in=CLIENT),
    Scenario("partition_master_60s", _partition_master, 25, (NOTHING_LOST, ONE_MASTER), glued_in="n1"),
    Scenario("sentinel_failover_by_hand", _sentinel_failover_by_hand, 25,
             (NOTHING_LOST, ONE_MASTER)),
)}

# What a change is tried with first: below a minute together, when the machine is not busy.
SHORT = ("empty_restart", "old_master_returns", "all_at_once_fresh")
