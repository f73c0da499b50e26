"""Faults that test the fence: when it has to hold, and when it must not close. `FENCE` holds them."""

import os
import signal
import time
from contextlib import suppress
from functools import partial

from figures import Noted
from group import CLIENT, DATA, GROUP, SENTINELS, USERS_LIMITS, Group, ask, info, say, wait_for
from keys import numbered
from nodes import Node
from processors import scarce, want
from resp import Connection
from scenarios import (GAP_1S, GAP_2S, NO_FAILOVER, NOTHING_LOST, ONE_MASTER, SAME_MASTER, Requirement,
                       Scenario, end, master_of, restart)

WATCHER_KILLS = 20
STALE = 5  # sentinels that each one knows and that do not exist
DELAY_MS, LOSS_PERCENT = 200, 10  # of what a host sends
BLOCK_BYTES, BLOCKS_AT_ONCE = 1 << 20, 10

NO_FENCE = Requirement("no fence", lambda f: f.fences == 0 and f.refused == 0)
NO_RESTART = Requirement("no server restart", lambda f: f.restarts == 0)
TWO_MASTERS_1S = Requirement("two masters at most 1 s", lambda f: f.two_masters_s <= 1)
LIMITS_KEPT = Requirement("user's min-replicas kept", lambda f: f.limits_kept)
GLUED_LOST_NOTHING = Requirement("glued lost 0 after the resume", lambda f: f.glued_noted_lost == 0)
GLUED_REFUSED = Requirement("armed fence holds", lambda f: f.glued_noted == 0)
WATCHER_BACK = Requirement("watcher back in 1.5 s", lambda f: f.slowest_s <= 1.5)


def _partition(group: Group, host: str) -> None:
    group.network.partition(host)
    time.sleep(60 if group.settings.long else 15)
    group.network.heal(host)


def _partition_sentinel(group: Group) -> None:
    _partition(group, group.chance.choice(list(group.sentinels)))


def _partition_replica(group: Group) -> None:
    _partition(group, group.chance.choice([name for name in DATA if name != group.named()]))


def _pause_container(group: Group) -> Noted:
    stopped = master_of(group).stop_all()
    time.sleep(30)
    group.chance.shuffle(stopped)
    resumed = time.monotonic()
    for process in stopped:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGCONT)
    return Noted(glued_from=resumed)


def _synchronize_at_once(group: Group) -> None:
    """Else a new master waits 5 s for more replicas, and so do writes that want one."""
    for node in group.data.values():
        ask(node, "CONFIG", "SET", "repl-diskless-sync-delay", 0)


def _fenced_and_promoted_again(group: Group) -> None:
    sentinel = group.sentinels["s1"]
    ask(sentinel, "SENTINEL", "FAILOVER", GROUP)
    group.wait_for_another_master("n1", 20)
    wait_for("n1 is a linked replica", 30, lambda: group.health() is not None)
    other = next(name for name in DATA if name not in ("n1", group.named()))
    ask(group.data[other], "CONFIG", "SET", "replica-priority", 0)
    wait_for("only n1 can be promoted", 20,
             lambda: [address for address, priority in group.priorities(sentinel).items() if priority != "0"]
             == [group.data["n1"].address])
    wait_for("another failover begins", 20,
             lambda: ask(sentinel, "SENTINEL", "FAILOVER", GROUP) == "OK")
    wait_for("n1 is the master again", 20, lambda: group.health() == "n1")
    ask(group.data[other], "CONFIG", "SET", "replica-priority", 100)


def _watcher_killed(group: Group) -> Noted:
    master, took = master_of(group), []
    for _ in range(WATCHER_KILLS):
        took.append(master.kill_watcher())
        time.sleep(group.chance.uniform(0.1, 1))
    say(f"  back after {', '.join(f'{seconds:.2f}' for seconds in took)} s")
    return Noted(slowest_s=max(took))


def _armed_fence_stays(group: Group, first_kill_s: float) -> Noted:
    """The watcher is killed so long after writes are refused, and again and again when it has had
    the time to look around."""
    master, glued = group.data["n1"], group.writers[-1]
    master.watchers()
    already = len(glued.refused)
    group.network.partition(master.name)
    heals = time.monotonic() + (60 if group.settings.long else 15)
    wait_for("the fence is closed", 10, lambda: len(glued.refused) > already)
    closed, kills = time.monotonic(), 0
    time.sleep(first_kill_s)
    while time.monotonic() < heals - 1:
        master.kill_watcher()
        kills += 1
        time.sleep(min(group.chance.uniform(2, 4), max(0.0, heals - time.monotonic())))
    time.sleep(max(0.0, heals - time.monotonic()))
    healed = time.monotonic()
    group.network.heal(master.name)
    say(f"  {kills} watchers killed")
    return Noted(glued_from=closed, glued_until=healed)


def _cut_off(group: Group, hosts: tuple[str, ...]) -> None:
    """These are on one side of a partition, all others on the other side."""
    rest = [host for host in (*DATA, *SENTINELS) if host not in hosts]
    for host in hosts:
        group.network.partition(host, rest)
    time.sleep(60 if group.settings.long else 20)
    for host in hosts:
        group.network.heal(host)


def _backup_only(group: Group) -> None:
    ask(group.data["n3"], "CONFIG", "SET", "replica-priority", 0)
    for sentinel in group.sentinels.values():
        wait_for(f"{sentinel.name} knows", 20, lambda: "0" in group.priorities(sentinel).values())


def _watcher_killed_cut_off(group: Group) -> None:
    """The new watcher has never heard a Sentinel."""
    master = group.data["n1"]
    master.watchers()
    group.network.partition(master.name)
    time.sleep(0.5)
    master.kill_watcher()
    time.sleep(60 if group.settings.long else 20)
    group.network.heal(master.name)


def _sentinels_down(group: Group) -> None:
    sentinels = list(group.sentinels.values())
    end(sentinels)
    time.sleep(300 if group.settings.long else 20)
    for sentinel in sentinels:
        sentinel.start()


def _watcher_killed_without_sentinels(group: Group) -> None:
    """When the server itself refuses without its replicas: that is not what the user has set."""
    sentinels = list(group.sentinels.values())
    end(sentinels)
    time.sleep(group.settings.down_after_ms / 1000 + 1)
    group.data["n1"].kill_watcher()
    time.sleep(10)
    for sentinel in sentinels:
        sentinel.start()


def _restart_sentinel(group: Group, sentinel: Node) -> None:
    restart(group, sentinel)
    wait_for(f"{sentinel.name} answers", 20, lambda: ask(sentinel, "PING") == "PONG")


def _sentinels_rolling(group: Group) -> None:
    for sentinel in (*group.sentinels.values(),) * 2:
        _restart_sentinel(group, sentinel)


def _sentinel_restart(group: Group) -> None:
    sentinel = group.chance.choice(list(group.sentinels.values()))
    for _ in range(5):
        _restart_sentinel(group, sentinel)


def _slow_cpu(group: Group) -> None:
    """With a reader that uses up what there is."""
    master, until = master_of(group), time.monotonic() + 20
    with scarce(master.processes(), 0.2) as processors, Connection(master.address, master.port, 5) as reader:
        while time.monotonic() < until:
            reader.pipeline([("GET", key) for key in numbered("preloaded", 200)])
        say(f"  had to wait in {want(processors)}")


def _fill(group: Group) -> None:
    """With what compresses badly, and the replicas have it too."""
    master = group.data["n1"]
    blocks = 2048 if group.settings.long else 300
    with Connection(master.address, master.port, 20) as connection:
        for first in range(0, blocks, BLOCKS_AT_ONCE):
            connection.pipeline([("SET", f"block:{number}", group.chance.randbytes(BLOCK_BYTES // 2).hex())
                                 for number in range(first, min(first + BLOCKS_AT_ONCE, blocks))])
            wait_for("replicas have the blocks", 30, lambda: connection.call("WAIT", 2, 1000) == 2)
    for node in group.data.values():
        wait_for(f"{node.name} rewrites no AOF", 60, lambda: info(node)["aof_rewrite_in_progress"] == "0")


def _big_save(group: Group) -> None:
    master = master_of(group)
    ask(master, "BGSAVE")
    wait_for("the data is saved", 120, lambda: info(master)["rdb_bgsave_in_progress"] == "0")
    seen = info(master)
    say(f"  saved {seen['used_memory_human']} in {seen['rdb_last_bgsave_time_sec']} s,"
        f" fork {int(seen['latest_fork_usec']) / 1000:.0f} ms")


def _stale_sentinels(group: Group) -> None:
    sentinels = list(group.sentinels.values())
    end(sentinels)
    for sentinel in sentinels:
        with (sentinel.volume / "sentinel.conf").open("a") as conf:
            conf.writelines(f"sentinel known-sentinel {GROUP} 10.77.0.{200 + number} 26379 {number:040x}\n"
                            for number in range(1, STALE + 1))
        sentinel.start()
    for sentinel in sentinels:
        wait_for(f"{sentinel.name} knows the stale ones", 20,
                 lambda: group.known(sentinel)["num-other-sentinels"] == str(STALE + 2))


def _bad_link(group: Group) -> None:
    """Every host but the clients' own."""
    hosts = (*group.data, *group.sentinels)
    for host in hosts:
        group.network.degrade(host, DELAY_MS, LOSS_PERCENT, seed=group.chance.randrange(10**6))
    time.sleep(60 if group.settings.long else 20)
    for host in hosts:
        group.network.restore(host)


_CALM = (NO_FENCE, NO_FAILOVER, NOTHING_LOST)
_ARMED = (GLUED_REFUSED, LIMITS_KEPT, ONE_MASTER)

FENCE = {scenario.name: scenario for scenario in (
    Scenario("partition_sentinel", _partition_sentinel, 25, (*_CALM, ONE_MASTER, GAP_1S)),
    Scenario("partition_replica", _partition_replica, 25, (*_CALM, ONE_MASTER, GAP_1S)),
    Scenario("pause_container", _pause_container, 25, (TWO_MASTERS_1S, GLUED_LOST_NOTHING),
             glued_in=CLIENT),
    Scenario("fenced_and_promoted_again", _fenced_and_promoted_again, 25,
             (NOTHING_LOST, GAP_2S, SAME_MASTER, LIMITS_KEPT), prepare=_synchronize_at_once,
             more_conf=USERS_LIMITS),
    Scenario("watcher_killed", _watcher_killed, 15,
             (NO_RESTART, NO_FAILOVER, NOTHING_LOST, GAP_1S, WATCHER_BACK)),
    Scenario("armed_fence_stays", partial(_armed_fence_stays, first_kill_s=2), 25, _ARMED, glued_in="n1"),
    Scenario("armed_fence_stays_at_once", partial(_armed_fence_stays, first_kill_s=0), 25, _ARMED,
             glued_in="n1"),
    Scenario("watcher_killed_cut_off", _watcher_killed_cut_off, 25, (LIMITS_KEPT, ONE_MASTER), glued_in="n1"),
    Scenario("sentinel_of_two_addresses", partial(_cut_off, hosts=("n1", "s1")), 25, (LIMITS_KEPT, ONE_MASTER),
             glued_in="n1", two_addresses=True),
    Scenario("backup_stays_linked", partial(_cut_off, hosts=("n1", "n3", "s1")), 25, (LIMITS_KEPT, ONE_MASTER),
             glued_in="n1", prepare=_backup_only),
    Scenario("sentinels_down", _sentinels_down, 25, _CALM, least_s=5),
    Scenario("watcher_killed_without_sentinels", _watcher_killed_without_sentinels, 25,
             (*_CALM, NO_RESTART, LIMITS_KEPT), least_s=8),
    Scenario("sentinels_rolling", _sentinels_rolling, 25, _CALM, least_s=5),
    Scenario("sentinel_restart", _sentinel_restart, 25, _CALM, least_s=5),
    Scenario("slow_cpu", _slow_cpu, 25, _CALM, least_s=5),
    Scenario("big_save", _big_save, 15, _CALM, prepare=_fill),
    Scenario("stale_sentinels", _stale_sentinels, 20, _CALM, least_s=20),
    Scenario("bad_link", _bad_link, 25, _CALM, least_s=5),
)}
